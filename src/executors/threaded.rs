//! Programs on threads, with the GIL or without.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::job_pool::{JobPool, Stop};
use super::{Burst, LocalRun, Order, Program, Spawner, Threads};
use crate::model::params::SWITCH_INTERVAL;
use crate::model::recorder::Pulse;
use crate::model::{
    Deadlock, Failure, Lane, LaneKind, Mark, Model, Nanos, Outcome, Plan, Record, Recorder, State, StopFlag, US,
};
use crate::threading::{Detector, Gil, Interpreter, ThreadCx, ThreadError, ThreadsRun};

/// What the threads run.
enum Crew {
    Jobs(JobPool),
    Program(Arc<dyn ThreadsRun>),
}

impl Crew {
    fn run(&self, cx: &ThreadCx, index: usize) -> Result<(), Stop> {
        match self {
            Crew::Jobs(pool) => pool.run(cx),
            Crew::Program(program) => program.run(cx, index).map_err(|error| match error {
                ThreadError::Interrupted => Stop::Interrupted,
                raised => Stop::Failed(raised.into()),
            }),
        }
    }

    /// By how much the waits of `plan` are divided: those of jobs were divided when the jobs were made.
    fn speed(&self, plan: &Plan) -> u64 {
        match self {
            Crew::Jobs(_) => 1,
            Crew::Program(_) => plan.values.speed(),
        }
    }

    /// Whether thread `index` begins at once.
    fn begins(&self, index: usize) -> bool {
        match self {
            Crew::Jobs(_) => true,
            Crew::Program(program) => program.begins(index),
        }
    }

    fn deadlocked(&self, deadlock: &Deadlock) -> Option<Outcome> {
        match self {
            Crew::Jobs(_) => None,
            Crew::Program(program) => program.deadlocked(deadlock),
        }
    }

    fn outcome(&self) -> Result<Outcome, Failure> {
        match self {
            Crew::Jobs(pool) => pool.merge(),
            Crew::Program(program) => Ok(program.outcome()),
        }
    }
}

/// What the threads and whoever watches them share.
struct Shared {
    crew: Crew,
    interpreter: Arc<Interpreter>,
    /// Threads that have not left yet.
    present: AtomicUsize,
    /// By thread: whether it has left.
    left: Vec<AtomicBool>,
    /// Whether some thread left before its work was done.
    cut_short: AtomicBool,
    began: Nanos,
    end: Mutex<Option<Burst>>,
    stop: StopFlag,
}

impl Shared {
    /// The first end counts.
    fn end_with(&self, end: Burst) {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(end);
    }

    fn fail(&self, failure: Failure) {
        self.end_with(Burst::Failed(failure));
        self.cut_short.store(true, Ordering::Relaxed);
        self.stop.raise();
    }

    /// All that one thread does.
    fn thread(&self, mut cx: ThreadCx, index: usize) {
        let _watch = PanicWatch { shared: self, index };
        let ended = if self.crew.begins(index) { self.begin(&cx, index) } else { cx.serve().map_err(Stop::from) };
        if let Some(stuck) =
            self.interpreter.deadlock().iter().flat_map(|d| &d.threads).find(|s| s.lane == cx.lane.lane())
        {
            cx.lane.mark(Mark::Deadlocked, stuck.holder.unwrap_or(stuck.lane));
        }
        match ended {
            Ok(()) => {}
            Err(Stop::Interrupted) => self.cut_short.store(true, Ordering::Relaxed),
            Err(Stop::Failed(failure)) => self.fail(failure),
        }
        if let Some(left) = self.left.get(index) {
            left.store(true, Ordering::Relaxed);
        }
        if self.present.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.last_one_out(&cx);
        }
    }

    /// All that a thread does that begins at once.
    fn begin(&self, cx: &ThreadCx, index: usize) -> Result<(), Stop> {
        cx.lane.enter(State::Starting);
        if cx.gil.is_some() {
            cx.lane.enter(State::Gil);
        }
        let ended = cx.acquire_gil().map_err(Stop::from).and_then(|()| {
            cx.working(0);
            cx.alive()?;
            self.crew.run(cx, index)
        });
        cx.leave();
        ended
    }

    /// The last thread to leave puts the results together, so that no poll is in the time measured.
    fn last_one_out(&self, cx: &ThreadCx) {
        if let Some(deadlock) = self.interpreter.deadlock() {
            let elapsed = deadlock.at.saturating_sub(self.began);
            return self.end_with(match self.crew.deadlocked(&deadlock) {
                Some(outcome) => Burst::Done { outcome, elapsed },
                None => Burst::Failed(Failure::Deadlock(deadlock.as_ref().clone())),
            });
        }
        if self.cut_short.load(Ordering::Relaxed) {
            return self.end_with(Burst::Stopped);
        }
        // A program that says when it ended has its outcome, and does not wait for daemons or seats that nobody took.
        let ended = self.interpreter.ended();
        if ended.is_none() {
            cx.working(0);
        }
        let outcome = self.crew.outcome();
        if ended.is_none() {
            cx.lane.mark(Mark::Merged, 0);
            cx.lane.enter(State::Done);
        }
        let elapsed = ended.unwrap_or_else(|| cx.now()).saturating_sub(self.began);
        self.end_with(match outcome {
            Ok(outcome) => Burst::Done { outcome, elapsed },
            Err(failure) => Burst::Failed(failure),
        });
    }
}

