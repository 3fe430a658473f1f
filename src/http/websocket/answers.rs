//! Answers to events, shared: subscriptions that ask the same for the same account get the same answer, so that an event costs no more for a
//! thousand sockets of them than for one. Nothing is shared between accounts.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Response, ServerError, Value};
use moka::future::Cache;
use sha2::{Digest, Sha256};

use crate::domain::account::Account;
use crate::error::{Error, Result};
use crate::http::documents::PersistedQuery;
use crate::http::gate::{Body, RequestExtensions};

/// How long an answer is given to those who come after the first.
const SHARED_FOR: Duration = Duration::from_millis(500);
/// The most bytes of answers that are kept.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// What a subscription asks: a hash of everything that a request can say.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Question([u8; 32]);

impl Question {
    /// The question of a request.
    pub fn of(body: &Body) -> Self {
        // Field by field, so that what requests will be able to say some day is not forgotten here.
        let Body { query, operation_name, variables, document_id, extensions } = body;
        let extensions = extensions.as_ref().map(|RequestExtensions { persisted_query, cost }| {
            let hash = persisted_query.as_ref().map(|PersistedQuery { version, sha256_hash }| (version, sha256_hash));
            (hash, cost)
        });
        let text = serde_json::to_vec(&(query, operation_name, variables, document_id, extensions));
        Self(Sha256::digest(text.expect("what came as JSON can be written as JSON")).into())
    }
}

/// What an answer is good for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The batch that the event is in.
    pub moment: u64,
    /// Its place there.
    pub place: usize,
    /// Who asks; `None` without a token.
    pub account: Option<Account>,
    /// What they ask.
    pub question: Question,
}

/// What is told of an event.
pub enum Answer {
    /// This response, as JSON.
    Told(String),
    /// The event could not be told.
    Failed(Vec<ServerError>),
}

impl Answer {
    /// The answer that a response makes.
    pub fn of(response: Response) -> Result<Self> {
        if response.data == Value::Null {
            return Ok(Self::Failed(response.errors));
        }
        json(&response).map(Self::Told)
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Told(json) => json.len(),
            Self::Failed(_) => 0,
        }
    }
}

/// A response as JSON.
pub fn json(response: &Response) -> Result<String> {
    serde_json::to_string(response).map_err(Error::internal)
}

/// An answer, or `None` for an event that is not for whoever asks.
pub type Shared = Option<Arc<Answer>>;

/// The answers of the last moments.
pub struct Answers(Cache<Key, Shared>);

impl Default for Answers {
    fn default() -> Self {
        let weigher = |_: &Key, answer: &Shared| {
            let bytes = size_of::<Key>() + answer.as_ref().map_or(0, |answer| answer.bytes());
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(MAX_BYTES).weigher(weigher).time_to_live(SHARED_FOR).build())
    }
}

impl Answers {
    /// The answer to an event: what the first subscription that asked was told, or else what `find` finds. An error is not kept.
    pub async fn get(&self, key: Key, find: impl Future<Output = Result<Shared>>) -> Result<Shared> {
        self.0.try_get_with(key, find).await.map_err(|error| Error::clone(&error))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn requests_that_differ_in_anything_are_different_questions() {
        let requests = [
            r#"{"query": "{a}"}"#,
            r#"{"query": "{b}"}"#,
            r#"{"query": "{a}", "operationName": "A"}"#,
            r#"{"query": "{a}", "variables": {"a": 1}}"#,
            r#"{"query": "{a}", "variables": {"a": "1"}}"#,
            r#"{"query": "{a}", "extensions": {"cost": true}}"#,
            r#"{"documentId": "one"}"#,
            r#"{"documentId": "other"}"#,
            r#"{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "one"}}}"#,
            r#"{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "other"}}}"#,
        ];
        let ask = |request: &&str| Question::of(&serde_json::from_str(request).expect("a request"));
        let questions: HashSet<Question> = requests.iter().map(ask).collect();
        assert_eq!(questions.len(), requests.len());
        assert!(questions.contains(&ask(&requests[0])));
    }
}
