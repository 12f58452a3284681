//! Declared parameters: kinds, ranges, units, and values checked against them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::time::{MS, Nanos};

mod declare;

pub use declare::{SIGNAL_AFTER, SPEED, SWITCH_INTERVAL, WORKERS, amount, beside, choice, count, wait};

/// What a parameter takes, within which bounds (both ends included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number of things.
    Count {
        /// Least value.
        min: u64,
        /// Greatest value.
        max: u64,
        /// What it is when nothing is said.
        default: u64,
        /// What is counted ("jobs", "steps", "KiB"), or empty.
        unit: &'static str,
    },
    /// A length of simulated time in whole milliseconds.
    Millis {
        /// Least value, ms.
        min: u64,
        /// Greatest value, ms.
        max: u64,
        /// What it is when nothing is said, ms.
        default: u64,
    },
    /// An exact decimal amount.
    Amount {
        /// Least value.
        min: Decimal,
        /// Greatest value.
        max: Decimal,
        /// What it is when nothing is said; its scale is the scale shown.
        default: Decimal,
        /// Unit ("per gram", "g"), or empty.
        unit: &'static str,
    },
    /// One of a few whole numbers, such as the speed of simulated time.
    OneOf {
        /// What may be chosen, ascending.
        options: &'static [u64],
        /// What it is when nothing is said.
        default: u64,
        /// Shown behind the number ("×").
        unit: &'static str,
        /// What to call the options instead, in their order; none for the numbers themselves.
        names: &'static [&'static str],
    },
}

/// A parameter that a scenario declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Key in links, lower case.
    pub key: &'static str,
    /// Label in the form.
    pub label: &'static str,
    /// Kind, range and default.
    pub kind: Kind,
    /// One short sentence on what it does ([`beside`]: the page reads it from the scenario's texts).
    pub help: &'static str,
}

/// A value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A whole number (`Count`, `OneOf`).
    Count(u64),
    /// Milliseconds.
    Millis(u64),
    /// An exact decimal.
    Amount(Decimal),
}

/// Why a text is no value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParamError {
    /// The text is no number of the kind asked for.
    #[error("not a number")]
    NotANumber,
    /// The number lies outside the range.
    #[error("outside {min} … {max}")]
    OutOfRange {
        /// Least value, as text.
        min: String,
        /// Greatest value, as text.
        max: String,
    },
    /// The scenario declares no such parameter.
    #[error("no such parameter")]
    Unknown,
}

impl Param {
    /// What the parameter is when nothing is said.
    pub fn default_value(&self) -> Value {
        match self.kind {
            Kind::Count { default, .. } | Kind::OneOf { default, .. } => Value::Count(default),
            Kind::Millis { default, .. } => Value::Millis(default),
            Kind::Amount { default, .. } => Value::Amount(default),
        }
    }

    /// The least and the greatest value, as they stand in a link.
    pub fn ends(&self) -> [String; 2] {
        match self.kind {
            Kind::Count { min, max, .. } | Kind::Millis { min, max, .. } => [min.to_string(), max.to_string()],
            Kind::Amount { min, max, .. } => [min.to_string(), max.to_string()],
            Kind::OneOf { options, .. } => {
                let end = |option: Option<&u64>| option.copied().unwrap_or(0).to_string();
                [end(options.first()), end(options.last())]
            }
        }
    }

    /// Reads a value as it stands in a link or in the form.
    ///
    /// # Errors
    /// When `text` is no number of this kind, or lies outside the range.
    pub fn parse(&self, text: &str) -> Result<Value, ParamError> {
        let outside = |min: &dyn ToString, max: &dyn ToString| ParamError::OutOfRange {
            min: min.to_string(),
            max: max.to_string(),
        };
        let whole = || {
            let digits = !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
            if digits { text.parse::<u64>().map_err(|_| ParamError::NotANumber) } else { Err(ParamError::NotANumber) }
        };
        match self.kind {
            Kind::Count { min, max, .. } => {
                let n = whole()?;
                if (min..=max).contains(&n) { Ok(Value::Count(n)) } else { Err(outside(&min, &max)) }
            }
            Kind::Millis { min, max, .. } => {
                let n = whole()?;
                if (min..=max).contains(&n) { Ok(Value::Millis(n)) } else { Err(outside(&min, &max)) }
            }
            Kind::OneOf { options, .. } => {
                let n = whole()?;
                let (first, last) = (options.first().copied().unwrap_or(0), options.last().copied().unwrap_or(0));
                if options.contains(&n) { Ok(Value::Count(n)) } else { Err(outside(&first, &last)) }
            }
            Kind::Amount { min, max, default, .. } => {
                let plain = !text.is_empty()
                    && text.len() <= 30
                    && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
                if !plain {
                    return Err(ParamError::NotANumber);
                }
                let mut n: Decimal = text.parse().map_err(|_| ParamError::NotANumber)?;
                if n < min || n > max {
                    return Err(outside(&min, &max));
                }
                if n.scale() > default.scale() {
                    n = n.round_dp(default.scale());
                } else {
                    n.rescale(default.scale());
                }
                if n.is_zero() {
                    // "-0" is 0.
                    n.set_sign_positive(true);
                }
                Ok(Value::Amount(n))
            }
        }
    }
}

impl std::fmt::Display for Value {
    /// The text form used in links; [`Param::parse`] reads it back.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Count(n) | Value::Millis(n) => n.fmt(f),
            Value::Amount(d) => d.fmt(f),
        }
    }
}

/// A value for every declared parameter, by key. A sorted list: they are few, and a map's code would be loaded first of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values(Vec<(String, Value)>);

impl Values {
    /// Every parameter at its default.
    pub fn defaults(params: &[Param]) -> Self {
        let mut values = Self::default();
        params.iter().for_each(|param| values.put(param.key, param.default_value()));
        values
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(k, _)| k.as_str().cmp(key))
    }

    fn put(&mut self, key: &str, value: Value) {
        match self.place(key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key.to_owned(), value)),
        }
    }

    /// Sets `key` from its text form.
    ///
    /// # Errors
    /// When the parameter is not declared or the text is no value of it; nothing is changed then.
    pub fn set(&mut self, params: &[Param], key: &str, text: &str) -> Result<(), ParamError> {
        let param = params.iter().find(|p| p.key == key).ok_or(ParamError::Unknown)?;
        self.put(key, param.parse(text)?);
        Ok(())
    }

    /// The value of `key`, if it is declared.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.place(key).ok().map(|at| self.0[at].1)
    }

    /// A `Count` or `OneOf` value; 0 when not declared (the registry's tests run every program, so that shows at once).
    pub fn count(&self, key: &str) -> u64 {
        match self.get(key) {
            Some(Value::Count(n) | Value::Millis(n)) => n,
            _ => 0,
        }
    }

    /// A `Millis` value in nanoseconds of simulated time; 0 when not declared.
    pub fn wait(&self, key: &str) -> Nanos {
        match self.get(key) {
            Some(Value::Millis(n)) => n * MS,
            _ => 0,
        }
    }

    /// An `Amount` value; zero when not declared.
    pub fn amount(&self, key: &str) -> Decimal {
        match self.get(key) {
            Some(Value::Amount(d)) => d,
            _ => Decimal::ZERO,
        }
    }

    /// How many times faster simulated waits pass; at least 1.
    pub fn speed(&self) -> u64 {
        self.count(SPEED.key).max(1)
    }

    /// Every key with its value, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Value)> {
        self.0.iter().map(|(k, v)| (k.as_str(), *v))
    }
}
