//! Title and question of the scenario.

use crate::page::effects::files::File;
use crate::scenarios::Scenario;
use crate::scenarios::sources::Texts;
use yew::prelude::*;

/// Title and question; the question's place is kept until it is here.
pub fn intro(scenario: &Scenario, texts: &File) -> Html {
    let question = Texts::read(texts.text()).map_or("", |texts| texts.question);
    html! {
        <header class="intro">
            <h1>{scenario.title}</h1>
            <p class="question">{question.to_owned()}</p>
        </header>
    }
}
