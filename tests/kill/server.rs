//! The real program, as a process of its own.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::place::Place;

/// Where the server writes its log.
const LOG: &str = "log";

/// A running server, which is killed at the end at the latest.
pub struct Server {
    process: RefCell<Child>,
    address: String,
    token: String,
    client: reqwest::Client,
}

impl Server {
    /// Starts a server over a database, which must say within this time where it answers, and then answer.
    pub async fn start(place: &Place, patience: Duration) -> Self {
        let mut process = program(place, &["serve"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let (told, heard) = mpsc::channel();
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        // Goes on reading for as long as the server runs, so that it never waits for a reader.
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some(address) = line.strip_prefix("Deskgraph answers at ") {
                    drop(told.send(address.to_owned()));
                }
            }
        });
        let address = tokio::task::spawn_blocking(move || heard.recv_timeout(patience)).await.expect("the wait ends");
        let mut server = Self {
            process: RefCell::new(process),
            address: address.unwrap_or_else(|_| panic!("no start within {patience:?}: {}", last_words(place))),
            token: String::new(),
            client: reqwest::Client::new(),
        };
        let token = program(place, &["token", "root@localhost"]).output().expect("the program runs");
        assert!(token.status.success(), "{token:?}");
        server.token = String::from_utf8(token.stdout).expect("a token is text").trim().to_owned();
        assert!(server.ask("{ viewer { __typename } }", json!({})).await.is_some(), "the server does not answer");
        server
    }

    /// The one field of an answer without errors; `None` once the server is gone.
    pub async fn ask(&self, document: &str, variables: Value) -> Option<Value> {
        let body = json!({ "query": document, "variables": variables });
        let request = self.client.post(&self.address).bearer_auth(&self.token).timeout(Duration::from_secs(30));
        let answer: Value = request.json(&body).send().await.ok()?.json().await.ok()?;
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"].as_object().and_then(|data| data.values().next()).cloned()
    }

    /// Ends the server at once, as `kill -9` does.
    pub fn kill(&self) {
        let mut process = self.process.borrow_mut();
        process.kill().expect("the process can be killed");
        process.wait().expect("the process ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already where the test got that far.
        drop(self.process.get_mut().kill());
        drop(self.process.get_mut().wait());
    }
}

/// What a program that failed said last.
fn last_words(place: &Place) -> String {
    let log = std::fs::read_to_string(place.folder.path().join(LOG)).expect("the log can be read");
    log.lines().last().unwrap_or_default().to_owned()
}

fn program(place: &Place, arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_deskgraph"));
    program.args(arguments).current_dir(place.folder.path()).stdin(Stdio::null());
    program.stderr(File::create(place.folder.path().join(LOG)).expect("the log can be made"));
    program.env("DESKGRAPH_DATABASE__URL", &place.url).env("DESKGRAPH_HTTP__LISTEN", "127.0.0.1:0");
    // Otherwise most of the time would go into passwords.
    program.env("DESKGRAPH_AUTH__PASSWORD_HASH", "sha2");
    program
}
