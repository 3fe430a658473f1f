//! The program as a server, as a process of its own: signals, and a system that gives it too little.

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::support::listener::{PING, Peer, soon};
use crate::support::socket::eventually;

/// A query, and the head of the request that brings it.
const QUERY: &str = r#"{"query":"{ __typename }"}"#;
const HEAD: &str =
    "POST /graphql HTTP/1.1\r\nhost: desk\r\ncontent-type: application/json\r\ncontent-length: 26\r\n\r\n";

/// The program over a database of its own, with so many files open at most. It is killed at the end at the latest.
struct Program {
    process: Child,
    address: String,
    place: TempDir,
}

impl Program {
    async fn start(files: u32) -> Self {
        let place = TempDir::new().expect("there is a directory for temporary files");
        let mut program = Command::new("sh");
        program.args(["-c", &format!("ulimit -n {files}; exec \"$0\" serve"), env!("CARGO_BIN_EXE_deskgraph")]);
        program.current_dir(place.path()).env("DESKGRAPH_HTTP__LISTEN", "127.0.0.1:0");
        let log = std::fs::File::create(place.path().join("log")).expect("a file can be made");
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let mut process = program.spawn().expect("the program starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let address = loop {
            let line = soon("an address", lines.next_line()).await.expect("text").expect("the program goes on");
            if let Some(address) = line.strip_prefix("Deskgraph answers at http://") {
                break address.trim_end_matches("/graphql").to_owned();
            }
        };
        // Goes on reading, so that the program never waits for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { process, address, place }
    }

    async fn connect(&self) -> Peer {
        Peer(soon("the server listens", TcpStream::connect(&self.address)).await.expect("the server listens"))
    }

    fn terminate(&self) {
        let id = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.expect("it runs"), Signal::TERM).expect("it can be told");
    }

    async fn is_deaf(&self) {
        eventually("nobody listens", async || TcpStream::connect(&self.address).await.is_err()).await;
    }

    async fn exit_code(mut self) -> Option<i32> {
        soon("the program ends", self.process.wait()).await.expect("it can be waited for").code()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.place.path().join("log")).expect("the log can be read")
    }
}

#[tokio::test]
async fn a_running_request_is_finished_when_the_program_is_told_to_stop() {
    let program = Program::start(1024).await;
    let mut running = program.connect().await;
    running.begin(HEAD).await;
    program.terminate();
    program.is_deaf().await;
    running.send(QUERY).await;
    assert_eq!(running.answer().await, 200);
    assert_eq!(program.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_second_signal_does_not_wait() {
    let program = Program::start(1024).await;
    let mut running = program.connect().await;
    running.begin(HEAD).await;
    program.terminate();
    program.is_deaf().await;
    program.terminate();
    assert_eq!(program.exit_code().await, Some(1));
}

#[tokio::test]
async fn a_program_without_files_for_more_connections_goes_on_when_there_are_some() {
    let program = Program::start(64).await;
    let mut connections = Vec::new();
    for _ in 0..100 {
        let mut peer = program.connect().await;
        drop(peer.0.write_all(b"GET ").await);
        connections.push(peer);
    }
    eventually("it is out of files", async || program.log().contains("connections cannot be accepted")).await;
    assert!(program.log().contains("needs more open files"), "it said so at the start");
    drop(connections);
    eventually("it answers again", async || program.connect().await.ask(PING).await == 200).await;
}
