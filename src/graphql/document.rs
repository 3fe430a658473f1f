//! Documents that fit the schema of this server.

use std::sync::LazyLock;

use async_graphql::ServerError;

use crate::document::schema_types::SchemaTypes;
use crate::document::{Document, Kind, Limits, Refusal};

use super::check::Checker;
use super::error::{Code, error};

/// The types of the schema.
static TYPES: LazyLock<SchemaTypes> =
    LazyLock::new(|| SchemaTypes::parse(&super::sdl()).expect("the schema's own text is a schema"));

/// Reads documents: how large they may be, and the schema that they have to fit.
pub struct DocumentReader {
    /// How large they may be.
    pub limits: Limits,
    /// The rules of the library.
    pub checker: Checker,
}

impl DocumentReader {
    /// A reader; without introspection, errors do not tell names that the client did not.
    pub fn new(limits: Limits, introspection: bool) -> Self {
        Self { limits, checker: Checker::new(introspection) }
    }

    /// The types of the schema.
    pub fn types(&self) -> &'static SchemaTypes {
        &TYPES
    }

    /// A document that may be run whatever its variables are. The errors are for clients.
    pub fn read(&self, text: &str) -> Result<Document, Vec<ServerError>> {
        let document = Document::read(text, &self.limits, &TYPES).map_err(|refusal| vec![refused(refusal)])?;
        self.checker.check_static(document.parsed())?;
        Ok(document)
    }
}

/// What clients read of a refusal.
pub fn refused(refusal: Refusal) -> ServerError {
    let code = match refusal.kind {
        Kind::Syntax => Code::ParseFailed,
        Kind::Invalid => Code::ValidationFailed,
        Kind::Limit => Code::LimitExceeded,
        Kind::Input => Code::BadUserInput,
    };
    ServerError { locations: refusal.locations, ..error(code, refusal.message) }
}
