//! The address follows the form, and the form follows the address.

use crate::model::RunSpec;
use crate::page::browser;
use crate::share::{self, Link, View};
use gloo_events::EventListener;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// What the page knows of its own address.
///
/// Its hash may be set by anybody at any moment, and the browser tells of it later: until then nothing is written over it.
#[derive(Clone, Default)]
pub struct Address(Rc<RefCell<String>>);

impl Address {
    /// The link in the address.
    pub fn read(&self) -> Link {
        let (query, hash) = browser::address();
        let link = share::decode(&query, &hash);
        self.0.replace(hash);
        link
    }

    /// Whether it is as the page last read or wrote it.
    pub fn known(&self) -> bool {
        *self.0.borrow() == browser::address().1
    }

    /// Writes the form into it, without a new entry in the history; not when a link was put there that nobody has read.
    pub fn write(&self, spec: &RunSpec, at: Option<u64>) {
        let hash = format!("#{}", share::encode(spec, at));
        let (query, now) = browser::address();
        if hash == now || !self.known() {
            return;
        }
        let Some(window) = browser::window() else { return };
        let path = match own_page() {
            // A page of one scenario (`s/<id>/`) is no place for another.
            Some(id) if id != spec.scenario => base(),
            _ => window.location().pathname().unwrap_or_default(),
        };
        if let Ok(history) = window.history()
            && history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{query}{hash}"))).is_ok()
        {
            // As the browser has it: it may spell it differently.
            self.0.replace(browser::address().1);
        }
    }

    /// Calls `then` with the link whenever the reader or a script has changed the hash, also when that was before now.
    pub fn on_change(&self, then: impl Fn(Link) + 'static) -> Option<EventListener> {
        let window = browser::window()?;
        let read = {
            let address = self.clone();
            move || then(address.read())
        };
        if !self.known() {
            read();
        }
        Some(EventListener::new(&window, "hashchange", move |_| read()))
    }
}

/// The scenario that the page is one of its own for (`s/<id>/`).
fn own_page() -> Option<String> {
    browser::document()?.document_element()?.get_attribute("data-scenario")
}

/// The address of the site's page, without query and hash.
fn base() -> String {
    let base = browser::document().and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default();
    base.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// The address of the full page as it stands, with what the page itself was opened with: for "Copy link" and "Open full
/// page".
pub fn link(view: &View, spec: &RunSpec, at: Option<u64>) -> String {
    share::link(&base(), &View { embed: false, ..view.clone() }, spec, at)
}
