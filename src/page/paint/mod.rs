//! Scenes on a canvas: colours and patterns of the theme, shapes, and the moments when it is worth painting again.

pub mod canvas;
pub mod palette;
pub mod patterns;
