//! Changing group relations from both sides, and what it means for people.

use serde_json::{Value, json};

use crate::support::row::*;
use crate::support::{GROUPS_COUNT, OTHERS_COUNT, TestApp};

const IMPACT: &str = "impact { gainingCount losingCount changes { customerUser { login } group { name } gained lost } } userErrors { code path }";

/// Runs a mutation of relations and returns its payload.
async fn set(app: &TestApp, field: &str, arguments: &str) -> Value {
    let document = format!("mutation {{ {field}({arguments}) {{ {IMPACT} }} }}");
    let mut payload = app.as_administrator().ask(&document).await[field].take();
    if payload["userErrors"] == json!([]) {
        payload.as_object_mut().expect("an object").remove("userErrors");
    }
    payload
}

fn change(login: &str, group: &str, gained: &[&str], lost: &[&str]) -> Value {
    json!({ "customerUser": { "login": login }, "group": { "name": group }, "gained": gained, "lost": lost })
}

fn impact(gaining: i32, losing: i32, changes: Value) -> Value {
    json!({ "impact": { "gainingCount": gaining, "losingCount": losing, "changes": changes } })
}

/// Every stored row of a relation as text: holder, group, context, key and value.
async fn rows(app: &TestApp, table: &str, holder: &str, context: &str) -> Vec<String> {
    let text = if app.db().get_database_backend() == sea_orm::DbBackend::MySql { "CHAR" } else { "VARCHAR" };
    let parts = format!("{holder}, ' ', g.name, ' ', {context}permission_key, ' ', CAST(permission_value AS {text})");
    let join = match app.db().get_database_backend() {
        sea_orm::DbBackend::Sqlite => parts.replace(", ", " || "),
        _ => format!("CONCAT({parts})"),
    };
    let join = join.replace("AS VARCHAR)", "AS VARCHAR(9))").replace("AS CHAR)", "AS CHAR(9))");
    let mut rows = app.texts(&format!("SELECT {join} FROM {table} r JOIN groups_table g ON g.id = r.group_id")).await;
    rows.sort();
    rows
}

async fn customer_rows(app: &TestApp) -> Vec<String> {
    let rows = rows(app, "group_customer", "customer_id", "permission_context, ' ', ").await;
    rows.into_iter().map(|row| row.replace("Ticket::CustomerID::", "")).collect()
}

async fn person_rows(app: &TestApp) -> Vec<String> {
    rows(app, "group_customer_user", "user_id", "").await
}

#[tokio::test]
async fn a_customer_gets_groups_and_its_people_gain() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let add = "customerId: \"ACME\", mode: ADD, entries: [{ group: \"sales\", permissions: [\"ro\"] }, { group: \"support\", permissions: [\"rw\", \"ro\"] }]";
    let payload = set(&app, "customerSetGroups", add).await;
    let expected = json!([
        change("ann", "support", &["rw"], &[]),
        change("bob", "sales", &["ro"], &[]),
        change("bob", "support", &["rw"], &[]),
        change("mia", "sales", &["ro"], &[]),
        change("mia", "support", &["rw"], &[]),
    ]);
    assert_eq!(payload, impact(3, 0, expected));
    let expected = [
        "acme closed Same rw 1",
        "acme sales Same ro 1",
        "acme support Same rw 1",
        "globex sales Same rw 1",
        "globex support Other ro 1",
    ];
    assert_eq!(customer_rows(&app).await, expected);
}

#[tokio::test]
async fn replacing_clears_what_is_not_named_and_whatever_is_stale() {
    let app = TestApp::with(OTHERS_COUNT).await;
    app.add(customer_grant("ACME", "support", "ro")).await;
    app.add(customer_grant("acme", "sales", "ro").with("permission_value", 0)).await;
    app.add(others_grant("acme", "sales", "ro")).await;
    let replace = "customerId: \"acme\", entries: [{ group: \"support\", permissions: [\"ro\"] }]";
    let payload = set(&app, "customerSetGroups", replace).await;
    assert_eq!(payload, impact(0, 0, json!([])));
    let expected = ["acme support Same ro 1", "globex sales Same rw 1", "globex support Other ro 1"];
    assert_eq!(customer_rows(&app).await, expected);
    let clear = "customerId: \"acme\", entries: []";
    let payload = set(&app, "customerSetGroups", clear).await;
    let lost = |login| change(login, "support", &[], &["ro"]);
    assert_eq!(payload, impact(0, 3, json!([lost("ann"), lost("bob"), lost("mia")])));
    assert_eq!(customer_rows(&app).await, ["globex sales Same rw 1", "globex support Other ro 1"]);
}

