//! Many different writes at the same moment: none fails for reasons of ours, and the records fit together afterwards.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::crowd::{DONE, Tally, outcome, tally, together};
use crate::support::row::*;

/// Enough connections that writers meet in the database and not in the pool.
const CONNECTIONS: u32 = 12;
/// How often each crowd comes.
const ROUNDS: usize = 3;

const UPDATE: &str = "mutation($id: String!, $name: String, $text: String) {
    customerUpdate(customerId: $id, input: { name: $name, comment: $text }) { userErrors { code path } } }";
const VALIDITY: &str = "mutation($id: String!, $validity: Validity!) {
    customerSetValidity(customerId: $id, validity: $validity) { userErrors { code path } } }";
const RENAME: &str = "mutation($id: String!, $new: String!) {
    customerRename(customerId: $id, newCustomerId: $new) { userErrors { code path } } }";
const UPDATE_PERSON: &str = "mutation($login: String!, $text: String) {
    customerUserUpdate(login: $login, input: { comment: $text }) { userErrors { code path } } }";
const MOVE_PERSON: &str = "mutation($login: String!, $id: String!) {
    customerUserUpdate(login: $login, input: { customerId: $id }) { userErrors { code path } } }";
const CREATE_PERSON: &str = "mutation($login: String!, $id: String!) {
    customerUserCreate(input: { login: $login, email: $login, firstName: \"A\", lastName: \"B\", customerId: $id }) {
        userErrors { code path } } }";
const RENAME_PERSON: &str = "mutation($login: String!, $new: String!) {
    customerUserRename(login: $login, newLogin: $new) { userErrors { code path } } }";
const PASSWORD: &str =
    "mutation($login: String!) { customerUserSetPassword(login: $login) { userErrors { code path } } }";

/// The tables that name customers.
const NAMING: [&str; 5] = ["customer_company", "customer_user", "ticket", "group_customer", "customer_user_customer"];

/// How many rows there are, as a text.
async fn count(app: &TestApp, from: &str) -> String {
    let type_name = if app.db().get_database_backend() == DbBackend::MySql { "CHAR" } else { "VARCHAR" };
    app.texts(&format!("SELECT CAST(COUNT(*) AS {type_name}) FROM {from}")).await.remove(0)
}

/// The outcomes that are not among these: faults of the server, mostly.
fn unexpected(answers: &[Value], expected: &[&str]) -> Tally {
    let mut tally = tally(answers);
    tally.retain(|outcome, _| !expected.contains(&outcome.as_str()));
    tally
}

#[tokio::test]
async fn a_customer_gets_a_new_id_while_its_people_are_made_moved_and_edited() {
    let app = TestApp::busy(CONNECTIONS).await;
    let mut old = "acme".to_owned();
    for round in 0..ROUNDS {
        let new = format!("acme {round}");
        let mut requests = Vec::new();
        for number in 0..6 {
            let login = format!("p{round}-{number}@people.test");
            requests.push((CREATE_PERSON, json!({ "login": login, "id": old })));
            requests.push((UPDATE_PERSON, json!({ "login": "ann", "text": login })));
            requests.push((UPDATE, json!({ "id": old, "name": format!("Acme {round} {number}"), "text": login })));
        }
        requests.insert(5, (RENAME, json!({ "id": old, "new": new })));
        for (login, id) in [("ann", old.as_str()), ("bob", "globex"), ("gus", old.as_str()), ("mia", "globex")] {
            requests.push((MOVE_PERSON, json!({ "login": login, "id": id })));
        }
        let answers = together(&app, &requests).await;
        let expected = [DONE, "NOT_FOUND input.customerId", "NOT_FOUND customerId"];
        assert_eq!(unexpected(&answers, &expected), Tally::new());
        assert_eq!(outcome(&answers[5]), DONE);
        for table in NAMING {
            let left = count(&app, &format!("{table} WHERE LOWER(customer_id) = '{old}'")).await;
            assert_eq!(left, "0", "{table} in round {round}");
        }
        let back = [
            (MOVE_PERSON, json!({ "login": "bob", "id": new })),
            (MOVE_PERSON, json!({ "login": "gus", "id": "globex" })),
        ];
        assert_eq!(unexpected(&together(&app, &back).await, &[DONE]), Tally::new());
        old = new;
    }
}

/// Five customers with four people each, each of whom has a ticket of the own customer and one of the next, which is an additional one.
async fn five_customers(app: &TestApp) {
    for number in 0..5 {
        app.add(customer(&format!("c{number}"), &format!("Customer {number}"))).await;
        app.add(customer_grant(&format!("c{number}"), "support", "ro")).await;
    }
    for number in 0..20 {
        let (own, next) = (format!("c{}", number % 5), format!("c{}", (number + 1) % 5));
        let login = format!("person{number}");
        app.add(customer_user(&login, &own)).await;
        app.add(additional_customer(&login, &next)).await;
        app.add(person_grant(&login, "sales", "ro")).await;
        app.add(customer_preference(&login, "UserLanguage", "da")).await;
        app.add(ticket(&format!("5{number}"), "Support").of(&own, &login)).await;
        app.add(ticket(&format!("6{number}"), "Sales").of(&next, &login)).await;
    }
}

