//! What a list search finds among customers and among customer users.

use serde_json::json;

use crate::compare::{Comparison, Set, entries, items, text, texts};
use crate::desk::Desk;

/// The most that OTOBO's search for customer users finds.
const THEIR_LIMIT: usize = 250;

/// What our search finds: customers by id or people by login.
pub async fn found(desk: &Desk, kind: &str, term: &str, with_invalid: bool) -> Set<String> {
    let (list, key) = if kind == "companies" { ("customers", "customerId") } else { ("customerUsers", "login") };
    let filter = if with_invalid { ", filter: { validity: [VALID, INVALID, INVALID_TEMPORARILY] }" } else { "" };
    let document = format!(
        "query($term: String!) {{ found: {list}(first: 1000, search: $term{filter}) {{ nodes {{ key: {key} }} }} }}"
    );
    let answer = desk.ask(&desk.everyone().await, &document, json!({ "term": term })).await;
    items(&answer["found"]["nodes"]).iter().map(|node| text(&node["key"]).to_owned()).collect()
}

/// Whether a search text means something else for us on purpose: nothing finds everything, and `%` and `_` are those characters.
fn means_something_else(term: &str) -> bool {
    term.trim().is_empty() || term.contains(['%', '_'])
}

#[tokio::test]
async fn a_search_finds_what_otobo_finds() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        for (term, theirs) in entries(&desk.answers()["search"]) {
            if means_something_else(term) {
                continue;
            }
            for kind in ["companies", "users"] {
                for (valid, with_invalid) in [("valid=1", false), ("valid=0", true)] {
                    let theirs = texts(&theirs[kind][valid]);
                    let mut ours = found(desk, kind, term, with_invalid).await;
                    if kind == "users" && theirs.len() == THEIR_LIMIT {
                        // OTOBO's list is cut, in no order that means anything.
                        ours.retain(|login| theirs.contains(login));
                    }
                    comparison.sets(|| desk.place(format!("`{term}` {kind} {valid}")), &theirs, &ours);
                }
            }
        }
    }
    comparison.finish(desks.len() * 160);
}
