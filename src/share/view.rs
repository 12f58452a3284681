//! How the page is shown: the part of a link that stands in the query.

use crate::model::{Fault, Harm};

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

impl Theme {
    /// Every theme.
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    /// The name in links.
    pub const fn id(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// A part of the page that a link may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

impl Panel {
    /// Every panel, in the order they are written.
    pub const ALL: [Panel; 6] =
        [Panel::Params, Panel::Timeline, Panel::Timings, Panel::Claims, Panel::Code, Panel::Explain];

    /// The name in links.
    pub const fn id(self) -> &'static str {
        match self {
            Panel::Params => "params",
            Panel::Timeline => "timeline",
            Panel::Timings => "timings",
            Panel::Claims => "claims",
            Panel::Code => "code",
            Panel::Explain => "explain",
        }
    }
}

/// How the page is shown: the query of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Embedded look asked for (in a frame it is taken for granted).
    pub embed: bool,
    /// Colours.
    pub theme: Theme,
    /// Panels shown, in the order of [`Panel::ALL`]; `None` means all.
    pub panels: Option<Vec<Panel>>,
    /// Keys of parameters that cannot be changed, in the order declared.
    pub lock: Vec<String>,
    /// Nothing can be changed.
    pub readonly: bool,
    /// Results stay hidden until a guess is made.
    pub predict: bool,
    /// What the reader is to do, in an author's words: plain text, shown above the scenario ([`clean`](super::task::clean)).
    pub task: String,
    /// Faults put into the runs to come, one each, to show recovery (`fault=panic|hang|memory|kill|lose`); `None` leaves a run
    /// as it is.
    pub faults: Vec<Option<Fault>>,
}

impl View {
    /// Whether a panel is shown.
    pub fn shows(&self, panel: Panel) -> bool {
        self.panels.as_ref().is_none_or(|panels| panels.contains(&panel))
    }

    /// Whether the parameter with this key cannot be changed.
    pub fn is_locked(&self, key: &str) -> bool {
        self.readonly || self.lock.iter().any(|k| k == key)
    }
}

const HARMS: [(&str, Harm); 5] = [
    ("panic", Harm::Panic),
    ("hang", Harm::Hang),
    ("memory", Harm::OutOfMemory),
    ("kill", Harm::Kill),
    ("lose", Harm::Lose),
];

/// A fault as links have it: what it does, and when and to which worker, if that is said (`panic.120.1`).
pub(super) fn fault_text(fault: Option<Fault>) -> String {
    let Some(Fault { harm, after, worker }) = fault else { return "none".to_owned() };
    let name = HARMS.iter().find(|(_, h)| *h == harm).map_or("", |(name, _)| name);
    match (after, worker) {
        (0, None) => name.to_owned(),
        (after, None) => format!("{name}.{after}"),
        (after, Some(worker)) => format!("{name}.{after}.{worker}"),
    }
}

/// The fault that a link names; `None` when it is none.
pub(super) fn fault_of(text: &str) -> Option<Option<Fault>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(None);
    }
    let mut parts = text.split('.');
    let name = parts.next()?;
    let (_, harm) = HARMS.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
    let after = parts.next().map_or(Some(0), |after| after.parse().ok())?;
    let worker = parts.next().map(|worker| worker.parse::<u8>().map(u32::from)).transpose().ok()?;
    let fault = Fault { harm: *harm, after, worker };
    (after <= Fault::LATEST && parts.next().is_none()).then_some(Some(fault))
}
