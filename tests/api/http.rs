//! GraphQL over HTTP: methods, media types, statuses and headers, as a client meets them.

use std::io::Read;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::TestApp;

const MODERN: &str = "application/graphql-response+json";
const LEGACY: &str = "application/json";

/// An answer as it is.
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// A header; empty without one.
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// The message of the first error.
    pub fn message(&self) -> String {
        self.json()["errors"][0]["message"].as_str().expect("an error").to_owned()
    }
}

/// Sends a request to the router.
pub async fn send(app: &TestApp, request: Request<Body>) -> Answer {
    let (head, body) = app.router().oneshot(request).await.expect("the router answers").into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body can be read");
    Answer { status: head.status.as_u16(), headers: head.headers, body }
}

/// A request with these headers.
pub fn request(method: Method, address: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect("the request is good")
}

fn post(headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let json = [&[("content-type", "application/json")], headers].concat();
    request(Method::POST, "/graphql", &json, body)
}

fn document(text: &str) -> String {
    json!({ "query": text }).to_string()
}

fn get(parameters: &[(&str, &str)]) -> Request<Body> {
    let query = serde_urlencoded::to_string(parameters).expect("a query");
    request(Method::GET, &format!("/graphql?{query}"), &[], Body::empty())
}

#[tokio::test]
async fn the_media_type_is_what_the_client_accepts() {
    let app = TestApp::new().await;
    for (accept, expected) in [
        (MODERN, MODERN),
        (LEGACY, LEGACY),
        ("*/*", LEGACY),
        ("application/*;q=0.2", LEGACY),
        ("application/graphql-response+json, application/json;q=0.9", MODERN),
        ("text/html, application/json;q=0.5, */*;q=0.1", LEGACY),
    ] {
        let answer = send(&app, post(&[("accept", accept)], document("{ __typename }"))).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, &*format!("{expected}; charset=utf-8")),
            "{accept}"
        );
        assert_eq!(answer.json(), json!({"data": {"__typename": "Query"}}));
        assert!(answer.headers.get_all("vary").iter().any(|value| value == "accept"), "caches must know");
    }
    let answer = send(&app, post(&[], document("{ __typename }"))).await;
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8", "who does not say gets JSON");
}

#[tokio::test]
async fn the_status_of_a_refused_document_goes_with_the_media_type() {
    let app = TestApp::new().await;
    for text in ["{", "{ nonsense }", "query($id: ID!) { __typename }", "{ viewer }"] {
        for (accept, status) in [(MODERN, 400), (LEGACY, 200), ("*/*", 200)] {
            let answer = send(&app, post(&[("accept", accept)], document(text))).await;
            assert_eq!(answer.status, status, "{text} as {accept}: {:?}", answer.body);
            let response = answer.json();
            assert!(response["errors"].is_array(), "{response}");
            assert_eq!(response.get("data"), None, "nothing has run: {response}");
        }
    }
    let answer = send(&app, post(&[("accept", MODERN)], document("{ customers { totalCount } }"))).await;
    assert_eq!((answer.status, answer.json()["errors"][0]["path"][0].as_str()), (200, Some("customers")));
}

