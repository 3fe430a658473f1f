//! Accounts that can sign in, and what they get for it.

use serde_json::{Value, json};

use super::TestApp;

/// The password of everyone after [`give_passwords`].
pub const PASSWORD: &str = "secret";
/// SHA-256 of it, as it is stored.
pub const STORED: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

const LOGIN: &str = "mutation($realm: Realm!, $login: String!, $password: String!) {
    login(realm: $realm, login: $login, password: $password) { accessToken refreshToken userErrors { code path } } }";
const REFRESH: &str = "mutation($token: String!) { sessionRefresh(refreshToken: $token) {
    accessToken refreshToken expiresAt viewer { role customerUser { login } agent { login } } userErrors { code path } } }";

/// The tokens of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

/// Gives everyone the password.
pub async fn give_passwords(app: &TestApp) {
    for table in ["users", "customer_user"] {
        app.execute(&format!("UPDATE {table} SET pw = '{STORED}'")).await;
    }
}

/// What signing in answers.
pub async fn login(app: &TestApp, realm: &str, login: &str, password: &str) -> Value {
    let variables = json!({"realm": realm, "login": login, "password": password});
    app.anonymous().data(LOGIN, variables).await["login"].take()
}

/// Signs in.
pub async fn sign_in(app: &TestApp, realm: &str, name: &str) -> Pair {
    pair(&login(app, realm, name, PASSWORD).await)
}

/// What going on with a session answers.
pub async fn refresh(app: &TestApp, token: &str) -> Value {
    app.anonymous().data(REFRESH, json!({"token": token})).await["sessionRefresh"].take()
}

/// The tokens in an answer.
pub fn pair(answer: &Value) -> Pair {
    let text = |field: &str| answer[field].as_str().unwrap_or_else(|| panic!("no {field}: {answer}")).to_owned();
    Pair { access: text("accessToken"), refresh: text("refreshToken") }
}

/// Whether a refresh token is refused, in the one way in which all are.
pub async fn is_refused(app: &TestApp, token: &str) -> bool {
    let answer = refresh(app, token).await;
    let is_refused = answer["accessToken"].is_null();
    if is_refused {
        let refused = json!({"accessToken": null, "refreshToken": null, "expiresAt": null, "viewer": null,
            "userErrors": [{"code": "BAD_CREDENTIALS", "path": ["refreshToken"]}]});
        assert_eq!(answer, refused);
    }
    is_refused
}

/// Whether a token of whatever kind lets somebody in.
pub async fn is_good(app: &TestApp, token: &str) -> bool {
    let answer = app.with_token(token).post("{ viewer { role } }", json!({})).await;
    let is_good = answer.status == 200;
    if !is_good {
        assert_eq!(answer.refusal(), (401, "UNAUTHENTICATED".to_owned()));
    }
    is_good
}
