//! The run before, as a thin pale strip below each lane of the new one.

use super::columns::stretches;
use super::scene::{Paint, Scale, Scene};
use super::tracks::Timeline;
use crate::model::{State, Trace};

/// Top of a strip, from the top of its lane, and its height: it lies in the room between two lanes, CSS pixels.
const BELOW: f64 = 19.5;
const HIGH: f64 = 4.0;

/// A run that something newer is set beside.
#[derive(Clone, Copy)]
pub struct Earlier<'a> {
    /// What happened in it.
    pub trace: &'a Trace,
    /// The same by lane.
    pub timeline: &'a Timeline,
}

impl Earlier<'_> {
    /// Draws the strip of the lane that corresponds to the one at `place` with this name: of the same name, or else in the same
    /// place with a name that the new run has nowhere.
    pub(super) fn draw(&self, scene: &mut Scene, new: &Trace, place: usize, scale: &Scale, y: f64) {
        let Some(name) = new.lanes.get(place).map(|lane| &lane.name) else { return };
        let same = self.trace.lanes.iter().find(|lane| lane.name == *name);
        let beside = || self.trace.lanes.get(place).filter(|old| new.lanes.iter().all(|lane| lane.name != old.name));
        let Some(track) = same.or_else(beside).and_then(|lane| self.timeline.track(lane.id)) else { return };
        let to = scale.from.saturating_add(scale.span);
        for stretch in stretches(track.within(scale.from, to, self.trace.end), scale) {
            let paint = if stretch.state == State::Running { Paint::Ghost } else { Paint::GhostWait };
            scene.rect(stretch.x, y + BELOW, stretch.w, HIGH, paint);
        }
    }
}
