//! A task, if an author has set one; title and question of the scenario.

use crate::page::effects::files::File;
use crate::scenarios::Scenario;
use crate::scenarios::sources::Texts;
use yew::prelude::*;

/// Task, title and question; the question's place is kept until it is here.
pub fn intro(scenario: &Scenario, texts: &File, task: &str) -> Html {
    let question = Texts::read(texts.text()).map_or("", |texts| texts.question);
    html! {
        <>
        if !task.is_empty() {
            <p class="task" id="task" role="note" aria-label="Task">{task}</p>
        }
        <header class="intro">
            <h1>{scenario.title}</h1>
            <p class="question">{question.to_owned()}</p>
        </header>
        </>
    }
}
