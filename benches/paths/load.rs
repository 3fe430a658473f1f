//! Load over HTTP/1.1: keeps some connections busy with requests that are made beforehand, and notes how long each took.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rand::Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request, ready to be sent.
pub fn request(path: &str, token: Option<&str>, body: &str) -> Vec<u8> {
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\n{token}content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// What was seen.
#[derive(Default)]
pub struct Seen {
    times: Vec<Duration>,
    /// Answers that were no good.
    pub failures: usize,
    bytes: usize,
}

impl Seen {
    /// Answered requests.
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// The mean length of an answer.
    pub fn bytes_each(&self) -> usize {
        self.bytes / self.count().max(1)
    }

    /// The time within which so many in a hundred were answered.
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.failures += other.failures;
        self.bytes += other.bytes;
    }
}

/// Keeps connections busy with random requests.
pub async fn drive(
    port: u16,
    requests: &Arc<Vec<Vec<u8>>>,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Seen> {
    let until = Instant::now() + time;
    let busy: Vec<_> = (0..connections)
        .map(|_| {
            let requests = Arc::clone(requests);
            tokio::spawn(async move { keep_busy(port, &requests, until).await })
        })
        .collect();
    let mut all = Seen::default();
    for connection in busy {
        all.add(connection.await??);
    }
    Ok(all)
}

async fn keep_busy(port: u16, requests: &[Vec<u8>], until: Instant) -> anyhow::Result<Seen> {
    let mut connection = Connection::open(port).await?;
    let mut seen = Seen::default();
    while Instant::now() < until {
        let request = &requests[rand::rng().random_range(0..requests.len())];
        let began = Instant::now();
        let answer = connection.ask(request).await?;
        seen.times.push(began.elapsed());
        seen.bytes += answer.len();
        if !is_good(answer) {
            seen.failures += 1;
        }
    }
    Ok(seen)
}

/// GraphQL tells errors beside the data, which servers put first or last.
fn is_good(answer: &[u8]) -> bool {
    let begins_with_errors = answer.starts_with(br#"{"errors""#);
    !begins_with_errors && !answer.windows(10).any(|window| window == br#","errors":"#)
}

/// One answer's body as text.
pub async fn ask(port: u16, request: &[u8]) -> anyhow::Result<String> {
    let mut connection = Connection::open(port).await?;
    let answer = connection.ask(request).await?;
    Ok(String::from_utf8_lossy(answer).into_owned())
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads the whole answer, whose length stands in its head.
    async fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (mut begin, mut length) = (0_usize, usize::MAX);
        while self.buffer.len() < begin.saturating_add(length) {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if begin == 0
                && let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n")
            {
                (begin, length) = (end + 4, content_length(&self.buffer[..end])?);
            }
        }
        Ok(&self.buffer[begin..])
    }
}

fn content_length(head: &[u8]) -> anyhow::Result<usize> {
    let head = std::str::from_utf8(head)?;
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut value =
        lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value.trim());
    value.next_back().context("an answer without a length")?.parse().context("the length of an answer")
}
