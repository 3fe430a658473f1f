//! What is kept by the directory can be named, but not written.

use serde_json::{Value, json};

use super::{over, with_groups};
use crate::support::slapd::Slapd;

/// The code, path and message of the only user error.
fn user_error(payload: &Value) -> &Value {
    let errors = payload["userErrors"].as_array().expect("a list");
    assert_eq!(errors.len(), 1, "{payload}");
    &errors[0]
}

const WRITES: [(&str, &str); 6] = [
    ("customerUserUpdate", "(login: \"u0005\", input: {firstName: \"New\"})"),
    ("customerUserSetValidity", "(login: \"u0005\", validity: INVALID)"),
    ("customerUserSetPassword", "(login: \"u0005\", password: \"new\")"),
    ("customerUserRename", "(login: \"u0005\", newLogin: \"new\")"),
    ("customerUpdate", "(customerId: \"hooli\", input: {name: \"New\"})"),
    ("customerRename", "(customerId: \"hooli\", newCustomerId: \"new\")"),
];

#[tokio::test]
async fn a_record_of_the_directory_is_told_to_be_read_only() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let root = app.as_administrator();
    for (mutation, arguments) in WRITES {
        let document = format!("mutation {{ {mutation}{arguments} {{ userErrors {{ code path message }} }} }}");
        let answer = root.ask(&document).await;
        let error = user_error(&answer[mutation]);
        assert_eq!(error["code"], "READ_ONLY_SOURCE", "{mutation}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains("`Directory`")), "{error}");
    }
    assert_eq!(app.count("deskgraph_change").await, 0);
}

const CREATE: &str = "mutation($input: CustomerUserCreateInput!) { customerUserCreate(input: $input) {
    customerUser { login dataSource { name } } userErrors { code path } } }";

#[tokio::test]
async fn a_new_record_goes_to_the_source_that_can_be_written_under_a_name_that_no_source_has() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let root = app.as_administrator();
    let create = async |login: &str, customer: &str, source: Value| {
        let input = json!({"login": login, "password": "x", "firstName": "N", "lastName": "N", "email": format!("{}@acme.test", login.to_lowercase()),
            "customerId": customer, "dataSource": source});
        root.data(CREATE, json!({ "input": input })).await["customerUserCreate"].take()
    };
    let made = create("new", "acme", json!("Database")).await;
    assert_eq!(made, json!({"customerUser": {"login": "new", "dataSource": {"name": "Database"}}, "userErrors": []}));
    let made = create("new2", "HOOLI", Value::Null).await;
    assert_eq!(made["userErrors"], json!([]), "a customer of the directory can have people in the main database");
    for (login, source, code, path) in [
        ("new3", "Directory", "READ_ONLY_SOURCE", ["input", "dataSource"]),
        ("new3", "Nowhere", "NOT_FOUND", ["input", "dataSource"]),
        ("U0005", "Database", "NOT_UNIQUE", ["input", "login"]),
    ] {
        assert_eq!(user_error(&create(login, "acme", json!(source)).await), &json!({"code": code, "path": path}));
    }
}

#[tokio::test]
async fn nothing_is_made_that_a_silent_directory_may_have() {
    let Some(mut slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let root = app.as_administrator();
    slapd.stop();
    let input =
        json!({"login": "new", "firstName": "N", "lastName": "N", "email": "new@acme.test", "customerId": "acme"});
    let answer = root.data(CREATE, json!({ "input": input })).await;
    assert_eq!(
        user_error(&answer["customerUserCreate"]),
        &json!({"code": "SOURCE_UNAVAILABLE", "path": ["input", "login"]})
    );
    let edit = "mutation { customerUserUpdate(login: \"ann\", input: {firstName: \"Anna\"}) { customerUser { firstName } userErrors { code } } }";
    assert_eq!(
        root.ask(edit).await["customerUserUpdate"]["customerUser"]["firstName"],
        "Anna",
        "people of the database are"
    );
    let gone =
        "mutation { customerUserUpdate(login: \"u0005\", input: {firstName: \"New\"}) { userErrors { code path } } }";
    let answer = root.ask(gone).await;
    assert_eq!(user_error(&answer["customerUserUpdate"]), &json!({"code": "SOURCE_UNAVAILABLE", "path": ["login"]}));
}

#[tokio::test]
async fn relations_of_people_of_the_directory_are_kept_in_the_main_database() {
    let Some(slapd) = Slapd::start() else { return };
    let app = with_groups(&slapd).await;
    let root = app.as_administrator();
    let set = r#"mutation { customerUserSetGroups(login: "U0005", entries: [{group: "sales", permissions: ["rw"]}]) {
        impact { gainingCount changes { customerUser { login dataSource { name } } gained } }
        userErrors { code message } } }"#;
    insta::assert_json_snapshot!(root.ask(set).await);
    let from_the_group = r#"mutation { groupSetCustomerUsers(group: "support", mode: ADD, entries: [{login: "u0006", permissions: ["ro"]}, {login: "nobody", permissions: ["ro"]}]) {
        userErrors { code path } } }"#;
    let answer = root.ask(from_the_group).await;
    assert_eq!(
        user_error(&answer["groupSetCustomerUsers"]),
        &json!({"code": "NOT_FOUND", "path": ["entries", "1", "login"]})
    );
    let customers = r#"mutation { customerUserSetCustomers(login: "u0005", customerIds: ["globex", "hooli"]) {
        userErrors { code } } }"#;
    assert_eq!(root.ask(customers).await["customerUserSetCustomers"]["userErrors"], json!([]));
    let seen = root.ask("{ customerUser(login: \"u0005\") { customers { nodes { customerId } } effectivePermissions { group { name } permissions } } }").await;
    insta::assert_json_snapshot!(seen);
    assert_eq!(
        app.texts("SELECT user_id FROM group_customer_user WHERE user_id LIKE 'u0%' OR user_id LIKE 'U0%'").await,
        ["u0005"]
    );
}

#[tokio::test]
async fn agents_open_tickets_for_people_of_the_directory_and_those_write_to_them() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let open = r#"mutation { ticketCreate(input: {queue: "Raw", title: "Printer", body: "It smokes.", customerUserLogin: "U0005"}) {
        ticket { number customerId customerUserLogin customerUser { fullName } } userErrors { code message } } }"#;
    let made = app.as_administrator().ask(open).await["ticketCreate"].take();
    assert_eq!(made["userErrors"], json!([]));
    assert_eq!(made["ticket"]["customerId"], "acme");
    assert_eq!(made["ticket"]["customerUserLogin"], "u0005");
    let reply = "mutation($number: String!) { ticketReply(number: $number, input: {body: \"It burns.\"}) { ticket { number } userErrors { code message } } }";
    let answer = app.as_person_of("Directory", "u0005").data(reply, json!({"number": made["ticket"]["number"]})).await;
    assert_eq!(answer["ticketReply"]["userErrors"], json!([]));
}
