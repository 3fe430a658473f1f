//! The addresses of the server and the layers around them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::graphql as graphql_http;
use super::server::Server;

/// The outer settings of the router.
pub struct Layers {
    /// The longest body, in bytes.
    pub max_body_bytes: usize,
    /// Origins that browsers may call from.
    pub allowed_origins: Vec<HeaderValue>,
}

/// The router with all its addresses.
pub fn router(server: Arc<Server>, layers: &Layers) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(layers.allowed_origins.clone())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT]);
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route("/graphql", get(graphql_http::get).post(graphql_http::post))
        .route("/schema.graphql", get(schema))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(readiness))
        .route("/.well-known/jwks.json", get(keys))
        .fallback(|| async { (StatusCode::NOT_FOUND, "there is nothing here: the API is at /graphql\n") })
        .layer(
            ServiceBuilder::new()
                .layer(CatchPanicLayer::new())
                .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
                .layer(fixed(header::CACHE_CONTROL, "no-store"))
                .layer(cors)
                .layer(DefaultBodyLimit::max(layers.max_body_bytes)),
        )
        .with_state(server)
}

async fn schema(State(server): State<Arc<Server>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], server.sdl.clone()).into_response()
}

async fn readiness(State(server): State<Arc<Server>>) -> Response {
    let store = crate::store::Store::new(Arc::clone(&server.database), Arc::default());
    let answers = tokio::time::timeout(Duration::from_secs(2), store.is_reachable()).await.unwrap_or(false);
    if answers {
        "ready".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
    }
}

async fn keys(State(server): State<Arc<Server>>) -> Json<serde_json::Value> {
    Json(server.api.sessions.tokens().keys().jwks())
}
