//! The Python twin with the current values, and the Rust that ran.

use crate::model::RunSpec;
use crate::page::effects::files::{File, use_file};
use crate::scenarios::Scenario;
use crate::scenarios::sources::{self, Class, Texts, program_name, read_program};
use crate::share;
use std::rc::Rc;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// Whose code.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// Its texts, among them the Python twin.
    pub texts: File,
    /// The values to fill in.
    pub spec: Rc<RunSpec>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.scenario, other.scenario)
            && self.texts == other.texts
            && self.spec.values == other.spec.values
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

/// The tabs.
#[component]
pub fn Code(props: &Props) -> Html {
    let tab = use_state(|| Tab::Python);
    let program = (*tab == Tab::Rust).then(|| program_name(props.scenario.id));
    let program = use_file(program, |text| read_program(text).is_some());
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
    let python = Texts::read(props.texts.text()).map_or("", |texts| texts.python);
    let rust = read_program(program.text()).unwrap_or("");
    let python = sources::lines(python).map(|l| line(&l, filled(&l, &props.spec)));
    let rust = sources::lines(rust).map(|l| line(&l, None));
    let shown = if *tab == Tab::Python { &props.texts } else { &program };
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
                {if *shown == File::Missing { "The code could not be loaded. Everything else works without it." }
                 else if *tab == Tab::Python { "Your values are filled in. Copy it and run it with Python 3.13." }
                 else { "Taken from the source file this page was built from." }}
            </p>
        </aside>
    }
}