#[tokio::test]
async fn a_group_gets_customers_in_both_contexts() {
    let app = TestApp::with(OTHERS_COUNT).await;
    let replace = "group: \"support\", entries: [{ customerId: \"Globex\", permissions: [\"rw\"] },
        { customerId: \"initech\", context: OTHER_CUSTOMERS, permissions: [\"ro\"] }]";
    let payload = set(&app, "groupSetCustomers", replace).await;
    let expected = json!([
        change("ann", "support", &[], &["ro"]),
        change("bob", "support", &[], &["ro"]),
        change("gus", "support", &["rw"], &[]),
        change("mia", "support", &[], &["ro"]),
    ]);
    assert_eq!(payload, impact(1, 3, expected));
    let expected =
        ["acme closed Same rw 1", "globex sales Same rw 1", "globex support Same rw 1", "initech support Other ro 1"];
    assert_eq!(customer_rows(&app).await, expected);
}

#[tokio::test]
async fn a_person_gets_groups_and_a_group_gets_people() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let add = "login: \"BOB\", mode: ADD, entries: [{ group: \"sales\", permissions: [\"ro\"] }]";
    let payload = set(&app, "customerUserSetGroups", add).await;
    assert_eq!(payload, impact(1, 0, json!([change("bob", "sales", &["ro"], &[])])));
    let remove = "group: \"sales\", mode: REMOVE, entries: [{ login: \"ann\", permissions: [] }, { login: \"Bob\", permissions: [\"ro\"] }]";
    let payload = set(&app, "groupSetCustomerUsers", remove).await;
    let expected = json!([change("ann", "sales", &[], &["ro", "rw"]), change("bob", "sales", &[], &["ro"])]);
    assert_eq!(payload, impact(0, 2, expected));
    assert_eq!(person_rows(&app).await, ["gus support ro 1", "nils support create 1"]);
    let replace = "group: \"support\", entries: [{ login: \"ann\", permissions: [\"ro\", \"rw\"] }]";
    set(&app, "groupSetCustomerUsers", replace).await;
    assert_eq!(person_rows(&app).await, ["ann support rw 1"]);
}

#[tokio::test]
async fn a_dry_run_says_what_would_change_and_stores_nothing() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let (customers, people) = (customer_rows(&app).await, person_rows(&app).await);
    let clear = "customerId: \"acme\", entries: [], dryRun: true";
    let lost = |login| change(login, "support", &[], &["ro"]);
    let expected = impact(0, 3, json!([lost("ann"), lost("bob"), lost("mia")]));
    assert_eq!(set(&app, "customerSetGroups", clear).await, expected);
    let clear = "group: \"sales\", entries: [], dryRun: true";
    let expected = impact(0, 1, json!([change("ann", "sales", &[], &["ro", "rw"])]));
    assert_eq!(set(&app, "groupSetCustomerUsers", clear).await, expected);
    let replace = "login: \"mia\", customerIds: [\"globex\"], dryRun: true";
    let expected = json!([change("mia", "sales", &["ro", "rw"], &[]), change("mia", "support", &[], &["ro"])]);
    assert_eq!(set(&app, "customerUserSetCustomers", replace).await, impact(1, 1, expected));
    assert_eq!((customer_rows(&app).await, person_rows(&app).await), (customers, people));
    assert_eq!(app.texts("SELECT customer_id FROM customer_user_customer").await, ["acme"]);
    assert_eq!(app.texts("SELECT kind FROM deskgraph_change").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_person_gets_additional_customers_and_what_they_hold() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let add = "login: \"bob\", customerIds: [\"GLOBEX\", \"initech\"], mode: ADD";
    let expected = impact(1, 0, json!([change("bob", "sales", &["ro", "rw"], &[])]));
    assert_eq!(set(&app, "customerUserSetCustomers", add).await, expected);
    let of_bob = "SELECT customer_id FROM customer_user_customer WHERE user_id = 'bob' ORDER BY customer_id";
    assert_eq!(app.texts(of_bob).await, ["globex", "initech"]);
    set(&app, "customerUserSetCustomers", "login: \"bob\", customerIds: [\"Globex\"], mode: REMOVE").await;
    assert_eq!(app.texts(of_bob).await, ["initech"]);
    let wrong = "login: \"bob\", customerIds: [\"globex\", \"atlantis\", \"Acme\"]";
    let payload = set(&app, "customerUserSetCustomers", wrong).await;
    let expected = json!([{ "code": "NOT_FOUND", "path": ["customerIds", "1"] }, { "code": "INVALID", "path": ["customerIds", "2"] }]);
    assert_eq!(payload["userErrors"], expected);
}

