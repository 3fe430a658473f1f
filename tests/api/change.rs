//! The change log as administrators read it: newest first, by record and as a whole, whatever the record is called by now.

use deskgraph::auth::token::Realm;
use deskgraph::domain::change::{ChangeKind, EntityType, FieldChange, NewChange};
use deskgraph::error::Error;
use serde_json::{Value, json};

use crate::support::client::texts;
use crate::support::row::*;
use crate::support::{GROUPS_COUNT, TestApp, now};

/// A change whose fields are the ones named, each from `old` to `new`.
fn change(kind: ChangeKind, entity: EntityType, key: &str, fields: &[&str]) -> NewChange {
    let fields = fields.iter().map(|field| FieldChange::new(*field, Some("old"), Some("new"))).collect();
    NewChange { kind, entity, key: key.to_owned(), fields }
}

fn edit(entity: EntityType, key: &str, field: &str) -> NewChange {
    change(ChangeKind::Updated, entity, key, &[field])
}

/// Logs changes, each in a transaction of its own, as the administrator.
async fn log(app: &TestApp, changes: Vec<NewChange>) {
    let root = app.viewer(Realm::Agent, "root@localhost").await;
    for change in changes {
        let mut transaction = app.store().for_request("request-1").begin(&root).await.expect("writing is possible");
        transaction.log(change);
        transaction.commit().await.expect("the change lasts");
    }
}

