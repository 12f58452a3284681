//! `asyncio.Barrier`: tasks that wait for each other, and go on once there are enough of them.

use super::condition::Condition;
use super::cx::Cx;
use super::exception::Exception;
use super::lock::Lock;
use super::object::Object;
use std::cell::Cell;
use std::rc::Rc;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Tasks come in.
    Filling,
    /// There were enough, and they are leaving.
    Draining,
    /// It was reset, and those who were waiting are leaving.
    Resetting,
    /// It was aborted.
    Broken,
}

struct Shared {
    object: Object,
    condition: Condition,
    parties: usize,
    state: Cell<State>,
    /// Tasks inside [`Barrier::wait`], leaving or not.
    count: Cell<usize>,
}

/// A barrier; clones are the same one. Its level on the record is how many wait in it.
#[derive(Clone)]
pub struct Barrier(Rc<Shared>);

fn broken(message: &str) -> Exception {
    Exception::new("BrokenBarrierError", message)
}

impl Barrier {
    /// A barrier for this many tasks, at least 1; `name` is shown where tasks wait in it.
    ///
    /// # Errors
    /// `ValueError` for 0.
    pub fn new(cx: &Cx, name: impl Into<String>, parties: usize) -> Result<Self, Exception> {
        if parties < 1 {
            return Err(Exception::new("ValueError", "parties must be > 0"));
        }
        let object = Object::new(cx, name.into());
        let condition = Condition::on(object.part(), Lock::on(object.part()));
        let (state, count) = (Cell::new(State::Filling), Cell::new(0));
        Ok(Self(Rc::new(Shared { object, condition, parties, state, count })))
    }

    /// How many tasks it takes.
    pub fn parties(&self) -> usize {
        self.0.parties
    }

    /// How many wait in it now.
    pub fn n_waiting(&self) -> usize {
        if self.0.state.get() == State::Filling { self.0.count.get() } else { 0 }
    }

    /// Whether it was aborted.
    pub fn broken(&self) -> bool {
        self.0.state.get() == State::Broken
    }

    /// Waits until enough tasks wait; then all go on. Which of them the task was, from 0 to parties − 1.
    ///
    /// # Errors
    /// `BrokenBarrierError` when the barrier is reset or aborted meanwhile, or was aborted before; `CancelledError`.
    pub fn wait(&self) -> impl Future<Output = Result<usize, Exception>> + use<> {
        let barrier = self.clone();
        async move {
            let _guard = barrier.0.condition.acquire().await?;
            barrier.room().await?;
            let index = barrier.0.count.get();
            barrier.0.count.set(index + 1);
            let filled = if index + 1 == barrier.0.parties {
                barrier.enter(State::Draining)
            } else {
                barrier.level();
                barrier.filled().await
            };
            barrier.0.count.set(barrier.0.count.get() - 1);
            let left = barrier.leave();
            filled.and(left).map(|()| index)
        }
    }

    /// Waits until those of the last round have left.
    async fn room(&self) -> Result<(), Exception> {
        let busy = || matches!(self.0.state.get(), State::Draining | State::Resetting);
        self.0.condition.wait_for(|| !busy()).await?;
        if self.broken() { Err(broken("Barrier aborted")) } else { Ok(()) }
    }

    /// Waits until there are enough.
    async fn filled(&self) -> Result<(), Exception> {
        self.0.condition.wait_for(|| self.0.state.get() != State::Filling).await?;
        match self.0.state.get() {
            State::Broken | State::Resetting => Err(broken("Abort or reset of barrier")),
            State::Filling | State::Draining => Ok(()),
        }
    }

    /// The last one to leave opens it for the next round.
    fn leave(&self) -> Result<(), Exception> {
        if self.0.count.get() > 0 {
            self.level();
            return Ok(());
        }
        let state = self.0.state.get();
        self.enter(if state == State::Broken { state } else { State::Filling })
    }

    fn enter(&self, state: State) -> Result<(), Exception> {
        self.0.state.set(state);
        self.level();
        self.0.condition.notify_all()
    }

    fn level(&self) {
        self.0.object.level(self.n_waiting());
    }

    /// Makes it as new; whoever waits in it gets a `BrokenBarrierError`.
    ///
    /// # Errors
    /// `CancelledError`.
    pub fn reset(&self) -> impl Future<Output = Result<(), Exception>> + use<> {
        let barrier = self.clone();
        async move {
            let _guard = barrier.0.condition.acquire().await?;
            barrier.enter(if barrier.0.count.get() > 0 { State::Resetting } else { State::Filling })
        }
    }

    /// Breaks it: whoever waits in it, and whoever comes later, gets a `BrokenBarrierError`.
    ///
    /// # Errors
    /// `CancelledError`.
    pub fn abort(&self) -> impl Future<Output = Result<(), Exception>> + use<> {
        let barrier = self.clone();
        async move {
            let _guard = barrier.0.condition.acquire().await?;
            barrier.enter(State::Broken)
        }
    }
}
