//! The Yew app: state, components and effects.
