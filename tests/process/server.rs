//! The real program, as a process of its own.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::place::Place;

/// Where the server writes its log.
const LOG: &str = "log";

/// A running server, which is killed at the end at the latest.
pub struct Server {
    process: Mutex<Child>,
    address: String,
    token: String,
    client: reqwest::Client,
    passwords: Arc<AtomicUsize>,
    /// How long it took until the server could be asked.
    pub started_in: Duration,
}

/// What a server uses of the machine.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Memory, in KiB.
    pub resident: usize,
    /// Open files and connections.
    pub descriptors: usize,
}

impl Server {
    /// Starts a server over a database, which must say within this time where it answers, and then answer.
    pub async fn start(place: &Place, patience: Duration) -> Self {
        Self::start_with(place, &[], patience).await
    }

    /// The same with these arguments.
    pub async fn start_with(place: &Place, arguments: &[&str], patience: Duration) -> Self {
        let begun = Instant::now();
        let arguments = [&["serve"], arguments].concat();
        let mut process = program(place, &arguments).stdout(Stdio::piped()).spawn().expect("the program starts");
        let (told, heard) = mpsc::channel();
        let passwords = Arc::new(AtomicUsize::new(0));
        let told_passwords = Arc::clone(&passwords);
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        // Goes on reading for as long as the server runs, so that it never waits for a reader.
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if line.starts_with("Administrator ") {
                    told_passwords.fetch_add(1, Ordering::SeqCst);
                }
                if let Some(address) = line.strip_prefix("Deskgraph answers at ") {
                    drop(told.send(address.to_owned()));
                }
            }
        });
        let address = tokio::task::spawn_blocking(move || heard.recv_timeout(patience)).await.expect("the wait ends");
        let mut server = Self {
            process: Mutex::new(process),
            address: address.unwrap_or_else(|_| panic!("no start within {patience:?}: {}", last_words(place))),
            token: String::new(),
            client: reqwest::Client::new(),
            passwords,
            started_in: begun.elapsed(),
        };
        let token =
            program(place, &["token", "root@localhost", "--expires-in", "2h"]).output().expect("the program runs");
        assert!(token.status.success(), "{token:?}");
        server.token = String::from_utf8(token.stdout).expect("a token is text").trim().to_owned();
        assert!(server.ask("{ viewer { __typename } }", json!({})).await.is_some(), "the server does not answer");
        server
    }

    /// The one field of an answer without errors; `None` once the server is gone.
    pub async fn ask(&self, document: &str, variables: Value) -> Option<Value> {
        let (_, answer) = self.post(document, variables).await?;
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"].as_object().and_then(|data| data.values().next()).cloned()
    }

    /// The status and body of an answer; `None` once the server is gone.
    pub async fn post(&self, document: &str, variables: Value) -> Option<(u16, Value)> {
        self.post_as(Some(&self.token), document, variables).await
    }

    /// The same for someone with another token or without one.
    pub async fn post_as(&self, token: Option<&str>, document: &str, variables: Value) -> Option<(u16, Value)> {
        let body = json!({ "query": document, "variables": variables });
        let mut request = self.client.post(&self.address).timeout(Duration::from_secs(30));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.json(&body).send().await.ok()?;
        Some((answer.status().as_u16(), answer.json().await.ok()?))
    }

    /// The status and text of another address; `None` once the server is gone.
    pub async fn get(&self, path: &str) -> Option<(u16, String)> {
        let answer = self.client.get(format!("http://{}{path}", self.host())).send().await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    /// How often it told the password of the administrator.
    pub fn passwords(&self) -> usize {
        self.passwords.load(Ordering::SeqCst)
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        let rest = self.address.trim_start_matches("http://");
        rest.split('/').next().unwrap_or(rest)
    }

    /// A request as it is written on the wire.
    pub fn raw_request(&self, document: &str) -> String {
        let body = json!({ "query": document }).to_string();
        format!(
            "POST /graphql HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.host(),
            self.token,
            body.len(),
        )
    }

    /// Where it answers.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The token of the administrator.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What the server uses at this moment, as the system says.
    pub fn usage(&self) -> Usage {
        let folder = format!("/proc/{}", self.process.lock().expect("nobody panicked with it").id());
        let status = std::fs::read_to_string(format!("{folder}/status")).expect("the server runs");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the system counts memory");
        let resident = resident.trim().trim_end_matches(" kB").parse().expect("a number");
        let descriptors = std::fs::read_dir(format!("{folder}/fd")).expect("the files can be listed").count();
        Usage { resident, descriptors }
    }

    /// Tells the server to stop, as SIGTERM does, and waits until it has; its exit code.
    pub async fn stop(&self) -> Option<i32> {
        let process = self.process.lock().expect("nobody panicked with it").id().to_string();
        let told = Command::new("kill").arg(process).status().expect("a process can be told");
        assert!(told.success());
        loop {
            let ended = self.process.lock().expect("nobody panicked with it").try_wait().expect("it can be waited for");
            if let Some(status) = ended {
                return status.code();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends the server at once, as `kill -9` does.
    pub fn kill(&self) {
        let mut process = self.process.lock().expect("nobody panicked with it");
        process.kill().expect("the process can be killed");
        process.wait().expect("the process ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already where the test got that far.
        if let Ok(process) = self.process.get_mut() {
            drop(process.kill());
            drop(process.wait());
        }
    }
}

/// The exit code of a start that cannot be, and what it says.
pub async fn refused_start(place: &Place) -> (Option<i32>, String) {
    refused_start_at(place, "127.0.0.1:0").await
}

/// The same of one that is to listen here.
pub async fn refused_start_at(place: &Place, address: &str) -> (Option<i32>, String) {
    let mut program = program(place, &["serve"]);
    program.env("DESKGRAPH_HTTP__LISTEN", address).stderr(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || program.output()).await.expect("the wait ends");
    let output = output.expect("the program starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
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
