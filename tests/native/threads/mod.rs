//! What threads' primitives answer in small situations: the same as CPython's, whose answers are recorded.

mod small;

use interleave::executors::{Burst, LocalRun, Order, Program, Spawner, ThreadedRun, Threads};
use interleave::model::{Clock, Model, Nanos, Plan, StopFlag};
use interleave::threading::{Script, ThreadsRun};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

/// What CPython 3.13 printed.
const RECORDED: &str = include_str!("small.txt");
const PROGRAM: &str = "tests/native/threads/small.py";

struct Wall(Instant);

impl Clock for Wall {
    fn now(&self) -> Nanos {
        self.0.elapsed().as_nanos() as Nanos
    }
}

struct StdThreads;

impl Spawner for StdThreads {
    fn spawn(&self, _index: usize, body: Box<dyn FnOnce() + Send + 'static>) {
        std::thread::spawn(body);
    }
}

/// What our threads answer under a model.
fn answers(model: Model) -> Vec<String> {
    let make: fn(&Plan) -> Arc<dyn ThreadsRun> =
        |plan| Script::new(plan, small::main).threads(["one", "two"]).reusing().build();
    let plan =
        Plan { scenario: String::new(), values: Default::default(), model, variant: String::new(), seed: 0, repeat: 0 };
    let program = Program::Threads(Threads { count: |_| 3, waits: false, make: Some(make) });
    let clock = Arc::new(Wall(Instant::now()));
    let order = Order { plan, program, kernel: None, clock, stop: StopFlag::new(), fault: None };
    let mut run = ThreadedRun::start(order, &StdThreads).unwrap();
    loop {
        match run.burst(0) {
            Burst::Done { outcome, .. } => return outcome.lines,
            end => assert_eq!(end, Burst::Wait),
        }
        run.drain(&mut Vec::new());
        std::thread::yield_now();
    }
}

#[test]
fn threads_answer_as_in_cpython() {
    for model in [Model::FreeThreads, Model::Threads] {
        let ours = answers(model);
        for (ours, theirs) in ours.iter().zip(RECORDED.lines()) {
            assert_eq!(ours, theirs, "{model:?}");
        }
        assert_eq!(ours.len(), RECORDED.lines().count());
    }
}

/// The recorded answers are CPython's: of 3.13, which is the first with `Queue.shutdown`.
#[test]
fn cpython_answers_as_recorded() {
    let version = |name: &&str| {
        let check = "import sys; sys.exit(sys.version_info[:2] < (3, 13))";
        Command::new(name).args(["-c", check]).stderr(std::process::Stdio::null()).status().is_ok_and(|s| s.success())
    };
    let Some(python) = ["python3.13", "python3.14", "python3"].into_iter().find(version) else {
        println!("skipped: there is no CPython 3.13 or later");
        return;
    };
    let output = Command::new(python).arg(PROGRAM).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), RECORDED);
}