#[tokio::test]
async fn what_is_wrong_with_the_entries_is_told_at_once() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let wrong = "customerId: \"acme\", entries: [{ group: \"nothing\", permissions: [\"ro\"] }, { group: \"support\", permissions: [\"everything\"] },
        { group: \"support\", permissions: [] }, { group: \"sales\", context: OTHER_CUSTOMERS, permissions: [\"ro\"] }]";
    let payload = set(&app, "customerSetGroups", wrong).await;
    let at = |code: &str, place: &str, part: &str| json!({ "code": code, "path": ["entries", place, part] });
    let expected = json!([
        at("NOT_FOUND", "0", "group"),
        at("INVALID", "1", "permissions"),
        at("INVALID", "2", "group"),
        at("INVALID", "3", "context"),
    ]);
    assert_eq!(payload["userErrors"], expected);
    let payload = set(&app, "groupSetCustomers", "group: \"nothing\", entries: []").await;
    assert_eq!(payload["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["group"] }]));
    let unknown = "group: \"sales\", entries: [{ login: \"nobody\", permissions: [\"ro\"] }, { login: \"ann\", permissions: [\"ro\"] }]";
    let payload = set(&app, "groupSetCustomerUsers", unknown).await;
    assert_eq!(payload["userErrors"], json!([at("NOT_FOUND", "0", "login")]));
    let unknown = "customerId: \"atlantis\", entries: [{ group: \"sales\", permissions: [\"ro\"] }]";
    let payload = set(&app, "customerSetGroups", unknown).await;
    assert_eq!(payload["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["customerId"] }]));
}

#[tokio::test]
async fn as_many_entries_as_are_promised_fit_a_request() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let mutation = "mutation($entries: [GroupCustomerUserInput!]!) {
        groupSetCustomerUsers(group: \"sales\", mode: ADD, dryRun: true, entries: $entries) { userErrors { code } } }";
    let entry = |n: usize| json!({ "login": format!("person{n}@company.example"), "permissions": ["ro", "rw"] });
    let entries: Vec<Value> = (0..10_000).map(entry).collect();
    let payload = app.as_administrator().data(mutation, json!({ "entries": entries })).await;
    assert_eq!(payload["groupSetCustomerUsers"]["userErrors"][0], json!({ "code": "NOT_FOUND" }));
}

#[tokio::test]
async fn a_login_that_is_too_long_for_the_relation_is_refused_and_not_cut() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let login = "x".repeat(101);
    app.add(customer_user(&login, "acme").with("first_name", "X")).await;
    let entries = format!("login: \"{login}\", entries: [{{ group: \"sales\", permissions: [\"ro\"] }}]");
    let too_long = |path: Value| json!([{ "code": "TOO_LONG", "path": path }]);
    let payload = set(&app, "customerUserSetGroups", &entries).await;
    assert_eq!(payload["userErrors"], too_long(json!(["login"])));
    let entries = format!("group: \"sales\", mode: ADD, entries: [{{ login: \"{login}\", permissions: [\"ro\"] }}]");
    let payload = set(&app, "groupSetCustomerUsers", &entries).await;
    assert_eq!(payload["userErrors"], too_long(json!(["entries", "0", "login"])));
    let payload =
        set(&app, "customerUserSetCustomers", &format!("login: \"{login}\", customerIds: [\"globex\"]")).await;
    assert_eq!(payload["userErrors"], too_long(json!(["login"])));
}

#[tokio::test]
async fn rows_of_someone_who_is_gone_can_be_taken_away() {
    let app = TestApp::with(GROUPS_COUNT).await;
    app.add(person_grant("ghost", "sales", "rw")).await;
    app.add(customer_grant("ghosts", "sales", "rw")).await;
    let remove = "group: \"sales\", mode: REMOVE, entries: [{ login: \"ghost\", permissions: [\"rw\"] }]";
    assert_eq!(set(&app, "groupSetCustomerUsers", remove).await, impact(0, 0, json!([])));
    assert_eq!(set(&app, "customerSetGroups", "customerId: \"ghosts\", entries: []").await, impact(0, 0, json!([])));
    assert!(!customer_rows(&app).await.iter().chain(&person_rows(&app).await).any(|row| row.starts_with("ghost")));
    let again = set(&app, "customerSetGroups", "customerId: \"ghosts\", entries: []").await;
    assert_eq!(again["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["customerId"] }]));
}

#[tokio::test]
async fn what_a_change_means_costs_as_many_statements_for_many_people_as_for_few() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let clear =
        format!("mutation {{ customerSetGroups(customerId: \"acme\", entries: [], dryRun: true) {{ {IMPACT} }} }}");
    let few = app.as_administrator().cost(&clear, json!({})).await;
    for number in 0..50 {
        app.add(customer_user(&format!("person{number}"), "acme")).await;
    }
    assert_eq!(app.as_administrator().cost(&clear, json!({})).await, few);
}
