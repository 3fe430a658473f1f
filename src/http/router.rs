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
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::graphql::Schema;
use crate::graphql::context::Api;
use crate::store::Database;

use super::graphql as graphql_http;

/// What the handlers share.
pub struct Server {
    /// The schema.
    pub schema: Schema,
    /// What its resolvers share.
    pub api: Arc<Api>,
    /// The database.
    pub database: Arc<Database>,
    /// The schema as text.
    pub sdl: String,
    /// Documents that were parsed before.
    pub documents: graphql_http::Documents,
    /// How long a request may take.
    pub timeout: Duration,
    /// Whether the explorer is served.
    pub graphiql: bool,
    /// Whether statements are recorded, for tests.
    pub recorder: Option<graphql_http::Recorder>,
}

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
                .layer(DefaultBodyLimit::disable())
                .layer(RequestBodyLimitLayer::new(layers.max_body_bytes)),
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
