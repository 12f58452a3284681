//! A short, discarded warm-up before a scenario's first clock starts.
//!
//! Browsers run wasm with quickly made code first and replace it by better code once it proves hot. Without a warm-up
//! the model measured first would pay for that, and every comparison would favour the later ones. So the first time a
//! scenario runs in an engine, its own kernel runs for at most 30 ms, its result is thrown away, and then the clock
//! starts. Nothing is kept but the browser's better code.

use crate::executors::Order;
use crate::model::{Clock, MS, Nanos};
use crate::scenarios::Program;

/// The longest a warm-up takes.
const LONGEST: Nanos = 30 * MS;

/// Computes a part of the jobs and throws it away.
pub fn warm_up(order: &Order, clock: &dyn Clock) {
    let (Program::Jobs(Some(jobs)), Some(build)) = (order.program, order.kernel) else { return };
    let until = clock.now() + LONGEST;
    for payload in (jobs.split)(&order.plan) {
        let Ok(mut kernel) = build(&payload) else { return };
        while kernel.slice().is_none() {
            if clock.now() >= until {
                return;
            }
        }
    }
}
