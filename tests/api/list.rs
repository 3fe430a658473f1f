//! Lists: filters, searches, orders, and paging through all of them in both directions.

use serde_json::{Value, json};

use crate::support::client::{Client, texts};
use crate::support::row::*;
use crate::support::{TestApp, document};

/// The customers that a filter leaves, in order of their ids.
async fn customers(client: &Client<'_>, variables: Value) -> Vec<String> {
    let found = client.data(document::CUSTOMER_LIST, variables).await;
    texts(&found["customers"]["nodes"], "customerId")
}

async fn people(client: &Client<'_>, variables: Value) -> Vec<String> {
    let found = client.data(document::CUSTOMER_USER_LIST, variables).await;
    texts(&found["customerUsers"]["nodes"], "login")
}

async fn tickets(client: &Client<'_>, filter: Value) -> Vec<String> {
    let variables = json!({"view": "ALL", "filter": filter, "orderBy": {"field": "NUMBER", "direction": "ASC"}});
    let found = client.data(document::TICKET_LIST, variables).await;
    texts(&found["tickets"]["nodes"], "number")
}

#[tokio::test]
async fn filters_on_customers_leave_what_fits() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    for (filter, expected) in [
        (json!({}), vec!["acme", "globex"]),
        (json!({"validity": ["INVALID"]}), vec!["initech"]),
        (json!({"validity": ["VALID", "INVALID", "INVALID_TEMPORARILY"]}), vec!["acme", "globex", "initech"]),
        (json!({"validity": []}), vec![]),
        (json!({"customerId": {"eq": "ACME"}}), vec!["acme"]),
        (json!({"customerId": {"in": ["acme", "Globex", "nowhere"]}}), vec!["acme", "globex"]),
        (json!({"name": {"contains": "CORP"}}), vec!["acme"]),
        (json!({"name": {"startsWith": "globex i"}}), vec!["globex"]),
        (json!({"name": {"contains": "%"}}), vec![]),
        (json!({"name": {"contains": "_"}}), vec![]),
        (json!({"city": {"eq": "london"}}), vec!["globex"]),
        (json!({"country": {"isEmpty": true}}), vec!["globex"]),
        (json!({"country": {"isEmpty": false}}), vec!["acme"]),
        (json!({"dataSource": "Database"}), vec!["acme", "globex"]),
        (json!({"dataSource": "elsewhere"}), vec![]),
        (json!({"hasTickets": "ESCALATED"}), vec!["acme"]),
        (json!({"changedAt": {"since": "2026-02-01T09:00:00Z"}}), vec!["acme", "globex"]),
        (json!({"changedAt": {"before": "2026-02-01T09:00:00Z"}}), vec![]),
    ] {
        assert_eq!(customers(&root, json!({"filter": filter})).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn filters_on_people_leave_what_fits() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    for (filter, expected) in [
        (json!({}), vec!["ann", "bob", "gus", "mia", "nils"]),
        (json!({"validity": ["INVALID"]}), vec!["ivy"]),
        (json!({"login": {"eq": "ANN"}}), vec!["ann"]),
        (json!({"email": {"contains": "@Acme."}}), vec!["ann", "bob"]),
        (json!({"firstName": {"eq": "ann"}}), vec!["ann"]),
        (json!({"lastName": {"startsWith": "ex"}}), vec!["bob", "gus", "mia", "nils"]),
        (json!({"customerId": {"eq": "ACME"}}), vec!["ann", "bob"]),
        (json!({"city": {"isEmpty": false}}), vec!["ann"]),
        (json!({"country": {"eq": "germany"}}), vec!["ann"]),
        (json!({"hasTickets": "REMINDER_REACHED"}), vec!["bob"]),
        (json!({"hasTickets": "REMINDER"}), vec!["bob", "gus"]),
    ] {
        assert_eq!(people(&root, json!({"filter": filter})).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn filters_on_tickets_leave_what_fits() {
    let app = TestApp::new().await;
    let olga = app.as_agent("olga");
    for (filter, expected) in [
        (json!({"number": {"eq": "1002"}}), vec!["1002"]),
        (json!({"number": {"startsWith": "101"}}), vec!["1010", "1011", "1012", "1014"]),
        (json!({"title": {"isEmpty": true}}), vec!["1003"]),
        (json!({"title": {"contains": "TICKET 1001"}}), vec!["1001"]),
        (json!({"stateTypes": ["NEW"]}), vec!["1001", "1010"]),
        (json!({"stateTypes": ["MERGED", "PENDING_AUTO"]}), vec!["1009", "1011"]),
        (json!({"queues": ["Sales", "no such queue"]}), vec!["1004", "1005", "1008", "1011"]),
        (json!({"queues": ["Raw"]}), vec![]),
        (json!({"customerId": {"eq": "INITECH"}}), vec!["1010", "1011"]),
        (json!({"customerUserLogin": {"eq": "aNN"}}), vec!["1001", "1003", "1004", "1006", "1011", "1014"]),
        (json!({"createdAt": {"since": "2026-02-06T00:00:00Z"}}), vec!["1011", "1012", "1014"]),
        (json!({"changedAt": {"before": "2026-02-02T09:00:00Z"}}), vec!["1001", "1002"]),
        (json!({"isArchived": true}), vec!["1003"]),
        (json!({"isArchived": false, "stateTypes": ["CLOSED"]}), vec![]),
    ] {
        assert_eq!(tickets(&olga, filter.clone()).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn every_view_lists_what_its_count_says() {
    let app = TestApp::new().await;
    for (name, client) in app.everyone() {
        let counts = client.data(document::STATISTICS, json!({"groupBy": ["CREATED_MONTH"]})).await;
        let counts = &counts["ticketStatistics"][0]["counts"];
        for (view, count) in [
            ("ALL", "total"),
            ("OPEN", "open"),
            ("CLOSED", "closed"),
            ("ESCALATED", "escalated"),
            ("REMINDER", "reminder"),
            ("REMINDER_REACHED", "reminderReached"),
        ] {
            let found = client.data(document::TICKET_LIST, json!({"view": view})).await;
            let listed = found["tickets"]["nodes"].as_array().map(Vec::len);
            assert_eq!(found["tickets"]["totalCount"], counts[count], "{name} {view}");
            assert_eq!(listed.map(|listed| json!(listed)), Some(counts[count].clone()), "{name} {view}");
        }
    }
}

#[tokio::test]
async fn a_search_finds_customers_by_id_and_name() {
    let app = TestApp::new().await;
    app.add(customer("100%", "Hundred_Percent")).await;
    app.add(customer("straße", "Große Straße")).await;
    let root = app.as_administrator();
    for (search, expected) in [
        ("", vec!["100%", "acme", "globex", "straße"]),
        ("acme", vec!["acme"]),
        ("ACME CORP", vec!["acme"]),
        ("acme inter", vec![]),
        ("(acme", vec![]),
        ("corp*", vec!["acme"]),
        ("*inter*", vec!["globex"]),
        ("acme || globex", vec!["acme", "globex"]),
        ("!acme", vec!["100%", "globex", "straße"]),
        ("große", vec!["straße"]),
        ("GROßE", vec!["straße"]),
    ] {
        let mut found = customers(&root, json!({"search": search})).await;
        found.sort();
        assert_eq!(found, expected, "{search}");
    }
}

#[tokio::test]
async fn a_search_finds_people_by_parts_of_words() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    for (search, expected) in [
        ("an", vec!["ann"]),
        ("ARCH", vec!["ann"]),
        ("ann archer", vec![]),
        ("ann+archer", vec!["ann"]),
        ("ann+globex", vec![]),
        ("acme", vec!["ann", "bob"]),
        ("!acme", vec!["gus", "mia", "nils"]),
        ("%", vec![]),
        ("a_n", vec![]),
    ] {
        assert_eq!(people(&root, json!({"search": search})).await, expected, "{search}");
    }
}

/// All entries of a list, page by page.
async fn pages(client: &Client<'_>, field: &str, order: &str, id: &str, is_backward: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let (size, place) = if is_backward { ("last", "before") } else { ("first", "after") };
        let place = cursor.map_or(String::new(), |cursor| format!(", {place}: \"{cursor}\""));
        let query = format!(
            "{{ {field}({size}: 3, orderBy: {order}{place}) {{ nodes {{ {id} }} edges {{ cursor node {{ {id} }} }}
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let page = client.ask(&query).await[field].take();
        let entries = texts(&page["nodes"], id);
        assert!(entries.len() <= 3 && page["edges"].as_array().is_some_and(|edges| edges.len() == entries.len()));
        let info = &page["pageInfo"];
        let was_first = place.is_empty();
        let (has_more, has_come_from, next) = if is_backward {
            found.splice(0..0, entries);
            (&info["hasPreviousPage"], &info["hasNextPage"], &info["startCursor"])
        } else {
            found.extend(entries);
            (&info["hasNextPage"], &info["hasPreviousPage"], &info["endCursor"])
        };
        assert_eq!(*has_come_from, json!(!was_first), "{query}");
        if *has_more != json!(true) {
            return found;
        }
        cursor = next.as_str().map(str::to_owned);
        assert!(cursor.is_some() && found.len() < 1000, "{query}");
    }
}

async fn check_orders(client: &Client<'_>, field: &str, id: &str, orders: &[&str]) {
    for order in orders {
        for direction in ["ASC", "DESC"] {
            let order = format!("{{field: {order}, direction: {direction}}}");
            let query = format!("{{ {field}(first: 1000, orderBy: {order}) {{ totalCount nodes {{ {id} }} }} }}");
            let whole = client.ask(&query).await[field].take();
            let expected = texts(&whole["nodes"], id);
            assert_eq!(whole["totalCount"], json!(expected.len()), "{order}");
            assert_eq!(pages(client, field, &order, id, false).await, expected, "forward {order}");
            assert_eq!(pages(client, field, &order, id, true).await, expected, "backward {order}");
        }
    }
}

#[tokio::test]
async fn pages_of_customers_make_the_whole_list_in_every_order() {
    let app = TestApp::new().await;
    for (number, city) in
        [None, Some(""), Some("Oslo"), Some("oslo"), Some("Öslo"), None, Some("Ålesund")].iter().enumerate()
    {
        let name = format!("Twin {}", number / 2 * 2);
        let row = customer(&format!("twin{number}"), &format!("{name} {number}")).with("city", city.map(str::to_owned));
        app.add(row.at(day(2026, 1, 1 + number as u32 / 3))).await;
    }
    let orders = ["CUSTOMER_ID", "NAME", "CITY", "COUNTRY", "CREATED_AT", "CHANGED_AT"];
    check_orders(&app.as_administrator(), "customers", "customerId", &orders).await;
}

#[tokio::test]
async fn pages_of_people_make_the_whole_list_in_every_order() {
    let app = TestApp::new().await;
    for (number, name) in ["Özil", "özil", "Ozil", "", "Zoë", "zoe", "Ärger"].iter().enumerate() {
        let row = customer_user(&format!("Twin{number}"), "acme").with("first_name", *name).with("last_name", *name);
        app.add(row.with("email", "twin@acme.example").at(day(2026, 1, 1 + number as u32 / 3))).await;
    }
    let orders = ["LOGIN", "FIRST_NAME", "LAST_NAME", "EMAIL", "CUSTOMER_ID", "CREATED_AT", "CHANGED_AT"];
    check_orders(&app.as_administrator(), "customerUsers", "login", &orders).await;
}

#[tokio::test]
async fn pages_of_tickets_make_the_whole_list_in_every_order() {
    let app = TestApp::new().await;
    for (number, title) in [None, Some(""), Some("Same"), Some("same"), None, Some("Ünder")].iter().enumerate() {
        let row = ticket(&format!("20{number}"), "Misc").with("title", title.map(str::to_owned));
        app.add(row.with("ticket_priority_id", 1 + number as i32 % 2)).await;
    }
    let orders = ["NUMBER", "TITLE", "CREATED_AT", "CHANGED_AT", "ESCALATION", "PENDING_UNTIL", "PRIORITY"];
    app.add(agent_grant("root@localhost", "support", "ro")).await;
    app.add(agent_grant("root@localhost", "sales", "ro")).await;
    check_orders(&app.as_administrator(), "tickets", "number", &orders).await;
}

#[tokio::test]
async fn customers_are_sorted_as_people_read_them() {
    let app = TestApp::new().await;
    app.add(customer("Beta", "alpha")).await;
    let root = app.as_administrator();
    let by_name = json!({"orderBy": {"field": "NAME", "direction": "DESC"}});
    assert_eq!(customers(&root, by_name).await, ["globex", "Beta", "acme"]);
    assert_eq!(customers(&root, json!({})).await, ["acme", "Beta", "globex"]);
}

#[tokio::test]
async fn the_case_of_a_name_or_title_does_not_change_its_place() {
    let app = TestApp::new().await;
    for (number, name) in ["Yara", "abe", "Zoe", "xaver"].iter().enumerate() {
        app.add(customer_user(name, "acme").with("last_name", format!("{name} of Oz"))).await;
        app.add(ticket(&format!("300{number}"), "Misc").with("title", format!("{name} asks"))).await;
        app.add(customer(name, &format!("{name} of Oz")).with("city", *name).with("country", *name)).await;
    }
    let query = r#"{ people: customerUsers(filter: {lastName: {contains: "of Oz"}}, orderBy: {field: LAST_NAME}) { nodes { lastName } }
        customers(filter: {name: {contains: "of Oz"}}, orderBy: {field: CITY}) { nodes { name } }
        tickets(filter: {title: {contains: "asks"}}, orderBy: {field: TITLE, direction: ASC}) { nodes { title } } }"#;
    let found = app.as_administrator().ask(query).await;
    let names = ["abe of Oz", "xaver of Oz", "Yara of Oz", "Zoe of Oz"];
    assert_eq!(texts(&found["people"]["nodes"], "lastName"), names);
    assert_eq!(texts(&found["customers"]["nodes"], "name"), names);
    assert_eq!(texts(&found["tickets"]["nodes"], "title"), ["abe asks", "xaver asks", "Yara asks", "Zoe asks"]);
}

#[tokio::test]
async fn pages_of_groups_and_members_make_the_whole_list() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let mut after = Value::Null;
    let mut found = Vec::new();
    for _ in 0..10 {
        let query = "query($after: String) { groups(first: 2, after: $after) { totalCount nodes { name } pageInfo { hasNextPage endCursor } } }";
        let page = root.data(query, json!({"after": after})).await["groups"].take();
        assert_eq!(page["totalCount"], 5);
        found.extend(texts(&page["nodes"], "name"));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
    }
    assert_eq!(found, ["admin", "sales", "stats", "support", "users"]);
    let filter = r#"{ groups(filter: {name: {startsWith: "S"}, validity: [VALID, INVALID]}) { nodes { name } } }"#;
    assert_eq!(texts(&root.ask(filter).await["groups"]["nodes"], "name"), ["sales", "stats", "support"]);
}

#[tokio::test]
async fn people_of_several_customers_are_paged_for_each() {
    let app = TestApp::new().await;
    let query = "{ customers { nodes { customerUsers(first: 1) { totalCount nodes { login } pageInfo { hasNextPage endCursor } } } } }";
    let found = app.as_administrator().ask(query).await;
    let nodes = &found["customers"]["nodes"];
    assert_eq!(nodes[0]["customerUsers"]["nodes"], json!([{"login": "ann"}]));
    assert_eq!(nodes[0]["customerUsers"]["totalCount"], 3);
    assert_eq!(nodes[0]["customerUsers"]["pageInfo"]["hasNextPage"], true);
    assert_eq!(nodes[1]["customerUsers"]["pageInfo"]["hasNextPage"], false);
    let next = "query($after: String) { customer(customerId: \"acme\") { customerUsers(first: 5, after: $after) { nodes { login } } } }";
    let after = &nodes[0]["customerUsers"]["pageInfo"]["endCursor"];
    let rest = app.as_administrator().data(next, json!({"after": after})).await;
    assert_eq!(texts(&rest["customer"]["customerUsers"]["nodes"], "login"), ["bob", "mia"]);
}

#[tokio::test]
async fn one_parent_that_is_asked_for_twice_is_counted_once() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let once = root.ask("{ customer(customerId: \"acme\") { ticketCounts { open total } } }").await;
    let twice = root
        .ask("{ customer(customerId: \"acme\") { a: ticketCounts { open } b: ticketCounts { total } c: ticketCounts { open escalated } } other: customer(customerId: \"ACME\") { ticketCounts { open } } }")
        .await;
    let (once, twice, other) = (&once["customer"]["ticketCounts"], &twice["customer"], &twice["other"]);
    assert_ne!(once["open"], json!(0));
    assert_eq!((&twice["a"]["open"], &twice["b"]["total"]), (&once["open"], &once["total"]));
    assert_eq!((&twice["c"]["open"], &other["ticketCounts"]["open"]), (&once["open"], &once["open"]));
}

#[tokio::test]
async fn a_person_who_is_assigned_twice_hides_nobody() {
    let app = TestApp::new().await;
    for login in ["gus", "GUS", "mia"] {
        additional_customer(login, "acme").insert(app.db()).await;
    }
    let root = app.as_administrator();
    let document = "query($after: String) { customer(customerId: \"acme\") { customerUsers(first: 1, after: $after) { totalCount nodes { login } pageInfo { hasNextPage endCursor } } } }";
    let (mut seen, mut after) = (Vec::new(), json!(null));
    loop {
        let page = root.data(document, json!({"after": after})).await["customer"]["customerUsers"].clone();
        seen.extend(texts(&page["nodes"], "login"));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], seen.len());
            break;
        }
    }
    assert!(seen.contains(&"gus".to_owned()) && seen.contains(&"mia".to_owned()), "{seen:?}");
    assert!(seen.is_sorted(), "{seen:?}");
}

#[tokio::test]
async fn the_tickets_of_a_queue_that_is_too_new_to_be_known_are_nobodys() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let question = "{ customer(customerId: \"acme\") { ticketCounts { total } tickets(first: 100) { totalCount } } }";
    let before = root.ask(question).await;
    // Nobody is told of what another program writes.
    group("secret").insert(app.db()).await;
    queue("Secret", "secret").insert(app.db()).await;
    app.execute("UPDATE ticket SET queue_id = (SELECT id FROM queue WHERE name = 'Secret'), user_id = (SELECT id FROM users WHERE login = 'olga') WHERE LOWER(customer_id) = 'acme'").await;
    assert_ne!(before["customer"]["ticketCounts"]["total"], 0);
    let none = json!({ "customer": { "ticketCounts": { "total": 0 }, "tickets": { "totalCount": 0 } } });
    assert_eq!(root.ask(question).await, none);
}
