//! Mistakes that a person can put right: they come as data in the payload of a mutation, all at once.

use async_graphql::{Enum, SimpleObject};

use crate::domain::violation::Violation;
use crate::error::Result;
use crate::service::Refusal;

/// Something the person can put right. What the calling program did wrong comes as a top-level error instead.
#[derive(SimpleObject)]
pub struct UserError {
    /// What kind of mistake it is.
    code: UserErrorCode,
    /// What is wrong and what to do, in words.
    message: String,
    /// Where in the arguments, such as ["input", "email"].
    path: Vec<String>,
    /// After how many seconds to try again, for TOO_MANY_ATTEMPTS; null where that is not known, and for every other code.
    retry_after_seconds: Option<u32>,
}

/// The kinds of mistakes that people can put right.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::domain::violation::ViolationCode")]
pub enum UserErrorCode {
    /// A value is missing or empty.
    Required,
    /// A value cannot be.
    Invalid,
    /// A text is longer than what the database keeps.
    TooLong,
    /// Another record has this value already.
    NotUnique,
    /// There is no such record, or none that the viewer may see.
    NotFound,
    /// The viewer may not do this with this record.
    Forbidden,
    /// The record lives in a data source that cannot be written.
    ReadOnlySource,
    /// The data source does not answer at the moment.
    SourceUnavailable,
    /// The record has changed since the version that was named.
    VersionConflict,
    /// Login and password do not fit together, or the account may not sign in.
    BadCredentials,
    /// The password breaks a rule.
    PasswordRules,
    /// Too many attempts at the moment.
    TooManyAttempts,
}

impl UserError {
    /// A mistake at a place in the arguments.
    pub fn new(code: UserErrorCode, message: &str, path: &[&str]) -> Self {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        Self { code, message: message.to_owned(), path, retry_after_seconds: None }
    }
}

impl From<Violation> for UserError {
    fn from(violation: Violation) -> Self {
        let Violation { code, path, message, retry_after } = violation;
        Self { code: code.into(), message, path, retry_after_seconds: retry_after }
    }
}

/// What a mutation did, or else the mistakes that kept it from doing anything. What is not the person's to put right stays an error.
pub fn told<T>(outcome: Result<T, Refusal>) -> Result<Result<T, Vec<UserError>>> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(Refusal::Violations(violations)) => Ok(Err(violations.into_iter().map(UserError::from).collect())),
        Err(Refusal::Error(error)) => Err(error),
    }
}
