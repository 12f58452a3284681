//! A stand-in for processes in native tests: threads that share nothing and get everything as bytes, led by the same
//! [`ProcessPool`] and recorded as the engine records its processes.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::executors::process_pool::{Command, ProcessPool};
use crate::executors::{Burst, KernelMaker, Order, Program};
use crate::model::wire::{FromProcess, ToProcess, decode, encode};
use crate::model::{LaneKind, LaneWriter, Mark, Recorder, State, Trace};

/// One process: its letters come in, and what it says goes to whoever holds the other end.
fn live(
    worker: usize,
    lane: &LaneWriter,
    make: KernelMaker,
    letters: &Receiver<Vec<u8>>,
    tell: &Sender<(usize, Vec<u8>)>,
) {
    let say = |message: &FromProcess| drop(tell.send((worker, encode(message).unwrap())));
    lane.enter(State::Waiting);
    say(&FromProcess::Ready);
    for letter in letters {
        lane.enter(State::Pickling);
        lane.mark(Mark::Received, letter.len() as u32);
        let ToProcess::Job { job, payload } = decode(&letter).unwrap() else { panic!("no job") };
        let mut kernel = make(&payload).unwrap();
        lane.enter_with(State::Running, job + 1);
        lane.mark(Mark::Job, job);
        let result = loop {
            while let Some(time) = kernel.wait() {
                lane.enter(State::Sleeping);
                let until = lane.now() + time;
                while lane.now() < until {
                    std::thread::park_timeout(Duration::from_nanos(until.saturating_sub(lane.now())));
                }
                lane.enter_with(State::Running, job + 1);
            }
            if let Some(result) = kernel.slice() {
                break result;
            }
        };
        lane.mark(Mark::Finished, job);
        lane.enter(State::Pickling);
        let bytes = encode(&FromProcess::Result { job, result }).unwrap();
        lane.mark(Mark::Sent, bytes.len() as u32);
        lane.enter(State::Waiting);
        tell.send((worker, bytes)).unwrap();
    }
    lane.enter(State::Done);
}

/// The processes, and the way to each.
struct Members {
    recorder: Recorder,
    make: KernelMaker,
    tell: Sender<(usize, Vec<u8>)>,
    payloads: Vec<Vec<u8>>,
    posts: Vec<Option<Sender<Vec<u8>>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Members {
    fn carry_out(&mut self, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::Start(worker) => {
                    let (post, letters) = channel();
                    let (lane, make, tell) = (self.recorder.writer(worker + 1).unwrap(), self.make, self.tell.clone());
                    lane.enter(State::Starting);
                    self.posts.push(Some(post));
                    self.threads.push(std::thread::spawn(move || live(worker, &lane, make, &letters, &tell)));
                }
                Command::Begin(_) => {}
                Command::Send { worker, job } => {
                    let parent = self.recorder.writer(0).unwrap();
                    parent.enter(State::Pickling);
                    let payload = self.payloads[job as usize].clone();
                    let bytes = encode(&ToProcess::Job { job, payload }).unwrap();
                    parent.mark(Mark::Sent, bytes.len() as u32);
                    parent.enter(State::Waiting);
                    self.posts[worker].as_ref().unwrap().send(bytes).unwrap();
                }
                Command::End(worker) => drop(self.posts[worker].take()),
            }
        }
    }
}

/// Runs an order's jobs.
pub(crate) fn run(order: Order) -> (Burst, Trace) {
    let (Program::Jobs(Some(jobs)), Some(make)) = (order.program, order.kernel) else { panic!("no jobs") };
    let began = order.clock.now();
    let count = order.plan.values.count("workers").clamp(1, 16) as usize;
    let names = std::iter::once("MainProcess".to_owned()).chain((1..=count).map(|n| format!("SpawnProcess-{n}")));
    let recorder = Recorder::new(order.clock.clone(), LaneKind::Process, 0, names);
    let parent = recorder.writer(0).unwrap();
    parent.enter(State::Running);
    let (tell, hear) = channel();
    let payloads = (jobs.split)(&order.plan);
    let total = payloads.len();
    let mut members =
        Members { recorder: recorder.clone(), make, tell, payloads, posts: Vec::new(), threads: Vec::new() };
    let (mut pool, commands) = ProcessPool::new(count);
    members.carry_out(commands);
    (0..total as u32).for_each(|job| members.carry_out(pool.submit(job)));
    members.carry_out(pool.close());
    let (mut trace, mut records) = (Trace { lanes: recorder.lanes(), ..Trace::default() }, Vec::new());
    let mut results = vec![Vec::new(); total];
    while !pool.is_over() {
        let (worker, bytes) = hear.recv().unwrap();
        match decode(&bytes).unwrap() {
            FromProcess::Ready => members.carry_out(pool.ready(worker).unwrap_or_default()),
            FromProcess::Result { job, result } => {
                parent.enter(State::Pickling);
                parent.mark(Mark::Received, bytes.len() as u32);
                parent.enter(State::Waiting);
                results[job as usize] = result;
                members.carry_out(pool.result(worker, job).unwrap());
            }
            FromProcess::Batch { .. }
            | FromProcess::Failed(_)
            | FromProcess::Stands { .. }
            | FromProcess::Exited { .. } => {
                panic!("never sent here")
            }
        }
        recorder.drain(&mut records);
        trace.extend(records.drain(..));
    }
    parent.enter(State::Running);
    let outcome = (jobs.merge)(&order.plan, &results);
    parent.mark(Mark::Merged, 0);
    parent.enter(State::Done);
    let elapsed = order.clock.now() - began;
    members.threads.into_iter().for_each(|thread| thread.join().unwrap());
    recorder.drain(&mut records);
    trace.extend(records);
    assert_eq!(recorder.dropped(), 0);
    (outcome.map_or_else(Burst::Failed, |outcome| Burst::Done { outcome, elapsed }), trace)
}
