//! What the three most frequent reads cost without a network: documents of real clients, through the whole router, on a database of
//! `BENCH_DATABASE_URL` or on a SQLite file that is made on first use. Signing in is not measured.

#![expect(clippy::disallowed_methods, reason = "a benchmark is a program of its own")]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use chrono::Utc;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use deskgraph::app::{App, Parts, connect, rules, sources};
use deskgraph::auth::token::Keys;
use deskgraph::config::Config;
use deskgraph::demo::{DemoSize, fill};
use deskgraph::domain::account::{Account, Realm};
use deskgraph::domain::clock::Clock;
use deskgraph::store::Store;
use deskgraph::store::layout::{Found, Layout, detect};
use migration::{Migrator, MigratorTrait};
use sea_orm::DatabaseConnection;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DETAIL: &str = include_str!("../tests/documents/customer_detail.graphql");
const LIST: &str = include_str!("../tests/documents/customer_list.graphql");
const LOOKUP: &str = include_str!("../tests/documents/customer_lookup.graphql");

/// The size of the database that is made on first use.
const SIZE: DemoSize = DemoSize { customers: 2_000, customer_users: 20_000, tickets: 100_000, seed: 1 };
/// How many customers are asked for in turn.
const CUSTOMERS: usize = 500;
/// How many requests run at once in the measurements of throughput.
const AT_ONCE: usize = 16;
/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// A server in this process, a token for its administrator, and customers to ask for.
struct Bench {
    router: Router,
    token: String,
    customers: Vec<String>,
    next: AtomicUsize,
}

impl Bench {
    async fn start() -> Self {
        let config = config();
        let (connection, layout) = open(&config).await;
        let keys = Arc::new(Keys::generate_in_memory());
        let clock = Clock::new(Utc::now);
        let sources = sources(&config).expect("sources");
        let app = App::new(
            &config,
            Parts { connection, layout, keys, sources, trusted: Arc::default(), clock, recorder: None },
        );
        let store = Store::new(Arc::clone(&app.database), Arc::default());
        let account = Account::new(Realm::Agent, "root@localhost");
        let token = app.api.sessions.token_without_session(&store, &account, None).await;
        let token = token.expect("a token can be made").expect("the account is there").token;
        let mut bench = Self { router: app.router, token, customers: Vec::new(), next: AtomicUsize::new(0) };
        bench.customers = bench.some_customers().await;
        bench
    }

    /// Spread over the order of their names, so that large and small ones are among them.
    async fn some_customers(&self) -> Vec<String> {
        let query =
            "query($first: Int) { customers(first: $first, orderBy: { field: NAME }) { nodes { customerId } } }";
        let answer = self.ask(&body(query, &json!({ "first": CUSTOMERS }))).await;
        let answer: Value = serde_json::from_slice(&answer).expect("the answer is JSON");
        let nodes = answer["data"]["customers"]["nodes"].as_array().expect("customers are listed");
        nodes.iter().filter_map(|node| node["customerId"].as_str()).map(str::to_owned).collect()
    }

    async fn ask(&self, body: &[u8]) -> Vec<u8> {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(Body::from(body.to_vec()))
            .expect("the request is well formed");
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let status = response.status();
        let answer = to_bytes(response.into_body(), MAX_ANSWER).await.expect("the answer can be read").to_vec();
        assert!(
            status == StatusCode::OK && !answer.starts_with(b"{\"errors\""),
            "{status}: {}",
            String::from_utf8_lossy(&answer)
        );
        answer
    }

    /// The next of the bodies, round and round.
    fn next<'a>(&self, bodies: &'a [Vec<u8>]) -> &'a [u8] {
        &bodies[self.next.fetch_add(1, Ordering::Relaxed) % bodies.len()]
    }

    fn of_each_customer(&self, document: &str) -> Vec<Vec<u8>> {
        self.customers.iter().map(|id| body(document, &json!({ "customerId": id }))).collect()
    }
}

fn body(document: &str, variables: &Value) -> Vec<u8> {
    json!({ "query": document, "variables": variables }).to_string().into_bytes()
}

fn config() -> Config {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench.db");
    let url = std::env::var("BENCH_DATABASE_URL").unwrap_or_else(|_| format!("sqlite://{}", file.display()));
    let settings = json!({ "database": { "url": url }, "groups": { "customer_group_support": true } });
    let text = toml::to_string(&settings).expect("the settings are TOML");
    Config::parse(&text).expect("the settings are valid")
}

/// Opens the database; an empty one gets tables and data.
async fn open(config: &Config) -> (DatabaseConnection, Layout) {
    if let Some(directory) =
        deskgraph::store::connection::sqlite_file(config.database.url.expose()).and_then(Path::parent)
    {
        std::fs::create_dir_all(directory).expect("the folder of the database can be made");
    }
    let connection = connect(config).open().await.expect("the database opens");
    if let Found::Known(layout) = detect(&connection).await.expect("the tables can be listed") {
        return (connection, layout);
    }
    eprintln!(
        "making the database: {} customers, {} people, {} tickets",
        SIZE.customers, SIZE.customer_users, SIZE.tickets
    );
    Migrator::up(&connection, None).await.expect("the tables can be made");
    let no_password = |_: &str, _: &str| "!".to_owned();
    fill(&connection, &SIZE, Utc::now(), &rules(config), &no_password, &|_| {}).await.expect("the data is written");
    match detect(&connection).await.expect("the tables can be listed") {
        Found::Known(layout) => (connection, layout),
        Found::Empty => panic!("the tables were made but are not there"),
    }
}

fn reads(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("the runtime starts");
    let bench = Arc::new(runtime.block_on(Bench::start()));
    let documents = [
        ("detail", bench.of_each_customer(DETAIL)),
        ("list", vec![body(LIST, &json!({ "first": 50, "orderBy": { "field": "NAME" } }))]),
        ("look-up", bench.of_each_customer(LOOKUP)),
    ];
    for (name, bodies) in &documents {
        let mut group = criterion.benchmark_group(*name);
        group.sample_size(30).measurement_time(Duration::from_secs(8));
        group.bench_function("one", |bencher| {
            bencher.to_async(&runtime).iter(|| async { black_box(bench.ask(bench.next(bodies)).await) });
        });
        group.throughput(Throughput::Elements(AT_ONCE as u64));
        group.bench_function(BenchmarkId::new("at once", AT_ONCE), |bencher| {
            bencher.to_async(&runtime).iter(|| at_once(&bench, bodies));
        });
        group.finish();
    }
}

/// As many requests as [`AT_ONCE`], each in a task of its own as the server would have them.
async fn at_once(bench: &Arc<Bench>, bodies: &[Vec<u8>]) {
    let asked = (0..AT_ONCE).map(|_| {
        let (bench, body) = (Arc::clone(bench), bench.next(bodies).to_vec());
        tokio::spawn(async move { black_box(bench.ask(&body).await) })
    });
    for answer in asked.collect::<Vec<_>>() {
        answer.await.expect("no request panics");
    }
}

criterion_group!(benches, reads);
criterion_main!(benches);
