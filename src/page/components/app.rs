//! The whole page: one state, one runner, and the columns.

use super::Page;
use super::badge::badge;
use super::code::Code;
use super::failure::failure_box;
use super::guess::{Guessing, guess_line};
use super::intro::intro;
use super::logo::logo;
use super::nav::Nav;
use super::notices::notice_box;
use super::recorded;
use super::results::Results;
use super::runbar::{Far, run_bar};
use super::setup::SetUp;
use super::tiles::tiles;
use crate::page::effects::address::{self, Address};
use crate::page::effects::files::use_file;
use crate::page::effects::{autorun, host, keys, theme};
use crate::page::runner::Runner;
use crate::page::runner::report::Shared;
use crate::page::state::{Action, Phase, State};
use crate::page::{browser, machine};
use crate::scenarios::sources::{Texts, texts_name};
use crate::share::{self, Incoming, Link, Panel};
use gloo_events::EventListener;
use std::rc::Rc;
use yew::prelude::*;

/// What the page was opened with.
struct Opened {
    address: Address,
    state: State,
    /// Whether the link asks for a run.
    run: bool,
}

impl Opened {
    fn read() -> Self {
        let address = Address::default();
        let link = address.read();
        let run = link.run;
        Self { address, state: State::new(link, machine::machine(), browser::framed()), run }
    }
}

/// The app.
#[component]
pub fn App() -> Html {
    let opened = use_memo((), |()| Opened::read());
    let state = use_reducer_eq(|| opened.state.clone());
    let page = {
        let dispatch = state.dispatcher();
        use_memo((), |()| {
            let notify = dispatch.clone();
            let notify = Rc::new(move |phase, progress, results| {
                notify.dispatch(Action::Going(phase, progress, results));
            });
            let tell = Rc::new(|came: &Shared| host::send(&share::result(&came.read(), &came.verdict().claims)));
            Page { dispatch, runner: Runner::new(notify, tell, &opened.state.view.faults) }
        })
    };
    let latest = use_mut_ref(|| state.clone());
    latest.replace(state.clone());
    let start: Rc<dyn Fn()> = {
        let (latest, page) = (latest.clone(), page.clone());
        Rc::new(move || {
            let state = latest.borrow().clone();
            page.runner.start(&state.spec, &state.machine);
        })
    };
    // The host page means what it has set last, whatever runs.
    let change: Rc<dyn Fn()> = {
        let (latest, page) = (latest.clone(), page.clone());
        Rc::new(move || {
            let state = latest.borrow().clone();
            page.runner.change_to(&state.spec, &state.machine);
        })
    };
    // In this order: a link that was put into the address while the page came up must not be followed by what the first form
    // has still to tell.
    use_told(&state, &opened.address);
    use_outside(&page, &start, &change, &opened);
    let scenario = state.scenario();
    let texts = use_file(scenario.map(|s| texts_name(s.id)), |text| Texts::read(text).is_some());
    let Some(scenario) = scenario else { return html! { <main class="soft">{"No scenario."}</main> } };
    // Not by the form's submission, which sandboxed frames do not get.
    let run = {
        let start = start.clone();
        Callback::from(move |e: MouseEvent| {
            e.prevent_default();
            start();
        })
    };
    let stop = page.runner.clone();
    let stop = Callback::from(move |_: MouseEvent| stop.stop());
    let dismiss = page.dispatch.to_callback().reform(|_: MouseEvent| {
        browser::focus("#main");
        Action::Dismiss
    });
    let shows = |panel: Panel| state.view.panels.as_ref().is_none_or(|p| p.contains(&panel));
    let embedded = state.embedded;
    let repeats = shows(Panel::Params).then_some((state.spec.repeats, state.view.readonly));
    html! {
        <ContextProvider<Page> context={(*page).clone()}>
            {tiles()}
            if !state.embedded {
                <a class="skip" href="#main" onclick={Callback::from(skip)}>{"Skip to the scenario"}</a>
            }
            <div class={classes!("app", embedded.then_some("embedded"))}>
                if !embedded {
                    <Nav current={scenario.id} machine={state.machine.clone()} />
                }
                <main id="main" tabindex="-1">
                    if embedded {
                        <p class="full">{logo()}<a href={address::link(&state.view, &state.spec, state.at)} target="_blank" rel="noopener">
                            {"Open full page"}</a></p>
                    }
                    {notice_box(&state.notices, dismiss)}
                    {intro(scenario, &texts, &state.view.task)}
                    <form class="set-up" novalidate=true>
                        if shows(Panel::Params) {
                            <SetUp {scenario} texts={texts.clone()} spec={state.spec.clone()} filled={state.filled} view={state.view.clone()} machine={state.machine.clone()} />
                        }
                        {recorded::offer(&page, scenario, &state.machine, state.phase.busy())}
                        if !state.guessed || shows(Panel::Params) {
                            {guess_line(&page, &Guessing { scenario, spec: &state.spec, machine: &state.machine, guess: &state.guess, wanted: !state.guessed })}
                        }
                        {run_bar(&page, &Far { scenario, phase: &state.phase, progress: &state.progress, run, stop, repeats })}
                    </form>
                    if let Phase::Failed(failure) = &state.phase {
                        {failure_box(failure, state.results.is_none() && state.swept.is_none())}
                    }
                    <Results {scenario} state={state.clone()} />
                    if embedded {
                        {badge(&state.machine, embedded)}
                    }
                </main>
                if shows(Panel::Code) {
                    <Code {scenario} {texts} spec={state.spec.clone()} />
                }
            </div>
        </ContextProvider<Page>>
    }
}

