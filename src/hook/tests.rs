//! The hook with real programs and a real address on this machine.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Redirect;
use axum::routing::post;
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::command::{Failure, run};
use super::post::send;
use super::*;
use crate::domain::change::{ChangeKind, EntityType, FieldChange};

const LONG: Duration = Duration::from_secs(60);

fn change(key: &str) -> NewChange {
    let fields = vec![FieldChange::new("name", Some("hidden before"), Some("hidden after"))];
    NewChange { kind: ChangeKind::ValidityChanged, entity: EntityType::CustomerUser, key: key.to_owned(), fields }
}

fn shell(script: &str, file: &Path) -> Vec<String> {
    vec!["sh".to_owned(), "-c".to_owned(), script.to_owned(), file.display().to_string()]
}

fn hook(command: Vec<String>) -> Hook {
    Hook::start(Target { command, url: None, timeout: LONG })
}

/// What each run was told, by a command that appends it to a file.
fn runs(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test]
async fn the_command_gets_the_changes_without_what_the_fields_held() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("told");
    let hook = hook(shell(r#"cat >> "$0""#, &file));
    hook.listener()(&[change("ann"), change("Größe \"1\"\n")]);
    hook.stop().await;

    let told = |key: &str| json!({"kind": "VALIDITY_CHANGED", "entityType": "CustomerUser", "entityKey": key});
    assert_eq!(runs(&file), [json!([told("ann"), told("Größe \"1\"\n")])]);
}

#[tokio::test]
async fn what_is_written_during_a_run_is_told_by_the_next_one_up_to_a_bound() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("told");
    let hook = hook(shell(r#"cat >> "$0""#, &file));
    let tell = hook.listener();
    tell(&[change("first")]);
    // The task of the hook takes the first change here, and is not asked again before all others are there.
    tokio::task::yield_now().await;
    for number in 0..1200 {
        tell(&[change(&format!("later {number}"))]);
    }
    hook.stop().await;

    let runs = runs(&file);
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0].as_array().map(Vec::len), Some(1));
    let second = runs[1].as_array().expect("a list");
    assert_eq!(second.len(), 1001);
    assert_eq!(second[999]["entityKey"], json!("later 999"));
    assert_eq!(second[1000], json!({"more": true}));
}

#[tokio::test]
async fn a_run_that_failed_is_not_repeated_and_does_not_keep_the_next_from_running() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("told");
    let hook = hook(shell(r#"cat >> "$0"; exit 1"#, &file));
    let tell = hook.listener();
    tell(&[change("one")]);
    tokio::task::yield_now().await;
    tell(&[change("two")]);
    hook.stop().await;
    let keys: Vec<Value> = runs(&file).iter().map(|run| run[0]["entityKey"].clone()).collect();
    assert_eq!(keys, [json!("one"), json!("two")]);
}

#[tokio::test]
async fn a_failure_has_the_exit_code_and_what_the_command_said() {
    let failed = run("sh", &["-c".to_owned(), "echo no such cache >&2; exit 3".to_owned()], b"[]", LONG).await;
    let Err(Failure::Exit { status, complaint }) = failed else { panic!("{failed:?}") };
    assert_eq!((status.code(), complaint.as_str()), (Some(3), "no such cache"));
    let failed = run("/nowhere/clear-cache", &[], b"[]", LONG).await;
    assert!(matches!(failed, Err(Failure::Start(_))), "{failed:?}");
}

#[rstest]
#[case::that_reads_nothing("exit 0")]
#[case::that_says_much("yes | head -c 1000000 >&2")]
#[case::that_leaves_something_running("sleep 600 &")]
#[tokio::test]
async fn a_command_ends_well(#[case] script: &str) {
    let input = vec![b' '; 1_000_000];
    let started = Instant::now();
    run("sh", &["-c".to_owned(), script.to_owned()], &input, LONG).await.expect("the command ends well");
    assert!(started.elapsed() < LONG);
}

/// Whether a process runs, as opposed to being gone or only not yet forgotten.
fn is_running(id: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    state.rsplit(") ").next().is_some_and(|state| !state.is_empty() && !state.starts_with('Z'))
}

/// Waits until a process is gone: its signal has been sent, and the machine comes to it when it can.
async fn gone(id: &str) {
    let end = async {
        while is_running(id) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), end).await.expect("the process is killed");
}

