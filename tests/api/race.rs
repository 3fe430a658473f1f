//! Requests that want the same thing at the same moment: one gets it, the others are told why they do not.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::crowd::{all, one_of, tally, together, winner};

/// How many writers there are.
const MANY: usize = 20;
/// How often each race is run.
const ROUNDS: usize = 10;
/// Enough connections that writers meet in the database and not in the pool.
const CONNECTIONS: u32 = 10;

const UPDATE: &str = "mutation($key: String!, $text: String, $version: Version) {
    customerUpdate(customerId: $key, input: { comment: $text }, ifVersion: $version) {
        customer { version } userErrors { code path } } }";
const UPDATE_PERSON: &str = "mutation($key: String!, $text: String, $version: Version) {
    customerUserUpdate(login: $key, input: { comment: $text }, ifVersion: $version) {
        customerUser { version } userErrors { code path } } }";
const CREATE: &str = "mutation($id: String!, $name: String!) {
    customerCreate(input: { customerId: $id, name: $name }) { customer { customerId } userErrors { code path } } }";
const CREATE_PERSON: &str = "mutation($login: String!, $email: String!) {
    customerUserCreate(input: { login: $login, email: $email, firstName: \"A\", lastName: \"B\", customerId: \"globex\" }) {
        customerUser { login } userErrors { code path } } }";
const RENAME: &str = "mutation($id: String!, $new: String!) {
    customerRename(customerId: $id, newCustomerId: $new) { customer { customerId } userErrors { code path } } }";
const RENAME_PERSON: &str = "mutation($id: String!, $new: String!) {
    customerUserRename(login: $id, newLogin: $new) { customerUser { login } userErrors { code path } } }";

/// Changes in the log under the name that a record has today, as kind and fields, oldest first.
async fn log(app: &TestApp, entity: &str, subject: &str) -> Vec<(String, Value)> {
    let of = format!("FROM deskgraph_change WHERE entity_type = '{entity}' AND subject = '{subject}' ORDER BY id");
    let kinds = app.texts(&format!("SELECT kind {of}")).await;
    let fields = app.texts(&format!("SELECT fields {of}")).await;
    let fields = fields.iter().map(|fields| serde_json::from_str(fields).expect("fields are JSON"));
    kinds.into_iter().zip(fields).collect()
}

/// Twenty edits from one version of a record: `table`, `key` and `name` say where it is, `field` what the API calls it.
async fn edit_from_one_version(document: &str, entity: &str, table: &str, field: &str, key: &str) {
    let app = TestApp::busy(CONNECTIONS).await;
    let column = if table == "customer_user" { "login" } else { "customer_id" };
    let argument = if table == "customer_user" { "login" } else { "customerId" };
    for round in 0..ROUNDS {
        let read = format!("{{ {field}({argument}: \"{key}\") {{ version }} }}");
        let version = app.as_administrator().ask(&read).await[field]["version"].take();
        let text = |writer: usize| format!("writer {writer} of round {round}");
        let edit = |writer| json!({ "key": key, "text": text(writer), "version": version });
        let answers = all(&app, document, (0..MANY).map(edit)).await;
        assert_eq!(tally(&answers), one_of(MANY, "VERSION_CONFLICT ifVersion"));

        let won = winner(&answers);
        let stored = app.texts(&format!("SELECT comments FROM {table} WHERE {column} = '{key}'")).await;
        assert_eq!(stored, [text(won)]);
        let payload = answers[won]["data"].as_object().and_then(|data| data.values().next()).expect("a payload");
        assert_eq!(payload[field]["version"], app.as_administrator().ask(&read).await[field]["version"]);
        let log = log(&app, entity, key).await;
        assert_eq!(log.len(), round + 1);
        assert_eq!(log[round].0, "updated");
        assert_eq!(log[round].1[0]["after"], text(won));
    }
}

#[tokio::test]
async fn of_twenty_edits_of_one_version_of_a_customer_one_wins() {
    edit_from_one_version(UPDATE, "Customer", "customer_company", "customer", "acme").await;
}

#[tokio::test]
async fn of_twenty_edits_of_one_version_of_a_person_one_wins() {
    edit_from_one_version(UPDATE_PERSON, "CustomerUser", "customer_user", "customerUser", "ann").await;
}

#[tokio::test]
async fn edits_that_name_no_version_all_count_and_each_begins_where_the_last_one_ended() {
    let app = TestApp::busy(CONNECTIONS).await;
    for (document, entity, key) in [(UPDATE, "Customer", "globex"), (UPDATE_PERSON, "CustomerUser", "gus")] {
        let edit = |writer| json!({ "key": key, "text": format!("writer {writer}") });
        let answers = all(&app, document, (0..MANY).map(edit)).await;
        assert_eq!(tally(&answers).into_iter().collect::<Vec<_>>(), [("done".to_owned(), MANY)]);
        let log = log(&app, entity, key).await;
        assert_eq!(log.len(), MANY);
        for pair in log.windows(2) {
            assert_eq!(pair[0].1[0]["after"], pair[1].1[0]["before"]);
        }
    }
}

