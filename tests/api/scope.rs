//! Which tickets exist for whom: the list, its count, the counts, single tickets, nodes and the rule itself must all say the same.

use std::collections::BTreeSet;

use deskgraph::auth::token::Realm;
use deskgraph::domain::ticket::TicketPlace;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::cast::{PEOPLE, TICKETS};
use crate::support::client::{Client, texts};
use crate::support::row::*;
use crate::support::{GROUPS_COUNT, OTHERS_COUNT, TestApp};

/// Every ticket's number, id and place, read past all rules.
async fn places(app: &TestApp) -> Vec<(String, i64, TicketPlace)> {
    let sql = "SELECT t.tn, t.id, q.group_id, t.user_id, t.customer_id, t.customer_user_id
        FROM ticket t JOIN queue q ON q.id = t.queue_id ORDER BY t.tn";
    let rows = app.db().query_all_raw(Statement::from_string(app.db().get_database_backend(), sql)).await;
    let read = |row: sea_orm::QueryResult| {
        let place = TicketPlace {
            group_id: row.try_get_by_index(2).expect("a group"),
            owner_id: row.try_get_by_index(3).expect("an owner"),
            customer_id: row.try_get_by_index(4).expect("a customer"),
            customer_user_login: row.try_get_by_index(5).expect("a person"),
        };
        (row.try_get_by_index(0).expect("a number"), row.try_get_by_index(1).expect("an id"), place)
    };
    rows.expect("the tickets can be read").into_iter().map(read).collect()
}

/// The numbers that a client reads in every way there is; they must agree.
async fn read_by(client: &Client<'_>, about: &str) -> BTreeSet<String> {
    let query = "{ tickets(first: 1000) { totalCount nodes { id number } } ticketStatistics(groupBy: [CREATED_MONTH]) { counts { total } } }";
    let found = client.ask(query).await;
    let listed = texts(&found["tickets"]["nodes"], "number");
    assert_eq!(found["tickets"]["totalCount"], json!(listed.len()), "{about}");
    let counted = &found["ticketStatistics"][0]["counts"]["total"];
    assert_eq!(counted.as_u64().unwrap_or(0), listed.len() as u64, "{about}");
    let ids = texts(&found["tickets"]["nodes"], "id");
    let nodes =
        client.data("query($ids: [ID!]!) { nodes(ids: $ids) { ... on Ticket { number } } }", json!({"ids": ids})).await;
    assert_eq!(texts(&nodes["nodes"], "number"), listed, "{about}");
    for (number, ..) in TICKETS {
        let single = client.data("query($n: String!) { ticket(number: $n) { number } }", json!({"n": number})).await;
        let is_listed = listed.iter().any(|listed| listed == number);
        assert_eq!(single["ticket"].is_null(), !is_listed, "{about} {number}");
    }
    listed.into_iter().collect()
}

/// The counts of every customer and person, as a client reads them, against the tickets that the client reads.
async fn check_counts(client: &Client<'_>, readable: &[&(String, i64, TicketPlace)], about: &str) {
    let query = "{ customers(first: 100, filter: {validity: [VALID, INVALID]}) { nodes { customerId ticketCounts { total } tickets { totalCount } } }
        customerUsers(first: 100, filter: {validity: [VALID, INVALID]}) { nodes { login ticketCounts { total } tickets { totalCount } } } }";
    let found = client.ask(query).await;
    for (list, key) in [("customers", "customerId"), ("customerUsers", "login")] {
        for entry in found[list]["nodes"].as_array().expect("a list") {
            let name = entry[key].as_str().expect("a key");
            let is_of = |place: &TicketPlace| {
                let stored = if key == "login" { &place.customer_user_login } else { &place.customer_id };
                stored.as_deref().is_some_and(|stored| stored.eq_ignore_ascii_case(name))
            };
            let expected = readable.iter().filter(|(_, _, place)| is_of(place)).count();
            assert_eq!(entry["ticketCounts"]["total"], json!(expected), "{about} {name}");
            assert_eq!(entry["tickets"]["totalCount"], json!(expected), "{about} {name}");
        }
    }
}

/// Everyone's view under some settings, checked against the rule.
async fn check_everyone(app: &TestApp, settings: &str) -> Value {
    let places = places(app).await;
    let mut views = serde_json::Map::new();
    let agents = ["root@localhost", "olga"].map(|login| (Realm::Agent, login));
    for (realm, login) in agents.into_iter().chain(PEOPLE.map(|login| (Realm::Customer, login))) {
        let viewer = app.viewer(realm, login).await;
        let readable: Vec<_> = places.iter().filter(|(_, _, place)| viewer.tickets().contains(place)).collect();
        let expected: BTreeSet<String> = readable.iter().map(|(number, ..)| number.clone()).collect();
        let client = if realm == Realm::Agent { app.as_agent(login) } else { app.as_customer_user(login) };
        let about = format!("{login} {settings}");
        assert_eq!(read_by(&client, &about).await, expected, "{about}");
        check_counts(&client, &readable, &about).await;
        views.insert(login.to_owned(), json!(expected.into_iter().collect::<Vec<_>>().join(" ")));
    }
    Value::Object(views)
}

