//! Sending the changes to the hook's address.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends a JSON body; an error is what the log is told, without the address, which may hold a secret.
pub(super) async fn send(url: &str, body: Vec<u8>, timeout: Duration) -> Result<(), String> {
    let client = client(url, timeout).map_err(|error| told(&error))?;
    let request = client.post(url).header(CONTENT_TYPE, "application/json").body(body);
    let answer = request.send().await.map_err(|error| told(&error.without_url()))?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { Err(format!("it answered {status}")) }
}

/// A client for one call: calls are rare, and certificates may be renewed between them.
fn client(url: &str, timeout: Duration) -> reqwest::Result<Client> {
    let builder = Client::builder().redirect(Policy::none()).no_proxy();
    let builder = builder.connect_timeout(CONNECT_TIMEOUT).timeout(timeout);
    let is_plain = url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"));
    // Without TLS a machine needs no certificates.
    if is_plain { without_certificates(builder) } else { builder }.build()
}

fn without_certificates(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_certs_only([])
}

/// The error with its causes, in one line.
fn told(error: &reqwest::Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
