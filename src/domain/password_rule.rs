//! What a password must look like that somebody chooses for themselves.

use regex::Regex;

use super::violation::{Violation, ViolationCode};

/// The longest password that is accepted, in bytes: hashing a longer one would only cost time.
pub const MAX_PASSWORD: usize = 1024;

/// The rules as configured. Domain rule: OTOBO's `PasswordMinSize`, `PasswordNeedDigit`, `PasswordMin2Lower2UpperCharacters`,
/// `PasswordMin2Characters` and `PasswordRegExp`. Of its history only the present password is left: none is kept.
#[derive(Clone, Debug)]
pub struct PasswordRules {
    /// The least number of characters.
    pub min_size: usize,
    /// Whether there must be a digit.
    pub need_digit: bool,
    /// Whether there must be two small letters and two capitals.
    pub min_2_lower_2_upper: bool,
    /// Whether there must be two letters.
    pub min_2_characters: bool,
    /// What the password must match; `None` for nothing.
    pub pattern: Option<Regex>,
}

impl PasswordRules {
    /// Every rule that the new password breaks, each at `path`.
    pub fn check(&self, current: &str, new: &str, path: &[&str]) -> Vec<Violation> {
        let count = |is_one: fn(char) -> bool| new.chars().filter(|c| is_one(*c)).count();
        let has_cases = || count(char::is_lowercase) >= 2 && count(char::is_uppercase) >= 2;
        let size = self.min_size;
        let rules = [
            (
                new.chars().count() < size,
                format!("The new password has fewer than {size} characters: choose a longer one."),
            ),
            (
                new.len() > MAX_PASSWORD,
                format!("The new password is longer than {MAX_PASSWORD} bytes: choose a shorter one."),
            ),
            (new.contains('\0'), "The new password has a character with the code 0: leave it out.".to_owned()),
            (self.need_digit && count(char::is_numeric) == 0, "The new password has no digit: add one.".to_owned()),
            (
                self.min_2_lower_2_upper && !has_cases(),
                "The new password needs two small letters and two capitals at least: add what is missing.".to_owned(),
            ),
            (
                self.min_2_characters && count(char::is_alphabetic) < 2,
                "The new password needs two letters at least: add what is missing.".to_owned(),
            ),
            (
                self.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(new)),
                "The new password does not look as the settings of this help desk want it: ask its administrators."
                    .to_owned(),
            ),
            (new == current, "The new password is the current one: choose another.".to_owned()),
        ];
        let broken = rules.into_iter().filter(|(is_broken, _)| *is_broken);
        broken.map(|(_, message)| Violation::new(ViolationCode::PasswordRules, path, message)).collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn usual() -> PasswordRules {
        PasswordRules {
            min_size: 8,
            need_digit: true,
            min_2_lower_2_upper: false,
            min_2_characters: false,
            pattern: None,
        }
    }

    fn strict() -> PasswordRules {
        let pattern = Some(Regex::new("^[^ ]+$").expect("a pattern"));
        PasswordRules { min_2_lower_2_upper: true, min_2_characters: true, pattern, ..usual() }
    }

    /// What the messages are about, by a word of each.
    fn broken(rules: &PasswordRules, new: &str) -> Vec<&'static str> {
        let words = ["fewer", "bytes", "code 0", "digit", "small letters", "two letters", "settings", "current"];
        let found = rules.check("0ld secret", new, &["new"]);
        let word_of = |violation: &Violation| {
            assert_eq!((violation.code, &violation.path[..]), (ViolationCode::PasswordRules, &["new".to_owned()][..]));
            words.into_iter().find(|word| violation.message.contains(word)).expect("a known message")
        };
        found.iter().map(word_of).collect()
    }

    #[rstest]
    #[case("secret78", &[])]
    #[case("sécrët٧8", &[])]
    #[case("secret7", &["fewer"])]
    #[case("secretsecret", &["digit"])]
    #[case("", &["fewer", "digit"])]
    #[case("0ld secret", &["current"])]
    #[case("secret78\0", &["code 0"])]
    fn the_usual_rules_want_eight_characters_and_a_digit(#[case] new: &str, #[case] expected: &[&str]) {
        assert_eq!(broken(&usual(), new), expected);
    }

    #[rstest]
    #[case("SEcret78", &[])]
    #[case("ÄÖüé5678", &[])]
    #[case("Secret78", &["small letters"])]
    #[case("SECRET78", &["small letters"])]
    #[case("12345678", &["small letters", "two letters"])]
    #[case("SEcret 8", &["settings"])]
    #[case(" ", &["fewer", "digit", "small letters", "two letters", "settings"])]
    fn all_that_is_broken_is_told(#[case] new: &str, #[case] expected: &[&str]) {
        assert_eq!(broken(&strict(), new), expected);
    }

    #[test]
    fn a_password_has_at_most_1024_bytes() {
        assert_eq!(broken(&usual(), &"1".repeat(MAX_PASSWORD)), [""; 0]);
        assert_eq!(broken(&usual(), &"1".repeat(MAX_PASSWORD + 1)), ["bytes"]);
    }

    #[test]
    fn no_message_repeats_a_password() {
        let found = strict().check("x y z", "x y z", &["new"]);
        assert!(!found.is_empty() && found.iter().all(|violation| !violation.message.contains("x y z")), "{found:?}");
    }
}
