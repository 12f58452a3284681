//! Files of what ran, made where every trace is: the page's menu asks the guest for them (`www/later/save.js`).

use super::guest;
use crate::export::{self, Shown};
use crate::model::Nanos;
use wasm_bindgen::prelude::wasm_bindgen;

/// The file of this kind ([`export::file`]) of what the scenario with this id came to; `shown` says in numbers what is on
/// screen: cell, run, first and last moment, first lane, most lanes, width, and whether it is dark. Nothing when the guest has
/// no such result.
#[wasm_bindgen]
pub fn file_of_guest(kind: &str, scenario: &str, shown: &[f64]) -> Vec<u8> {
    // Numbers from the page: what is no number, or below 0, becomes 0.
    let [cell, run, from, to, first, lanes, width, dark] =
        std::array::from_fn(|i| shown.get(i).copied().unwrap_or(0.0));
    let shown = Shown {
        at: (cell as usize, run as usize),
        time: (from as Nanos, to as Nanos),
        lanes: (first as usize, lanes as usize),
        width,
        dark: dark > 0.0,
    };
    let file = guest::with_report(|report| {
        Some(report).filter(|report| report.spec.scenario == scenario).and_then(|r| export::file(kind, r, &shown))
    });
    file.flatten().unwrap_or_default().into_bytes()
}

/// The Python twin ([`export::twin`]); nothing when `sources` is no file of the site's.
#[wasm_bindgen]
pub fn twin_of_guest(hash: &str, sources: &str, address: &str) -> Vec<u8> {
    export::twin(hash, sources, address).unwrap_or_default().into_bytes()
}
