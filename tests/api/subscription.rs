//! What subscribers are told: of what this server writes and of what other programs write, once it may be seen and by nobody else.

use chrono::TimeDelta;
use deskgraph::auth::token::Realm;
use serde_json::{Value, json};

use crate::support::row::{article, history};
use crate::support::socket::{Socket, eventually};
use crate::support::{GROUPS_COUNT, TestApp, document};

const TICKETS: &str = "subscription($number: String, $customerId: String, $since: String) {
    ticketChanged(number: $number, customerId: $customerId, since: $since) { cursor ticket { number customer { customerId } } } }";
const OPEN: &str = "mutation($input: TicketCreateInput!) { ticketCreate(input: $input) { ticket { number } userErrors { code path } } }";
const ANSWER: &str = "mutation($number: String!, $input: TicketReplyInput!) {
    ticketReply(number: $number, input: $input) { userErrors { code path } } }";
const CUSTOMERS: &str = "subscription($customerId: String, $since: String) {
    customerChanged(customerId: $customerId, since: $since) {
        cursor change { kind actor entityKey fields { field after } } customer { customerId name } } }";
const PEOPLE: &str = "subscription($login: String, $customerId: String) {
    customerUserChanged(login: $login, customerId: $customerId) { change { entityKey } customerUser { login } } }";

/// The number of the ticket of the next event, and its cursor.
async fn ticket(socket: &mut Socket) -> (String, String) {
    let event = socket.event().await;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&event["ticketChanged"]["ticket"]["number"]), text(&event["ticketChanged"]["cursor"]))
}

/// A socket that follows tickets, which has begun.
async fn follow(app: &TestApp, realm: Realm, login: &str, variables: Value) -> Socket {
    let before = app.feed().subscribers();
    let mut socket = app.socket_of(realm, login).await;
    socket.subscribe("t", TICKETS, variables).await;
    app.until_followed_by(before + 1).await;
    socket
}

/// A note in a ticket, as another program writes it.
async fn note(app: &TestApp, number: &str, is_internal: bool) {
    let row = article(number, "A note.");
    let row = if is_internal { row.internal() } else { row };
    let article = row.insert(app.db()).await;
    app.add(history(number, "AddNote").with("article_id", article)).await;
}

/// The highest number in the history.
async fn last_row(app: &TestApp) -> i64 {
    let sql = "SELECT CAST(COALESCE(MAX(id), 0) AS CHAR(10)) FROM ticket_history";
    app.text(sql).await.and_then(|id| id.trim().parse().ok()).expect("a number")
}

#[tokio::test]
async fn what_another_program_writes_reaches_subscribers_of_every_server() {
    let app = TestApp::new().await;
    let other = app.sibling("").await;
    let mut here = follow(&app, Realm::Agent, "root@localhost", json!({})).await;
    let mut there = follow(&other, Realm::Customer, "ann", json!({})).await;
    app.add(history("1001", "StateUpdate")).await;
    for socket in [&mut here, &mut there] {
        assert_eq!(ticket(socket).await.0, "1001");
    }
}

#[tokio::test]
async fn the_document_of_the_portal_is_told_of_an_answer() {
    let app = TestApp::new().await;
    let mut ann = app.socket_of(Realm::Customer, "ann").await;
    ann.subscribe("t", document::TICKET_CHANGED, json!({})).await;
    app.until_followed_by(1).await;
    note(&app, "1001", false).await;
    let told = ann.event().await["ticketChanged"]["ticket"].take();
    assert_eq!((&told["number"], &told["articles"]["nodes"][0]["body"]), (&json!("1001"), &json!("A note.")));
}

