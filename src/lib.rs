//! tmp
pub mod entity;
pub mod store;