#[tokio::test]
async fn a_mutation_whose_answer_nobody_takes_does_not_run() {
    let app = TestApp::new().await;
    let token =
        format!("Bearer {}", app.token(deskgraph::auth::token::Realm::Agent, "root@localhost", Default::default()));
    let create =
        document(r#"mutation { customerCreate(input: {customerId: "new", name: "New"}) { customer { name } } }"#);
    let headers = [("authorization", token.as_str()), ("accept", "text/html")];
    let answer = send(&app, post(&headers, create.clone())).await;
    assert_eq!((answer.status, answer.header("content-type")), (406, "application/json; charset=utf-8"));
    let find = r#"{ customer(customerId: "new") { name } }"#;
    assert_eq!(app.as_administrator().ask(find).await, json!({"customer": null}));
    send(&app, post(&headers[..1], create)).await;
    assert_eq!(app.as_administrator().ask(find).await, json!({"customer": {"name": "New"}}));
}

#[tokio::test]
async fn a_body_is_json_in_utf_8_as_it_is() {
    let app = TestApp::new().await;
    let send_as = async |kinds: &[&str], encoding: Option<&str>| {
        let mut headers: Vec<(&str, &str)> = kinds.iter().map(|kind| ("content-type", *kind)).collect();
        headers.extend(encoding.map(|encoding| ("content-encoding", encoding)));
        send(&app, request(Method::POST, "/graphql", &headers, document("{ __typename }"))).await
    };
    for good in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
    ] {
        assert_eq!(send_as(&[good], Some("identity")).await.status, 200, "{good}");
    }
    for bad in [
        "text/plain",
        "text/plain; application/json",
        "application/graphql",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "",
    ] {
        let answer = send_as(&[bad], None).await;
        assert_eq!(answer.status, 415, "{bad}");
        assert_eq!(answer.message(), "send the request as `Content-Type: application/json`, in UTF-8");
    }
    assert_eq!(send_as(&[], None).await.status, 415);
    assert_eq!(send_as(&["application/json", "text/plain"], None).await.status, 415);
    for encoding in ["gzip", "br", "identity, gzip"] {
        let answer = send_as(&["application/json"], Some(encoding)).await;
        assert_eq!((answer.status, answer.header("accept-encoding")), (415, "identity"), "{encoding}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_whatever_is_accepted() {
    let app = TestApp::new().await;
    for (body, message) in [
        ("", "the body is empty: send a JSON object with the document as `query`"),
        ("[{\"query\": \"{ __typename }\"}]", "the body is a list: requests come one at a time, each as a JSON object"),
        ("{ \"not a JSON", "the body ends before its JSON does"),
        ("{\"qeury\": \"{ __typename }\"}", "`query` is missing: give the document there"),
        ("{\"query\": \"{ __typename }\", \"variables\": []}", "`variables` must be an object"),
        ("{\"query\": \"{ __typename }\", \"extensions\": \"x\"}", "`extensions` must be an object"),
        ("{\"query\": \"{ __typename }\", \"operationName\": 0}", "`operationName` must be a text"),
    ] {
        for accept in [MODERN, LEGACY, "*/*"] {
            let answer = send(&app, post(&[("accept", accept)], body)).await;
            assert_eq!((answer.status, answer.message()), (400, message.to_owned()), "{body}");
            assert_eq!(answer.json().get("data"), None);
        }
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let app = TestApp::with("[limits]\nmax_body_bytes = 1024\n").await;
    let long = document(&" ".repeat(2_000));
    let chunks = futures_util::stream::iter((0..20).map(|_| Ok::<_, std::io::Error>("x".repeat(100))));
    for request in [post(&[], long), post(&[], Body::from_stream(chunks))] {
        let answer = send(&app, request).await;
        let expected = (413, "the body is longer than 1024 bytes: send less".to_owned());
        assert_eq!((answer.status, answer.message()), expected);
    }
}

#[tokio::test]
async fn hostile_bodies_are_refused_without_a_word_about_the_inside() {
    let app = TestApp::new().await;
    let query = r#""query": "{ __typename }""#;
    let (open, close) = ("[".repeat(500_000), "]".repeat(500_000));
    for body in [
        format!("{{{query}, \"variables\": {{\"a\": {open}{close}}}}}"),
        format!("{{{query}, \"other\": {open}"),
        format!("{{{query}, \"variables\": {{\"a\": {}}}}}", "{\"a\":".repeat(150_000)),
        format!("{{{query}, \"variables\": {{\"a\": 1{}e999}}}}", "0".repeat(900_000)),
        format!("{{{query}, \"extensions\": \"{}\"}}", "\\u0000".repeat(150_000)),
        format!("{{{query}, {query}}}"),
        format!("{{{}", "\"a\":1,".repeat(150_000)),
        "{".repeat(1_000_000),
        "\u{feff}{}".to_owned(),
        "\0".repeat(1_000_000),
    ] {
        let answer = send(&app, post(&[], body.clone())).await;
        assert_eq!(answer.status, 400, "{body:.100}");
        let message = answer.message();
        assert!(message.len() < 200 && !message.contains("src/") && !message.contains("expected"), "{message}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let app = TestApp::new().await;
    let broken = futures_util::stream::iter([Ok("{\"query\""), Err(std::io::Error::other("secret reason"))]);
    let answer = send(&app, post(&[], Body::from_stream(broken))).await;
    assert_eq!((answer.status, answer.message()), (400, "the body breaks off, or its chunks are none".to_owned()));
}

#[tokio::test]
async fn a_query_in_the_address_is_answered() {
    let app = TestApp::new().await;
    let named = "query A { a: __typename } query B { b: __typename }";
    let answer =
        send(&app, get(&[("query", named), ("operationName", "B"), ("variables", ""), ("extensions", "")])).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"data": {"b": "Query"}})));
    let typed = "query($name: String!) { __type(name: $name) { name } }";
    let answer = send(&app, get(&[("query", typed), ("variables", r#"{"name": "Ticket"}"#)])).await;
    assert_eq!(answer.json(), json!({"data": {"__type": {"name": "Ticket"}}}));
    for (address, message) in [
        ("/graphql?query=a&query=b", "`query` is given twice"),
        ("/graphql?query=%ff", "`query` is badly encoded: it must be UTF-8, percent-encoded"),
        ("/graphql?query=%7B%20__typename%20%7D&variables=7", "`variables` must be an object"),
        ("/graphql", "give the document as the parameter `query`"),
        ("/graphql?query=", "give the document as the parameter `query`"),
    ] {
        let answer = send(&app, request(Method::GET, address, &[], Body::empty())).await;
        assert_eq!((answer.status, answer.message()), (400, message.to_owned()), "{address}");
    }
}

#[tokio::test]
async fn each_address_says_which_methods_it_has() {
    let app = TestApp::new().await;
    let refused = send(&app, get(&[("query", "mutation { __typename }")])).await;
    assert_eq!((refused.status, refused.header("allow")), (405, "POST"));
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE] {
        let answer = send(&app, request(method.clone(), "/graphql", &[], Body::empty())).await;
        assert_eq!((answer.status, answer.message()), (405, "this address has other methods: see `Allow`".to_owned()));
        assert!(answer.header("allow").contains("POST"), "{method}: {:?}", answer.headers);
    }
    let answer = send(&app, request(Method::POST, "/healthz", &[], Body::empty())).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"));
    let answer = send(&app, request(Method::OPTIONS, "/graphql", &[], Body::empty())).await;
    assert_eq!((answer.status, answer.header("allow"), &answer.body[..]), (204, "GET, HEAD, POST, OPTIONS", &b""[..]));
    let mut head = get(&[("query", "{ __typename }")]);
    *head.method_mut() = Method::HEAD;
    let answer = send(&app, head).await;
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.body.len()),
        (200, "application/json; charset=utf-8", 0)
    );
}

#[tokio::test]
async fn a_bad_token_is_told_how_to_get_in() {
    let app = TestApp::new().await;
    for accept in [MODERN, LEGACY] {
        let headers = [("authorization", "Bearer nonsense"), ("accept", accept)];
        let answer = send(&app, post(&headers, document("{ __typename }"))).await;
        assert_eq!((answer.status, answer.json().get("data")), (401, None));
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="deskgraph", error="invalid_token""#);
    }
}

#[tokio::test]
async fn a_server_without_its_database_says_when_to_come_back() {
    let app = TestApp::new().await.by_pool().await;
    let token =
        format!("Bearer {}", app.token(deskgraph::auth::token::Realm::Agent, "root@localhost", Default::default()));
    app.db().clone().close().await.expect("it can be closed");
    let answer = send(&app, post(&[("authorization", &token)], document("{ viewer { role } }"))).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE");
}

#[tokio::test]
async fn every_answer_has_an_id() {
    let app = TestApp::new().await;
    for address in ["/graphql", "/healthz", "/nowhere", "/graphql?query=%7B__typename%7D"] {
        let given = send(&app, request(Method::GET, address, &[("x-request-id", "Own-id_7")], Body::empty())).await;
        assert_eq!(given.header("x-request-id"), "Own-id_7", "{address}");
        let long = "x".repeat(65);
        for bad in ["", "with space", "ä", "<b>", long.as_str()] {
            let made = send(&app, request(Method::GET, address, &[("x-request-id", bad)], Body::empty())).await;
            assert!(uuid::Uuid::parse_str(made.header("x-request-id")).is_ok(), "{address}: {:?}", made.headers);
        }
    }
}

#[tokio::test]
async fn every_answer_is_kept_to_itself() {
    let app = TestApp::with("[http]\nallowed_origins = [\"https://desk.example\"]\n").await;
    let page = request(Method::GET, "/graphql", &[("accept", "text/html,*/*;q=0.8")], Body::empty());
    let preflight = request(Method::OPTIONS, "/graphql", &[("origin", "https://desk.example")], Body::empty());
    let broken = post(&[], "[");
    let other = ["/healthz", "/readyz", "/nowhere", "/schema.graphql", "/.well-known/jwks.json"];
    let other = other.map(|address| request(Method::GET, address, &[], Body::empty()));
    for request in [page, preflight, broken].into_iter().chain(other) {
        let address = request.uri().clone();
        let answer = send(&app, request).await;
        let fixed =
            [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"), ("cache-control", "no-store")];
        for (name, value) in fixed {
            assert_eq!(answer.header(name), value, "{address}");
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{address}: {policy}");
        assert_eq!(answer.header("server"), "", "{address}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_as_json() {
    let app = TestApp::new().await;
    let answer = send(&app, request(Method::GET, "/graphql/nowhere?x=%3Cscript%3E", &[], Body::empty())).await;
    assert_eq!((answer.status, answer.header("content-type")), (404, "application/json; charset=utf-8"));
    assert_eq!(answer.message(), "there is nothing here: the API is at /graphql");
}

#[tokio::test]
async fn pages_of_allowed_origins_may_call() {
    let app = TestApp::with("[http]\nallowed_origins = [\"https://desk.example\", \"https://b.example\"]\n").await;
    let preflight = |origin| {
        let asks = ("access-control-request-method", "POST");
        request(Method::OPTIONS, "/graphql", &[("origin", origin), asks], Body::empty())
    };
    let allowed = send(&app, preflight("https://desk.example")).await;
    assert_eq!(allowed.status, 200);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://desk.example");
    assert_eq!(allowed.header("access-control-max-age"), "7200");
    assert_eq!(allowed.header("access-control-allow-headers"), "authorization,content-type,accept,x-request-id");
    assert_eq!(allowed.header("access-control-allow-credentials"), "");
    for origin in [
        "https://evil.example",
        "http://desk.example",
        "https://desk.example:8443",
        "https://desk.example.evil",
        "null",
    ] {
        let refused = send(&app, preflight(origin)).await;
        assert_eq!(refused.header("access-control-allow-origin"), "", "{origin}");
    }
    let answer = send(&app, post(&[("origin", "https://b.example")], document("{ __typename }"))).await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://b.example");
    assert_eq!(answer.header("access-control-expose-headers"), "x-request-id,retry-after");
    let vary: Vec<_> = answer.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok()).collect();
    assert!(vary.join(",").contains("origin"), "{vary:?}");
    let silent =
        send(&TestApp::new().await, post(&[("origin", "https://desk.example")], document("{ __typename }"))).await;
    assert_eq!(silent.header("access-control-allow-origin"), "", "by default none may");
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_ask() {
    let app = TestApp::new().await;
    let ask =
        async |encoding: &str, text: &str| send(&app, post(&[("accept-encoding", encoding)], document(text))).await;
    let long = "{ __schema { types { name description } } }";
    let plain = ask("identity", long).await;
    assert_eq!((plain.header("content-encoding"), plain.header("vary").is_empty()), ("", false));
    let compressed = ask("gzip", long).await;
    assert_eq!(compressed.header("content-encoding"), "gzip");
    assert!(
        compressed.headers.get_all("vary").iter().any(|value| value == "accept-encoding"),
        "{:?}",
        compressed.headers
    );
    let mut text = String::new();
    flate2::read::GzDecoder::new(&compressed.body[..]).read_to_string(&mut text).expect("it is gzip");
    assert_eq!(text.as_bytes(), &plain.body[..]);
    let brotli = ask("gzip;q=0.5, br", long).await;
    assert_eq!(brotli.header("content-encoding"), "br");
    assert!(brotli.body.len() < plain.body.len() / 2, "{} of {}", brotli.body.len(), plain.body.len());
    assert_eq!(ask("gzip, br", "{ __typename }").await.header("content-encoding"), "", "short ones are not");
    let off = TestApp::with("[http]\ncompression = false\n").await;
    let answer = send(&off, post(&[("accept-encoding", "gzip")], document(long))).await;
    assert_eq!(answer.header("content-encoding"), "");
}

#[tokio::test]
async fn offers_of_other_protocols_are_passed_over() {
    let headers =
        [("upgrade", "h2c"), ("connection", "upgrade, http2-settings"), ("http2-settings", "AAMAAABkAAQAAP__")];
    let question = request(Method::GET, "/graphql?query=%7B__typename%7D", &headers, Body::empty());
    let answer = send(&TestApp::new().await, question).await;
    assert_eq!((answer.status, &*answer.body), (200, &br#"{"data":{"__typename":"Query"}}"#[..]));
}

#[tokio::test]
async fn half_a_handshake_is_refused_as_json() {
    let app = TestApp::new().await;
    for headers in [&[("upgrade", "websocket")][..], &[("upgrade", "h2c, WebSocket"), ("connection", "upgrade")]] {
        let answer = send(&app, request(Method::GET, "/graphql", headers, Body::empty())).await;
        assert_eq!((answer.status, answer.header("sec-websocket-version")), (400, "13"));
        assert!(answer.message().starts_with("this is no handshake of WebSocket 13"), "{}", answer.message());
    }
}
