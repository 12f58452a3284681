//! The end of the main process, as CPython has it: its pipes close, daemons are terminated, and it waits for the other children.

use super::children::TERMINATED;
use super::core::{Wake, Wants};
use super::cx::ProcessCx;
use super::process::Running;
use super::value::Value;
use crate::aio::Exception;

impl ProcessCx {
    /// What is left to do when the main function has returned or raised.
    pub(super) async fn leave(&self) {
        let core = &self.core;
        while let Some(work) = core.children.next_at_exit() {
            work.await;
        }
        core.close_held();
        let daemons = core.children.alive().into_iter().filter(|(_, child)| child.daemon);
        let daemons = daemons.filter(|(process, _)| core.children.ends(*process, TERMINATED));
        daemons.for_each(|(process, _)| core.port.terminate(process));
        let none_left = |core: &super::core::Core| core.children.all_ended().then_some(());
        core.until(Wants::Ends, Wake::Outside, none_left).await;
    }

    /// `multiprocessing.active_children()`: the children that have not ended.
    pub fn active_children(&self) -> Vec<Running> {
        let alive = self.core.children.alive().into_iter();
        alive.map(|(process, child)| Running::of(self, process, child.name, child.daemon)).collect()
    }
}

/// How a child's process ends whose function ended like this: its exit code, and what it printed last.
pub fn exit_of(result: Result<Value, Exception>) -> (i32, Option<String>) {
    match result {
        Ok(_) => (0, None),
        Err(raised) if raised.kind == "SystemExit" => match (raised.message.as_str(), raised.message.parse::<i32>()) {
            ("" | "None", _) => (0, None),
            // The system keeps a byte of it.
            (_, Ok(code)) => (code & 0xff, None),
            (text, Err(_)) => (1, Some(text.to_owned())),
        },
        Err(raised) => (1, Some(raised.to_string())),
    }
}
