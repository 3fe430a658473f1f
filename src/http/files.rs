//! A folder of pages that call the API, such as a single-page app, served by this server so that both are one process.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::IntoResponse;
use axum::routing::any;
use tower::{ServiceBuilder, ServiceExt};
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use super::accept::prefers_html;
use super::router::nothing_here;
use super::server::Server;

/// The page that is served for addresses that only its scripts know.
const START_PAGE: &str = "index.html";

/// Everything from here, nothing inline, and no framing.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; \
    object-src 'none'; form-action 'self'";

/// What is wrong with the folder that `http.static_dir` names; `None` where it has a start page.
pub fn fault(folder: &Path) -> Option<String> {
    let is_there = folder.join(START_PAGE).is_file();
    (!is_there).then(|| format!("`http.static_dir` is `{}`, where no `{START_PAGE}` is", folder.display()))
}

/// The files of a folder wherever the server has nothing itself; `None` for no folder. Browsers get the start page where there is no file either.
pub fn routes(folder: Option<&Path>) -> Router<Arc<Server>> {
    let Some(folder) = folder else { return Router::new().fallback(nothing_here) };
    let start_page = ServeFile::new(folder.join(START_PAGE));
    let elsewhere = any(async move |request: Request| {
        if request.method() == Method::GET && prefers_html(request.headers()) {
            start_page.oneshot(request).await.into_response()
        } else {
            nothing_here(request.headers().clone()).await
        }
    });
    let with = |name: HeaderName, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let files = ServiceBuilder::new()
        .layer(with(header::CONTENT_SECURITY_POLICY, POLICY))
        // Asked for again each time, and sent again only where the file has changed since.
        .layer(with(header::CACHE_CONTROL, "no-cache"))
        .service(ServeDir::new(folder).call_fallback_on_method_not_allowed(true).fallback(elsewhere));
    Router::new().fallback_service(files)
}
