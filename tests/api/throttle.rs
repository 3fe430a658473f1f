//! How often passwords may be tried: for an account and from an address, over all servers.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::account::*;

const LOGIN: &str = "mutation($realm: Realm!, $login: String!, $password: String!) {
    login(realm: $realm, login: $login, password: $password) { accessToken userErrors { code message path retryAfterSeconds } } }";

/// A server on which everyone can sign in.
async fn app() -> TestApp {
    let app = TestApp::new().await;
    give_passwords(&app).await;
    app
}

/// The only mistake of an answer; null for one without.
fn mistake(mut answer: Value) -> Value {
    answer["userErrors"].as_array_mut().and_then(Vec::pop).unwrap_or_default()
}

/// What signing in answers, as the code and after how many seconds to try again.
async fn try_as(app: &TestApp, login: &str, password: &str) -> (String, Option<u64>) {
    let variables = json!({"realm": "CUSTOMER", "login": login, "password": password});
    told(app.anonymous().data(LOGIN, variables).await["login"].take())
}

fn told(answer: Value) -> (String, Option<u64>) {
    let is_in = answer["accessToken"].is_string();
    let mistake = mistake(answer);
    assert_eq!(is_in, mistake.is_null());
    (mistake["code"].as_str().unwrap_or("IN").to_owned(), mistake["retryAfterSeconds"].as_u64())
}

