//! Small readers that several sections share: a number in a range, a text, a list of names. Their errors say what is
//! accepted; the name and value of the setting are added where the error is caught.

use std::collections::HashSet;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, de::Error};

use super::ConfigError;
use crate::domain::link::web_url;
use crate::domain::text::check_text;

/// A whole number between two others.
pub(super) fn number<'de, const LEAST: i64, const MOST: i64, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let number = i64::deserialize(deserializer)?;
    let in_range = Some(number).filter(|number| (LEAST..=MOST).contains(number));
    in_range
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| D::Error::custom(format!("a whole number from {LEAST} to {MOST}")))
}

/// A text that is not blank.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() || check_text(&text, false).is_err() {
        return Err(D::Error::custom("a text that is not empty and has no control characters"));
    }
    Ok(text)
}

/// Names, each once and none blank; the list may be empty.
pub(super) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let good = |name: &String| !name.trim().is_empty() && check_text(name, false).is_ok();
    if !names.iter().all(good) || !are_unique(&names) {
        return Err(D::Error::custom("a list of names, each once and none empty"));
    }
    Ok(names)
}

/// The address of something on the web; `None` for an empty text.
pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match web_url(&text) {
        Some(url) => Ok(Some(url)),
        None if text.is_empty() => Ok(None),
        None => Err(D::Error::custom(
            "an absolute http or https address such as `https://desk.example/changed`, or an empty text for none",
        )),
    }
}

/// A file or folder; `None` for an empty text.
pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Some(text).filter(|text| !text.is_empty()).map(PathBuf::from))
}

/// Whether no text stands in the list twice.
pub(super) fn are_unique(texts: &[String]) -> bool {
    let unique: HashSet<&String> = texts.iter().collect();
    unique.len() == texts.len()
}

/// Refuses a list that is empty, repeats itself or has a name that does not exist.
pub(super) fn check_choice(setting: &str, chosen: &[String], possible: &[&str]) -> Result<(), ConfigError> {
    let known = chosen.iter().all(|name| possible.contains(&name.as_str()));
    if known && !chosen.is_empty() && are_unique(chosen) {
        return Ok(());
    }
    let expected = format!("at least one of {}, each once", possible.join(", "));
    Err(ConfigError::value(setting, format!("[{}]", chosen.join(", ")), expected))
}
