//! A family on a real event loop, with workers that only keep what they are told: the test speaks for them, in whatever order.

use super::{pause, plan};
use interleave::aio::Exception;
use interleave::engine::clock::BrowserClock;
use interleave::engine::multiprocessing::driver::Driver;
use interleave::engine::multiprocessing::family::Family;
use interleave::engine::multiprocessing::ports::Ports;
use interleave::engine::processes::Source;
use interleave::kernels::FileHash;
use interleave::model::numbered::numbered;
use interleave::model::wire::{self, FromProcess, ToProcess};
use interleave::model::{Letter, Mail, Mailbox, Model, Outcome, Plan};
use interleave::multiprocessing::{self, Code, LocalFuture, Process, ProcessCx, Value, dumps};
use js_sys::{Array, Function, Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::MessagePort;

/// Puts the workers in the place of the browser's; gives them and what they stand for.
const WORKERS: &str = "
    const [browser, all] = [globalThis.Worker, []];
    globalThis.Worker = class {
        constructor() {
            Object.assign(this, { said: 0, posts: [], ports: [] });
            all.push(this);
        }
        postMessage(message, transfer) {
            this.posts.push(message);
            this.ports.push(...(transfer || []).filter((given) => given instanceof MessagePort));
        }
        terminate() {}
    };
    return [all, browser];";

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    assert!(Reflect::set(object, &name.into(), value).unwrap());
}

/// A program whose workers are spoken for.
struct Run {
    workers: Array,
    browser: JsValue,
    driver: Rc<Driver<Outcome>>,
    family: Rc<Family>,
    result: Rc<RefCell<Option<Result<Outcome, Exception>>>>,
}

impl Run {
    /// Starts a program; its first `count` workers listen.
    async fn start(main: multiprocessing::Main, count: u32) -> Self {
        let both: Array = Function::new_no_args(WORKERS).call0(&JsValue::NULL).unwrap().unchecked_into();
        let (clock, ports, plan) = (BrowserClock::start(), Ports::new(), plan(Model::Processes, 10));
        let source = Source { script: String::new(), wake: Rc::new(|| ()), plan: plan.clone(), clock, fault: None };
        let family = Rc::new(Family::new(source, ports.clone()));
        let body = multiprocessing::main(family.clone(), Code { main, targets: &[] }, plan);
        let result: Rc<RefCell<_>> = Rc::default();
        let results = result.clone();
        let ended = move |_: &_, end| drop(results.replace(Some(end)));
        let driver = Driver::start(body, ports, clock, None, Box::new(|_| None), Box::new(ended)).unwrap();
        let run = Self { workers: both.get(0).unchecked_into(), browser: both.get(1), driver, family, result };
        run.go_on(20).await;
        for worker in 0..count {
            run.listens(worker).await;
        }
        run
    }

    /// The coordinator has its turns for so many milliseconds.
    async fn go_on(&self, ms: u32) {
        for _ in 0..ms.div_ceil(5) {
            pause(5).await;
            self.family.hear(&mut Vec::new(), || self.driver.rest()).unwrap();
        }
    }

    /// Its end, which comes soon.
    async fn value(&self) -> String {
        for _ in 0..1_000 {
            if let Some(result) = self.result.take() {
                return result.unwrap().value;
            }
            self.go_on(5).await;
        }
        panic!("it does not end")
    }

    async fn listens(&self, worker: u32) {
        self.hears(worker, &"ready".into());
        self.says(worker, &FromProcess::Ready);
        self.go_on(5).await;
    }

    /// A worker says something.
    fn says(&self, worker: u32, message: &FromProcess) {
        let number = field(&self.workers.get(worker), "said").as_f64().unwrap() as u32;
        set(&self.workers.get(worker), "said", &(number + 1).into());
        let bytes = numbered(&wire::encode(message).unwrap(), number);
        self.hears(worker, &Uint8Array::from(&*bytes));
    }

    fn hears(&self, worker: u32, data: &JsValue) {
        let event = js_sys::Object::new();
        set(&event, "data", data);
        let hear: Function = field(&self.workers.get(worker), "onmessage").unchecked_into();
        hear.call1(&JsValue::NULL, &event).unwrap();
    }

    /// What a worker was told, without the questions how it stands.
    fn told(&self, worker: u32) -> Vec<ToProcess> {
        let posts: Array = field(&self.workers.get(worker), "posts").unchecked_into();
        let bytes = posts.iter().filter_map(|post| match post.dyn_into::<Array>() {
            Ok(array) => array.get(0).dyn_into::<Uint8Array>().ok(),
            Err(post) => post.dyn_into().ok(),
        });
        let messages = bytes.map(|bytes| wire::decode(&bytes.to_vec()).unwrap());
        messages.filter(|message| !matches!(message, ToProcess::Ping(_))).collect()
    }

    /// What lies at the ends that a worker was given.
    fn given(&self, worker: u32) -> Vec<(Mailbox, Mail)> {
        let Some(ToProcess::Child { ends, .. }) = self.told(worker).into_iter().next() else {
            panic!("it was told nothing")
        };
        ends
    }

    /// A worker sends a text at one of its ends, or closes it.
    fn sends(&self, worker: u32, end: u32, text: Option<&str>) {
        let ports: Array = field(&self.workers.get(worker), "ports").unchecked_into();
        let port: MessagePort = ports.get(end).unchecked_into();
        let message = text.map_or(JsValue::NULL, |text| Uint8Array::from(&*pickled(text)).into());
        port.post_message(&message).unwrap();
    }

