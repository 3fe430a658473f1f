//! Settings of the section `[limits]`: how much one request may ask for.

use std::time::Duration;

use serde::Deserialize;

use super::{ConfigError, duration, value};
use crate::domain::search::MAX_LENGTH;

const LONGEST_SEARCH: i64 = MAX_LENGTH as i64;

/// How much one request may ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitConfig {
    /// Entries on a page when the client does not say how many; at most `max_page_size`.
    #[serde(deserialize_with = "value::number::<1, 10_000, _, _>")]
    pub default_page_size: usize,
    /// The most entries that a client gets on one page.
    #[serde(deserialize_with = "value::number::<1, 10_000, _, _>")]
    pub max_page_size: usize,
    /// How deep a query may nest.
    #[serde(deserialize_with = "value::number::<1, 100, _, _>")]
    pub max_depth: usize,
    /// The most that a query may cost, in fields that it can answer.
    #[serde(deserialize_with = "value::number::<1, 100_000_000, _, _>")]
    pub max_complexity: usize,
    /// The longest document, in bytes.
    #[serde(deserialize_with = "value::number::<1_024, 1_048_576, _, _>")]
    pub max_document_bytes: usize,
    /// The most tokens of a document, and the most values of its variables in all places beyond the first that use them.
    #[serde(deserialize_with = "value::number::<100, 100_000, _, _>")]
    pub max_tokens: usize,
    /// The most fields of a document with its fragments written out.
    #[serde(deserialize_with = "value::number::<1, 100_000, _, _>")]
    pub max_fields: usize,
    /// The most aliases of a document with its fragments written out.
    #[serde(deserialize_with = "value::number::<0, 10_000, _, _>")]
    pub max_aliases: usize,
    /// The most directives of a document with its fragments written out.
    #[serde(deserialize_with = "value::number::<0, 10_000, _, _>")]
    pub max_directives: usize,
    /// How long a request may take.
    #[serde(deserialize_with = "duration::within::<1, 3_600, _>")]
    pub request_timeout: Duration,
    /// The largest request body, in bytes.
    #[serde(deserialize_with = "value::number::<1_024, 67_108_864, _, _>")]
    pub max_body_bytes: usize,
    /// The longest search text, in characters.
    #[serde(deserialize_with = "value::number::<1, LONGEST_SEARCH, _, _>")]
    pub max_search_length: usize,
}

impl LimitConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.default_page_size > self.max_page_size {
            let expected = format!("no more than `limits.max_page_size`, which is {}", self.max_page_size);
            return Err(ConfigError::value("limits.default_page_size", self.default_page_size, expected));
        }
        Ok(())
    }
}
