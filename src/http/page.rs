//! The query editor for browsers.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

/// The page may be framed by nobody. It loads scripts and styles from elsewhere.
const POLICY: &str = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";

/// The page of GraphiQL.
pub fn graphiql() -> Response {
    let page =
        async_graphql::http::GraphiQLSource::build().endpoint("/graphql").subscription_endpoint("/graphql").finish();
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response()
}
