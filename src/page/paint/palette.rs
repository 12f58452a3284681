//! The theme's colours, read from the style sheet once per theme.

use super::patterns;
use crate::chart::Paint;
use crate::model::State;
use crate::page::browser;
use crate::page::components::bar::state_class;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlElement};

/// Colours and patterns by what they paint.
pub struct Palette {
    states: Vec<Fill>,
    ink: String,
    soft: String,
    line: String,
    failure: String,
    cancel: String,
    handover: String,
    event: String,
    /// Of what is drawn of a loop and of the run before, in the order of [`LOOP`].
    looping: [String; 7],
}

/// Classes of what is drawn of a loop and of the run before.
const LOOP: [&str; 7] = ["pt-area", "pt-curve", "pt-limit", "pt-held", "pt-late", "pt-ghost", "pt-ghost-wait"];

/// How a state is filled.
struct Fill {
    pattern: Option<CanvasPattern>,
    colour: String,
    /// What lies under the pattern.
    ground: String,
    /// Colour of a letter on it.
    letter: String,
}

/// Colours of an element of this class: text and background, as the browser computes them.
fn probe(parent: &HtmlElement, class: &str) -> (String, String) {
    let read = || {
        let element: HtmlElement = browser::document()?.create_element("i").ok()?.dyn_into().ok()?;
        element.set_class_name(&format!("probe {class}"));
        parent.append_child(&element).ok()?;
        let style = browser::window()?.get_computed_style(&element).ok()??;
        let colours = (style.get_property_value("color").ok()?, style.get_property_value("background-color").ok()?);
        element.remove();
        Some(colours)
    };
    read().unwrap_or_else(|| ("#333333".to_owned(), "#dddddd".to_owned()))
}

impl Palette {
    /// Reads the colours that hold inside `parent`.
    pub fn read(parent: &HtmlElement, context: &CanvasRenderingContext2d, ratio: f64) -> Self {
        let fill = |state: &State| {
            let (colour, ground) = probe(parent, &format!("pt-{}", state_class(*state)));
            let (letter, _) = probe(parent, &format!("lt-{}", state_class(*state)));
            let pattern = patterns::pattern(context, *state, &colour, &ground, ratio);
            Fill { pattern, colour, ground, letter }
        };
        let text = |class: &str| probe(parent, class).0;
        Self {
            states: State::ALL.iter().map(fill).collect(),
            ink: text("pt-ink"),
            soft: text("pt-soft"),
            line: text("pt-line"),
            failure: text("pt-failure"),
            cancel: text("pt-cancel"),
            handover: text("pt-handover"),
            event: text("pt-event"),
            looping: LOOP.map(text),
        }
    }

    /// Makes `paint` the colour of what is filled next.
    pub fn fill(&self, context: &CanvasRenderingContext2d, paint: Paint) {
        if let Paint::State(state) = paint
            && let Some(pattern) = self.states.get(state as usize).and_then(|f| f.pattern.as_ref())
        {
            context.set_fill_style_canvas_pattern(pattern);
        } else {
            context.set_fill_style_str(self.colour(paint));
        }
    }

    /// What a letter on `state` is set off with.
    pub fn ground(&self, state: State) -> &str {
        self.states.get(state as usize).map_or(&self.line, |f| &f.ground)
    }

    /// The plain colour of `paint`.
    pub fn colour(&self, paint: Paint) -> &str {
        let state = |s: State| self.states.get(s as usize);
        match paint {
            Paint::State(s) => state(s).map_or(&self.ink, |f| &f.colour),
            Paint::Letter(s) => state(s).map_or(&self.ink, |f| &f.letter),
            Paint::Ink | Paint::Cursor => &self.ink,
            Paint::Soft | Paint::Holds => &self.soft,
            Paint::Line => &self.line,
            Paint::Failure | Paint::ClosedWaits | Paint::ClosedHolds => &self.failure,
            Paint::Cancel | Paint::Waits => &self.cancel,
            Paint::HandOver => &self.handover,
            Paint::Event => &self.event,
            Paint::Area => &self.looping[0],
            Paint::Curve => &self.looping[1],
            Paint::Limit => &self.looping[2],
            Paint::Held => &self.looping[3],
            Paint::Late => &self.looping[4],
            Paint::Ghost => &self.looping[5],
            Paint::GhostWait => &self.looping[6],
        }
    }
}
