//! API tokens: what they are good for, what they are not, and who sees them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::account::*;
use crate::support::client::{Client, texts};

const CREATE: &str = "mutation($name: String!, $isReadOnly: Boolean! = true, $expiresAt: DateTime) {
    apiTokenCreate(name: $name, isReadOnly: $isReadOnly, expiresAt: $expiresAt) {
        secret apiToken { id name isReadOnly createdAt expiresAt lastUsedAt } userErrors { code path } } }";
const REVOKE: &str = "mutation($id: ID!) { apiTokenRevoke(id: $id) { userErrors { code path } } }";
const LIST: &str = "{ viewer { apiTokens { id name isReadOnly createdAt expiresAt lastUsedAt } } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { id ... on ApiToken { name } } }";

async fn create(client: &Client<'_>, variables: Value) -> Value {
    client.data(CREATE, variables).await["apiTokenCreate"].take()
}

/// The id and the secret of a new token.
async fn made(client: &Client<'_>, variables: Value) -> (String, String) {
    let answer = create(client, variables).await;
    assert_eq!(answer["userErrors"], json!([]));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&answer["apiToken"]["id"]), text(&answer["secret"]))
}

#[tokio::test]
async fn a_token_acts_as_its_owner() {
    let app = TestApp::new().await;
    for (client, role) in [
        (app.as_customer_user("ann"), "CUSTOMER_USER"),
        (app.as_agent("olga"), "AGENT"),
        (app.as_administrator(), "ADMINISTRATOR"),
    ] {
        let (_, secret) = made(&client, json!({"name": "Report"})).await;
        let query = "{ viewer { role customerUser { login } agent { login } } customers { totalCount } tickets { totalCount } }";
        let seen = app.with_token(&secret).ask(query).await;
        assert_eq!(seen, client.ask(query).await);
        assert_eq!(seen["viewer"]["role"], role);
    }
}

#[tokio::test]
async fn a_token_is_listed_with_all_but_its_secret() {
    let app = TestApp::new().await;
    let ann = app.as_customer_user("ann");
    let answer = create(&ann, json!({"name": "  Nightly report 夜 "})).await;
    let secret = answer["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("dgt_") && secret.len() == 47, "{secret}");
    let id = answer["apiToken"]["id"].clone();
    let expected = json!({"id": id, "name": "Nightly report 夜", "isReadOnly": true,
        "createdAt": "2026-03-10T12:00:00+00:00", "expiresAt": null, "lastUsedAt": null});
    assert_eq!(answer["apiToken"], expected);
    made(&ann, json!({"name": "Other", "isReadOnly": false, "expiresAt": "2026-03-10T13:00:00Z"})).await;
    let listed = ann.ask(LIST).await["viewer"]["apiTokens"].take();
    assert_eq!(texts(&listed, "name"), ["Other", "Nightly report 夜"]);
    assert_eq!((&listed[0]["expiresAt"], &listed[1]), (&json!("2026-03-10T13:00:00+00:00"), &expected));
    let stored = app.text("SELECT secret_hash FROM deskgraph_api_token WHERE is_read_only = 1").await.expect("a hash");
    assert!(stored.len() == 64 && !secret.contains(&stored) && !stored.contains(&secret[4..]));
}

#[tokio::test]
async fn a_token_that_cannot_be_is_not_made() {
    let app = TestApp::new().await;
    let ann = app.as_customer_user("ann");
    let long = "ä".repeat(201);
    for (variables, expected) in [
        (json!({"name": " "}), json!([{"code": "REQUIRED", "path": ["name"]}])),
        (json!({"name": long}), json!([{"code": "TOO_LONG", "path": ["name"]}])),
        (json!({"name": "a\nb"}), json!([{"code": "INVALID", "path": ["name"]}])),
        (
            json!({"name": "a", "expiresAt": "2026-03-10T12:00:00Z"}),
            json!([{"code": "INVALID", "path": ["expiresAt"]}]),
        ),
        (
            json!({"name": "\u{0}", "expiresAt": "1900-01-01T00:00:00Z"}),
            json!([{"code": "INVALID", "path": ["name"]}, {"code": "INVALID", "path": ["expiresAt"]}]),
        ),
    ] {
        assert_eq!(create(&ann, variables).await, json!({"secret": null, "apiToken": null, "userErrors": expected}));
    }
    assert_eq!(app.count("deskgraph_api_token").await, 0);
    made(&ann, json!({"name": "ä".repeat(200)})).await;
}

#[tokio::test]
async fn an_account_has_a_hundred_tokens_at_most() {
    let app = TestApp::new().await;
    let (ann, bob) = (app.as_customer_user("ann"), app.as_customer_user("bob"));
    let document = |first: usize| {
        let fields =
            (first..first + 50).map(|n| format!("t{n}: apiTokenCreate(name: \"{n}\") {{ userErrors {{ code }} }}"));
        format!("mutation {{ {} }}", fields.collect::<Vec<_>>().join(" "))
    };
    for first in [0, 50] {
        let made = ann.ask(&document(first)).await;
        assert!(made.as_object().expect("fields").values().all(|one| one["userErrors"] == json!([])), "{made}");
    }
    let full = create(&ann, json!({"name": "one more"})).await;
    assert_eq!(full["userErrors"], json!([{"code": "INVALID", "path": ["name"]}]));
    let listed = ann.ask(LIST).await["viewer"]["apiTokens"].take();
    assert_eq!(listed.as_array().map(Vec::len), Some(100));
    made(&bob, json!({"name": "his first"})).await;
    ann.data(REVOKE, json!({"id": listed[0]["id"]})).await;
    made(&ann, json!({"name": "room again"})).await;
}

/// Every mutation with arguments that fit its types; none of them may run.
async fn mutations(app: &TestApp) -> Vec<String> {
    let query = "{ __schema { mutationType { fields { name args { name defaultValue type { ...T } } type { ...T } } }
        types { name kind enumValues { name } inputFields { name defaultValue type { ...T } } } } }
        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let schema = app.anonymous().ask(query).await["__schema"].take();
    let types = schema["types"].as_array().expect("types");
    let fields = schema["mutationType"]["fields"].as_array().expect("fields").iter();
    let document = |field: &Value| {
        let given = arguments(&field["args"], types);
        let given = if given.is_empty() { given } else { format!("({given})") };
        format!("mutation {{ {}{given} {{ __typename }} }}", field["name"].as_str().expect("a name"))
    };
    fields.map(document).collect()
}

