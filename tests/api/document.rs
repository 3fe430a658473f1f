//! Documents answered as the specification says, where the library alone would answer otherwise, and what an answer tells of its cost.

use axum::body::Body;
use axum::http::{Request, header};
use deskgraph::auth::token::Realm;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// What tools ask for a schema with: nine levels of types.
const INTROSPECTION: &str = "query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind }
    subscriptionType { name kind } types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
    fragment FullType on __Type { kind name description specifiedByURL isOneOf
        fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue }
            type { ...TypeRef } isDeprecated deprecationReason }
        inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
        enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
        ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";

/// A request by GET.
pub async fn get(client: &Client<'_>, parameters: &[(&str, &str)]) -> Answer {
    let query = serde_urlencoded::to_string(parameters).expect("a query");
    client.http(Request::get(format!("/graphql?{query}")).body(Body::empty()).expect("a request")).await
}

/// A request by POST.
pub async fn post(client: &Client<'_>, body: &Value) -> Answer {
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    client.http(request.body(Body::from(body.to_string())).expect("a request")).await
}

#[tokio::test]
async fn the_query_of_tools_for_the_schema_passes() {
    let app = TestApp::new().await;
    let schema = app.anonymous().ask(INTROSPECTION).await;
    assert_eq!(schema["__schema"]["queryType"], json!({"name": "Query", "kind": "OBJECT"}));
}

#[tokio::test]
async fn a_mutation_that_stands_twice_under_one_key_runs_once() {
    let app = TestApp::new().await;
    let create = |fields: &str| {
        format!("customerCreate(input: {{customerId: \"umbrella\", name: \"Umbrella\"}}) {{ {fields} }}")
    };
    let (one, two) = (create("customer { customerId } userErrors { code }"), create("customer { name }"));
    let document = format!(
        "mutation {{ {two} ...A ...B }} fragment A on Mutation {{ {one} }} fragment B on Mutation {{ {two} {one} }}"
    );
    let created = app.as_administrator().ask(&document).await;
    let expected =
        json!({"customerCreate": {"customer": {"name": "Umbrella", "customerId": "umbrella"}, "userErrors": []}});
    assert_eq!(created, expected);
}

#[tokio::test]
async fn fields_of_one_key_are_one_field_or_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let customer = |fields: &str| format!("customer(customerId: \"acme\") {{ {fields} }}");
    let both = format!("{{ {} {} }}", customer("customerId"), customer("customerId name"));
    let expected = json!({"customer": {"customerId": "acme", "name": "Acme Corporation"}});
    let answered = root.ask(&both).await;
    assert_eq!(answered["customer"]["customerId"], expected["customer"]["customerId"]);
    assert!(answered["customer"]["name"].is_string());
    let differing = format!("{{ {} {} }}", customer("a: customerId"), customer("a: name"));
    let answer = root.post(&differing, json!({})).await;
    assert_eq!(answer.refusal(), (400, "GRAPHQL_VALIDATION_FAILED".into()));
    let places = answer.json()["errors"][0]["locations"].as_array().map(Vec::len);
    assert_eq!(places, Some(2));
}

#[tokio::test]
async fn conditions_go_by_the_defaults_of_variables() {
    let app = TestApp::new().await;
    let document = "query($show: Boolean! = true, $hide: Boolean! = true) {
        viewer @include(if: $show) { role } settings @skip(if: $hide) { maxPageSize } }";
    let root = app.as_administrator();
    assert_eq!(root.ask(document).await, json!({"viewer": {"role": "ADMINISTRATOR"}}));
    assert_eq!(root.data(document, json!({"show": false})).await, json!({}));
    let none = root.ask("{ viewer { role @skip(if: true) __typename @include(if: false) } }").await;
    assert_eq!(none, json!({"viewer": {}}));
    let wrong = json!({"show": "yes"});
    assert_eq!(root.refusal(document, wrong).await, (400, "BAD_USER_INPUT".into()));
}

#[tokio::test]
async fn a_variable_that_is_not_given_is_an_argument_that_is_not_given() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let list = "query($first: Int, $search: String, $name: String, $direction: OrderDirection, $other: Int) {
        customers(first: $first, search: $search, filter: {name: {contains: $name}}, orderBy: {field: CUSTOMER_ID, direction: $direction}) { totalCount }
        groups(first: $other) { totalCount } nodes(ids: []) { id } }";
    let all = root.ask("{ customers { totalCount } groups { totalCount } nodes(ids: []) { id } }").await;
    assert_eq!(root.data(list, json!({})).await, all);
    let edit = "mutation($name: String, $comment: String) {
        customerUpdate(customerId: \"acme\", input: {name: $name, comment: $comment}) { customer { name comment } userErrors { code } } }";
    let name = root.ask("{ customer(customerId: \"acme\") { name } }").await["customer"]["name"].take();
    let edited = async |variables: Value| root.data(edit, variables).await["customerUpdate"]["customer"].take();
    assert_eq!(edited(json!({"comment": "a"})).await, json!({"name": name, "comment": "a"}));
    assert_eq!(edited(json!({})).await, json!({"name": name, "comment": "a"}));
    assert_eq!(edited(json!({"comment": null})).await, json!({"name": name, "comment": null}));
}

