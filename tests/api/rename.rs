//! Giving customers and customer users another key: everything that names them follows, in a bounded number of statements.

use serde_json::{Value, json};

use crate::support::row::*;
use crate::support::{GROUPS_COUNT, TestApp};

const RENAME: &str = "mutation($id: String!, $new: String!, $version: Version) {
    customerRename(customerId: $id, newCustomerId: $new, ifVersion: $version) {
        customer { customerId name ticketCounts { total } customerUsers(first: 50) { nodes { login } totalCount } }
        userErrors { code path } } }";
const RENAME_PERSON: &str = "mutation($login: String!, $new: String!) {
    customerUserRename(login: $login, newLogin: $new) {
        customerUser { login lastLoginAt customers { nodes { customerId } } effectivePermissions { group { name } permissions } }
        userErrors { code path } } }";

async fn rename(app: &TestApp, id: &str, new: &str) -> Value {
    app.as_administrator().data(RENAME, json!({ "id": id, "new": new })).await["customerRename"].take()
}

async fn rename_person(app: &TestApp, login: &str, new: &str) -> Value {
    app.as_administrator().data(RENAME_PERSON, json!({ "login": login, "new": new })).await["customerUserRename"].take()
}

/// How many rows a table has where a condition holds.
async fn count(app: &TestApp, from: &str) -> String {
    let type_name = if app.db().get_database_backend() == sea_orm::DbBackend::MySql { "CHAR" } else { "VARCHAR" };
    app.texts(&format!("SELECT CAST(COUNT(*) AS {type_name}) FROM {from}")).await.remove(0)
}

#[tokio::test]
async fn everything_that_names_a_customer_follows_to_its_new_id() {
    let app = TestApp::with(GROUPS_COUNT).await;
    app.execute("INSERT INTO dynamic_field_obj_id_name (object_name, object_type) VALUES ('acme', 'CustomerCompany'), ('acme', 'CustomerUser')")
        .await;
    app.add(agent_grant("root@localhost", "support", "ro")).await;
    app.add(agent_grant("root@localhost", "sales", "ro")).await;
    let tickets_of_ann = "{ tickets { nodes { number } totalCount } }";
    let before = app.as_customer_user("ann").ask(tickets_of_ann).await;
    let payload = rename(&app, "ACME", "max + & # () * <n>").await;
    assert_eq!(payload["userErrors"], json!([]));
    let customer = &payload["customer"];
    assert_eq!(customer["customerId"], "max + & # () * <n>");
    assert_eq!(customer["ticketCounts"]["total"], 7);
    assert_eq!(customer["customerUsers"]["nodes"], json!([{ "login": "ann" }, { "login": "bob" }, { "login": "mia" }]));
    for table in ["customer_company", "customer_user", "ticket", "group_customer", "customer_user_customer"] {
        assert_eq!(count(&app, &format!("{table} WHERE LOWER(customer_id) = 'acme'")).await, "0", "{table}");
    }
    let history = app.texts("SELECT name FROM ticket_history").await;
    assert_eq!(history, vec!["%%CustomerID=max + & # () * <n>;"; 7]);
    let objects = app.texts("SELECT object_name FROM dynamic_field_obj_id_name ORDER BY object_type").await;
    assert_eq!(objects, ["max + & # () * <n>", "acme"]);
    // Their permissions are what they were.
    assert_eq!(app.as_customer_user("ann").ask(tickets_of_ann).await, before);
}

#[tokio::test]
async fn a_customer_can_get_its_id_in_other_letters_but_not_one_that_is_taken() {
    let app = TestApp::new().await;
    let taken = |path: &str| json!([{ "code": "NOT_UNIQUE", "path": [path] }]);
    assert_eq!(rename(&app, "acme", "GLOBEX").await["userErrors"], taken("newCustomerId"));
    assert_eq!(
        rename(&app, "acme", " ").await["userErrors"],
        json!([{ "code": "REQUIRED", "path": ["newCustomerId"] }])
    );
    assert_eq!(
        rename(&app, "nothing", "x").await["userErrors"],
        json!([{ "code": "NOT_FOUND", "path": ["customerId"] }])
    );
    let too_long = rename(&app, "acme", &"x".repeat(151)).await;
    assert_eq!(too_long["userErrors"], json!([{ "code": "TOO_LONG", "path": ["newCustomerId"] }]));
    assert_eq!(rename(&app, "acme", "Acme").await["customer"]["customerId"], "Acme");
    assert_eq!(
        app.texts("SELECT DISTINCT customer_id FROM customer_user WHERE login IN ('ann', 'bob')").await,
        ["Acme"]
    );
    assert_eq!(rename(&app, "Acme", "Acme").await["userErrors"], json!([]));
}

