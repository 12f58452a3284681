//! What only the host can do: operations as plain data, what they answer, and the port a loop begins them through.

use super::exception::Exception;
use crate::model::Nanos;
use serde::{Deserialize, Serialize};

/// Something only the host can do, outside the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `run_in_executor`: compute the scenario's kernel for this payload elsewhere.
    Job(Vec<u8>),
    /// The host's own SHA-256 of these bytes.
    Digest(Vec<u8>),
    /// A request for a file of this site, never answered from a cache; answers [`Fetched`].
    Fetch(Request),
    /// What the host noted of this run's requests that the site answered; answers `Vec<Timing>`.
    Timings,
    /// Something with the run's files.
    File(FileOp),
    /// Something with the run's database.
    Database(DatabaseOp),
    /// Switches of tasks in a loop of its own; answers [`Switched`].
    Switches(Switches),
    /// All of [`super::BROWSER_QUEUES`], asked for in that order within one turn of the browser's loop: their names, in the order
    /// in which they came, a line each.
    BrowserOrder,
}

/// A file asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its path from the site's root.
    pub path: String,
    /// What is requested from memory where the site cannot be reached.
    pub stand_in: Vec<u8>,
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// What came.
    pub body: Vec<u8>,
    /// Why it is not the site that answered, if it is not.
    pub instead: Option<String>,
}

/// When a request was where, since the run began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// The program asked for it.
    pub asked: Nanos,
    /// It went out on a connection.
    pub sent: Nanos,
    /// The last byte of the answer was there.
    pub answered: Nanos,
    /// What was spoken, as the host names it ("http/1.1", "h2"); may be empty.
    pub protocol: String,
}

/// Where something is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Where the program asked for.
    Real,
    /// In memory, because the host refused; with what it said.
    Memory(String),
}

/// What can be done with the files of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOp {
    /// Makes an empty folder for this run; answers its [`Place`].
    Open,
    /// Writes a whole file; answers nothing.
    Write {
        /// Its name.
        name: String,
        /// What it holds from now on.
        bytes: Vec<u8>,
    },
    /// Reads a whole file; answers its bytes as they are.
    Read {
        /// Its name.
        name: String,
    },
    /// Removes the folder with all that is in it; answers nothing.
    Remove,
}

/// What can be done with the database of a run: one table of texts by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseOp {
    /// Makes an empty one; answers its [`Place`].
    Create,
    /// Opens a connection to it; answers its number, a `u32`.
    Connect,
    /// Does all of these in one transaction or, when one of them fails, none; answers `Vec<Vec<String>>`, the texts each found.
    Transact {
        /// The connection.
        connection: u32,
        /// What to do, in order.
        steps: Vec<Step>,
    },
    /// Closes the connections and deletes it; answers nothing.
    Delete,
}

/// A step of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Adds a row; fails when there is one with this number.
    Insert(u32, String),
    /// Replaces a row, or adds it.
    Update(u32, String),
    /// Takes a row out, if it is there.
    Delete(u32),
    /// Finds the row with this number.
    One(u32),
    /// Finds the rows from the first number to the last, which must not be less.
    Range(u32, u32),
}

/// Switches of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// Who gives the loop its turns.
    pub driver: Driver,
    /// How many tasks there are.
    pub tasks: u64,
    /// How often each gives way.
    pub each: u64,
    /// When to stop, finished or not.
    pub limit: Nanos,
}

/// Who gives a loop its turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// A timer, armed in the turn before: one step a turn.
    Timers,
    /// A message to itself: one step a turn.
    Messages,
    /// A microtask: one step a turn.
    Microtasks,
    /// `scheduler.postTask`: one step a turn.
    PostTask,
    /// A message to itself; as many steps a turn as fit into some milliseconds.
    Batches,
}

/// What became of [`Switches`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switched {
    /// Switches made.
    pub made: u64,
    /// Turns it took.
    pub turns: u64,
    /// How long it took.
    pub took: Nanos,
    /// Whether the host has such a driver.
    pub offered: bool,
}

/// Completes an operation; called by the host, later, on the loop's thread. The host then takes another turn.
pub type Completion = Box<dyn FnOnce(Result<Vec<u8>, Exception>)>;

/// The port through which a loop reaches the world.
pub trait Host {
    /// Nanoseconds since the run began.
    fn now(&self) -> Nanos;
    /// Begins an operation and returns at once.
    fn begin(&self, operation: Operation, done: Completion);
    /// The step of the clock: a timer that is due less than this from now is due now.
    fn resolution(&self) -> Nanos {
        1
    }
    /// Keeps the loop's thread for this long, as a call does that knows nothing of the loop. This one reads the clock again
    /// and again, so a host whose clock stands still while the loop runs needs its own.
    fn block(&self, time: Nanos) {
        let until = self.now().saturating_add(time);
        while self.now() < until {
            std::hint::spin_loop();
        }
    }
}
