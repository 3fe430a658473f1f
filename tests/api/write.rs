//! Making and editing customers and customer users: what is stored, what is refused, and what is logged.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::shown;
use crate::support::row::*;

const CREATE: &str = "mutation($input: CustomerCreateInput!) { customerCreate(input: $input) {
    customer { customerId name address { street zip city country countryCode } url comment validity createdAt createdBy { login }
        changedAt changedBy { login } version }
    userErrors { code path message } } }";
const UPDATE: &str = "mutation($id: String!, $input: CustomerUpdateInput!, $version: Version) {
    customerUpdate(customerId: $id, input: $input, ifVersion: $version) {
        customer { customerId name address { street zip city country } url comment validity version }
        userErrors { code path } } }";

async fn create(app: &TestApp, input: Value) -> Value {
    app.as_administrator().data(CREATE, json!({ "input": input })).await["customerCreate"].take()
}

async fn update(app: &TestApp, id: &str, input: Value) -> Value {
    let variables = json!({ "id": id, "input": input });
    app.as_administrator().data(UPDATE, variables).await["customerUpdate"].take()
}

/// Codes and paths of what went wrong.
fn errors(payload: &Value) -> Vec<(String, String)> {
    let errors = payload["userErrors"].as_array().expect("a list");
    let path = |error: &Value| {
        let parts = error["path"].as_array().expect("a path").iter();
        parts.map(|part| part.as_str().expect("a text")).collect::<Vec<_>>().join(".")
    };
    errors.iter().map(|error| (error["code"].as_str().expect("a code").to_owned(), path(error))).collect()
}

