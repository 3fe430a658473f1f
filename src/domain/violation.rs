//! What is wrong with an input, told in a way that a person can put it right. All violations of one input are told at once.

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What kind of mistake.
    pub code: ViolationCode,
    /// Where in the arguments, from the outside in.
    pub path: Vec<String>,
    /// What is wrong and what to do.
    pub message: String,
    /// After how many seconds the same may be right; `None` where waiting does not help, or how long is not known.
    pub retry_after: Option<u32>,
}

/// The kinds of mistakes that a person can put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViolationCode {
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
    /// The data source does not answer.
    SourceUnavailable,
    /// The record has changed since the version that was named.
    VersionConflict,
    /// Login and password do not fit together.
    BadCredentials,
    /// The password breaks a rule.
    PasswordRules,
    /// Too many attempts.
    TooManyAttempts,
}

impl Violation {
    /// A violation at a place in the arguments.
    pub fn new(code: ViolationCode, path: &[impl AsRef<str>], message: impl Into<String>) -> Self {
        let path = path.iter().map(|part| part.as_ref().to_owned()).collect();
        Self { code, path, message: message.into(), retry_after: None }
    }

    /// The same for something that may be tried again after so many seconds.
    #[must_use]
    pub fn after_seconds(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// There is no record of that name for the viewer; `what` is the kind of record, as people call it.
    pub fn not_found(path: &[impl AsRef<str>], what: &str, name: &str) -> Self {
        Self::new(ViolationCode::NotFound, path, format!("There is no {what} `{name}`: check the spelling."))
    }

    /// The record is not the one that was named by `ifVersion`.
    pub fn version_conflict() -> Self {
        let message =
            "Someone else has changed the record: read it again, and repeat the change if it is still wanted.";
        Self::new(ViolationCode::VersionConflict, &["ifVersion"], message)
    }
}