/// Goes to the main part without touching the address, which holds a link.
fn skip(e: MouseEvent) {
    e.prevent_default();
    browser::focus("#main");
}

/// Listens to keys, the hash and the host page; starts by itself when the link says so.
#[hook]
fn use_outside(page: &Rc<Page>, start: &Rc<dyn Fn()>, change: &Rc<dyn Fn()>, opened: &Rc<Opened>) {
    let (page, start, change, opened) = (page.clone(), start.clone(), change.clone(), opened.clone());
    use_effect_with((), move |()| {
        let stop = page.runner.clone();
        let keys = {
            let (start, stop) = (start.clone(), stop.clone());
            keys::listen(move |wish| match wish {
                keys::Wish::Run => start(),
                keys::Wish::Stop => stop.stop(),
            })
        };
        let open = {
            let page = page.clone();
            Rc::new(move |link: Link| {
                page.runner.leave(&link.spec.scenario);
                page.dispatch.dispatch(Action::Open(Box::new(link)));
            })
        };
        let set = open.clone();
        let first = opened.address.known();
        let hash = {
            let (page, opened) = (page.clone(), opened.clone());
            let address = opened.address.clone();
            address.clone().on_change(move |link| {
                let (spec, at) = (link.spec.clone(), link.at);
                let run = link.run && autorun::allowed(&spec, &opened.state.machine);
                open(link);
                if !opened.state.embedded {
                    address.write(&spec, at);
                }
                if run {
                    page.runner.restart(&spec, &opened.state.machine);
                }
            })
        };
        let left = {
            let page = page.clone();
            browser::window().map(|w| EventListener::new(&w, "pagehide", move |_| page.runner.let_go()))
        };
        let messages = host::listen(move |message| match message {
            Incoming::Set(hash) => set(share::decode(&browser::address().0, &hash)),
            Incoming::Run => change(),
            Incoming::Stop => stop.stop(),
        });
        let height = host::tell_height();
        if first && opened.run && autorun::allowed(&opened.state.spec, &opened.state.machine) {
            start();
        }
        move || drop((keys, hash, left, messages, height))
    });
}

/// Tells the address, the host page and the theme what has changed.
#[hook]
fn use_told(state: &UseReducerHandle<State>, address: &Address) {
    use_effect_with(state.view.theme, |wanted| theme::apply(*wanted));
    {
        let (embedded, address) = (state.embedded, address.clone());
        use_effect_with((state.spec.clone(), state.at), move |(spec, at)| {
            if !embedded {
                address.write(spec, *at);
            }
        });
    }
    use_effect_with(state.machine.clone(), |machine| {
        if !host::told_ready() {
            host::send(&share::ready(machine));
        }
    });
    let title = state.scenario().map(|s| s.title);
    use_effect_with(title, |title| {
        if let (Some(document), Some(title)) = (browser::document(), title) {
            document.set_title(&format!("{title} · Interleave"));
        }
    });
}
