//! What the page knows, and how it changes: a plain reducer, without the browser.

use crate::model::{Answer, Failure, Guess, Machine, Model, RunSpec};
use crate::page::runner::report::Shared;
use crate::scenarios::Scenario;
use crate::share::{self, Link, Notice, View};
use std::rc::Rc;
use yew::Reducible;

/// How far the page is with a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing was run yet.
    #[default]
    Idle,
    /// The engine is being fetched and started.
    Loading,
    /// Something runs.
    Running,
    /// Everything ended well.
    Done,
    /// A recorded run is shown.
    Recorded,
    /// A sweep over numbers of workers ended well.
    Measured,
    /// The reader stopped it.
    Stopped,
    /// Something failed.
    Failed(Failure),
}

impl Phase {
    /// The name in `data-state`.
    pub fn id(&self) -> &'static str {
        match self {
            Phase::Idle => "idle",
            Phase::Loading => "loading",
            Phase::Running => "running",
            Phase::Done => "done",
            Phase::Recorded => "recorded",
            Phase::Measured => "measured",
            Phase::Stopped => "stopped",
            Phase::Failed(_) => "failed",
        }
    }

    /// Whether a run is under way.
    pub fn busy(&self) -> bool {
        matches!(self, Phase::Loading | Phase::Running)
    }
}

/// What is running, and how far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Runs that ended.
    pub done: u32,
    /// Runs in all.
    pub of: u32,
    /// Share of all the work that is done, 0 to 1.
    pub share: f32,
    /// Model and variant that run now.
    pub now: Option<(Model, String)>,
    /// Which repeat runs now, from 0.
    pub repeat: u32,
    /// Nothing of it is in the results.
    pub sweep: bool,
}

/// Everything the page shows follows from this.
#[derive(Clone, PartialEq)]
pub struct State {
    /// What the form says.
    pub spec: Rc<RunSpec>,
    /// How often a link, the list, a preset or "Reset all" filled all of it.
    pub filled: u32,
    /// How the page is shown.
    pub view: Rc<View>,
    /// Embedded: asked for, or in a frame.
    pub embedded: bool,
    /// Cursor position in the timeline, ms.
    pub at: Option<u64>,
    /// What of a link was not used.
    pub notices: Vec<Notice>,
    /// What this place can do.
    pub machine: Rc<Machine>,
    /// How far a run is.
    pub phase: Phase,
    /// How far it is in figures.
    pub progress: Progress,
    /// What ran; stays when a later run fails.
    pub results: Option<Shared>,
    /// What ran before that, of the same scenario.
    pub before: Option<Shared>,
    /// What numbers of workers make of it, and what was measured.
    pub swept: Option<Rc<(RunSpec, Answer)>>,
    /// What the reader expects.
    pub guess: Rc<Guess>,
    /// The reader has made a guess, or none is asked for.
    pub guessed: bool,
}

/// What is said of a guess.
pub enum Guessed {
    /// The time of a model and variant: the step of its slider.
    Time(Model, String, u32),
    /// The next in the order, fastest first; or no longer in it.
    Next(Model, String),
    /// That it is made: results may be shown.
    Made,
}

