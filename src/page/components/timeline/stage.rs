//! What a picture keeps between paintings: the canvas, the sorted trace, and when it was last worth painting.

use super::ROWS;
use super::which::with_run;
use super::window::Window;
use crate::chart::{self, Earlier, Scale, Viewport};
use crate::model::{Nanos, Run};
use crate::page::browser;
use crate::page::paint::canvas::Canvas;
use crate::page::runner::report::Shared;
use std::cell::Cell;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};

/// A picture that is dear to paint is painted the more seldom: at most a twelfth of the time goes into it.
const SHARE: f64 = 12.0;

/// What is to be painted.
#[derive(Clone, PartialEq)]
pub struct Wanted {
    /// What ran.
    pub results: Shared,
    /// Cell and run.
    pub at: (usize, usize),
    /// Height to keep, while something runs, CSS pixels.
    pub reserve: Option<f64>,
    /// Part of the time.
    pub window: Window,
    /// The cursor.
    pub cursor: Option<Nanos>,
    /// First lane.
    pub row: usize,
    /// The run before, to be drawn as a ghost: a report with cell and run.
    pub earlier: Option<(Shared, (usize, usize))>,
}

/// What is kept.
#[derive(Default)]
pub struct Stage {
    canvas: Option<Canvas>,
    timeline: chart::Timeline,
    /// The run that `timeline` holds.
    of: Option<(Shared, (usize, usize))>,
    ghost: chart::Timeline,
    /// The run that `ghost` holds.
    ghost_of: Option<(Shared, (usize, usize))>,
    beat: u64,
    painted: f64,
    cost: f64,
    tallest: f64,
    /// Room there is, CSS pixels; asking the browser again after every change would make it lay out the page each time.
    width: Cell<Option<f64>>,
    /// What is to be painted.
    pub wanted: Option<Wanted>,
}

impl Stage {
    /// Colours have changed: read them again.
    pub fn forget_theme(&mut self) {
        self.canvas = None;
    }

    /// The room has changed: ask again how much there is.
    pub fn forget_width(&mut self) {
        self.width.set(None);
    }

    fn width(&self, parent: &Element) -> f64 {
        let width = self.width.get().unwrap_or_else(|| f64::from(parent.client_width()));
        self.width.set((width >= 1.0).then_some(width));
        width
    }

    /// Whether there is something new, and enough time has passed to paint it.
    pub fn has_news(&self) -> bool {
        let new = self.wanted.as_ref().is_some_and(|wanted| wanted.results.beat() != self.beat);
        new && browser::now_ms() - self.painted >= self.cost * SHARE
    }

    /// Paints.
    pub fn paint(&mut self, element: &HtmlCanvasElement) {
        let Some(wanted) = self.wanted.clone() else { return };
        let Some(parent) = element.parent_element() else { return };
        let width = self.width(&parent);
        if width < 1.0 {
            return;
        }
        let began = browser::now_ms();
        let same = self.of.as_ref().is_some_and(|(r, at)| r.same(&wanted.results) && *at == wanted.at);
        if !same {
            self.timeline = chart::Timeline::new();
            self.of = Some((wanted.results.clone(), wanted.at));
        }
        if !self.canvas.as_ref().is_some_and(|c| c.is_for(element)) {
            self.canvas = Canvas::new(element.clone());
        }
        if self.ghost_of != wanted.earlier {
            self.ghost = chart::Timeline::new();
            self.ghost_of.clone_from(&wanted.earlier);
        }
        let (timeline, ghost) = (&mut self.timeline, &mut self.ghost);
        let scene = with_run(&wanted.results, wanted.at, |run| {
            timeline.extend(&run.trace);
            let view = viewport(run, &wanted, width);
            let beside = wanted.earlier.as_ref().and_then(|(report, at)| {
                with_run(report, *at, |old| {
                    ghost.extend(&old.trace);
                    let earlier = Earlier { trace: &old.trace, timeline: ghost };
                    timeline.scene_beside(&run.trace, &view, Some(earlier))
                })
            });
            beside.unwrap_or_else(|| timeline.scene(&run.trace, &view))
        });
        if let Some(canvas) = self.canvas.as_mut() {
            let scene = scene.unwrap_or_default();
            canvas.paint(&scene);
            // While runs come and go the card keeps the height of the tallest, so that nothing jumps.
            let kept = wanted.reserve.map_or(0.0, |height| self.tallest.max(height));
            self.tallest = kept.max(scene.height);
            if let Ok(parent) = wasm_bindgen::JsCast::dyn_into::<HtmlElement>(parent) {
                let _ = parent.style().set_property("min-height", &format!("{}px", self.tallest));
            }
        }
        self.beat = wanted.results.beat();
        self.painted = browser::now_ms();
        self.cost = self.painted - began;
    }

    /// How moments and positions belong together now, with the end of the trace.
    pub fn scale(&self, element: &HtmlCanvasElement) -> Option<(Scale, Nanos)> {
        let wanted = self.wanted.as_ref()?;
        let width = self.width(&element.parent_element()?);
        with_run(&wanted.results, wanted.at, |run| {
            (chart::plot(&run.trace, &viewport(run, wanted, width)), end(run, wanted))
        })
    }
}

/// The last moment there is to see: a run before may have taken longer.
fn end(run: &Run, wanted: &Wanted) -> Nanos {
    let earlier = wanted.earlier.as_ref().and_then(|(report, at)| with_run(report, *at, |old| old.trace.end));
    run.trace.end.max(earlier.unwrap_or(0))
}

fn viewport(run: &Run, wanted: &Wanted, width: f64) -> Viewport {
    let (from, to) = wanted.window.bounds(end(run, wanted));
    Viewport { width, from, to, cursor: wanted.cursor, first_row: wanted.row, rows: ROWS }
}
