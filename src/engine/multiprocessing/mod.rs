//! Processes that talk: the main process on the coordinator's loop, each child in a worker of its own, pipes of message ports.

pub mod blocks;
pub mod child;
pub mod driver;
pub mod family;
pub mod main_run;
mod member;
mod memories;
mod orphans;
pub mod ports;