/// Values for all that must be given.
fn arguments(fields: &Value, types: &[Value]) -> String {
    let needed = fields.as_array().expect("fields").iter();
    let needed = needed.filter(|field| field["type"]["kind"] == "NON_NULL" && field["defaultValue"].is_null());
    let given = needed.map(|field| {
        format!("{}: {}", field["name"].as_str().expect("a name"), example(&field["type"]["ofType"], types))
    });
    given.collect::<Vec<_>>().join(", ")
}

fn example(kind: &Value, types: &[Value]) -> String {
    let name = &kind["name"];
    let described = || types.iter().find(|one| one["name"] == *name).expect("a known type");
    match kind["kind"].as_str().expect("a kind") {
        "LIST" => "[]".to_owned(),
        "ENUM" => described()["enumValues"][0]["name"].as_str().expect("a value").to_owned(),
        "INPUT_OBJECT" => format!("{{{}}}", arguments(&described()["inputFields"], types)),
        _ if name == "Boolean" => "true".to_owned(),
        _ if name == "Int" => "1".to_owned(),
        _ => "\"x\"".to_owned(),
    }
}

#[tokio::test]
async fn a_token_that_reads_only_runs_no_mutation() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let (_, reading) = made(&root, json!({"name": "reads"})).await;
    let (_, writing) = made(&root, json!({"name": "writes", "isReadOnly": false})).await;
    let mutations = mutations(&app).await;
    for name in ["login", "sessionRefresh", "logout", "passwordChange", "apiTokenCreate", "apiTokenRevoke"] {
        assert!(mutations.iter().any(|document| document.contains(&format!("{{ {name}"))), "{name}");
    }
    assert!(is_good(&app, &reading).await);
    for document in &mutations {
        app.statements();
        let answer = app.with_token(&reading).post(document, json!({})).await;
        assert_eq!(answer.refusal(), (403, "FORBIDDEN".to_owned()), "{document}: {}", answer.text);
        assert!(answer.text.contains("read-only"), "{}", answer.text);
        let named = document.replacen("mutation", "mutation Named", 1);
        let answer = app.with_token(&reading).post(&named, json!({})).await;
        assert_eq!(answer.refusal(), (403, "FORBIDDEN".to_owned()), "{named}: {}", answer.text);
        assert!(app.statements().concat().iter().all(|sql| sql.starts_with("SELECT")), "{document}");
        let other = app.with_token(&writing).post(document, json!({})).await;
        assert!(!other.text.contains("read-only"), "{document}: {}", other.text);
    }
    let two = "query A { viewer { role } } mutation B { logout { userErrors { code } } }";
    assert!(app.with_token(&reading).run(two, json!({})).await["data"].is_null());
}

#[tokio::test]
async fn a_token_cannot_make_another() {
    let app = TestApp::new().await;
    let (_, secret) = made(&app.as_agent("olga"), json!({"name": "writes", "isReadOnly": false})).await;
    let outcome = app.with_token(&secret).refusal(CREATE, json!({"name": "more"})).await;
    assert_eq!(outcome, (200, "FORBIDDEN".to_owned()));
    assert_eq!(app.count("deskgraph_api_token").await, 1);
}

