//! Giving a large customer another id: a thousand people and a hundred thousand tickets follow in few statements.

use std::time::Instant;

use sea_orm::DbBackend;
use serde_json::json;

use crate::support::TestApp;
use crate::support::row::*;

/// How many people the customer has.
const PEOPLE: usize = 1_000;
/// How many tickets it has.
const TICKETS: usize = 100_000;
/// The most statements that a rename may cost.
const MOST_STATEMENTS: usize = 30;

const RENAME: &str = "mutation { customerRename(customerId: \"BULK\", newCustomerId: \"bulk & sons\") {
    customer { customerId } userErrors { code path } } }";

/// A select of the numbers below `count`, as `n`.
fn numbers(backend: DbBackend, count: usize) -> String {
    match backend {
        DbBackend::Postgres => format!("SELECT n FROM generate_series(0, {}) AS number (n)", count - 1),
        // MariaDB stops a recursion after a thousand steps.
        DbBackend::MySql => format!("SELECT seq AS n FROM seq_0_to_{}", count - 1),
        _ => format!(
            "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < {}) SELECT n FROM number",
            count - 1
        ),
    }
}

/// A number as a text.
fn text(backend: DbBackend, number: &str) -> String {
    format!("CAST({number} AS {})", if backend == DbBackend::MySql { "CHAR" } else { "VARCHAR(20)" })
}

/// Copies a row that is there once for each number, with other texts in some columns.
async fn copy(app: &TestApp, table: &str, columns: &str, replaced: &[(&str, String)], which: &str, count: usize) {
    let values = columns.split(", ").map(|column| {
        let other = replaced.iter().find(|(name, _)| *name == column);
        other.map_or_else(|| format!("t.{column}"), |(_, value)| value.clone())
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let numbers = numbers(app.db().get_database_backend(), count);
    app.execute(&format!(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t CROSS JOIN ({numbers}) number WHERE {which}"
    ))
    .await;
}

/// A customer with its people and tickets, spread over them.
async fn large_customer(app: &TestApp) {
    let backend = app.db().get_database_backend();
    let concat = |prefix: &str, number: &str| match backend {
        DbBackend::Sqlite => format!("'{prefix}' || {}", text(backend, number)),
        _ => format!("CONCAT('{prefix}', {})", text(backend, number)),
    };
    app.add(customer("bulk", "Bulk")).await;
    app.add(customer_user("bulk person", "bulk")).await;
    app.add(ticket("bulk", "Support").of("Bulk", "bulk person")).await;
    let people =
        "login, email, customer_id, first_name, last_name, valid_id, create_time, create_by, change_time, change_by";
    let keys = [("login", concat("bulk", "n")), ("email", concat("bulk", "n"))];
    copy(app, "customer_user", people, &keys, "t.login = 'bulk person'", PEOPLE - 1).await;
    let tickets = "tn, title, queue_id, ticket_lock_id, type_id, user_id, responsible_user_id, ticket_priority_id, ticket_state_id,
        customer_id, customer_user_id, timeout, until_time, escalation_time, escalation_update_time, escalation_response_time,
        escalation_solution_time, create_time, create_by, change_time, change_by";
    let tickets = tickets.split_whitespace().collect::<Vec<_>>().join(" ");
    let person = concat("bulk", &format!("(n % {})", PEOPLE - 1));
    let keys = [("tn", concat("b", "n")), ("customer_user_id", person)];
    copy(app, "ticket", &tickets, &keys, "t.tn = 'bulk'", TICKETS - 1).await;
}

/// How many rows there are, as a text.
async fn count(app: &TestApp, from: &str) -> String {
    let backend = app.db().get_database_backend();
    app.texts(&format!("SELECT {} FROM {from}", text(backend, "COUNT(*)"))).await.remove(0)
}

#[tokio::test]
async fn a_large_customer_is_renamed_in_few_statements() {
    let app = TestApp::new().await;
    large_customer(&app).await;
    assert_eq!(count(&app, "ticket WHERE LOWER(customer_id) = 'bulk'").await, TICKETS.to_string());
    let (others, other_history) =
        (count(&app, "ticket WHERE LOWER(customer_id) <> 'bulk'").await, count(&app, "ticket_history").await);
    app.statements();

    let started = Instant::now();
    let payload = app.as_administrator().ask(RENAME).await["customerRename"].take();
    println!("{PEOPLE} people and {TICKETS} tickets in {:?}", started.elapsed());
    assert_eq!(payload, json!({ "customer": { "customerId": "bulk & sons" }, "userErrors": [] }));
    let statements = app.statements().pop().expect("a request was recorded");
    assert!(statements.len() < MOST_STATEMENTS, "{} statements: {statements:#?}", statements.len());

    for table in ["customer_company", "customer_user", "ticket"] {
        assert_eq!(count(&app, &format!("{table} WHERE LOWER(customer_id) = 'bulk'")).await, "0", "{table}");
    }
    assert_eq!(count(&app, "customer_user WHERE customer_id = 'bulk & sons'").await, PEOPLE.to_string());
    assert_eq!(count(&app, "ticket WHERE customer_id = 'bulk & sons'").await, TICKETS.to_string());
    assert_eq!(count(&app, "ticket WHERE customer_id <> 'bulk & sons'").await, others);
    let lines = "ticket_history h JOIN ticket t ON t.id = h.ticket_id JOIN ticket_history_type y ON y.id = h.history_type_id
        WHERE h.name = '%%CustomerID=bulk & sons;' AND y.name = 'CustomerUpdate' AND t.customer_id = 'bulk & sons'
        AND h.owner_id = t.user_id AND h.queue_id = t.queue_id AND h.state_id = t.ticket_state_id AND h.priority_id = t.ticket_priority_id";
    let ticket = text(app.db().get_database_backend(), "COUNT(DISTINCT h.ticket_id)");
    assert_eq!(app.texts(&format!("SELECT {ticket} FROM {lines}")).await, [TICKETS.to_string()]);
    assert_eq!(other_history, "0");
    assert_eq!(count(&app, "ticket_history").await, TICKETS.to_string());
    let logged = app.texts("SELECT fields FROM deskgraph_change WHERE entity_type = 'Customer'").await;
    assert_eq!(logged.len(), 1);
    assert!(logged[0].contains("1000 carried over") && logged[0].contains("100000 carried over"), "{}", logged[0]);
    assert_eq!(count(&app, "deskgraph_change WHERE entity_type = 'CustomerUser'").await, PEOPLE.to_string());
}
