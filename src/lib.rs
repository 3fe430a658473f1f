//! Deskgraph: the customer side of a help desk as a GraphQL API.
//!
//! Where to start reading, from the outside in:
//!
//! - [`cli`] and [`app`]: the commands, and how configuration becomes a server;
//! - [`http`]: addresses, who a request is from, limits, the log line;
//! - [`document`]: how large a document may be, and the form in which it is run;
//! - [`graphql`]: the schema. Resolvers only say which function answers;
//! - [`loader`]: what a request reads of many parents at once;
//! - [`service`]: what the product does, such as signing in;
//! - [`source`] and [`store`]: the statements. `source` for customers and customer users, `store` for everything else;
//! - [`feed`]: what is new in the database, for those who subscribe;
//! - [`hook`]: what other programs are told of writes;
//! - [`domain`]: the rules, as plain functions that need nothing but their arguments;
//! - [`telemetry`]: the log, figures and traces for operators;
//! - [`entity`]: the tables.

pub mod app;
pub mod auth;
pub mod cli;
pub mod config;
pub mod demo;
pub mod document;
pub mod domain;
pub mod entity;
pub mod error;
pub mod feed;
pub mod graphql;
pub mod hook;
pub mod http;
pub mod loader;
pub mod service;
pub mod source;
pub mod store;
pub mod telemetry;