#[tokio::test]
async fn a_new_customer_has_what_was_given() {
    let app = TestApp::new().await;
    let input = json!({ "customerId": " umbrella ", "name": "Umbrella GmbH & Co. 日本 😀", "url": "umbrella.test",
        "address": { "street": "1 Main St", "city": "Köln", "country": "de" }, "comment": "two\nlines" });
    let payload = create(&app, input).await;
    let expected = json!({ "userErrors": [], "customer": {
        "customerId": "umbrella", "name": "Umbrella GmbH & Co. 日本 😀", "url": "umbrella.test", "comment": "two\nlines",
        "address": { "street": "1 Main St", "zip": null, "city": "Köln", "country": "Germany", "countryCode": "DE" },
        "validity": "VALID", "createdAt": "2026-03-10T12:00:00+00:00", "createdBy": { "login": "root@localhost" },
        "changedAt": "2026-03-10T12:00:00+00:00", "changedBy": { "login": "root@localhost" }, "version": "[version]" } });
    assert_eq!(shown(payload), expected);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_new_customer_is_told_at_once() {
    let app = TestApp::new().await;
    let input = json!({ "customerId": "ACME", "name": "globex INTERNATIONAL", "dataSource": "Nowhere",
        "url": "x".repeat(201), "address": { "street": "a\u{1b}b", "country": "Narnia" } });
    let payload = create(&app, input).await;
    let expected = [
        ("INVALID", "input.address.country"),
        ("INVALID", "input.address.street"),
        ("TOO_LONG", "input.url"),
        ("NOT_FOUND", "input.dataSource"),
        ("NOT_UNIQUE", "input.customerId"),
        ("NOT_UNIQUE", "input.name"),
    ];
    assert_eq!(errors(&payload), expected.map(|(code, path)| (code.to_owned(), path.to_owned())));
    assert_eq!(payload["customer"], Value::Null);
    let payload = create(&app, json!({ "customerId": " ", "name": "" })).await;
    let expected = [("REQUIRED", "input.customerId"), ("REQUIRED", "input.name")];
    assert_eq!(errors(&payload), expected.map(|(code, path)| (code.to_owned(), path.to_owned())));
}

#[tokio::test]
async fn an_edit_keeps_what_is_left_out_and_clears_what_is_null() {
    let app = TestApp::new().await;
    let payload = update(&app, "ACME", json!({ "url": null, "address": { "zip": null, "city": "Bonn" } })).await;
    let acme = &payload["customer"];
    assert_eq!(acme["customerId"], "acme");
    assert_eq!(acme["name"], "Acme Corporation");
    assert_eq!(acme["url"], Value::Null);
    assert_eq!(
        acme["address"],
        json!({ "street": "1 Desert Road", "zip": null, "city": "Bonn", "country": "United States of America" })
    );
    let payload = update(&app, "acme", json!({ "address": null, "name": null })).await;
    assert_eq!(errors(&payload), [("REQUIRED".to_owned(), "input.name".to_owned())]);
    let payload = update(&app, "acme", json!({ "address": null })).await;
    assert_eq!(payload["customer"]["address"], json!({ "street": null, "zip": null, "city": null, "country": null }));
}

#[tokio::test]
async fn a_country_outside_the_list_survives_an_edit() {
    let app = TestApp::new().await;
    app.execute("UPDATE customer_company SET country = 'USA' WHERE customer_id = 'acme'").await;
    let payload = update(&app, "acme", json!({ "address": { "country": "USA", "city": "Boston" } })).await;
    assert_eq!(payload["customer"]["address"]["country"], "USA");
    let payload = update(&app, "acme", json!({ "address": { "country": "Germany" } })).await;
    assert_eq!(payload["customer"]["address"]["country"], "Germany");
    let payload = update(&app, "acme", json!({ "address": { "country": "USA" } })).await;
    assert_eq!(errors(&payload), [("INVALID".to_owned(), "input.address.country".to_owned())]);
}

#[tokio::test]
async fn an_edit_of_an_old_version_is_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let read = "{ customer(customerId: \"acme\") { version } }";
    let version = root.ask(read).await["customer"]["version"].take();
    let variables = json!({ "id": "acme", "input": { "url": "https://new.test" }, "version": version });
    let first = root.data(UPDATE, variables.clone()).await["customerUpdate"].take();
    assert_eq!(errors(&first), []);
    assert_ne!(first["customer"]["version"], version);
    assert_eq!(first["customer"]["version"], root.ask(read).await["customer"]["version"]);
    let second = root.data(UPDATE, variables).await["customerUpdate"].take();
    assert_eq!(errors(&second), [("VERSION_CONFLICT".to_owned(), "ifVersion".to_owned())]);
    // A write of another program is noticed as well.
    let version = first["customer"]["version"].clone();
    app.execute("UPDATE customer_company SET comments = 'behind our back' WHERE customer_id = 'acme'").await;
    let variables = json!({ "id": "acme", "input": { "url": null }, "version": version });
    let third = root.data(UPDATE, variables).await["customerUpdate"].take();
    assert_eq!(errors(&third), [("VERSION_CONFLICT".to_owned(), "ifVersion".to_owned())]);
}

const CREATE_PERSON: &str = "mutation($input: CustomerUserCreateInput!) { customerUserCreate(input: $input) {
    customerUser { login title firstName lastName fullName email customerId customer { name } phone address { country } validity }
    generatedPassword userErrors { code path } } }";
const LOGIN: &str = "mutation($login: String!, $password: String!) {
    login(realm: CUSTOMER, login: $login, password: $password) { viewer { customerUser { login } } userErrors { code } } }";

async fn create_person(app: &TestApp, changes: Value) -> Value {
    let mut input = json!({ "login": "zoe", "firstName": "Zoe", "lastName": "Zander", "email": "zoe@acme.test",
        "customerId": "ACME" });
    for (name, value) in changes.as_object().expect("an object") {
        input[name] = value.clone();
    }
    app.as_administrator().data(CREATE_PERSON, json!({ "input": input })).await["customerUserCreate"].take()
}

async fn can_sign_in(app: &TestApp, login: &str, password: &str) -> bool {
    let answer = app.anonymous().data(LOGIN, json!({ "login": login, "password": password })).await;
    answer["login"]["viewer"]["customerUser"]["login"] == *login
}

