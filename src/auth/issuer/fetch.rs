//! Reading the keys of an issuer, from its address or from a file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use serde::Deserialize;

use crate::domain::link::{is_secure_url, web_url};

use super::key::KeySet;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest answer or file, in bytes.
const MAX_BYTES: usize = 256 * 1024;

/// Where the keys of an issuer are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In this file.
    File(PathBuf),
    /// At this address.
    Url {
        /// The address.
        url: String,
        /// Whether it may be one without TLS on another machine.
        allow_http: bool,
    },
    /// Where the issuer's description says (OpenID Connect Discovery, section 4).
    Discovery {
        /// The issuer.
        issuer: String,
        /// Whether it may be one without TLS on another machine.
        allow_http: bool,
    },
}

impl KeyPlace {
    /// Reads the keys; an error is what the log is told.
    pub(super) async fn read(&self) -> Result<KeySet, String> {
        let text = match self {
            Self::File(path) => read_file(path).await?,
            Self::Url { url, allow_http } => get(url, *allow_http).await?,
            Self::Discovery { issuer, allow_http } => {
                let url = described_keys(issuer, *allow_http).await?;
                get(&url, *allow_http).await?
            }
        };
        KeySet::parse(&text).ok_or_else(|| "there is no JWK set".to_owned())
    }
}

/// The address of the keys in the issuer's description, which must be about this issuer.
async fn described_keys(issuer: &str, allow_http: bool) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Description {
        issuer: String,
        jwks_uri: String,
    }
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let text = get(&url, allow_http).await?;
    let found: Description = serde_json::from_slice(&text).map_err(|_| format!("{url} describes no issuer"))?;
    if found.issuer != issuer {
        return Err(format!("{url} describes another issuer"));
    }
    Ok(found.jwks_uri)
}

async fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let text = tokio::fs::read(path).await.map_err(|error| format!("{}: {error}", path.display()))?;
    if text.len() > MAX_BYTES { Err(format!("{} is longer than {MAX_BYTES} bytes", path.display())) } else { Ok(text) }
}

async fn get(url: &str, allow_http: bool) -> Result<Vec<u8>, String> {
    // Whoever can change keys on the way can sign anything.
    let is_allowed = is_secure_url(url) || (allow_http && web_url(url).is_some());
    if !is_allowed {
        return Err(format!("{url} is not https"));
    }
    let failed = |error: reqwest::Error| told(url, &error);
    let mut answer = client(url).map_err(failed)?.get(url).send().await.map_err(failed)?;
    if answer.status() != reqwest::StatusCode::OK {
        return Err(format!("{url} answered {}", answer.status()));
    }
    let mut text = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        text.extend_from_slice(&chunk);
        if text.len() > MAX_BYTES {
            return Err(format!("{url} answered more than {MAX_BYTES} bytes"));
        }
    }
    Ok(text)
}

/// A client for one call: calls are rare, and certificates may be renewed between them. It is led nowhere else.
fn client(url: &str) -> reqwest::Result<Client> {
    let builder = Client::builder().redirect(Policy::none()).no_proxy();
    let builder = builder.connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT);
    // Without TLS a machine needs no certificates.
    if url.starts_with("http:") { builder.tls_certs_only([]) } else { builder }.build()
}

/// The error with its causes, in one line.
fn told(url: &str, error: &reqwest::Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(format!("{url} cannot be read"), |text, cause| format!("{text}: {cause}"))
}
