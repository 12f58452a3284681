//! Every state the page can be in, as data: what is opened and what is done then. A new state is a line.

use crate::ensure;
use crate::harness::page::Page;
use crate::harness::{Needs, Trouble};
use serde_json::{Value, json};
use std::path::Path;

/// What is done to come to a state.
#[derive(Clone, Copy)]
pub enum Step {
    /// Presses Run; the run must end as this.
    Run(&'static str),
    /// Presses Run and waits until it is going.
    Start,
    /// Presses Stop and waits until it has stopped.
    Stop,
    /// Presses what the selector finds.
    Press(&'static str),
    /// Types a text into what the selector finds.
    Type(&'static str, &'static str),
    /// Waits until there is something the selector finds.
    See(&'static str),
    /// Runs a script in the page.
    Script(&'static str),
}

use Step::{Press, Run, Script, See, Start, Stop, Type};

/// A state.
#[derive(Clone, Copy)]
pub struct State {
    /// What it is called.
    pub name: &'static str,
    /// The link's query.
    pub query: &'static str,
    /// The link's hash.
    pub hash: &'static str,
    /// What is done then.
    pub steps: &'static [Step],
    /// Where it can be.
    pub needs: Needs,
    /// Only in a window as small as a phone's.
    pub phone: bool,
}

const fn state(name: &'static str, query: &'static str, hash: &'static str, steps: &'static [Step]) -> State {
    State { name, query, hash, steps, needs: Needs::Anything, phone: false }
}

const fn only(needs: Needs, state: State) -> State {
    State { needs, ..state }
}

const fn phone(state: State) -> State {
    State { phone: true, ..state }
}

/// Opens every table and list that is shut.
const OPEN_ALL: Step = Script("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
/// A clipboard that does not take anything.
const NO_CLIPBOARD: Step =
    Script("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })");
/// A run of much work, which is still going when it is looked at.
const LONG: &str = "v=1&s=primes&limit=10000000&models=processes&repeats=50";
/// A run of some milliseconds.
const SHORT: &str = "v=1&s=prices&repeats=2&speed=10";

/// The states.
pub const STATES: &[State] = &[
    state("idle", "", "v=1&s=semaphore", &[]),
    state("running", "", LONG, &[Start]),
    state("done", "", SHORT, &[Run("done")]),
    state("done, all opened", "", SHORT, &[Run("done"), OPEN_ALL, See("table td")]),
    state("done, with a cursor", "", "v=1&s=semaphore&speed=10&at=50", &[Run("done"), See(".sentences li")]),
    state("done, lost updates", "", "v=1&s=async-lock&speed=10", &[Run("done"), See("#meter li")]),
    state("done, many lanes", "", "v=1&s=many-tasks&models=asyncio&tasks=1000&wait=100", &[Run("done"), See(".pages")]),
    only(Needs::SharedMemory, state("done, in every model", "", "v=1&s=gil-io&repeats=1&speed=10", &[Run("done")])),
    only(
        Needs::SharedMemory,
        state("done, a deadlock", "", "v=1&s=deadlock&variant=as-they-come&models=threads&repeats=1", &[Run("done")]),
    ),
    state("stopped", "", LONG, &[Start, Stop]),
    state("failed", "fault=panic", "v=1&s=primes&limit=1000000&models=processes&repeats=1", &[Run("failed")]),
    only(Needs::NoSharedMemory, state("idle, without threads", "", "v=1&s=gil-cpu", &[])),
    only(Needs::NoSharedMemory, state("embed, without threads", "embed", "v=1&s=gil-cpu", &[])),
    only(Needs::NoSharedMemory, state("recorded", "", "v=1&s=race", &[Press("#recorded"), See(".recorded")])),
    state("notices", "theme=pink&nothing=1", "v=9&s=prices&gold=x&foo=1&bar=2", &[See(".notice")]),
    state("a wrong value", "", "v=1&s=primes", &[Type("#p-limit", "0"), See(".help.wrong")]),
    state("other values", "", "v=1&s=semaphore&jobs=20&work=500&limit=2", &[See(".label .quiet")]),
    state("a model chosen", "", "v=1&s=pick-a-model", &[]),
    state("locked", "lock=limit", "v=1&s=primes", &[See(".lock")]),
    state("read only", "readonly=1", "v=1&s=primes", &[See(".lock")]),
    state(
        "search without result",
        "",
        SHORT,
        &[Type("#search", "zzzz"), See("#scenarios .list > .soft, #scenarios > .soft")],
    ),
    state("search with results", "", SHORT, &[Type("#search", "lock")]),
    state("copied by hand", "", SHORT, &[NO_CLIPBOARD, Press("#copy-link"), See(".by-hand")]),
    state("the Rust", "", SHORT, &[Press("#tab-rust"), See("#rust .t1")]),
    state("embed", "embed", SHORT, &[]),
    state("embed, done", "embed", SHORT, &[Run("done"), OPEN_ALL]),
    state("the share dialog", "", SHORT, &[Press("#share"), See("#share-dialog[open]")]),
    state("the save dialog", "", SHORT, &[Run("done"), Press("#save"), See("#save-dialog[open]")]),
    state("a task", "task=Why%20does%20one%20way%20take%20longer%3F%0AWrite%20two%20sentences.", SHORT, &[]),
    state("few panels", "panels=timeline,claims", SHORT, &[Run("done")]),
    state("a guess asked", "predict=1", SHORT, &[See("#guess[open]")]),
    state("done, beside a guess", "", SHORT, &[OPEN_ALL, Type("#guess input", "60"), Run("done"), See(".mark-guess")]),
    state(
        "done, speed-up offered",
        "",
        "v=1&s=primes&limit=100000&models=processes&repeats=1",
        &[Run("done"), See("#sweep")],
    ),
    phone(state("the share dialog on a phone", "", SHORT, &[Press("#share"), See("#share-dialog[open]")])),
    phone(state("menu open on a phone", "", SHORT, &[Press(".menu"), See(".side.open")])),
];

impl State {
    /// Whether it is looked at here: where it can be, but what can be everywhere only once in each browser.
    pub fn due(&self, page: &Page) -> bool {
        self.needs.met(page) && (self.needs != Needs::Anything || Needs::Once.met(page))
    }

    /// Whether something runs on the way to it.
    pub fn runs(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Run(_) | Start))
    }

    /// Comes to it, in a page opened afresh.
    pub async fn enter(&self, page: &Page) -> Result<(), Trouble> {
        page.open(self.query, self.hash).await?;
        for step in self.steps {
            self.take(page, *step).await?;
        }
        Ok(())
    }

    async fn take(&self, page: &Page, step: Step) -> Result<(), Trouble> {
        match step {
            Run(wanted) => {
                let ended = page.run_to_end().await?;
                ensure!(ended == wanted, "{}: the run ended as {ended}: {}", self.name, page.situation().await?);
            }
            Start => page.start().await?,
            Stop => {
                page.press("#stop").await?;
                let ended = page.ended().await?;
                ensure!(ended == "stopped", "{}: the run ended as {ended}", self.name);
            }
            Press(selector) => page.press(selector).await?,
            Type(selector, text) => {
                let script = "const e = document.querySelector(arguments[0]);
                    if (!e) return false;
                    e.focus();
                    e.value = arguments[1];
                    e.dispatchEvent(new Event('input', { bubbles: true }));
                    return true;";
                let found = page.js(script, json!([selector, text])).await? == Value::Bool(true);
                ensure!(found, "{}: nothing to type into: {selector}", self.name);
            }
            See(selector) => {
                let script = "return document.querySelector(arguments[0]) !== null";
                let limit = std::time::Duration::from_secs(30);
                page.wait_for(&format!("{}: {selector}", self.name), script, json!([selector]), limit).await?;
            }
            Script(script) => page.js(script, json!([])).await.map(|_| ())?,
        }
        Ok(())
    }
}

/// The site's other pages, by their addresses below its root: all of the guide, and one of those made for each scenario.
pub fn other_pages() -> Vec<String> {
    let mut pages = Vec::new();
    for (folder, most) in [("guide", usize::MAX), ("s", 1)] {
        let entries = std::fs::read_dir(Path::new("dist").join(folder)).into_iter().flatten().flatten();
        let mut found: Vec<String> = entries
            .filter(|entry| entry.path().join("index.html").is_file())
            .map(|entry| format!("{folder}/{}/", entry.file_name().to_string_lossy()))
            .collect();
        found.sort();
        found.truncate(most);
        if Path::new("dist").join(folder).join("index.html").is_file() {
            found.push(format!("{folder}/"));
        }
        pages.extend(found);
    }
    pages
}
