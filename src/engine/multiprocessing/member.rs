//! One worker of a family: it starts, waits in stock, or is a process.

use super::blocks::handed_over;
use super::ports::Ports;
use crate::engine::child::Child;
use crate::model::wire::{self, ToProcess};
use crate::model::{Failure, Letter};
use crate::multiprocessing::End;
use js_sys::{Array, Object};
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;

/// What a worker is told to be.
pub struct Begin {
    pub process: u32,
    pub name: String,
    /// The message that tells it so, as yet without what lies at its ends.
    pub message: ToProcess,
    /// The ends it gets, by their numbers here.
    pub ends: Vec<End>,
    pub memories: Vec<Object>,
    /// Ends whose other ends went with a process that was ended from outside meanwhile, by their places among those it gets.
    pub closed: Vec<End>,
}

pub enum Stage {
    /// Loads; then it will be this process, or go into stock.
    Starting(Option<Begin>),
    Stock,
    Running {
        process: u32,
        name: String,
    },
}

pub struct Member {
    pub worker: Child,
    pub stage: Stage,
}

/// How many of them wait to be something.
pub fn in_stock(members: &BTreeMap<usize, Member>) -> u32 {
    members.values().filter(|m| matches!(m.stage, Stage::Stock)).count() as u32
}

impl Member {
    /// Its name, or what else it is.
    pub fn name(&self) -> String {
        match &self.stage {
            Stage::Running { name, .. } | Stage::Starting(Some(Begin { name, .. })) => name.clone(),
            Stage::Starting(None) | Stage::Stock => "a process in stock".to_owned(),
        }
    }

    /// The worker listens: it is told what to be, or waits.
    ///
    /// # Errors
    /// When the message cannot be written.
    pub fn be(&mut self, begin: Option<Begin>, ports: &Ports) -> Result<(), Failure> {
        let Some(Begin { process, name, mut message, ends, memories, closed }) = begin else {
            self.stage = Stage::Stock;
            return Ok(());
        };
        let (mut along, transfer) = (memories.into_iter().map(JsValue::from).collect::<Vec<_>>(), Array::new());
        let (mut there, mut blocks) = (Vec::new(), 0..);
        for (port, mut mailbox, mail) in ends.into_iter().filter_map(|end| ports.take(end)) {
            transfer.push(&port);
            for letter in &mut mailbox.letters {
                let Letter::Block(block) = letter else { continue };
                let Some(bytes) = ports.lose(*block) else { continue };
                *block = blocks.next().unwrap_or_default();
                if let Some(buffer) = handed_over(&bytes) {
                    transfer.push(&buffer);
                }
                along.push(bytes.into());
            }
            there.push((mailbox, mail));
        }
        if let ToProcess::Child { ends, .. } = &mut message {
            *ends = there;
        }
        self.worker.post_with(&wire::encode(&message)?, &along, &transfer);
        self.stage = Stage::Running { process, name };
        closed.into_iter().for_each(|end| self.closed(end));
        Ok(())
    }

    /// Whether it is this process, or will be.
    pub fn is(&self, number: u32) -> bool {
        match &self.stage {
            Stage::Running { process, .. } | Stage::Starting(Some(Begin { process, .. })) => *process == number,
            Stage::Starting(None) | Stage::Stock => false,
        }
    }

    /// Whoever held the other end of this one was ended from outside.
    pub fn closed(&mut self, end: End) {
        match &mut self.stage {
            Stage::Starting(Some(begin)) => begin.closed.push(end),
            Stage::Running { .. } => {
                let message = wire::encode(&ToProcess::Closed(end));
                message.iter().for_each(|message| self.worker.post(message));
            }
            Stage::Starting(None) | Stage::Stock => {}
        }
    }
}
