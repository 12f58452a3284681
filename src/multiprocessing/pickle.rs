//! Pickling: values to bytes and back. A function travels as its name, so one that has none to be found by is refused.

use super::value::{Function, Value};
use crate::aio::Exception;

const NONE: u8 = b'N';
const INT: u8 = b'J';
const FLOAT: u8 = b'G';
const STR: u8 = b'X';
const BYTES: u8 = b'B';
const LIST: u8 = b']';
const DICT: u8 = b'}';
const GLOBAL: u8 = b'c';

/// How deep a value may be nested.
const DEEPEST: u32 = 100;

/// Turns a value into bytes.
///
/// # Errors
/// `AttributeError` for a function inside a function and `PicklingError` for a lambda of the module, in CPython 3.13's
/// words; `RecursionError` for values nested more than 100 deep.
pub fn dumps(value: &Value) -> Result<Vec<u8>, Exception> {
    let mut bytes = Vec::with_capacity(size(value));
    write(value, &mut bytes, 0)?;
    Ok(bytes)
}

/// Reads a value.
///
/// # Errors
/// `UnpicklingError` when the bytes are none of [`dumps`].
pub fn loads(bytes: &[u8]) -> Result<Value, Exception> {
    let (value, rest) = loads_front(bytes)?;
    if rest.is_empty() { Ok(value) } else { Err(garbled()) }
}

/// Reads the value in front, and what comes behind it.
pub(super) fn loads_front(bytes: &[u8]) -> Result<(Value, &[u8]), Exception> {
    let mut rest = bytes;
    let value = read(&mut rest, 0).ok_or_else(garbled)?;
    Ok((value, rest))
}

fn garbled() -> Exception {
    Exception::new("UnpicklingError", "invalid load key")
}

/// About how many bytes it takes: enough that the buffer need not grow.
fn size(value: &Value) -> usize {
    match value {
        Value::Bytes(bytes) => bytes.len() + 6,
        Value::Str(text) => text.len() + 6,
        Value::Function(function) => function.qualname.len() + 6,
        Value::List(items) => 6 + items.iter().map(size).sum::<usize>(),
        Value::Dict(pairs) => 6 + pairs.iter().map(|(key, value)| size(key) + size(value)).sum::<usize>(),
        Value::None | Value::Int(_) | Value::Float(_) => 9,
    }
}

fn write(value: &Value, out: &mut Vec<u8>, depth: u32) -> Result<(), Exception> {
    if depth > DEEPEST {
        return Err(Exception::new("RecursionError", "maximum recursion depth exceeded"));
    }
    match value {
        Value::None => out.push(NONE),
        Value::Int(n) => {
            out.push(INT);
            out.extend(n.to_le_bytes());
        }
        Value::Float(x) => {
            out.push(FLOAT);
            out.extend(x.to_le_bytes());
        }
        Value::Str(text) => raw(STR, text.as_bytes(), out),
        Value::Bytes(bytes) => raw(BYTES, bytes, out),
        Value::List(items) => {
            head(LIST, items.len(), out);
            items.iter().try_for_each(|item| write(item, out, depth + 1))?;
        }
        Value::Dict(pairs) => {
            head(DICT, pairs.len(), out);
            for (key, value) in pairs {
                write(key, out, depth + 1)?;
                write(value, out, depth + 1)?;
            }
        }
        Value::Function(function) => raw(GLOBAL, name(function)?.as_bytes(), out),
    }
    Ok(())
}

/// The name a function is found by.
fn name(function: &Function) -> Result<&str, Exception> {
    let name = function.qualname.as_str();
    if name.contains("<locals>") {
        return Err(Exception::new("AttributeError", format!("Can't get local object '{name}'")));
    }
    if name.contains('<') {
        let message = format!("Can't pickle <function {name}>: attribute lookup {name} on __main__ failed");
        return Err(Exception::new("PicklingError", message));
    }
    Ok(name)
}

fn head(tag: u8, len: usize, out: &mut Vec<u8>) {
    out.push(tag);
    out.extend((len as u32).to_le_bytes());
}

fn raw(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    head(tag, bytes.len(), out);
    out.extend_from_slice(bytes);
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(len)?;
    *rest = left;
    Some(taken)
}

fn length(rest: &mut &[u8]) -> Option<usize> {
    Some(u32::from_le_bytes(take(rest, 4)?.try_into().ok()?) as usize)
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let len = length(rest)?;
    String::from_utf8(take(rest, len)?.to_vec()).ok()
}

fn read(rest: &mut &[u8], depth: u32) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    Some(match *take(rest, 1)?.first()? {
        NONE => Value::None,
        INT => Value::Int(i64::from_le_bytes(take(rest, 8)?.try_into().ok()?)),
        FLOAT => Value::Float(f64::from_le_bytes(take(rest, 8)?.try_into().ok()?)),
        STR => Value::Str(text(rest)?),
        BYTES => {
            let len = length(rest)?;
            Value::Bytes(take(rest, len)?.to_vec())
        }
        // What follows is read piece by piece, so a length that lies costs no memory.
        LIST => Value::List((0..length(rest)?).map(|_| read(rest, depth + 1)).collect::<Option<_>>()?),
        DICT => {
            let len = length(rest)?;
            let pair = |_| Some((read(rest, depth + 1)?, read(rest, depth + 1)?));
            Value::Dict((0..len).map(pair).collect::<Option<_>>()?)
        }
        GLOBAL => Value::Function(Function { qualname: text(rest)? }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn everything() -> Value {
        Value::list([
            Value::None,
            Value::Int(-7),
            Value::Float(0.5),
            Value::from("ä"),
            Value::Bytes(vec![0, 255]),
            Value::Dict(vec![(Value::Int(1), Value::list([]))]),
            Value::function("work"),
        ])
    }

    #[test]
    fn what_is_pickled_is_unpickled() {
        let bytes = dumps(&everything()).unwrap();
        assert_eq!(loads(&bytes).unwrap(), everything());
        for len in 0..bytes.len() {
            assert!(loads(&bytes[..len]).is_err(), "{len} of {} bytes", bytes.len());
        }
        assert!(loads(&[bytes, vec![0]].concat()).is_err());
        assert!(loads(&[LIST, 255, 255, 255, 255]).is_err());
    }

    #[test]
    fn functions_without_a_name_to_be_found_by_are_refused_in_pythons_words() {
        let refused = |name: &str| dumps(&Value::list([Value::function(name)])).unwrap_err();
        let inner = refused("main.<locals>.add");
        assert_eq!((&*inner.kind, &*inner.message), ("AttributeError", "Can't get local object 'main.<locals>.add'"));
        let lambda = refused("<lambda>");
        let words = "Can't pickle <function <lambda>>: attribute lookup <lambda> on __main__ failed";
        assert_eq!((&*lambda.kind, &*lambda.message), ("PicklingError", words));
    }

    #[test]
    fn depth_has_an_end() {
        let deep = (0..200).fold(Value::None, |inner, _| Value::list([inner]));
        assert_eq!(dumps(&deep).unwrap_err().kind, "RecursionError");
        let bytes: Vec<u8> = std::iter::repeat_n([LIST, 1, 0, 0, 0], 100_000).flatten().collect();
        assert!(loads(&bytes).is_err());
    }
}
