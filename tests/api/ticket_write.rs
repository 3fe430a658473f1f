//! Opening and answering tickets, and changing their state: what is stored, column by column and line by line of the history.

use serde_json::{Value, json};

use crate::support::row::*;
use crate::support::{GROUPS_COUNT, OTHERS_COUNT, TestApp, document, now};

const CREATE: &str = "mutation($input: TicketCreateInput!) { ticketCreate(input: $input) {
    ticket { number title state { name } priority { name } queue { name } customerId customerUserLogin pendingUntil
        articles { nodes { sender from to subject body isVisibleForCustomer } } }
    userErrors { code path } } }";
const REPLY: &str =
    "mutation($number: String!, $input: TicketReplyInput!) { ticketReply(number: $number, input: $input) {
    ticket { state { name } isLocked articles { nodes { sender from subject body isVisibleForCustomer } } }
    userErrors { code path } } }";
const SET_STATE: &str = "mutation($number: String!, $state: String!, $until: DateTime) {
    ticketSetState(number: $number, state: $state, pendingUntil: $until) {
        ticket { state { name } isLocked pendingUntil } userErrors { code path } } }";

fn wrong(code: &str, path: &[&str]) -> Value {
    json!([{ "code": code, "path": path }])
}

/// The lines of the history of a ticket in order, each as its type and its text.
async fn history(app: &TestApp, number: &str) -> Vec<String> {
    let text = "t.name || ' ' || h.name";
    let text =
        if app.db().get_database_backend() == sea_orm::DbBackend::MySql { "CONCAT(t.name, ' ', h.name)" } else { text };
    let from =
        "ticket_history h JOIN ticket_history_type t ON t.id = h.history_type_id JOIN ticket k ON k.id = h.ticket_id";
    app.texts(&format!("SELECT {text} FROM {from} WHERE k.tn = '{number}' ORDER BY h.id")).await
}

/// An app in which Ann may write in sales, where there is a closed ticket of hers.
async fn app() -> TestApp {
    let app = TestApp::with(GROUPS_COUNT).await;
    app.execute("UPDATE customer_user SET email = 'ann@acme.test' WHERE login = 'ann'").await;
    app
}

