//! A recorded run as a file: what ran where, and what happened. One version byte, then postcard. Nothing is left out but the
//! moments' parts of a microsecond, which browsers' clocks do not have (5 µs at best).

use super::machine::Machine;
use super::report::{Failure, Outcome};
use super::spec::{Model, RunSpec};
use super::time::{Nanos, US};
use super::trace::{Lane, Mark, Record, State, Trace, What};
use serde::{Deserialize, Serialize};

/// First byte of a file. Moves when anything written moves: a state or a mark that is not the last of its list, too.
pub const VERSION: u8 = 1;

/// Codes of marks and of levels begin here; states begin at 0.
const MARKS: u32 = 32;
const LEVELS: u32 = 128;

/// Where and when a recorded run took place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Browser and version ("Chromium 156").
    pub browser: String,
    /// System ("Linux"), or empty.
    pub system: String,
    /// Day, as 2026-11-20.
    pub date: String,
    /// Logical processors of the machine.
    pub cores: u32,
    /// The step of its clock, in nanoseconds.
    pub clock_step: Nanos,
}

impl Origin {
    /// The machine: what is recorded is recorded where everything runs.
    pub fn machine(&self) -> Machine {
        let Origin { cores, clock_step, .. } = *self;
        Machine { cores, isolated: true, shared_memory: true, top_level: true, clock_step }
    }
}

/// A run that ended well: its result, how long it took, and what happened.
pub type Recorded = (Outcome, Nanos, Trace);

/// What was recorded, one run for each model and variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// Where and when.
    pub origin: Origin,
    /// The runs, in the order of the models and variants they are of.
    pub runs: Vec<Recorded>,
}

/// What the recording is of, written beside it: what no longer matches is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// What was asked for.
    pub spec: RunSpec,
    /// Models and variants, in the order of the runs.
    pub cells: Vec<(Model, String)>,
}

/// A record after another: about a fifth of [`Record::BYTES`].
#[derive(Serialize, Deserialize)]
struct Step {
    /// Microseconds since the record before, which may lie in another lane and later.
    after: i64,
    what: u32,
    lane: u32,
    arg: u32,
}

#[derive(Serialize, Deserialize)]
struct Packed {
    lanes: Vec<Lane>,
    objects: Vec<String>,
    steps: Vec<Step>,
    end: Nanos,
    dropped: u64,
}

#[derive(Serialize, Deserialize)]
struct File {
    subject: Subject,
    origin: Origin,
    runs: Vec<(Outcome, Nanos, Packed)>,
}

/// The bytes of a recording's file.
///
/// # Errors
/// [`Failure::Garbled`] when it cannot be written.
pub fn write(subject: &Subject, recording: &Recording) -> Result<Vec<u8>, Failure> {
    let Recording { origin, runs } = recording.clone();
    let runs = runs.into_iter().map(|(outcome, elapsed, trace)| (outcome, elapsed, pack(trace))).collect();
    let file = File { subject: subject.clone(), origin, runs };
    postcard::to_extend(&file, vec![VERSION]).map_err(|_| Failure::Garbled)
}

/// Reads a recording of `subject`.
///
/// # Errors
/// [`Failure::NoRecording`] when the bytes are none, or one of another version or of anything else.
pub fn read(subject: &Subject, bytes: &[u8]) -> Result<Recording, Failure> {
    let Some((&VERSION, bytes)) = bytes.split_first() else { return Err(Failure::NoRecording) };
    let Ok((file, [])) = postcard::take_from_bytes::<File>(bytes) else { return Err(Failure::NoRecording) };
    if file.subject != *subject || file.runs.len() != subject.cells.len() {
        return Err(Failure::NoRecording);
    }
    let unpacked = file.runs.into_iter().map(|(outcome, elapsed, packed)| Some((outcome, elapsed, unpack(packed)?)));
    let runs = unpacked.collect::<Option<_>>().ok_or(Failure::NoRecording)?;
    Ok(Recording { origin: file.origin, runs })
}

fn pack(trace: Trace) -> Packed {
    let mut last: Nanos = 0;
    let step = |r: &Record| {
        let at = r.at / US;
        let after = at.wrapping_sub(std::mem::replace(&mut last, at)) as i64;
        let what = match r.what {
            What::Enter(state) => state as u32,
            What::Instant(mark) => MARKS + mark as u32,
            What::Level(object) => LEVELS.saturating_add(object),
        };
        Step { after, what, lane: r.lane, arg: r.arg }
    };
    let steps = trace.records.iter().map(step).collect();
    Packed { lanes: trace.lanes, objects: trace.objects, steps, end: trace.end, dropped: trace.dropped }
}

fn unpack(packed: Packed) -> Option<Trace> {
    let mut at: Nanos = 0;
    let record = |step: Step| {
        at = at.checked_add_signed(step.after)?;
        let code = |from: u32| u8::try_from(step.what - from).ok();
        let what = match step.what {
            LEVELS.. => What::Level(step.what - LEVELS),
            MARKS.. => What::Instant(Mark::from_code(code(MARKS)?)?),
            _ => What::Enter(State::from_code(code(0)?)?),
        };
        Some(Record { at: at.checked_mul(US)?, lane: step.lane, what, arg: step.arg })
    };
    let records = packed.steps.into_iter().map(record).collect::<Option<_>>()?;
    Some(Trace { lanes: packed.lanes, objects: packed.objects, records, end: packed.end, dropped: packed.dropped })
}
