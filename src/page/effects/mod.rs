//! Where the page touches the browser around it: address, host page, keys, theme, sizes and frames.

pub mod address;
pub mod attention;
pub mod autorun;
pub mod files;
pub mod frames;
pub mod host;
pub mod keys;
pub mod later;
pub mod resize;
pub mod reveal;
pub mod theme;
pub mod wheel;
