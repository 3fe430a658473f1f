//! API tokens: what people make for their programs.

use chrono::{DateTime, Utc};

use super::text::check_text;
use super::violation::{Violation, ViolationCode};

/// The most tokens that an account may have, ended ones included.
pub const MAX_API_TOKENS: u64 = 100;
/// The longest name of a token, in characters.
pub const MAX_NAME: usize = 200;

/// A token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Number in the database.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Whether it may not change anything.
    pub is_read_only: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, give or take a minute; `None` for never.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What is wrong with the name and the end of a new token. The name is without blanks around it.
pub fn check_new_api_token(name: &str, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Vec<Violation> {
    let mut violations = Vec::new();
    if name.is_empty() {
        let message = "Give the token a name, such as that of the program that will use it.";
        violations.push(Violation::new(ViolationCode::Required, &["name"], message));
    }
    if name.chars().count() > MAX_NAME {
        let message = format!("The name is longer than {MAX_NAME} characters: choose a shorter one.");
        violations.push(Violation::new(ViolationCode::TooLong, &["name"], message));
    }
    if check_text(name, false).is_err() {
        let message = "The name has control characters: leave them out.";
        violations.push(Violation::new(ViolationCode::Invalid, &["name"], message));
    }
    if let Some(end) = expires_at.filter(|end| *end <= now) {
        let message = format!("`{}` is past: give a time in the future, or none.", end.format("%Y-%m-%dT%H:%M:%SZ"));
        violations.push(Violation::new(ViolationCode::Invalid, &["expiresAt"], message));
    }
    violations
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn wrong(name: &str, seconds: Option<i64>) -> Vec<(ViolationCode, String)> {
        let now = DateTime::from_timestamp(1_773_144_000, 0).expect("a time");
        let end = seconds.map(|seconds| now + TimeDelta::seconds(seconds));
        let found = check_new_api_token(name, end, now);
        found.into_iter().map(|violation| (violation.code, violation.path.join("."))).collect()
    }

    #[test]
    fn a_name_and_a_time_in_the_future_are_all_that_is_needed() {
        assert_eq!(wrong("Nightly report 夜", Some(1)), []);
        assert_eq!(wrong(&"ä".repeat(MAX_NAME), None), []);
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        use ViolationCode::{Invalid, Required, TooLong};
        let name = |code| (code, "name".to_owned());
        let end = || (Invalid, "expiresAt".to_owned());
        assert_eq!(wrong("", Some(0)), [name(Required), end()]);
        assert_eq!(wrong(&format!("\n{}", "a".repeat(MAX_NAME)), Some(-1)), [name(TooLong), name(Invalid), end()]);
    }
}
