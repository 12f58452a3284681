//! How values and exceptions stand in a log: without blanks, the same as on the Python side.

use interleave::aio::Exception;

/// Python's way to write it.
pub fn truth(value: bool) -> String {
    if value { "True" } else { "False" }.to_owned()
}

/// A list.
pub fn list(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(","))
}

/// An exception: its kind; what the program said (CPython's own sentences are not compared); what it was raised from.
pub fn error(exception: &Exception) -> String {
    let Exception { kind, message, .. } = exception;
    let shown = match exception.exceptions() {
        [] if message.is_empty() || message.contains(' ') => kind.to_string(),
        [] => format!("{kind}({message})"),
        inside => format!("{kind}{}", list(inside.iter().map(error))),
    };
    match exception.cause() {
        Some(cause) => format!("{shown}<{}", error(cause)),
        None => shown,
    }
}

/// A result or an exception, among others.
pub fn settled(result: Result<String, Exception>) -> String {
    result.unwrap_or_else(|exception| error(&exception))
}

/// How far a task or future is. A cancelled one is not asked for its error: who asks first is told its message.
pub fn state(done: bool, cancelled: bool, result: impl FnOnce() -> Result<String, Exception>) -> String {
    match (done, cancelled) {
        (false, _) => "pending".to_owned(),
        (true, true) => "cancelled".to_owned(),
        (true, false) => result().unwrap_or_else(|raised| format!("!{}", error(&raised))),
    }
}
