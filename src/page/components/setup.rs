//! What a reader sets up: the parameters, and what is compared. Rendered anew only when one of them changes, not with
//! every step of a run.

use super::Page;
use super::compare::compare;
use super::form::form;
use crate::model::{Machine, RunSpec};
use crate::page::effects::files::File;
use crate::scenarios::Scenario;
use crate::scenarios::sources::Texts;
use crate::share::View;
use std::rc::Rc;
use yew::prelude::*;

/// What is set up.
#[derive(Properties)]
pub struct Props {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// Its texts, among them what each parameter does.
    pub texts: File,
    /// The values.
    pub spec: Rc<RunSpec>,
    /// How often all of them came from elsewhere than the form's fields.
    pub filled: u32,
    /// What may be changed.
    pub view: Rc<View>,
    /// What this place can do.
    pub machine: Rc<Machine>,
}

impl PartialEq for Props {
    fn eq(&self, o: &Self) -> bool {
        std::ptr::eq(self.scenario, o.scenario)
            && self.texts == o.texts
            && (&self.spec, self.filled, &self.view, &self.machine) == (&o.spec, o.filled, &o.view, &o.machine)
    }
}

/// Form and chips.
#[component]
pub fn SetUp(props: &Props) -> Html {
    let Some(page) = use_context::<Page>() else { return Html::default() };
    let help = Texts::read(props.texts.text()).map_or("", |texts| texts.help);
    html! {
        <>
            {form(&page, props.scenario, help, &props.spec, props.filled, &props.view)}
            {compare(&page, props.scenario, &props.spec, &props.machine, props.view.readonly)}
        </>
    }
}