#[tokio::test]
async fn a_ticket_is_told_from_its_opening_to_the_answer() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let mut olga = follow(&app, Realm::Agent, "olga", json!({})).await;
    let mut gus = follow(&app, Realm::Customer, "gus", json!({})).await;
    let mut ann = follow(&app, Realm::Customer, "ann", json!({})).await;
    let input = json!({"title": "Broken printer", "body": "It is on fire.", "queue": "Sales"});
    let opened = app.as_customer_user("ann").data(OPEN, json!({"input": input})).await["ticketCreate"].take();
    let number = opened["ticket"]["number"].as_str().unwrap_or_else(|| panic!("no ticket: {opened}")).to_owned();
    assert_eq!((ticket(&mut olga).await.0, ticket(&mut ann).await.0), (number.clone(), number.clone()));
    let answer = json!({"number": number, "input": {"body": "Please use the stairs."}});
    let answered = app.as_agent("olga").data(ANSWER, answer).await["ticketReply"].take();
    assert_eq!(answered["userErrors"], json!([]));
    assert_eq!(ticket(&mut ann).await.0, number);
    // The first that Gus hears of is his own.
    app.add(history("1008", "StateUpdate")).await;
    assert_eq!(ticket(&mut gus).await.0, "1008");
}

#[tokio::test]
async fn an_event_costs_as_much_for_many_sockets_of_an_account_as_for_one() {
    let app = TestApp::new().await;
    let mut sockets = Vec::new();
    for _ in 0..40 {
        sockets.push(follow(&app, Realm::Agent, "root@localhost", json!({})).await);
    }
    app.statements();
    // Whoever is told of the second event is done with the first.
    for number in ["1001", "1002"] {
        app.add(history(number, "StateUpdate")).await;
        for socket in &mut sockets {
            assert_eq!(ticket(socket).await.0, number);
        }
    }
    let cost: usize = app.statements().iter().map(Vec::len).sum();
    assert!((2..40).contains(&cost), "{cost} statements");
}

#[tokio::test]
async fn what_is_shared_is_told_to_nobody_else() {
    let app = TestApp::new().await;
    let mut ann = follow(&app, Realm::Customer, "ann", json!({})).await;
    let mut gus = follow(&app, Realm::Customer, "gus", json!({})).await;
    let mut root = app.socket_of(Realm::Agent, "root@localhost").await;
    for field in ["number", "title"] {
        let document = format!("subscription {{ ticketChanged {{ ticket {{ {field} }} }} }}");
        root.subscribe(field, &document, json!({})).await;
    }
    app.until_followed_by(4).await;
    // The first is of Globex, the second of Acme.
    for number in ["1007", "1001"] {
        app.add(history(number, "StateUpdate")).await;
        let fields = [root.next().await, root.next().await].map(|message| {
            let fields = message["payload"]["data"]["ticketChanged"]["ticket"].as_object().expect("a ticket").clone();
            (message["id"].clone(), fields.keys().cloned().collect::<Vec<_>>())
        });
        for (id, fields) in fields {
            assert_eq!(fields, [id.as_str().expect("a name")]);
        }
    }
    assert_eq!((ticket(&mut ann).await.0, ticket(&mut gus).await.0), ("1001".into(), "1007".into()));
}

#[tokio::test]
async fn the_rows_of_a_ticket_that_come_together_are_one_event() {
    let app = TestApp::new().await;
    let mut root = follow(&app, Realm::Agent, "root@localhost", json!({})).await;
    let first = last_row(&app).await + 1;
    let rows = ["(1, 'StateUpdate')", "(2, 'Lock')", "(3, 'Misc')"];
    let values = rows.map(|row| format!("SELECT {} AS n, {} AS kind", &row[1..2], &row[4..row.len() - 1]));
    app.execute(&format!(
        "INSERT INTO ticket_history (id, name, history_type_id, ticket_id, type_id, queue_id, owner_id, priority_id,
            state_id, create_time, create_by, change_time, change_by)
         SELECT {first} + r.n, '%%', k.id, t.id, 1, 1, 1, 1, 1, t.create_time, 1, t.create_time, 1
         FROM ({}) r, ticket t, ticket_history_type k WHERE t.tn = '1001' AND k.name = r.kind",
        values.join(" UNION ALL ")
    ))
    .await;
    assert_eq!(ticket(&mut root).await.0, "1001");
    app.add(history("1002", "StateUpdate").with("id", first + 9)).await;
    assert_eq!(ticket(&mut root).await.0, "1002");
}

