//! What operators see of a running server: its log, figures for Prometheus, traces for OpenTelemetry. None of them holds variables, tokens or
//! passwords, and no figure has a label that a client chose.

pub mod log;
pub mod metrics;
pub mod trace;
