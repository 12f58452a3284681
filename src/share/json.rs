//! JSON, written. The browser reads JSON for the page; a general library would be a tenth of what readers download.

use std::fmt::{self, Display, Formatter};

/// A value in JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Whole(u64),
    /// Nothing if it is not finite: JSON has no such numbers.
    Real(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
    /// An object whose fields are numbers, with names of a scenario's own.
    Figures(Vec<(String, f64)>),
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Json::Whole(value.into())
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Self {
        Json::Whole(value)
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Json::Real(value)
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Json::Text(value.to_owned())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Json::Text(value)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

impl Display for Json {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Whole(value) => write!(f, "{value}"),
            // With a point or an exponent, always: what is read back is a real number too.
            // As `{:?}` has it, which writes nothing in the page.
            Json::Real(value) if value.is_finite() => {
                write!(f, "{value}{}", if value.fract() == 0.0 { ".0" } else { "" })
            }
            Json::Real(_) => f.write_str("null"),
            Json::Text(text) => quoted(f, text),
            Json::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Json::Object(fields) => {
                f.write_str("{")?;
                for (i, (key, value)) in fields.iter().enumerate() {
                    f.write_str(if i > 0 { "," } else { "" })?;
                    quoted(f, key)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
            Json::Figures(figures) => {
                f.write_str("{")?;
                for (i, (name, figure)) in figures.iter().enumerate() {
                    f.write_str(if i > 0 { "," } else { "" })?;
                    quoted(f, name)?;
                    write!(f, ":{}", Json::Real(*figure))?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        let code = rest.as_bytes()[at];
        write!(f, "{}\\u{code:04x}", &rest[..at])?;
        rest = &rest[at + 1..];
    }
    write!(f, "{rest}\"")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)] // a test may stop at once
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(written: &Json) -> Value {
        serde_json::from_str(&written.to_string()).unwrap()
    }

    #[test]
    fn every_kind_is_read_back() {
        let list = Json::List(vec![Json::Null, true.into(), 7u32.into(), u64::MAX.into(), 120.0.into(), 0.25.into()]);
        let nested = Json::Object(vec![("list", list), ("text", "a\"b".into()), ("none", None::<f64>.into())]);
        let expected = json!({"list": [null, true, 7, u64::MAX, 120.0, 0.25], "text": "a\"b", "none": null});
        assert_eq!(read(&nested), expected);
        assert_eq!(read(&Json::Real(f64::NAN)), Value::Null);
        let figures = Json::Figures(vec![("a \"b\"".to_owned(), 0.5), ("c".to_owned(), f64::NAN)]);
        assert_eq!(read(&figures), json!({"a \"b\"": 0.5, "c": null}));
        assert_eq!([Json::List(vec![]), Json::Object(vec![])].map(|j| j.to_string()), ["[]", "{}"]);
    }

    proptest! {
        #[test]
        fn any_text_and_number_survives(text in any::<String>(), number in any::<f64>()) {
            prop_assert_eq!(read(&text.as_str().into()), Value::from(text));
            // serde_json's own reading of numbers may be off by the last bit.
            let written = Json::from(number).to_string();
            prop_assert!(read(&number.into()).is_number() == number.is_finite());
            prop_assert!(written == "null" || written.parse() == Ok(number), "{}", written);
        }
    }
}
