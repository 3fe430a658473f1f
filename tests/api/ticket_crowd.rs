//! Many clients opening tickets on two servers of one database at once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{GROUPS_COUNT, TestApp};

/// How many clients there are, and how many tickets each of them opens.
const CLIENTS: usize = 16;
const TICKETS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_number_is_given_twice_and_no_history_has_a_gap() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let other = app.sibling(GROUPS_COUNT).await;
    let create = "mutation($title: String!) { ticketCreate(input: { title: $title, body: \"B\", queue: \"Sales\" }) {
        ticket { number } userErrors { code } } }";
    let before = app.count("ticket").await;
    let client = async |number: usize| {
        let ann = if number.is_multiple_of(2) { app.as_customer_user("ann") } else { other.as_customer_user("ann") };
        let mut numbers = Vec::new();
        for ticket in 0..TICKETS {
            let title = format!("{number}.{ticket}");
            let payload = ann.data(create, json!({ "title": title })).await["ticketCreate"].take();
            numbers.push(payload["ticket"]["number"].as_str().expect("a number").to_owned());
        }
        numbers
    };
    let numbers: Vec<String> = join_all((0..CLIENTS).map(client)).await.concat();
    let distinct: BTreeSet<&String> = numbers.iter().collect();
    assert_eq!(distinct.len(), CLIENTS * TICKETS);
    assert_eq!(app.count("ticket").await - before, (CLIENTS * TICKETS) as i64);
    let lines = "SELECT CAST(COUNT(*) AS CHAR(10)) FROM ticket_history GROUP BY ticket_id";
    let lines: BTreeSet<String> = app.texts(lines).await.into_iter().map(|count| count.trim().to_owned()).collect();
    assert_eq!(lines, BTreeSet::from(["3".to_owned()]));
}