/// The write with this number of a crowd: every kind in turn, spread over customers and people.
fn write(number: usize, round: usize) -> (&'static str, Value) {
    let (id, login) = (format!("c{}", number / 8 % 5), format!("person{}", number * 7 % 20));
    let text = format!("{round} {number}");
    match number % 8 {
        0 => (UPDATE, json!({ "id": id, "name": format!("Customer {id} {text}"), "text": text })),
        1 => (VALIDITY, json!({ "id": id, "validity": if number.is_multiple_of(3) { "VALID" } else { "INVALID" } })),
        2 => (CREATE_PERSON, json!({ "login": format!("new{round}-{number}@people.test"), "id": id })),
        3 => (UPDATE_PERSON, json!({ "login": login, "text": text })),
        4 => (MOVE_PERSON, json!({ "login": login, "id": id })),
        5 => (PASSWORD, json!({ "login": login })),
        // To another case, so that the next one finds it again, and every statement runs.
        6 => {
            (RENAME, json!({ "id": id, "new": if number.is_multiple_of(3) { id.to_uppercase() } else { id.clone() } }))
        }
        _ => (
            RENAME_PERSON,
            json!({ "login": login, "new": if number.is_multiple_of(3) { login.to_uppercase() } else { login.clone() } }),
        ),
    }
}

#[tokio::test]
async fn two_hundred_writes_at_once_over_five_customers_all_end_well() {
    let app = TestApp::busy(CONNECTIONS).await;
    five_customers(&app).await;
    for round in 0..ROUNDS {
        let requests: Vec<_> = (0..200).map(|number| write(number, round)).collect();
        let answers = together(&app, &requests).await;
        assert_eq!(unexpected(&answers, &[DONE]), Tally::new(), "round {round}");
    }
    // Every person's customer is there, however it is written, and nobody was lost.
    let lost = "customer_user WHERE LOWER(customer_id) NOT IN (SELECT LOWER(customer_id) FROM customer_company) AND login <> 'nils'";
    assert_eq!(count(&app, lost).await, "0");
    assert_eq!(count(&app, "customer_user WHERE LOWER(login) LIKE 'person%'").await, "20");
    assert_eq!(count(&app, "customer_user WHERE login LIKE 'new%'").await, (ROUNDS * 25).to_string());
    for (table, column) in
        [("group_customer_user", "user_id"), ("customer_user_customer", "user_id"), ("customer_preferences", "user_id")]
    {
        assert_eq!(count(&app, &format!("{table} WHERE LOWER({column}) LIKE 'person%'")).await, "20", "{table}");
    }
    assert_eq!(count(&app, "ticket WHERE LOWER(customer_user_id) LIKE 'person%'").await, "40");
}

#[tokio::test]
async fn people_and_customers_that_share_tickets_can_be_renamed_at_once() {
    let app = TestApp::busy(CONNECTIONS).await;
    five_customers(&app).await;
    for round in 0..ROUNDS * 2 {
        let key = |prefix: &str, number: usize, round: usize| match round {
            0 => format!("{prefix}{number}"),
            _ => format!("{prefix}{number} of round {round}"),
        };
        let customers =
            (0..5).map(|number| (RENAME, json!({ "id": key("c", number, round), "new": key("c", number, round + 1) })));
        let people = (0..20).map(|number| {
            (RENAME_PERSON, json!({ "login": key("person", number, round), "new": key("person", number, round + 1) }))
        });
        let requests: Vec<_> = customers.chain(people).collect();
        let answers = together(&app, &requests).await;
        assert_eq!(unexpected(&answers, &[DONE]), Tally::new(), "round {round}");
        let ending = format!("of round {}", round + 1);
        assert_eq!(
            count(
                &app,
                &format!("ticket WHERE customer_id LIKE 'c%{ending}' AND customer_user_id LIKE 'person%{ending}'")
            )
            .await,
            "40"
        );
        assert_eq!(
            count(
                &app,
                &format!(
                    "customer_user_customer WHERE customer_id LIKE 'c%{ending}' AND user_id LIKE 'person%{ending}'"
                )
            )
            .await,
            "20"
        );
    }
}

