//! Pictures as data: a trace becomes a scene, a report becomes bars.

mod bars;
mod columns;
mod cursor;
mod graph;
mod heart;
mod holds;
mod iterations;
mod levels;
pub mod looks;
mod losses;
mod scene;
mod strips;
mod table;
mod ticks;
mod timeline;
mod tracks;
mod wait_words;
mod waits;

pub use bars::{Bar, bars, bars_for};
pub use cursor::{at_cursor, moments};
pub use heart::{Gap, gaps, heartbeat};
pub use holds::holds;
pub use iterations::{Iteration, iterations, iterations_at};
pub use levels::{Levels, Series};
pub use looks::legend;
pub use losses::{Losses, Updates, losses};
pub use scene::{Anchor, Paint, Scale, Scene, Shape, Viewport};
pub use table::table;
pub use ticks::{TimeTick, time_ticks};
pub use timeline::{ROW, height, plot, timeline, with_loop, with_waits};
pub use tracks::Timeline;
pub use wait_words::who_waits;
pub use waits::Waits;
