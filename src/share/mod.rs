//! Links, messages and copies: a run specification as text, a report as JSON, Python with the reader's values.

use crate::model::{Fault, Machine, Report, RunSpec, Values};
use crate::scenarios::Scenario;

/// Colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A part of the page that a link may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Parameter form.
    Params,
    /// Timeline.
    Timeline,
    /// Timings.
    Timings,
    /// Claims.
    Claims,
    /// Python and Rust.
    Code,
    /// Explanation.
    Explain,
}

/// How the page is shown: the query of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Embedded look asked for (in a frame it is taken for granted).
    pub embed: bool,
    /// Colours.
    pub theme: Theme,
    /// Panels shown; `None` means all.
    pub panels: Option<Vec<Panel>>,
    /// Keys of parameters that cannot be changed.
    pub lock: Vec<String>,
    /// Nothing can be changed.
    pub readonly: bool,
    /// Results stay hidden until a guess is made.
    pub predict: bool,
    /// A fault put into the first run, to show recovery (`fault=panic|hang|memory`).
    pub fault: Option<Fault>,
}

/// Something in a link that was not used, and why; shown in a small notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// No scenario has this id.
    UnknownScenario(String),
    /// No key has this name.
    UnknownKey(String),
    /// The value is no value of the key.
    BadValue {
        /// The key.
        key: String,
        /// Why.
        why: String,
    },
    /// The link is of a later version.
    FutureVersion(String),
    /// The link is longer than any this page makes; the rest was left out.
    TooLong,
}

/// A link, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// How to show.
    pub view: View,
    /// What to run; the first scenario with its defaults when nothing usable was said.
    pub spec: RunSpec,
    /// Cursor position, ms.
    pub at: Option<u64>,
    /// Start by itself.
    pub run: bool,
    /// What was not used.
    pub notices: Vec<Notice>,
}

/// A message from the host page, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// Show this hash text.
    Set(String),
    /// Press Run.
    Run,
    /// Press Stop.
    Stop,
}

/// What a scenario runs when nothing is said.
pub fn defaults(scenario: &Scenario) -> RunSpec {
    let _ = scenario;
    unimplemented!()
}

/// Reads a link; `query` and `hash` with or without their first character. Never fails.
pub fn decode(query: &str, hash: &str) -> Link {
    let _ = (query, hash);
    unimplemented!()
}

/// The hash text for a specification, without `#`; defaults are left out.
pub fn encode(spec: &RunSpec, at: Option<u64>) -> String {
    let _ = (spec, at);
    unimplemented!()
}

/// `interleave:ready` as JSON.
pub fn ready(machine: &Machine) -> String {
    let _ = machine;
    unimplemented!()
}

/// `interleave:resize` as JSON; `height` in CSS pixels.
pub fn resize(height: u32) -> String {
    let _ = height;
    unimplemented!()
}

/// `interleave:result` as JSON; also what "Copy result as JSON" gives.
pub fn result(report: &Report) -> String {
    let _ = report;
    unimplemented!()
}

/// Reads a message of the host page; `None` for anything else.
pub fn incoming(json: &str) -> Option<Incoming> {
    let _ = json;
    unimplemented!()
}

/// The line of Python that assigns a parameter's value (`JOBS = 10`), if `line` is such a line of one of `values`.
pub fn python_line(line: &str, values: &Values) -> Option<String> {
    let _ = (line, values);
    unimplemented!()
}
