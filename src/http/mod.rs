//! The server's HTTP side: addresses, who a request is from, and its log line.

pub mod gate;
pub mod graphql;
pub mod request_log;
pub mod router;
pub mod run;
pub mod server;
pub mod websocket;
