//! Sessions: going on with a refresh token, signing out, and what else ends access.

use chrono::TimeDelta;
use deskgraph::auth::token::Realm;
use futures_util::future::join;
use serde_json::json;

use crate::support::TestApp;
use crate::support::account::*;
use crate::support::row::*;

const LOGOUT: &str = "mutation { logout { userErrors { code } } }";
const LOGOUT_EVERYWHERE: &str = "mutation { logout(everywhere: true) { userErrors { code } } }";

/// A server on which everyone can sign in.
async fn app() -> TestApp {
    let app = TestApp::new().await;
    give_passwords(&app).await;
    app
}

/// How many sessions there are.
async fn sessions(app: &TestApp) -> i64 {
    app.count("deskgraph_session").await
}

#[tokio::test]
async fn a_refresh_token_gives_new_tokens_once() {
    let app = app().await;
    let first = sign_in(&app, "CUSTOMER", "ann").await;
    let answer = refresh(&app, &first.refresh).await;
    let second = pair(&answer);
    assert_ne!(first.refresh, second.refresh);
    assert_eq!(answer["expiresAt"], "2026-03-10T12:15:00+00:00");
    let ann = json!({"role": "CUSTOMER_USER", "customerUser": {"login": "ann"}, "agent": null});
    assert_eq!((&answer["viewer"], &answer["userErrors"]), (&ann, &json!([])));
    assert!(is_good(&app, &second.access).await);
    let third = pair(&refresh(&app, &second.refresh).await);
    assert!(is_good(&app, &third.access).await && is_good(&app, &first.access).await);
    assert_eq!(sessions(&app).await, 1);
}

#[tokio::test]
async fn a_refresh_token_that_is_used_again_ends_the_whole_session() {
    let app = app().await;
    let other = sign_in(&app, "AGENT", "olga").await;
    let first = sign_in(&app, "AGENT", "olga").await;
    let second = pair(&refresh(&app, &first.refresh).await);
    assert!(is_refused(&app, &first.refresh).await);
    assert!(!is_good(&app, &first.access).await && !is_good(&app, &second.access).await);
    assert!(is_refused(&app, &second.refresh).await);
    assert!(is_good(&app, &other.access).await && !is_refused(&app, &other.refresh).await);
}

