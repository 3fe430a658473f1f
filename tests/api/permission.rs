//! Permissions as clients see them: with their sources, with the obstacles, and alike from the person's and from the group's side.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::cast::PEOPLE;
use crate::support::client::texts;
use crate::support::row::*;
use crate::support::{GROUPS_COUNT, OTHERS_COUNT, TestApp, document};

/// The kinds of sources by group for a person.
async fn sources(app: &TestApp, login: &str) -> Value {
    let query = "query($login: String!) { customerUser(login: $login) { effectivePermissions {
        group { name } permissions sources { kind permissions customer { customerId } } } } }";
    let found = app.as_administrator().data(query, json!({"login": login})).await;
    let groups = found["customerUser"]["effectivePermissions"].as_array().cloned().unwrap_or_default();
    let kinds = |group: &Value| {
        let kinds = texts(&group["sources"], "kind").join(" ");
        (group["group"]["name"].as_str().expect("a name").to_owned(), json!(kinds))
    };
    Value::Object(groups.iter().map(kinds).collect())
}

#[tokio::test]
async fn every_way_of_holding_a_permission_is_told() {
    let settings = "[groups]\ncustomer_group_support = true\ncustomer_always_groups = [\"stats\"]\ncustomer_company_always_groups = [\"stats\", \"support\"]\n";
    let app = TestApp::with(settings).await;
    app.add(person_grant("ann", "support", "rw")).await;
    app.add(person_grant("ann", "closed", "rw")).await;
    let expected = json!({
        "sales": "CUSTOMER_USER",
        "stats": "ALWAYS_GROUP CUSTOMER_ALWAYS_GROUP",
        "support": "CUSTOMER_USER CUSTOMER CUSTOMER_ALWAYS_GROUP",
    });
    assert_eq!(sources(&app, "ann").await, expected);
    let off = app.sibling("[groups]\ncustomer_always_groups = []\n").await;
    let found = sources(&off, "ann").await;
    assert_eq!(found["admin"], "GROUP_SUPPORT_OFF");
    assert_eq!(found.as_object().map(serde_json::Map::len), Some(5));
}

#[tokio::test]
async fn permissions_of_additional_customers_count() {
    let app = TestApp::with(GROUPS_COUNT).await;
    assert_eq!(sources(&app, "mia").await, json!({"support": "CUSTOMER"}));
    app.add(additional_customer("mia", "globex")).await;
    assert_eq!(sources(&app, "mia").await, json!({"sales": "CUSTOMER", "support": "CUSTOMER"}));
}

#[tokio::test]
async fn rows_that_are_switched_off_do_not_count() {
    let app = TestApp::with(GROUPS_COUNT).await;
    app.add(person_grant("bob", "sales", "rw").with("permission_value", 0)).await;
    app.add(customer_grant("acme", "sales", "rw").with("permission_value", 0)).await;
    assert_eq!(sources(&app, "bob").await, json!({"support": "CUSTOMER"}));
}

#[tokio::test]
async fn every_obstacle_is_told() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let query = "query($group: String!, $permission: PermissionKey!) { customerUser(login: \"ann\") {
        explainPermission(group: $group, permission: $permission) { isGranted sources { kind } obstacles { kind message } } } }";
    for (group, permission, kind) in [
        ("nowhere", "ro", "GROUP_UNKNOWN"),
        ("closed", "ro", "GROUP_INVALID"),
        ("stats", "ro", "NOT_ASSIGNED"),
        ("support", "rw", "WEAKER_PERMISSION_ONLY"),
    ] {
        let found = app.as_agent("olga").data(query, json!({"group": group, "permission": permission})).await;
        let explanation = &found["customerUser"]["explainPermission"];
        assert_eq!(explanation["isGranted"], false, "{group}");
        assert_eq!(texts(&explanation["obstacles"], "kind"), [kind], "{group}");
        assert!(texts(&explanation["obstacles"], "message")[0].contains(group), "{explanation}");
    }
    let found = app.as_agent("olga").data(query, json!({"group": "sales", "permission": "note"})).await;
    let explanation = &found["customerUser"]["explainPermission"];
    assert_eq!(explanation, &json!({"isGranted": true, "sources": [{"kind": "CUSTOMER_USER"}], "obstacles": []}));
}

