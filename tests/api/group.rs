//! Making and editing groups and queues.

use serde_json::{Value, json};

use crate::support::{GROUPS_COUNT, TestApp};

async fn run(app: &TestApp, field: &str, arguments: &str, wanted: &str) -> Value {
    let document = format!("mutation {{ {field}({arguments}) {{ {wanted} userErrors {{ code path }} }} }}");
    app.as_administrator().ask(&document).await[field].take()
}

async fn group(app: &TestApp, field: &str, arguments: &str) -> Value {
    run(app, field, arguments, "group { name comment validity queues { name } }").await
}

async fn queue(app: &TestApp, field: &str, arguments: &str) -> Value {
    run(app, field, arguments, "queue { name comment validity group { name } }").await
}

fn wrong(code: &str, field: &str) -> Value {
    json!([{ "code": code, "path": ["input", field] }])
}

#[tokio::test]
async fn a_group_is_made_and_edited() {
    let app = TestApp::new().await;
    let payload = group(&app, "groupCreate", "input: { name: \" third level \", comment: \"New.\" }").await;
    let expected = json!({ "name": "third level", "comment": "New.", "validity": "VALID", "queues": [] });
    assert_eq!(payload, json!({ "group": expected, "userErrors": [] }));
    let edit = "name: \"third level\", input: { name: \"Third\", comment: null, validity: INVALID_TEMPORARILY }";
    let expected = json!({ "name": "Third", "comment": null, "validity": "INVALID_TEMPORARILY", "queues": [] });
    assert_eq!(group(&app, "groupUpdate", edit).await["group"], expected);
    let errors = async |field: &str, arguments: &str| group(&app, field, arguments).await["userErrors"].take();
    assert_eq!(errors("groupCreate", "input: { name: \"SUPPORT\" }").await, wrong("NOT_UNIQUE", "name"));
    assert_eq!(errors("groupCreate", "input: { name: \" \" }").await, wrong("REQUIRED", "name"));
    assert_eq!(
        errors("groupUpdate", "name: \"sales\", input: { name: \"support\" }").await,
        wrong("NOT_UNIQUE", "name")
    );
    let unknown = errors("groupUpdate", "name: \"nothing\", input: {}").await;
    assert_eq!(unknown, json!([{ "code": "NOT_FOUND", "path": ["name"] }]));
}

#[tokio::test]
async fn a_group_on_whose_name_rights_hang_stays() {
    let app = TestApp::new().await;
    let errors = async |arguments: &str| group(&app, "groupUpdate", arguments).await["userErrors"].take();
    assert_eq!(errors("name: \"admin\", input: { name: \"root\" }").await, wrong("FORBIDDEN", "name"));
    assert_eq!(errors("name: \"admin\", input: { validity: INVALID }").await, wrong("FORBIDDEN", "validity"));
    assert_eq!(errors("name: \"users\", input: { name: \"people\" }").await, wrong("FORBIDDEN", "name"));
    assert_eq!(errors("name: \"admin\", input: { comment: \"Ours.\" }").await, json!([]));
}

#[tokio::test]
async fn a_group_that_is_switched_off_takes_its_permissions_along() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let ask = "{ customerUser(login: \"bob\") { effectivePermissions { group { name } } } }";
    let names = |answer: Value| answer["customerUser"]["effectivePermissions"].clone();
    let support = json!([{ "group": { "name": "support" } }]);
    assert_eq!(names(app.as_administrator().ask(ask).await), support);
    group(&app, "groupUpdate", "name: \"support\", input: { validity: INVALID }").await;
    assert_eq!(names(app.as_administrator().ask(ask).await), json!([]));
    group(&app, "groupUpdate", "name: \"support\", input: { validity: VALID }").await;
    assert_eq!(names(app.as_administrator().ask(ask).await), support);
}

#[tokio::test]
async fn a_queue_is_made_below_another_one_and_edited() {
    let app = TestApp::new().await;
    let payload = queue(&app, "queueCreate", "input: { name: \"Support::Mail\", group: \"support\" }").await;
    let expected =
        json!({ "name": "Support::Mail", "comment": null, "validity": "VALID", "group": { "name": "support" } });
    assert_eq!(payload, json!({ "queue": expected, "userErrors": [] }));
    let edit = "name: \"Support::Mail\", input: { group: \"sales\", comment: \"All mail.\" }";
    let payload = queue(&app, "queueUpdate", edit).await;
    assert_eq!(payload["queue"]["group"]["name"], "sales");
    let errors = async |field: &str, arguments: &str| queue(&app, field, arguments).await["userErrors"].take();
    let create = async |input: &str| errors("queueCreate", &format!("input: {{ {input} }}")).await;
    assert_eq!(create("name: \"Nowhere::Mail\", group: \"support\"").await, wrong("NOT_FOUND", "name"));
    assert_eq!(create("name: \"Support::\", group: \"support\"").await, wrong("INVALID", "name"));
    assert_eq!(create("name: \"Misc\", group: \"support\"").await, wrong("NOT_UNIQUE", "name"));
    assert_eq!(create("name: \"New\", group: \"nothing\"").await, wrong("NOT_FOUND", "group"));
    assert_eq!(errors("queueUpdate", "name: \"Misc\", input: { group: null }").await, wrong("REQUIRED", "group"));
}

#[tokio::test]
async fn the_queues_below_follow_to_a_new_name() {
    let app = TestApp::new().await;
    queue(&app, "queueUpdate", "name: \"Support\", input: { name: \"Help\" }").await;
    let names = app.texts("SELECT name FROM queue WHERE name LIKE 'Help%' OR name LIKE 'Support%' ORDER BY name").await;
    assert_eq!(names, ["Help", "Help::Old", "Help::Phone"]);
    let below = queue(&app, "queueUpdate", "name: \"Help\", input: { name: \"Help::Help\" }").await;
    assert_eq!(below["userErrors"], wrong("INVALID", "name"));
    let long = "x".repeat(188);
    let payload = queue(&app, "queueUpdate", &format!("name: \"Help\", input: {{ name: \"{long}\" }}")).await;
    assert_eq!(payload["userErrors"], wrong("TOO_LONG", "name"));
}

#[tokio::test]
async fn an_edit_of_an_old_version_is_refused() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let version = root.ask("{ queue(name: \"Misc\") { version } }").await["queue"]["version"].take();
    let edit = "mutation($version: Version) { queueUpdate(name: \"Misc\", input: { comment: \"x\" }, ifVersion: $version) { userErrors { code path } } }";
    let errors = async || root.data(edit, json!({ "version": version })).await["queueUpdate"]["userErrors"].take();
    assert_eq!(errors().await, json!([]));
    assert_eq!(errors().await, json!([{ "code": "VERSION_CONFLICT", "path": ["ifVersion"] }]));
}