#[tokio::test]
async fn a_variable_that_has_to_be_given_is_missed_before_anything_runs() {
    let app = TestApp::new().await;
    let document = "mutation($id: ID!) { apiTokenRevoke(id: $id) { userErrors { code } } }";
    for variables in [json!({}), json!({"id": null})] {
        let answer = app.as_administrator().post(document, variables).await;
        assert_eq!(answer.refusal(), (400, "BAD_USER_INPUT".into()));
        assert!(answer.text.contains("`$id`"), "{}", answer.text);
    }
}

#[tokio::test]
async fn characters_can_be_written_by_their_number() {
    let app = TestApp::new().await;
    let document = r#"mutation { customerCreate(input: {customerId: "n", name: "\u{1F600}\uD83D\uDE00\u{e9}"}) { customer { name } } }"#;
    let created = app.as_administrator().ask(document).await;
    assert_eq!(created["customerCreate"]["customer"]["name"], "😀😀é");
    let refused = app.as_administrator().refusal(r#"{ customer(customerId: "\u{D800}") { name } }"#, json!({})).await;
    assert_eq!(refused, (400, "GRAPHQL_PARSE_FAILED".into()));
}

#[tokio::test]
async fn typename_is_held_to_the_rules_too() {
    let app = TestApp::new().await;
    for document in [
        "{ __typename(a: 1) }",
        "{ __typename { x } }",
        "{ __typename @nonsense }",
        "{ __typename @include }",
        "{ __typename @include(if: $undefined) }",
    ] {
        let refused = app.anonymous().refusal(document, json!({})).await;
        assert_eq!(refused, (400, "GRAPHQL_VALIDATION_FAILED".into()), "{document}");
    }
    let used_there_only = "query($x: Boolean!) { a: __typename b: __typename @include(if: $x) }";
    assert_eq!(app.anonymous().data(used_there_only, json!({"x": false})).await, json!({"a": "Query"}));
    let named_on = "{ ...F } fragment F on Query { __typename } fragment on on Query { __typename }";
    assert_eq!(app.anonymous().refusal(named_on, json!({})).await, (400, "GRAPHQL_PARSE_FAILED".into()));
}

#[tokio::test]
async fn the_operation_that_is_named_is_run_however_it_is_asked() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let document = "query A { viewer { role } } query B($n: Int!) { customers(first: $n) { nodes { customerId } } }";
    let answer = get(&root, &[("query", document), ("operationName", "A")]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["data"].clone()),
        (200, json!({"viewer": {"role": "ADMINISTRATOR"}}))
    );
    let answer = get(&root, &[("query", document), ("operationName", "B"), ("variables", r#"{"n": 1}"#)]).await;
    assert_eq!(answer.json()["data"]["customers"]["nodes"].as_array().map(Vec::len), Some(1));
    for name in [json!(null), json!("C")] {
        let answer = post(&root, &json!({"query": document, "operationName": name})).await;
        assert_eq!(answer.refusal(), (400, "BAD_USER_INPUT".into()));
    }
}

#[tokio::test]
async fn an_answer_tells_its_cost_when_asked() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let query =
        "{ customers(first: 10) { nodes { ...F ...F name @skip(if: true) } } } fragment F on Customer { customerId }";
    let expected =
        json!({"cost": 21, "depth": 3, "fields": 7, "limits": {"cost": 20_000, "depth": 15, "fields": 1000}});
    let told = |answer: Value| answer["extensions"]["cost"].clone();
    let asked = json!({"query": query, "extensions": {"cost": true, "other": [1]}});
    assert_eq!(told(post(&root, &asked).await.json()), expected);
    assert_eq!(told(get(&root, &[("query", query), ("extensions", r#"{"cost": true}"#)]).await.json()), expected);
    assert_eq!(told(root.run(query, json!({})).await), json!(null));
    let mut socket = app.socket_of(Realm::Agent, "root@localhost").await;
    socket.send(json!({"type": "subscribe", "id": "1", "payload": asked})).await;
    assert_eq!(told(socket.next().await["payload"].take()), expected);
}

#[tokio::test]
async fn a_cost_beyond_the_limit_is_told_with_it() {
    let app = TestApp::with("[limits]\nmax_complexity = 100\n").await;
    let root = app.as_administrator();
    let asks = "query($n: Int) { customers(first: $n) { nodes { name } } }";
    assert_eq!(root.post(asks, json!({"n": 49})).await.status, 200);
    let answer = root.post(asks, json!({"n": 50})).await;
    assert_eq!(answer.refusal(), (400, "LIMIT_EXCEEDED".into()));
    assert!(answer.text.contains("costs 101, more than 100"), "{}", answer.text);
}
