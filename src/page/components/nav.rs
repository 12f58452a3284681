//! Chapters and scenarios, with a search.

use super::Page;
use super::badge::badge;
use super::logo::logo;
use crate::model::Machine;
use crate::page::browser;
use crate::page::effects::files::use_file;
use crate::page::effects::reveal::reveal;
use crate::page::state::Action;
use crate::scenarios::sources::QUESTIONS;
use crate::scenarios::{Chapter, REGISTRY, Scenario};
use std::rc::Rc;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

/// What the list stands beside.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Id of the scenario shown.
    pub current: AttrValue,
    /// What this place can do.
    pub machine: Rc<Machine>,
}

fn matches(scenario: &Scenario, question: &str, words: &str) -> bool {
    let text = [scenario.title, " ", scenario.id, " ", question].concat().to_ascii_lowercase();
    words.split_whitespace().all(|w| text.contains(w))
}

/// The left column.
#[component]
pub fn Nav(props: &Props) -> Html {
    let page = use_context::<Page>();
    let words = use_state(String::new);
    let open = use_state(|| false);
    let questions =
        use_file((!words.is_empty()).then(|| QUESTIONS.to_owned()), |text| text.lines().count() == REGISTRY.len());
    let side = use_node_ref();
    {
        let side = side.clone();
        use_effect_with(props.current.clone(), move |_| {
            if let Some(side) = side.cast::<Element>()
                && let Ok(Some(on)) = side.query_selector("a.on")
            {
                reveal(&side, &on);
            }
        });
    }
    let oninput = {
        let words = words.clone();
        Callback::from(move |e: InputEvent| {
            words.set(e.target_unchecked_into::<HtmlInputElement>().value().to_ascii_lowercase());
        })
    };
    let item = |s: &'static Scenario| {
        let (page, open) = (page.clone(), open.clone());
        let onclick = Callback::from(move |e: MouseEvent| {
            // With a modifier the link does what links do.
            if e.ctrl_key() || e.meta_key() || e.shift_key() {
                return;
            }
            e.prevent_default();
            if let Some(page) = &page {
                page.runner.leave(""); // whichever it is: it begins anew
                page.dispatch.dispatch(Action::Choose(s));
            }
            if *open {
                // The list goes, with what has the focus, and the page is shorter.
                browser::focus("#main");
                browser::to_the_top();
            }
            open.set(false);
        });
        let current = props.current.as_str() == s.id;
        html! {
            <li key={s.id}>
                <a href={format!("#v=1&s={}", s.id)} data-scenario={s.id} {onclick}
                    class={classes!(current.then_some("on"))} aria-current={current.then_some("page")}>
                    {s.title}
                </a>
            </li>
        }
    };
    let chapter = |c: Chapter| {
        let all = REGISTRY.iter().copied().zip(questions.text().lines().chain(std::iter::repeat("")));
        let found: Vec<_> =
            all.filter(|(s, q)| s.chapter == c && matches(s, q, &words)).map(|(s, _)| item(s)).collect();
        (!found.is_empty()).then(|| html! { <section><h2>{c.title()}</h2><ul>{for found}</ul></section> })
    };
    let chapters: Vec<Html> = Chapter::ALL.into_iter().filter_map(chapter).collect();
    let none = chapters.is_empty();
    // One node, or with every chapter that goes the field would be made anew, and what was typed with it.
    let chapters: Html = chapters.into_iter().collect();
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    html! {
        <nav ref={side} class={classes!("side", (*open).then_some("open"))} aria-label="Scenarios">
            <div class="brand">{logo()}<span>{"Interleave"}</span>
                <button type="button" class="menu" aria-expanded={open.to_string()} aria-controls="scenarios" onclick={toggle}>
                    {"Scenarios"}
                </button>
            </div>
            <div class="list" id="scenarios">
                <p class="tagline">{"Run concurrency, and see what it does. "}<a href="guide/">{"Guide"}</a></p>
                <input id="search" type="search" placeholder="Search  /" aria-label="Search scenarios" {oninput} />
                {chapters}
                if none { <p class="soft">{"No scenario has these words."}</p> }
                {badge(&props.machine, false)}
            </div>
        </nav>
    }
}
