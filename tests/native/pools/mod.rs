//! What processes, their pipes, queues, pools and executors answer in small situations: the same as CPython's, whose answers are
//! recorded.

mod basics;
mod executors;
mod jobs;
mod say;

use interleave::aio::Exception;
use interleave::model::{Model, Outcome, Plan};
use interleave::multiprocessing::{Code, LocalFuture, Main, ProcessCx, Target, virtual_time};
use std::process::Command;
use std::rc::Rc;

/// Small programs: ours, CPython's, and what CPython 3.13 printed.
const PROGRAMS: [(Main, &str, &str); 2] = [
    (basics, "tests/native/pools/small.py", include_str!("small.txt")),
    (pools, "tests/native/pools/pools.py", include_str!("pools.txt")),
];

fn basics(cx: ProcessCx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let log = say::Log::default();
        basics::processes(&cx, &log).await?;
        basics::pipes(&cx, &log).await?;
        basics::queues(&cx, &log).await?;
        basics::shared(&cx, &log).await?;
        Ok(log.outcome())
    })
}

fn pools(cx: ProcessCx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let log = say::Log::default();
        jobs::pools(&cx, &log).await?;
        executors::executors(&cx, &log).await?;
        Ok(log.outcome())
    })
}

const TARGETS: &[Target] = &[
    basics::LEAVE,
    basics::ONE_WAY,
    basics::FULL,
    basics::EMPTY,
    basics::PUTS,
    basics::REFUSED,
    basics::WORKS,
    jobs::NOTHING,
    jobs::SQUARE,
    jobs::ADD,
    jobs::ODD,
    jobs::SLOW,
    jobs::FAILS,
    jobs::UNSENDABLE,
];

#[test]
fn processes_answer_as_in_cpython() {
    let model = Model::Processes;
    let plan =
        Plan { scenario: String::new(), values: Default::default(), model, variant: String::new(), seed: 0, repeat: 0 };
    for (main, name, recorded) in PROGRAMS {
        let ran = virtual_time::run(Code { main, targets: TARGETS }, &plan);
        let lines = ran.result.unwrap().lines;
        for (ours, theirs) in lines.iter().zip(recorded.lines()) {
            assert_eq!(ours, theirs, "{name}");
        }
        assert_eq!(lines.len(), recorded.lines().count(), "{name}");
    }
}

#[test]
fn cpython_answers_as_recorded() {
    let version = |name: &&str| {
        let check = "import sys; sys.exit(sys.version_info[:2] != (3, 13))";
        Command::new(name).args(["-c", check]).stderr(std::process::Stdio::null()).status().is_ok_and(|s| s.success())
    };
    let Some(python) = ["python3.13", "python3"].into_iter().find(version) else {
        println!("skipped: there is no CPython 3.13");
        return;
    };
    for (_, name, recorded) in PROGRAMS {
        let output = Command::new(python).arg(name).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stdout), recorded, "{name}");
    }
}
