//! Signing in, and what becomes of a token when the account changes.

use chrono::TimeDelta;
use deskgraph::auth::password::{PasswordHash, hash};
use deskgraph::auth::token::Realm;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::row::*;

const LOGIN: &str = "mutation($realm: Realm!, $login: String!, $password: String!) {
    login(realm: $realm, login: $login, password: $password) {
        accessToken expiresAt viewer { role agent { login } customerUser { login } } userErrors { code path } } }";

async fn login(app: &TestApp, realm: &str, login: &str, password: &str) -> Value {
    let variables = json!({"realm": realm, "login": login, "password": password});
    app.anonymous().data(LOGIN, variables).await["login"].take()
}

async fn is_welcome(app: &TestApp, realm: &str, name: &str, password: &str) -> bool {
    let answer = login(app, realm, name, password).await;
    let is_welcome = answer["accessToken"].is_string();
    if !is_welcome {
        let refused = json!({"accessToken": null, "expiresAt": null, "viewer": null,
            "userErrors": [{"code": "BAD_CREDENTIALS", "path": ["login"]}]});
        assert_eq!(answer, refused);
    }
    is_welcome
}

#[tokio::test]
async fn every_kind_of_hash_is_accepted() {
    let app = TestApp::new().await;
    let kinds = [
        PasswordHash::Argon2id,
        PasswordHash::Bcrypt { cost: 4 },
        PasswordHash::Sha2,
        PasswordHash::Sha512,
        PasswordHash::Sha1,
        PasswordHash::Apr1,
        PasswordHash::Md5,
        PasswordHash::Crypt,
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        let name = format!("person{number}");
        let stored = hash(kind, &name, "secret");
        app.add(customer_user(&name, "acme").with("pw", stored.clone())).await;
        assert!(is_welcome(&app, "CUSTOMER", &name, "secret").await, "{kind:?}");
        for wrong in ["Secret", "", stored.as_str()] {
            assert!(!is_welcome(&app, "CUSTOMER", &name, wrong).await, "{kind:?} {wrong}");
        }
    }
}

/// SHA-256 of `secret`.
const SECRET: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

#[tokio::test]
async fn a_token_from_signing_in_is_good_for_the_next_request() {
    let app = TestApp::new().await;
    app.execute(&format!("UPDATE users SET pw = '{SECRET}' WHERE login = 'olga'")).await;
    let answer = login(&app, "AGENT", "olga", "secret").await;
    assert_eq!(answer["viewer"], json!({"role": "AGENT", "agent": {"login": "olga"}, "customerUser": null}));
    assert_eq!(answer["expiresAt"], "2026-03-10T12:15:00+00:00");
    let token = answer["accessToken"].as_str().expect("a token");
    assert_eq!(app.with_token(token).ask("{ viewer { role } }").await["viewer"]["role"], "AGENT");
}

#[tokio::test]
async fn what_is_not_right_is_refused_alike() {
    let app = TestApp::new().await;
    app.execute(&format!("UPDATE users SET pw = '{SECRET}'")).await;
    app.execute(&format!("UPDATE customer_user SET pw = '{SECRET}' WHERE login <> 'bob'")).await;
    assert!(is_welcome(&app, "CUSTOMER", "ann", "secret").await);
    assert!(is_welcome(&app, "AGENT", "root@localhost", "secret").await);
    for (realm, name, password) in [
        ("CUSTOMER", "ann", "wrong"),
        ("CUSTOMER", "nobody", "secret"),
        ("CUSTOMER", "ivy", "secret"),
        ("CUSTOMER", "ANN", "secret"),
        ("CUSTOMER", " ann", "secret"),
        ("CUSTOMER", "ann ", "secret"),
        ("CUSTOMER", "bob", ""),
        ("CUSTOMER", "olga", "secret"),
        ("CUSTOMER", "", "secret"),
        ("CUSTOMER", "a\u{0}nn", "secret"),
        ("CUSTOMER", "%", "secret"),
        ("AGENT", "olga", "wrong"),
        ("AGENT", "nobody", "secret"),
        ("AGENT", "otto", "secret"),
        ("AGENT", "OLGA", "secret"),
        ("AGENT", "ann", "secret"),
    ] {
        assert!(!is_welcome(&app, realm, name, password).await, "{realm} {name:?} {password}");
    }
    assert!(!is_welcome(&app, "AGENT", &"a".repeat(5000), "secret").await);
    assert!(!is_welcome(&app, "AGENT", "olga", &"a".repeat(5000)).await);
}

#[tokio::test]
async fn a_plain_password_counts_only_where_the_settings_say_so() {
    let app = TestApp::new().await;
    app.add(customer_user("plain", "acme").with("pw", "secret")).await;
    assert!(!is_welcome(&app, "CUSTOMER", "plain", "secret").await);
    let plain = app.sibling("[auth]\naccept_plain_passwords = true\n").await;
    assert!(is_welcome(&plain, "CUSTOMER", "plain", "secret").await);
}

#[tokio::test]
async fn the_token_of_an_account_that_is_switched_off_ends_at_once() {
    let app = TestApp::new().await;
    let (ann, olga) = (app.as_customer_user("ann"), app.as_agent("olga"));
    let ask = "{ viewer { role } }";
    assert!(ann.ask(ask).await["viewer"].is_object() && olga.ask(ask).await["viewer"].is_object());
    app.execute("UPDATE customer_user SET valid_id = 3 WHERE login = 'ann'").await;
    app.execute("UPDATE users SET valid_id = 2 WHERE login = 'olga'").await;
    assert_eq!(ann.refusal(ask, json!({})).await, (401, "UNAUTHENTICATED".into()));
    assert_eq!(olga.refusal(ask, json!({})).await, (401, "UNAUTHENTICATED".into()));
}

#[tokio::test]
async fn a_change_of_roles_counts_at_once() {
    let app = TestApp::new().await;
    let olga = app.as_agent("olga");
    let ask = "{ viewer { role } tickets { totalCount } }";
    let before = olga.ask(ask).await;
    assert_eq!(before["viewer"]["role"], "AGENT");
    app.add(role_grant("seller", "admin", "rw")).await;
    assert_eq!(olga.ask(ask).await["viewer"]["role"], "ADMINISTRATOR");
    app.execute("UPDATE roles SET valid_id = 2").await;
    let after = olga.ask(ask).await;
    assert_eq!(after["viewer"]["role"], "AGENT");
    assert!(after["tickets"]["totalCount"].as_i64() < before["tickets"]["totalCount"].as_i64());
}

#[tokio::test]
async fn an_administrator_is_who_holds_rw_in_the_valid_group_admin() {
    let app = TestApp::new().await;
    app.add(agent_grant("olga", "admin", "ro")).await;
    assert_eq!(app.as_agent("olga").ask("{ viewer { role } }").await["viewer"]["role"], "AGENT");
    app.execute("UPDATE groups_table SET valid_id = 2 WHERE name = 'admin'").await;
    assert_eq!(app.as_administrator().ask("{ viewer { role } }").await["viewer"]["role"], "AGENT");
}

#[tokio::test]
async fn a_customer_users_token_in_another_spelling_still_means_the_person() {
    let app = TestApp::new().await;
    let token = app.token(Realm::Customer, "Ann", TimeDelta::zero());
    let viewer = app.with_token(&token).ask("{ viewer { customerUser { login } } }").await["viewer"].take();
    assert_eq!(viewer["customerUser"]["login"], "ann");
}
