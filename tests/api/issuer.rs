//! Tokens of another issuer: whom they let in, and what happens while it changes its keys or does not answer. What a token must be is tested beside
//! the rule.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use deskgraph::auth::token::Realm;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::account::*;
use crate::support::client::Answer;
use crate::support::issuer::{Issuer, SigningKey};
use crate::support::now;
use crate::support::row::*;

/// An issuer with one key, and a server that takes its tokens for customer users.
async fn desk(more: &str) -> (Issuer, SigningKey, TestApp) {
    let (issuer, key) = (Issuer::start().await, SigningKey::new("first"));
    issuer.publish(&[&key]);
    let app = TestApp::with(&issuer.settings("customer", more)).await;
    (issuer, key, app)
}

async fn ask(app: &TestApp, token: &str) -> Answer {
    app.with_token(token).post("{ viewer { role customerUser { login } agent { login } } }", json!({})).await
}

async fn login(app: &TestApp, token: &str) -> Value {
    ask(app, token).await.json()["data"]["viewer"]["customerUser"]["login"].take()
}

#[tokio::test]
async fn a_token_of_the_issuer_lets_a_customer_user_in() {
    let (issuer, key, app) = desk("").await;
    let token = issuer.token(&key, "ann");
    assert_eq!(login(&app, &token).await, "ann");
    // Rights are those of the account here.
    let answer = app.with_token(&token).ask("{ customer(customerId: \"globex\") { name } }").await;
    assert_eq!(answer, json!({"customer": null}));
    // Our own tokens go on, and so do passwords.
    give_passwords(&app).await;
    assert!(is_good(&app, &sign_in(&app, "CUSTOMER", "ann").await.access).await);
}

#[tokio::test]
async fn the_realm_of_the_issuer_decides_what_a_login_means() {
    let (issuer, key) = (Issuer::start().await, SigningKey::new("first"));
    issuer.publish(&[&key]);
    let app = TestApp::with(&issuer.settings("agent", "")).await;
    let answer = ask(&app, &issuer.token(&key, "olga")).await.json();
    assert_eq!(answer["data"]["viewer"], json!({"role": "AGENT", "customerUser": null, "agent": {"login": "olga"}}));
    assert!(!is_good(&app, &issuer.token(&key, "ann")).await);
}

#[tokio::test]
async fn nobody_gets_in_without_a_valid_account() {
    let (issuer, key, app) = desk("").await;
    assert!(!is_good(&app, &issuer.token(&key, "nobody")).await);
    assert!(!is_good(&app, &issuer.token(&key, "olga")).await);
    let token = issuer.token(&key, "ann");
    assert!(is_good(&app, &token).await);
    app.execute("UPDATE customer_user SET valid_id = 2 WHERE login = 'ann'").await;
    assert!(!is_good(&app, &token).await);
}

#[tokio::test]
async fn tokens_that_are_not_for_us_or_not_theirs_are_refused_alike() {
    let (issuer, key, app) = desk("clients = ['portal']").await;
    let claims = |name: &str, value: Value| {
        let mut claims = issuer.claims("ann");
        claims["azp"] = json!("portal");
        claims[name] = value;
        claims
    };
    assert!(is_good(&app, &key.sign(&claims("jti", json!("1")))).await);
    for claims in [
        claims("aud", json!("another")),
        claims("azp", json!("another")),
        claims("iss", json!("deskgraph")),
        claims("iss", json!("https://another.example")),
        claims("preferred_username", json!(7)),
        claims("exp", json!(now().timestamp() - 90)),
        claims("exp", json!(now().timestamp() + 2 * 86_400)),
    ] {
        assert!(!is_good(&app, &key.sign(&claims)).await, "{claims}");
    }
    // A key that the issuer does not know, under the name of one that it does.
    assert!(!is_good(&app, &SigningKey::new("first").sign(&claims("jti", json!("1")))).await);
}

#[tokio::test]
async fn a_login_means_the_one_that_is_spelt_so_in_any_case() {
    let (issuer, key, app) = desk("").await;
    app.add(customer_user("jörg", "globex")).await;
    assert_eq!(login(&app, &issuer.token(&key, "ANN")).await, "ann");
    assert_eq!(login(&app, &issuer.token(&key, "Jörg")).await, "jörg");
    // To MariaDB these are the same.
    for other in ["änn", "ann ", "jorg"] {
        assert!(!is_good(&app, &issuer.token(&key, other)).await, "{other:?}");
    }
}

