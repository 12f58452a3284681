//! What plain `cargo test` holds true: layers, registry, links, messages, pictures and the vocabulary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may stop at once
#![cfg(not(target_arch = "wasm32"))]

mod attacks;
mod chart;
mod chart_props;
#[path = "../links/attacks.rs"]
mod corpus;
mod exports;
mod golden;
mod guide;
mod hosting;
mod layers;
mod lessons;
mod links;
mod links_props;
mod links_published;
mod loop_views;
mod messages;
mod model;
mod pools;
mod processes;
mod reading;
mod reasons;
mod recorded;
mod recorder;
mod registry;
mod runs;
mod sample;
mod shown;
mod svg;
mod threads;
mod twins;
mod twins_say;
mod waits;
