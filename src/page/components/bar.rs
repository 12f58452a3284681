//! One row of the timings: label, figures, and a bar whose text never shrinks with it.

use super::told::Tree;
use crate::chart::Bar;
use crate::model::guess::compared;
use crate::model::time::{MS, millis};
use crate::model::units::{time_ms, times};
use crate::model::{Nanos, State};

/// A row.
pub struct Row<'a> {
    /// What is shown.
    pub bar: &'a Bar,
    /// Label, with the variant.
    pub label: String,
    /// The longest time of all rows, ms: the whole width.
    pub longest: f64,
    /// Result of the last run.
    pub value: String,
    /// Whether the reader stopped one of its runs.
    pub stopped: bool,
    /// What the reader expected.
    pub guess: Option<Nanos>,
    /// Its median in the run before, ms.
    pub before: Option<f64>,
}

/// The class of a state's colour and pattern, in the style sheet and in the timeline alike.
pub fn state_class(state: State) -> &'static str {
    match state {
        State::Idle | State::Done => "idle",
        State::Starting => "starting",
        State::Ready => "ready",
        State::Running => "running",
        State::Sleeping => "sleeping",
        State::Waiting => "waiting",
        State::Blocked => "blocked",
        State::Gil => "gil",
        State::Pickling => "pickling",
    }
}

fn share(ms: f64, longest: f64) -> String {
    format!("{:.3}%", (100.0 * ms / longest.max(1e-9)).clamp(0.0, 100.0))
}

/// The parts of the bar, as shares of the median in the proportion of their sums.
fn parts(bar: &Bar, longest: f64, tree: &mut Tree) {
    let mut rect = |class: &str, from: f64, width: f64| {
        let (x, width) = (share(from, longest), share(width, longest));
        tree.put(
            2,
            "rect",
            "",
            &[("class", &*["st ", class].concat()), ("x", &x), ("y", "3"), ("width", &width), ("height", "16")],
        );
    };
    let whole: f64 = bar.parts.iter().map(|(_, _, ms)| ms).sum();
    if whole <= 0.0 {
        return rect("running", 0.0, bar.summary.median);
    }
    let mut x = 0.0;
    for (_, state, ms) in &bar.parts {
        let width = bar.summary.median * ms / whole;
        rect(state_class(*state), x, width);
        x += width;
    }
}

/// The head of a row, and the ground of its bar.
pub fn begin(tree: &mut Tree, attributes: &[(&str, &str)], label: &str, figures: &[(&str, &str, &str)]) {
    tree.put(0, "li", "", attributes);
    tree.put(1, "div", "", &[("class", "top")]);
    tree.put(2, "span", label, &[("class", "name")]);
    let alone = figures.iter().find(|(tag, ..)| tag.is_empty()).map_or("", |(_, _, text)| text);
    tree.put(2, "span", alone, &[("class", "figures")]);
    for (tag, class, text) in figures.iter().filter(|(tag, ..)| !tag.is_empty()) {
        tree.put(3, tag, text, &[("class", class)]);
    }
    tree.put(1, "svg", "", &[("class", "track"), ("width", "100%"), ("height", "22"), ("aria-hidden", "true")]);
    tree.put(
        2,
        "rect",
        "",
        &[("class", "ground"), ("x", "0"), ("y", "3"), ("width", "100%"), ("height", "16"), ("rx", "3")],
    );
}

/// The row.
pub fn bar_row(row: Row<'_>, tree: &mut Tree) {
    let Row { bar, label, longest, value, stopped, guess, before } = row;
    let s = &bar.summary;
    let key = [bar.model.id(), "/", &bar.variant].concat();
    let (median, n) = (format!("{:.4}", s.median), s.n.to_string());
    let mut attributes =
        vec![("class", "bar"), ("data-cell", &*key), ("data-median", &median), ("data-n", &n), ("data-value", &value)];
    let speedup = bar.speedup.as_ref().map(|x| format!("{:.4}", x.median));
    attributes.extend(speedup.as_deref().map(|x| ("data-speedup", x)));
    let shown = time_ms(s.median);
    let times = bar.speedup.as_ref().map(|x| format!("{} ({:.2}–{:.2})", times(x.median), x.min, x.max));
    let mut figures = vec![("strong", "", &*shown)];
    figures.extend(times.as_deref().map(|x| ("span", "speedup", x)));
    begin(tree, &attributes, &label, &figures);
    parts(bar, longest, tree);
    let mut line = |class: &str, from: f64, to: f64, y1: &str, y2: &str| {
        let (x1, x2) = (share(from, longest), share(to, longest));
        tree.put(2, "line", "", &[("class", class), ("x1", &x1), ("x2", &x2), ("y1", y1), ("y2", y2)]);
    };
    if s.n > 1 {
        line("spread", s.min, s.max, "11", "11");
        line("spread", s.min, s.min, "7", "15");
        line("spread", s.max, s.max, "7", "15");
    }
    if let Some((_, at)) = &bar.bound {
        line("bound", *at, *at, "0", "22");
    }
    let mut rect = |class: &str, x: &str, width: &str| {
        let attributes = [("class", class), ("x", x), ("y", "1"), ("width", width), ("height", "20"), ("rx", "2")];
        tree.put(2, "rect", "", &attributes);
    };
    if let Some(before) = before {
        rect("earlier", &share(before, longest), "3");
    }
    if let Some(guess) = guess {
        rect("guessed", "0", &share(millis(guess), longest));
    }
    let mut below = ["n = ", &n, if stopped { ", then stopped" } else { "" }].concat();
    if s.n > 1 {
        below += &[", ", &time_ms(s.min), " – ", &time_ms(s.max)].concat();
    }
    let mut marks = vec![("soft", below)];
    marks.extend(bar.bound.as_ref().map(|(what, at)| ("mark-bound", [what, ": ", &time_ms(*at)].concat())));
    marks.extend(before.map(|before| ("mark-before", ["before: ", &time_ms(before)].concat())));
    marks.extend(guess.map(|guess| ("mark-guess", compared(guess, (s.median * MS as f64) as Nanos))));
    tree.put(1, "div", "", &[("class", "below")]);
    marks.iter().for_each(|(class, text)| tree.put(2, "span", text, &[("class", class)]));
}
