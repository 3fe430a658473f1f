//! Who asks and by what right: the person behind a request together with the token that it came with.

use std::sync::Arc;

use super::viewer::Viewer;

/// A person and the token that the request came with.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person.
    pub viewer: Arc<Viewer>,
    /// The token.
    pub means: Means,
}

/// What kind of token a request came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// An access token of the session of this name.
    Session(String),
    /// An access token that belongs to no session: one of the command `token`, or of a server without tables of our own.
    Token,
    /// An access token of another issuer.
    Issuer,
    /// An API token.
    ApiToken {
        /// Whether it may not change anything.
        is_read_only: bool,
    },
}

impl Caller {
    /// Whether the token lets the person read only.
    pub fn is_read_only(&self) -> bool {
        matches!(self.means, Means::ApiToken { is_read_only: true })
    }
}
