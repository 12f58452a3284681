//! Messages between the page and its engine, and between the engine and its processes: plain values, sent as postcard bytes.

use super::fault::Fault;
use super::machine::Machine;
use super::mailbox::Mailbox;
use super::recording::Origin;
use super::report::{Failure, Outcome, Run};
use super::rest::{Mail, Mails, Rest};
use super::spec::{Model, Plan, RunSpec};
use super::time::Nanos;
use super::trace::{Lane, Record};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// From the page to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// Run a plan whose program belongs to the engine (jobs or threads).
    Run {
        /// Number of the run; echoed in every answer.
        run: u32,
        /// What to run.
        plan: Plan,
        /// Threads the pool gets, should it be started for this run: as many as any run of the session needs.
        threads: u32,
        /// A fault to put in.
        fault: Option<Fault>,
    },
    /// Open an executor for a program that runs on the page's event loop.
    Open {
        /// Number of the run.
        run: u32,
        /// Whose kernel the jobs are for.
        plan: Plan,
        /// Moment 0 of the run's time base: milliseconds of `performance.timeOrigin + performance.now()`.
        epoch_ms: f64,
        /// Number of the first lane the engine may use.
        first_lane: u32,
        /// Processes to start; 0 means one lane inside the engine itself.
        processes: u32,
        /// A fault to put in.
        fault: Option<Fault>,
    },
    /// A job for the open executor.
    Submit {
        /// Number of the run.
        run: u32,
        /// Number of the job, chosen by the page.
        job: u32,
        /// What the kernel is built from.
        #[serde(with = "serde_bytes")]
        payload: Vec<u8>,
    },
    /// No more jobs: end the executor.
    Close {
        /// Number of the run.
        run: u32,
    },
    /// End whatever runs.
    Stop,
}

/// From the engine to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromEngine {
    /// The engine listens.
    Ready,
    /// Lanes and named objects of the run.
    Lanes {
        /// Number of the run.
        run: u32,
        /// The lanes.
        lanes: Vec<Lane>,
        /// The objects.
        objects: Vec<String>,
    },
    /// What was recorded since the last batch; also the engine's sign of life.
    Batch {
        /// Number of the run.
        run: u32,
        /// The records.
        records: Vec<Record>,
        /// Share of the work done, 0 to 1.
        progress: f32,
        /// The moment of the run at which it was told.
        now: Nanos,
    },
    /// A job of an open executor ended.
    JobDone {
        /// Number of the run.
        run: u32,
        /// Number of the job.
        job: u32,
        /// Its result.
        #[serde(with = "serde_bytes")]
        result: Vec<u8>,
    },
    /// The run ended well.
    Done {
        /// Number of the run.
        run: u32,
        /// The result.
        outcome: Outcome,
        /// Wall time.
        elapsed: Nanos,
        /// Records that found no room.
        dropped: u64,
    },
    /// The run ended without a result.
    Failed {
        /// Number of the run.
        run: u32,
        /// Why.
        failure: Failure,
    },
    /// The run ended because it was asked to.
    Stopped {
        /// Number of the run.
        run: u32,
    },
}

/// From the page to its guest, the engine on the page's own thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToGuest {
    /// What is run from now on.
    Session {
        /// What was asked for.
        spec: RunSpec,
        /// Where it runs.
        machine: Machine,
        /// Models and variants, in the order shown.
        cells: Vec<(Model, String)>,
    },
    /// What was run last came to nothing: what had run before it is shown again.
    Back,
    /// The file of a recorded run, to be read and judged; answered with [`FromGuest::Recorded`], or a failure.
    Recorded {
        /// Id of the scenario.
        scenario: String,
        /// The file.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// A run that has ended, to be judged.
    Ran {
        /// Place of its model and variant among the cells.
        cell: u32,
        /// The run.
        run: Run,
    },
    /// Run a plan's coroutine on the page's loop.
    Run {
        /// Number of the run; echoed in every answer.
        run: u32,
        /// What to run.
        plan: Plan,
        /// A fault for the engine's part of it.
        fault: Option<Fault>,
    },
    /// The engine finished a job of the run on the loop.
    JobDone {
        /// Number of the run.
        run: u32,
        /// Number of the job.
        job: u32,
        /// Its result.
        #[serde(with = "serde_bytes")]
        result: Vec<u8>,
    },
    /// Cancel the run on the loop; it ends when its tasks have cleaned up.
    Stop {
        /// Number of the run.
        run: u32,
    },
    /// Give the stop signal to the run on the loop, if it handles one.
    Signal {
        /// Number of the run.
        run: u32,
    },
    /// Nobody waits for the run any more: tell what was recorded, and drop it.
    End {
        /// Number of the run.
        run: u32,
    },
}

