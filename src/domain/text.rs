//! Small rules that hold for every text that comes from outside: how texts are compared, and which characters are refused.

use thiserror::Error;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// A control character that the text may not hold: PostgreSQL refuses some of them and a page could be spoofed by others.
    #[error("control characters are not accepted")]
    ControlCharacter,
}

/// The form in which two texts are compared where upper and lower case mean the same.
///
/// The same as `LOWER(...)` on PostgreSQL for all letters that matter; accents stay (MariaDB's collations ignore them too).
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// Refuses control characters; `multiline` allows the three that a text of several lines needs (tab and the line ends).
pub fn check_text(text: &str, multiline: bool) -> Result<(), TextError> {
    let refused = |c: char| c.is_control() && !(multiline && matches!(c, '\t' | '\n' | '\r'));
    if text.chars().any(refused) {
        return Err(TextError::ControlCharacter);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_case_only_fold_alike() {
        assert_eq!(fold("MÜLLER GmbH"), fold("Müller gmbh"));
        assert_ne!(fold("Müller"), fold("Muller"));
    }

    #[test]
    fn a_control_character_is_refused_in_every_text() {
        for text in ["a\0b", "\u{1b}[31m", "a\u{7f}", "a\u{85}b"] {
            assert_eq!(check_text(text, false), Err(TextError::ControlCharacter), "{text:?}");
            assert_eq!(check_text(text, true), Err(TextError::ControlCharacter), "{text:?}");
        }
    }

    #[test]
    fn tabs_and_line_ends_are_accepted_only_where_a_text_has_several_lines() {
        assert_eq!(check_text("a\tb\r\nc", true), Ok(()));
        for text in ["a\tb", "a\rb", "a\nb"] {
            assert_eq!(check_text(text, false), Err(TextError::ControlCharacter), "{text:?}");
        }
    }

    #[test]
    fn every_printed_character_is_accepted() {
        assert_eq!(check_text("Ärzte & Co 日本支社 😀 %_\\\"'", false), Ok(()));
        assert_eq!(check_text("", false), Ok(()));
    }
}
