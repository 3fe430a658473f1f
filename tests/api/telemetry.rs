//! The figures that operators see. They do not tell what clients chose or sent.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::support::TestApp;

/// A document with everything that may not be told: a name of the client's, values in it and beside it.
const SECRETIVE: &str = "query ChosenByClient($s: String) { customers(first: 2, search: $s) { nodes { name customerUsers { nodes { login } } } }
    customer(customerId: \"typed-s3cret\") { name } }";

async fn get(app: &TestApp, path: &str) -> (StatusCode, String) {
    let answer = app.anonymous().http(Request::get(path).body(Body::empty()).expect("the request is good")).await;
    (answer.status, answer.text)
}

/// The value of the figure that begins like this.
fn figure(text: &str, beginning: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with(beginning))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[tokio::test]
async fn figures_count_requests_statements_and_batches() {
    let app = TestApp::new().await;
    let before = get(&app, "/metrics").await;
    assert_eq!(before.0, StatusCode::OK);
    let statements = |text: &str| figure(text, "deskgraph_database_statement_duration_seconds_count").unwrap_or(0.0);
    let cost = app.as_administrator().cost(SECRETIVE, json!({"s": "acme"})).await;
    let (_, text) = get(&app, "/metrics").await;
    assert!(statements(&text) >= statements(&before.1) + cost as f64, "{text}");
    let posts = r#"deskgraph_http_requests_total{method="POST",route="/graphql",status="200"}"#;
    assert_eq!(figure(&text, posts), Some(2.0), "{text}");
    let queries = r#"deskgraph_graphql_operations_total{outcome="ok",transport="post",type="query"}"#;
    assert_eq!(figure(&text, queries), Some(2.0), "{text}");
    assert_eq!(figure(&text, r#"deskgraph_loader_batches_total{loader="CustomerUsersOf"}"#), Some(1.0), "{text}");
    assert!(figure(&text, "deskgraph_database_rows_total") > Some(0.0), "{text}");
    let connections = |state: &str| figure(&text, &format!("deskgraph_database_connections{{state=\"{state}\"}}"));
    assert!(connections("idle").zip(connections("used")).is_some_and(|(idle, used)| idle + used > 0.0), "{text}");
    assert!(text.contains("# TYPE deskgraph_http_request_duration_seconds histogram"), "{text}");
    let version = format!("deskgraph_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(figure(&text, &version), Some(1.0), "{text}");
}

#[tokio::test]
async fn no_figure_has_a_label_that_a_client_chose() {
    let app = TestApp::new().await;
    app.as_administrator().data(SECRETIVE, json!({"s": "acme"})).await;
    get(&app, "/chosen-path?chosen=1").await;
    app.anonymous().http(Request::builder().method("CHOSEN").uri("/graphql").body(Body::empty()).expect("good")).await;
    let (_, text) = get(&app, "/metrics").await;
    assert!(
        figure(&text, r#"deskgraph_http_requests_total{method="GET",route="other",status="404"}"#).is_some(),
        "{text}"
    );
    assert!(figure(&text, r#"deskgraph_http_requests_total{method="OTHER",route="/graphql""#).is_some(), "{text}");
    for chosen in ["chosen", "CHOSEN", "ChosenByClient", "s3cret", "acme", "root"] {
        assert!(!text.contains(chosen), "{chosen}: {text}");
    }
}

#[tokio::test]
async fn figures_count_what_operations_came_to() {
    let app = TestApp::new().await;
    app.anonymous().run("{ customers { totalCount } }", json!({})).await;
    app.as_administrator().run("{ nothing }", json!({})).await;
    app.as_administrator().run("mutation { viewer }", json!({})).await;
    let (_, text) = get(&app, "/metrics").await;
    for wanted in [
        r#"deskgraph_graphql_operations_total{outcome="failed",transport="post",type="query"} 1"#,
        r#"deskgraph_graphql_operations_total{outcome="refused",transport="post",type="unknown"} 2"#,
        r#"deskgraph_graphql_errors_total{code="UNAUTHENTICATED"} 1"#,
        r#"deskgraph_graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 2"#,
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}

#[tokio::test]
async fn figures_can_be_left_out() {
    let app = TestApp::with("[telemetry]\nmetrics = false\n").await;
    assert_eq!(get(&app, "/metrics").await.0, StatusCode::NOT_FOUND);
}
