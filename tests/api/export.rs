//! Exports: whole lists as NDJSON and CSV, of what their viewer could page through.

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use deskgraph::domain::account::Realm;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::TestApp;
use crate::support::client::{Answer, Client, texts};
use crate::support::row::*;

/// Pages of two records, so that small lists have several.
const SMALL_PAGES: &str =
    "[groups]\ncustomer_group_support = true\n[limits]\nmax_page_size = 2\ndefault_page_size = 2\n";

async fn get(client: &Client<'_>, address: &str) -> Answer {
    client.http(Request::get(address).body(Body::empty()).expect("the request is good")).await
}

/// The rows of an export as NDJSON.
async fn rows(client: &Client<'_>, list: &str, after: Option<&Value>) -> Vec<Value> {
    let after = after.map_or_else(String::new, |cursor| format!("?after={}", cursor.as_str().unwrap_or_default()));
    let answer = get(client, &format!("/export/{list}.ndjson{after}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn column(rows: &[Value], name: &str) -> Vec<String> {
    texts(&json!(rows), name)
}

#[tokio::test]
async fn an_export_has_all_rows_and_goes_on_behind_any_of_them() {
    let app = TestApp::with(SMALL_PAGES).await;
    let root = app.as_administrator();
    let customers = rows(&root, "customers", None).await;
    assert_eq!(column(&customers, "customerId"), ["acme", "globex", "initech"]);
    let acme = root.ask(r#"{ customer(customerId: "acme") { name address { city } createdAt } }"#).await;
    assert_eq!(customers[0]["name"], acme["customer"]["name"]);
    assert_eq!(customers[0]["city"], acme["customer"]["address"]["city"]);
    assert_eq!(customers[0]["createdAt"], acme["customer"]["createdAt"]);
    for list in ["customers", "customer-users", "tickets"] {
        let all = rows(&root, list, None).await;
        assert!(all.len() > 2, "{list} has several pages");
        for (number, row) in all.iter().enumerate() {
            assert_eq!(rows(&root, list, Some(&row["cursor"])).await, all[number + 1..], "{list}");
        }
    }
}

#[tokio::test]
async fn an_export_of_permissions_tells_what_the_matrix_tells_and_loses_nobody_who_goes_on() {
    let app = TestApp::with(SMALL_PAGES).await;
    app.add(person_grant("ann", "support", "ro")).await;
    app.add(person_grant("ann", "sales", "rw")).await;
    let root = app.as_administrator();
    let all = rows(&root, "permissions", None).await;
    let asked =
        root.ask(r#"{ customerUser(login: "ann") { effectivePermissions { group { name } permissions } } }"#).await;
    let held = asked["customerUser"]["effectivePermissions"].as_array().expect("a list");
    let of_ann: Vec<&Value> = all.iter().filter(|row| row["login"] == "ann").collect();
    assert!(of_ann.len() > 1);
    assert_eq!(of_ann.len(), held.len());
    for (row, held) in of_ann.iter().zip(held) {
        assert_eq!((&row["group"], &row["permissions"]), (&held["group"]["name"], &held["permissions"]));
        assert!(row["sources"].as_array().is_some_and(|sources| !sources.is_empty()));
    }
    for (number, row) in all.iter().enumerate() {
        let rest = rows(&root, "permissions", Some(&row["cursor"])).await;
        assert!(rest.ends_with(&all[number + 1..]), "behind {row}");
    }
}

#[tokio::test]
async fn tables_have_a_line_of_names_and_quote_what_must_be() {
    let app = TestApp::with(SMALL_PAGES).await;
    app.add(customer("a-quoted", "Say \"no\", or\nnot").with("comments", "=1+1")).await;
    let table = get(&app.as_administrator(), "/export/customers.csv").await.text;
    let (names, records) = table.split_once("\r\n").expect("lines");
    assert_eq!(
        names,
        "customerId,name,street,zip,city,country,url,comment,validity,dataSource,createdAt,changedAt,cursor"
    );
    assert!(records.starts_with("a-quoted,\"Say \"\"no\"\", or\nnot\",,,,,,=1+1,VALID,Database,"), "{records}");
    assert_eq!(records.lines().count(), 5);
    let cursor = rows(&app.as_administrator(), "customers", None).await[2]["cursor"].clone();
    let address = format!("/export/customers.csv?after={}", cursor.as_str().expect("a cursor"));
    let rest = get(&app.as_administrator(), &address).await.text;
    assert!(rest.starts_with("initech,"), "names come once: {rest}");
    let permissions = get(&app.as_administrator(), "/export/permissions.csv").await.text;
    assert!(permissions.starts_with("login,customerId,group,permissions,sources,cursor\r\n"));
}

#[tokio::test]
async fn everyone_exports_what_they_may_see() {
    let app = TestApp::with(SMALL_PAGES).await;
    for (who, client) in app.everyone() {
        for (list, field, key) in [
            ("customers", "customers", "customerId"),
            ("customer-users", "customerUsers", "login"),
            ("tickets", "tickets", "number"),
        ] {
            let validity =
                if list == "tickets" { "" } else { ", filter: {validity: [VALID, INVALID, INVALID_TEMPORARILY]}" };
            let (mut expected, mut after) = (Vec::new(), Value::Null);
            loop {
                let document = format!(
                    "query($after: String) {{ list: {field}(first: 2, after: $after{validity}) {{ nodes {{ key: {key} }} pageInfo {{ hasNextPage endCursor }} }} }}"
                );
                let page = client.run(&document, json!({"after": after})).await;
                let list = &page["data"]["list"];
                if list.is_null() {
                    break;
                }
                expected.extend(texts(&list["nodes"], "key"));
                after = list["pageInfo"]["endCursor"].clone();
                if list["pageInfo"]["hasNextPage"] != true {
                    break;
                }
            }
            let answer = get(&client, &format!("/export/{list}.ndjson")).await;
            if answer.status == 200 {
                let mut exported = column(&rows(&client, list, None).await, key);
                exported.sort();
                expected.sort();
                assert_eq!(exported, expected, "{who}: {list}");
            } else {
                assert_eq!(
                    (answer.refusal(), expected.len()),
                    ((401, "UNAUTHENTICATED".to_owned()), 0),
                    "{who}: {list}"
                );
            }
        }
    }
    let own = rows(&app.as_customer_user("ann"), "customer-users", None).await;
    let mut others = own.iter().filter(|row| row["login"] != "ann");
    assert!(others.clone().count() > 0 && others.all(|row| row["phone"].is_null() && row["comment"].is_null()));
    app.add(person_grant("ann", "support", "ro")).await;
    app.add(person_grant("bob", "support", "ro")).await;
    let held = column(&rows(&app.as_customer_user("ann"), "permissions", None).await, "login");
    assert!(!held.is_empty() && held.iter().all(|login| login == "ann"), "{held:?}");
}

#[tokio::test]
async fn what_cannot_be_exported_is_said() {
    let app = TestApp::with(SMALL_PAGES).await;
    let root = app.as_administrator();
    for (address, status, message) in [
        (
            "/export/groups.csv",
            404,
            "there is no such export: take one of customers, customer-users, tickets, permissions, with `.ndjson` or `.csv`",
        ),
        ("/export/customers", 404, "there is no such export"),
        ("/export/customers.xlsx", 404, "there is no such export"),
        ("/export/customers.csv?first=5", 400, "an export knows the parameter `after` only"),
        ("/export/customers.csv?after=x&after=y", 400, "an export knows the parameter `after` only"),
        ("/export/customers.csv?after=nonsense", 400, ""),
    ] {
        let answer = get(&root, address).await;
        assert_eq!(answer.status, status, "{address}");
        let told = answer.json()["errors"][0]["message"].as_str().expect("a message").to_owned();
        assert!(told.starts_with(message), "{address}: {told}");
    }
    assert_eq!(get(&app.anonymous(), "/export/tickets.csv").await.refusal(), (401, "UNAUTHENTICATED".to_owned()));
    assert_eq!(
        get(&app.with_token("nobody"), "/export/tickets.csv").await.refusal(),
        (401, "UNAUTHENTICATED".to_owned())
    );
}

#[tokio::test]
async fn each_page_costs_the_same_statements() {
    let app = TestApp::with("[limits]\nmax_page_size = 10\ndefault_page_size = 10\n").await;
    for number in 0..40 {
        app.add(customer_user(&format!("p{number:02}"), "acme")).await;
    }
    let root = app.as_administrator();
    rows(&root, "permissions", None).await;
    app.statements();
    rows(&root, "permissions", None).await;
    let statements = app.statements();
    assert!(statements.len() >= 5, "a request for each page");
    let counts: Vec<usize> = statements.iter().map(Vec::len).collect();
    let (least, most) = (counts.iter().min(), counts.iter().max());
    assert!(most <= least.map(|least| least + 3).as_ref(), "{counts:?}");
}

#[tokio::test]
async fn what_hides_other_documents_hides_exports() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let manifest = folder.path().join("documents.json");
    std::fs::write(&manifest, r#"{"one": "{ viewer { role } }"}"#).expect("it can be written to");
    let settings = format!("[documents]\nmanifest = \"{}\"\ntrusted_only = true\n", manifest.display());
    let app = TestApp::with(&settings).await;
    assert_eq!(get(&app.as_administrator(), "/export/customers.csv").await.status, 404);
}

#[tokio::test]
async fn exports_that_nobody_reads_to_the_end_do_not_pile_up() {
    let app = TestApp::with(SMALL_PAGES).await;
    let begin = async |token: &str| {
        let request = Request::get("/export/tickets.csv").header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).expect("the request is good");
        app.router().oneshot(request).await.expect("the router answers")
    };
    let (ann, bob) = (token_of(&app, "ann"), token_of(&app, "bob"));
    let kept = [begin(&ann).await, begin(&ann).await];
    assert!(kept.iter().all(|answer| answer.status() == 200));
    let refused = begin(&ann).await;
    assert_eq!((refused.status().as_u16(), refused.headers().contains_key("retry-after")), (429, true));
    assert_eq!(begin(&bob).await.status(), 200, "others go on");
    drop(kept);
    assert_eq!(begin(&ann).await.status(), 200);
}

fn token_of(app: &TestApp, login: &str) -> String {
    app.token(Realm::Customer, login, TimeDelta::zero())
}
