//! tmp
pub mod config;
pub mod domain;
