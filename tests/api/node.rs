//! Records by global id, and the lists that need no builder.

use serde_json::{Value, json};

use crate::support::client::{Client, shown, texts};
use crate::support::row::*;
use crate::support::{GROUPS_COUNT, TestApp, document};

/// The ids of one record of every type, as the administrator and Olga get them.
async fn ids(app: &TestApp) -> Vec<String> {
    let query = r#"{
        customer(customerId: "acme") { id dataSource { id } }
        customerUser(login: "ann") { id createdBy { id } }
        group(name: "support") { id }
        queue(name: "Sales") { id }
        ticketStates { id }
        ticketPriorities { id }
        ticket(number: "1001") { id articles(first: 2) { nodes { id } } }
    }"#;
    let found = app.as_agent("olga").ask(query).await;
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    let articles = &found["ticket"]["articles"]["nodes"];
    vec![
        id(&found["customer"]),
        id(&found["customerUser"]),
        id(&found["group"]),
        id(&found["queue"]),
        id(&found["customerUser"]["createdBy"]),
        id(&found["ticket"]),
        id(&articles[0]),
        id(&articles[1]),
        id(&found["ticketStates"][0]),
        id(&found["ticketPriorities"][0]),
        id(&found["customer"]["dataSource"]),
    ]
}

async fn types(client: &Client<'_>, ids: &[String]) -> String {
    let found = client.data("query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", json!({"ids": ids})).await;
    let name = |node: &Value| node["__typename"].as_str().unwrap_or("-").to_owned();
    found["nodes"].as_array().expect("a list").iter().map(name).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn every_record_is_found_again_by_its_id() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let ids = ids(&app).await;
    let olga = app.as_agent("olga");
    let many = olga.data(document::NODES, json!({"ids": ids})).await["nodes"].take();
    for (id, node) in ids.iter().zip(many.as_array().expect("a list")) {
        assert_eq!(node["id"], json!(id));
        let one = olga.data("query($id: ID!) { node(id: $id) { __typename id } }", json!({"id": id})).await;
        assert_eq!(one["node"], json!({"__typename": node["__typename"], "id": id}));
    }
    insta::assert_json_snapshot!(shown(many));
}

#[tokio::test]
async fn what_a_viewer_may_not_see_is_null_by_its_id() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let ids = ids(&app).await;
    let olga = "Customer CustomerUser Group Queue Agent Ticket Article Article TicketState TicketPriority DataSource";
    assert_eq!(types(&app.as_agent("olga"), &ids).await, olga);
    // The ticket is the administrator's own.
    assert_eq!(types(&app.as_administrator(), &ids).await, olga);
    app.execute("UPDATE ticket SET user_id = 2 WHERE tn = '1001'").await;
    let root = "Customer CustomerUser Group Queue Agent - - - TicketState TicketPriority DataSource";
    assert_eq!(types(&app.as_administrator(), &ids).await, root);
    let ann = "Customer CustomerUser Group Queue - Ticket Article - TicketState TicketPriority DataSource";
    assert_eq!(types(&app.as_customer_user("ann"), &ids).await, ann);
    let bob = "Customer CustomerUser Group - - Ticket Article - TicketState TicketPriority DataSource";
    assert_eq!(types(&app.as_customer_user("bob"), &ids).await, bob);
    let gus = "- - Group Queue - - - - TicketState TicketPriority DataSource";
    assert_eq!(types(&app.as_customer_user("gus"), &ids).await, gus);
}

#[tokio::test]
async fn ids_that_are_none_name_nothing() {
    let app = TestApp::new().await;
    let ids = [
        "",
        "acme",
        "Customer:acme",
        "Q3VzdG9tZXI6bm9ib2R5",
        "VGlja2V0OjA",
        "VGlja2V0OjkyMjMzNzIwMzY4NTQ3NzU4MDc",
        "R3JvdXA6OTk5",
    ];
    let ids = ids.map(str::to_owned);
    assert_eq!(types(&app.as_administrator(), &ids).await, "- - - - - - -");
    let repeated = app
        .as_administrator()
        .data(document::NODES, json!({"ids": ["Q3VzdG9tZXI6YWNtZQ", "Q3VzdG9tZXI6YWNtZQ"]}))
        .await;
    assert_eq!(texts(&repeated["nodes"], "customerId"), ["acme", "acme"]);
}

#[tokio::test]
async fn names_are_looked_up_in_any_case_and_answered_as_stored() {
    let app = TestApp::new().await;
    let query = r#"{ a: customer(customerId: "ACME") { customerId } b: customerUser(login: "aNN") { login }
        c: customer(customerId: "acm_") { customerId } d: customerUser(login: "an%") { login } e: customer(customerId: "") { name } }"#;
    let found = app.as_administrator().ask(query).await;
    assert_eq!(found, json!({"a": {"customerId": "acme"}, "b": {"login": "ann"}, "c": null, "d": null, "e": null}));
}