#[tokio::test]
async fn a_new_person_gets_a_password_that_works_once_it_is_told() {
    let app = TestApp::new().await;
    let payload = create_person(&app, json!({ "title": "Ms.", "phone": "1", "address": { "country": "FR" } })).await;
    let password = payload["generatedPassword"].as_str().expect("a password").to_owned();
    assert!(password.len() >= 20);
    let expected = json!({ "login": "zoe", "title": "Ms.", "firstName": "Zoe", "lastName": "Zander",
        "fullName": "Ms. Zoe Zander", "email": "zoe@acme.test", "customerId": "acme",
        "customer": { "name": "Acme Corporation" }, "phone": "1", "address": { "country": "France" }, "validity": "VALID" });
    assert_eq!(payload["customerUser"], expected);
    assert!(can_sign_in(&app, "zoe", &password).await);
    let payload =
        create_person(&app, json!({ "login": "yan", "email": "yan@acme.test", "password": "my secret" })).await;
    assert_eq!(payload["generatedPassword"], Value::Null);
    assert!(can_sign_in(&app, "yan", "my secret").await);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_new_person_is_told_at_once() {
    let app = TestApp::new().await;
    let wrong = json!({ "login": "ANN", "firstName": "", "email": "GUS@globex.example", "customerId": "atlantis" });
    let payload = create_person(&app, wrong).await;
    let expected = [
        ("REQUIRED", "input.firstName"),
        ("NOT_UNIQUE", "input.login"),
        ("NOT_UNIQUE", "input.email"),
        ("NOT_FOUND", "input.customerId"),
    ];
    assert_eq!(errors(&payload), expected.map(|(code, path)| (code.to_owned(), path.to_owned())));
    for (changes, expected) in [
        (json!({ "email": "x@example.com" }), Some(("INVALID", "input.email"))),
        (json!({ "email": "a..b@test.org" }), Some(("INVALID", "input.email"))),
        (json!({ "login": "x".repeat(192) }), Some(("TOO_LONG", "input.login"))),
        (json!({ "password": "" }), Some(("REQUIRED", "input.password"))),
        (json!({ "email": "a..b@test.org", "validity": "INVALID" }), None),
    ] {
        let payload = create_person(&app, changes).await;
        let expected: Vec<_> = expected.into_iter().map(|(code, path)| (code.to_owned(), path.to_owned())).collect();
        assert_eq!(errors(&payload), expected);
    }
}

const SET_VALIDITY: &str = "mutation($login: String!, $validity: Validity!) {
    customerUserSetValidity(login: $login, validity: $validity) { customerUser { validity } userErrors { code path } } }";
const SET_PASSWORD: &str = "mutation($login: String!, $password: String) {
    customerUserSetPassword(login: $login, password: $password) { customerUser { login } generatedPassword userErrors { code path } } }";

#[tokio::test]
async fn who_is_switched_off_cannot_sign_in() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let payload = root.data(SET_PASSWORD, json!({ "login": "Bob", "password": "my secret" })).await;
    assert_eq!(payload["customerUserSetPassword"]["customerUser"]["login"], "bob");
    assert!(can_sign_in(&app, "bob", "my secret").await);
    root.data(SET_VALIDITY, json!({ "login": "bob", "validity": "INVALID_TEMPORARILY" })).await;
    assert!(!can_sign_in(&app, "bob", "my secret").await);
    root.data(SET_VALIDITY, json!({ "login": "bob", "validity": "VALID" })).await;
    let payload = root.data(SET_PASSWORD, json!({ "login": "bob" })).await["customerUserSetPassword"].take();
    assert!(!can_sign_in(&app, "bob", "my secret").await);
    assert!(can_sign_in(&app, "bob", payload["generatedPassword"].as_str().expect("a password")).await);
}

