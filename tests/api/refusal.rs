//! Requests that are refused: with which code and status, and without a word about the inside.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use deskgraph::auth::stamp::Stamps;
use deskgraph::auth::token::{Realm, Subject, Tokens};
use serde_json::json;

use crate::support::client::Client;
use crate::support::{TestApp, document, keys, now, untouched_password};

/// Words that only the inside of the server knows.
const INTERNALS: [&str; 9] =
    ["SELECT ", "sqlx", "sea_orm", "SQLite", "postgres", "MariaDB", "panicked", "src/", "customer_company"];

async fn check(client: &Client<'_>, document: &str, status: u16, code: &str) {
    let answer = client.post(document, json!({})).await;
    assert_eq!(answer.refusal(), (status, code.to_owned()), "{document:.200}: {:.500}", answer.text);
    for word in INTERNALS {
        assert!(!answer.text.contains(word), "{word} in {}", answer.text);
    }
}

#[tokio::test]
async fn documents_that_do_not_fit_the_schema_are_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    for (document, code) in [
        ("{ customers { nodes { nonsense } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ nonsense }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(filter: {validity: [GONE]}) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers(first: \"three\") { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customer { name } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ customers ", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ customers { nodes { name } } } }", "GRAPHQL_PARSE_FAILED"),
    ] {
        check(&root, document, 400, code).await;
    }
}

#[tokio::test]
async fn impossible_arguments_are_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    for arguments in [
        "after: \"nonsense\"",
        "after: \"\"",
        "before: \"e30\"",
        "first: -1",
        "last: -2147483648",
        "first: 1, last: 1",
        "search: \"a\\u0000b\"",
        "search: \"a\\u0007b\"",
        "filter: {name: {contains: \"\\u0000\"}}",
    ] {
        check(&root, &format!("{{ customers({arguments}) {{ nodes {{ name }} }} }}"), 200, "BAD_USER_INPUT").await;
    }
    for document in [
        "{ ticketStatistics(groupBy: []) { keys } }",
        "{ ticketStatistics(groupBy: [STATE, STATE]) { keys } }",
        "{ permissionMatrix(groups: [\"nonsense\"]) { groups { name } } }",
        "{ customer(customerId: \"a\\u0000\") { name } }",
        "{ customerUser(login: \"a\\u0000\") { login } }",
        "{ ticket(number: \"a\\u0000\") { number } }",
        "{ customerUser(login: \"ann\") { explainPermission(group: \"users\", permission: \"nonsense\") { isGranted } } }",
    ] {
        check(&root, document, 200, "BAD_USER_INPUT").await;
    }
}

#[tokio::test]
async fn a_variable_that_is_missing_is_refused() {
    let app = TestApp::new().await;
    let document = "query($id: String!) { customer(customerId: $id) { name } }";
    check(&app.as_administrator(), document, 400, "BAD_USER_INPUT").await;
}

#[tokio::test]
async fn names_with_a_nul_name_nothing() {
    let app = TestApp::new().await;
    let found =
        app.as_administrator().ask(r#"{ group(name: "a\u0000") { name } queue(name: "a\u0000") { name } }"#).await;
    assert_eq!(found, json!({"group": null, "queue": null}));
}

#[tokio::test]
async fn cursors_of_another_list_are_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let found = root.ask("{ customers { pageInfo { endCursor } } tickets { pageInfo { endCursor } } }").await;
    for (of, list) in
        [("customers", "tickets"), ("tickets", "customers"), ("customers", "customerUsers"), ("customers", "groups")]
    {
        let cursor = found[of]["pageInfo"]["endCursor"].as_str().expect("a cursor");
        check(&root, &format!("{{ {list}(after: \"{cursor}\") {{ nodes {{ id }} }} }}"), 200, "BAD_USER_INPUT").await;
    }
    let cursor = found["customers"]["pageInfo"]["endCursor"].as_str().expect("a cursor");
    for order in ["{field: CUSTOMER_ID, direction: DESC}", "{field: NAME}"] {
        let document = format!("{{ customers(after: \"{cursor}\", orderBy: {order}) {{ nodes {{ id }} }} }}");
        check(&root, &document, 200, "BAD_USER_INPUT").await;
    }
}

#[tokio::test]
async fn asking_for_too_much_is_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let long = "a".repeat(10_000);
    let ids = vec!["\"x\""; 1001].join(",");
    for document in [
        "{ customers(first: 1001) { totalCount } }".to_owned(),
        format!("{{ customers(search: \"{long}\") {{ totalCount }} }}"),
        format!("{{ customers(filter: {{name: {{eq: \"{long}\"}}}}) {{ totalCount }} }}"),
        format!("{{ nodes(ids: [{ids}]) {{ __typename }} }}"),
        format!("{{ customer(customerId: \"{long}\") {{ name }} }}"),
    ] {
        check(&root, &document, 200, "LIMIT_EXCEEDED").await;
    }
}