#[tokio::test]
async fn a_token_of_the_issuer_is_not_turned_into_one_that_lives_on() {
    let (issuer, key, app) = desk("").await;
    let create = "mutation { apiTokenCreate(name: \"for ever\") { secret } }";
    let answer = app.with_token(&issuer.token(&key, "ann")).run(create, json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(app.count("deskgraph_api_token").await, 0);
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_keep_the_keys_from_being_read() {
    let (issuer, key, app) = desk("").await;
    let token = issuer.token(&key, "ann");
    // It goes away as soon as it waits for anything.
    assert!(tokio::time::timeout(Duration::ZERO, ask(&app, &token)).await.is_err());
    assert!(is_good(&app, &token).await);
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn a_flood_of_unknown_keys_is_none_for_the_issuer() {
    let (issuer, key, app) = desk("").await;
    assert!(is_good(&app, &issuer.token(&key, "ann")).await);
    // The description and the keys.
    assert_eq!(issuer.asked(), 2);
    for number in 0..50 {
        let stranger = SigningKey::new(&format!("unknown{number}"));
        assert!(!is_good(&app, &issuer.token(&stranger, "ann")).await);
    }
    assert!(is_good(&app, &issuer.token(&key, "ann")).await);
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn an_issuer_may_change_its_keys() {
    let (issuer, first, app) = desk("").await;
    let (second, third) = (SigningKey::new("second"), SigningKey::new("third"));
    assert!(is_good(&app, &issuer.token(&first, "ann")).await);
    issuer.publish(&[&first, &second]);
    app.renew_issuers().await;
    assert!(is_good(&app, &issuer.token(&first, "ann")).await && is_good(&app, &issuer.token(&second, "ann")).await);
    issuer.publish(&[&second, &third]);
    app.renew_issuers().await;
    app.forget();
    assert!(!is_good(&app, &issuer.token(&first, "ann")).await && is_good(&app, &issuer.token(&third, "ann")).await);
}

#[tokio::test]
async fn an_issuer_that_is_down_keeps_nobody_out_who_has_a_known_key() {
    let (issuer, key, app) = desk("").await;
    assert!(is_good(&app, &issuer.token(&key, "ann")).await);
    issuer.set_up(false);
    app.renew_issuers().await;
    assert!(is_good(&app, &issuer.token(&key, "ann")).await);
    // Whether another key is the issuer's cannot be told now.
    let answer = ask(&app, &issuer.token(&SigningKey::new("second"), "ann")).await;
    assert_eq!(answer.refusal(), (503, "SERVICE_UNAVAILABLE".to_owned()));
    assert!(answer.text.contains("the issuer `login` does not answer"), "{}", answer.text);
    issuer.set_up(true);
    app.renew_issuers().await;
    assert!(!is_good(&app, &issuer.token(&SigningKey::new("second"), "ann")).await);
}

#[tokio::test]
async fn keys_are_read_from_where_the_settings_say_and_from_nowhere_else() {
    let (issuer, key) = (Issuer::start().await, SigningKey::new("first"));
    issuer.publish(&[&key]);
    let token = issuer.token(&key, "ann");
    let status = async |path: &str| {
        let more = format!("jwks_url = '{}{path}'", issuer.url());
        ask(&TestApp::with(&issuer.settings("customer", &more)).await, &token).await.status
    };
    assert_eq!(status("/keys").await, StatusCode::OK);
    for path in ["/elsewhere", "/long", "/nothing", "/.well-known/openid-configuration"] {
        assert_eq!(status(path).await, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
}

#[tokio::test]
async fn a_socket_ends_with_the_token() {
    let (issuer, key, app) = desk("").await;
    let mut claims = issuer.claims("ann");
    // The leeway is for clocks; a socket ends at the time that the token names.
    claims["exp"] = json!(now().timestamp() + 1);
    let mut socket = app.socket(json!({"Authorization": format!("Bearer {}", key.sign(&claims))})).await;
    assert_eq!(socket.closed().await, 4403);
}

#[tokio::test]
async fn a_foreign_token_knows_no_session_and_costs_no_more_than_our_own() {
    let (issuer, key, app) = desk("").await;
    let client = app.with_token(&issuer.token(&key, "ann"));
    assert_eq!(client.ask("mutation { logout { userErrors { code } } }").await["logout"]["userErrors"], json!([]));
    assert_eq!(login(&app, &issuer.token(&key, "ann")).await, "ann");
    let ours = app.with_token(&app.token(Realm::Customer, "ann", TimeDelta::zero()));
    let document = "{ viewer { role } }";
    ours.ask(document).await;
    let (theirs, ours) = (client.cost(document, json!({})).await, ours.cost(document, json!({})).await);
    assert_eq!(theirs, ours);
}
