//! The schema as text: the file in the repository is the one that the server has, and everything in it is described.

use axum::body::Body;
use axum::http::Request;
use deskgraph::graphql;
use serde_json::{Value, json};

use crate::support::TestApp;

#[test]
fn the_file_is_the_schema_of_the_server() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(file, graphql::sdl()).expect("the file can be written");
    }
    let text = std::fs::read_to_string(file).expect("there is a file schema.graphql");
    assert!(text == graphql::sdl(), "schema.graphql is out of date: run this test with UPDATE_SCHEMA=1");
}

#[tokio::test]
async fn the_server_gives_its_schema_away() {
    let app = TestApp::new().await;
    let request = Request::get("/schema.graphql").body(Body::empty()).expect("a request");
    assert_eq!(app.anonymous().http(request).await.text, graphql::sdl());
}

const INTROSPECTION: &str = "{ __schema { types { name description kind
    fields(includeDeprecated: true) { name description args { name description } }
    inputFields { name description } enumValues(includeDeprecated: true) { name description } } } }";

/// What lacks a description that is a sentence.
fn undescribed(place: &str, things: &Value, found: &mut Vec<String>) {
    for thing in things.as_array().into_iter().flatten() {
        let place = format!("{place}.{}", thing["name"].as_str().expect("a name"));
        let description = thing["description"].as_str().unwrap_or_default();
        if !description.ends_with('.') {
            found.push(format!("{place}: {description:?}"));
        }
        for below in ["fields", "args", "inputFields", "enumValues"] {
            undescribed(&place, &thing[below], found);
        }
    }
}

#[tokio::test]
async fn everything_in_the_schema_is_described_by_sentences() {
    let app = TestApp::with("[limits]\nmax_depth = 20\n").await;
    let schema = app.anonymous().data(INTROSPECTION, json!({})).await;
    let types = schema["__schema"]["types"].as_array().expect("types").iter();
    // `ID` and what begins with two underscores belong to the language.
    let is_ours = |one: &&Value| one["name"].as_str().is_some_and(|name| name != "ID" && !name.starts_with("__"));
    let ours: Value = types.filter(is_ours).cloned().collect();
    let mut found = Vec::new();
    undescribed("", &ours, &mut found);
    assert_eq!(found, Vec::<String>::new());
}