#[tokio::test]
async fn a_row_that_appears_behind_a_higher_number_is_told() {
    let app = TestApp::new().await;
    let mut root = follow(&app, Realm::Agent, "root@localhost", json!({})).await;
    let last = last_row(&app).await;
    app.add(history("1001", "StateUpdate").with("id", last + 3)).await;
    assert_eq!(ticket(&mut root).await.0, "1001");
    app.add(history("1002", "StateUpdate").with("id", last + 2)).await;
    assert_eq!(ticket(&mut root).await.0, "1002");
    app.add(history("1003", "StateUpdate").with("id", last + 1)).await;
    assert_eq!(ticket(&mut root).await.0, "1003");
}

#[tokio::test]
async fn who_comes_back_misses_nothing() {
    let app = TestApp::new().await;
    let mut root = follow(&app, Realm::Agent, "root@localhost", json!({})).await;
    let last = last_row(&app).await;
    app.add(history("1001", "StateUpdate").with("id", last + 2)).await;
    let (number, cursor) = ticket(&mut root).await;
    assert_eq!(number, "1001");
    drop(root);
    app.until_followed_by(0).await;
    // One of them has a number below that of the event that was seen.
    app.add(history("1002", "StateUpdate").with("id", last + 1)).await;
    app.add(history("1003", "StateUpdate").with("id", last + 4)).await;
    for server in [&app, &app.sibling("").await] {
        let mut root = follow(server, Realm::Agent, "root@localhost", json!({"since": cursor})).await;
        let mut told = Vec::new();
        while told.last().is_none_or(|number| number != "1003") {
            told.push(ticket(&mut root).await.0);
        }
        assert!(told.contains(&"1002".to_owned()), "{told:?}");
        // The number between the two appears only now.
        app.add(history("1004", "Lock").with("id", last + if std::ptr::eq(server, &app) { 3 } else { 5 })).await;
        assert_eq!(ticket(&mut root).await.0, "1004");
    }
}

#[tokio::test]
async fn a_long_past_is_read_to_its_end() {
    let app = TestApp::new().await;
    // Before the first row of a table any number could be missing, and cursors wait for it.
    app.add(history("1003", "StateUpdate")).await;
    let mut root = follow(&app, Realm::Agent, "root@localhost", json!({"number": "1001"})).await;
    app.add(history("1001", "StateUpdate")).await;
    let (_, cursor) = ticket(&mut root).await;
    drop(root);
    let first = last_row(&app).await + 1;
    let digits = (0..10).map(|digit| format!("SELECT {digit} AS n")).collect::<Vec<_>>().join(" UNION ALL ");
    app.execute(&format!(
        "INSERT INTO ticket_history (id, name, history_type_id, ticket_id, type_id, queue_id, owner_id, priority_id,
            state_id, create_time, create_by, change_time, change_by)
         SELECT {first} + a.n + 10 * b.n + 100 * c.n + 1000 * d.n, '%%', k.id, t.id, 1, 1, 1, 1, 1, t.create_time, 1, t.create_time, 1
         FROM ({digits}) a, ({digits}) b, ({digits}) c, (SELECT 0 AS n UNION ALL SELECT 1 AS n) d, ticket t, ticket_history_type k
         WHERE t.tn = '1002' AND k.name = 'Misc'"
    ))
    .await;
    app.add(history("1001", "Lock").with("id", first + 2500)).await;
    let mut root = follow(&app, Realm::Agent, "root@localhost", json!({"number": "1001", "since": cursor})).await;
    let (number, next) = ticket(&mut root).await;
    assert_eq!(number, "1001");
    assert_ne!(next, cursor);
}

