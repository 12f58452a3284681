//! Messages from the host page: read with suspicion.

/// Longest text read, in bytes.
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

/// Reads a message of the host page by its fields `type` and `hash`, so far as they are texts; `None` for anything else.
pub fn incoming(kind: &str, hash: Option<&str>) -> Option<Incoming> {
    match kind {
        "interleave:set" => Some(Incoming::Set(hash.filter(|h| h.len() <= MAX_BYTES)?.to_owned())),
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
        let hash = "#s=primes&limit=10";
        assert_eq!(incoming("interleave:set", Some(hash)), Some(Incoming::Set(hash.to_owned())));
        assert_eq!(incoming("interleave:run", None), Some(Incoming::Run));
        assert_eq!(incoming("interleave:stop", Some("")), Some(Incoming::Stop));
    }

    #[test]
    fn anything_else_is_nothing() {
        let long = "x".repeat(MAX_BYTES + 1);
        for (kind, hash) in
            [("", None), ("other", Some("#s=primes")), ("interleave:set", None), ("INTERLEAVE:RUN", None)]
        {
            assert_eq!(incoming(kind, hash), None, "{kind}");
        }
        assert_eq!(incoming("interleave:set", Some(&long)), None);
    }
}
