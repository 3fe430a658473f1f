//! Someone who asks the server.

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use super::TestApp;

/// Someone who asks the server, with or without a token.
pub struct Client<'a> {
    app: &'a TestApp,
    token: Option<String>,
}

/// What came back of a raw request.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The status and the code of the first error.
    pub fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), code_of(&self.json()))
    }
}

impl<'a> Client<'a> {
    pub(super) fn new(app: &'a TestApp, token: Option<String>) -> Self {
        Self { app, token }
    }

    /// The whole response to a document.
    pub async fn run(&self, document: &str, variables: Value) -> Value {
        self.post(document, variables).await.json()
    }

    /// The data of a response without errors.
    pub async fn data(&self, document: &str, variables: Value) -> Value {
        let mut response = self.run(document, variables).await;
        assert_eq!(response.get("errors"), None, "{document}");
        response["data"].take()
    }

    /// The data without variables.
    pub async fn ask(&self, document: &str) -> Value {
        self.data(document, json!({})).await
    }

    /// How many statements a document costs, for someone who was recognised a moment ago. Those for the small tables and for the rights of agents
    /// are not counted, which are kept for a moment: a busy machine may take longer.
    pub async fn cost(&self, document: &str, variables: Value) -> usize {
        self.ask("{ ticketStates { name } }").await;
        self.app.statements();
        self.data(document, variables).await;
        let statements = self.app.statements().pop().expect("a request was recorded");
        let is_kept = |sql: &&String| sql.contains("ticket_lock_type") || sql.contains("held");
        statements.iter().filter(|sql| !is_kept(sql)).count()
    }

    /// The status and the code with which a document is refused.
    pub async fn refusal(&self, document: &str, variables: Value) -> (u16, String) {
        self.post(document, variables).await.refusal()
    }

    /// A document by POST.
    pub async fn post(&self, document: &str, variables: Value) -> Answer {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        self.http(request.body(Body::from(body)).expect("the request is good")).await
    }

    /// Any request, with the token of the client, and with the media type whose status tells what came of it where it names none.
    pub async fn http(&self, mut request: Request<Body>) -> Answer {
        if let Some(token) = &self.token {
            let value = format!("Bearer {token}").parse().expect("a token is a header");
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let accept = HeaderValue::from_static("application/graphql-response+json");
        request.headers_mut().entry(header::ACCEPT).or_insert(accept);
        let response: Response<Body> = self.app.router().oneshot(request).await.expect("the router answers");
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("the body can be read");
        Answer { status, text: String::from_utf8(bytes.into()).expect("the body is text") }
    }
}

/// The code of the first error of a response.
pub fn code_of(response: &Value) -> String {
    response["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}

/// Responses with what differs from run to run taken out: ids, cursors, fingerprints.
pub fn shown(value: Value) -> Value {
    const CHANGING: [&str; 6] = ["id", "cursor", "startCursor", "endCursor", "version", "accessToken"];
    let hide = |(key, value): (String, Value)| {
        let is_changing = CHANGING.contains(&key.as_str()) && !value.is_null();
        let value = if is_changing { json!(format!("[{key}]")) } else { shown(value) };
        (key, value)
    };
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().map(hide).collect::<Map<_, _>>()),
        Value::Array(entries) => entries.into_iter().map(shown).collect(),
        other => other,
    }
}

/// The texts under a key in each entry of a list.
pub fn texts(list: &Value, key: &str) -> Vec<String> {
    let entries = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    entries.iter().map(|entry| entry[key].as_str().unwrap_or_else(|| panic!("no {key}: {entry}")).to_owned()).collect()
}
