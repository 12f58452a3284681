//! The Python twin with the current values, and the Rust that ran.

use crate::model::RunSpec;
use crate::page::effects::sources::load;
use crate::scenarios::Scenario;
use crate::scenarios::sources::{self, Class, Sources};
use crate::share;
use std::rc::Rc;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// Whose code.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The values to fill in.
    pub spec: Rc<RunSpec>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.scenario, other.scenario) && self.spec.values == other.spec.values
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Tab {
    Python,
    Rust,
}

/// A line, as pieces with their class.
type Line<'a> = [(Class, &'a str)];

fn line(line: &Line<'_>, filled: Option<String>) -> Html {
    match filled {
        Some(text) => html! { <span class="line filled">{text}{"\n"}</span> },
        None => html! {
            <span class="line">
                {for line.iter().map(|(class, text)| match class {
                    Class::Plain => html! { {text.to_string()} },
                    class => html! { <span class={format!("t{}", *class as u8)}>{text.to_string()}</span> },
                })}{"\n"}
            </span>
        },
    }
}

fn filled(line: &Line<'_>, spec: &RunSpec) -> Option<String> {
    let text: String = line.iter().map(|(_, text)| *text).collect();
    share::python_line(&text, &spec.values).filter(|new| *new != text)
}

/// A scenario's file as far as it is known.
#[derive(Clone)]
enum File {
    Awaited,
    Missing,
    Here(Rc<str>),
}

fn find<'a>(files: &'a [(&'static str, File)], id: &str) -> Option<&'a File> {
    files.iter().find(|(known, _)| *known == id).map(|(_, file)| file)
}

/// The file of the shown scenario; each is loaded once, after what is already there has been painted.
#[hook]
fn use_file(id: &'static str) -> File {
    let files = use_mut_ref(Vec::<(&'static str, File)>::new);
    let redraw = use_force_update();
    let known = find(&files.borrow(), id).cloned().unwrap_or(File::Awaited);
    use_effect_with(id, move |&id| {
        // One that was missing is asked for again when the reader comes back to it.
        if matches!(find(&files.borrow(), id), Some(File::Awaited | File::Here(_))) {
            return;
        }
        files.borrow_mut().retain(|(known, _)| *known != id);
        files.borrow_mut().push((id, File::Awaited));
        wasm_bindgen_futures::spawn_local(async move {
            let file = load(id).await.filter(|text| Sources::read(text).is_some());
            let file = file.map_or(File::Missing, |text| File::Here(text.into()));
            files
                .borrow_mut()
                .iter_mut()
                .filter(|(known, _)| *known == id)
                .for_each(|(_, known)| *known = file.clone());
            redraw.force_update();
        });
    });
    known
}

/// The tabs.
#[component]
pub fn Code(props: &Props) -> Html {
    let tab = use_state(|| Tab::Python);
    let file = use_file(props.scenario.id);
    let choose = |to: Tab| {
        let tab = tab.clone();
        Callback::from(move |_: MouseEvent| tab.set(to))
    };
    let arrows = {
        let tab = tab.clone();
        Callback::from(move |e: KeyboardEvent| {
            if matches!(e.key().as_str(), "ArrowLeft" | "ArrowRight") {
                tab.set(if *tab == Tab::Python { Tab::Rust } else { Tab::Python });
                let next = if *tab == Tab::Python { "tab-rust" } else { "tab-python" };
                let element = crate::page::browser::document().and_then(|d| d.get_element_by_id(next));
                if let Some(element) = element.and_then(|e| wasm_bindgen::JsCast::dyn_into(e).ok()) {
                    let element: web_sys::HtmlElement = element;
                    let _ = element.focus();
                }
            }
        })
    };
    let button = |to: Tab, id: &'static str, panel: &'static str, label: &'static str| {
        let on = *tab == to;
        html! {
            <button type="button" role="tab" {id} aria-controls={panel} aria-selected={on.to_string()}
                tabindex={if on { "0" } else { "-1" }} onclick={choose(to)}>{label}</button>
        }
    };
    let found = match &file {
        File::Here(text) => Sources::read(text),
        File::Awaited | File::Missing => None,
    };
    let found = found.unwrap_or(Sources { python: "", rust: "" });
    let python = sources::lines(found.python).map(|l| line(&l, filled(&l, &props.spec)));
    let rust = sources::lines(found.rust).map(|l| line(&l, None));
    html! {
        <aside class="code" aria-label="Code">
            <div class="tabs" role="tablist" aria-label="Language" onkeydown={arrows}>
                {button(Tab::Python, "tab-python", "python", "Python")}
                {button(Tab::Rust, "tab-rust", "rust", "Rust that ran")}
            </div>
            <pre id="python" role="tabpanel" aria-labelledby="tab-python" tabindex="0" hidden={*tab != Tab::Python}>
                <code>{for python}</code>
            </pre>
            <pre id="rust" role="tabpanel" aria-labelledby="tab-rust" tabindex="0" hidden={*tab != Tab::Rust}>
                <code>{for rust}</code>
            </pre>
            <p class="soft">
                {if matches!(file, File::Missing) { "The code could not be loaded. Everything else works without it." }
                 else if *tab == Tab::Python { "Your values are filled in. Copy it and run it with Python 3.13." }
                 else { "Taken from the source file this page was built from." }}
            </p>
        </aside>
    }
}
