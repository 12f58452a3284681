//! Ends of pipes on a real event loop: what is told of them, and in which order.

use super::pause;
use interleave::engine::multiprocessing::ports::Ports;
use interleave::multiprocessing::{End, Event, GRACE, Place};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

type Heard = Rc<RefCell<Vec<Event>>>;

fn listener() -> (Rc<Ports>, Heard) {
    let (ports, heard) = (Ports::new(), Heard::default());
    let hears = heard.clone();
    ports.tell(Some(Rc::new(move |event| hears.borrow_mut().push(event))));
    (ports, heard)
}

fn letter(end: End, byte: u8) -> Event {
    Event::Letter { end, bytes: vec![byte] }
}

fn exited() -> Event {
    Event::Exited { process: 1, code: -15, error: None }
}

/// Waits until this many things were heard.
async fn until(heard: &Heard, count: usize) {
    for _ in 0..1_000 {
        if heard.borrow().len() >= count {
            return;
        }
        pause(2).await;
    }
    panic!("only this was heard: {:?}", heard.borrow());
}

#[wasm_bindgen_test]
async fn what_a_process_sent_before_it_was_ended_is_heard_before_that_it_was() {
    let (ports, heard) = listener();
    let (a, b) = ports.pipe().unwrap();
    ports.post(a, &[1]);
    ports.orphan(b);
    ports.say_after(vec![Place { process: 0, end: b }], exited());
    ports.look_after_orphans(GRACE);
    ports.listen();
    assert_eq!(ports.give_way(GRACE), Some(2 * GRACE));
    until(&heard, 1).await;
    ports.look_after_orphans(2 * GRACE - 1);
    assert_eq!(heard.take(), [letter(b, 1)], "it is not over yet");
    ports.look_after_orphans(2 * GRACE);
    assert_eq!(heard.take(), [Event::Closed { end: b }, exited()]);
    ports.post(a, &[2]);
    ports.listen();
    pause(50).await;
    assert!(heard.take().is_empty(), "a worker that went on meanwhile speaks to nobody");
}

#[wasm_bindgen_test]
async fn nothing_is_sent_to_a_process_that_was_ended() {
    let (ports, heard) = listener();
    let (a, b) = ports.pipe().unwrap();
    ports.orphan(b);
    ports.post(b, &[1]);
    ports.close(b);
    ports.listen();
    pause(50).await;
    assert!(heard.take().is_empty());
    assert_eq!(ports.mail()[&b].sent, 0);
    ports.close(a);
}
