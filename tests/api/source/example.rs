//! The directory of `examples/ldap`, and what comes when it is gone. `tests/docs` runs what the pages show of it.

use serde_json::json;

use crate::support::TestApp;
use crate::support::slapd::Example;

#[tokio::test]
async fn without_the_directory_of_the_example_the_list_goes_on() {
    let Some(example) = Example::start() else { return };
    let app = TestApp::with(&example.settings()).await;
    let root = app.as_administrator();
    let people =
        r#"{ customer(customerId: "acme") { customerUsers(first: 10) { nodes { login dataSource { name } } } } }"#;
    let acme = root.ask(people).await;
    let ann = &acme["customer"]["customerUsers"]["nodes"][0];
    assert_eq!(ann, &json!({"login": "ann", "dataSource": {"name": "Database"}}), "the database comes first");
    drop(example);
    let answer = root.run(people, json!({})).await;
    let told = answer["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(told.contains("`Directory`"), "{answer}");
    assert!(answer["data"]["customer"]["customerUsers"]["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()));
}