#[tokio::test]
async fn of_two_refreshes_at_once_one_wins_and_the_other_counts_as_reuse() {
    let app = app().await;
    let token = sign_in(&app, "AGENT", "olga").await.refresh;
    let (one, other) = join(refresh(&app, &token), refresh(&app, &token)).await;
    let won = [&one, &other].into_iter().filter(|answer| answer["accessToken"].is_string());
    let won: Vec<_> = won.map(pair).collect();
    assert_eq!(won.len(), 1, "{one} {other}");
    assert!(!is_good(&app, &won[0].access).await && is_refused(&app, &won[0].refresh).await);
    assert_eq!(sessions(&app).await, 0);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused_alike_and_ends_nothing() {
    let app = app().await;
    let Pair { access, refresh } = sign_in(&app, "CUSTOMER", "ann").await;
    let (selector, secret) = refresh.split_once('.').expect("two parts");
    let strange = format!("{}.{secret}", "A".repeat(selector.len()));
    for token in
        ["", ".", "nonsense", &access, selector, &strange, &format!("{refresh}A"), "a.b\u{0}", &"a".repeat(9000)]
    {
        assert!(is_refused(&app, token).await, "{token}");
    }
    assert!(!is_refused(&app, &refresh).await);
}

#[tokio::test]
async fn a_session_slides_and_ends_when_it_is_not_refreshed() {
    let app = app().await;
    let first = sign_in(&app, "CUSTOMER", "ann").await;
    let idle = sign_in(&app, "CUSTOMER", "ann").await;
    let second = pair(&refresh(&app.later(TimeDelta::days(29)).await, &first.refresh).await);
    let later = app.later(TimeDelta::days(58)).await;
    assert!(is_refused(&later, &idle.refresh).await);
    let third = pair(&refresh(&later, &second.refresh).await);
    let much_later = app.later(TimeDelta::days(58 + 30)).await;
    assert!(is_refused(&much_later, &third.refresh).await);
    // Whoever signs in takes what has expired away, be it of others.
    assert_eq!(sessions(&app).await, 2);
    sign_in(&much_later, "AGENT", "olga").await;
    assert_eq!(sessions(&app).await, 1);
}

#[tokio::test]
async fn signing_out_ends_one_session() {
    let app = app().await;
    let (one, other) = (sign_in(&app, "CUSTOMER", "ann").await, sign_in(&app, "CUSTOMER", "ann").await);
    let outcome = app.with_token(&one.access).ask(LOGOUT).await;
    assert_eq!(outcome["logout"], json!({"userErrors": []}));
    assert!(!is_good(&app, &one.access).await && is_refused(&app, &one.refresh).await);
    assert!(is_good(&app, &other.access).await && !is_refused(&app, &other.refresh).await);
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_of_the_account_and_no_others() {
    let app = app().await;
    // An agent of the same name as a customer user.
    app.add(agent("ann").with("pw", STORED)).await;
    let (one, other) = (sign_in(&app, "CUSTOMER", "ann").await, sign_in(&app, "CUSTOMER", "ann").await);
    let (bob, agent) = (sign_in(&app, "CUSTOMER", "bob").await, sign_in(&app, "AGENT", "ann").await);
    app.with_token(&one.access).ask(LOGOUT_EVERYWHERE).await;
    for ended in [one, other] {
        assert!(!is_good(&app, &ended.access).await && is_refused(&app, &ended.refresh).await);
    }
    for going_on in [bob, agent] {
        assert!(is_good(&app, &going_on.access).await && !is_refused(&app, &going_on.refresh).await);
    }
}

#[tokio::test]
async fn a_token_without_a_session_outlives_signing_out() {
    let app = TestApp::new().await;
    let token = app.token(Realm::Agent, "olga", TimeDelta::zero());
    for document in [LOGOUT, LOGOUT_EVERYWHERE] {
        assert_eq!(app.with_token(&token).ask(document).await["logout"], json!({"userErrors": []}));
    }
    assert!(is_good(&app, &token).await);
    assert_eq!(app.anonymous().refusal(LOGOUT, json!({})).await, (200, "UNAUTHENTICATED".to_owned()));
}

#[tokio::test]
async fn what_one_server_ends_is_refused_by_the_others() {
    let app = app().await;
    let other = app.sibling("").await;
    let session = sign_in(&app, "CUSTOMER", "ann").await;
    assert!(is_good(&other, &session.access).await);
    app.with_token(&session.access).ask(LOGOUT).await;
    assert!(!is_good(&app, &session.access).await);
    other.forget();
    assert!(!is_good(&other, &session.access).await);
}

#[tokio::test]
async fn a_password_that_another_program_changes_ends_all_access() {
    let app = app().await;
    let session = sign_in(&app, "CUSTOMER", "ann").await;
    let ann = app.with_token(&session.access);
    let made = ann.ask("mutation { apiTokenCreate(name: \"A\") { secret } }").await;
    let api_token = made["apiTokenCreate"]["secret"].as_str().expect("a secret").to_owned();
    assert!(is_good(&app, &api_token).await);
    app.execute("UPDATE customer_user SET pw = 'other' WHERE login = 'ann'").await;
    app.forget();
    assert!(!is_good(&app, &session.access).await && !is_good(&app, &api_token).await);
    assert!(is_refused(&app, &session.refresh).await);
}

#[tokio::test]
async fn a_token_of_the_command_line_ends_with_the_password_too() {
    let app = TestApp::new().await;
    let token = app.token(Realm::Agent, "olga", TimeDelta::zero());
    assert!(is_good(&app, &token).await);
    app.execute("UPDATE users SET pw = 'other' WHERE login = 'olga'").await;
    app.forget();
    assert!(!is_good(&app, &token).await);
}

#[tokio::test]
async fn an_account_that_is_switched_off_is_refused_at_once_and_goes_on_when_it_is_switched_on() {
    let app = app().await;
    let (ann, olga) = (sign_in(&app, "CUSTOMER", "ann").await, sign_in(&app, "AGENT", "olga").await);
    assert!(is_good(&app, &ann.access).await && is_good(&app, &olga.access).await);
    for table in ["users", "customer_user"] {
        app.execute(&format!("UPDATE {table} SET valid_id = 3")).await;
    }
    for session in [&ann, &olga] {
        assert!(!is_good(&app, &session.access).await && is_refused(&app, &session.refresh).await);
    }
    for table in ["users", "customer_user"] {
        app.execute(&format!("UPDATE {table} SET valid_id = 1")).await;
    }
    for session in [&ann, &olga] {
        assert!(is_good(&app, &session.access).await && !is_refused(&app, &session.refresh).await);
    }
}

#[tokio::test]
async fn a_role_that_is_withdrawn_is_gone_at_the_next_request() {
    let app = app().await;
    app.add(role_grant("seller", "admin", "rw")).await;
    let token = sign_in(&app, "AGENT", "olga").await.access;
    let role = async || app.with_token(&token).ask("{ viewer { role } }").await["viewer"]["role"].take();
    assert_eq!(role().await, "ADMINISTRATOR");
    app.execute("DELETE FROM role_user").await;
    assert_eq!(role().await, "AGENT");
}

#[tokio::test]
async fn a_busy_session_costs_no_statement_of_its_own() {
    let app = app().await;
    let token = sign_in(&app, "AGENT", "olga").await.access;
    let client = app.with_token(&token);
    assert_eq!(client.cost("{ viewer { role } }", json!({})).await, 0);
    app.forget();
    app.statements();
    client.ask("{ viewer { role } }").await;
    // The session with its password, the rights, and the small tables.
    assert_eq!(app.statements().pop().expect("a request was recorded").len(), 3);
}

#[tokio::test]
async fn neither_secrets_nor_tokens_are_stored() {
    let app = app().await;
    let session = sign_in(&app, "AGENT", "olga").await;
    let (_, secret) = session.refresh.split_once('.').expect("two parts");
    for column in ["id", "selector", "secret_hash", "password_stamp"] {
        let stored = app.text(&format!("SELECT {column} FROM deskgraph_session")).await.expect("a text");
        assert!(!session.access.contains(&stored) && !stored.contains(secret) && stored != STORED, "{column}");
    }
}

#[tokio::test]
async fn without_tables_of_our_own_signing_in_works_and_writes_nothing() {
    let app = app().await;
    let reader = app.without_own_tables().await;
    let answer = login(&reader, "CUSTOMER", "ann", PASSWORD).await;
    assert_eq!((&answer["refreshToken"], &answer["userErrors"]), (&json!(null), &json!([])));
    let token = answer["accessToken"].as_str().expect("a token").to_owned();
    assert!(login(&reader, "CUSTOMER", "ann", "wrong").await["accessToken"].is_null());
    assert!(is_good(&reader, &token).await);
    assert_eq!(
        reader.with_token(&token).ask("{ viewer { apiTokens { id } } }").await["viewer"]["apiTokens"],
        json!([])
    );
    for document in [
        LOGOUT,
        LOGOUT_EVERYWHERE,
        "mutation { apiTokenCreate(name: \"A\") { secret } }",
        "mutation { apiTokenRevoke(id: \"QXBpVG9rZW46MQ\") { userErrors { code } } }",
        "mutation { passwordChange(current: \"secret\", new: \"secret78\") { userErrors { code } } }",
        "mutation { sessionRefresh(refreshToken: \"a.b\") { accessToken } }",
    ] {
        assert_eq!(reader.with_token(&token).refusal(document, json!({})).await.1, "FORBIDDEN", "{document}");
    }
    let refused = sign_in(&app, "CUSTOMER", "ann").await.access;
    assert!(!is_good(&reader, &refused).await && !is_good(&reader, "dgt_nonsense").await);
    let sent: Vec<String> = reader.statements().concat();
    assert!(!sent.is_empty());
    for sql in sent {
        let is_reading = ["SELECT", "WITH", "("].iter().any(|word| sql.starts_with(word));
        assert!(is_reading && !sql.contains("deskgraph_"), "{sql}");
    }
}

#[tokio::test]
async fn signing_in_leaves_its_traces_in_the_preferences() {
    let app = app().await;
    app.add(customer_preference("ann", "UserLoginFailed", "2")).await;
    let value = async |key: &str| {
        let sql = format!(
            "SELECT preferences_value FROM customer_preferences WHERE user_id = 'ann' AND preferences_key = '{key}'"
        );
        app.text(&sql).await
    };
    for expected in ["3", "4"] {
        login(&app, "CUSTOMER", "ann", "wrong").await;
        // It is counted behind the back of the request.
        app.until(async || value("UserLoginFailed").await.as_deref() == Some(expected)).await;
    }
    assert_eq!(value("UserLastLogin").await.as_deref(), Some("1773130000"));
    let token = sign_in(&app, "CUSTOMER", "ann").await.access;
    assert_eq!(value("UserLoginFailed").await.as_deref(), Some("0"));
    assert_eq!(value("UserLastLogin").await.as_deref(), Some("1773144000"));
    assert_eq!(app.count("customer_preferences").await, 2);
    let last = app.with_token(&token).ask("{ customerUser(login: \"ann\") { lastLoginAt } }").await;
    assert_eq!(last["customerUser"]["lastLoginAt"], "2026-03-10T12:00:00+00:00");
}

#[tokio::test]
async fn agents_leave_theirs_too_and_strangers_none() {
    let app = app().await;
    let failed = "SELECT preferences_value FROM user_preferences WHERE preferences_key = 'UserLoginFailed'";
    for expected in ["1", "2"] {
        login(&app, "AGENT", "olga", "wrong").await;
        app.until(async || app.text(failed).await.as_deref() == Some(expected)).await;
    }
    login(&app, "AGENT", "nobody", "wrong").await;
    login(&app, "CUSTOMER", "nobody", "wrong").await;
    sign_in(&app, "AGENT", "olga").await;
    assert_eq!(app.text(failed).await.as_deref(), Some("0"));
    assert_eq!(app.count("user_preferences").await, 2);
    assert_eq!(app.count("customer_preferences").await, 1);
}

#[tokio::test]
async fn an_account_has_a_hundred_sessions_at_most() {
    let app = TestApp::new().await;
    give_passwords(&app).await;
    let mut last = sign_in(&app, "CUSTOMER", "ann").await;
    for _ in 0..102 {
        last = sign_in(&app, "CUSTOMER", "ann").await;
    }
    assert_eq!(app.count("deskgraph_session").await, 100);
    assert!(is_good(&app, &last.access).await);
}
