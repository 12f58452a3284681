//! What pages left behind that were closed in the middle of a run: their databases and folders, which the next run that makes one
//! removes.

use super::indexed_db;
use super::promised::settled;
use js_sys::{Array, Date, Promise, Reflect};
use std::cell::Cell;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Throws where a browser does not list them.
    #[wasm_bindgen(catch, js_namespace = indexedDB, js_name = databases)]
    fn databases() -> Result<Promise, JsValue>;

    /// An asynchronous iterator over names.
    pub type Names;
    #[wasm_bindgen(method, catch)]
    fn next(this: &Names) -> Result<Promise, JsValue>;
}

/// How all their names begin; the moment follows at which they were made, in milliseconds since 1970.
const OURS: &str = "interleave-";
/// What is older is nobody's: longer than any run lasts, also in another tab, ms.
const OLD: f64 = 3_600_000.0;

thread_local! {
    static LOOKED: [Cell<bool>; 2] = const { [Cell::new(false), Cell::new(false)] };
}

/// A name for what a run makes.
pub fn name() -> String {
    // Not the page's own clock, which may stand still while the computer sleeps: another tab's would be ahead.
    format!("{OURS}{}", Date::now())
}

fn is_old(name: &str) -> bool {
    let made = name.strip_prefix(OURS).and_then(|made| made.split('.').next()?.parse::<u64>().ok());
    made.is_some_and(|made| Date::now() - made as f64 > OLD)
}

/// Whether nobody has looked in this place yet.
fn first(place: usize) -> bool {
    LOOKED.with(|looked| looked.get(place).is_some_and(|seen| !seen.replace(true)))
}

/// Deletes old databases, the first time it is called.
pub fn forget_databases() {
    let Some(all) = first(0).then(databases).and_then(Result::ok) else { return };
    settled(&all, |found| {
        let names = found.map(|found| Array::from(&found)).unwrap_or_default();
        let names = names.iter().filter_map(|entry| Reflect::get(&entry, &"name".into()).ok()?.as_string());
        names.filter(|name| is_old(name)).for_each(|name| indexed_db::delete(&name, |_| {}));
    });
}

/// Calls `remove` with the names of old folders, the first time it is called.
pub fn forget_folders(names: impl FnOnce() -> Result<Names, JsValue>, remove: impl Fn(String) + 'static) {
    if let Some(names) = first(1).then(names).and_then(Result::ok) {
        step(names, remove);
    }
}

fn step(names: Names, remove: impl Fn(String) + 'static) {
    let Ok(next) = names.next() else { return };
    settled(&next, move |found| {
        let Ok(found) = found else { return };
        if Reflect::get(&found, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return;
        }
        let name = Reflect::get(&found, &"value".into()).ok().and_then(|name| name.as_string());
        name.filter(|name| is_old(name)).into_iter().for_each(&remove);
        step(names, remove);
    });
}