#[tokio::test]
async fn moving_to_another_customer_takes_the_tickets_along() {
    let app = TestApp::new().await;
    let move_person = "mutation { customerUserUpdate(login: \"ann\", input: { customerId: \"GLOBEX\" }) {
        customerUser { customerId } userErrors { code } } }";
    let payload = app.as_administrator().ask(move_person).await["customerUserUpdate"].take();
    assert_eq!(payload, json!({ "customerUser": { "customerId": "globex" }, "userErrors": [] }));
    let tickets =
        "{ tickets(filter: { customerUserLogin: { eq: \"ann\" } }, orderBy: { field: NUMBER, direction: ASC }) {
        nodes { number customerId customerUserLogin } } }";
    app.add(agent_grant("root@localhost", "support", "ro")).await;
    app.add(agent_grant("root@localhost", "sales", "ro")).await;
    let tickets = app.as_administrator().ask(tickets).await["tickets"]["nodes"].take();
    let of =
        |number: &str, customer: &str| json!({ "number": number, "customerId": customer, "customerUserLogin": "ann" });
    let expected = json!([
        of("1001", "globex"),
        of("1003", "globex"),
        of("1004", "globex"),
        of("1006", "globex"),
        of("1011", "initech"),
        of("1014", "globex"),
    ]);
    assert_eq!(tickets, expected);
    let history = app.texts("SELECT name FROM ticket_history ORDER BY name").await;
    assert_eq!(history, vec!["%%CustomerID=globex;CustomerUser=ann;"; 5]);
}

#[tokio::test]
async fn a_text_with_a_nul_is_told_as_a_mistake_wherever_it_stands() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    for (field, arguments) in [
        ("customerCreate", "input: { customerId: \"a\\u0000b\", name: \"a\\u0000b\" }"),
        ("customerUpdate", "customerId: \"acme\", input: { name: \"a\\u0000b\" }"),
        ("customerRename", "customerId: \"acme\", newCustomerId: \"a\\u0000b\""),
        ("customerUserUpdate", "login: \"ann\", input: { email: \"a\\u0000b\", customerId: \"a\\u0000b\" }"),
        ("customerUserRename", "login: \"ann\", newLogin: \"a\\u0000b\""),
        ("groupCreate", "input: { name: \"a\\u0000b\" }"),
        ("groupUpdate", "name: \"sales\", input: { name: \"a\\u0000b\" }"),
        ("queueCreate", "input: { name: \"a\\u0000b\", group: \"a\\u0000b\" }"),
    ] {
        let answer = root.ask(&format!("mutation {{ {field}({arguments}) {{ userErrors {{ code }} }} }}")).await;
        assert_eq!(answer[field]["userErrors"][0]["code"], "INVALID", "{field}");
    }
    for field in ["groupUpdate", "queueUpdate"] {
        let document = format!("mutation {{ {field}(name: \"a\\u0000b\", input: {{}}) {{ userErrors {{ code }} }} }}");
        assert_eq!(root.refusal(&document, json!({})).await.1, "BAD_USER_INPUT", "{field}");
    }
}

#[tokio::test]
async fn only_the_record_that_was_named_is_changed() {
    let app = TestApp::new().await;
    app.add(customer("team 😀", "Team")).await;
    let payload = update(&app, "team 😁", json!({ "url": "https://other.test" })).await;
    assert_eq!(errors(&payload), [("NOT_FOUND".to_owned(), "customerId".to_owned())]);
    assert_eq!(
        update(&app, "TEAM 😀", json!({ "url": "https://team.test" })).await["customer"]["customerId"],
        "team 😀"
    );
}

#[tokio::test]
async fn a_new_person_gets_nothing_that_someone_of_that_login_had() {
    let app = TestApp::new().await;
    app.add(person_grant("zoe", "admin", "rw")).await;
    app.add(additional_customer("Zoe", "globex")).await;
    create_person(&app, json!({})).await;
    let ask =
        "{ customerUser(login: \"zoe\") { groupPermissions { permissions } customers { nodes { customerId } } } }";
    let zoe = app.as_administrator().ask(ask).await["customerUser"].take();
    assert_eq!(zoe, json!({ "groupPermissions": [], "customers": { "nodes": [{ "customerId": "acme" }] } }));
    let log = app.texts("SELECT fields FROM deskgraph_change").await.remove(0);
    assert!(log.contains(r#"{"field":"rows of a former customer user","before":"2","after":null}"#), "{log}");
}
