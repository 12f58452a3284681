//! Ends of pipes on a real event loop: what is told of them, and in which order.

use super::pause;
use interleave::engine::multiprocessing::ports::Ports;
use interleave::model::{Letter, Mail, Mailbox};
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
    ports.orphan(b, false);
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
    ports.orphan(b, false);
    ports.post(b, &[1]);
    ports.close(b);
    ports.listen();
    pause(50).await;
    assert!(heard.take().is_empty());
    assert_eq!(ports.mail()[&b].sent, 0);
    ports.close(a);
}

#[wasm_bindgen_test]
async fn a_process_has_ended_when_its_last_letter_was_heard() {
    let (ports, heard) = listener();
    let (a, b) = ports.pipe().unwrap();
    ports.listen();
    ports.post(a, &[1]);
    ports.close(a);
    ports.orphan(b, true);
    ports.say_after(vec![Place { process: 0, end: b }, Place { process: 2, end: 0 }], exited());
    assert!(heard.borrow().is_empty());
    until(&heard, 3).await;
    assert_eq!(heard.take(), [letter(b, 1), Event::Closed { end: b }, exited()]);
    assert_eq!(ports.give_way(0), None, "nothing is waited for");
}

#[wasm_bindgen_test]
async fn what_comes_in_at_an_end_that_leaves_goes_along() {
    let (ports, heard) = listener();
    let (a, b) = ports.pipe().unwrap();
    ports.listen();
    ports.post(a, &[1]);
    until(&heard, 1).await;
    assert_eq!(ports.leaves(b, Mailbox::default()), Some(false));
    ports.post(a, &[2]);
    ports.close(a);
    pause(50).await;
    assert_eq!(heard.take(), [letter(b, 1)], "the rest is for the other process");
    let (port, mailbox, mail) = ports.take(b).unwrap();
    let expected = Mailbox { letters: [Letter::Bytes(vec![2])].into(), closed: true };
    assert_eq!((mailbox, mail), (expected, Mail { sent: 0, heard: 3 }));
    let end = ports.adopt(port, true, mail);
    ports.post(end, &[3]);
    assert_eq!(ports.mail()[&end].sent, 0, "there is nobody to send it to");
}

#[wasm_bindgen_test]
async fn an_end_that_nobody_listened_at_takes_its_letters_along_by_itself() {
    let (ports, heard) = listener();
    let (a, b) = ports.pipe().unwrap();
    ports.post(a, &[1]);
    ports.leaves(b, Mailbox::default());
    ports.listen();
    pause(50).await;
    let (port, mailbox, mail) = ports.take(b).unwrap();
    assert_eq!((mailbox, mail), (Mailbox::default(), Mail::default()));
    let end = ports.adopt(port, false, mail);
    ports.listen();
    until(&heard, 1).await;
    assert_eq!(heard.take(), [letter(end, 1)]);
}

#[wasm_bindgen_test]
async fn what_comes_in_after_an_end_was_given_up_still_counts() {
    let (ports, heard) = listener();
    let (a, b) = ports.pipe().unwrap();
    ports.listen();
    ports.post(a, &[1]);
    ports.close(a);
    ports.orphan(b, true);
    ports.say_after(vec![Place { process: 0, end: b }], exited());
    ports.close(b);
    assert_eq!(heard.take(), [exited()], "nobody waits for what comes in there");
    for _ in 0..1_000 {
        if ports.mail()[&b].heard == 2 {
            return;
        }
        pause(2).await;
    }
    panic!("{:?}", ports.mail());
}
