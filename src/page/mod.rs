//! The Yew app: state, components and effects.

pub mod engine;
pub mod machine;
