//! Requests to this very site, and when each was where by the browser's own account.

use super::promised::{Answer, settled, then, words};
use crate::aio::outside::{Fetched, Request, Timing};
use crate::engine::clock::{BrowserClock, wall_ms};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};
use web_sys::{Blob, Response, Url};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(address: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(call: &JsValue, ms: i32) -> i32;
    #[wasm_bindgen(catch, js_namespace = performance, js_name = getEntriesByName)]
    fn entries(name: &str) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch, js_namespace = performance, js_name = clearResourceTimings)]
    fn clear_entries() -> Result<(), JsValue>;
}

/// Browsers note a request a little after its last byte was read: how often to look again, and after how many milliseconds.
const LOOKS: u32 = 10;
const PAUSE: i32 = 10;

/// The requests of a run.
#[derive(Default)]
pub struct Fetches {
    begun: Cell<u32>,
    /// Addresses that the site answered.
    answered: RefCell<Vec<String>>,
}

impl Fetches {
    /// Begins a request.
    pub fn begin(self: &Rc<Self>, request: Request, answer: Answer) {
        let number = self.begun.replace(self.begun.get() + 1);
        if number == 0 {
            let _ = clear_entries(); // there is room for a few hundred
        }
        // No address twice: so the browser's notes can be told apart.
        let path = format!("{}?{}-{number}", request.path, wall_ms());
        let fetches = self.clone();
        let stand_in = request.stand_in;
        let address = match address(&path) {
            Ok(address) => address,
            Err(thrown) => return instead(&stand_in, words(&thrown), answer),
        };
        let response = match no_store().and_then(|options| fetch(&address, &options)) {
            Ok(response) => response,
            Err(thrown) => return instead(&stand_in, words(&thrown), answer),
        };
        settled(&response, move |became| match became.map(JsCast::unchecked_into::<Response>) {
            Ok(response) if response.ok() => then(response.array_buffer(), answer, move |buffer, answer| {
                fetches.answered.borrow_mut().push(address);
                answer.value(&Fetched { body: Uint8Array::new(&buffer).to_vec(), instead: None });
            }),
            Ok(response) => instead(&stand_in, format!("HTTP {}", response.status()), answer),
            Err(thrown) => instead(&stand_in, words(&thrown), answer),
        });
    }

    /// Answers with what the browser noted of the requests that the site answered.
    pub fn timings(self: &Rc<Self>, clock: BrowserClock, answer: Answer) {
        look(self.clone(), clock, LOOKS, answer);
    }

    fn noted(&self, clock: BrowserClock) -> Vec<Timing> {
        self.answered.borrow().iter().filter_map(|address| timing(address, clock)).collect()
    }
}

fn look(fetches: Rc<Fetches>, clock: BrowserClock, looks: u32, answer: Answer) {
    let noted = fetches.noted(clock);
    if noted.len() >= fetches.answered.borrow().len() || looks == 0 {
        return answer.value(&noted);
    }
    let again = Closure::once_into_js(move || look(fetches, clock, looks - 1, answer));
    set_timeout(&again, PAUSE);
}

fn timing(address: &str, clock: BrowserClock) -> Option<Timing> {
    let entry = entries(address).ok()?.get(0);
    let field = |name: &str| Reflect::get(&entry, &name.into()).ok();
    // 0 stands for what the browser does not tell.
    let at = |name| field(name)?.as_f64().filter(|ms| *ms > 0.0).map(|ms| clock.moment(ms));
    let protocol = field("nextHopProtocol").and_then(|p| p.as_string()).unwrap_or_default();
    Some(Timing { asked: at("startTime")?, sent: at("requestStart")?, answered: at("responseEnd")?, protocol })
}

/// Requests the bytes from memory.
fn instead(bytes: &[u8], why: String, answer: Answer) {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)));
    let address = match blob.and_then(|blob| Url::create_object_url_with_blob(&blob)) {
        Ok(address) => address,
        Err(thrown) => return answer.raise(&thrown),
    };
    let asked = no_store().and_then(|options| fetch(&address, &options));
    // Whatever becomes of it, the bytes are not kept.
    let ends = move |became: Result<JsValue, JsValue>| {
        let _ = Url::revoke_object_url(&address);
        match became {
            Ok(buffer) => answer.value(&Fetched { body: Uint8Array::new(&buffer).to_vec(), instead: Some(why) }),
            Err(thrown) => answer.raise(&thrown),
        }
    };
    let read = |response: JsValue| response.unchecked_into::<Response>().array_buffer();
    match asked {
        Ok(asked) => settled(&asked, move |became| match became.and_then(read) {
            Ok(body) => settled(&body, ends),
            Err(thrown) => ends(Err(thrown)),
        }),
        Err(thrown) => ends(Err(thrown)),
    }
}

fn no_store() -> Result<Object, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"cache".into(), &"no-store".into())?;
    Ok(options)
}

/// A path from the site's root as an address. A page lies in the root, a worker's script in a folder below it.
fn address(path: &str) -> Result<String, JsValue> {
    let global = js_sys::global();
    let get = |object: &JsValue, name: &str| Reflect::get(object, &name.into());
    let document = get(&global, "document")?;
    let root = if document.is_undefined() {
        let script = get(&get(&global, "location")?, "href")?.as_string().unwrap_or_default();
        Url::new_with_base("../", &script)?.href()
    } else {
        get(&document, "baseURI")?.as_string().unwrap_or_default()
    };
    Ok(Url::new_with_base(path, &root)?.href())
}
