//! tmp
pub mod auth;
pub mod config;
pub mod domain;
pub mod entity;
pub mod error;
pub mod graphql;
pub mod http;
pub mod loader;
pub mod service;
pub mod source;
pub mod store;
