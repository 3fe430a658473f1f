//! The hook as configured: it is told of what was committed, and of nothing else.

use std::path::Path;

use deskgraph::auth::token::Realm;
use deskgraph::domain::change::{ChangeKind, EntityType, FieldChange, NewChange};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::TestApp;

fn created(key: &str) -> NewChange {
    let fields = vec![FieldChange::new("name", None, Some("a name that stays here"))];
    NewChange { kind: ChangeKind::Created, entity: EntityType::Customer, key: key.to_owned(), fields }
}

fn lines(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test]
async fn the_hook_is_told_of_what_was_committed() {
    let directory = TempDir::new().expect("there is a directory for temporary files");
    let file = directory.path().join("told");
    let append = format!("cat >> '{}'", file.display());
    let app = TestApp::with(&format!("[hooks]\nafter_write_command = [\"sh\", \"-c\", \"{append}\"]\n")).await;
    let root = app.viewer(Realm::Agent, "root@localhost").await;

    let mut taken_back = app.store().begin(&root).await.expect("writing is possible");
    taken_back.log(created("taken back"));
    drop(taken_back);
    app.store().begin(&root).await.expect("writing is possible").commit().await.expect("nothing was written");
    let mut lasting = app.store().begin(&root).await.expect("writing is possible");
    lasting.log(created("lasting"));
    lasting.commit().await.expect("the change lasts");
    app.stop().await;

    let told = json!({"kind": "CREATED", "entityType": "Customer", "entityKey": "lasting"});
    assert_eq!(lines(&file), [json!([told])]);
}

#[tokio::test]
async fn a_hook_that_fails_fails_no_request() {
    let app = TestApp::with(
        "[hooks]\nafter_write_command = [\"/nowhere/clear-cache\"]\nafter_write_url = \"http://127.0.0.1:1/\"\n",
    )
    .await;
    let root = app.viewer(Realm::Agent, "root@localhost").await;
    for key in ["one", "two"] {
        let mut transaction = app.store().begin(&root).await.expect("writing is possible");
        transaction.log(created(key));
        transaction.commit().await.expect("the change lasts");
    }
    let found = app.as_administrator().ask("{ changes { nodes { entityKey } } }").await;
    assert_eq!(found["changes"]["nodes"], json!([{"entityKey": "two"}, {"entityKey": "one"}]));
    app.stop().await;
}
