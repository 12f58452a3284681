//! The engine as a guest on the page's own thread: it runs coroutines on the page's event loop and judges what ran.

use super::link::{MEMORY, broken, field};
use crate::model::wire::{self, FromEngine, FromGuest, ToGuest};
use crate::model::{Answer, Failure, Question, Verdict};
use crate::page::effects::later::script;
use gloo_events::EventListener;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Defines the function of the next name.
const SCRIPT: &str = "engine/guest.js";
const START: &str = "interleaveGuest";

thread_local! {
    /// How many guests were asked for: the script needs to know.
    static GUESTS: Cell<u32> = const { Cell::new(0) };
}

/// What comes from the guest when nobody has called it.
pub enum Said {
    /// A message.
    Message(FromGuest),
    /// It broke without a word: it can do nothing more.
    Broken(String),
}

/// The guest. What breaks in it is an exception here, and a reason to take a new one.
pub struct Guest {
    tell: Function,
    ask: Function,
    read: Function,
    /// What it says while it is called.
    told: Rc<RefCell<Vec<FromGuest>>>,
    inside: Rc<Cell<bool>>,
    _hear: Closure<dyn Fn(Uint8Array)>,
    _on_error: EventListener,
}

impl Guest {
    /// Starts a guest from the compiled engine.
    ///
    /// # Errors
    /// [`Failure::Engine`] with what the browser said.
    pub async fn start(module: &JsValue, said: Rc<dyn Fn(Said)>) -> Result<Self, Failure> {
        let window = web_sys::window().ok_or(Failure::NotOffered)?;
        let fresh = GUESTS.replace(GUESTS.get() + 1);
        let known = || Reflect::get(&window, &START.into()).and_then(JsCast::dyn_into::<Function>);
        if known().is_err() {
            // A script that did not come is not asked for again under the same name.
            let again = if fresh == 0 { String::new() } else { ["?", &fresh.to_string()].concat() };
            let unheard = || Failure::Engine { message: [SCRIPT, " did not load"].concat() };
            JsFuture::from(script(&[SCRIPT, &again].concat())).await.map_err(|_| unheard())?;
        }
        let (told, inside): (Rc<RefCell<Vec<FromGuest>>>, Rc<Cell<bool>>) = Default::default();
        let (hear_told, hear_inside, hear_said) = (told.clone(), inside.clone(), said.clone());
        let hear = Closure::<dyn Fn(Uint8Array)>::new(move |bytes: Uint8Array| match wire::decode(&bytes.to_vec()) {
            Ok(message) if hear_inside.get() => hear_told.borrow_mut().push(message),
            Ok(message) => hear_said(Said::Message(message)),
            Err(_) => hear_said(Said::Broken("it sent what cannot be read".to_owned())),
        });
        let start = known().map_err(|e| broken(&e))?;
        let arguments = js_sys::Array::of4(module, &MEMORY.into(), hear.as_ref(), &fresh.into());
        let started = Reflect::apply(&start, &JsValue::NULL, &arguments).map_err(|e| broken(&e))?;
        let engine = JsFuture::from(Promise::resolve(&started)).await.map_err(|e| broken(&e))?;
        let export = |name: &str| -> Result<Function, Failure> {
            Reflect::get(&engine, &name.into()).and_then(JsCast::dyn_into).map_err(|e| broken(&e))
        };
        let on_error = EventListener::new(&window, "error", move |event| {
            if field(event, "filename").contains("/engine/") {
                said(Said::Broken(field(event, "message")));
            }
        });
        let (tell, ask, read) = (export("tell_guest")?, export("ask_guest")?, export("read_guest")?);
        Ok(Self { tell, ask, read, told, inside, _hear: hear, _on_error: on_error })
    }

    fn call(&self, function: &Function, argument: &JsValue) -> Result<JsValue, Failure> {
        self.inside.set(true);
        let result = function.call1(&JsValue::NULL, argument);
        self.inside.set(false);
        result.map_err(|e| {
            // Its own last words say it better than the browser does.
            let words = self.told.take().into_iter().find_map(|message| match message {
                FromGuest::Tell(FromEngine::Failed { failure, .. }) => Some(failure),
                _ => None,
            });
            words.unwrap_or_else(|| broken(&e))
        })
    }

    /// Tells it something; what it says to that.
    ///
    /// # Errors
    /// [`Failure::Engine`] when it broke.
    pub fn tell(&self, message: &ToGuest) -> Result<Vec<FromGuest>, Failure> {
        let bytes = Uint8Array::from(wire::encode(message)?.as_slice());
        self.call(&self.tell, &bytes)?;
        Ok(self.told.take())
    }

    /// Asks for the verdict on what ran; only the bounds unless `whole`.
    ///
    /// # Errors
    /// [`Failure::Engine`] when it broke.
    pub fn ask(&self, whole: bool) -> Result<Verdict, Failure> {
        let bytes = self.call(&self.ask, &whole.into())?;
        wire::decode(&Uint8Array::new(&bytes).to_vec())
    }

    /// Asks about a run that has ended, or about measurements.
    ///
    /// # Errors
    /// [`Failure::Engine`] when it broke.
    pub fn read(&self, question: &Question) -> Result<Answer, Failure> {
        let bytes = Uint8Array::from(wire::encode(question)?.as_slice());
        wire::decode(&Uint8Array::new(&self.call(&self.read, &bytes)?).to_vec())
    }
}
