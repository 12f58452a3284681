//! The browser's own database, as far as a table of texts by number needs it.

use super::promised::either;
use crate::aio::outside::Step;
use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Throws where there is no database.
    #[wasm_bindgen(catch, js_namespace = indexedDB, js_name = open)]
    fn open_database(name: &str, version: u32) -> Result<Request, JsValue>;
    #[wasm_bindgen(catch, js_namespace = indexedDB, js_name = deleteDatabase)]
    fn delete_database(name: &str) -> Result<Request, JsValue>;
    #[wasm_bindgen(catch, js_namespace = IDBKeyRange, js_name = bound)]
    fn range(first: u32, last: u32) -> Result<JsValue, JsValue>;

    /// An `IDBRequest`.
    type Request;
    #[wasm_bindgen(method, setter)]
    fn set_onsuccess(this: &Request, call: &Function);
    #[wasm_bindgen(method, setter)]
    fn set_onerror(this: &Request, call: &Function);
    #[wasm_bindgen(method, setter)]
    fn set_onupgradeneeded(this: &Request, call: &JsValue);
    #[wasm_bindgen(method, getter, catch)]
    fn result(this: &Request) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn error(this: &Request) -> Result<JsValue, JsValue>;

    /// An `IDBDatabase`: one connection.
    #[derive(Clone)]
    pub type Connection;
    #[wasm_bindgen(method, catch, js_name = createObjectStore)]
    fn create_store(this: &Connection, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn transaction(this: &Connection, store: &str, mode: &str) -> Result<Transaction, JsValue>;
    /// Ends the connection, once its transactions are over.
    #[wasm_bindgen(method)]
    pub fn close(this: &Connection);

    /// An `IDBTransaction`.
    #[derive(Clone)]
    type Transaction;
    #[wasm_bindgen(method, catch, js_name = objectStore)]
    fn store(this: &Transaction, name: &str) -> Result<Store, JsValue>;
    #[wasm_bindgen(method, setter)]
    fn set_oncomplete(this: &Transaction, call: &Function);
    #[wasm_bindgen(method, setter)]
    fn set_onabort(this: &Transaction, call: &Function);
    #[wasm_bindgen(method, catch)]
    fn abort(this: &Transaction) -> Result<(), JsValue>;
    #[wasm_bindgen(method, getter, js_name = error)]
    fn failure(this: &Transaction) -> JsValue;

    /// An `IDBObjectStore`.
    type Store;
    #[wasm_bindgen(method, catch)]
    fn add(this: &Store, value: &str, key: u32) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(this: &Store, value: &str, key: u32) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &Store, key: u32) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Store, key: u32) -> Result<Request, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getAll)]
    fn get_all(this: &Store, range: &JsValue) -> Result<Request, JsValue>;
}

/// The one table.
const TABLE: &str = "rows";

/// What a request comes to.
fn hear(request: Result<Request, JsValue>, done: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
    let request = match request {
        Ok(request) => request,
        Err(thrown) => return done(Err(thrown)),
    };
    let heard = request.clone().unchecked_into::<Request>();
    let (came, failed) = either(move |event| match event {
        Ok(_) => done(heard.result()),
        Err(_) => done(Err(heard.error().unwrap_or_else(|thrown| thrown))),
    });
    request.set_onsuccess(&came);
    request.set_onerror(&failed);
}

/// Opens a connection; the first one makes the table.
pub fn open(name: &str, done: impl FnOnce(Result<Connection, JsValue>) + 'static) {
    let request = open_database(name, 1);
    if let Ok(request) = &request {
        let asked = request.clone().unchecked_into::<Request>();
        let upgrade = Closure::once_into_js(move || {
            let made = asked.result().map(JsCast::unchecked_into::<Connection>);
            let _ = made.and_then(|connection| connection.create_store(TABLE));
        });
        request.set_onupgradeneeded(&upgrade);
    }
    hear(request, move |became| done(became.map(JsCast::unchecked_into)));
}

/// Deletes a database whose connections are closed.
pub fn delete(name: &str, done: impl FnOnce(Result<(), JsValue>) + 'static) {
    hear(delete_database(name), move |became| done(became.map(|_| ())));
}

/// Does all steps in one transaction, or none; the texts each found.
pub fn transact(
    connection: &Connection,
    steps: &[Step],
    done: impl FnOnce(Result<Vec<Vec<String>>, JsValue>) + 'static,
) {
    let reads = steps.iter().all(|step| matches!(step, Step::One(_) | Step::Range(..)));
    let begun = connection.transaction(TABLE, if reads { "readonly" } else { "readwrite" });
    let asked = begun.and_then(|transaction| Ok((request_all(&transaction, steps)?, transaction)));
    let (requests, transaction) = match asked {
        Ok(asked) => asked,
        Err(thrown) => return done(Err(thrown)),
    };
    let heard = transaction.clone();
    let (complete, abort) = either(move |event| match event {
        Ok(_) => done(requests.iter().map(|request| Ok(texts(&request.result()?))).collect()),
        Err(_) => done(Err(heard.failure())),
    });
    transaction.set_oncomplete(&complete);
    transaction.set_onabort(&abort);
}

fn request_all(transaction: &Transaction, steps: &[Step]) -> Result<Vec<Request>, JsValue> {
    let store = transaction.store(TABLE)?;
    let request = |step: &Step| match step {
        Step::Insert(id, text) => store.add(text, *id),
        Step::Update(id, text) => store.put(text, *id),
        Step::Delete(id) => store.delete(*id),
        Step::One(id) => store.get(*id),
        Step::Range(first, last) => range(*first, *last).and_then(|range| store.get_all(&range)),
    };
    let requests: Result<Vec<Request>, JsValue> = steps.iter().map(request).collect();
    if requests.is_err() {
        let _ = transaction.abort();
    }
    requests
}

/// The texts in a request's result: one, some, or none (keys, which writing gives, are numbers).
fn texts(result: &JsValue) -> Vec<String> {
    match result.dyn_ref::<Array>() {
        Some(all) => all.iter().filter_map(|text| text.as_string()).collect(),
        None => result.as_string().into_iter().collect(),
    }
}

impl Clone for Request {
    fn clone(&self) -> Self {
        self.unchecked_ref::<Object>().clone().unchecked_into()
    }
}
