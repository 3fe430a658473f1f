//! The server beside a database that a real OTOBO made, with a database user that can read and nothing else.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use deskgraph::store::layout::Product;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::compare::text;
use crate::desk::Desk;

const DETAIL: &str = include_str!("../documents/customer_detail.graphql");
/// The most statements that the customer's detail view may cost.
const DETAIL_STATEMENTS: usize = 8;

/// An answer over HTTP: the whole body.
async fn post(desk: &Desk, token: Option<&str>, query: &str, variables: Value) -> Value {
    let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = Body::from(json!({ "query": query, "variables": variables }).to_string());
    let answer = desk.app.router.clone().oneshot(request.body(body).expect("a request")).await.expect("an answer");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(body["errors"].is_null(), "{}: {}", desk.place(query), body["errors"]);
    body["data"].clone()
}

/// A token of the administrator that every OTOBO has from the start.
async fn sign_in(desk: &Desk) -> String {
    let login = r#"mutation { login(realm: AGENT, login: "root@localhost", password: "root") { accessToken } }"#;
    let answer = post(desk, None, login, json!({})).await;
    text(&answer["login"]["accessToken"]).to_owned()
}

#[tokio::test]
async fn the_tables_are_known_as_those_of_otobo_11() {
    for desk in Desk::both().await {
        assert_eq!(desk.layout.product, Product::Otobo11, "{}", desk.place(""));
        assert_eq!(desk.layout.groups_table, "groups_table", "{}", desk.place(""));
        assert!(!desk.layout.has_own_tables, "{}", desk.place(""));
    }
}

#[tokio::test]
async fn the_detail_view_is_answered_in_few_statements_that_all_only_read() {
    for desk in Desk::both().await {
        let token = sign_in(&desk).await;
        // The small tables are kept for a while; whoever comes first pays for them.
        post(&desk, Some(&token), DETAIL, json!({ "customerId": "müller gmbh" })).await;
        let answer = post(&desk, Some(&token), DETAIL, json!({ "customerId": "müller gmbh" })).await;
        let customer = &answer["customer"];
        assert_eq!(customer["customerId"], "müller gmbh", "{}", desk.place(""));
        assert!(customer["ticketCounts"]["total"].as_i64() > Some(0), "{}", desk.place(customer));
        assert!(!crate::compare::items(&customer["customerUsers"]["nodes"]).is_empty(), "{}", desk.place(customer));

        let requests = desk.recorder.lock().expect("statements").clone();
        let last = requests.last().expect("a request");
        assert!(last.len() <= DETAIL_STATEMENTS, "{} statements: {last:#?}", last.len());
        let statements = requests.iter().flatten().map(|statement| &statement.text);
        let writing: Vec<&String> = statements.filter(|sql| !is_reading(sql)).collect();
        assert_eq!(writing, Vec::<&String>::new(), "{}", desk.place(""));
    }
}

fn is_reading(sql: &str) -> bool {
    let first = sql.trim_start_matches(['(', ' ', '\n']).split_whitespace().next().unwrap_or_default();
    first.eq_ignore_ascii_case("select") || first.eq_ignore_ascii_case("with")
}

#[tokio::test]
async fn both_databases_answer_the_detail_view_alike() {
    let mut answers = Vec::new();
    for desk in Desk::both().await {
        let token = sign_in(&desk).await;
        let document = r#"query($customerId: String!) { customer(customerId: $customerId) {
            customerId name url comment validity address { street zip city country countryCode }
            customerUsers(first: 50) { nodes { login fullName email } }
        } }"#;
        answers.push(post(&desk, Some(&token), document, json!({ "customerId": "zürich ag" })).await);
    }
    if let [postgres, mariadb] = &answers[..] {
        let names = |answer: &Value| {
            let nodes = answer["customer"]["customerUsers"]["nodes"].as_array().cloned().unwrap_or_default();
            let mut logins: Vec<String> = nodes.iter().map(Value::to_string).collect();
            logins.sort();
            logins
        };
        assert_eq!(names(postgres), names(mariadb));
        for field in ["customerId", "name", "url", "comment", "validity", "address"] {
            assert_eq!(postgres["customer"][field], mariadb["customer"][field], "{field}");
        }
    }
}

#[tokio::test]
async fn the_database_user_of_these_tests_cannot_write() {
    for desk in Desk::both().await {
        let connection = &desk.app.database.connection;
        for statement in [
            "UPDATE customer_company SET name = name",
            "INSERT INTO valid (id, name, create_time, create_by, change_time, change_by)
             VALUES (9, 'x', '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00', 1)",
            "CREATE TABLE deskgraph_change (id INTEGER)",
        ] {
            let refused = connection.execute_unprepared(statement).await;
            assert!(refused.is_err(), "{}", desk.place(statement));
        }
    }
}

/// What a command of the program prints beside this database, and whether it went well.
fn run(desk: &Desk, arguments: &[&str]) -> (bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_deskgraph"));
    program.current_dir(folder.path()).env("DESKGRAPH_DATABASE__URL", &desk.scratch.url).args(arguments);
    program.env("DESKGRAPH_HTTP__LISTEN", "127.0.0.1:0");
    let output = program.output().expect("the program runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).expect("text"))
}

#[tokio::test]
async fn check_names_the_product_and_migrate_leaves_its_tables_alone() {
    for desk in Desk::both().await {
        let (is_fine, text) = run(&desk, &["check"]);
        assert!(is_fine && text.contains("the tables of OTOBO 11, with groups in `groups_table`"), "{text}");
        assert!(text.contains("nothing written until `deskgraph migrate` was run"), "{text}");
        let (is_fine, text) = run(&desk, &["migrate", "--status"]);
        assert!(
            is_fine && text.starts_with("OTOBO 11: its tables are left alone. 2 steps would add our own"),
            "{text}"
        );
        let (is_fine, text) = run(&desk, &["migrate"]);
        assert!(!is_fine && text.lines().count() == 1 && text.contains("GRANT CREATE"), "{text}");
    }
}

#[tokio::test]
async fn imported_settings_are_a_configuration_and_a_database_without_any_says_so() {
    for desk in Desk::both().await {
        let (is_fine, text) = run(&desk, &["import-settings"]);
        // Only the recording on MariaDB holds the table of settings.
        if desk.scratch.is_postgres() {
            assert!(!is_fine && text.contains("holds none of the settings"), "{text}");
            continue;
        }
        assert!(is_fine, "{text}");
        let config = deskgraph::config::Config::parse(&text).expect("a configuration");
        assert!(!config.groups.customer_group_support);
        assert_eq!(config.groups.customer_permission_keys, ["ro", "rw"]);
        assert_eq!(config.tickets.open_state_types, ["new", "open", "pending reminder"]);
    }
}
