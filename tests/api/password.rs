//! Changing the own password: the rules, what is written, and whose access ends.

use deskgraph::auth::password::{PasswordHash, hash};
use futures_util::future::join;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::account::*;
use crate::support::client::Client;

const CHANGE: &str = "mutation($current: String!, $new: String!) {
    passwordChange(current: $current, new: $new) { userErrors { code path } } }";
const NEW: &str = "new secret 1";

async fn change(client: &Client<'_>, current: &str, new: &str) -> Value {
    client.data(CHANGE, json!({"current": current, "new": new})).await["passwordChange"]["userErrors"].take()
}

async fn app() -> TestApp {
    let app = TestApp::new().await;
    give_passwords(&app).await;
    app
}

fn broken(rules: usize) -> Value {
    (0..rules).map(|_| json!({"code": "PASSWORD_RULES", "path": ["new"]})).collect()
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_old_one() {
    let app = app().await;
    for (realm, name) in [("CUSTOMER", "ann"), ("AGENT", "olga")] {
        let token = sign_in(&app, realm, name).await.access;
        assert_eq!(change(&app.with_token(&token), PASSWORD, NEW).await, json!([]));
        assert!(login(&app, realm, name, PASSWORD).await["accessToken"].is_null());
        assert!(login(&app, realm, name, NEW).await["accessToken"].is_string());
    }
    assert!(login(&app, "CUSTOMER", "bob", PASSWORD).await["accessToken"].is_string());
}

#[tokio::test]
async fn it_is_stored_and_logged_as_the_other_products_do_it() {
    let app = TestApp::with("[auth]\npassword_hash = \"sha2\"\n").await;
    give_passwords(&app).await;
    let (ann, olga) = (sign_in(&app, "CUSTOMER", "ann").await, sign_in(&app, "AGENT", "olga").await);
    for session in [&ann, &olga] {
        assert_eq!(change(&app.with_token(&session.access), PASSWORD, NEW).await, json!([]));
    }
    let stored = hash(PasswordHash::Sha2, "ann", NEW);
    for (table, name, by) in [("customer_user", "ann", "1"), ("users", "olga", "self")] {
        let of = async |column: &str| {
            let sql = format!("SELECT CAST({column} AS CHAR(64)) FROM {table} WHERE login = '{name}'");
            app.text(&sql).await.map(|text| text.trim_end().to_owned())
        };
        assert_eq!(of("pw").await.as_ref(), Some(&stored));
        let time = of("change_time").await.expect("a time");
        assert!(time.starts_with("2026-03-10 12:00:00"), "{time}");
        let by = if by == "self" { of("id").await } else { Some(by.to_owned()) };
        assert_eq!(of("change_by").await, by, "{table}");
    }
    for table in ["customer_preferences", "user_preferences"] {
        let sql = format!("SELECT preferences_value FROM {table} WHERE preferences_key = 'UserLastPwChangeTime'");
        assert_eq!(app.text(&sql).await.as_deref(), Some("1773144000"), "{table}");
    }
    let logged = "SELECT CONCAT(kind, ' ', entity_type, ' ', entity_key, ' ', realm, ' ', actor, ' ', fields) FROM deskgraph_change ORDER BY id DESC LIMIT 1";
    let expected = r#"password_changed Agent olga agent olga [{"field":"password","before":null,"after":null}]"#;
    assert_eq!(app.text(logged).await.as_deref(), Some(expected));
    assert_eq!(app.count("deskgraph_change").await, 2);
}

#[tokio::test]
async fn it_ends_all_other_access_of_the_account() {
    let app = app().await;
    let (present, other) = (sign_in(&app, "CUSTOMER", "ann").await, sign_in(&app, "CUSTOMER", "ann").await);
    let bob = sign_in(&app, "CUSTOMER", "bob").await;
    let api_token = async |pair: &Pair| {
        let made = app.with_token(&pair.access).ask("mutation { apiTokenCreate(name: \"A\") { secret } }").await;
        made["apiTokenCreate"]["secret"].as_str().expect("a secret").to_owned()
    };
    let (hers, his) = (api_token(&present).await, api_token(&bob).await);
    assert!(is_good(&app, &hers).await && is_good(&app, &other.access).await);

    assert_eq!(change(&app.with_token(&present.access), PASSWORD, NEW).await, json!([]));
    assert!(!is_good(&app, &hers).await);
    assert!(!is_good(&app, &other.access).await && is_refused(&app, &other.refresh).await);
    // The present session goes on, with a new access token.
    assert!(!is_good(&app, &present.access).await);
    let next = pair(&refresh(&app, &present.refresh).await);
    assert!(is_good(&app, &next.access).await);
    assert!(is_good(&app, &bob.access).await && is_good(&app, &his).await);
    assert_eq!(app.count("deskgraph_session").await, 2);
    assert_eq!(app.count("deskgraph_api_token").await, 1);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_changes_nothing() {
    let app = app().await;
    let token = sign_in(&app, "CUSTOMER", "ann").await.access;
    let ann = app.with_token(&token);
    let wrong = json!({"code": "BAD_CREDENTIALS", "path": ["current"]});
    assert_eq!(change(&ann, "wrong", NEW).await, json!([wrong]));
    assert_eq!(change(&ann, "", NEW).await, json!([wrong]));
    assert_eq!(change(&ann, &"a".repeat(2000), NEW).await, json!([wrong]));
    assert_eq!(change(&ann, "a\u{0}", NEW).await, json!([wrong]));
    assert_eq!(change(&ann, PASSWORD, "short").await, broken(2));
    assert_eq!(change(&ann, PASSWORD, PASSWORD).await, broken(3));
    assert_eq!(change(&ann, PASSWORD, &"1".repeat(1025)).await, broken(1));
    assert_eq!(change(&ann, PASSWORD, "\u{0}2345678").await, broken(1));
    let both = change(&ann, "wrong", "short77").await;
    assert_eq!(both, json!([wrong, {"code": "PASSWORD_RULES", "path": ["new"]}]));
    assert!(is_good(&app, &token).await);
    assert!(login(&app, "CUSTOMER", "ann", PASSWORD).await["accessToken"].is_string());
    assert_eq!(app.count("deskgraph_change").await, 0);
}

#[tokio::test]
async fn the_settings_say_what_a_password_must_look_like() {
    let settings = "[passwords]\nmin_size = 3\nneed_digit = false\nmin_2_lower_2_upper = true\nmin_2_characters = true\npattern = \"^[A-z ]*$\"\n";
    let app = TestApp::with(settings).await;
    give_passwords(&app).await;
    let ann = app.with_token(&sign_in(&app, "CUSTOMER", "ann").await.access);
    assert_eq!(change(&ann, PASSWORD, "1").await, broken(4));
    assert_eq!(change(&ann, PASSWORD, "AbCd1").await, broken(1));
    assert_eq!(change(&ann, PASSWORD, "AbCd").await, json!([]));
}

#[tokio::test]
async fn of_two_changes_at_once_one_wins() {
    let app = app().await;
    let token = sign_in(&app, "AGENT", "olga").await.access;
    let olga = app.with_token(&token);
    let (one, other) = join(change(&olga, PASSWORD, "first secret 1"), change(&olga, PASSWORD, "other secret 1")).await;
    let wrong = json!([{"code": "BAD_CREDENTIALS", "path": ["current"]}]);
    let winner = match (&one, &other) {
        (one, other) if *one == json!([]) && *other == wrong => "first secret 1",
        (one, other) if *other == json!([]) && *one == wrong => "other secret 1",
        _ => panic!("{one} {other}"),
    };
    assert!(login(&app, "AGENT", "olga", winner).await["accessToken"].is_string());
    assert_eq!(app.count("deskgraph_change").await, 1);
}

#[tokio::test]
async fn an_account_without_a_password_cannot_choose_one() {
    let app = TestApp::new().await;
    let wrong = json!([{"code": "BAD_CREDENTIALS", "path": ["current"]}]);
    for client in [app.as_customer_user("ann"), app.as_agent("olga")] {
        for current in ["", "*"] {
            assert_eq!(change(&client, current, NEW).await, wrong, "{current}");
        }
    }
}

#[tokio::test]
async fn whoever_is_given_a_password_by_an_agent_has_to_sign_in_again_at_once() {
    let app = app().await;
    let (root, before) = (sign_in(&app, "AGENT", "root@localhost").await, sign_in(&app, "CUSTOMER", "bob").await);
    assert!(is_good(&app, &before.access).await);
    let set =
        "mutation { customerUserSetPassword(login: \"bob\", password: \"another secret\") { userErrors { code } } }";
    assert_eq!(app.with_token(&root.access).ask(set).await["customerUserSetPassword"]["userErrors"], json!([]));
    assert!(!is_good(&app, &before.access).await && is_refused(&app, &before.refresh).await);
}
