//! What a database holds after the server was killed, and whether it fits together.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseTransaction, IsolationLevel, Statement, TransactionTrait};

use crate::Acknowledged;
use crate::process::place::Place;

/// The records that the writers made, and their changes. A customer, its person and its comment have the same key.
pub struct State {
    customers: BTreeSet<String>,
    /// Login and customer.
    people: BTreeMap<String, String>,
    /// The keys of customers that have a comment.
    comments: BTreeSet<String>,
    /// Kind, type and key of each change, and how often it is in the log.
    changes: BTreeMap<String, usize>,
}

impl State {
    /// What there is at one moment: a statement that the server sent last may still be at work.
    pub async fn of(place: &Place) -> Self {
        let connection = place.open().await;
        let level = IsolationLevel::RepeatableRead;
        let view = connection.begin_with_config(Some(level), None).await.expect("a transaction");
        let customers = texts(&view, "SELECT customer_id, name FROM customer_company").await;
        let comments =
            texts(&view, "SELECT customer_id, comments FROM customer_company WHERE comments IS NOT NULL").await;
        let people = texts(&view, "SELECT login, customer_id FROM customer_user WHERE pw <> ''").await;
        let changes =
            texts(&view, "SELECT CONCAT(kind, ' ', entity_type, ' ', entity_key), fields FROM deskgraph_change").await;
        drop(view);
        connection.close().await.expect("the connection can be closed");
        let mut counts = BTreeMap::new();
        for (change, fields) in changes {
            assert!(fields.starts_with('['), "{change}: {fields}");
            *counts.entry(change).or_default() += 1;
        }
        for (id, text) in customers.iter().chain(&comments) {
            assert_eq!(id, text, "a customer is half there");
        }
        let ids = |rows: Vec<(String, String)>| rows.into_iter().map(|(id, _)| id).collect();
        Self {
            customers: ids(customers),
            people: people.into_iter().collect(),
            comments: ids(comments),
            changes: counts,
        }
    }

    /// Everything acknowledged is there, each record has its change and each change its record, and besides that there is at most what
    /// `in_flight` requests can have written.
    pub fn check(&self, acknowledged: &Acknowledged, in_flight: usize) {
        let lost = |keys: &[String], has: &dyn Fn(&String) -> bool| keys.iter().find(|key| !has(key)).cloned();
        assert_eq!(lost(&acknowledged.customers, &|id| self.customers.contains(id)), None, "a customer is lost");
        assert_eq!(lost(&acknowledged.people, &|login| self.people.contains_key(login)), None, "a person is lost");
        assert_eq!(lost(&acknowledged.comments, &|id| self.comments.contains(id)), None, "an edit is lost");

        let named = |what: &'static str, keys: Vec<&String>| -> BTreeMap<String, usize> {
            keys.into_iter().map(|key| (format!("{what} {key}"), 1)).collect()
        };
        let mut expected = named("created Customer", self.customers.iter().collect());
        expected.extend(named("created CustomerUser", self.people.keys().collect()));
        expected.extend(named("updated Customer", self.comments.iter().collect()));
        assert_eq!(self.changes, expected, "records and their changes");
        for (login, customer_id) in &self.people {
            assert!(login == customer_id && self.customers.contains(customer_id), "{login} is half there");
        }
        let written = self.customers.len() + self.people.len() + self.comments.len();
        assert!(written <= acknowledged.len() + in_flight, "{written} writes, {} acknowledged", acknowledged.len());
    }
}

async fn texts(view: &DatabaseTransaction, sql: &str) -> Vec<(String, String)> {
    let rows = view.query_all_raw(Statement::from_string(view.get_database_backend(), sql)).await;
    let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let text = |row: &sea_orm::QueryResult, place| row.try_get_by_index::<String>(place).expect("a text");
    rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}
