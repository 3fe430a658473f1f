//! Running the hook's command: changes on standard input, no shell, and an end after its time.

use std::io;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::FusedFuture;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, Command};

/// How long a command that is told to end may take for that. `su` wants two seconds to end what it has started.
const GRACE: Duration = Duration::from_secs(3);
/// How long to listen to a command that has ended.
const LAST_WORDS: Duration = Duration::from_millis(100);
/// How many bytes of its complaints are logged.
const MAX_COMPLAINT: u64 = 1000;

/// How a run went wrong.
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be started, or not be waited for.
    Start(io::Error),
    /// It was not done in time and has been killed.
    Timeout(Duration),
    /// It ended, but not well.
    Exit {
        /// How it ended.
        status: ExitStatus,
        /// What it said on standard error.
        complaint: String,
    },
}

impl Failure {
    /// Writes it to the log. Nothing is repeated.
    pub(super) fn log(&self) {
        match self {
            Self::Start(error) => tracing::warn!(%error, "the command of `hooks.after_write_command` cannot be run"),
            Self::Timeout(timeout) => tracing::warn!(
                seconds = timeout.as_secs(),
                "the command of `hooks.after_write_command` took too long and was killed"
            ),
            Self::Exit { status, complaint } => tracing::warn!(
                exit_code = status.code(),
                %status,
                complaint,
                "the command of `hooks.after_write_command` failed; it is not run again for these changes"
            ),
        }
    }
}

/// Runs a program and waits until it ends. It leads a process group of its own, so that what it starts ends with it.
pub(super) async fn run(program: &str, arguments: &[String], input: &[u8], timeout: Duration) -> Result<(), Failure> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.process_group(0).kill_on_drop(true).spawn().map_err(Failure::Start)?;
    let mut running = Running(child);
    match tokio::time::timeout(timeout, running.finish(input)).await {
        Ok(done) => done,
        Err(_) => {
            running.end().await;
            Err(Failure::Timeout(timeout))
        }
    }
}

/// A started command. Dropping it kills it with all that it has started.
struct Running(Child);

impl Running {
    async fn finish(&mut self, input: &[u8]) -> Result<(), Failure> {
        let (stdin, stderr) = (self.0.stdin.take(), self.0.stderr.take());
        let mut complaint = Vec::new();
        let status = {
            let talk = async { tokio::join!(feed(stdin, input), listen(stderr, &mut complaint)) };
            let mut talk = pin!(talk.fuse());
            let status = loop {
                tokio::select! {
                    status = self.0.wait() => break status,
                    _ = &mut talk, if !talk.is_terminated() => {}
                }
            };
            if !talk.is_terminated() {
                // Something that it has left running may hold its standard error open.
                drop(tokio::time::timeout(LAST_WORDS, talk).await);
            }
            status.map_err(Failure::Start)?
        };
        if status.success() {
            return Ok(());
        }
        Err(Failure::Exit { status, complaint: String::from_utf8_lossy(&complaint).trim().to_owned() })
    }

    async fn end(&mut self) {
        self.signal(Signal::TERM);
        if tokio::time::timeout(GRACE, self.0.wait()).await.is_err() {
            self.signal(Signal::KILL);
            drop(self.0.wait().await);
        }
    }

    /// Signals the whole group. A command that has ended is not signalled: its number may be another's by now.
    fn signal(&self, signal: Signal) {
        let id = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(group) = id {
            // It may have ended at this moment.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// A command need not read what it is told.
async fn feed(stdin: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut stdin) = stdin {
        drop(stdin.write_all(input).await);
    }
}

/// Reads all, so that the command never waits for us, and keeps the beginning.
async fn listen(stderr: Option<ChildStderr>, complaint: &mut Vec<u8>) {
    if let Some(mut stderr) = stderr {
        drop((&mut stderr).take(MAX_COMPLAINT).read_to_end(complaint).await);
        drop(tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await);
    }
}
