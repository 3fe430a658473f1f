//! The server's HTTP side: connections, addresses, who a request is from, and its log line.

pub mod accept;
pub mod address;
pub mod answer;
pub mod connection;
pub mod documents;
pub mod explorer;
pub mod export;
pub mod files;
pub mod gate;
pub mod graphql;
pub mod measure;
pub mod parameters;
pub mod request_id;
pub mod request_log;
pub mod router;
pub mod run;
pub mod server;
pub mod websocket;