#[tokio::test]
async fn documents_that_ask_too_deeply_or_for_too_much_are_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let nested = |times: usize| {
        let open = "customer { customerUsers { nodes { ".repeat(times);
        format!("{{ customerUser(login: \"ann\") {{ {open} login {} }} }}", "} } } ".repeat(times))
    };
    check(&root, &nested(6), 400, "LIMIT_EXCEEDED").await;
    check(&root, &nested(40), 400, "LIMIT_EXCEEDED").await;
    let wide = "{ customers(first: 1000) { nodes { customerUsers(first: 1000) { nodes { login } } } } }";
    check(&root, wide, 400, "LIMIT_EXCEEDED").await;
    let permissions = "{ customerUsers(first: 1000) { nodes { effectivePermissions { group { queues { name } } sources { kind } } } } }";
    check(&root, permissions, 400, "LIMIT_EXCEEDED").await;
    let aliases: String = (0..200).map(|number| format!("a{number}: settings {{ maxPageSize }} ")).collect();
    check(&root, &format!("{{ {aliases} }}"), 400, "LIMIT_EXCEEDED").await;
}

#[tokio::test]
async fn fragments_that_double_are_refused_at_once() {
    let app = TestApp::new().await;
    let doubling = |n: usize| format!("fragment F{n} on Query {{ ...F{} ...F{} }} ", n + 1, n + 1);
    let fragments: String = (0..40).map(doubling).collect();
    check(
        &app.anonymous(),
        &format!("{{ ...F0 }} {fragments} fragment F40 on Query {{ __typename }}"),
        400,
        "LIMIT_EXCEEDED",
    )
    .await;
    check(&app.anonymous(), "{ ...F } fragment F on Query { __typename ...F }", 400, "GRAPHQL_VALIDATION_FAILED").await;
}

#[tokio::test]
async fn no_ids_are_no_way_around_the_token() {
    let app = TestApp::new().await;
    assert_eq!(app.anonymous().refusal("{ nodes(ids: []) { id } }", json!({})).await, (200, "UNAUTHENTICATED".into()));
}

#[tokio::test]
async fn more_queues_than_a_statement_takes_are_refused() {
    let app = TestApp::new().await;
    let queues: Vec<&str> = vec!["Raw"; 600];
    let query = "query($queues: [String!]) { tickets(filter: {queues: $queues}) { totalCount } }";
    assert_eq!(app.as_administrator().refusal(query, json!({"queues": queues})).await, (200, "LIMIT_EXCEEDED".into()));
}

#[tokio::test]
async fn questions_about_people_need_a_token() {
    let app = TestApp::new().await;
    for document in [
        "{ customers { totalCount } }",
        "{ customerUsers { totalCount } }",
        "{ tickets { totalCount } }",
        "{ customer(customerId: \"acme\") { name } }",
        "{ group(name: \"users\") { name } }",
        "{ groups { totalCount } }",
        "{ node(id: \"x\") { id } }",
        "{ nodes(ids: [\"x\"]) { id } }",
        "{ dataSources { name } }",
        "{ ticketStates { name } }",
        "{ ticketPriorities { name } }",
        "{ queues { name } }",
        "{ permissionMatrix { groups { name } } }",
        "{ ticketStatistics(groupBy: [STATE]) { keys } }",
    ] {
        check(&app.anonymous(), document, 200, "UNAUTHENTICATED").await;
    }
    assert_eq!(app.anonymous().ask("{ viewer { role } }").await, json!({"viewer": null}));
    app.anonymous().ask(document::SETTINGS).await;
}

#[tokio::test]
async fn tokens_that_are_not_good_are_refused() {
    let app = TestApp::new().await;
    let day = TimeDelta::days(1);
    let usual = std::time::Duration::from_secs(900);
    let other = |issuer: &str, audience: &str| {
        let tokens = Tokens::new(keys(), issuer, audience, usual);
        let stamp = Stamps::new(&keys()).of(untouched_password(Realm::Agent));
        let subject = Subject { realm: Realm::Agent, login: "root@localhost", stamp: &stamp, session: None };
        tokens.issue(subject, now(), None).expect("a token").token
    };
    let good = other("deskgraph", "deskgraph");
    assert_eq!(app.with_token(&good).ask("{ viewer { role } }").await, json!({"viewer": {"role": "ADMINISTRATOR"}}));
    for token in [
        "nonsense".to_owned(),
        String::new(),
        "a.b.c".to_owned(),
        "x".repeat(9000),
        good[..good.len() - 2].to_owned(),
        app.token(Realm::Agent, "root@localhost", day),
        app.token(Realm::Agent, "root@localhost", -day),
        app.token(Realm::Customer, "root@localhost", TimeDelta::zero()),
        app.token(Realm::Agent, "nobody", TimeDelta::zero()),
        app.token(Realm::Agent, "otto", TimeDelta::zero()),
        app.token(Realm::Customer, "ivy", TimeDelta::zero()),
        other("elsewhere", "deskgraph"),
        other("deskgraph", "elsewhere"),
    ] {
        check(&app.with_token(&token), "{ viewer { role } }", 401, "UNAUTHENTICATED").await;
    }
}

