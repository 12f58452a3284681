//! Runs programs on both sides at once, and keeps those whose logs differ.

use crate::programs::interpret;
use crate::programs::notation::Program;
use crate::python::{Python, Session};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

/// A program on which the two sides differ, or, when they do not, what both did.
#[derive(Clone, Debug)]
pub struct Compared {
    pub seed: u64,
    pub program: Program,
    pub ours: String,
    pub cpython: String,
}

impl Compared {
    pub fn equal(&self) -> bool {
        self.ours == self.cpython
    }
}

/// Our log; a panic is a log too.
pub fn ours(program: &Program) -> String {
    catch_unwind(AssertUnwindSafe(|| interpret::run(program))).unwrap_or_else(|_| "panicked".to_owned())
}

/// Makes and runs the programs of these seeds, each core its share, in a CPython of its own. `done` is called with each.
///
/// # Errors
/// What went wrong with CPython.
pub fn all(
    python: &Python,
    seeds: std::ops::Range<u64>,
    make: impl Fn(u64) -> Program + Sync,
    done: impl FnMut(Compared) + Send,
) -> Result<(), String> {
    let cores = thread::available_parallelism().map_or(2, usize::from).min(8) as u64;
    let (done, make) = (Mutex::new(done), &make);
    let share = |core: u64| seeds.clone().skip(core as usize).step_by(cores as usize);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|core| {
                scope.spawn({
                    let (share, done) = (&share, &done);
                    move || work(python, share(core), make, done)
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker panicked".to_owned())?)
    })
}

fn work(
    python: &Python,
    seeds: impl Iterator<Item = u64>,
    make: &(impl Fn(u64) -> Program + Sync),
    done: &Mutex<impl FnMut(Compared)>,
) -> Result<(), String> {
    let programs: Vec<(u64, Program)> = seeds.map(|seed| (seed, make(seed))).collect();
    let mut session = Session::start(python)?;
    let Some(mut input) = session.input() else { return Err("no input".to_owned()) };
    thread::scope(|scope| {
        // Written from a thread of its own: neither side may wait for a full pipe while the other does.
        scope.spawn(|| {
            for (_, program) in &programs {
                if writeln!(input, "{program}").is_err() {
                    break;
                }
            }
            drop(input);
        });
        for (seed, program) in &programs {
            let ours = ours(program);
            let cpython = session.line()?;
            if let Ok(mut done) = done.lock() {
                done(Compared { seed: *seed, program: program.clone(), ours, cpython });
            }
        }
        Ok(())
    })
}
