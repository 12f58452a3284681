//! What `asyncio.run` does once the main task is done: cancels the tasks left, closes generators, shuts the executor down.

use super::event_loop::{EventLoop, Phase};
use super::handle::Handle;
use super::kept::Closable;
use super::slab::Key;
use super::state::Awaited;
use super::task::Task;
use std::rc::Rc;

impl EventLoop {
    /// After an iteration: when what the loop ran for is done, goes on to the next thing `asyncio.run` runs it for.
    pub(super) fn end_iteration(&self) {
        if !self.0.stopping.take() {
            return;
        }
        match self.0.phase.get() {
            Phase::Running => self.cancel_all_tasks(),
            Phase::Cancelling => {
                self.report_left();
                self.shut_down_generators();
            }
            Phase::Generators => self.shut_down_executor(),
            Phase::Executor | Phase::Finished => self.finish(self.0.core.now()),
        }
    }

    fn cancel_all_tasks(&self) {
        let core = &self.0.core;
        let keys: Vec<Key> = core.all_tasks().iter().map(|task| task.key).collect();
        if keys.is_empty() {
            return self.shut_down_generators();
        }
        *self.0.left_over.borrow_mut() = core.outcomes(&keys);
        for key in &keys {
            core.inner.borrow_mut().cancel(Awaited::Task(*key));
        }
        core.when_all_done(&keys, self.stopper());
        self.0.phase.set(Phase::Cancelling);
    }

    /// Reports what the tasks that were left raised when they were cancelled.
    pub(super) fn report_left(&self) {
        let core = &self.0.core;
        for (number, outcome) in self.0.left_over.take() {
            if let Some(exception) = outcome.exception() {
                let message = "unhandled exception during asyncio.run() shutdown".to_owned();
                core.report(message, Some(core.name_of(number)), Some(exception));
            }
        }
    }

    fn shut_down_generators(&self) {
        let core = &self.0.core;
        if core.inner.borrow().ready.is_empty() && !core.kept.has_generators() {
            return self.finish(core.now()); // nothing is left that could happen
        }
        core.next_number(); // `shutdown_asyncgens` runs in a task
        let (stop, on) = (self.stopper(), core.clone());
        core.call_soon(move || {
            let sources = on.kept.take_generators();
            if sources.is_empty() {
                return stop();
            }
            let close = |source: Rc<dyn Closable>| Task::create(&on, None, source.closing());
            let tasks: Vec<Task<()>> = sources.into_iter().map(close).collect();
            let keys: Vec<Key> = tasks.iter().map(|task| task.key).collect();
            let core = on.clone();
            on.when_all_done(&keys, move || {
                for exception in tasks.iter().filter_map(|task| task.exception().ok().flatten()) {
                    let message = "an error occurred during closing of asynchronous generator";
                    core.report(message.to_owned(), None, Some(exception));
                }
                core.call_soon(stop);
            });
        });
        self.0.phase.set(Phase::Generators);
    }

    fn shut_down_executor(&self) {
        self.0.core.call_soon(self.stopper());
        self.0.phase.set(Phase::Executor);
    }

    /// Stops the loop at the end of the next iteration.
    fn stopper(&self) -> impl FnOnce() + use<> {
        let core = self.0.core.clone();
        move || core.inner.borrow_mut().ready.push_back(Handle::MainDone)
    }
}