/// The same from an address, perhaps through a proxy that says so.
async fn try_from(app: &TestApp, peer: &str, forwarded: Option<&str>, login: &str, password: &str) -> String {
    let variables = json!({"realm": "CUSTOMER", "login": login, "password": password});
    let body = json!({"query": LOGIN, "variables": variables}).to_string();
    let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    let mut request = request.body(Body::from(body)).expect("the request is good");
    let peer: SocketAddr = SocketAddr::new(peer.parse().expect("an address"), 40_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    told(app.anonymous().http(request).await.json()["data"]["login"].take()).0
}

fn bad() -> (String, Option<u64>) {
    ("BAD_CREDENTIALS".to_owned(), None)
}

fn wait(seconds: u64) -> (String, Option<u64>) {
    ("TOO_MANY_ATTEMPTS".to_owned(), Some(seconds))
}

fn welcome() -> (String, Option<u64>) {
    ("IN".to_owned(), None)
}

#[tokio::test]
async fn after_five_wrong_passwords_the_right_one_has_to_wait_too() {
    let app = app().await;
    for _ in 0..5 {
        assert_eq!(try_as(&app, "ann", "wrong").await, bad());
    }
    assert_eq!(try_as(&app, "ann", PASSWORD).await, wait(60));
    let variables = json!({"realm": "CUSTOMER", "login": "ann", "password": PASSWORD});
    let answer = mistake(app.anonymous().data(LOGIN, variables).await["login"].take());
    assert_eq!(answer["message"], "Too many attempts for this account: try again in 60 seconds.");
    assert_eq!(answer["path"], json!(["login"]));
    // Others are not concerned, not even the agent of the same name.
    assert_eq!(try_as(&app, "bob", PASSWORD).await, welcome());
    assert_eq!(login(&app, "AGENT", "ann", "wrong").await["userErrors"][0]["code"], "BAD_CREDENTIALS");
    let metrics = Request::get("/metrics").body(Body::empty()).expect("the request is good");
    let metrics = app.anonymous().http(metrics).await.text;
    for (outcome, count) in [("accepted", 1), ("refused", 5), ("throttled", 2)] {
        let line = format!("deskgraph_logins_total{{outcome=\"{outcome}\",realm=\"customer\"}} {count}\n");
        assert!(metrics.contains(&line), "{line}{metrics}");
    }
}

#[tokio::test]
async fn the_wait_ends_by_itself_and_grows_with_each_wrong_password() {
    let app = app().await;
    for _ in 0..5 {
        assert_eq!(try_as(&app, "ann", "wrong").await, bad());
    }
    let minute = app.later(TimeDelta::seconds(60)).await;
    assert_eq!(try_as(&minute, "ann", "wrong").await, bad());
    assert_eq!(try_as(&minute, "ann", PASSWORD).await, wait(120));
    let third = app.later(TimeDelta::seconds(180)).await;
    assert_eq!(try_as(&third, "ann", PASSWORD).await, welcome());
    // The right password has put everything right.
    assert_eq!(try_as(&third, "ann", "wrong").await, bad());
    assert_eq!(try_as(&third, "ann", PASSWORD).await, welcome());
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_answered_the_same() {
    let app = app().await;
    let mut answers = Vec::new();
    // One who exists, one who does not, one who may not sign in, and spellings that mean one of them to a directory.
    for logins in [["ann"; 7], ["nobody"; 7], ["ivy"; 7], ["Bob", "bob ", "BOB", " bob", "boB", "bob", "bob"]] {
        let mut told = Vec::new();
        for login in logins {
            told.push(try_as(&app, login, "wrong").await);
        }
        answers.push(told);
    }
    for told in &answers {
        assert_eq!(told[..], [bad(), bad(), bad(), bad(), bad(), wait(60), wait(60)]);
    }
}

#[tokio::test]
async fn a_hundred_at_once_on_two_servers_get_five_tries() {
    let one = TestApp::busy(5).await;
    give_passwords(&one).await;
    let other = one.beside().await;
    let servers = [&one, &other];
    let tries = (0..100).map(|number| try_as(servers[number % 2], "ann", "wrong"));
    let answers = join_all(tries).await;
    let checked = answers.iter().filter(|answer| **answer == bad()).count();
    let refused = answers.iter().filter(|answer| answer.0 == "TOO_MANY_ATTEMPTS").count();
    assert_eq!((checked, refused), (5, 95), "{answers:?}");
}

#[tokio::test]
async fn aliases_of_one_request_count_each() {
    let app = app().await;
    let field = |number: usize| {
        format!("a{number}: login(realm: AGENT, login: \"olga\", password: \"{number}\") {{ userErrors {{ code }} }}")
    };
    let fields: Vec<String> = (0..8).map(field).collect();
    let answer = app.anonymous().ask(&format!("mutation {{ {} }}", fields.join(" "))).await;
    let codes: Vec<&str> =
        (0..8).filter_map(|number| answer[format!("a{number}")]["userErrors"][0]["code"].as_str()).collect();
    assert_eq!(codes, [["BAD_CREDENTIALS"; 5].as_slice(), ["TOO_MANY_ATTEMPTS"; 3].as_slice()].concat());
}

#[tokio::test]
async fn an_address_has_twenty_wrong_passwords_in_a_minute() {
    let app = app().await;
    for number in 0..20 {
        assert_eq!(try_from(&app, "192.0.2.1", None, &format!("somebody{number}"), "wrong").await, "BAD_CREDENTIALS");
    }
    // IPv4 in the clothes of IPv6 is the same address.
    for peer in ["192.0.2.1", "::ffff:192.0.2.1"] {
        assert_eq!(try_from(&app, peer, None, "ann", PASSWORD).await, "TOO_MANY_ATTEMPTS");
    }
    assert_eq!(try_from(&app, "192.0.2.2", None, "ann", PASSWORD).await, "IN");
    let minute = app.later(TimeDelta::seconds(60)).await;
    assert_eq!(try_from(&minute, "192.0.2.1", None, "ann", PASSWORD).await, "IN");
}

#[tokio::test]
async fn tries_that_have_to_wait_do_not_use_up_their_address() {
    let app = app().await;
    for _ in 0..5 {
        assert_eq!(try_from(&app, "192.0.2.1", None, "ann", "wrong").await, "BAD_CREDENTIALS");
    }
    for _ in 0..30 {
        assert_eq!(try_from(&app, "192.0.2.1", None, "ann", "wrong").await, "TOO_MANY_ATTEMPTS");
    }
    assert_eq!(try_from(&app, "192.0.2.1", None, "bob", "wrong").await, "BAD_CREDENTIALS");
}

#[tokio::test]
async fn right_passwords_do_not_use_up_an_address_and_do_not_clear_it() {
    let app = TestApp::with("[auth]\nattempts_per_address = 3\n").await;
    give_passwords(&app).await;
    for _ in 0..5 {
        assert_eq!(try_from(&app, "2001:db8::1", None, "ann", PASSWORD).await, "IN");
    }
    for (number, host) in ["2001:db8::2", "2001:db8::a:b:c:d", "2001:db8::2"].into_iter().enumerate() {
        assert_eq!(try_from(&app, host, None, &format!("somebody{number}"), "wrong").await, "BAD_CREDENTIALS");
        if number < 2 {
            assert_eq!(try_from(&app, "2001:db8::3", None, "ann", PASSWORD).await, "IN");
        }
    }
    // They are all in one network of 64 bits.
    assert_eq!(try_from(&app, "2001:db8::4", None, "ann", PASSWORD).await, "TOO_MANY_ATTEMPTS");
    assert_eq!(try_from(&app, "2001:db8:0:1::4", None, "ann", PASSWORD).await, "IN");
}

#[tokio::test]
async fn the_word_of_a_proxy_counts_only_where_it_is_trusted() {
    let app = TestApp::with(
        "[auth]\nattempts_per_address = 1\nattempts_per_account = 0\n[http]\ntrusted_proxies = ['10.0.0.0/8', '::1']\n",
    )
    .await;
    let try_through = async |peer, client| try_from(&app, peer, Some(client), "ann", "wrong").await;
    assert_eq!(try_through("10.1.1.1", "203.0.113.1").await, "BAD_CREDENTIALS");
    assert_eq!(try_through("::1", "203.0.113.2, 10.2.2.2").await, "BAD_CREDENTIALS");
    assert_eq!(try_through("10.1.1.1", "203.0.113.1").await, "TOO_MANY_ATTEMPTS");
    // What the client itself has written before counts for nothing.
    assert_eq!(try_through("10.1.1.1", "198.51.100.7, 203.0.113.2").await, "TOO_MANY_ATTEMPTS");
    assert_eq!(try_through("192.0.2.1", "203.0.113.3").await, "BAD_CREDENTIALS");
    assert_eq!(try_through("192.0.2.1", "203.0.113.4").await, "TOO_MANY_ATTEMPTS");
}

#[tokio::test]
async fn the_current_password_cannot_be_guessed_either() {
    let app = app().await;
    let ann = app.with_token(&sign_in(&app, "CUSTOMER", "ann").await.access);
    let change = "mutation($current: String!) { passwordChange(current: $current, new: \"longer78\") { userErrors { code path retryAfterSeconds } } }";
    let answer =
        async |current: &str| mistake(ann.data(change, json!({"current": current})).await["passwordChange"].take());
    for _ in 0..5 {
        assert_eq!(answer("wrong").await["code"], "BAD_CREDENTIALS");
    }
    let refused = json!({"code": "TOO_MANY_ATTEMPTS", "path": ["current"], "retryAfterSeconds": 60});
    assert_eq!(answer(PASSWORD).await, refused);
    assert_eq!(try_as(&app, "ann", PASSWORD).await, wait(60));
}

#[tokio::test]
async fn both_limits_can_be_switched_off() {
    let app = TestApp::with("[auth]\nattempts_per_address = 0\nattempts_per_account = 0\n").await;
    give_passwords(&app).await;
    for _ in 0..30 {
        assert_eq!(try_from(&app, "192.0.2.1", None, "ann", "wrong").await, "BAD_CREDENTIALS");
    }
    assert_eq!(app.count("deskgraph_attempt").await, 0);
}

#[tokio::test]
async fn what_was_typed_is_not_stored_and_what_is_forgotten_goes() {
    let app = app().await;
    for number in 0..10 {
        try_from(&app, "192.0.2.1", None, &format!("somebody{number}"), "wrong").await;
    }
    let stored = app.texts("SELECT id FROM deskgraph_attempt").await;
    assert_eq!(stored.len(), 11);
    assert!(stored.iter().all(|id| id.len() == 43 && !id.contains("somebody") && !id.contains("192.0")), "{stored:?}");
    let hour = app.later(TimeDelta::hours(1)).await;
    try_as(&hour, "one more", "wrong").await;
    assert_eq!(app.count("deskgraph_attempt").await, 1);
}
