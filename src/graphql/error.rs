//! What clients get to read of an error: a code from a closed list, and a message that says what to do. Causes go to the log only.

use std::sync::Arc;

use async_graphql::{ErrorExtensions, Response, ServerError, Value};

use crate::error::Error;

/// The codes in `errors[].extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The document is no GraphQL.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// There is no valid token.
    Unauthenticated,
    /// The role may not do this.
    Forbidden,
    /// The calling program sent something that cannot be.
    BadUserInput,
    /// More was asked for than one may get.
    LimitExceeded,
    /// The document is asked for by a hash or an id that this server does not know.
    PersistedQueryNotFound,
    /// The document is asked for by a hash, which this server does not offer.
    PersistedQueryNotSupported,
    /// It took too long.
    RequestTimeout,
    /// The database does not answer at the moment.
    ServiceUnavailable,
    /// There is no room for what was to be written.
    StorageFull,
    /// Our fault.
    InternalServerError,
}

impl Code {
    /// All of them.
    const ALL: [Self; 12] = [
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::BadUserInput,
        Self::LimitExceeded,
        Self::PersistedQueryNotFound,
        Self::PersistedQueryNotSupported,
        Self::RequestTimeout,
        Self::ServiceUnavailable,
        Self::StorageFull,
        Self::InternalServerError,
    ];

    /// The code of an error that has one.
    pub fn of(error: &ServerError) -> Option<Self> {
        let told = error.extensions.as_ref()?.get("code")?;
        Self::ALL.into_iter().find(|code| *told == Value::from(code.as_str()))
    }

    /// The code as clients see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::StorageFull => "STORAGE_FULL",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// The cause of an error, kept beside it for the log.
pub struct Cause(pub Error);

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        let (code, message) = described(&error);
        let mut told =
            async_graphql::Error::new(message).extend_with(|_, extensions| extensions.set("code", code.as_str()));
        told.source = Some(Arc::new(Cause(error)));
        told
    }
}

/// What a client reads of an error.
pub fn described(error: &Error) -> (Code, String) {
    match error {
        Error::Unauthenticated => (
            Code::Unauthenticated,
            "this needs an access token: get one by the mutation `login` and send it as `Authorization: Bearer ..`"
                .into(),
        ),
        Error::Forbidden(message) => (Code::Forbidden, message.clone()),
        Error::BadInput(message) => (Code::BadUserInput, message.clone()),
        Error::LimitExceeded(message) => (Code::LimitExceeded, message.clone()),
        Error::Timeout => (Code::RequestTimeout, "the request took too long: ask for less at a time".into()),
        Error::Unavailable(_) => {
            (Code::ServiceUnavailable, "the database does not answer at the moment: try again later".into())
        }
        Error::StorageFull(_) => (
            Code::StorageFull,
            "nothing can be written, because the database has no room left: tell whoever runs it; reading goes on"
                .into(),
        ),
        Error::SourceUnavailable(failure) => (
            Code::ServiceUnavailable,
            format!(
                "the data source `{}` does not answer at the moment: what it keeps is missing here, try again later",
                failure.source
            ),
        ),
        Error::IssuerUnavailable(issuer) => (
            Code::ServiceUnavailable,
            format!(
                "the issuer `{issuer}` does not answer at the moment, so that its token cannot be checked: try again later"
            ),
        ),
        Error::Internal(_) => (
            Code::InternalServerError,
            "something went wrong on the server: its log has the reason under the request id".into(),
        ),
    }
}

/// The longest message of the library that is passed on, in characters: it may repeat what the client sent.
const MAX_MESSAGE: usize = 300;

/// Gives every error of a response a code: the library's own have none.
pub fn complete(response: &mut Response, request_id: &str) {
    for error in &mut response.errors {
        if error.message.chars().count() > MAX_MESSAGE {
            error.message = error.message.chars().take(MAX_MESSAGE).chain("..".chars()).collect();
        }
        let has_code = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
        let code = code_of_library_error(error);
        let extensions = error.extensions.get_or_insert_default();
        if !has_code {
            extensions.set("code", code.as_str());
        }
        if extensions.get("code") == Some(&Value::from(Code::InternalServerError.as_str())) {
            extensions.set("requestId", request_id);
        }
    }
}

/// The library refuses documents before it runs them, without a path; what it refuses later is about a value in the request.
fn code_of_library_error(error: &ServerError) -> Code {
    if error.path.is_empty() { Code::ValidationFailed } else { Code::BadUserInput }
}

/// One error.
pub fn error(code: Code, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code.as_str());
    error
}

/// One error of the server, with its cause for the log.
pub fn error_with_cause(cause: &Error) -> ServerError {
    let (code, message) = described(cause);
    ServerError { source: Some(Arc::new(Cause(cause.clone()))), ..error(code, message) }
}

/// A response that is just one error.
pub fn refusal(code: Code, message: impl Into<String>) -> Response {
    Response::from_errors(vec![error(code, message)])
}
