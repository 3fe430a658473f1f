//! A directory that is down, or does not say a word.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{MAIN, logins, over};
use crate::support::TestApp;
use crate::support::issuer::{Issuer, SigningKey};
use crate::support::row::*;
use crate::support::slapd::Slapd;

const LIST: &str = "{ customerUsers(first: 5) { totalCount nodes { login } } }";

/// The errors of a response: code, path and the source that is named.
fn errors(response: &Value) -> Vec<(String, String)> {
    let errors = response["errors"].as_array().cloned().unwrap_or_default();
    let told = errors.iter().map(|error| {
        assert!(error["message"].as_str().is_some_and(|message| message.contains("`Directory`")), "{error}");
        (error["extensions"]["code"].as_str().unwrap_or_default().to_owned(), error["path"].to_string())
    });
    told.collect()
}

async fn timed(app: &TestApp, document: &str) -> (Value, Duration) {
    let began = Instant::now();
    (app.as_administrator().run(document, json!({})).await, began.elapsed())
}

#[tokio::test]
async fn a_directory_that_is_down_leaves_a_list_of_the_others_with_an_error_that_names_it() {
    let Some(mut slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    app.add(ticket("2001", "Support").of("acme", "u0005").in_state("open")).await;
    slapd.stop();
    let (list, _) = timed(&app, LIST).await;
    assert_eq!(logins(&list["data"]["customerUsers"]), ["ann", "bob", "gus", "mia", "nils"]);
    assert_eq!(list["data"]["customerUsers"]["totalCount"], 5);
    assert_eq!(errors(&list), [("SERVICE_UNAVAILABLE".to_owned(), "[\"customerUsers\"]".to_owned())]);
    let view = r#"{ customer(customerId: "acme") { name customerUsers { nodes { login } } }
        ticket(number: "2001") { number customerUserLogin customerUser { login } } ann: customerUser(login: "ann") { login effectivePermissions { group { name } } } }"#;
    let (view, _) = timed(&app, view).await;
    assert_eq!(logins(&view["data"]["customer"]["customerUsers"]), ["ann", "bob", "mia"]);
    assert_eq!(view["data"]["ticket"], json!({"number": "2001", "customerUserLogin": "u0005", "customerUser": null}));
    assert_eq!(view["data"]["ann"]["login"], "ann");
    let mut told = errors(&view);
    told.sort();
    let at = |path: &str| ("SERVICE_UNAVAILABLE".to_owned(), path.to_owned());
    assert_eq!(told, [at("[\"customer\",\"customerUsers\"]"), at("[\"ticket\",\"customerUser\"]")]);
}

#[tokio::test]
async fn a_token_of_an_issuer_does_not_become_a_namesakes_while_a_directory_is_down() {
    let Some(mut slapd) = Slapd::start() else { return };
    let (issuer, key) = (Issuer::start().await, SigningKey::new("first"));
    issuer.publish(&[&key]);
    let settings = format!("{}{}{MAIN}", issuer.settings("customer", ""), slapd.source("Directory"));
    let app = TestApp::with(&settings).await;
    app.add(customer_user("u0005", "globex")).await;
    let person = "{ viewer { customerUser { login customerId } } }";
    let client = app.with_token(&issuer.token(&key, "u0005"));
    assert_eq!(client.ask(person).await["viewer"]["customerUser"]["customerId"], "acme");
    slapd.stop();
    // What the directory has said before is believed for a while.
    let fresh = app.sibling(&settings).await;
    let answer = fresh.with_token(&issuer.token(&key, "u0005")).run(person, json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE", "{answer}");
}

#[tokio::test]
async fn a_token_of_an_issuer_needs_no_directory_that_is_asked_later() {
    let Some(mut slapd) = Slapd::start() else { return };
    let (issuer, key) = (Issuer::start().await, SigningKey::new("first"));
    issuer.publish(&[&key]);
    let settings = format!("{}{MAIN}{}", issuer.settings("customer", ""), slapd.source("Directory"));
    slapd.stop();
    let app = TestApp::with(&settings).await;
    let person = "{ viewer { customerUser { login } } }";
    let ann = app.with_token(&issuer.token(&key, "ann")).ask(person).await;
    assert_eq!(ann["viewer"]["customerUser"]["login"], "ann");
    let unknown = app.with_token(&issuer.token(&key, "u0005")).run(person, json!({})).await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE", "{unknown}");
}

#[tokio::test]
async fn people_of_the_database_do_not_notice() {
    let Some(mut slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    slapd.stop();
    let ann = app.as_customer_user("ann");
    for document in [
        "{ viewer { customerUser { login customer { name } } } }",
        "{ tickets { nodes { number customerUser { login } } } }",
    ] {
        assert_eq!(ann.run(document, json!({})).await["errors"], Value::Null, "{document}");
    }
    assert_eq!(
        app.as_person_of("Directory", "u0005").refusal("{ viewer { role } }", json!({})).await.1,
        "SERVICE_UNAVAILABLE"
    );
}

#[tokio::test]
async fn a_directory_that_hangs_costs_less_than_three_seconds_and_then_nothing() {
    let Some(slapd) = Slapd::start() else { return };
    let app = TestApp::with(&format!("{MAIN}{}", slapd.impatient("Directory"))).await;
    assert_eq!(timed(&app, LIST).await.0["errors"], Value::Null);
    slapd.pause();
    let (list, took) = timed(&app, LIST).await;
    assert_eq!(logins(&list["data"]["customerUsers"]), ["ann", "bob", "gus", "mia", "nils"]);
    assert!(took < Duration::from_secs(3), "{took:?}");
    // Lists, look-ups and permissions of one request wait together, not one after the other.
    let view = r#"{ a: customerUsers(first: 5) { nodes { login effectivePermissions { group { name } } } } b: customerUser(login: "u0005") { login }
        c: customerUser(login: "nobody") { login } d: customers { nodes { customerId customerUsers(first: 2) { nodes { login customers { nodes { name } } } } } } }"#;
    let (_, took) = timed(&app, view).await;
    assert!(took < Duration::from_secs(3), "{took:?}");
    for _ in 0..3 {
        timed(&app, LIST).await;
    }
    let (list, took) = timed(&app, LIST).await;
    assert_eq!(errors(&list).len(), 1);
    assert!(took < Duration::from_millis(500), "after some failures it is not asked: {took:?}");

    slapd.go_on();
    let began = Instant::now();
    while timed(&app, LIST).await.0["errors"] != Value::Null {
        assert!(began.elapsed() < Duration::from_secs(10), "it has not come back within ten seconds");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn a_directory_that_was_started_again_is_found_again() {
    let Some(mut slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    assert_eq!(timed(&app, LIST).await.0["errors"], Value::Null);
    slapd.stop();
    assert_eq!(errors(&timed(&app, LIST).await.0).len(), 1);
    slapd.restart();
    assert_eq!(timed(&app, LIST).await.0["errors"], Value::Null);
}