#[tokio::test]
async fn customer_users_are_told_of_nothing_that_is_not_for_them() {
    let app = TestApp::new().await;
    let mut ann = follow(&app, Realm::Customer, "ann", json!({})).await;
    let mut root = follow(&app, Realm::Agent, "root@localhost", json!({})).await;
    note(&app, "1001", true).await;
    assert_eq!(ticket(&mut root).await.0, "1001");
    app.add(history("1001", "OwnerUpdate")).await;
    assert_eq!(ticket(&mut root).await.0, "1001");
    note(&app, "1007", false).await;
    assert_eq!(ticket(&mut root).await.0, "1007");
    note(&app, "1002", false).await;
    assert_eq!(ticket(&mut root).await.0, "1002");
    // The first that she hears of.
    assert_eq!(ticket(&mut ann).await.0, "1002");

    app.execute("UPDATE customer_user SET customer_id = 'globex' WHERE login = 'ann'").await;
    app.add(history("1002", "StateUpdate")).await;
    assert_eq!(ticket(&mut root).await.0, "1002");
    app.add(history("1007", "StateUpdate")).await;
    assert_eq!(ticket(&mut ann).await.0, "1007");

    app.execute("UPDATE customer_user SET valid_id = 2 WHERE login = 'ann'").await;
    app.add(history("1007", "StateUpdate")).await;
    assert_eq!(ann.closed().await, 4403);
}

#[tokio::test]
async fn a_filter_holds_at_the_moment_of_the_event() {
    let app = TestApp::new().await;
    let mut one = follow(&app, Realm::Agent, "root@localhost", json!({"number": "1002"})).await;
    let mut acme = follow(&app, Realm::Agent, "root@localhost", json!({"customerId": "ACME"})).await;
    for number in ["1007", "1001", "1002"] {
        app.add(history(number, "StateUpdate")).await;
    }
    assert_eq!(ticket(&mut one).await.0, "1002");
    let mut told = [ticket(&mut acme).await.0, ticket(&mut acme).await.0];
    told.sort();
    assert_eq!(told, ["1001", "1002"]);
    app.execute("UPDATE ticket SET customer_id = 'acme' WHERE tn = '1007'").await;
    app.add(history("1007", "CustomerUpdate")).await;
    assert_eq!(ticket(&mut acme).await.0, "1007");
}

#[tokio::test]
async fn changes_of_customers_are_told_to_agents() {
    let app = TestApp::new().await;
    let mut root = app.socket_of(Realm::Agent, "root@localhost").await;
    let mut olga = app.sibling("").await.socket_of(Realm::Agent, "olga").await;
    root.subscribe("c", CUSTOMERS, json!({"customerId": "ACME"})).await;
    app.until_followed_by(1).await;
    let update = "mutation { customerUpdate(customerId: \"acme\", input: { name: \"New\" }) { userErrors { code } } }";
    let rename = "mutation { customerRename(customerId: \"acme\", newCustomerId: \"apex\") { userErrors { code } } }";
    app.as_administrator().ask(update).await;
    let event = root.event().await["customerChanged"].take();
    assert_eq!(event["customer"], json!({"customerId": "acme", "name": "New"}));
    let field = json!({"field": "name", "after": "New"});
    let change = json!({"kind": "UPDATED", "actor": "root@localhost", "entityKey": "acme", "fields": [field]});
    assert_eq!(event["change"], change);

    app.as_administrator().ask(rename).await;
    let renamed = root.event().await["customerChanged"].take();
    assert_eq!((&renamed["change"]["kind"], &renamed["customer"]["customerId"]), (&json!("RENAMED"), &json!("apex")));
    // Under the old key, from the time when it had that.
    olga.subscribe("c", CUSTOMERS, json!({"customerId": "acme", "since": event["cursor"]})).await;
    let told = olga.event().await["customerChanged"].take();
    assert_eq!(told["change"], json!({"kind": "RENAMED", "actor": "", "entityKey": "apex", "fields": []}));
    assert_eq!(told["customer"]["customerId"], json!("apex"));
}

