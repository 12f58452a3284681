//! What the coordinator can be busy with.

/// When an activity wants its next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At once.
    Soon,
    /// After so many milliseconds, or when something wakes it: looking costs the workers a core's time.
    After(i32),
    /// Never: it has said how it ended.
    Over,
}

/// A run, seen by the coordinator: it gets turns of about 10 ms and never blocks.
pub trait Activity {
    /// Goes on for a while.
    fn turn(&mut self) -> Next;
    /// Asks it to end; it does so in its next turns.
    fn stop(&mut self);
    /// A job for an open executor.
    fn submit(&mut self, job: u32, payload: Vec<u8>) {
        let _ = (job, payload);
    }
    /// No more jobs.
    fn close(&mut self) {}
}