    /// A worker's process ends, after this many messages at its only end.
    fn exits(&self, worker: u32, sent: u64) {
        let mail = [(0, Mail { sent, heard: 0 })].into();
        self.says(worker, &FromProcess::Exited { code: 0, error: None, mail });
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.driver.end();
        self.family.end();
        set(&js_sys::global(), "Worker", &self.browser);
    }
}

fn pickled(text: &str) -> Vec<u8> {
    dumps(&Value::from(text)).unwrap()
}

/// Terminates a child that this process and two others have pipes to.
fn terminates(cx: ProcessCx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (ours, theirs) = cx.pipe()?;
        let mut first = Process::new(&cx, "f").give(theirs);
        let mut others = Vec::new();
        for _ in 0..2 {
            let (a, b) = cx.pipe()?;
            first = first.give(a);
            others.push(b);
        }
        let first = first.start()?;
        for b in others {
            Process::new(&cx, "f").daemon(true).give(b).start()?;
        }
        ours.recv().await?;
        first.terminate();
        let (letter, end) = (ours.recv().await?, ours.recv().await.unwrap_err());
        Ok(Outcome::new(format!("{letter} {end} {}", first.join().await)))
    })
}

#[wasm_bindgen_test]
async fn whoever_talks_to_a_process_that_is_terminated_is_told() {
    let run = Run::start(terminates, 2).await;
    run.sends(0, 0, Some("begin"));
    run.sends(0, 0, Some("last"));
    assert_eq!(run.value().await, "'last' EOFError -15");
    assert_eq!(run.told(1).len(), 2);
    assert_eq!(run.told(1)[1], ToProcess::Closed(0));
}

/// Terminates one child, then waits for what another, which starts meanwhile, was told.
fn terminates_one_of_a_pair(cx: ProcessCx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (a, b) = cx.pipe()?;
        let (ours, theirs) = cx.pipe()?;
        let first = Process::new(&cx, "f").give(a).start()?;
        Process::new(&cx, "f").daemon(true).give(theirs).give(b).start()?;
        first.terminate();
        Ok(Outcome::new(ours.recv().await?.to_string()))
    })
}

#[wasm_bindgen_test]
async fn a_process_that_starts_is_told_as_soon_as_it_can_hear() {
    let run = Run::start(terminates_one_of_a_pair, 0).await;
    assert_eq!(run.told(1), []);
    run.listens(1).await;
    assert_eq!(run.given(1).len(), 2);
    assert_eq!(run.told(1)[1..], [ToProcess::Closed(1)]);
    run.sends(1, 0, Some("done"));
    assert_eq!(run.value().await, "'done'");
}

/// Waits for the end of a child, and then looks at once.
fn joins(cx: ProcessCx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (ours, theirs) = cx.pipe()?;
        let code = Process::new(&cx, "f").give(theirs).start()?.join().await;
        Ok(Outcome::new(format!("{code} {} {}", ours.poll()?, ours.recv().await?)))
    })
}

#[wasm_bindgen_test]
async fn a_process_has_ended_when_its_last_letter_is_here() {
    let run = Run::start(joins, 1).await;
    run.exits(0, 2);
    run.go_on(10).await;
    assert!(run.result.borrow().is_none(), "its letter is on its way");
    run.sends(0, 0, Some("one"));
    run.sends(0, 0, None);
    assert_eq!(run.value().await, "0 true 'one'");
}

/// Gives away an end at which it has heard already.
fn gives_late(cx: ProcessCx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (a, b) = cx.pipe()?;
        let (c, d) = cx.pipe()?;
        let first = Process::new(&cx, "f").give(a).give(d).start()?;
        c.recv().await?;
        Process::new(&cx, "f").give(b).start()?.join().await;
        first.terminate();
        Ok(Outcome::new("done"))
    })
}

#[wasm_bindgen_test]
async fn an_end_takes_along_what_lies_there_and_what_comes_until_the_process_listens() {
    let run = Run::start(gives_late, 1).await;
    run.sends(0, 0, Some("one"));
    run.go_on(10).await;
    run.sends(0, 1, Some("go on"));
    run.go_on(20).await;
    run.sends(0, 0, Some("two"));
    run.sends(0, 0, None);
    run.go_on(20).await;
    run.listens(1).await;
    let letters = ["one", "two"].map(|text| Letter::Bytes(pickled(text))).into();
    assert_eq!(run.given(1), [(Mailbox { letters, closed: true }, Mail { sent: 0, heard: 3 })]);
    run.exits(1, 0);
    assert_eq!(run.value().await, "done");
}

/// Has the browser hash for it while a letter is on its way.
fn hashes(cx: ProcessCx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (ours, theirs) = cx.pipe()?;
        theirs.send(&Value::from("here"))?;
        let digest = cx.digest(b"abc".to_vec()).await?;
        Ok(Outcome::new(format!("{} {}", FileHash::hex(&digest), ours.recv().await?)))
    })
}

#[wasm_bindgen_test]
async fn a_process_awaits_the_browsers_digest() {
    let run = Run::start(hashes, 0).await;
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(run.value().await, format!("{known} 'here'"));
}
