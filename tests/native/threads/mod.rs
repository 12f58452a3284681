//! What threads' primitives answer in small situations: the same as CPython's, whose answers are recorded.

mod futures;
mod log;
mod small;

use interleave::executors::{Burst, LocalRun, Order, Program, Spawner, ThreadedRun, Threads};
use interleave::model::{Clock, Model, Nanos, Plan, StopFlag};
use interleave::threading::{Main, Script, ThreadsRun};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Small programs: ours, CPython's, and what CPython 3.13 printed.
const PROGRAMS: [(Main, &str, &str); 2] = [
    (small::main, "tests/native/threads/small.py", include_str!("small.txt")),
    (futures::main, "tests/native/threads/futures.py", include_str!("futures.txt")),
];

std::thread_local! {
    /// A maker is a plain function: what it makes the program of is left here.
    static MAIN: std::cell::Cell<Main> = const { std::cell::Cell::new(small::main) };
}

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
fn answers(main: Main, model: Model) -> Vec<String> {
    MAIN.set(main);
    let make: fn(&Plan) -> Arc<dyn ThreadsRun> =
        |plan| Script::new(plan, MAIN.get()).threads(["one", "two"]).reusing().build();
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
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn threads_answer_as_in_cpython() {
    for (main, name, recorded) in PROGRAMS {
        for model in [Model::FreeThreads, Model::Threads] {
            let ours = answers(main, model);
            for (ours, theirs) in ours.iter().zip(recorded.lines()) {
                assert_eq!(ours, theirs, "{name} {model:?}");
            }
            assert_eq!(ours.len(), recorded.lines().count(), "{name}");
        }
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
    for (_, name, recorded) in PROGRAMS {
        let output = Command::new(python).arg(name).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stdout), recorded, "{name}");
    }
}