#[tokio::test]
async fn a_customer_user_opens_a_ticket() {
    let app = app().await;
    let input = json!({ "title": "Broken printer", "body": "It is\r\non fire.", "queue": "Sales" });
    let ann = app.as_customer_user("ann");
    let payload = ann.data(CREATE, json!({ "input": input })).await["ticketCreate"].take();
    assert_eq!(payload["userErrors"], json!([]));
    let number = payload["ticket"]["number"].as_str().expect("a number").to_owned();
    assert_eq!(number, "2026031010000015");
    let article = json!({ "sender": "CUSTOMER", "from": "\"Dr. Ann Archer\" <ann@acme.test>", "to": "Sales",
        "subject": "Broken printer", "body": "It is\non fire.", "isVisibleForCustomer": true });
    let expected = json!({ "number": number, "title": "Broken printer", "state": { "name": "new" },
        "priority": { "name": "3 normal" }, "queue": { "name": "Sales" }, "customerId": "acme",
        "customerUserLogin": "ann", "pendingUntil": null, "articles": { "nodes": [article] } });
    assert_eq!(payload["ticket"], expected);
    let id = app.texts(&format!("SELECT CAST(id AS CHAR(10)) FROM ticket WHERE tn = '{number}'")).await.remove(0);
    let id = id.trim();
    let expected = [
        format!("NewTicket %%{number}%%Sales%%3 normal%%new%%{id}"),
        "CustomerUpdate %%CustomerID=acme;CustomerUser=ann;".to_owned(),
        "WebRequestCustomer %%".to_owned(),
    ];
    assert_eq!(history(&app, &number).await, expected);
    let columns = "user_id = 1 AND responsible_user_id = 1 AND ticket_lock_id = 1 AND create_by = 1 AND type_id = 1 AND timeout = 0
        AND service_id IS NULL AND sla_id IS NULL AND archive_flag = 0 AND until_time = 0 AND escalation_time = 0";
    assert_eq!(app.count(&format!("ticket WHERE tn = '{number}' AND {columns}")).await, 1);
    let seen = format!(
        "article_flag f JOIN article a ON a.id = f.article_id WHERE a.ticket_id = {id} AND f.article_key = 'Seen' AND f.create_by = 1"
    );
    assert_eq!(app.count(&seen).await, 1);
    let article = format!("article a JOIN communication_channel c ON c.id = a.communication_channel_id
        WHERE a.ticket_id = {id} AND c.name = 'Internal' AND a.search_index_needs_rebuild = 1 AND a.is_visible_for_customer = 1");
    assert_eq!(app.count(&article).await, 1);
}

#[tokio::test]
async fn the_documents_of_the_portal_open_and_answer_a_ticket() {
    let app = app().await;
    let ann = app.as_customer_user("ann");
    let input = json!({ "title": "Printer", "body": "It is on fire.", "queue": "Sales" });
    let opened = ann.data(document::OPEN_TICKET, json!({ "input": input })).await["ticketCreate"].take();
    let number = &opened["ticket"]["number"];
    let answer = json!({ "number": number, "input": { "body": "Still." } });
    let answered = ann.data(document::ANSWER_TICKET, answer).await["ticketReply"].take();
    let expected = json!({ "number": number, "state": { "name": "new" }, "articles": { "totalCount": 2 } });
    assert_eq!(answered, json!({ "ticket": expected, "userErrors": [] }));
}

#[tokio::test]
async fn an_agent_opens_a_ticket_that_was_told_on_the_phone() {
    let app = app().await;
    let olga = app.as_agent("olga");
    let until = (now() + chrono::TimeDelta::hours(25)).to_rfc3339();
    let input = json!({ "title": "Call back", "body": "Tomorrow.", "queue": "Sales", "customerUserLogin": "MIA",
        "customerId": "ACME", "priority": "5 very high", "state": "pending reminder", "pendingUntil": until });
    let payload = olga.data(CREATE, json!({ "input": input })).await["ticketCreate"].take();
    assert_eq!(payload["userErrors"], json!([]));
    let ticket = &payload["ticket"];
    assert_eq!((&ticket["customerId"], &ticket["customerUserLogin"]), (&json!("acme"), &json!("mia")));
    assert_eq!(ticket["pendingUntil"], "2026-03-11T13:00:00+00:00");
    let number = ticket["number"].as_str().expect("a number");
    let kinds: Vec<String> = history(&app, number).await.into_iter().skip(1).collect();
    let expected = [
        "CustomerUpdate %%CustomerID=acme;CustomerUser=mia;",
        "SetPendingTime %%2026-03-11 13:00",
        "PhoneCallCustomer %%",
    ];
    assert_eq!(kinds, expected);
    let by_olga = format!(
        "ticket t JOIN users u ON u.id = t.create_by WHERE t.tn = '{number}' AND u.login = 'olga' AND t.user_id = 1"
    );
    assert_eq!(app.count(&by_olga).await, 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_new_ticket_is_told_at_once_and_nothing_is_written() {
    let app = app().await;
    let before = app.count("ticket").await;
    let errors = async |client: &crate::support::client::Client<'_>, input: Value| {
        client.data(CREATE, json!({ "input": input })).await["ticketCreate"]["userErrors"].take()
    };
    let (ann, bob, olga) = (app.as_customer_user("ann"), app.as_customer_user("bob"), app.as_agent("olga"));
    let all = json!({ "title": " ", "body": "", "queue": "Support", "priority": "6 none", "state": "open", "customerUserLogin": "bob" });
    let expected = json!([
        { "code": "REQUIRED", "path": ["input", "title"] }, { "code": "REQUIRED", "path": ["input", "body"] },
        { "code": "NOT_FOUND", "path": ["input", "queue"] }, { "code": "NOT_FOUND", "path": ["input", "priority"] },
        { "code": "FORBIDDEN", "path": ["input", "state"] }, { "code": "FORBIDDEN", "path": ["input", "customerUserLogin"] },
    ]);
    assert_eq!(errors(&ann, all).await, expected);
    let plain = |queue: &str| json!({ "title": "T", "body": "B", "queue": queue });
    assert_eq!(errors(&bob, plain("Support")).await, wrong("NOT_FOUND", &["input", "queue"]));
    let mut other = plain("Sales");
    other["customerId"] = json!("globex");
    assert_eq!(errors(&ann, other).await, wrong("NOT_FOUND", &["input", "customerId"]));
    assert_eq!(errors(&olga, plain("Sales")).await, wrong("REQUIRED", &["input", "customerUserLogin"]));
    let mut pending = plain("Sales");
    pending["customerUserLogin"] = json!("ann");
    pending["state"] = json!("pending reminder");
    assert_eq!(errors(&olga, pending.clone()).await, wrong("REQUIRED", &["input", "pendingUntil"]));
    pending["pendingUntil"] = json!("2020-01-01T00:00:00Z");
    assert_eq!(errors(&olga, pending).await, wrong("INVALID", &["input", "pendingUntil"]));
    assert_eq!(app.count("ticket").await, before);
}

#[tokio::test]
async fn a_long_title_is_cut_where_its_column_ends() {
    let app = app().await;
    let input = json!({ "title": "ä".repeat(300), "body": "B", "queue": "Sales" });
    let payload = app.as_customer_user("ann").data(CREATE, json!({ "input": input })).await["ticketCreate"].take();
    let ticket = &payload["ticket"];
    assert_eq!(ticket["title"].as_str().map(|title| title.chars().count()), Some(191));
    let subject = ticket["articles"]["nodes"][0]["subject"].as_str().map(|subject| subject.chars().count());
    assert_eq!(subject, Some(300));
}

/// A ticket of Ann's in sales, in this state.
async fn with_ticket(app: &TestApp, state: &str) {
    app.add(ticket("2001", "Sales").of("acme", "ann").in_state(state)).await;
}

async fn reply(app: &TestApp, input: Value) -> Value {
    let variables = json!({ "number": "2001", "input": input });
    app.as_customer_user("ann").data(REPLY, variables).await["ticketReply"].take()
}

#[tokio::test]
async fn an_answer_opens_a_closed_ticket_again() {
    let app = app().await;
    with_ticket(&app, "closed successful").await;
    let payload = reply(&app, json!({ "body": "It burns again." })).await;
    assert_eq!(payload["ticket"]["state"]["name"], "open");
    assert_eq!(payload["ticket"]["articles"]["nodes"][0]["subject"], "Re: Ticket 2001");
    assert_eq!(history(&app, "2001").await, ["StateUpdate %%closed successful%%open%%", "FollowUp %%"]);
}

#[tokio::test]
async fn a_queue_may_take_no_answers_to_closed_tickets() {
    let app = app().await;
    for policy in [2, 3] {
        app.execute(&format!("UPDATE queue SET follow_up_id = {policy} WHERE name = 'Sales'")).await;
        app.execute("DELETE FROM ticket WHERE tn = '2001'").await;
        with_ticket(&app, "closed successful").await;
        assert_eq!(reply(&app, json!({ "body": "Hello?" })).await["userErrors"], wrong("FORBIDDEN", &["number"]));
        assert_eq!(history(&app, "2001").await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_answer_leaves_a_new_ticket_new_and_locks_a_closed_one_to_its_owner() {
    let app = app().await;
    with_ticket(&app, "new").await;
    assert_eq!(reply(&app, json!({ "body": "More." })).await["ticket"]["state"]["name"], "new");
    assert_eq!(history(&app, "2001").await, ["FollowUp %%"]);
    app.execute("DELETE FROM ticket_history").await;
    app.execute("UPDATE queue SET follow_up_lock = 1 WHERE name = 'Sales'").await;
    app.execute("UPDATE ticket SET ticket_state_id = 2, user_id = (SELECT id FROM users WHERE login = 'olga') WHERE tn = '2001'").await;
    reply(&app, json!({ "body": "Again." })).await;
    let expected =
        ["Lock %%lock", "Misc Reset of unlock time.", "StateUpdate %%closed successful%%open%%", "FollowUp %%"];
    assert_eq!(history(&app, "2001").await, expected);
    assert_eq!(
        app.count(&format!("ticket WHERE tn = '2001' AND ticket_lock_id = 2 AND timeout = {}", now().timestamp()))
            .await,
        1
    );
}

#[tokio::test]
async fn a_note_of_an_agent_is_hidden_from_customers_where_they_say_so() {
    let app = app().await;
    with_ticket(&app, "open").await;
    let olga = app.as_agent("olga");
    let hidden = json!({ "number": "2001", "input": { "body": "Difficult.", "isVisibleForCustomer": false } });
    let payload = olga.data(REPLY, hidden).await["ticketReply"].take();
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["ticket"]["articles"]["nodes"][0]["sender"], "AGENT");
    assert_eq!(history(&app, "2001").await, ["AddNote %%", "Misc Reset of unlock time."]);
    let ask = "{ ticket(number: \"2001\") { articles { totalCount } } }";
    assert_eq!(app.as_customer_user("ann").ask(ask).await["ticket"]["articles"]["totalCount"], 0);
    // The customer's next answer starts the time of the lock anew, one after it does not.
    app.execute("DELETE FROM ticket_history").await;
    reply(&app, json!({ "body": "Well?" })).await;
    reply(&app, json!({ "body": "Hello?" })).await;
    assert_eq!(history(&app, "2001").await, ["FollowUp %%", "Misc Reset of unlock time.", "FollowUp %%"]);
}

#[tokio::test]
async fn a_state_is_set_with_its_time_and_without_the_lock() {
    let app = app().await;
    with_ticket(&app, "open").await;
    app.execute("UPDATE ticket SET ticket_lock_id = 2 WHERE tn = '2001'").await;
    let olga = app.as_agent("olga");
    let set = async |state: &str, until: Value| {
        let variables = json!({ "number": "2001", "state": state, "until": until });
        olga.data(SET_STATE, variables).await["ticketSetState"].take()
    };
    let payload = set("pending reminder", json!("2026-04-01T08:00:00Z")).await;
    assert_eq!(payload["ticket"]["pendingUntil"], "2026-04-01T08:00:00+00:00");
    let payload = set("closed successful", Value::Null).await;
    assert_eq!(
        payload["ticket"],
        json!({ "state": { "name": "closed successful" }, "isLocked": false, "pendingUntil": null })
    );
    let expected = [
        "StateUpdate %%open%%pending reminder%%",
        "SetPendingTime %%2026-04-01 08:00",
        "StateUpdate %%pending reminder%%closed successful%%",
        "SetPendingTime %%00-00-00 00:00",
        "Unlock %%unlock",
    ];
    assert_eq!(history(&app, "2001").await, expected);
    assert_eq!(set("merged", Value::Null).await["userErrors"], wrong("INVALID", &["state"]));
    assert_eq!(set("nothing", Value::Null).await["userErrors"], wrong("NOT_FOUND", &["state"]));
    assert_eq!(set("closed successful", Value::Null).await["userErrors"], json!([]));
    assert_eq!(history(&app, "2001").await.len(), expected.len());
}

#[tokio::test]
async fn who_may_only_read_changes_nothing_and_who_may_not_read_finds_nothing() {
    let app = app().await;
    let input = json!({ "number": "1001", "input": { "body": "Hello?" } });
    let errors = async |client: &crate::support::client::Client<'_>| {
        client.data(REPLY, input.clone()).await["ticketReply"]["userErrors"].take()
    };
    assert_eq!(errors(&app.as_customer_user("ann")).await, wrong("FORBIDDEN", &["number"]));
    assert_eq!(errors(&app.as_agent("olga")).await, wrong("FORBIDDEN", &["number"]));
    assert_eq!(errors(&app.as_customer_user("gus")).await, wrong("NOT_FOUND", &["number"]));
    let state = json!({ "number": "1004", "state": "pending reminder", "until": "2026-04-01T08:00:00Z" });
    let payload = app.as_customer_user("ann").data(SET_STATE, state).await["ticketSetState"].take();
    assert_eq!(payload["userErrors"], wrong("INVALID", &["state"]));
    assert_eq!(app.count("ticket_history").await, 0);
}

#[tokio::test]
async fn tickets_of_other_customers_are_read_and_not_written() {
    let app = TestApp::with(OTHERS_COUNT).await;
    app.add(others_grant("acme", "sales", "ro")).await;
    let ann = app.as_customer_user("ann");
    assert_eq!(ann.ask("{ ticket(number: \"1008\") { number } }").await["ticket"]["number"], "1008");
    let answer = json!({ "number": "1008", "input": { "body": "Mine?" } });
    let payload = ann.data(REPLY, answer).await["ticketReply"].take();
    assert_eq!(payload["userErrors"], wrong("FORBIDDEN", &["number"]));
}

#[tokio::test]
async fn a_text_has_an_end() {
    let app = app().await;
    with_ticket(&app, "open").await;
    assert_eq!(
        reply(&app, json!({ "body": "x".repeat(100_001) })).await["userErrors"],
        wrong("TOO_LONG", &["input", "body"])
    );
    assert_eq!(reply(&app, json!({ "body": "ö".repeat(100_000) })).await["userErrors"], json!([]));
}

#[tokio::test]
async fn a_title_beyond_every_column_and_a_state_that_cannot_begin_are_refused() {
    let app = app().await;
    let input = json!({ "title": "x".repeat(3801), "body": "B", "queue": "Sales", "customerUserLogin": "ann", "state": "merged" });
    let payload = app.as_agent("olga").data(CREATE, json!({ "input": input })).await["ticketCreate"].take();
    let expected =
        json!([{ "code": "TOO_LONG", "path": ["input", "title"] }, { "code": "INVALID", "path": ["input", "state"] }]);
    assert_eq!(payload["userErrors"], expected);
}