/// From the guest to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromGuest {
    /// What the run on the loop has to tell, as a run in the engine would.
    Tell(FromEngine),
    /// For the engine, which computes what the loop hands out.
    Ask(ToEngine),
    /// Where the recorded run took place; lanes, records and end of each model and variant follow, numbered in their order.
    Recorded(Origin),
}

/// From the engine to one of its processes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToProcess {
    /// What to be.
    Begin {
        /// Whose kernel the jobs are for.
        plan: Plan,
        /// Moment 0 of the run's time base (as in [`ToEngine::Open`]).
        epoch_ms: f64,
        /// The process's lane.
        lane: Lane,
        /// A fault to put in.
        fault: Option<Fault>,
    },
    /// A job.
    Job {
        /// Its number.
        job: u32,
        /// What the kernel is built from.
        #[serde(with = "serde_bytes")]
        payload: Vec<u8>,
    },
    /// To be a child in a program of processes; the ends it is started with come along as ports, in their order.
    Child {
        /// Whose program it is.
        plan: Plan,
        /// Moment 0 of the run's time base (as in [`ToEngine::Open`]).
        epoch_ms: f64,
        /// Its number, and its lane's.
        process: u32,
        /// Name of the function it runs.
        target: String,
        /// What that is given, pickled.
        #[serde(with = "serde_bytes")]
        args: Vec<u8>,
        /// Of each array whose memory comes along: the number of its lock on the record, how many numbers it holds, and its name.
        shared: Vec<(u32, u32, String)>,
        /// Of each end: what lies there, and was sent and heard there. Blocks come along behind the memories, numbered in order.
        ends: Vec<(Mailbox, Mail)>,
        /// A fault to put in.
        fault: Option<Fault>,
    },
    /// To a child: answer how it stands, and with this number; also to show that it lives.
    Ping(u32),
    /// To a child: whoever held the other end of this one (its place among those it was started with) was ended from outside.
    Closed(u32),
}

/// From a process to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromProcess {
    /// It listens (sent before anything is received).
    Ready,
    /// What it recorded; also its sign of life.
    Batch {
        /// The records.
        records: Vec<Record>,
        /// Share of the job in hand that is done, 0 to 1.
        progress: f32,
    },
    /// A job ended.
    Result {
        /// Its number.
        job: u32,
        /// Its result.
        #[serde(with = "serde_bytes")]
        result: Vec<u8>,
    },
    /// How a child stands.
    Stands {
        /// The number it was asked with.
        number: u32,
        /// `None` unless it goes on only when something comes in.
        rest: Option<Rest>,
    },
    /// A child's function is over.
    Exited {
        /// 0, or 1 after an exception.
        code: i32,
        /// The exception, as the last line of its traceback.
        error: Option<String>,
        /// What was sent and heard at its ends.
        mail: Mails,
    },
    /// It panicked or ran out of memory; nothing more will come.
    Failed(Failure),
}

/// Turns a message into bytes.
///
/// # Errors
/// [`Failure::Garbled`] when it cannot be written (which none of the types above should cause).
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, Failure> {
    postcard::to_allocvec(message).map_err(|_| Failure::Garbled)
}

/// Reads a message.
///
/// # Errors
/// [`Failure::Garbled`] when the bytes are no such message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    postcard::from_bytes(bytes).map_err(|_| Failure::Garbled)
}
