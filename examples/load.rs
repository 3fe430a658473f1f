//! Load for a running server: keeps some connections busy with one of the documents of real clients and prints how many requests
//! were answered, how long they took, and how many failed. See `benches/README.md`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::{Parser, ValueEnum};
use rand::Rng;
use reqwest::Client;
use serde_json::{Value, json};

/// Keeps a server busy and prints how it did.
#[derive(Parser)]
struct Arguments {
    /// What is asked.
    document: Document,
    /// Where the server answers.
    #[arg(long, default_value = "http://127.0.0.1:8080/graphql")]
    url: String,
    /// An access token of an agent, as `deskgraph token` prints it.
    #[arg(long, env = "TOKEN")]
    token: String,
    /// How many connections are kept busy.
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// How many seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// From how many customers the ids are drawn.
    #[arg(long, default_value_t = 1000)]
    customers: i32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Document {
    /// A customer with counts, tickets, people and their permissions.
    Detail,
    /// Fifty customers with counts.
    List,
    /// A customer's name by its id.
    LookUp,
}

impl Document {
    fn text(self) -> &'static str {
        match self {
            Self::Detail => include_str!("../tests/documents/customer_detail.graphql"),
            Self::List => include_str!("../tests/documents/customer_list.graphql"),
            Self::LookUp => include_str!("../tests/documents/customer_lookup.graphql"),
        }
    }

    fn body(self, customer_id: &str) -> String {
        let variables = match self {
            Self::List => json!({ "first": 50, "orderBy": { "field": "NAME" } }),
            Self::Detail | Self::LookUp => json!({ "customerId": customer_id }),
        };
        json!({ "query": self.text(), "variables": variables }).to_string()
    }
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    errors: usize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arc::new(Arguments::parse());
    let ids = customer_ids(&arguments).await?;
    let bodies: Arc<Vec<String>> = Arc::new(ids.iter().map(|id| arguments.document.body(id)).collect());
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let busy = (0..arguments.connections).map(|_| {
        let (arguments, bodies) = (Arc::clone(&arguments), Arc::clone(&bodies));
        tokio::spawn(async move { keep_busy(&arguments, &bodies, until).await })
    });
    let mut all = Seen::default();
    for connection in busy.collect::<Vec<_>>() {
        let seen = connection.await??;
        all.times.extend(seen.times);
        all.errors += seen.errors;
    }
    report(all, arguments.seconds)
}

/// One connection, one request after the other.
async fn keep_busy(arguments: &Arguments, bodies: &[String], until: Instant) -> anyhow::Result<Seen> {
    let client = Client::builder().pool_max_idle_per_host(1).tcp_nodelay(true).build()?;
    let mut seen = Seen::default();
    while Instant::now() < until {
        let body = bodies[rand::rng().random_range(0..bodies.len())].clone();
        let started = Instant::now();
        if ask(&client, arguments, body).await.is_ok_and(|answer| !answer.starts_with(b"{\"errors\"")) {
            seen.times.push(started.elapsed());
        } else {
            seen.errors += 1;
        }
    }
    Ok(seen)
}

async fn ask(client: &Client, arguments: &Arguments, body: String) -> anyhow::Result<Vec<u8>> {
    let request = client.post(&arguments.url).header("content-type", "application/json");
    let response = request.bearer_auth(&arguments.token).body(body).send().await?.error_for_status()?;
    Ok(response.bytes().await?.to_vec())
}

async fn customer_ids(arguments: &Arguments) -> anyhow::Result<Vec<String>> {
    let query = "query($first: Int) { customers(first: $first, orderBy: { field: NAME }) { nodes { customerId } } }";
    let body = json!({ "query": query, "variables": { "first": arguments.customers } }).to_string();
    let answer = ask(&Client::new(), arguments, body).await.context("the server does not list its customers")?;
    let answer: Value = serde_json::from_slice(&answer)?;
    let nodes = answer["data"]["customers"]["nodes"].as_array();
    let ids: Vec<String> =
        nodes.into_iter().flatten().filter_map(|node| node["customerId"].as_str()).map(str::to_owned).collect();
    if ids.is_empty() {
        bail!("the server lists no customers: {answer}");
    }
    Ok(ids)
}

fn report(mut seen: Seen, seconds: u64) -> anyhow::Result<()> {
    if seen.times.is_empty() {
        bail!("no request was answered, {} failed", seen.errors);
    }
    seen.times.sort_unstable();
    let at = |part: usize| seen.times[(seen.times.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    let per_second = seen.times.len() as f64 / seconds as f64;
    println!("{per_second:.0} req/s, p50 {:.2} ms, p99 {:.2} ms, {} errors", at(50), at(99), seen.errors);
    Ok(())
}