#[tokio::test]
async fn everything_that_names_a_person_follows_to_the_new_login() {
    let app = TestApp::with(GROUPS_COUNT).await;
    app.add(additional_customer("ann", "globex")).await;
    let payload = rename_person(&app, "ANN", "max + & # () *").await;
    let expected = json!({ "userErrors": [], "customerUser": {
        "login": "max + & # () *", "lastLoginAt": "2026-03-10T08:06:40+00:00",
        "customers": { "nodes": [{ "customerId": "acme" }, { "customerId": "globex" }] },
        "effectivePermissions": [
            { "group": { "name": "sales" }, "permissions": ["ro", "rw"] },
            { "group": { "name": "support" }, "permissions": ["ro"] },
        ] } });
    assert_eq!(payload, expected);
    assert_eq!(count(&app, "ticket WHERE LOWER(customer_user_id) = 'ann'").await, "0");
    let history = app.texts("SELECT name FROM ticket_history ORDER BY name").await;
    let own = "%%CustomerID=acme;CustomerUser=max + & # () *;";
    assert_eq!(history, [own, own, own, own, own, "%%CustomerUser=max + & # () *;"]);
    assert_eq!(
        rename_person(&app, "bob", "GUS").await["userErrors"],
        json!([{ "code": "NOT_UNIQUE", "path": ["newLogin"] }])
    );
    assert_eq!(rename_person(&app, "bob", "Bob").await["customerUser"]["login"], "Bob");
}

#[tokio::test]
async fn a_login_too_long_for_the_relations_of_a_person_is_refused_and_not_cut() {
    let app = TestApp::new().await;
    let long = "x".repeat(101);
    let payload = rename_person(&app, "ann", &long).await;
    assert_eq!(payload["userErrors"], json!([{ "code": "TOO_LONG", "path": ["newLogin"] }]));
    // Bob has no rows in the shorter tables.
    assert_eq!(rename_person(&app, "bob", &long).await["customerUser"]["login"], long);
}

#[tokio::test]
async fn a_rename_costs_as_many_statements_for_many_rows_as_for_few() {
    let app = TestApp::new().await;
    for number in 0..40 {
        app.add(customer_user(&format!("person{number}"), "globex")).await;
        app.add(ticket(&format!("9{number}"), "Misc").of("globex", &format!("person{number}"))).await;
    }
    let cost =
        async |id: &str| app.as_administrator().cost(RENAME, json!({ "id": id, "new": format!("new {id}") })).await;
    assert_eq!(cost("initech").await, cost("globex").await);
}

#[tokio::test]
async fn nobody_takes_over_what_is_left_under_another_name() {
    let app = TestApp::new().await;
    app.add(person_grant("zoe", "admin", "rw")).await;
    app.add(customer_preference("zoe", "UserLanguage", "da")).await;
    rename_person(&app, "bob", "zoe").await;
    assert_eq!(count(&app, "group_customer_user WHERE user_id = 'zoe'").await, "0");
    assert_eq!(count(&app, "customer_preferences WHERE user_id = 'zoe'").await, "0");
    // Nils belongs to a customer that does not exist.
    let taken = json!([{ "code": "NOT_UNIQUE", "path": ["newCustomerId"] }]);
    assert_eq!(rename(&app, "acme", "Nowhere").await["userErrors"], taken);
    app.add(customer_grant("ghosts", "admin", "rw")).await;
    assert_eq!(rename(&app, "acme", "ghosts").await["userErrors"], taken);
}