#[tokio::test]
async fn invalid_records_are_found_by_name_and_keep_their_people() {
    let app = TestApp::new().await;
    let query = r#"{ customer(customerId: "initech") { validity customerUsers { nodes { login } } }
        customerUser(login: "ivy") { validity customer { customerId } } }"#;
    let found = app.as_administrator().ask(query).await;
    assert_eq!(found["customer"], json!({"validity": "INVALID", "customerUsers": {"nodes": [{"login": "mia"}]}}));
    assert_eq!(found["customerUser"], json!({"validity": "INVALID", "customer": {"customerId": "globex"}}));
}

#[tokio::test]
async fn the_settings_are_told_to_everyone() {
    let app = TestApp::with("[limits]\ndefault_page_size = 7\nmax_page_size = 9\n").await;
    insta::assert_json_snapshot!(app.anonymous().ask(document::SETTINGS).await);
    let countries =
        app.anonymous().ask("{ settings { countries { code name } } }").await["settings"]["countries"].take();
    assert!(countries.as_array().is_some_and(|all| all.len() > 240), "{countries}");
    assert!(texts(&countries, "code").contains(&"DE".to_owned()));
}

#[tokio::test]
async fn the_page_size_without_an_argument_is_the_configured_one() {
    let app = TestApp::with("[limits]\ndefault_page_size = 2\n").await;
    let found = app.as_administrator().ask("{ customerUsers { totalCount nodes { login } } }").await;
    assert_eq!(found["customerUsers"], json!({"totalCount": 5, "nodes": [{"login": "ann"}, {"login": "bob"}]}));
}

#[tokio::test]
async fn data_sources_tell_administrators_whether_they_answer() {
    let app = TestApp::new().await;
    let query = "{ dataSources { name kind isReadOnly holdsCustomers holdsCustomerUsers isReachable } }";
    let expected = |is_reachable: Value| {
        json!([{"name": "Database", "kind": "DATABASE", "isReadOnly": false, "holdsCustomers": true,
            "holdsCustomerUsers": true, "isReachable": is_reachable}])
    };
    assert_eq!(app.as_administrator().ask(query).await["dataSources"], expected(json!(true)));
    assert_eq!(app.as_agent("olga").ask(query).await["dataSources"], expected(Value::Null));
    assert_eq!(app.as_customer_user("ann").ask(query).await["dataSources"], expected(Value::Null));
}

#[tokio::test]
async fn queues_and_groups_are_those_of_the_viewer() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let query = r#"{ queues { name } groups { nodes { name } } old: queue(name: "Support::Old") { validity } closed: group(name: "closed") { validity } }"#;
    let bob = app.as_customer_user("bob").ask(query).await;
    assert_eq!(texts(&bob["queues"], "name"), ["Support", "Support::Phone"]);
    assert_eq!(texts(&bob["groups"]["nodes"], "name"), ["support"]);
    assert_eq!((&bob["old"], &bob["closed"]), (&json!({"validity": "INVALID"}), &Value::Null));
    let olga = app.as_agent("olga").ask(query).await;
    assert_eq!(
        texts(&olga["queues"], "name"),
        ["Junk", "Misc", "Postmaster", "Raw", "Sales", "Support", "Support::Phone"]
    );
    assert_eq!(olga["closed"], json!({"validity": "INVALID"}));
}

#[tokio::test]
async fn services_and_agreements_are_told_by_name() {
    let app = TestApp::new().await;
    let (service, sla) = (app.add(service("Printing")).await, app.add(sla("Gold")).await);
    let row = ticket("3001", "Misc").with("service_id", service as i32).with("sla_id", sla as i32);
    app.add(row).await;
    let found = app.as_administrator().ask(r#"{ ticket(number: "3001") { service sla } }"#).await;
    assert_eq!(found["ticket"], json!({"service": "Printing", "sla": "Gold"}));
}

#[tokio::test]
async fn a_fingerprint_changes_with_every_column_and_only_then() {
    let app = TestApp::new().await;
    let query = "{ customer(customerId: \"acme\") { version } customerUser(login: \"ann\") { version } ticket(number: \"1013\") { version } }";
    let root = app.as_administrator();
    let before = root.ask(query).await;
    assert_eq!(root.ask(query).await, before);
    app.execute("UPDATE customer_company SET comments = 'x' WHERE customer_id = 'acme'").await;
    app.execute("UPDATE customer_user SET pw = 'x' WHERE login = 'ann'").await;
    app.execute("UPDATE ticket SET responsible_user_id = 2 WHERE tn = '1013'").await;
    let after = root.ask(query).await;
    for field in ["customer", "ticket"] {
        assert_ne!(after[field]["version"], before[field]["version"], "{field}");
    }
}
