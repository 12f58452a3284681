//! Messages from the host page: read with suspicion.

use serde_json::Value;

/// Longest message read, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// A message from the host page, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// Show this hash text.
    Set(String),
    /// Press Run.
    Run,
    /// Press Stop.
    Stop,
}

/// Reads a message of the host page; `None` for anything else.
///
/// A message that was turned into text twice (a string holding JSON) is understood too.
pub fn incoming(json: &str) -> Option<Incoming> {
    if json.len() > MAX_BYTES {
        return None;
    }
    let message = match serde_json::from_str(json).ok()? {
        Value::String(inner) => serde_json::from_str(&inner).ok()?,
        other => other,
    };
    match message.get("type")?.as_str()? {
        "interleave:set" => Some(Incoming::Set(message.get("hash")?.as_str()?.to_owned())),
        "interleave:run" => Some(Incoming::Run),
        "interleave:stop" => Some(Incoming::Stop),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_messages_are_read() {
        let set = r##"{"type":"interleave:set","v":1,"hash":"#s=primes&limit=10"}"##;
        assert_eq!(incoming(set), Some(Incoming::Set("#s=primes&limit=10".to_owned())));
        assert_eq!(incoming(r#"{"type":"interleave:run","v":1}"#), Some(Incoming::Run));
        assert_eq!(incoming(r#"{"v":1,"type":"interleave:stop","more":[1]}"#), Some(Incoming::Stop));
        assert_eq!(incoming(r#""{\"type\":\"interleave:run\"}""#), Some(Incoming::Run));
    }

    #[test]
    fn anything_else_is_nothing() {
        let deep = "[".repeat(5_000);
        let long = format!(r#"{{"type":"interleave:set","hash":"{}"}}"#, "x".repeat(MAX_BYTES));
        let others = ["", "1", "null", "\"x\"", "{}", "[]", "{\"type\":1}", "{\"type\":\"other\"}"];
        let sets = [r#"{"type":"interleave:set"}"#, r#"{"type":"interleave:set","hash":7}"#];
        for text in others.iter().chain(&sets).copied().chain([deep.as_str(), long.as_str(), "\u{0}"]) {
            assert_eq!(incoming(text), None, "{text:.40}");
        }
    }
}
