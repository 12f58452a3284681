//! Pictures as data: a trace becomes a scene, a report becomes bars.

mod bars;
mod columns;
mod cursor;
pub mod looks;
mod scene;
mod table;
mod ticks;
mod timeline;
mod tracks;

pub use bars::{Bar, bars, bars_for};
pub use cursor::{at_cursor, moments};
pub use looks::legend;
pub use scene::{Anchor, Paint, Scale, Scene, Shape, Viewport};
pub use table::table;
pub use ticks::{TimeTick, time_ticks};
pub use timeline::{ROW, height, plot, timeline};
pub use tracks::Timeline;
