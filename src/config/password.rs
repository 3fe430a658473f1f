//! Settings of the section `[passwords]`: what a password must look like that somebody chooses for themselves.

use serde::{Deserialize, Deserializer, de::Error};

use super::value;

/// Rules for passwords that people choose for themselves. Those that administrators give away are not held to them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordConfig {
    /// The least number of characters.
    #[serde(deserialize_with = "value::number::<1, 128, _, _>")]
    pub min_size: usize,
    /// Whether there must be a digit.
    pub need_digit: bool,
    /// Whether there must be two small letters and two capitals.
    pub min_2_lower_2_upper: bool,
    /// Whether there must be two letters.
    pub min_2_characters: bool,
    /// Regular expression that a password must match; empty for none.
    #[serde(deserialize_with = "pattern")]
    pub pattern: String,
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match regex::Regex::new(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(D::Error::custom("a regular expression, or an empty text for none")),
    }
}
