//! The vocabulary as plain data: what a run is asked to do, what happened, and what was made of it.

pub mod call;
pub mod claim;
pub mod deadlock;
pub mod distortion;
pub mod gil_use;
pub mod lane_index;
pub mod machine;
pub mod params;
pub mod recorder;
pub mod recording;
pub mod report;
pub mod rng;
pub mod spec;
pub mod stats;
pub mod time;
pub mod trace;
pub mod units;
pub mod verdict;
pub mod wire;

pub use call::Call;
pub use claim::Claim;
pub use deadlock::{Deadlock, Stuck};
pub use distortion::Distortion;
pub use gil_use::GilUse;
pub use lane_index::LaneIndex;
pub use machine::Machine;
pub use params::{Kind, Param, ParamError, Value, Values};
pub use recorder::{LaneWriter, Recorder};
pub use recording::{Origin, Recording};
pub use report::{Cell, Failure, Outcome, Report, Run, RunEnd};
pub use spec::{Fault, Model, Plan, RunSpec};
pub use time::{Clock, MS, Nanos, SECOND, StopFlag, US};
pub use trace::{Lane, LaneKind, Mark, Record, Span, State, Trace, What};
pub use verdict::{Bound, Verdict};
