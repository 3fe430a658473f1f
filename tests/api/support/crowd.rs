//! Many requests at the same moment, and what came of each.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::Value;

use super::TestApp;

/// How often each outcome came.
pub type Tally = BTreeMap<String, usize>;

/// A request whose record was written.
pub const DONE: &str = "done";

/// Sends all requests at once as the administrator, and returns their answers in the same order.
pub async fn together(app: &TestApp, requests: &[(&str, Value)]) -> Vec<Value> {
    let root = app.as_administrator();
    join_all(requests.iter().map(|(document, variables)| root.run(document, variables.clone()))).await
}

/// The same document for each of these variables.
pub async fn all(app: &TestApp, document: &str, variables: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let requests: Vec<_> = variables.into_iter().map(|variables| (document, variables)).collect();
    together(app, &requests).await
}

/// What came of the one mutation of a request: [`DONE`], the code and path of each mistake, or the code of the error.
pub fn outcome(answer: &Value) -> String {
    if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
        return code.to_owned();
    }
    let payload = answer["data"].as_object().and_then(|data| data.values().next());
    let mistakes = payload.and_then(|payload| payload["userErrors"].as_array());
    let mistakes = mistakes.unwrap_or_else(|| panic!("no payload: {answer}"));
    let shown = |mistake: &Value| {
        let path: Vec<_> = mistake["path"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        format!("{} {}", mistake["code"].as_str().unwrap_or_default(), path.join("."))
    };
    if mistakes.is_empty() { DONE.to_owned() } else { mistakes.iter().map(shown).collect::<Vec<_>>().join(", ") }
}

/// How often each outcome came.
pub fn tally(answers: &[Value]) -> Tally {
    let mut tally = Tally::new();
    for answer in answers {
        *tally.entry(outcome(answer)).or_default() += 1;
    }
    tally
}

/// One request of this many wins, and all others end alike.
pub fn one_of(count: usize, others: &str) -> Tally {
    Tally::from([(DONE.to_owned(), 1), (others.to_owned(), count - 1)])
}

/// The place of the request that won.
pub fn winner(answers: &[Value]) -> usize {
    answers.iter().position(|answer| outcome(answer) == DONE).expect("one request wins")
}
