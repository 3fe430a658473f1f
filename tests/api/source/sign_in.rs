//! Customer users of the directory sign in with its password.

use serde_json::{Value, json};

use super::{MAIN, over};
use crate::support::TestApp;
use crate::support::crm::Crm;
use crate::support::row::*;
use crate::support::slapd::Slapd;

const LOGIN: &str =
    "mutation($login: String!, $password: String!) { login(realm: CUSTOMER, login: $login, password: $password) {
    accessToken refreshToken viewer { customerUser { login dataSource { name } } } userErrors { code path } } }";

async fn sign_in(app: &TestApp, login: &str, password: &str) -> Value {
    let answer = app.anonymous().data(LOGIN, json!({"login": login, "password": password})).await;
    answer["login"].clone()
}

#[tokio::test]
async fn a_person_of_the_directory_signs_in_goes_on_and_signs_out() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let answer = sign_in(&app, "U0005", "u0005").await;
    assert_eq!(answer["viewer"]["customerUser"], json!({"login": "u0005", "dataSource": {"name": "Directory"}}));
    let person = app.with_token(answer["accessToken"].as_str().expect("a token"));
    assert_eq!(person.ask("{ viewer { role } }").await["viewer"]["role"], "CUSTOMER_USER");
    let refresh =
        "mutation($token: String!) { sessionRefresh(refreshToken: $token) { accessToken userErrors { code } } }";
    let next = app.anonymous().data(refresh, json!({"token": answer["refreshToken"]})).await;
    let next = next["sessionRefresh"]["accessToken"].as_str().expect("a token").to_owned();
    app.with_token(&next).ask("mutation { logout { userErrors { code } } }").await;
    assert_eq!(app.with_token(&next).refusal("{ viewer { role } }", json!({})).await.1, "UNAUTHENTICATED");
    let seen = app.as_administrator().ask("{ customerUser(login: \"u0005\") { lastLoginAt } }").await;
    assert!(seen["customerUser"]["lastLoginAt"].is_string());
}

#[tokio::test]
async fn nobody_gets_in_with_less_than_their_password() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    for (login, password) in [
        ("u0005", "wrong"),
        ("u0005", ""),
        ("u0050", "u0050"),
        ("twin", "twin"),
        ("*", "*"),
        ("u000*", "u0005"),
        ("nobody", "x"),
        ("u0005\0", "u0005"),
    ] {
        let answer = sign_in(&app, login, password).await;
        assert_eq!(answer["userErrors"], json!([{"code": "BAD_CREDENTIALS", "path": ["login"]}]), "{login} {password}");
        assert_eq!(answer["accessToken"], Value::Null);
    }
}

#[tokio::test]
async fn the_first_source_that_knows_a_login_decides() {
    let Some(slapd) = Slapd::start() else { return };
    // Beside the main database: its person `u0005`, in whatever spelling, is not the directory's.
    let app = over(&slapd).await;
    app.add(
        customer_user("U0005", "globex").with(
            "pw",
            deskgraph::auth::password::hash(deskgraph::auth::password::PasswordHash::Sha2, "U0005", "mine"),
        ),
    )
    .await;
    for login in ["u0005", "U0005"] {
        assert_eq!(sign_in(&app, login, "u0005").await["userErrors"][0]["code"], "BAD_CREDENTIALS", "{login}");
    }
    assert_eq!(sign_in(&app, "U0005", "mine").await["viewer"]["customerUser"]["dataSource"]["name"], "Database");
    // With the directory in front the same login is the directory's.
    let front = app.sibling(&format!("{}{MAIN}", slapd.source("Directory"))).await;
    assert_eq!(sign_in(&front, "U0005", "mine").await["userErrors"][0]["code"], "BAD_CREDENTIALS");
    assert_eq!(
        sign_in(&front, "U0005", "u0005").await["viewer"]["customerUser"],
        json!({"login": "u0005", "dataSource": {"name": "Directory"}})
    );
}

#[tokio::test]
async fn a_password_of_the_main_database_lets_nobody_in_as_somebody_of_another_source() {
    let crm = Crm::new().await;
    let app = TestApp::with(&format!("{}{MAIN}", super::order::crm_source(&crm))).await;
    let stored = deskgraph::auth::password::hash(deskgraph::auth::password::PasswordHash::Sha2, "bob", "secret");
    app.execute(&format!("UPDATE customer_user SET pw = '{stored}' WHERE login IN ('bob', 'gus')")).await;
    assert_eq!(
        sign_in(&app, "bob", "secret").await["userErrors"][0]["code"],
        "BAD_CREDENTIALS",
        "the other source has a bob"
    );
    assert_eq!(sign_in(&app, "gus", "secret").await["viewer"]["customerUser"]["dataSource"]["name"], "Database");
    // Whoever came as the person of the main database does not go on as that of the other source.
    assert_eq!(app.as_customer_user("bob").refusal("{ viewer { role } }", json!({})).await.1, "UNAUTHENTICATED");
    crm.remove().await;
}

#[tokio::test]
async fn a_silent_directory_is_told_to_whoever_is_not_let_in_and_keeps_out_nobody_else() {
    let Some(mut slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let stored = deskgraph::auth::password::hash(deskgraph::auth::password::PasswordHash::Sha2, "bob", "secret");
    app.execute(&format!("UPDATE customer_user SET pw = '{stored}' WHERE login = 'bob'")).await;
    slapd.stop();
    for (login, password) in [("u0005", "u0005"), ("nobody", "x"), ("bob", "wrong")] {
        let answer = sign_in(&app, login, password).await;
        assert_eq!(answer["userErrors"], json!([{"code": "SOURCE_UNAVAILABLE", "path": ["login"]}]), "{login}");
    }
    assert_eq!(sign_in(&app, "bob", "secret").await["viewer"]["customerUser"]["login"], "bob");
    slapd.restart();
}

#[tokio::test]
async fn the_password_of_the_directory_is_not_changed_here() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let change = "mutation { passwordChange(current: \"u0005\", new: \"Something-new-1\") { userErrors { code path message } } }";
    let answer = app.as_person_of("Directory", "u0005").ask(change).await;
    let error = &answer["passwordChange"]["userErrors"][0];
    assert_eq!(error["code"], "READ_ONLY_SOURCE");
    assert!(error["message"].as_str().is_some_and(|message| message.contains("`Directory`")));
}
