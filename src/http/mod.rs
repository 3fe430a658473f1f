//! The server's HTTP side: addresses, who a request is from, and its log line.

pub mod graphql;
pub mod request_log;
pub mod router;
pub mod server;
