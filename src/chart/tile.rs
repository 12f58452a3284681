//! The pattern of each state, so that states differ without colour.

use crate::model::State;

/// Side of a tile, CSS pixels.
pub const TILE: f64 = 6.0;

/// Lines of a tile, as their ends in shares of its side; reaching over its edges keeps diagonals whole. None where a state is
/// one plain colour.
pub fn tile_lines(state: State) -> &'static [[f64; 4]] {
    match state {
        State::Blocked => &[[-0.5, 0.5, 0.5, -0.5], [-0.5, 1.5, 1.5, -0.5], [0.5, 1.5, 1.5, 0.5]],
        State::Gil => &[[-0.5, 0.5, 0.5, 1.5], [-0.5, -0.5, 1.5, 1.5], [0.5, -0.5, 1.5, 0.5]],
        State::Waiting => &[[0.0, 0.5, 0.01, 0.5]],
        State::Sleeping => &[[0.0, 0.5, 1.0, 0.5]],
        State::Starting => &[[0.5, 0.0, 0.5, 1.0]],
        State::Pickling => &[[0.5, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 0.5]],
        State::Idle | State::Ready | State::Running | State::Done => &[],
    }
}
