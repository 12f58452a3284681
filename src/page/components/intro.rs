//! A task, if an author has set one; title and question of the scenario.

use crate::scenarios::Scenario;
use yew::prelude::*;

/// Task, title and question.
pub fn intro(scenario: &Scenario, task: &str) -> Html {
    html! {
        <>
        if !task.is_empty() {
            <p class="task" id="task" role="note" aria-label="Task">{task}</p>
        }
        <header class="intro">
            <h1>{scenario.title}</h1>
            <p class="question">{scenario.question}</p>
        </header>
        </>
    }
}
