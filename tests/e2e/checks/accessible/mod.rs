//! For everybody: no violation in any state, everything by keyboard, room on small screens, stillness, and a run in words.

pub mod axe;
pub mod deeds;
mod emulate;
pub mod keyboard;
pub mod room;
mod states;
pub mod words;
