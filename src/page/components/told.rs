//! What the guest answered: a script that is loaded for it draws the rows.

use crate::model::Answer;
use crate::page::effects::later;
use std::rc::Rc;
use yew::prelude::*;

/// An answer, and how it is drawn.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Id of the element that it is drawn into.
    pub id: &'static str,
    /// How: as www/later/answer.js knows it.
    pub kind: &'static str,
    /// What the table is called beside other tables of the page.
    #[prop_or_default]
    pub name: &'static str,
    /// Heads of its columns.
    #[prop_or_default]
    pub heads: &'static [&'static str],
    /// The answer.
    pub answer: Rc<Answer>,
}

/// Elements as rows of an answer of the kind "tree": a row is depth, tag, text and attributes. Far smaller than what Yew would
/// make of them.
#[derive(Default)]
pub struct Tree(Vec<Vec<String>>);

impl Tree {
    /// Adds an element below the last one that is less deep.
    pub fn put(&mut self, depth: u8, tag: &str, text: &str, attributes: &[(&str, &str)]) {
        let mut row = vec![depth.to_string(), tag.to_owned(), text.to_owned()];
        row.extend(attributes.iter().map(|(key, value)| [key, "=", value].concat()));
        self.0.push(row);
    }

    /// The answer.
    pub fn done(self) -> Rc<Answer> {
        Rc::new(Answer { rows: self.0, ..Answer::default() })
    }
}

/// Texts in one: rows and cells end with what no text holds.
fn packed(answer: &Answer) -> String {
    let rows: Vec<String> = answer.rows.iter().map(|row| row.join("\u{1f}")).collect();
    rows.join("\u{1e}")
}

/// The element.
#[component]
pub fn Told(props: &Props) -> Html {
    let Props { id, kind, name, heads, .. } = *props;
    let latest = use_mut_ref(String::new);
    use_effect_with((id, packed(&props.answer)), move |(_, rows)| {
        let draw = move |rows: &str| {
            let texts = [id, kind, name, &heads.join("\u{1f}"), rows].map(str::to_owned);
            let texts: Vec<_> = ["id", "kind", "name", "heads", "rows"].into_iter().zip(texts).collect();
            later::now("answer", &texts)
        };
        latest.replace(rows.clone());
        if !draw(rows) {
            let latest = latest.clone();
            // Without a network the picture and the words remain. Rows may have become others meanwhile.
            wasm_bindgen_futures::spawn_local(async move {
                if later::load("answer").await {
                    draw(&latest.borrow());
                }
            });
        }
    });
    html! { <div {id}></div> }
}
