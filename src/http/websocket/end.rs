//! Why a socket ends, and the codes that clients are told: those of `graphql-transport-ws`, and those of RFC 6455, section 7.4.1.

use std::borrow::Cow;

/// The longest reason in a close frame, in bytes (RFC 6455, section 5.5).
const MAX_REASON: usize = 123;

/// Why a socket ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The client is no longer there, and nothing can be told.
    Gone,
    /// The client closes the socket.
    Closed,
    /// We close it, with a code and a reason.
    Because(u16, Cow<'static, str>),
}

impl End {
    /// The server stops.
    pub const STOPPING: Self = Self::of(1001, "the server stops: connect again");
    /// The frames are none of WebSocket.
    pub const BAD_FRAME: Self = Self::of(1002, "a frame is none of RFC 6455");
    /// A text is none.
    pub const NO_TEXT: Self = Self::of(1007, "a text message is no UTF-8");
    /// The client does not read what it asked for.
    pub const SLOW: Self = Self::of(1008, "too many messages wait to be read");
    /// The client sends without a pause.
    pub const FLOOD: Self = Self::of(1008, "more than 100 messages a second: send less");
    /// A message is too long.
    pub const TOO_LONG: Self = Self::of(1009, "a message is longer than 64 KiB");
    /// The database could not be asked who the token is of.
    pub const UNAVAILABLE: Self = Self::of(1013, "the database does not answer at the moment: try again later");
    /// An operation came too early.
    pub const UNACKNOWLEDGED: Self = Self::of(4401, "Unauthorized");
    /// The token is not or no longer good.
    pub const FORBIDDEN: Self = Self::of(4403, "Forbidden");
    /// The client does not speak our sub-protocol.
    pub const NO_PROTOCOL: Self = Self::of(4406, "Subprotocol not acceptable");
    /// The client did not begin.
    pub const LATE: Self = Self::of(4408, "Connection initialisation timeout");
    /// The client began twice.
    pub const TWICE: Self = Self::of(4429, "Too many initialisation requests");

    const fn of(code: u16, reason: &'static str) -> Self {
        Self::Because(code, Cow::Borrowed(reason))
    }

    /// A message cannot be understood, for this reason.
    pub fn malformed(fault: &'static str) -> Self {
        Self::of(4400, fault)
    }

    /// Two operations have the same name.
    pub fn duplicate(id: &str) -> Self {
        let room = MAX_REASON - "Subscriber for  already exists".len();
        let id =
            if id.len() > room { format!("{}...", &id[..id.floor_char_boundary(room - 3)]) } else { id.to_owned() };
        Self::Because(4409, format!("Subscriber for {id} already exists").into())
    }

    /// What ended the reading of frames.
    pub fn of_error(error: axum::Error) -> Self {
        use tokio_tungstenite::tungstenite::Error;
        use tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake;
        match error.into_inner().downcast_ref() {
            Some(Error::Capacity(_)) => Self::TOO_LONG,
            Some(Error::Utf8(_)) => Self::NO_TEXT,
            Some(Error::Protocol(ResetWithoutClosingHandshake)) => Self::Gone,
            Some(Error::Protocol(_)) => Self::BAD_FRAME,
            _ => Self::Gone,
        }
    }

    /// The code, for the log and the figures; 0 where the client went by itself.
    pub fn code(&self) -> u16 {
        match self {
            Self::Because(code, _) => *code,
            Self::Gone | Self::Closed => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_fits_into_its_frame() {
        for id in ["1", &"a".repeat(93), &"a".repeat(94), &"ä".repeat(128)] {
            let End::Because(4409, reason) = End::duplicate(id) else { panic!("no duplicate") };
            assert!(reason.len() <= MAX_REASON, "{reason}");
            assert_eq!(reason == format!("Subscriber for {id} already exists"), id.len() <= 93, "{reason}");
        }
        for end in [End::STOPPING, End::SLOW, End::FLOOD, End::UNAVAILABLE, End::LATE] {
            assert!(matches!(end, End::Because(_, reason) if reason.len() <= MAX_REASON));
        }
    }
}