#[tokio::test]
async fn reachable_customers_are_told_with_the_groups_that_lead_there() {
    let app = TestApp::with(OTHERS_COUNT).await;
    let query = "query($login: String!) { customerUser(login: $login) { customerAccess { customer { customerId } isDirect groups { name } } } }";
    let direct = json!({"customer": {"customerId": "globex"}, "isDirect": true, "groups": []});
    let reached = json!({"customer": {"customerId": "acme"}, "isDirect": false, "groups": [{"name": "support"}]});
    let ask = async |app: &TestApp, login: &str| {
        app.as_administrator().data(query, json!({"login": login})).await["customerUser"]["customerAccess"].take()
    };
    assert_eq!(ask(&app, "gus").await, json!([reached, direct]));
    assert_eq!(ask(&app.sibling(GROUPS_COUNT).await, "gus").await, json!([direct]));
    assert_eq!(ask(&app, "nils").await, json!([]));
    // Initech is not valid, so of Mia's two customers only the additional one is left.
    assert_eq!(texts_of_customers(&ask(&app, "mia").await), ["acme"]);
}

fn texts_of_customers(access: &Value) -> Vec<String> {
    access
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["customer"]["customerId"].as_str().unwrap_or("").into())
        .collect()
}

#[tokio::test]
async fn stored_permissions_are_told_in_both_contexts() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let query = "query($id: String!) { customer(customerId: $id) {
        groupPermissions { group { name } context permissions } effectivePermissions { group { name } permissions } } }";
    let globex = app.as_administrator().data(query, json!({"id": "globex"})).await;
    let expected = json!({"customer": {
        "groupPermissions": [
            {"group": {"name": "sales"}, "context": "SAME_CUSTOMER", "permissions": ["rw"]},
            {"group": {"name": "support"}, "context": "OTHER_CUSTOMERS", "permissions": ["ro"]},
        ],
        "effectivePermissions": [{"group": {"name": "sales"}, "permissions": ["ro", "rw"]}],
    }});
    assert_eq!(globex, expected);
    let acme = app.as_administrator().data(query, json!({"id": "acme"})).await;
    assert_eq!(acme["customer"]["groupPermissions"][0]["group"]["name"], "closed");
    let seen_by_agent = app.as_agent("olga").data(query, json!({"id": "globex"})).await;
    assert_eq!(seen_by_agent["customer"]["groupPermissions"], Value::Null);
    assert_eq!(seen_by_agent["customer"]["effectivePermissions"], expected["customer"]["effectivePermissions"]);
}

/// Who is in which group with what, from the side of the people.
async fn by_people(app: &TestApp) -> BTreeMap<(String, String), Vec<String>> {
    let query = "{ customerUsers { nodes { login effectivePermissions { group { name } permissions } } } }";
    let found = app.as_administrator().ask(query).await;
    let mut all = BTreeMap::new();
    for person in found["customerUsers"]["nodes"].as_array().expect("a list") {
        for held in person["effectivePermissions"].as_array().expect("a list") {
            let key = (
                held["group"]["name"].as_str().expect("a name").to_owned(),
                person["login"].as_str().expect("a login").to_owned(),
            );
            all.insert(key, keys(&held["permissions"]));
        }
    }
    all
}

fn keys(list: &Value) -> Vec<String> {
    list.as_array().expect("a list").iter().map(|key| key.as_str().expect("a key").to_owned()).collect()
}

/// The same from the side of the groups.
async fn by_groups(app: &TestApp) -> BTreeMap<(String, String), Vec<String>> {
    let query = "{ groups(filter: {validity: [VALID, INVALID]}) { nodes { name customerUsers(effective: true) { totalCount edges { permissions node { login } } } } } }";
    let found = app.as_administrator().ask(query).await;
    let mut all = BTreeMap::new();
    for group in found["groups"]["nodes"].as_array().expect("a list") {
        let edges = group["customerUsers"]["edges"].as_array().expect("a list");
        assert_eq!(group["customerUsers"]["totalCount"], json!(edges.len()), "{group}");
        for edge in edges {
            let login = edge["node"]["login"].as_str().expect("a login").to_owned();
            all.insert((group["name"].as_str().expect("a name").to_owned(), login), keys(&edge["permissions"]));
        }
    }
    all
}

