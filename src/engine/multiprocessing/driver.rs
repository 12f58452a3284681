//! Gives a process its turns: as soon as something comes in, when its time has come, and again while it computes.

use super::ports::Ports;
use crate::aio::Exception;
use crate::engine::clock::BrowserClock;
use crate::engine::event_loop::turns::Turns;
use crate::engine::faults;
use crate::model::{Ambush, Clock, Failure, Fault, MS, Nanos, Rest};
use crate::multiprocessing::{Body, End, Event, Turn};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

/// How long it may compute before the worker listens.
const BUDGET: Nanos = 10 * MS;

/// Called after every burst; the longest time until the next one, if there is one.
pub type Went<T> = Box<dyn Fn(&Body<T>) -> Option<Nanos>>;
/// Called when the function is over.
pub type Ended<T> = Box<dyn Fn(&Body<T>, Result<T, Exception>)>;

/// A process being driven.
pub struct Driver<T: 'static> {
    body: RefCell<Option<Body<T>>>,
    inbox: RefCell<VecDeque<Event>>,
    turns: Turns,
    ports: Rc<Ports>,
    clock: BrowserClock,
    fault: Option<Ambush>,
    /// Since its last turn only what comes in lets it go on, or a lock.
    rests: Cell<bool>,
    went: Went<T>,
    ended: Ended<T>,
}

impl<T: 'static> Driver<T> {
    /// Drives `body`, whose ends are `ports`; `fault` strikes between its turns.
    ///
    /// # Errors
    /// [`Failure::Engine`] when the browser gives no message channel.
    pub fn start(
        body: Body<T>,
        ports: Rc<Ports>,
        clock: BrowserClock,
        fault: Option<Fault>,
        went: Went<T>,
        ended: Ended<T>,
    ) -> Result<Rc<Self>, Failure> {
        let me: Rc<RefCell<Weak<Self>>> = Rc::default();
        let in_turn = me.clone();
        let turns = Turns::new(move || in_turn.borrow().upgrade().iter().for_each(|driver| driver.run()))
            .map_err(|_| Failure::Engine { message: "no message channel".to_owned() })?;
        let fault = fault.map(|fault| Ambush::new(fault.anywhere(), faults::strike));
        let (body, inbox) = (RefCell::new(Some(body)), RefCell::default());
        let driver = Rc::new(Self { body, inbox, turns, ports, clock, fault, rests: Cell::default(), went, ended });
        me.replace(Rc::downgrade(&driver));
        let hears = Rc::downgrade(&driver);
        driver.ports.tell(Some(Rc::new(move |event| {
            if let Some(driver) = hears.upgrade() {
                driver.inbox.borrow_mut().push_back(event);
                driver.run();
            }
        })));
        driver.turns.soon();
        Ok(driver)
    }

    /// Looks at the process, while it is there and between its turns.
    pub fn with<R>(&self, look: impl FnOnce(&Body<T>) -> R) -> Option<R> {
        self.body.try_borrow().ok()?.as_ref().map(look)
    }

    /// How it stands, if it goes on only when something comes in or a lock is free.
    pub fn rest(&self) -> Option<Rest> {
        let rests = self.rests.get() && self.inbox.borrow().is_empty();
        self.with(|body| body.rest(self.ports.mail())).flatten().filter(|_| rests)
    }

    /// Ends it where it stands.
    pub fn end(&self) {
        self.turns.close();
        self.ports.tell(None);
        if let Ok(mut body) = self.body.try_borrow_mut() {
            body.take();
        }
    }

    /// Whoever held the other end of this one was ended from outside.
    pub fn orphan(&self, end: End) {
        self.ports.orphan(end, false);
        self.run();
    }

    fn run(&self) {
        // What it does itself may come in at once: that is for the next turn.
        let Ok(mut place) = self.body.try_borrow_mut() else { return self.turns.soon() };
        let Some(body) = place.as_mut() else { return };
        self.ports.look_after_orphans(self.clock.now());
        if let Some(fault) = &self.fault {
            fault.look(self.clock.now(), 0, 1);
        }
        let until = self.clock.now() + BUDGET;
        let next = loop {
            loop {
                let event = self.inbox.borrow_mut().pop_front();
                let Some(event) = event else { break };
                body.hear(event);
            }
            match body.turn() {
                Turn::Soon | Turn::Look if self.clock.now() < until => {}
                next => break next,
            }
        };
        self.ports.listen();
        if let Turn::Finished(result) = next {
            let body = place.take();
            drop(place);
            self.turns.close();
            if let Some(body) = body {
                (self.ended)(&body, result);
            }
            return;
        }
        let most = (self.went)(body);
        let now = self.clock.now();
        let fault = self.fault.as_ref().and_then(Ambush::moment).map(|moment| moment.saturating_sub(now));
        let orphans = self.ports.give_way(now);
        self.rests.set(matches!(next, Turn::Outside | Turn::Look) && fault.is_none() && orphans.is_none());
        let orphans = orphans.map(|until| until.saturating_sub(now));
        let wanted = match next {
            Turn::Soon | Turn::Look | Turn::Finished(_) => return self.turns.soon(),
            Turn::At(when) => Some(when.saturating_sub(now)),
            Turn::Outside => None,
        };
        if let Some(time) = [wanted, most, fault, orphans].into_iter().flatten().min() {
            self.turns.after(time as f64 / MS as f64);
        }
    }
}
