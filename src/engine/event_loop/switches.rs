//! Switches of tasks in a loop of its own, whose turns come from whichever driver is asked for.

use super::promised::Answer;
use super::turns::Turns;
use crate::aio::outside::{Driver, Switched, Switches};
use crate::aio::{Completion, EventLoop, Exception, Host, Operation, Turn, workloads};
use crate::engine::clock::BrowserClock;
use crate::model::{Clock, MS, Nanos};
use js_sys::{Function, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(call: &Function, ms: i32) -> i32;
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(call: &Function);
    #[wasm_bindgen(catch, js_namespace = scheduler, js_name = postTask)]
    fn post_task(call: &Function) -> Result<JsValue, JsValue>;
}

/// How long a turn of many steps lasts.
const BATCH: Nanos = 6 * MS;
/// After how many turns the loop's records, which nobody reads, are thrown away.
const FORGET: u64 = 4_096;

/// The world of the loop: a clock, and nothing else.
struct Clocked(BrowserClock);

impl Host for Clocked {
    fn now(&self) -> Nanos {
        self.0.now()
    }

    fn begin(&self, _: Operation, done: Completion) {
        done(Err(Exception::new("NotImplementedError", "")));
    }
}

/// The loop, and what gives it turns.
pub struct Switching {
    event_loop: EventLoop,
    clock: BrowserClock,
    order: Switches,
    made: Rc<Cell<u64>>,
    turns: Cell<u64>,
    answer: RefCell<Option<Answer>>,
    /// Kept by the browser as well while it is to call: a run that is stopped leaves a call on its way.
    call: RefCell<Option<Function>>,
    channel: RefCell<Option<Turns>>,
}

/// Begins; `None` when it is over already.
pub fn begin(order: Switches, answer: Answer) -> Option<Rc<Switching>> {
    let nothing = Switched { made: 0, turns: 0, took: 0, offered: false };
    if order.driver == Driver::PostTask && !has_post_task() {
        answer.value(&nothing);
        return None;
    }
    let clock = BrowserClock::start();
    let (event_loop, made) = (EventLoop::new(Rc::new(Clocked(clock)), 1, 0), Rc::default());
    let counter = Rc::clone(&made);
    event_loop.start(move |cx| workloads::switch_counted(cx, order.tasks, order.each, counter));
    let (turns, answer, call, channel) =
        (Cell::new(0), RefCell::new(Some(answer)), RefCell::default(), RefCell::default());
    let switching = Rc::new(Switching { event_loop, clock, order, made, turns, answer, call, channel });
    let weak = Rc::downgrade(&switching);
    let turn = move || weak.upgrade().iter().for_each(|switching| switching.turn());
    if matches!(order.driver, Driver::Messages | Driver::Batches) {
        switching.channel.replace(Turns::new(turn).ok());
    } else {
        let call = Closure::<dyn Fn()>::new(turn).into_js_value();
        switching.call.replace(Some(call.unchecked_into()));
    }
    switching.ask();
    Some(switching)
}

fn has_post_task() -> bool {
    let scheduler = Reflect::get(&js_sys::global(), &"scheduler".into());
    scheduler.and_then(|s| Reflect::get(&s, &"postTask".into())).is_ok_and(|found| found.has_type::<Function>())
}

impl Switching {
    /// Ends it where it stands, unheard.
    pub fn end(&self) {
        self.answer.take();
        self.channel.take().iter().for_each(Turns::close);
        self.call.take();
    }

    fn turn(&self) {
        if self.answer.borrow().is_none() {
            return; // ended meanwhile
        }
        // Without time a turn is one step: one task goes on until it gives way.
        let budget = if self.order.driver == Driver::Batches { BATCH } else { 0 };
        let turned = self.event_loop.turn(budget);
        let turns = self.turns.get() + 1;
        self.turns.set(turns);
        if turns.is_multiple_of(FORGET) {
            self.event_loop.drain(&mut Vec::new());
        }
        let took = self.clock.now();
        if turned != Turn::Finished && took < self.order.limit {
            return self.ask();
        }
        let answer = self.answer.take();
        self.end();
        if let Some(answer) = answer {
            answer.value(&Switched { made: self.made.get(), turns, took, offered: true });
        }
    }

    fn ask(&self) {
        if let Some(channel) = self.channel.borrow().as_ref() {
            return channel.soon();
        }
        let call = self.call.borrow();
        let Some(call) = call.as_ref() else { return };
        match self.order.driver {
            Driver::Timers => drop(set_timeout(call, 0)),
            Driver::PostTask => drop(post_task(call)),
            Driver::Microtasks | Driver::Messages | Driver::Batches => queue_microtask(call),
        }
    }
}
