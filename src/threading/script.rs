//! A program as Python has it: a main function that starts threads, and ends when those that are no daemons have ended.

use std::sync::{Arc, Mutex};

use super::{ThreadCx, ThreadError, ThreadsRun, shared};
use crate::model::{Deadlock, Outcome, Plan};

/// What the main thread does; its result is the run's.
pub type Main = fn(&ThreadCx, &Plan) -> Result<Outcome, ThreadError>;

/// What the outcome of a run is that ended in a deadlock.
pub type OfDeadlock = fn(&Plan, &Deadlock) -> Outcome;

/// A program that begins in its main function.
pub struct Script {
    plan: Plan,
    main: Main,
    names: Vec<String>,
    objects: Vec<String>,
    reuse: bool,
    of_deadlock: Option<OfDeadlock>,
    outcome: Mutex<Option<Outcome>>,
}

impl Script {
    /// A program with this main function, and no other thread yet.
    pub fn new(plan: &Plan, main: Main) -> Self {
        Self {
            plan: plan.clone(),
            main,
            names: vec!["MainThread".to_owned()],
            objects: Vec::new(),
            reuse: false,
            of_deadlock: None,
            outcome: Mutex::default(),
        }
    }

    /// The names of the threads it starts (their lanes'), at least as many as it ever starts; [`Script::reusing`] says what
    /// else is possible. With the main thread they are as many as the program says it has.
    pub fn threads(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// The names of its locks, queues and the like; an object's number is its index.
    pub fn objects(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.objects = names.into_iter().map(Into::into).collect();
        self
    }

    /// Threads may take the lanes of those that have ended: the names say how many are alive at once.
    pub fn reusing(mut self) -> Self {
        self.reuse = true;
        self
    }

    /// A deadlock is what this program may well end in (a bad variant): this is its outcome then, to make claims on. Without
    /// it, a run that ends in a deadlock has failed.
    pub fn of_deadlock(mut self, outcome: OfDeadlock) -> Self {
        self.of_deadlock = Some(outcome);
        self
    }

    /// The program, ready to run.
    pub fn build(self) -> Arc<dyn ThreadsRun> {
        Arc::new(self)
    }
}

impl ThreadsRun for Script {
    fn threads(&self) -> Vec<String> {
        self.names.clone()
    }

    fn objects(&self) -> Vec<String> {
        self.objects.clone()
    }

    fn begins(&self, index: usize) -> bool {
        index == 0
    }

    fn reuses(&self) -> bool {
        self.reuse
    }

    fn run(&self, cx: &ThreadCx, _index: usize) -> Result<(), ThreadError> {
        let result = (self.main)(cx, &self.plan);
        if result != Err(ThreadError::Interrupted) {
            cx.shut_down()?;
        }
        *shared::lock(&self.outcome) = Some(result?);
        Ok(())
    }

    fn outcome(&self) -> Outcome {
        shared::lock(&self.outcome).clone().unwrap_or_default()
    }

    fn deadlocked(&self, deadlock: &Deadlock) -> Option<Outcome> {
        Some((self.of_deadlock?)(&self.plan, deadlock))
    }
}

impl ThreadCx {
    /// What CPython does when the main function has returned or raised: joins every thread that is no daemon, then ends.
    fn shut_down(&self) -> Result<(), ThreadError> {
        self.exit()?;
        // Whoever joins the main thread goes on now.
        self.main_thread().end();
        let next = || {
            let started = shared::lock(&self.interpreter.started);
            started.iter().find(|thread| thread.is_alive() && !thread.is_daemon()).cloned()
        };
        while let Some(thread) = next() {
            thread.join(self)?;
        }
        self.interpreter.end(self.now());
        Ok(())
    }
}