#[tokio::test]
async fn other_kinds_of_authorization_are_refused() {
    let app = TestApp::new().await;
    for value in ["Basic cm9vdDpyb290", "Bearer", "x"] {
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, value);
        let body = Body::from(r#"{"query": "{ settings { maxPageSize } }"}"#);
        let answer = app.anonymous().http(request.body(body).expect("a request")).await;
        assert_eq!(answer.refusal(), (401, "UNAUTHENTICATED".into()), "{value}");
    }
}

#[tokio::test]
async fn requests_that_are_no_graphql_are_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let long = format!("{{ viewer {{ role }} }}{}", " ".repeat(70_000));
    assert_eq!(root.refusal(&long, json!({})).await, (400, "LIMIT_EXCEEDED".into()));
    let json_kind = "application/json";
    for (kind, body, status) in [
        ("text/plain", "{\"query\": \"{ viewer { role } }\"}".to_owned(), 415),
        ("application/x-www-form-urlencoded", "query=x".to_owned(), 415),
        ("application/graphql", "{ viewer { role } }".to_owned(), 415),
        (json_kind, "nonsense".to_owned(), 400),
        (json_kind, String::new(), 400),
        (json_kind, "[]".to_owned(), 400),
        (json_kind, "{}".to_owned(), 400),
        (json_kind, "{\"query\": 7}".to_owned(), 400),
        (json_kind, "{\"query\": \"{ viewer { role } }\", \"variables\": 7}".to_owned(), 400),
        (json_kind, format!("{{\"query\": \"{}\"}}", " ".repeat(1_100_000)), 413),
    ] {
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, kind).body(Body::from(body.clone()));
        let answer = root.http(request.expect("a request")).await;
        assert_eq!(answer.refusal(), (status, "BAD_USER_INPUT".into()), "{kind} {body:.60}");
    }
}

#[tokio::test]
async fn mutations_are_not_run_by_get() {
    let app = TestApp::new().await;
    let get = |query: &str| {
        let query = serde_urlencoded::to_string([("query", query)]).expect("a query");
        Request::get(format!("/graphql?{query}")).body(Body::empty()).expect("a request")
    };
    let mutation = r#"mutation { login(realm: AGENT, login: "a", password: "b") { accessToken } }"#;
    let named = mutation.replacen("mutation", "mutation Named", 1);
    let beside = format!("query A {{ viewer {{ role }} }} {named}");
    for (document, status) in [(mutation, 405), (named.as_str(), 405), (beside.as_str(), 400)] {
        let answer = app.anonymous().http(get(document)).await;
        assert_eq!(answer.refusal(), (status, "BAD_USER_INPUT".into()), "{document}");
    }
    let answer = app.as_administrator().http(get("{ viewer { role } }")).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["data"]["viewer"]["role"]), (200, &json!("ADMINISTRATOR")));
    let bare = Request::get("/graphql").body(Body::empty()).expect("a request");
    assert_eq!(app.anonymous().http(bare).await.refusal(), (400, "BAD_USER_INPUT".into()));
}

#[tokio::test]
async fn an_agent_may_not_read_the_matrix() {
    let app = TestApp::new().await;
    for client in [app.as_agent("olga"), app.as_customer_user("ann")] {
        check(&client, "{ permissionMatrix { groups { name } } }", 200, "FORBIDDEN").await;
    }
}

#[tokio::test]
async fn introspection_can_be_switched_off() {
    let app = TestApp::with("[http]\nintrospection = false\n").await;
    let root = app.as_administrator();
    let answer = root.run("{ __schema { types { name } } }", json!({})).await;
    assert!(answer["data"]["__schema"].is_null(), "{answer}");
    let answer = root.run("{ customer(customerId: \"acme\") { nam } }", json!({})).await;
    let message = answer["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
    assert!(!message.contains("Did you mean"), "{message}");
}