/// Reports a thread that panicked, where a panic unwinds (in wasm the whole engine ends and its keeper reports it).
struct PanicWatch<'a> {
    shared: &'a Shared,
    index: usize,
}

impl Drop for PanicWatch<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let lane = format!("thread {}", self.index);
            self.shared.fail(Failure::Panicked { lane, message: "see the log".to_owned() });
        }
    }
}

/// A run on threads of one memory.
pub struct ThreadedRun {
    shared: Arc<Shared>,
    recorder: Recorder,
    objects: Vec<String>,
    detector: Detector,
}

impl ThreadedRun {
    /// Starts the threads of `order`, all at once: a program may need every one of them to go on.
    ///
    /// # Errors
    /// [`Failure::NotOffered`] when the order is not for threads.
    pub fn start(order: Order, spawner: &dyn Spawner) -> Result<Self, Failure> {
        let began = order.clock.now();
        let (crew, names, objects) = match (order.program, order.kernel) {
            (Program::Jobs(Some(jobs)), Some(kernel)) => {
                let pool = JobPool::new(order.plan.clone(), jobs, kernel);
                let names = pool.threads();
                (Crew::Jobs(pool), names, Vec::new())
            }
            (Program::Threads(Threads { make: Some(make), .. }), _) => {
                let program = make(&order.plan);
                let (names, objects) = (program.threads(), program.objects());
                (Crew::Program(program), names, objects)
            }
            _ => return Err(Failure::NotOffered),
        };
        let gil = match order.plan.model {
            Model::Threads => Some(Arc::new(Gil::new(match order.plan.values.count(SWITCH_INTERVAL.key) {
                0 => Gil::INTERVAL,
                micros => micros * US,
            }))),
            Model::FreeThreads => None,
            _ => return Err(Failure::NotOffered),
        };
        let recorder = Recorder::new(order.clock, LaneKind::Thread, 0, names.clone());
        let reuse = matches!(&crew, Crew::Program(program) if program.reuses());
        let interpreter = Interpreter::new(names, |index| crew.begins(index), reuse, crew.speed(&order.plan));
        order.fault.into_iter().for_each(|fault| interpreter.lay(fault));
        let threads = recorder.lanes().len();
        let shared = Arc::new(Shared {
            crew,
            interpreter: interpreter.clone(),
            present: AtomicUsize::new(threads),
            left: (0..threads).map(|_| AtomicBool::new(false)).collect(),
            cut_short: AtomicBool::new(false),
            began,
            end: Mutex::new(None),
            stop: order.stop.clone(),
        });
        for (index, writer) in (0..).map_while(|i| Some((i, recorder.writer(i)?))) {
            let cx = ThreadCx::new(writer, gil.clone(), order.stop.clone(), interpreter.clone());
            let shared = shared.clone();
            spawner.spawn(index, Box::new(move || shared.thread(cx, index)));
        }
        Ok(Self { shared, recorder, objects, detector: Detector::default() })
    }
}

impl LocalRun for ThreadedRun {
    fn burst(&mut self, _until: Nanos) -> Burst {
        let shared = &self.shared;
        if !shared.stop.is_raised()
            && let Some(deadlock) = self.detector.look(&shared.interpreter, &self.objects, self.recorder.clock().now())
        {
            shared.interpreter.end_in(deadlock, &shared.stop);
        }
        let end = self.shared.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.clone().unwrap_or(Burst::Wait)
    }
    fn lanes(&self) -> Vec<Lane> {
        self.recorder.lanes()
    }
    fn objects(&self) -> Vec<String> {
        self.objects.clone()
    }
    fn drain(&mut self, into: &mut Vec<Record>) {
        self.recorder.drain(into);
    }
    fn dropped(&self) -> u64 {
        self.recorder.dropped()
    }
    /// Every thread shows that it lives as long as it is there, also one that waits: whoever does not was lost.
    fn pulses(&self) -> Vec<Pulse> {
        let mut pulses = self.recorder.pulses();
        for (pulse, left) in pulses.iter_mut().zip(&self.shared.left) {
            pulse.state = if left.load(Ordering::Relaxed) { State::Done } else { State::Running };
        }
        pulses
    }
    fn progress(&self) -> f32 {
        match &self.shared.crew {
            Crew::Jobs(pool) => pool.progress(),
            Crew::Program(program) => program.progress().unwrap_or_else(|| self.shared.interpreter.progress()),
        }
    }
}
