//! One run of a program of processes: the main process on the coordinator's loop, its children below it.

use super::driver::Driver;
use super::family::Family;
use super::ports::Ports;
use crate::aio::Exception;
use crate::engine::activity::{Activity, Next};
use crate::engine::outbox::Outbox;
use crate::engine::processes::{LOOK, Source};
use crate::model::{Clock, Failure, Lane, LaneKind, Nanos, Outcome, Record, State};
use crate::multiprocessing::{self, Body, Code};
use std::cell::RefCell;
use std::rc::Rc;

/// How the main function ended, and what was recorded until then.
struct End {
    result: Result<Outcome, Exception>,
    at: Nanos,
    records: Vec<Record>,
    news: Option<(Vec<Lane>, Vec<String>)>,
}

/// A run. The coordinator's turns only look after it: what comes in at a pipe goes on at once.
pub struct MainRun {
    driver: Rc<Driver<Outcome>>,
    family: Rc<Family>,
    end: Rc<RefCell<Option<End>>>,
    out: Option<Outbox>,
    /// Lanes that have begun and may have to be ended.
    lanes: Vec<u32>,
    stopped: bool,
}

impl MainRun {
    /// Starts run number `number`; the main function begins in the next turn.
    ///
    /// # Errors
    /// When the browser gives no message channel.
    pub fn start(number: u32, code: Code, source: Source) -> Result<Self, Failure> {
        let (clock, plan, wake) = (source.clock, source.plan.clone(), source.wake.clone());
        let ports = Ports::new();
        let family = Rc::new(Family::new(source, ports.clone()));
        let out = Outbox::new(number, clock);
        out.lanes(vec![Lane { id: 0, kind: LaneKind::Process, name: "MainProcess".to_owned() }], Vec::new());
        let body = multiprocessing::main(family.clone(), code, plan);
        let end: Rc<RefCell<Option<End>>> = Rc::default();
        let ends = end.clone();
        let ended = move |body: &Body<Outcome>, result| {
            let (at, mut records) = (clock.now(), Vec::new());
            body.drain(&mut records);
            ends.replace(Some(End { result, at, records, news: body.news() }));
            wake();
        };
        let driver = Driver::start(body, ports, clock, None, Box::new(|_| None), Box::new(ended))?;
        Ok(Self { driver, family, end, out: Some(out), lanes: Vec::new(), stopped: false })
    }

    fn news(&mut self, out: &mut Outbox) -> f32 {
        let news = self.driver.with(|body| {
            body.drain(&mut out.pending);
            (body.news(), body.progress())
        });
        let Some((news, progress)) = news else { return 1.0 };
        self.tell(out, news);
        progress
    }

    fn tell(&mut self, out: &Outbox, news: Option<(Vec<Lane>, Vec<String>)>) {
        if let Some((lanes, objects)) = news {
            self.lanes.extend(lanes.iter().map(|lane| lane.id));
            out.lanes(lanes, objects);
        }
    }

    fn finish(&mut self, mut out: Outbox, failed: Option<Failure>) -> Next {
        // What the main process has done since it was last looked at, which it may have while its children were heard.
        self.news(&mut out);
        self.driver.end();
        self.family.end();
        let ended = self.end.take();
        let mut outcome = None;
        if let Some(End { result, at, records, news }) = ended {
            self.tell(&out, news);
            out.pending.extend(records);
            outcome = Some(result.map(|outcome| (outcome, at)));
        }
        for lane in std::mem::take(&mut self.lanes) {
            out.enter(lane, State::Done);
        }
        match (failed, outcome) {
            (Some(failure), _) => out.failed(failure),
            (None, Some(Ok((outcome, at)))) => out.done(outcome, at, 0),
            (None, Some(Err(raised))) => out.failed(raised.into()),
            (None, None) => out.stopped(),
        }
        Next::Over
    }
}

impl Activity for MainRun {
    fn turn(&mut self) -> Next {
        let Some(mut out) = self.out.take() else { return Next::Over };
        // Ours first: a child's lane begins with what we wrote into it.
        let progress = self.news(&mut out);
        if let Err(failure) = self.family.hear(&mut out.pending, || self.driver.rest()) {
            return self.finish(out, Some(failure));
        }
        if self.stopped || self.end.borrow().is_some() {
            return self.finish(out, None);
        }
        out.tick(progress.min(0.99));
        self.out = Some(out);
        Next::After(LOOK)
    }

    fn stop(&mut self) {
        self.stopped = true;
    }
}