/// The first field of each change on a page.
fn fields(connection: &Value) -> Vec<String> {
    connection["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| texts(&node["fields"], "field").remove(0))
        .collect()
}

const OF_ACME: &str = r#"query($first: Int, $after: String) { customer(customerId: "acme") { changes(first: $first, after: $after) {
    edges { cursor node { id } } nodes { id fields { field } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"#;

#[tokio::test]
async fn a_change_is_told_whole() {
    let app = TestApp::new().await;
    let renamed = NewChange {
        fields: vec![
            FieldChange::new("name", Some("Acme"), Some("ACME \"Ö\" 😀")),
            FieldChange::new("comment", Some("x"), None),
            FieldChange::new("password", None, None),
        ],
        ..change(ChangeKind::Renamed, EntityType::Customer, "Acme", &[])
    };
    log(&app, vec![renamed]).await;
    let found = app
        .as_administrator()
        .ask(r#"{ customer(customerId: "acme") { changes { nodes { __typename at kind actor entityType entityKey fields { field before after } } } } }"#)
        .await;
    let expected = json!({
        "__typename": "Change", "at": "2026-03-10T12:00:00+00:00", "kind": "RENAMED", "actor": "root@localhost",
        "entityType": "Customer", "entityKey": "Acme", "fields": [
            {"field": "name", "before": "Acme", "after": "ACME \"Ö\" 😀"},
            {"field": "comment", "before": "x", "after": null},
            {"field": "password", "before": null, "after": null},
        ],
    });
    assert_eq!(now().to_rfc3339(), "2026-03-10T12:00:00+00:00");
    assert_eq!(found["customer"]["changes"]["nodes"], json!([expected]));
}

#[tokio::test]
async fn changes_come_newest_first_page_by_page() {
    let app = TestApp::new().await;
    let names = ["one", "two", "three", "four", "five"];
    log(&app, names.iter().map(|name| edit(EntityType::Customer, "acme", name)).collect()).await;
    let (root, mut seen, mut after) = (app.as_administrator(), Vec::new(), Value::Null);
    loop {
        let mut page = root.data(OF_ACME, json!({"first": 2, "after": after})).await["customer"]["changes"].take();
        let info = page["pageInfo"].take();
        assert_eq!(info["hasPreviousPage"], json!(!after.is_null()));
        assert_eq!(page["edges"][0]["cursor"], info["startCursor"]);
        assert_eq!(page["edges"][0]["node"]["id"], page["nodes"][0]["id"]);
        seen.push(fields(&page).join(" "));
        after = info["endCursor"].clone();
        if info["hasNextPage"] == json!(false) {
            break;
        }
    }
    assert_eq!(seen, ["five four", "three two", "one"]);
}

#[tokio::test]
async fn the_log_as_a_whole_holds_every_record() {
    let app = TestApp::new().await;
    let changes = vec![
        edit(EntityType::Customer, "acme", "a"),
        edit(EntityType::CustomerUser, "ann", "b"),
        edit(EntityType::Group, "support", "c"),
        edit(EntityType::Queue, "Sales", "d"),
    ];
    log(&app, changes).await;
    let root = app.as_administrator();
    let page = root.ask("{ changes(first: 3) { nodes { entityType fields { field } } pageInfo { endCursor } } }").await;
    assert_eq!(texts(&page["changes"]["nodes"], "entityType"), ["Queue", "Group", "CustomerUser"]);
    let after = &page["changes"]["pageInfo"]["endCursor"];
    let rest =
        root.data("query($a: String) { changes(after: $a) { nodes { fields { field } } } }", json!({"a": after})).await;
    assert_eq!(fields(&rest["changes"]), ["a"]);
}

#[tokio::test]
async fn each_record_has_its_own_changes() {
    let app = TestApp::new().await;
    let changes = vec![
        edit(EntityType::Customer, "ACME", "of the customer"),
        edit(EntityType::Customer, "globex", "of another"),
        edit(EntityType::CustomerUser, "acme", "of a person of that name"),
        edit(EntityType::CustomerUser, "Ann", "of the person"),
        edit(EntityType::Group, "support", "of the group"),
        edit(EntityType::Queue, "support", "of a queue"),
    ];
    log(&app, changes).await;
    let found = app
        .as_administrator()
        .ask(
            r#"{ customer(customerId: "acme") { changes { nodes { fields { field } } } }
            customerUser(login: "ann") { changes { nodes { fields { field } } } }
            group(name: "support") { changes { nodes { fields { field } } } } empty: group(name: "sales") { changes { nodes { id } } } }"#,
        )
        .await;
    assert_eq!(fields(&found["customer"]["changes"]), ["of the customer"]);
    assert_eq!(fields(&found["customerUser"]["changes"]), ["of the person"]);
    assert_eq!(fields(&found["group"]["changes"]), ["of the group"]);
    assert_eq!(found["empty"]["changes"]["nodes"], json!([]));
}

#[tokio::test]
async fn many_records_cost_as_many_statements_as_one() {
    let app = TestApp::new().await;
    for number in 0..20 {
        app.add(customer(&format!("c{number:02}"), &format!("Crowd {number}"))).await;
        app.add(customer_user(&format!("p{number:02}"), "acme")).await;
        app.add(group(&format!("g{number:02}"))).await;
    }
    let changes = (0..20).flat_map(|number| {
        ["first", "second", "third"].map(|field| edit(EntityType::Customer, &format!("c{number:02}"), field))
    });
    log(&app, changes.collect()).await;
    let root = app.as_administrator();
    for list in ["customers", "customerUsers", "groups"] {
        let query = format!(
            "query($first: Int) {{ {list}(first: $first) {{ nodes {{ changes(first: 2) {{ nodes {{ id }} }} }} }} }}"
        );
        let one = root.cost(&query, json!({"first": 1})).await;
        let many = root.cost(&query, json!({"first": 20})).await;
        assert_eq!(one, many, "{list}");
    }
    let query = "{ customers(first: 22) { nodes { customerId changes(first: 2) { nodes { fields { field } } pageInfo { hasNextPage } } } } }";
    let found = root.ask(query).await;
    for customer in found["customers"]["nodes"].as_array().expect("a list") {
        let is_logged = customer["customerId"].as_str().is_some_and(|id| id.starts_with('c'));
        let expected: &[&str] = if is_logged { &["third", "second"] } else { &[] };
        assert_eq!(fields(&customer["changes"]), expected, "{customer}");
        assert_eq!(customer["changes"]["pageInfo"]["hasNextPage"], json!(is_logged), "{customer}");
    }
}

#[tokio::test]
async fn only_administrators_read_changes() {
    let app = TestApp::with(GROUPS_COUNT).await;
    log(&app, vec![edit(EntityType::Customer, "acme", "name")]).await;
    let query = r#"{ changes { nodes { id } } customer(customerId: "acme") { changes { nodes { id } } } }"#;
    let found = app.as_administrator().ask(query).await;
    let id = &found["changes"]["nodes"][0]["id"];
    assert_eq!(&found["customer"]["changes"]["nodes"][0]["id"], id);
    let node = "query($id: ID!) { node(id: $id) { __typename id } }";
    let of_root = app.as_administrator().data(node, json!({"id": id})).await;
    assert_eq!(of_root["node"], json!({"__typename": "Change", "id": id}));
    for (name, client) in app.everyone().into_iter().filter(|(name, _)| *name != "administrator") {
        let found = client.ask(query).await;
        assert_eq!(found["changes"], Value::Null, "{name}");
        assert_eq!(found["customer"]["changes"], Value::Null, "{name}");
        assert_eq!(client.data(node, json!({"id": id})).await["node"], Value::Null, "{name}");
    }
    assert_eq!(app.anonymous().refusal("{ changes { nodes { id } } }", json!({})).await.1, "UNAUTHENTICATED");
}

#[tokio::test]
async fn the_log_follows_a_record_to_its_new_key() {
    let app = TestApp::new().await;
    let changes = vec![
        edit(EntityType::Customer, "Acme", "before"),
        edit(EntityType::CustomerUser, "acme", "of a person"),
        edit(EntityType::Customer, "acme2", "of another"),
    ];
    log(&app, changes).await;
    let root = app.viewer(Realm::Agent, "root@localhost").await;
    let mut transaction = app.store().begin(&root).await.expect("writing is possible");
    transaction.move_changes(EntityType::Customer, "acme", "Globex").await.expect("the log is there");
    transaction.log(edit(EntityType::Customer, "Globex", "renamed"));
    transaction.commit().await.expect("the change lasts");

    let found = app
        .as_administrator()
        .ask(r#"{ old: customer(customerId: "acme") { changes { nodes { id } } } new: customer(customerId: "globex") { changes { nodes { entityKey fields { field } } } }
            changes { nodes { entityKey } } }"#)
        .await;
    assert_eq!(found["old"]["changes"]["nodes"], json!([]));
    assert_eq!(fields(&found["new"]["changes"]), ["renamed", "before"]);
    assert_eq!(texts(&found["new"]["changes"]["nodes"], "entityKey"), ["Globex", "Acme"]);
    assert_eq!(texts(&found["changes"]["nodes"], "entityKey"), ["Globex", "acme2", "acme", "Acme"]);
}

#[tokio::test]
async fn what_is_not_committed_is_not_logged() {
    let app = TestApp::new().await;
    let root = app.viewer(Realm::Agent, "root@localhost").await;
    let mut transaction = app.store().begin(&root).await.expect("writing is possible");
    transaction.log(edit(EntityType::Customer, "acme", "name"));
    drop(transaction);
    assert_eq!(app.as_administrator().ask("{ changes { nodes { id } } }").await["changes"]["nodes"], json!([]));
}

#[tokio::test]
async fn a_kind_of_a_later_version_does_not_hide_the_change() {
    let app = TestApp::new().await;
    log(&app, vec![change(ChangeKind::Created, EntityType::Customer, "acme", &["name"])]).await;
    app.execute("UPDATE deskgraph_change SET kind = 'teleported', entity_type = 'Planet'").await;
    let found = app.as_administrator().ask("{ changes { nodes { kind entityType } } }").await;
    assert_eq!(found["changes"]["nodes"], json!([{"kind": "UPDATED", "entityType": "Planet"}]));
}

#[tokio::test]
async fn without_our_own_tables_there_are_no_changes_and_nothing_is_written() {
    let app = TestApp::new().await.without_own_tables().await;
    let query = r#"{ changes { nodes { id } } customer(customerId: "acme") { changes { nodes { id } } } node(id: "Q2hhbmdlOjE") { id } }"#;
    let found = app.as_administrator().ask(query).await;
    let none = json!({"nodes": []});
    assert_eq!(found, json!({"changes": none, "customer": {"changes": none}, "node": null}));
    let root = app.viewer(Realm::Agent, "root@localhost").await;
    let refusal = app.store().begin(&root).await.err().expect("nothing can be written");
    assert!(matches!(&refusal, Error::Forbidden(text) if text.contains("`deskgraph migrate`")), "{refusal:?}");
}

#[tokio::test]
async fn a_page_of_changes_has_the_limits_of_every_page() {
    let app = TestApp::with("[limits]\nmax_page_size = 5\ndefault_page_size = 2\n").await;
    log(&app, ["one", "two", "three"].map(|name| edit(EntityType::Customer, "acme", name)).into()).await;
    let root = app.as_administrator();
    assert_eq!(fields(&root.ask("{ changes { nodes { fields { field } } } }").await["changes"]), ["three", "two"]);
    for (arguments, code) in
        [("first: 6", "LIMIT_EXCEEDED"), ("first: -1", "BAD_USER_INPUT"), ("after: \"x\"", "BAD_USER_INPUT")]
    {
        let query = format!("{{ changes({arguments}) {{ nodes {{ id }} }} }}");
        assert_eq!(root.refusal(&query, json!({})).await.1, code, "{arguments}");
    }
}
