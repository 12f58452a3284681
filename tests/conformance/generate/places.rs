//! The names programs use, and the moments at which things happen in them.

use super::chance::Chance;

/// Variables for futures.
pub const FUTURES: [&str; 2] = ["f1", "f2"];
/// Names given to tasks.
pub const NICKNAMES: [&str; 3] = ["ann", "bob", "cy"];
/// Messages of exceptions and cancellations.
pub const MESSAGES: [&str; 3] = ["why", "no", "bad"];
/// What programs raise.
pub const RAISED: [&str; 6] = ["ValueError", "ValueError", "KeyError", "OSError", "TimeoutError", "CancelledError"];

/// How long something takes: few values, so that moments coincide.
pub fn duration(chance: &mut Chance) -> u32 {
    *chance.pick(&[0, 0, 1, 1, 1, 2, 2, 3, 4])
}

/// A time limit; `-` is none.
pub fn limit(chance: &mut Chance) -> &'static str {
    chance.pick(&["0", "1", "1", "2", "2", "3", "4", "-"])
}
