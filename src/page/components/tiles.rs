//! The patterns of the states for drawings in the document: the same as on the canvas.

use super::bar::state_class;
use crate::chart::{TILE, tile_lines};
use crate::model::State;
use yew::prelude::*;

/// The patterns, to be referred to as `#p-<state>`.
pub fn tiles() -> Html {
    let side = TILE.to_string();
    let tile = |state: State| {
        let name = state_class(state);
        html! {
            <pattern id={format!("p-{name}")} width={side.clone()} height={side.clone()} patternUnits="userSpaceOnUse">
                <rect class={format!("tg-{name}")} width={side.clone()} height={side.clone()} />
                {for tile_lines(state).iter().map(|l| {
                    let [x1, y1, x2, y2] = l.map(|share| (share * TILE).to_string());
                    html! { <line class={format!("tile-line tl-{name}")} {x1} {y1} {x2} {y2} /> }
                })}
            </pattern>
        }
    };
    let states = State::ALL.iter().filter(|s| !tile_lines(**s).is_empty());
    html! { <svg class="defs" aria-hidden="true"><defs>{for states.map(|s| tile(*s))}</defs></svg> }
}