/// What can happen.
pub enum Action {
    /// A link was opened (at the start, by the hash, by the host page).
    Open(Box<Link>),
    /// A scenario was chosen.
    Choose(&'static Scenario),
    /// A parameter was set to the value this text stands for.
    Set(&'static str, String),
    /// Parameters go back to their defaults: one, or all.
    Reset(Option<&'static str>),
    /// Named values were chosen: the hash text of a preset.
    Preset(&'static str),
    /// A model was switched on or off.
    Model(Model),
    /// A variant was switched on or off.
    Variant(&'static str),
    /// How often to run.
    Repeats(u32),
    /// The cursor was put somewhere.
    At(Option<u64>),
    /// The notices were read.
    Dismiss,
    /// The reader guesses.
    Guess(Guessed),
    /// A sweep was measured.
    Swept(Rc<(RunSpec, Answer)>),
    /// A run goes on, with these results.
    Going(Phase, Progress, Option<Shared>),
}

impl State {
    /// The state a link opens with.
    pub fn new(link: Link, machine: Machine, framed: bool) -> Self {
        let blank = Self {
            spec: Rc::new(link.spec.clone()),
            filled: 0,
            view: Rc::new(link.view.clone()),
            embedded: framed || link.view.embed,
            at: None,
            notices: Vec::new(),
            machine: Rc::new(machine),
            phase: Phase::Idle,
            progress: Progress::default(),
            results: None,
            before: None,
            swept: None,
            guess: Rc::default(),
            guessed: !link.view.predict,
        };
        blank.open(link)
    }

    /// The scenario of the form.
    pub fn scenario(&self) -> Option<&'static Scenario> {
        crate::scenarios::find(&self.spec.scenario)
    }

    /// Whether this parameter may be changed.
    pub fn may_change(&self, key: &str) -> bool {
        !self.view.readonly && !self.view.lock.iter().any(|k| k == key)
    }

    fn open(mut self, link: Link) -> Self {
        if self.spec.scenario != link.spec.scenario {
            self = self.without_results();
        }
        self.spec = Rc::new(link.spec);
        self.at = link.at;
        self.notices = link.notices;
        self
    }

    fn without_results(mut self) -> Self {
        if !self.phase.busy() {
            self.phase = Phase::Idle;
            self.results = None;
        }
        self.at = None;
        self.before = None;
        self.swept = None;
        self.guess = Rc::default();
        self.guessed = !self.view.predict;
        self
    }

    fn going(mut self, phase: Phase, progress: Progress, results: Option<Shared>) -> Self {
        let changed = results.as_ref().zip(self.results.as_ref()).filter(|(new, old)| !new.same(old));
        self.before = changed.filter(|(new, old)| old.earlier(new)).map(|(_, old)| old.clone()).or(self.before);
        // A run that brought nothing gives way to the one before.
        self.before = self.before.filter(|before| results.as_ref().is_none_or(|new| !new.same(before)));
        let results = results.or(self.results.clone());
        // Another scenario was chosen meanwhile: what still ends there is not shown here.
        if !phase.busy() && results.as_ref().is_some_and(|r| r.scenario() != self.spec.scenario) {
            return State { phase: Phase::Idle, progress: Progress::default(), results: None, ..self };
        }
        State { phase, progress, results, ..self }
    }

    fn with(mut self, change: impl FnOnce(&mut RunSpec)) -> Self {
        if !self.view.readonly {
            change(Rc::make_mut(&mut self.spec));
        }
        self
    }

    fn set(self, key: &'static str, text: &str) -> Self {
        let Some(scenario) = self.scenario().filter(|_| self.may_change(key)) else { return self };
        self.with(|spec| {
            // The form says what is wrong with a bad value; the last good one is kept.
            let _ = spec.values.set(scenario.params, key, text);
        })
    }

    fn preset(self, link: &str) -> Self {
        let Some(scenario) = self.scenario() else { return self };
        let all = share::decode("", &format!("s={}&{link}", scenario.id)).spec;
        let mut next = self;
        for param in scenario.params {
            if let Some(value) = all.values.get(param.key) {
                next = next.set(param.key, &value.to_string());
            }
        }
        next.with(|spec| {
            if link.contains("models=") {
                spec.models = all.models;
            }
            if link.contains("variant=") {
                spec.variants = all.variants;
            }
        })
    }
}

/// Switches `item` in `list`, keeping the order of `all` and at least one of them.
fn toggle<T: PartialEq + Clone>(list: &mut Vec<T>, item: &T, all: &[T]) {
    let had = list.contains(item);
    if !had || list.len() > 1 {
        *list = all.iter().filter(|i| if *i == item { !had } else { list.contains(i) }).cloned().collect();
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = (*self).clone();
        state.filled +=
            u32::from(matches!(action, Action::Open(_) | Action::Choose(_) | Action::Preset(_) | Action::Reset(None)));
        Rc::new(match action {
            Action::Open(link) => state.open(*link),
            Action::Choose(scenario) => {
                let mut next = state.without_results();
                next.spec = Rc::new(share::defaults(scenario));
                next.notices.clear();
                next
            }
            Action::Set(key, text) => state.set(key, &text),
            Action::Reset(key) => {
                let Some(scenario) = state.scenario() else { return self };
                let params = scenario.params.iter().filter(|p| key.is_none_or(|k| k == p.key));
                params.fold(state, |state, p| state.set(p.key, &p.default_value().to_string()))
            }
            Action::Preset(link) => state.preset(link),
            Action::Model(model) => state.with(|spec| toggle(&mut spec.models, &model, &Model::ALL)),
            Action::Variant(id) => {
                let all: Vec<String> =
                    state.scenario().map(|s| s.variants.iter().map(|v| v.id.to_owned()).collect()).unwrap_or_default();
                state.with(|spec| toggle(&mut spec.variants, &id.to_owned(), &all))
            }
            Action::Repeats(n) => state.with(|spec| spec.repeats = n.clamp(1, RunSpec::MAX_REPEATS)),
            Action::At(at) => State { at, ..state },
            Action::Dismiss => State { notices: Vec::new(), ..state },
            Action::Guess(guessed) => {
                let guess = Rc::make_mut(&mut state.guess);
                match guessed {
                    Guessed::Time(model, variant, step) => guess.put(model, &variant, step),
                    Guessed::Next(model, variant) => guess.pick(model, &variant),
                    Guessed::Made => state.guessed = true,
                }
                state
            }
            Action::Swept(swept) => {
                State { swept: (swept.0.scenario == state.spec.scenario).then_some(swept), ..state }
            }
            Action::Going(phase, progress, results) => state.going(phase, progress, results),
        })
    }
}
