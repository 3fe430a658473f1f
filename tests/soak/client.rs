//! One of the clients: what it asks, and what it expects.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::World;
use crate::process::socket::Socket;

const DETAIL: &str = include_str!("../documents/customer_detail.graphql");
const LIST: &str = include_str!("../documents/customer_list.graphql");
const LOOK_UP: &str = include_str!("../documents/customer_lookup.graphql");
const TICKETS: &str = include_str!("../documents/ticket_list.graphql");
const CHANGED: &str = include_str!("../documents/ticket_changed.graphql");
const ANSWER: &str = include_str!("../documents/answer_ticket.graphql");
const UPDATE: &str = "mutation($id: String!, $comment: String!) {
    customerUpdate(customerId: $id, input: { comment: $comment }) { userErrors { code } } }";

/// Mistakes, and the codes that they are answered with.
const MISTAKES: [(&str, &str); 4] = [
    ("{", "GRAPHQL_PARSE_FAILED"),
    ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
    ("{ customers(after: \"x\") { nodes { name } } }", "BAD_USER_INPUT"),
    ("{ customers(first: 1000000) { nodes { name } } }", "LIMIT_EXCEEDED"),
];

/// How long one thing may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was seen of the server.
#[derive(Default)]
pub struct Seen {
    /// How long each took that went well.
    pub times: Vec<Duration>,
    /// What came instead of what was expected.
    pub failures: Vec<String>,
}

impl Seen {
    /// Joins what another client saw.
    pub fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.failures.extend(other.failures);
    }
}

/// A client.
pub struct Client {
    world: Arc<World>,
    number: usize,
}

impl Client {
    /// The client of this number.
    pub fn new(world: Arc<World>, number: usize) -> Self {
        Self { world, number }
    }

    /// Does one thing after the other until a time.
    pub async fn work(self, until: Instant) -> Seen {
        let mut seen = Seen::default();
        while Instant::now() < until {
            let begun = Instant::now();
            match tokio::time::timeout(PATIENCE, self.one()).await {
                Ok(Ok(())) => seen.times.push(begun.elapsed()),
                Ok(Err(failure)) => seen.failures.push(failure),
                Err(_) => seen.failures.push("it took too long".to_owned()),
            }
        }
        seen
    }

    async fn one(&self) -> Result<(), String> {
        let id = one_of(&self.world.customers);
        match rand::random_range(0..100) {
            0..30 => self.expect_data(LOOK_UP, json!({"customerId": id})).await,
            30..45 => self.expect_data(DETAIL, json!({"customerId": id})).await,
            45..55 => self.expect_data(LIST, json!({"first": 20})).await,
            55..65 => self.expect_data(TICKETS, json!({"first": 20})).await,
            65..77 => self.expect_data(UPDATE, json!({"id": id, "comment": format!("{} was here", self.number)})).await,
            77..80 => self.answer_ticket().await,
            80..90 => self.make_mistake().await,
            _ => self.use_socket(id).await,
        }
    }

    async fn expect_data(&self, document: &str, variables: Value) -> Result<(), String> {
        let (_, answer) = self.world.server.post(document, variables).await.ok_or("no answer")?;
        let payload = answer["data"].as_object().and_then(|data| data.values().next());
        let is_done = payload.is_some_and(|payload| !payload.is_null() && is_empty(&payload["userErrors"]));
        match &answer["errors"] {
            Value::Null if is_done => Ok(()),
            Value::Null => Err(answer.to_string()),
            errors => Err(errors.to_string()),
        }
    }

    async fn answer_ticket(&self) -> Result<(), String> {
        let number = one_of(&self.world.tickets);
        self.expect_data(ANSWER, json!({"number": number, "input": {"body": "We are working on it."}})).await
    }

    async fn make_mistake(&self) -> Result<(), String> {
        let (document, code) = MISTAKES[rand::random_range(0..MISTAKES.len())];
        let token = Some(self.world.server.token());
        let (token, code) = if rand::random() { (token, code) } else { (Some("nonsense"), "UNAUTHENTICATED") };
        let (_, answer) = self.world.server.post_as(token, document, json!({})).await.ok_or("no answer")?;
        let is_expected = answer["errors"][0]["extensions"]["code"] == json!(code);
        if is_expected { Ok(()) } else { Err(format!("not {code}: {answer}")) }
    }

    /// Opens a socket, asks something, follows tickets for a moment, and closes it.
    async fn use_socket(&self, id: &str) -> Result<(), String> {
        let mut socket = Socket::open(self.world.server.address(), self.world.server.token()).await?;
        socket.subscribe("changes", CHANGED, json!({})).await?;
        socket.subscribe("one", LOOK_UP, json!({"customerId": id})).await?;
        for kind in ["next", "complete"] {
            let start = format!(r#"{{"type":"{kind}","id":"one""#);
            let mut message = socket.next().await?;
            while message.starts_with(r#"{"type":"next","id":"changes""#) {
                message = socket.next().await?;
            }
            if !message.starts_with(&start) {
                return Err(message);
            }
        }
        socket.complete("changes").await?;
        socket.close().await;
        Ok(())
    }
}

fn one_of(texts: &[String]) -> &str {
    &texts[rand::random_range(0..texts.len())]
}

/// Whether a list is empty or not there.
fn is_empty(list: &Value) -> bool {
    list.as_array().is_none_or(Vec::is_empty)
}
