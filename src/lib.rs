//! tmp
pub mod domain;
