//! A place for a thread: its lane is there from the start, and a thread that is started later takes it.

use super::thread::Task;
use super::wait::{hold, wait};
use super::{Interrupted, ThreadCx, ThreadError};
use crate::model::{Mark, State};
use crate::sync::{Condvar, Mutex};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Who sits there.
enum Place {
    /// Nobody yet.
    Free,
    /// A thread that was started and has not begun.
    Given(Task),
    /// A thread.
    Taken,
    /// Nobody any more.
    Left,
}

/// A place for a thread.
pub(super) struct Seat {
    /// The lane's name.
    pub name: String,
    place: Mutex<Place>,
    changed: Condvar,
    /// Whether the thread that sits there is a daemon.
    pub daemon: AtomicBool,
}

impl Seat {
    pub fn new(name: String, taken: bool) -> Self {
        let place = if taken { Place::Taken } else { Place::Free };
        Self { name, place: Mutex::new(place), changed: Condvar::new(), daemon: AtomicBool::new(false) }
    }

    pub fn is_free(&self) -> bool {
        matches!(*hold(&self.place), Place::Free)
    }

    /// Whether a thread sits there or is about to; and whether it has begun.
    pub fn taken(&self) -> (bool, bool) {
        let place = hold(&self.place);
        (matches!(*place, Place::Given(_) | Place::Taken), matches!(*place, Place::Taken))
    }

    /// Gives the place to a thread; gives it back when somebody else was first.
    pub fn give(&self, task: Task) -> Result<(), Task> {
        let mut place = hold(&self.place);
        if !matches!(*place, Place::Free) {
            return Err(task);
        }
        *place = Place::Given(task);
        self.changed.notify_all();
        Ok(())
    }

    /// Lets whoever waits in it look whether the program has ended.
    pub fn wake(&self) {
        let _order = hold(&self.place);
        self.changed.notify_all();
    }

    /// Nobody comes any more, or (`reuse`) the next one may.
    pub fn leave(&self, reuse: bool) {
        *hold(&self.place) = if reuse { Place::Free } else { Place::Left };
    }

    /// Waits for a thread to be started here; `None` when the program has ended.
    fn next(&self, cx: &ThreadCx) -> Result<Option<Task>, Interrupted> {
        let mut place = hold(&self.place);
        loop {
            if cx.stop.is_raised() {
                return Err(Interrupted);
            }
            if matches!(*place, Place::Given(_)) {
                let Place::Given(task) = std::mem::replace(&mut *place, Place::Taken) else { continue };
                return Ok(Some(task));
            }
            if cx.interpreter.is_over() {
                return Ok(None);
            }
            (place, _) = wait(&self.changed, place, None);
            cx.lane.beat();
        }
    }
}

impl ThreadCx {
    /// The thread has nothing more to do.
    fn done(&self) {
        self.tell_account();
        // Before the GIL goes, or the next thread would seem to compute beside this one.
        self.lane.enter(State::Done);
        self.release_gil();
    }

    /// The thread has nothing more to do that sat in this context's seat from the start.
    pub fn leave(&self) {
        self.done();
        if let Some(seat) = self.interpreter.seats.get(self.lane.lane() as usize) {
            seat.leave(false);
        }
    }

    /// All that a thread of the system does that waits for threads to be started: it runs them in this context's seat until
    /// the program has ended.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    pub fn serve(&mut self) -> Result<(), Interrupted> {
        let interpreter = self.interpreter.clone();
        let Some(seat) = interpreter.seats.get(self.lane.lane() as usize) else { return Ok(()) };
        while let Some(task) = seat.next(self)? {
            self.lane.mark(Mark::Created, 0);
            self.lane.enter(State::Starting);
            seat.daemon.store(task.thread.is_daemon(), SeqCst);
            self.sit_down(&task);
            let ended = self.live(task.body, &task.thread);
            self.done();
            task.thread.leaves();
            seat.leave(interpreter.reuse && ended.is_ok());
            task.thread.end();
            ended?;
            if !interpreter.reuse {
                break;
            }
        }
        Ok(())
    }

    /// A thread's life, from its wish for the GIL to its last exception.
    fn live(&self, body: super::thread::Body, thread: &super::Thread) -> Result<(), Interrupted> {
        if self.gil.is_some() {
            self.lane.enter(State::Gil);
        }
        let result = self.acquire_gil().map_err(ThreadError::from).and_then(|()| {
            self.working(0);
            thread.begin();
            body(self)
        });
        match result {
            Ok(()) => Ok(()),
            Err(ThreadError::Interrupted) if self.stop.is_raised() => Err(Interrupted),
            // The program has ended, and with it its daemons.
            Err(ThreadError::Interrupted) => {
                self.lane.mark(Mark::CutShort, 0);
                Ok(())
            }
            Err(error) => {
                self.lane.mark(Mark::Failed, 0);
                // `SystemExit` ends a thread without a word.
                if error.kind() != "SystemExit" {
                    self.report(thread.name(), error);
                }
                Ok(())
            }
        }
    }
}