/// How long a write is watched that must not go on.
const WATCHED: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_change_waits_for_one_that_is_in_the_log_before_it_so_that_who_follows_misses_nothing() {
    let app = TestApp::busy(CONNECTIONS).await;
    let backend = app.db().get_database_backend();
    let mode = (backend == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
    let first = app.db().begin_with_options(options).await.expect("a transaction");
    if backend != DbBackend::Sqlite {
        let lock = "SELECT id FROM deskgraph_lock WHERE id = 0 FOR UPDATE";
        first.execute_unprepared(lock).await.expect("the log can be locked");
    }
    let insert = "INSERT INTO deskgraph_change (changed_at, kind, realm, actor, entity_type, entity_key, subject, fields, request_id)
        VALUES (1, 'updated', 'agent', 'someone', 'Customer', 'first', 'first', '[]', '')";
    first.execute_unprepared(insert).await.expect("a change can be logged");

    let root = app.as_administrator();
    let mut second = Box::pin(root.run(UPDATE, json!({ "id": "globex", "text": "second" })));
    let early = tokio::time::timeout(WATCHED, &mut second).await;
    assert!(early.is_err(), "the second change is there before the first: {early:?}");
    first.commit().await.expect("the first change is done");
    assert_eq!(outcome(&second.await), DONE);
    assert_eq!(app.texts("SELECT entity_key FROM deskgraph_change ORDER BY id").await, ["first", "globex"]);
}

#[tokio::test]
async fn a_change_that_the_database_takes_back_for_another_is_made_again() {
    let app = TestApp::busy(CONNECTIONS).await;
    if app.db().get_database_backend() == DbBackend::Sqlite {
        return; // It has one writer at a time.
    }
    let other = app.db().begin().await.expect("a transaction");
    other.execute_unprepared("SELECT id FROM deskgraph_lock WHERE id = 0 FOR UPDATE").await.expect("a lock");
    // MariaDB takes back the smaller of the two.
    for number in 0..100 {
        let insert = format!(
            "INSERT INTO customer_preferences (user_id, preferences_key, preferences_value) VALUES ('{number}', 'a', 'b')"
        );
        other.execute_unprepared(&insert).await.expect("a row");
    }
    let root = app.as_administrator();
    let mut change = Box::pin(root.run(UPDATE, json!({ "id": "acme", "text": "second" })));
    let early = tokio::time::timeout(WATCHED, &mut change).await;
    assert!(early.is_err(), "the change does not wait: {early:?}");
    // Now each waits for the other.
    let first = "UPDATE customer_company SET comments = 'first' WHERE customer_id = 'acme'";
    other.execute_unprepared(first).await.expect("the other goes on");
    other.commit().await.expect("the other is done");
    assert_eq!(outcome(&change.await), DONE);
    let comments = app.texts("SELECT comments FROM customer_company WHERE customer_id = 'acme'").await;
    assert_eq!(comments, ["second"]);
}

/// A change of relations with this number, from each side in turn; groups and queues are edited meanwhile.
fn relate(number: usize, round: usize) -> (String, Value) {
    let (id, login) = (format!("c{}", number % 5), format!("person{}", number * 7 % 20));
    let group = ["support", "sales"][number / 7 % 2];
    let mode = ["ADD", "REMOVE", "REPLACE"][number / 3 % 3];
    let ro = "permissions: [\"ro\"]";
    let call = match number % 7 {
        0 => {
            format!("customerSetGroups(customerId: \"{id}\", mode: {mode}, entries: [{{ group: \"{group}\", {ro} }}])")
        }
        1 => {
            format!("groupSetCustomers(group: \"{group}\", mode: {mode}, entries: [{{ customerId: \"{id}\", {ro} }}])")
        }
        2 => format!(
            "customerUserSetGroups(login: \"{login}\", mode: {mode}, entries: [{{ group: \"{group}\", {ro} }}])"
        ),
        3 => format!(
            "groupSetCustomerUsers(group: \"{group}\", mode: {mode}, entries: [{{ login: \"{login}\", {ro} }}])"
        ),
        // Nobody of these has Acme for their own.
        4 => format!("customerUserSetCustomers(login: \"{login}\", mode: ADD, customerIds: [\"acme\"])"),
        5 => format!("groupUpdate(name: \"{group}\", input: {{ comment: \"{round} {number}\" }})"),
        _ => format!("queueUpdate(name: \"Support\", input: {{ comment: \"{round} {number}\" }})"),
    };
    (format!("mutation {{ {call} {{ userErrors {{ code path }} }} }}"), json!({}))
}

#[tokio::test]
async fn relations_change_from_all_sides_while_their_records_are_renamed_moved_and_edited() {
    let app = TestApp::busy(CONNECTIONS).await;
    five_customers(&app).await;
    for round in 0..ROUNDS {
        let relations: Vec<_> = (0..100).map(|number| relate(number, round)).collect();
        let writes = (0..100).map(|number| write(number, round));
        let relations = relations.iter().map(|(document, variables)| (document.as_str(), variables.clone()));
        let requests: Vec<_> = relations.zip(writes).flat_map(|(one, other)| [one, other]).collect();
        let answers = together(&app, &requests).await;
        assert_eq!(unexpected(&answers, &[DONE]), Tally::new(), "round {round}");
    }
    for (table, column, record, key) in [
        ("group_customer", "customer_id", "customer_company", "customer_id"),
        ("group_customer_user", "user_id", "customer_user", "login"),
        ("customer_user_customer", "user_id", "customer_user", "login"),
        ("customer_user_customer", "customer_id", "customer_company", "customer_id"),
    ] {
        let lost = format!("{table} WHERE LOWER({column}) NOT IN (SELECT LOWER({key}) FROM {record})");
        assert_eq!(count(&app, &lost).await, "0", "{table}.{column}");
    }
    let twice = "(SELECT user_id FROM group_customer_user GROUP BY LOWER(user_id), user_id, group_id, permission_key HAVING COUNT(*) > 1) twice";
    assert_eq!(count(&app, twice).await, "0");
}