#[tokio::test]
async fn changes_of_people_are_told_to_agents() {
    let app = TestApp::new().await;
    let mut root = app.socket_of(Realm::Agent, "root@localhost").await;
    root.subscribe("acme", PEOPLE, json!({"customerId": "Acme"})).await;
    root.subscribe("gus", PEOPLE, json!({"login": "GUS"})).await;
    app.until_followed_by(2).await;
    let update = |login: &str, title: &str| {
        format!(
            "mutation {{ customerUserUpdate(login: \"{login}\", input: {{ {title} }}) {{ userErrors {{ code }} }} }}"
        )
    };
    for (login, input, id) in
        [("gus", "title: \"Dr.\"", "gus"), ("bob", "title: \"Dr.\"", "acme"), ("bob", "customerId: \"globex\"", "acme")]
    {
        let done = app.as_administrator().ask(&update(login, input)).await;
        assert_eq!(done["customerUserUpdate"]["userErrors"], json!([]));
        let message = root.next().await;
        let told = &message["payload"]["data"]["customerUserChanged"];
        assert_eq!((&message["id"], &told["customerUser"]["login"]), (&json!(id), &json!(login)), "{message}");
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_field_and_for_a_week() {
    let app = TestApp::new().await;
    let mut root = follow(&app, Realm::Agent, "root@localhost", json!({})).await;
    app.add(history("1001", "StateUpdate")).await;
    let (_, cursor) = ticket(&mut root).await;
    let refused = ("error".to_owned(), "BAD_USER_INPUT".to_owned());
    root.subscribe("other field", CUSTOMERS, json!({"since": cursor})).await;
    assert_eq!(root.refusal().await, refused);
    let forged = format!("{}{}", &cursor[..4], cursor[4..].to_uppercase());
    root.subscribe("forged", TICKETS, json!({"since": forged})).await;
    assert_eq!(root.refusal().await, refused);

    let later = app.later(TimeDelta::days(8)).await;
    let token = later.token(Realm::Agent, "root@localhost", TimeDelta::days(-8));
    let mut root = later.socket(json!({"Authorization": token})).await;
    root.subscribe("old", TICKETS, json!({"since": cursor})).await;
    assert_eq!(root.refusal().await, refused);
}

#[tokio::test]
async fn nothing_is_read_while_nobody_listens() {
    let app = TestApp::new().await;
    let mut root = app.socket_of(Realm::Agent, "root@localhost").await;
    assert_eq!((app.feed().is_running(), app.feed().statements()), (false, 0));
    root.subscribe("t", TICKETS, json!({})).await;
    app.until_followed_by(1).await;
    let before = app.feed().statements();
    eventually("the tables are followed", async || app.feed().statements() > before).await;
    root.send(json!({"type": "complete", "id": "t"})).await;
    eventually("the tables are left alone", async || !app.feed().is_running()).await;
    // Another one starts where the tables are now.
    root.subscribe("t", TICKETS, json!({})).await;
    app.until_followed_by(1).await;
    app.add(history("1001", "StateUpdate")).await;
    assert_eq!(ticket(&mut root).await.0, "1001");
}

#[tokio::test]
async fn who_does_not_read_is_dropped_and_others_do_not_wait() {
    let app = TestApp::with("[limits]\nmax_depth = 20\n").await;
    let mut good = follow(&app, Realm::Agent, "root@localhost", json!({})).await;
    let mut bad = follow(&app, Realm::Agent, "root@localhost", json!({})).await;
    let schema = "{ types { name description fields { name description args { name description } } } }";
    let large: String = (0..8).map(|number| format!("a{number}: __schema {schema} ")).collect();
    // More than the buffers of the system hold: the longest that it gives a socket by itself is some megabytes.
    for number in 0..63 {
        bad.subscribe(&number.to_string(), &format!("{{ {large} }}"), json!({})).await;
    }
    app.add(history("1001", "StateUpdate")).await;
    assert_eq!(ticket(&mut good).await.0, "1001");
    app.until_followed_by(1).await;
    app.add(history("1002", "StateUpdate")).await;
    assert_eq!(ticket(&mut good).await.0, "1002");
}