#[tokio::test]
async fn a_token_ends_at_its_time_and_stays_on_the_list() {
    let app = TestApp::new().await;
    let ann = app.as_customer_user("ann");
    let (id, secret) = made(&ann, json!({"name": "short", "expiresAt": "2026-03-10T12:10:00Z"})).await;
    assert!(is_good(&app, &secret).await);
    let (before, after) = (app.later(TimeDelta::seconds(599)).await, app.later(TimeDelta::seconds(600)).await);
    assert!(is_good(&before, &secret).await && !is_good(&after, &secret).await);
    let listed = after.as_customer_user("ann").ask(LIST).await["viewer"]["apiTokens"].take();
    assert_eq!(texts(&listed, "id"), [id]);
}

#[tokio::test]
async fn a_token_that_is_revoked_is_gone_at_once() {
    let app = TestApp::new().await;
    let ann = app.as_customer_user("ann");
    let (id, secret) = made(&ann, json!({"name": "gone"})).await;
    assert!(is_good(&app, &secret).await);
    let revoke = async |client: &Client<'_>, id: &str| {
        client.data(REVOKE, json!({"id": id})).await["apiTokenRevoke"]["userErrors"].take()
    };
    let unknown = json!([{"code": "NOT_FOUND", "path": ["id"]}]);
    assert_eq!(revoke(&app.as_customer_user("bob"), &id).await, unknown);
    assert_eq!(revoke(&app.as_administrator(), &id).await, unknown);
    assert!(is_good(&app, &secret).await);
    assert_eq!(revoke(&ann, &id).await, json!([]));
    assert!(!is_good(&app, &secret).await);
    for id in [id.as_str(), "", "nonsense", "Q3VzdG9tZXI6YWNtZQ", "QXBpVG9rZW46OTk5"] {
        assert_eq!(revoke(&ann, id).await, unknown, "{id}");
    }
    assert_eq!(ann.ask(LIST).await["viewer"]["apiTokens"], json!([]));
}

#[tokio::test]
async fn texts_that_are_no_token_of_ours_are_refused() {
    let app = TestApp::new().await;
    let (_, secret) = made(&app.as_agent("olga"), json!({"name": "A"})).await;
    for token in ["dgt_", "dgt_nonsense", &secret[..46], &format!("{secret}A"), &secret[4..], &secret.to_uppercase()] {
        assert!(!is_good(&app, token).await, "{token}");
    }
}

#[tokio::test]
async fn tokens_of_others_are_seen_by_nobody() {
    let app = TestApp::new().await;
    let ann = app.as_customer_user("ann");
    let (id, secret) = made(&ann, json!({"name": "hers"})).await;
    let own = json!({"id": id, "name": "hers"});
    assert_eq!(ann.data(NODE, json!({"id": id})).await["node"], own);
    assert_eq!(app.with_token(&secret).data(NODE, json!({"id": id})).await["node"], own);
    for client in [app.as_customer_user("bob"), app.as_agent("olga"), app.as_administrator()] {
        assert_eq!(client.data(NODE, json!({"id": id})).await["node"], Value::Null);
        assert_eq!(client.ask(LIST).await["viewer"]["apiTokens"], json!([]));
    }
}

#[tokio::test]
async fn many_tokens_by_id_cost_as_many_statements_as_one() {
    let app = TestApp::new().await;
    let ann = app.as_customer_user("ann");
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(made(&ann, json!({"name": number.to_string()})).await.0);
    }
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let one = ann.cost(nodes, json!({"ids": ids[..1]})).await;
    assert_eq!(ann.cost(nodes, json!({"ids": ids})).await, one);
    assert_eq!(texts(&ann.data(nodes, json!({"ids": ids})).await["nodes"], "id"), ids);
}

#[tokio::test]
async fn the_last_use_is_noted_once_a_minute() {
    let app = TestApp::new().await;
    let (_, secret) = made(&app.as_customer_user("ann"), json!({"name": "busy"})).await;
    let noted = "SELECT CAST(last_used_at AS CHAR(13)) FROM deskgraph_api_token";
    assert_eq!(app.text(noted).await, None);
    for (seconds, expected) in [(0, 0), (59, 0), (60, 60), (90, 60)] {
        assert!(is_good(&app.later(TimeDelta::seconds(seconds)).await, &secret).await);
        assert_eq!(app.text(noted).await, Some((1_773_144_000_000_i64 + expected * 1000).to_string()), "{seconds}");
    }
    let listed = app.as_customer_user("ann").ask(LIST).await["viewer"]["apiTokens"].take();
    assert_eq!(listed[0]["lastUsedAt"], "2026-03-10T12:01:00+00:00");
}

#[tokio::test]
async fn a_token_goes_with_its_owner() {
    let app = TestApp::new().await;
    let (_, secret) = made(&app.as_customer_user("ann"), json!({"name": "A"})).await;
    assert!(is_good(&app, &secret).await);
    app.execute("UPDATE customer_user SET valid_id = 2 WHERE login = 'ann'").await;
    assert!(!is_good(&app, &secret).await);
}
