//! What documents cost: the number of statements may not grow with the number of records.

use serde_json::json;

use crate::support::row::*;
use crate::support::{GROUPS_COUNT, OTHERS_COUNT, TestApp, document};

/// Twenty more customers, each with people, permissions and tickets.
async fn crowd(app: &TestApp) {
    // The first person and group of the cast stand for one of many, so they have what the others have.
    app.add(additional_customer("ann", "globex")).await;
    app.add(customer_grant("acme", "admin", "ro")).await;
    app.add(person_grant("ann", "admin", "ro")).await;
    for number in 0..20 {
        let id = format!("company{number}");
        app.add(customer(&id, &format!("Company {number}"))).await;
        app.add(customer_grant(&id, "support", "ro")).await;
        for person in 0..2 {
            let login = format!("{id}-{person}");
            app.add(customer_user(&login, &id)).await;
            app.add(person_grant(&login, "sales", "rw")).await;
            app.add(additional_customer(&login, "globex")).await;
            app.add(ticket(&format!("9{number:02}{person}"), "Support").of(&id, &login)).await;
        }
    }
}

/// Lists whose entries ask for all that can be asked of them.
const LISTS: [&str; 5] = [
    "query($first: Int) { customers(first: $first) { totalCount nodes { customerId name comment dataSource { name } links { label }
        ticketCounts { open escalated } tickets(first: 2) { totalCount nodes { number queue { name } owner { login } } }
        customerUsers(first: 2) { totalCount nodes { login fullName } } groupPermissions { permissions group { name } }
        effectivePermissions { permissions sources { kind customer { name } } } createdBy { login } version } } }",
    "query($first: Int) { customerUsers(first: $first) { totalCount nodes { login customer { name } customers(first: 5) { nodes { name } }
        ticketCounts { total reminderReached } tickets(first: 2) { totalCount nodes { number } } groupPermissions { permissions }
        effectivePermissions { group { name } sources { kind customer { name } } } customerAccess { customer { name } groups { name } }
        explainPermission(group: \"support\", permission: \"ro\") { isGranted sources { customer { name } } } lastLoginAt changedBy { login } version } } }",
    "query($first: Int) { tickets(first: $first) { totalCount nodes { number state { name } queue { group { name } } owner { login } isLocked
        customer { name ticketCounts { open } } customerUser { fullName customer { name } } service sla
        articles(first: 2) { totalCount nodes { subject body } } version } } }",
    "query($first: Int) { permissionMatrix(first: $first) { groups { name } rows { customerUser { fullName customer { name } } cells } } }",
    "query($first: Int) { groups(first: $first) { totalCount nodes { name queues { name } customers(first: 3) { totalCount edges { permissions node { name } } }
        customerUsers(first: 3) { totalCount edges { permissions node { fullName } } }
        effective: customerUsers(first: 3, effective: true) { totalCount edges { permissions node { fullName } } } } } }",
];

#[tokio::test]
async fn twenty_parents_cost_as_many_statements_as_two() {
    let app = TestApp::with(OTHERS_COUNT).await;
    crowd(&app).await;
    app.add(agent_grant("root@localhost", "support", "ro")).await;
    let root = app.as_administrator();
    for list in LISTS {
        let few = root.cost(list, json!({"first": 2})).await;
        let many = root.cost(list, json!({"first": 20})).await;
        assert!(many <= few && few > 1, "{few} for two, {many} for twenty: {list}");
    }
}

#[tokio::test]
async fn documents_keep_within_their_budgets() {
    let app = TestApp::with(GROUPS_COUNT).await;
    crowd(&app).await;
    let root = app.as_administrator();
    for (name, variables, budget) in [
        ("customer_detail", json!({"customerId": "acme"}), 7),
        ("customer_list", json!({}), 4),
        ("customer_lookup", json!({"customerId": "acme"}), 1),
        ("customer_user_detail", json!({"login": "ann"}), 13),
        ("customer_user_list", json!({}), 4),
        ("group_members", json!({"name": "support"}), 11),
        ("my_tickets", json!({}), 4),
        ("nodes", json!({"ids": ["Q3VzdG9tZXI6YWNtZQ", "Q3VzdG9tZXI6Z2xvYmV4"]}), 1),
        ("permission_matrix", json!({}), 2),
        ("settings", json!({}), 0),
        ("statistics", json!({"groupBy": ["CUSTOMER"]}), 1),
        ("ticket_detail", json!({"number": "1001"}), 6),
        ("ticket_list", json!({}), 3),
    ] {
        let (_, text) = document::ALL.iter().find(|(known, _)| *known == name).expect("the document is there");
        let cost = root.cost(text, variables).await;
        assert!(cost <= budget, "{name} costs {cost} statements instead of {budget}");
    }
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_read() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    for (query, cost) in [
        ("{ customers { totalCount } }", 1),
        ("{ customers { nodes { name } } }", 1),
        ("{ customers { nodes { name } totalCount } }", 2),
        ("{ viewer { role } }", 0),
        ("{ groups { totalCount nodes { name } } queues { name } ticketPriorities { name } }", 0),
        ("{ a: customer(customerId: \"acme\") { name } b: customer(customerId: \"globex\") { name } }", 2),
    ] {
        assert_eq!(root.cost(query, json!({})).await, cost, "{query}");
    }
}

#[tokio::test]
async fn statements_name_their_values_by_parameters_only() {
    let app = TestApp::new().await;
    app.as_administrator()
        .ask(r#"{ customers(search: "o'Neill", filter: {city: {eq: "o'Neill"}}) { totalCount nodes { name } } }"#)
        .await;
    let statements = app.statements().pop().expect("a request was recorded");
    assert!(!statements.is_empty() && statements.iter().all(|sql| !sql.contains("Neill")), "{statements:?}");
}
