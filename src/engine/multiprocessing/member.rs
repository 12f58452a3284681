//! One worker of a family: it starts, waits in stock, or is a process.

use crate::engine::child::Child;
use crate::model::wire::{self, ToProcess};
use crate::multiprocessing::End;
use js_sys::Object;
use std::collections::BTreeMap;
use web_sys::MessagePort;

/// What a worker is told to be.
pub struct Begin {
    pub process: u32,
    pub name: String,
    pub message: Vec<u8>,
    pub ports: Vec<MessagePort>,
    pub buffers: Vec<Object>,
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
    pub fn be(&mut self, begin: Option<Begin>) {
        self.stage = match begin {
            Some(Begin { process, name, message, ports, buffers, closed }) => {
                self.worker.post_with(&message, &ports, &buffers);
                self.stage = Stage::Running { process, name };
                return closed.into_iter().for_each(|end| self.closed(end));
            }
            None => Stage::Stock,
        };
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
