//! Title and question of the scenario.

use crate::scenarios::Scenario;
use yew::prelude::*;

/// Title and question.
pub fn intro(scenario: &Scenario) -> Html {
    html! {
        <header class="intro">
            <h1>{scenario.title}</h1>
            <p class="question">{scenario.question}</p>
        </header>
    }
}
