//! The words of the link grammar: its version, its keys and the limits a link is read within.

/// The version of links this page makes.
///
/// A later version that changes the meaning or the default of a key keeps the old one under its own number here, so that
/// a published link goes on meaning what it meant.
pub const VERSION: u32 = 1;

/// Keys of the hash that are not parameters.
pub const HASH: [&str; 8] = ["v", "s", "models", "variant", "repeats", "seed", "at", "run"];

/// Keys of the query.
pub const QUERY: [&str; 10] =
    ["embed", "theme", "panels", "lock", "readonly", "predict", "task", "lang", "fault", "coi"];

/// Longest part of a link (query or hash) that is read, in bytes; the longest task takes up to 7,200 of them, and the rest of
/// what is made here less than 1 KiB.
pub const MAX_BYTES: usize = 8 * 1024;

/// Most keys read in a part of a link.
pub const MAX_KEYS: usize = 64;

/// The greatest cursor position in a link, in ms: one day, far beyond any run.
pub const MAX_AT: u64 = 86_400_000;

/// Whether a scenario must not use this key for a parameter.
pub fn is_reserved(key: &str) -> bool {
    HASH.contains(&key) || QUERY.contains(&key)
}

/// Longest task in a link, in characters.
pub const MAX_TASK: usize = 600;

/// Whether links consist of this character, but for the text of a task, which is percent-encoded.
pub fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.=&,".contains(c)
}
