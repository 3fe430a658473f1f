//! The messages of `graphql-transport-ws`, and the codes with which its sockets are closed.

use async_graphql::{Response, ServerError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::gate::Body;

/// What clients send.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message.
    ConnectionInit {
        /// Holds the token as `Authorization`.
        payload: Option<Map<String, Value>>,
    },
    /// Asks for `pong`.
    Ping {
        /// Anything.
        #[serde(rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    /// Answers a `ping`, or just says that the client is there.
    Pong {
        /// Anything.
        #[serde(rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    /// Begins an operation.
    Subscribe {
        /// What the client calls it.
        id: String,
        /// The operation.
        payload: Body,
    },
    /// Ends an operation.
    Complete {
        /// What the client calls it.
        id: String,
    },
}

/// What we send.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage<'a> {
    /// The client was recognised.
    ConnectionAck,
    /// Answers `ping`.
    Pong,
    /// An answer of an operation.
    Next {
        /// The operation.
        id: &'a str,
        /// The answer.
        payload: &'a Response,
    },
    /// An operation was refused or had to end.
    Error {
        /// The operation.
        id: &'a str,
        /// Why.
        payload: &'a [ServerError],
    },
    /// An operation has said everything.
    Complete {
        /// The operation.
        id: &'a str,
    },
}

/// Why a socket ends: the code and reason that the client is told, or none where it is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End(pub Option<(u16, &'static str)>);

impl End {
    /// The client has gone.
    pub const GONE: Self = Self(None);
    /// The server stops.
    pub const STOPPING: Self = Self(Some((1001, "the server stops: connect again")));
    /// A message is too long.
    pub const TOO_LONG: Self = Self(Some((1009, "a message is longer than 64 KiB")));
    /// The client does not read what it asked for.
    pub const SLOW: Self = Self(Some((1008, "too many messages wait to be read")));
    /// A message cannot be understood.
    pub const MALFORMED: Self = Self(Some((4400, "a message is none of graphql-transport-ws")));
    /// An operation came too early.
    pub const UNACKNOWLEDGED: Self = Self(Some((4401, "Unauthorized")));
    /// The token is not or no longer good.
    pub const FORBIDDEN: Self = Self(Some((4403, "Forbidden")));
    /// The client does not speak our sub-protocol.
    pub const NO_PROTOCOL: Self = Self(Some((4406, "Subprotocol not acceptable")));
    /// The client did not begin.
    pub const LATE: Self = Self(Some((4408, "Connection initialisation timeout")));
    /// Two operations have the same name.
    pub const DUPLICATE: Self = Self(Some((4409, "Subscriber for this id already exists")));
    /// The client began twice.
    pub const TWICE: Self = Self(Some((4429, "Too many initialisation requests")));
    /// The database could not be asked who the token is of.
    pub const UNAVAILABLE: Self = Self(Some((1013, "the database does not answer at the moment: try again later")));
}
