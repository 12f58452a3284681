//! `multiprocessing.Process`: start, join, exit code, daemons.

use super::children::{KILLED, TERMINATED};
use super::connection::{Connection, modes};
use super::core::{Wake, Wants};
use super::cx::ProcessCx;
use super::pickle::dumps;
use super::port::{End, Method, Start};
use super::shared::{Handle, SharedArray};
use super::value::Value;
use crate::aio::Exception;
use crate::model::{Mailbox, Nanos, State};

/// A process to be started.
pub struct Process {
    cx: ProcessCx,
    /// Its number among those that were made.
    made: u32,
    name: Option<String>,
    target: Value,
    args: Value,
    ends: Vec<Connection>,
    shared: Vec<Handle>,
    method: Method,
    daemon: bool,
    kind: &'static str,
}

impl Process {
    /// A process that will run the module's function with this name.
    pub fn new(cx: &ProcessCx, target: &str) -> Self {
        Self::of(cx, Value::function(target))
    }

    /// A process that will run `target`, which must be a function.
    pub fn of(cx: &ProcessCx, target: Value) -> Self {
        Self {
            cx: cx.clone(),
            made: cx.core.children.made(),
            name: None,
            kind: "Process",
            target,
            args: Value::None,
            ends: Vec::new(),
            shared: Vec::new(),
            method: Method::Spawn,
            daemon: false,
        }
    }

    /// With this name; else it gets "Process-1" and so on.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Of this kind: unless it has a name of its own, it gets the kind and a number that no other process has, of whatever kind.
    pub(super) fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// With this value for its function.
    pub fn args(mut self, args: Value) -> Self {
        self.args = args;
        self
    }

    /// With this end of a pipe, which goes over to it.
    pub fn give(mut self, end: Connection) -> Self {
        self.ends.push(end);
        self
    }

    /// With this array, which both see from then on.
    pub fn share(mut self, array: &SharedArray) -> Self {
        self.shared.push(array.handle());
        self
    }

    /// `daemon=True`: the main process does not wait for it when its function has ended, but terminates it.
    pub fn daemon(mut self, daemon: bool) -> Self {
        self.daemon = daemon;
        self
    }

    /// With this start method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Starts it, without waiting until it runs.
    ///
    /// # Errors
    /// Those of [`dumps`] when the function or its argument cannot be pickled; `RuntimeError` in a process that is
    /// itself being started; `OSError` when the browser refuses.
    pub fn start(self) -> Result<Running, Exception> {
        let core = &self.cx.core;
        core.enter(State::Pickling);
        let pickled = dumps(&self.target).and_then(|_| dumps(&self.args));
        core.enter(State::Running);
        let (mut args, Value::Function(target)) = (pickled?, self.target) else {
            return Err(Exception::new("TypeError", "the target is not callable"));
        };
        args.extend(modes(&self.ends));
        let process = core.children.next();
        let name = self.name.unwrap_or_else(|| format!("{}-{}", self.kind, self.made));
        let ends: Vec<End> = self.ends.iter().map(Connection::end).collect();
        let mailboxes: Vec<Mailbox> = ends.iter().map(|end| core.take_mailbox(*end)).collect();
        let kept: Vec<(End, Mailbox)> = ends.iter().copied().zip(mailboxes.iter().cloned()).collect();
        let start = Start {
            process,
            name: name.clone(),
            target: target.qualname,
            args,
            ends,
            mailboxes,
            shared: self.shared,
            method: self.method,
        };
        if let Err(refused) = core.port.start(start) {
            kept.into_iter().for_each(|(end, mailbox)| core.lay(end, mailbox));
            return Err(refused);
        }
        self.ends.iter().for_each(|end| core.let_go(end.end()));
        core.starts(process, &name, self.daemon);
        Ok(Running::of(&self.cx, process, name, self.daemon))
    }
}

/// A process that was started.
pub struct Running {
    cx: ProcessCx,
    process: u32,
    name: String,
    daemon: bool,
}

impl Running {
    pub(super) fn of(cx: &ProcessCx, process: u32, name: String, daemon: bool) -> Self {
        Self { cx: cx.clone(), process, name, daemon }
    }

    /// Waits until it has ended: its exit code.
    pub async fn join(&self) -> i32 {
        self.cx.core.until(Wants::End(self.process), Wake::Outside, |core| core.children.exit(self.process)).await.code
    }

    /// `join(timeout=limit)`: waits until it has ended, but no longer than `limit` of the simulated world: its exit code, if it has.
    pub async fn join_within(&self, limit: Nanos) -> Option<i32> {
        let ended = |core: &super::core::Core| core.children.exit(self.process);
        self.cx.core.until_within(Wants::End(self.process), Some(limit), ended).await.map(|exit| exit.code)
    }

    /// Its exit code, once it has ended: 0 after a good end, 1 after an exception, what `SystemExit` said, -15 after
    /// [`Running::terminate`], -9 after [`Running::kill`].
    pub fn exitcode(&self) -> Option<i32> {
        self.cx.core.children.exit(self.process).map(|exit| exit.code)
    }

    /// The exception it ended with, as the last line of the traceback that it printed.
    pub fn error(&self) -> Option<String> {
        self.cx.core.children.exit(self.process).and_then(|exit| exit.error)
    }

    /// Whether it has not ended.
    pub fn is_alive(&self) -> bool {
        self.exitcode().is_none()
    }

    /// Ends it where it stands.
    pub fn terminate(&self) {
        self.end(TERMINATED);
    }

    /// As [`Running::terminate`]: here, a process has no way to resist either.
    pub fn kill(&self) {
        self.end(KILLED);
    }

    fn end(&self, code: i32) {
        if self.cx.core.children.ends(self.process, code) {
            self.cx.core.port.terminate(self.process);
        }
    }

    /// Whether it is a daemon.
    pub fn is_daemon(&self) -> bool {
        self.daemon
    }

    pub(super) fn number(&self) -> u32 {
        self.process
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}
