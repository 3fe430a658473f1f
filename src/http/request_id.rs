//! The id that ties an answer to its log line.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// The header with the id, in requests and answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id of a client, in bytes.
const LONGEST: usize = 64;

/// Gives every request an id, its own where that is harmless, and every answer the same.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let id = given(request.headers()).cloned().unwrap_or_else(new);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(REQUEST_ID, id);
    answer
}

/// The id of a request that has been identified.
pub fn request_id(headers: &HeaderMap) -> String {
    let id = headers.get(REQUEST_ID).cloned().unwrap_or_else(new);
    id.to_str().unwrap_or_default().to_owned()
}

fn new() -> HeaderValue {
    HeaderValue::from_str(&uuid::Uuid::now_v7().to_string()).expect("digits and hyphens are a header")
}

fn given(headers: &HeaderMap) -> Option<&HeaderValue> {
    let is_harmless = |id: &&HeaderValue| {
        let bytes = id.as_bytes();
        (1..=LONGEST).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
    };
    headers.get(REQUEST_ID).filter(is_harmless)
}
