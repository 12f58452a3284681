//! Links, messages and copies: a run specification as text, a report as JSON, Python with the reader's values.

mod decode;
mod encode;
mod incoming;
mod json;
pub mod keys;
mod messages;
mod notice;
mod pairs;
mod python;
mod query;
pub mod task;
mod view;

pub use decode::{Link, decode, decode_in, defaults, offered_pairs};
pub use encode::{encode, encode_for, link};
pub use incoming::{Incoming, incoming};
pub(crate) use json::Json;
pub use messages::{ready, resize, resize_canvas, result, result_for};
pub use notice::Notice;
pub use python::{python_line, python_with};
pub use query::encode_query;
pub use view::{Panel, Theme, View};
