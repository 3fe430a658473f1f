//! The directory of `examples/ldap`, as the README shows it.

use serde_json::json;

use crate::support::TestApp;
use crate::support::slapd::Example;

#[tokio::test]
async fn the_directory_of_the_readme_answers_as_the_readme_says() {
    let Some(example) = Example::start() else { return };
    let app = TestApp::with(&example.settings()).await;
    let anyone = app.anonymous();
    let signed_in = anyone.ask(
        r#"mutation { login(realm: CUSTOMER, login: "lena", password: "demo") {
        viewer { customerUser { fullName dataSource { name } } } } }"#,
    );
    assert_eq!(
        signed_in.await["login"]["viewer"]["customerUser"],
        json!({"fullName": "Lena Löwe", "dataSource": {"name": "Directory"}})
    );
    let root = app.as_administrator();
    let found = root.ask(
        r#"{ dataSources { name kind isReadOnly isReachable }
        customerUsers(search: "lena") { nodes { login dataSource { name } } } }"#,
    );
    assert_eq!(
        found.await,
        json!({
            "dataSources": [
                {"name": "Database", "kind": "DATABASE", "isReadOnly": false, "isReachable": true},
                {"name": "Directory", "kind": "LDAP", "isReadOnly": true, "isReachable": true},
            ],
            "customerUsers": {"nodes": [{"login": "lena", "dataSource": {"name": "Directory"}}]},
        })
    );
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
