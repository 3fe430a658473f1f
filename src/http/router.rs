//! The addresses of the server and the layers around them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use tower::ServiceBuilder;
use tower::util::option_layer;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::cors::CorsLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::answer::{Refusal, catch_panic};
use super::connection::Excess;
use super::explorer;
use super::export;
use super::files;
use super::graphql as graphql_http;
use super::measure;
use super::request_id::{REQUEST_ID, identify};
use super::server::Server;

/// Answers that are shorter are not compressed, in bytes: they fit into a packet as they are.
const LEAST_COMPRESSED: u64 = 1024;
/// Quick rather than small, because it is done for each answer anew.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(4);
/// How long browsers remember that an origin may call.
const PREFLIGHT_AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// The outer settings of the router.
pub struct Layers {
    /// Origins that browsers may call from.
    pub allowed_origins: Vec<HeaderValue>,
    /// Whether `/metrics` is there.
    pub metrics: bool,
    /// Whether lists can be exported.
    pub exports: bool,
    /// A folder whose files are served where nothing else is; `None` for none.
    pub static_dir: Option<PathBuf>,
    /// Whether long answers are compressed for those who ask for it.
    pub compression: bool,
}

/// The router with all its addresses.
pub fn router(server: Arc<Server>, layers: &Layers) -> Router {
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let default = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let figures = if layers.metrics { Router::new().route("/metrics", get(measure::figures)) } else { Router::new() };
    let is_calling = !layers.allowed_origins.is_empty();
    // Lengths of compressed answers tell nothing to others (BREACH): browsers add no credentials to what a page of somebody else asks for.
    let is_on = layers.compression;
    let compression = CompressionLayer::new()
        .gzip(is_on)
        .br(is_on)
        .quality(COMPRESSION)
        .compress_when(SizeAbove::new(LEAST_COMPRESSED));
    Router::new()
        .route("/graphql", get(graphql_http::get).post(graphql_http::post).options(graphql_http::options))
        .route("/schema.graphql", get(schema))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(readiness))
        .route("/.well-known/jwks.json", get(keys))
        .merge(figures)
        .merge(if layers.exports { Router::new().route("/export/{file}", get(export::get)) } else { Router::new() })
        .merge(if server.graphiql { explorer::routes() } else { Router::new() })
        .merge(files::routes(layers.static_dir.as_deref()))
        .method_not_allowed_fallback(other_method)
        // From the outermost to the innermost.
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(identify))
                .layer(from_fn_with_state(Arc::clone(&server), measure::measured))
                .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
                .layer(default(header::CACHE_CONTROL, "no-store"))
                .layer(default(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
                .layer(option_layer(is_calling.then(|| cors(layers))))
                .layer(compression)
                .layer(from_fn(catch_panic))
                .layer(from_fn(refuse_excess)),
        )
        .with_state(server)
}

/// Addresses that say whether the server is well; they are answered however much it has to do.
const HEALTH: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Refuses what is too much at the moment.
async fn refuse_excess(request: Request, next: Next) -> Response {
    if request.extensions().get::<Excess>().is_none() || HEALTH.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let message = "the server has too many requests at the moment: try again later";
    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message).with_header(header::RETRY_AFTER, "5");
    refusal.answer(request.headers())
}

/// Exact origins, no credentials: tokens are sent by the page itself.
fn cors(layers: &Layers) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(layers.allowed_origins.clone())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT, REQUEST_ID])
        .expose_headers([REQUEST_ID, header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE)
}

/// The answer where nothing is.
pub async fn nothing_here(headers: HeaderMap) -> Response {
    Refusal::new(StatusCode::NOT_FOUND, "there is nothing here: the API is at /graphql").answer(&headers)
}

/// The router adds which methods there are.
async fn other_method(headers: HeaderMap) -> Response {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "this address has other methods: see `Allow`").answer(&headers)
}

async fn schema(State(server): State<Arc<Server>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], server.sdl.clone()).into_response()
}

async fn readiness(State(server): State<Arc<Server>>) -> Response {
    let store = crate::store::Store::new(Arc::clone(&server.database), Arc::default());
    let is_lost = server.database.pulse.is_lost();
    if !is_lost && tokio::time::timeout(Duration::from_secs(2), store.is_reachable()).await.unwrap_or(false) {
        "ready".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
    }
}

async fn keys(State(server): State<Arc<Server>>) -> Json<serde_json::Value> {
    Json(server.api.sessions.tokens().keys().jwks())
}