/// The same text, every other time in capitals.
fn spelt(text: &str, number: usize) -> String {
    if number.is_multiple_of(2) { text.to_owned() } else { text.to_uppercase() }
}

/// Two and twenty creations that collide: one wins, all others hear this.
async fn create_at_once(document: &str, others: &str, input: impl Fn(usize, usize) -> Value) {
    let app = TestApp::busy(CONNECTIONS).await;
    for round in 0..ROUNDS * 2 {
        let count = if round < ROUNDS { 2 } else { MANY };
        let answers = all(&app, document, (0..count).map(|number| input(round, number))).await;
        assert_eq!(tally(&answers), one_of(count, others));
    }
    let created = "SELECT entity_key FROM deskgraph_change WHERE kind = 'created'";
    assert_eq!(app.texts(created).await.len(), ROUNDS * 2);
}

#[tokio::test]
async fn one_of_many_gets_a_customer_id() {
    let input =
        |round, number| json!({ "id": spelt(&format!("acme{round}"), number), "name": format!("{round} {number}") });
    create_at_once(CREATE, "NOT_UNIQUE input.customerId", input).await;
}

#[tokio::test]
async fn one_of_many_gets_a_name() {
    let input =
        |round, number| json!({ "id": format!("{round} {number}"), "name": spelt(&format!("Acme {round}"), number) });
    create_at_once(CREATE, "NOT_UNIQUE input.name", input).await;
}

#[tokio::test]
async fn one_of_many_gets_a_login() {
    let input = |round, number| json!({ "login": spelt(&format!("zoe{round}"), number), "email": format!("z{round}-{number}@globex.test") });
    create_at_once(CREATE_PERSON, "NOT_UNIQUE input.login", input).await;
}

#[tokio::test]
async fn one_of_many_gets_an_address() {
    let input = |round, number| json!({ "login": format!("z{round}-{number}"), "email": spelt(&format!("zoe{round}@globex.test"), number) });
    create_at_once(CREATE_PERSON, "NOT_UNIQUE input.email", input).await;
}

#[tokio::test]
async fn one_of_two_records_gets_a_new_key_that_both_want() {
    let app = TestApp::busy(CONNECTIONS).await;
    for (document, table, column, others) in [
        (RENAME, "customer_company", "customer_id", "NOT_UNIQUE newCustomerId"),
        (RENAME_PERSON, "customer_user", "login", "NOT_UNIQUE newLogin"),
    ] {
        for round in 0..ROUNDS {
            let both = app.texts(&format!("SELECT {column} FROM {table} ORDER BY create_time, {column}")).await;
            let rename = |number: usize| json!({ "id": both[number], "new": spelt(&format!("new{round}"), number) });
            let answers = all(&app, document, (0..2).map(rename)).await;
            assert_eq!(tally(&answers), one_of(2, others));
            let stored = app.texts(&format!("SELECT {column} FROM {table}")).await;
            let won = winner(&answers);
            assert!(
                stored.contains(&spelt(&format!("new{round}"), won)) && stored.contains(&both[1 - won]),
                "{stored:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_key_goes_to_a_new_record_or_to_a_renamed_one() {
    let app = TestApp::busy(CONNECTIONS).await;
    for round in 0..ROUNDS {
        let (id, login) = (format!("free{round}"), format!("free{round}"));
        let customers = [
            (CREATE, json!({ "id": id, "name": format!("Free {round}") })),
            (RENAME, json!({ "id": "initech", "new": id.to_uppercase() })),
        ];
        let answers = together(&app, &customers).await;
        let others = ["NOT_UNIQUE newCustomerId", "NOT_UNIQUE input.customerId"][winner(&answers)];
        assert_eq!(tally(&answers), one_of(2, others));
        let people = [
            (CREATE_PERSON, json!({ "login": login, "email": format!("{login}@globex.test") })),
            (RENAME_PERSON, json!({ "id": "ivy", "new": login.to_uppercase() })),
        ];
        let answers = together(&app, &people).await;
        let others = ["NOT_UNIQUE newLogin", "NOT_UNIQUE input.login"][winner(&answers)];
        assert_eq!(tally(&answers), one_of(2, others));
        // Back, where the renames won.
        let back =
            [(RENAME, json!({ "id": id, "new": "initech" })), (RENAME_PERSON, json!({ "id": login, "new": "ivy" }))];
        together(&app, &back).await;
    }
}

#[tokio::test]
async fn a_record_that_two_rename_gets_one_of_the_keys() {
    let app = TestApp::busy(CONNECTIONS).await;
    for (document, key, others) in [(RENAME, "acme", "NOT_FOUND customerId"), (RENAME_PERSON, "ann", "NOT_FOUND login")]
    {
        let mut key = key.to_owned();
        for round in 0..ROUNDS {
            let new = |number: usize| format!("{round} {number}");
            let rename = |number: usize| json!({ "id": key, "new": new(number) });
            let answers = all(&app, document, (0..MANY).map(rename)).await;
            assert_eq!(tally(&answers), one_of(MANY, others));
            key = new(winner(&answers));
        }
    }
}
