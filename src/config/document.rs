//! Settings of the section `[documents]`: which documents are run, and how they are kept.

use std::path::PathBuf;

use serde::Deserialize;

use super::{ConfigError, value};

/// Which documents are run, and how they are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentConfig {
    /// File with the documents of our clients; `None` for none.
    #[serde(deserialize_with = "value::path")]
    pub manifest: Option<PathBuf>,
    /// Whether only those are run.
    pub trusted_only: bool,
    /// Whether a document that was sent before may be asked for by its hash.
    pub automatic: bool,
    /// How much memory documents may take that were sent before, in bytes.
    #[serde(deserialize_with = "value::number::<65_536, 1_073_741_824, _, _>")]
    pub cache_bytes: u64,
}

impl DocumentConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.trusted_only && self.manifest.is_none() {
            let expected = "`false`, or a manifest of the documents to run as `documents.manifest`";
            return Err(ConfigError::value("documents.trusted_only", true, expected));
        }
        Ok(())
    }
}
