//! The documents that this server knows: those that were asked before, by the hash of their text, and those of a manifest, by id.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use async_graphql::ServerError;
use moka::sync::Cache;
use serde::Deserialize;
use thiserror::Error;

use crate::document::hash::TextHash;
use crate::document::{Document, manifest};
use crate::graphql::document::DocumentReader;
use crate::graphql::error::{Code, error};

/// How a request names its document instead of sending it, by Apollo's protocol for automatic persisted queries.
#[derive(Clone, Deserialize)]
pub struct PersistedQuery {
    /// The version of the protocol: 1.
    pub version: u32,
    /// SHA-256 of the text in hexadecimal digits; in the manifest's own format where it names documents otherwise.
    #[serde(rename = "sha256Hash")]
    pub sha256_hash: String,
}

/// The ways in which a request may tell its document.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The text.
    pub text: Option<&'a str>,
    /// The id in the manifest, or `sha256:` and a hash.
    pub id: Option<&'a str>,
    /// The hash by Apollo's protocol.
    pub persisted: Option<&'a PersistedQuery>,
}

/// The documents of a manifest.
#[derive(Default)]
pub struct Trusted {
    by_id: HashMap<String, Arc<Document>>,
    by_hash: HashMap<TextHash, Arc<Document>>,
}

/// Why a manifest cannot be used, as the end of a sentence about it.
#[derive(Debug, Error)]
pub enum ManifestError {
    /// The file cannot be read.
    #[error("which cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It is no manifest.
    #[error("which {0}")]
    Malformed(String),
    /// A document cannot be run.
    #[error("whose document `{id}` cannot be run: {reason}")]
    Document {
        /// Its id.
        id: String,
        /// What clients would be told.
        reason: String,
    },
}

impl Trusted {
    /// Reads a manifest; each of its documents is checked.
    pub fn load(file: &Path, reader: &DocumentReader) -> Result<Self, ManifestError> {
        Self::parse(&std::fs::read_to_string(file)?, reader)
    }

    /// Reads the text of a manifest.
    pub fn parse(json: &str, reader: &DocumentReader) -> Result<Self, ManifestError> {
        let mut trusted = Self::default();
        for entry in manifest::read(json).map_err(ManifestError::Malformed)? {
            let document = reader.read(&entry.text).map_err(|errors| ManifestError::Document {
                id: entry.id.clone(),
                reason: errors.first().map(|error| error.message.clone()).unwrap_or_default(),
            })?;
            let document = Arc::new(document);
            trusted.by_hash.insert(TextHash::of(&entry.text), Arc::clone(&document));
            trusted.by_id.insert(entry.id, document);
        }
        Ok(trusted)
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

/// Which documents may be asked for, and how.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Whether only those of the manifest are run.
    pub trusted_only: bool,
    /// Whether a document that was asked before may be named by its hash.
    pub automatic: bool,
    /// How many bytes of memory those that were asked before may take.
    pub cache_bytes: u64,
}

/// The documents that this server knows.
pub struct Documents {
    /// What they are read and checked with.
    pub reader: DocumentReader,
    policy: Policy,
    trusted: Arc<Trusted>,
    /// Documents that were read before. Only those that passed all checks are kept.
    read: Cache<TextHash, Arc<Document>>,
}

impl Documents {
    /// Those of a manifest, and room for others.
    pub fn new(reader: DocumentReader, trusted: Arc<Trusted>, policy: Policy) -> Self {
        let weigh = |_: &TextHash, document: &Arc<Document>| u32::try_from(document.weight()).unwrap_or(u32::MAX);
        let read = Cache::builder().max_capacity(policy.cache_bytes).weigher(weigh).build();
        Self { reader, policy, trusted, read }
    }

    /// Whether only documents of the manifest are run.
    pub fn are_trusted_only(&self) -> bool {
        self.policy.trusted_only
    }

    /// The document that is asked for. The errors are for clients.
    pub fn find(&self, asked: Asked<'_>) -> Result<Arc<Document>, Vec<ServerError>> {
        match asked {
            Asked { id: Some(_), text: Some(_), .. } => {
                refuse(Code::BadUserInput, "the request has `query` and `documentId`: give one of them")
            }
            Asked { id: Some(id), .. } => self.by_id(id),
            Asked { persisted: Some(persisted), .. } if persisted.version != 1 => {
                refuse(Code::BadUserInput, "`extensions.persistedQuery.version` has to be 1")
            }
            Asked { persisted: Some(persisted), text: None, .. } => self.by_hash(&persisted.sha256_hash),
            Asked { persisted: Some(persisted), text: Some(text), .. } => self.register(&persisted.sha256_hash, text),
            Asked { text: Some(text), .. } => self.by_text(text),
            Asked { .. } => refuse(Code::BadUserInput, "`query` is missing: give the document there"),
        }
    }

    fn by_id(&self, id: &str) -> Result<Arc<Document>, Vec<ServerError>> {
        let hash = || id.strip_prefix("sha256:").and_then(TextHash::from_hex);
        let found = self.trusted.by_id.get(id).cloned().or_else(|| self.known(&hash()?));
        found.map_or_else(
            || {
                refuse(
                    Code::PersistedQueryNotFound,
                    "there is no document of this `documentId`: send its text as `query`",
                )
            },
            Ok,
        )
    }

    fn by_hash(&self, hash: &str) -> Result<Arc<Document>, Vec<ServerError>> {
        let found = self.trusted.by_id.get(hash).cloned().or_else(|| self.known(&TextHash::from_hex(hash)?));
        // Clients of the protocol look for exactly these messages.
        match found {
            Some(found) => Ok(found),
            None if self.policy.automatic => refuse(Code::PersistedQueryNotFound, "PersistedQueryNotFound"),
            None => refuse(Code::PersistedQueryNotSupported, "PersistedQueryNotSupported"),
        }
    }

    fn known(&self, hash: &TextHash) -> Option<Arc<Document>> {
        let trusted = self.trusted.by_hash.get(hash).cloned();
        trusted.or_else(|| self.read.get(hash).filter(|_| self.policy.automatic && !self.policy.trusted_only))
    }

    fn register(&self, hash: &str, text: &str) -> Result<Arc<Document>, Vec<ServerError>> {
        // A text that is too long is not hashed, but refused when it is read.
        let is_same = || TextHash::from_hex(hash) == Some(TextHash::of(text));
        if text.len() <= self.reader.limits.max_bytes && !is_same() {
            return refuse(Code::BadUserInput, "`extensions.persistedQuery.sha256Hash` is not the SHA-256 of `query`");
        }
        self.by_text(text)
    }

    fn by_text(&self, text: &str) -> Result<Arc<Document>, Vec<ServerError>> {
        if text.len() > self.reader.limits.max_bytes {
            return self.reader.read(text).map(Arc::new);
        }
        let hash = TextHash::of(text);
        if let Some(trusted) = self.trusted.by_hash.get(&hash) {
            return Ok(Arc::clone(trusted));
        }
        if self.policy.trusted_only {
            return refuse(
                Code::Forbidden,
                "this server runs only the documents of its manifest: send the `documentId` of one",
            );
        }
        if let Some(read) = self.read.get(&hash) {
            return Ok(read);
        }
        let document = Arc::new(self.reader.read(text)?);
        self.read.insert(hash, Arc::clone(&document));
        Ok(document)
    }
}

fn refuse<T>(code: Code, message: &str) -> Result<T, Vec<ServerError>> {
    Err(vec![error(code, message)])
}

#[cfg(test)]
mod tests;
