//! Where a page is read: a folder of its own with a shell, in which `deskgraph` and `cargo run --release --` are the program of these tests.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::page;

/// Where the pages say that the server answers.
pub const SHOWN_ADDRESS: &str = "127.0.0.1:8080";

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What `cargo` is here: `cargo run` runs the program, which has been built.
const CARGO: &str = r#"#!/usr/bin/env bash
[[ $1 == run ]] || { [[ $1 == build ]] && exit; echo "cargo $1 is not run here" >&2; exit 1; }
while (($#)) && [[ $1 != -- ]]; do shift; done
shift
exec deskgraph "$@"
"#;

/// A folder with a shell.
pub struct Place {
    folder: TempDir,
}

/// What goes on until it is ended.
pub struct Background {
    process: Child,
    group: Pid,
    /// What it has written so far.
    pub said: String,
}

impl Place {
    /// A fresh folder.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("there is a folder for temporary files");
        let place = Self { folder };
        fs::create_dir_all(place.file("bin")).expect("a folder can be made");
        fs::create_dir_all(place.file("work")).expect("a folder can be made");
        symlink(env!("CARGO_BIN_EXE_deskgraph"), place.file("bin/deskgraph")).expect("a link can be made");
        fs::write(place.file("bin/cargo"), CARGO).expect("a file can be made");
        fs::set_permissions(place.file("bin/cargo"), fs::Permissions::from_mode(0o755)).expect("it can be run");
        for name in ["examples", "tests"] {
            symlink(page::root().join(name), place.file("work").join(name)).expect("a link can be made");
        }
        fs::write(place.file("state"), "").expect("a file can be made");
        place
    }

    /// A file in the folder; `work` is where the shell is.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[expect(clippy::disallowed_methods, reason = "programs are found as in the shell that runs the tests")]
    fn shell(&self, text: &str, environment: &[(&str, &str)]) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("bash");
        shell.args(["-c", text]).current_dir(self.file("work"));
        // What the caller has set for a server of their own must not reach these.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DESKGRAPH_")) {
            shell.env_remove(name);
        }
        shell.env("PATH", format!("{}:{path}:/usr/sbin", self.file("bin").display()));
        shell.env("DESKGRAPH_HTTP__LISTEN", "127.0.0.1:0").env("NO_PROXY", "*").envs(environment.iter().copied());
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        shell
    }

    /// Runs commands, which know the variables of earlier ones; what they have written, or what went wrong.
    pub async fn run(&self, text: &str) -> Result<String, String> {
        let state = self.file("state");
        let text = format!(
            "set -aeuo pipefail; . '{0}'\n{text}\nexport -p > '{0}'; printf 'cd %q\\n' \"$PWD\" >> '{0}'\n",
            state.display()
        );
        let output = timeout(PATIENCE, self.shell(&text, &[]).output()).await;
        let output = output.map_err(|_| "it does not end".to_owned())?.map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let warned = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(said) } else { Err(format!("{}\n{said}{warned}", output.status)) }
    }

    /// Starts what does not end by itself, and waits for a line that begins so.
    pub async fn start(
        &self,
        text: &str,
        environment: &[(&str, &str)],
        awaited: &str,
    ) -> Result<(Background, String), String> {
        let text = format!("set -ae; . '{}'\n{text}\n", self.file("state").display());
        let mut shell = self.shell(&text, environment);
        shell.process_group(0).stderr(fs::File::create(self.file("log")).expect("a file can be made"));
        let mut process = shell.spawn().map_err(|error| error.to_string())?;
        let id = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let output = process.stdout.take().expect("a pipe");
        let mut background = Background { process, group: id.expect("a process has an id"), said: String::new() };
        let mut lines = BufReader::new(output).lines();
        let reading = async {
            while let Ok(Some(line)) = lines.next_line().await {
                background.said.push_str(&line);
                background.said.push('\n');
                if let Some(rest) = line.strip_prefix(awaited) {
                    return Some(rest.trim().to_owned());
                }
            }
            None
        };
        let found = timeout(PATIENCE, reading).await.ok().flatten();
        let Some(found) = found else {
            let log = fs::read_to_string(self.file("log")).unwrap_or_default();
            return Err(format!("`{awaited}` was not said\n{}{log}", background.said));
        };
        // What comes with the first line, and then whatever else it writes.
        while let Ok(Ok(Some(line))) = timeout(Duration::from_millis(100), lines.next_line()).await {
            background.said.push_str(&line);
            background.said.push('\n');
        }
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok((background, found))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended by itself.
        kill_process_group(self.group, Signal::TERM).unwrap_or_default();
        // A server that is told to stop lets requests finish; here none runs.
        drop(self.process.start_kill());
    }
}

/// Whether there is a program of this name, which is said where there is not.
#[expect(clippy::disallowed_methods, reason = "programs are found as in the shell that runs the tests")]
pub fn has_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there =
        std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]).any(|folder| folder.join(name).exists());
    if !is_there {
        // Not by `println!`, which the test harness keeps to itself.
        let line = format!("skipped: there is no {name}, which a page uses\n");
        std::io::stderr().write_all(line.as_bytes()).expect("standard error can be written");
    }
    is_there
}

/// A port that nothing listens on; it lies below those that the system hands out.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 18_000 + u16::try_from(std::process::id() % 100).expect("a small number") * 10;
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed));
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a port is free")
}
