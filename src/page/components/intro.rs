//! Title and question of the scenario.

use crate::scenarios::Scenario;
use yew::prelude::*;

/// What is introduced.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.scenario, other.scenario)
    }
}

/// Title and question.
#[component]
pub fn Intro(props: &Props) -> Html {
    html! {
        <header class="intro">
            <p class="chapter">{props.scenario.chapter.title()}</p>
            <h1>{props.scenario.title}</h1>
            <p class="question">{props.scenario.question}</p>
        </header>
    }
}
