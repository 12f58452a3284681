//! The palette as plain colours, for pictures that leave the page; a test holds it to the style sheet.

use super::scene::Paint;
use crate::model::State;

/// A colour, light and dark.
pub type Hue = [&'static str; 2];

/// The style sheet's `--card`: what pictures lie on.
pub const CARD: Hue = ["#ffffff", "#1b2024"];

const INK: Hue = ["#1c2226", "#e8e6e1"];
const SOFT: Hue = ["#586269", "#a3aeb5"];
const LINE: Hue = ["#e4e1d9", "#2e363b"];
const BAD: Hue = ["#b3261e", "#ff9a91"];
const WARM: Hue = ["#8a5600", "#f0b557"];
const BLOCKED: Hue = ["#de8f05", "#e9a53a"];

/// The colour of a paint; of a state with a pattern, the colour of its lines.
pub const fn hue(paint: Paint) -> Hue {
    match paint {
        Paint::State(state) => lines(state),
        Paint::Letter(state) => letter(state),
        Paint::Ink | Paint::Cursor => INK,
        Paint::Soft | Paint::Holds | Paint::Event => SOFT,
        Paint::Line => LINE,
        Paint::Failure | Paint::ClosedWaits | Paint::ClosedHolds => BAD,
        Paint::Cancel | Paint::Waits => WARM,
        Paint::HandOver => letter(State::Gil),
        Paint::Area => ["#e8f2f8", "#1d3340"],
        Paint::Curve => ["#0173b2", "#5bb5e8"],
        Paint::Limit => BLOCKED,
        Paint::Held => ["#f3c77a", "#8a5a12"],
        Paint::Late => ["#d9d6cd", "#46525a"],
        Paint::Ghost => ["#8dbcd9", "#3f7595"],
        Paint::GhostWait => ["#dcd9d0", "#3a444a"],
    }
}

const fn lines(state: State) -> Hue {
    match state {
        State::Idle | State::Done => LINE,
        State::Starting => ["#8b949a", "#7d898f"],
        State::Ready => ["#bcd9ea", "#2b546c"],
        State::Running => ["#0173b2", "#4aa9e0"],
        State::Sleeping => ["#a9c9dc", "#3a6076"],
        State::Waiting => ["#aeb3b6", "#5f6b72"],
        State::Blocked => BLOCKED,
        State::Gil => ["#cc78bc", "#d592c8"],
        State::Pickling => ["#029e73", "#2fbf95"],
    }
}

const fn letter(state: State) -> Hue {
    match state {
        State::Idle | State::Done => INK,
        State::Starting => ["#444d53", "#c0c9ce"],
        State::Ready => ["#0c4a70", "#cfe9f8"],
        State::Running => ["#ffffff", "#0b1a24"],
        State::Sleeping => ["#3f5c6c", "#a9cbdd"],
        State::Waiting => ["#4d565c", "#b6c0c6"],
        State::Blocked => ["#6b4300", "#ffdca3"],
        State::Gil => ["#7a2b69", "#f3c8e9"],
        State::Pickling => ["#01543d", "#9aebd0"],
    }
}

/// What lies under a state's letter, and under its pattern if it has one.
pub const fn ground(state: State) -> Hue {
    match state {
        State::Idle | State::Done | State::Ready | State::Running => lines(state),
        State::Starting => ["#ebeae5", "#262d32"],
        State::Sleeping => ["#e9f2f7", "#1d313c"],
        State::Waiting => ["#f1f0ec", "#20272b"],
        State::Blocked => ["#fcefd7", "#3a2b11"],
        State::Gil => ["#f9eaf5", "#38233a"],
        State::Pickling => ["#dff3ec", "#12362c"],
    }
}