#[tokio::test]
async fn all_ways_to_a_ticket_agree_under_all_settings() {
    let app = TestApp::new().await;
    let mut views = serde_json::Map::new();
    for (name, settings) in [("groups off", ""), ("groups on", GROUPS_COUNT), ("other customers", OTHERS_COUNT)] {
        for (suffix, more) in [("", ""), (", own tickets only", "[tickets]\ndisable_company_ticket_access = true\n")] {
            let settings = format!("{settings}{more}");
            let sibling = app.sibling(&settings).await;
            views.insert(format!("{name}{suffix}"), check_everyone(&sibling, &settings).await);
        }
    }
    insta::assert_json_snapshot!(views);
}

#[tokio::test]
async fn a_colleagues_ticket_in_a_group_for_everyone_is_read_unless_company_tickets_are_off() {
    let app = TestApp::with("[groups]\ncustomer_group_support = true\n").await;
    let ask = r#"{ ticket(number: "1006") { number } }"#;
    assert!(!app.as_customer_user("bob").ask(ask).await["ticket"].is_null());
    let settings = "[groups]\ncustomer_group_support = true\n[tickets]\ndisable_company_ticket_access = true\n";
    let own_only = app.sibling(settings).await;
    assert!(own_only.as_customer_user("bob").ask(ask).await["ticket"].is_null());
    assert!(!own_only.as_customer_user("ann").ask(ask).await["ticket"].is_null());
}

#[tokio::test]
async fn an_own_ticket_in_a_group_that_is_not_held_is_hidden() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let bob = app.as_customer_user("bob");
    assert!(bob.ask(r#"{ ticket(number: "1005") { number } }"#).await["ticket"].is_null());
    app.add(person_grant("bob", "sales", "ro")).await;
    assert!(!bob.ask(r#"{ ticket(number: "1005") { number } }"#).await["ticket"].is_null());
}

#[tokio::test]
async fn a_ticket_under_another_spelling_of_the_login_is_ones_own() {
    let app = TestApp::with(GROUPS_COUNT).await;
    app.add(ticket("3001", "Support").with("customer_user_id", "GUS")).await;
    let gus = app.as_customer_user("gus");
    let found =
        gus.ask(r#"{ ticket(number: "3001") { number } tickets(filter: {number: {eq: "3001"}}) { totalCount } }"#);
    assert_eq!(found.await, json!({"ticket": {"number": "3001"}, "tickets": {"totalCount": 1}}));
}

#[tokio::test]
async fn create_alone_offers_a_queue_that_cannot_be_read() {
    let settings = GROUPS_COUNT.to_owned() + "customer_permission_keys = [\"ro\", \"create\", \"rw\"]\n";
    let app = TestApp::with(&settings).await;
    let found = app.as_customer_user("nils").ask("{ viewer { createQueues { name } } tickets { totalCount } }").await;
    assert_eq!(texts(&found["viewer"]["createQueues"], "name"), ["Support", "Support::Phone"]);
    assert_eq!(found["tickets"]["totalCount"], 0);
    let bob = app.as_customer_user("bob").ask("{ viewer { createQueues { name } } }").await;
    assert_eq!(bob["viewer"]["createQueues"], json!([]));
}

#[tokio::test]
async fn a_login_of_wildcards_is_no_pattern() {
    let app = TestApp::new().await;
    app.add(customer_user("%(x)*", "acme")).await;
    app.add(ticket("3001", "Support").of("acme", "%(x)*")).await;
    let root = app.as_agent("olga");
    let query = r#"{ customerUser(login: "%(x)*") { ticketCounts { total } }
        tickets(filter: {customerUserLogin: {eq: "%"}}) { totalCount } }"#;
    let found = root.ask(query).await;
    assert_eq!(found["customerUser"]["ticketCounts"]["total"], 1);
    assert_eq!(found["tickets"]["totalCount"], 0);
}

#[tokio::test]
async fn internal_articles_are_hidden_from_customer_users_in_every_way() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let query = r#"{ ticket(number: "1001") { articles { totalCount nodes { id body } } } }"#;
    let all = app.as_agent("olga").ask(query).await["ticket"]["articles"].take();
    let some = app.as_customer_user("ann").ask(query).await["ticket"]["articles"].take();
    assert_eq!((&all["totalCount"], &some["totalCount"]), (&json!(3), &json!(2)));
    assert_eq!(texts(&some["nodes"], "body"), ["The printer is on fire.", "Please try another printer."]);
    let ids = json!({"ids": texts(&all["nodes"], "id")});
    let nodes = app.as_customer_user("ann").data("query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", ids).await;
    assert_eq!(nodes["nodes"], json!([{"__typename": "Article"}, null, {"__typename": "Article"}]));
}

#[tokio::test]
async fn articles_are_paged_in_both_directions() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let olga = app.as_agent("olga");
    let articles = |arguments: String| {
        format!(
            "{{ ticket(number: \"1001\") {{ articles({arguments}) {{ nodes {{ body }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
        )
    };
    let last = olga.ask(&articles("last: 1".into())).await["ticket"]["articles"].take();
    assert_eq!(texts(&last["nodes"], "body"), ["Please try another printer."]);
    assert_eq!(last["pageInfo"]["hasPreviousPage"], true);
    let cursor = last["pageInfo"]["startCursor"].as_str().expect("a cursor");
    let before = olga.ask(&articles(format!("last: 5, before: \"{cursor}\""))).await["ticket"]["articles"].take();
    assert_eq!(texts(&before["nodes"], "body"), ["The printer is on fire.", "Ann always says that."]);
    assert_eq!(
        (&before["pageInfo"]["hasPreviousPage"], &before["pageInfo"]["hasNextPage"]),
        (&json!(false), &json!(true))
    );
}
