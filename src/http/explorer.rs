//! The explorer: GraphiQL for browsers, with a form to sign in and example documents. All of it is in the program; nothing comes from another host.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::router::nothing_here;
use super::server::Server;

/// Scripts come from here only. GraphiQL writes styles into the page, and its style sheet holds its fonts and pictures.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; \
    img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

macro_rules! asset {
    ($name:literal, $kind:expr) => {
        File::new($name, $kind, include_bytes!(concat!("../../assets/explorer/", $name)))
    };
    (vendor $name:literal, $kind:expr) => {
        File::new($name, $kind, include_bytes!(concat!("../../assets/explorer/vendor/", $name)))
    };
}

macro_rules! document {
    ($name:literal) => {
        include_str!(concat!("../../tests/documents/", $name, ".graphql"))
    };
}

/// What the explorer offers to begin with. The first needs nobody to be signed in, and no example needs what only another answer tells.
const EXAMPLES: [&str; 14] = [
    document!("settings"),
    document!("customer_list"),
    document!("customer_detail"),
    document!("customer_tickets"),
    document!("customer_people"),
    document!("customer_user_list"),
    document!("customer_user_detail"),
    document!("permission_matrix"),
    document!("group_members"),
    document!("ticket_list"),
    document!("statistics"),
    document!("my_tickets"),
    document!("open_ticket"),
    document!("ticket_changed"),
];

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

static FILES: LazyLock<[File; 10]> = LazyLock::new(|| {
    let examples = serde_json::to_vec(&EXAMPLES).expect("texts can be written as JSON");
    [
        asset!("index.html", "text/html; charset=utf-8"),
        asset!("explorer.css", STYLE),
        asset!("explorer.js", SCRIPT),
        asset!("session.js", SCRIPT),
        asset!(vendor "graphiql.min.css", STYLE),
        asset!(vendor "graphiql.min.js", SCRIPT),
        asset!(vendor "graphql-ws.min.js", SCRIPT),
        asset!(vendor "react.production.min.js", SCRIPT),
        asset!(vendor "react-dom.production.min.js", SCRIPT),
        File::new("examples.json", "application/json", Vec::leak(examples)),
    ]
});

/// A file, and what tells its versions apart.
struct File {
    name: &'static str,
    kind: &'static str,
    body: &'static [u8],
    etag: HeaderValue,
}

impl File {
    fn new(name: &'static str, kind: &'static str, body: &'static [u8]) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, body));
        let etag = HeaderValue::from_str(&format!("W/\"{hash}\"")).expect("base64 is a header");
        Self { name, kind, body, etag }
    }

    /// The file, or that the browser has it.
    fn answer(&'static self, headers: &HeaderMap) -> Response {
        let about = [
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (header::ETAG, self.etag.clone()),
        ];
        if headers.get(header::IF_NONE_MATCH) == Some(&self.etag) {
            return (StatusCode::NOT_MODIFIED, about).into_response();
        }
        ([(header::CONTENT_TYPE, self.kind)], about, self.body).into_response()
    }
}

/// The addresses of the explorer.
pub fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/graphiql", get(|| async { page() }))
        .route("/graphiql/", get(async |headers: HeaderMap| file("index.html", &headers).await))
        .route(
            "/graphiql/{file}",
            get(async |Path(name): Path<String>, headers: HeaderMap| file(&name, &headers).await),
        )
}

/// Sends a browser from an address beside it to the page of the explorer.
pub fn page() -> Response {
    Redirect::to("graphiql/").into_response()
}

async fn file(name: &str, headers: &HeaderMap) -> Response {
    match FILES.iter().find(|file| file.name == name) {
        Some(file) => file.answer(headers),
        None => nothing_here(headers.clone()).await,
    }
}
