//! `loop.call_later` and `loop.call_at`: a call outside any task, once its time has come.

use super::calls::Callable;
use super::core::Core;
use super::cx::Cx;
use super::log::SetTimer;
use super::slab::Key;
use crate::model::Nanos;
use std::rc::Rc;

/// A call to come; dropping it does not cancel it.
pub struct TimerHandle {
    core: Rc<Core>,
    call: Key,
    set: Option<SetTimer>,
}

impl Cx {
    /// `loop.call_later`: calls this after a time of the simulated world, outside any task. Timers are looked at once an
    /// iteration: those that are due go behind what is ready already, in the order of their moments.
    pub fn call_later(&self, delay: Nanos, call: impl Callable) -> TimerHandle {
        self.call_when(self.core.now() + delay / self.core.speed, call)
    }

    /// `loop.call_at`: the same at a moment of [`Cx::time`]. Several calls set from one moment keep their order also where the
    /// clock moves on in between, by a millisecond at a time in some browsers.
    pub fn call_at(&self, when: Nanos, call: impl Callable) -> TimerHandle {
        self.call_when(when / self.core.speed, call)
    }

    /// `when` is a moment of the host's clock.
    fn call_when(&self, when: Nanos, call: impl Callable) -> TimerHandle {
        let core = self.core.clone();
        let (name, call) = call.into_parts();
        let call = core.register_once(name, call);
        let set = if core.kept.closed() { None } else { core.call_at(when, call) };
        TimerHandle { core, call, set }
    }
}

impl TimerHandle {
    /// `cancel()`: it will not be called. Nothing happens when it has been.
    pub fn cancel(&self) {
        self.core.cancel_timer(self.call, self.set);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::aio::tests::Manual;
    use crate::aio::virtual_time::{no_work, run};
    use crate::aio::{EventLoop, Turn};
    use crate::model::{MS, Nanos, Outcome};
    use std::cell::RefCell;
    use std::rc::Rc;

    #[test]
    fn calls_come_by_their_moments_unless_they_are_cancelled() {
        let ran = run(2, no_work(), |cx| async move {
            let order: Rc<RefCell<Vec<String>>> = Rc::default();
            let log = |text: &'static str| {
                let (cx, order) = (cx.clone(), order.clone());
                move || order.borrow_mut().push(format!("{text} {}", cx.now() / MS))
            };
            let later = cx.time() + 20 * MS;
            cx.call_at(later, log("second"));
            cx.call_later(10 * MS, log("first"));
            cx.call_later(15 * MS, log("never")).cancel();
            let gone = cx.call_later(0, log("at once"));
            cx.call_soon(log("soon"));
            cx.sleep(0).await?;
            log("main")();
            cx.sleep(30 * MS).await?;
            gone.cancel(); // it has been called
            Ok(Outcome::new(order.take().join(", ")))
        });
        assert_eq!(ran.result.unwrap().value, "soon 0, main 0, at once 0, first 5, second 10");
    }

    #[test]
    fn calls_set_from_one_moment_keep_their_order_on_a_clock_that_ticks_between_them() {
        let host = Rc::new(Manual::default());
        host.step.set(MS);
        let event_loop = EventLoop::new(host, 1, 0);
        event_loop.start(|cx| async move {
            let order: Rc<RefCell<Vec<Nanos>>> = Rc::default();
            let now = cx.time();
            for n in [3, 1, 2] {
                let order = order.clone();
                cx.call_at(now + n * MS, move || order.borrow_mut().push(n));
            }
            cx.sleep(20 * MS).await?;
            Ok(Outcome::new(format!("{:?}", order.take())))
        });
        while event_loop.turn(Nanos::MAX) != Turn::Finished {}
        assert_eq!(event_loop.result().unwrap().unwrap().value, "[1, 2, 3]");
    }
}