#[rstest]
#[case::with_what_it_started(r#"sleep 600 & echo $! > "$0"; wait"#)]
#[case::though_it_will_not(r#"trap '' TERM; echo $$ > "$0"; while :; do sleep 1; done"#)]
#[tokio::test]
async fn a_command_that_hangs_is_killed(#[case] script: &str) {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("id");
    let command = shell(script, &file);
    let ended = run(&command[0], &command[1..], b"[]", Duration::from_secs(2)).await;
    assert!(matches!(ended, Err(Failure::Timeout(_))), "{ended:?}");
    let id = std::fs::read_to_string(&file).expect("the command has started");
    assert!(is_running(&std::process::id().to_string()), "one that runs is told from one that does not");
    gone(id.trim()).await;
}

#[tokio::test]
async fn stopping_waits_for_a_run_no_longer_than_its_time() {
    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("id");
    let command = shell(r#"trap '' TERM; echo $$ > "$0"; while :; do sleep 1; done"#, &file);
    let hook = Hook::start(Target { command, url: None, timeout: Duration::from_secs(2) });
    hook.listener()(&[change("ann")]);
    let started = Instant::now();
    hook.stop().await;
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    let id = std::fs::read_to_string(&file).expect("the command has started");
    gone(id.trim()).await;
}

/// A server that answers with a status, what it was sent, and its address.
async fn taker(answer: StatusCode) -> (Arc<Mutex<Vec<(String, String)>>>, String) {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&taken);
    let take = async move |headers: HeaderMap, body: String| {
        let kind = headers[header::CONTENT_TYPE].to_str().expect("text").to_owned();
        seen.lock().expect("no panic").push((kind, body));
        answer
    };
    let router =
        Router::new().route("/taken", post(take)).route("/moved", post(async || Redirect::temporary("/taken")));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (taken, format!("http://{address}"))
}

#[tokio::test]
async fn the_address_gets_the_changes_as_json() {
    let (taken, address) = taker(StatusCode::NO_CONTENT).await;
    let target = Target { command: Vec::new(), url: Some(format!("{address}/taken")), timeout: LONG };
    let hook = Hook::start(target);
    hook.listener()(&[change("ann")]);
    hook.stop().await;
    let taken = taken.lock().expect("no panic");
    let [(kind, body)] = &taken[..] else { panic!("{taken:?}") };
    assert_eq!(kind, "application/json");
    let told = json!({"kind": "VALIDITY_CHANGED", "entityType": "CustomerUser", "entityKey": "ann"});
    assert_eq!(serde_json::from_str::<Value>(body).expect("JSON"), json!({"changes": [told]}));
}

#[test]
fn the_body_says_when_there_were_more() {
    let queue = Queue::default();
    queue.add(&vec![change("ann"); MAX_CHANGES + 1]);
    let batch = std::mem::take(&mut queue.waiting.lock().expect("no panic").batch);
    let body = serde_json::to_value(&batch).expect("texts serialise");
    assert_eq!((body["changes"].as_array().map(Vec::len), &body["more"]), (Some(MAX_CHANGES), &json!(true)));
}

#[tokio::test]
async fn an_address_that_does_not_take_them_is_a_failure_that_does_not_name_it() {
    let (taken, address) = taker(StatusCode::INTERNAL_SERVER_ERROR).await;
    let told = async |url: &str| send(url, b"{}".to_vec(), LONG).await.expect_err("not taken");
    assert_eq!(told(&format!("{address}/taken?key=s3cret")).await, "it answered 500 Internal Server Error");
    assert_eq!(taken.lock().expect("no panic").len(), 1);
    assert_eq!(told(&format!("{address}/moved")).await, "it answered 307 Temporary Redirect");
    assert_eq!(taken.lock().expect("no panic").len(), 1);
    let closed = told("http://127.0.0.1:1/taken?key=s3cret").await;
    assert!(!closed.is_empty() && !closed.contains("s3cret"), "{closed}");
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    let started = Instant::now();
    assert!(send(&url, b"{}".to_vec(), Duration::from_millis(200)).await.is_err());
    assert!(started.elapsed() < LONG);
}
