//! Programs that run meanwhile: starting and stopping them, and what they take.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fmt, fs};

use anyhow::{Context, bail};

/// A server that is stopped when this goes.
pub struct Running {
    child: Child,
    /// How long it took until it accepted connections.
    pub start: Duration,
}

impl Running {
    /// Starts a program and waits until something accepts connections on the port.
    pub fn start(command: &mut Command, port: u16) -> anyhow::Result<Self> {
        let began = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let mut child = child.with_context(|| format!("cannot run {command:?}"))?;
        loop {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(Self { child, start: began.elapsed() });
            }
            if let Some(status) = child.try_wait()? {
                bail!("{command:?} ended with {status}");
            }
            if began.elapsed() > Duration::from_secs(60) {
                bail!("{command:?} does not listen on port {port}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Processor time so far.
    pub fn processor_time(&self) -> Duration {
        processor_time(self.child.id())
    }

    /// Memory that it holds now.
    pub fn memory(&self) -> Memory {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0)
        };
        Memory { own: kilobytes("RssAnon:") * 1024, files: kilobytes("RssFile:") * 1024 }
    }
}

/// Memory in bytes.
pub struct Memory {
    /// That nobody else can have.
    own: u64,
    /// Parts of files, the program's own among them, that the system takes back when it needs room.
    files: u64,
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MB and {} MB of files", self.own / 1_000_000, self.files / 1_000_000)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have gone by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The processor time of all processes of this name.
pub fn processor_time_of(name: &str) -> Duration {
    let Ok(processes) = fs::read_dir("/proc") else { return Duration::ZERO };
    let ids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let named = ids.filter(|id| fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|comm| comm.trim() == name));
    named.map(processor_time).sum()
}

/// User and system time, which the kernel counts in hundredths of a second.
fn processor_time(id: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = behind_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}
