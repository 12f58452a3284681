//! The task of lessons about pools: adding up whole numbers.

use crate::aio::Exception;
use crate::kernels::Additions;
use crate::model::{Nanos, State, Trace};
use crate::multiprocessing::{Args, LocalFuture, ProcessCx, Target, Value};

/// What the pools' processes can be asked to do.
pub const TARGETS: &[Target] = &[Target { name: "add_up", run: add_up }];

/// `sum(range(n))`, computed in full.
fn add_up(cx: ProcessCx, args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let numbers = args.value.int().and_then(|n| u64::try_from(n).ok());
        let numbers = numbers.ok_or_else(|| Exception::new("TypeError", "an int is needed"))?;
        let kernel = Additions::kernel(&Additions::payload(numbers))?;
        let sum = Additions::sum(&cx.compute(kernel).await)?;
        Ok(Value::Int(sum as i64))
    })
}

/// Time the processes other than the main one spent computing.
pub fn computing(trace: &Trace) -> Nanos {
    let spans = trace.spans();
    spans.iter().filter(|s| s.state == State::Running && s.lane != 0).map(|s| s.end - s.start).sum()
}