/// The same from the matrix.
async fn by_matrix(app: &TestApp) -> BTreeMap<(String, String), Vec<String>> {
    let found = app.as_administrator().ask(document::PERMISSION_MATRIX).await["permissionMatrix"].take();
    let groups = texts(&found["groups"], "name");
    let mut all = BTreeMap::new();
    for row in found["rows"].as_array().expect("a list") {
        let login = row["customerUser"]["login"].as_str().expect("a login");
        for (group, cell) in groups.iter().zip(row["cells"].as_array().expect("cells")) {
            let held = keys(cell);
            if !held.is_empty() {
                all.insert((group.clone(), login.to_owned()), held);
            }
        }
    }
    all
}

#[tokio::test]
async fn people_groups_and_the_matrix_agree_under_all_settings() {
    let app = TestApp::new().await;
    let always = "[groups]\ncustomer_group_support = true\ncustomer_always_groups = [\"users\", \"closed\"]\ncustomer_company_always_groups = [\"stats\"]\n";
    let other_keys = GROUPS_COUNT.to_owned() + "customer_permission_keys = [\"ro\", \"note\", \"rw\"]\n";
    app.add(customer_user("alone", "")).await;
    app.add(person_grant("GUS", "stats", "note")).await;
    app.add(customer_grant("ACME", "stats", "rw")).await;
    for settings in ["", GROUPS_COUNT, OTHERS_COUNT, always, other_keys.as_str()] {
        let app = app.sibling(settings).await;
        let by_people = by_people(&app).await;
        assert!(!by_people.is_empty(), "{settings}");
        assert_eq!(by_groups(&app).await, by_people, "groups: {settings}");
        assert_eq!(by_matrix(&app).await, by_people, "matrix: {settings}");
    }
}

#[tokio::test]
async fn members_can_be_narrowed_to_a_permission() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let variables = |permission: &str| json!({"name": "support", "permission": permission});
    let found = app.as_administrator().data(document::GROUP_MEMBERS, variables("rw")).await["group"].take();
    for list in ["customers", "stored", "effective"] {
        assert_eq!(found[list]["totalCount"], 0, "{list}");
    }
    let found = app.as_administrator().data(document::GROUP_MEMBERS, variables("ro")).await["group"].take();
    assert_eq!(found["customers"]["totalCount"], 2);
    assert_eq!(found["stored"]["totalCount"], 1);
    assert_eq!(found["effective"]["totalCount"], 4);
}

#[tokio::test]
async fn the_matrix_can_be_narrowed_and_paged() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let root = app.as_administrator();
    let variables = json!({"groups": ["support", "sales"], "first": 2, "filter": {"customerId": {"eq": "acme"}}});
    let found = root.data(document::PERMISSION_MATRIX, variables).await["permissionMatrix"].take();
    assert_eq!(texts(&found["groups"], "name"), ["sales", "support"]);
    assert_eq!(
        found["rows"],
        json!([
            {"customerUser": {"login": "ann"}, "cells": [["ro", "rw"], ["ro"]]},
            {"customerUser": {"login": "bob"}, "cells": [[], ["ro"]]},
        ])
    );
    let first = root.data(document::PERMISSION_MATRIX, json!({"first": 2})).await["permissionMatrix"].take();
    let rest = json!({"after": first["pageInfo"]["endCursor"]});
    let rest = root.data(document::PERMISSION_MATRIX, rest).await["permissionMatrix"].take();
    assert_eq!(first["rows"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest["rows"].as_array().map(Vec::len), Some(PEOPLE.len() - 2));
}

#[tokio::test]
async fn only_the_person_and_agents_read_what_a_person_may_do() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let query = "query($login: String!) { customerUser(login: $login) { effectivePermissions { permissions } customerAccess { isDirect }
        explainPermission(group: \"sales\", permission: \"ro\") { isGranted } groupPermissions { permissions } comment createdBy { login } } }";
    let asked = async |login: &str| {
        app.as_customer_user("ann").data(query, json!({"login": login})).await["customerUser"].take()
    };
    let bob = asked("bob").await;
    assert!(bob.as_object().is_some_and(|fields| fields.values().all(Value::is_null)), "{bob}");
    let ann = asked("ANN").await;
    assert_eq!(ann["explainPermission"]["isGranted"], true);
    assert!(ann["effectivePermissions"].is_array() && ann["customerAccess"].is_array());
    assert!(ann["groupPermissions"].is_null() && ann["comment"].is_null() && ann["createdBy"].is_null());
}
