//! The order of the whole: data, servers, a check that they answer the same, and the measurements.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::process::{Running, processor_time_of};
use crate::report::{self, Figure};
use crate::{Arguments, Contender, Database, Path, data, load};

const PORT: u16 = 9180;
/// From how many customers the ids are drawn.
const CUSTOMERS: usize = 1000;
/// How many of the requests are answered the same by the limit and by the server.
const COMPARED: usize = 20;
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers");

/// What is asked for.
struct Sample {
    /// CustomerIDs with names.
    customers: Vec<(String, String)>,
    /// What people type.
    texts: Vec<String>,
}

/// Measures everything and prints the table.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut figures = Vec::new();
    for &database in &arguments.databases {
        let address = data::address(arguments, database).await?;
        let sample = sample(&address).await?;
        let mut measuring =
            Measuring { arguments, database, address, sample, token: String::new(), cursors: Vec::new() };
        measuring.token = measuring.token()?;
        let deskgraph = measuring.deskgraph()?;
        eprintln!("{database:?}: ready after {} ms with {}", deskgraph.start.as_millis(), deskgraph.memory());
        measuring.cursors = measuring.cursors().await?;
        let expected = measuring.answers(Contender::Deskgraph).await?;
        drop(deskgraph);
        for &contender in &arguments.servers {
            let Some(running) = measuring.start(contender)? else { continue };
            if contender == Contender::Limit {
                ensure!(measuring.answers(contender).await? == expected, "{database:?}: the answers differ");
            }
            measuring.measure(contender, &running, &mut figures).await?;
            eprintln!("{database:?} {contender:?}: {}", running.memory());
        }
    }
    figures.sort_by_key(|figure| (figure.database as u8, figure.path as u8, figure.connections));
    report::print(&figures);
    Ok(())
}

async fn sample(address: &str) -> anyhow::Result<Sample> {
    let connection = sea_orm::Database::connect(address).await?;
    let backend = connection.get_database_backend();
    let rows = async |text: &str| {
        let rows = connection.query_all_raw(Statement::from_string(backend, text)).await?;
        rows.iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
            .collect::<anyhow::Result<Vec<(String, String)>>>()
    };
    let customers =
        rows("SELECT customer_id, name FROM customer_company WHERE valid_id = 1 ORDER BY customer_id").await?;
    let people = rows("SELECT first_name, last_name FROM customer_user WHERE valid_id = 1 ORDER BY login").await?;
    let some = |count: usize, all: usize| (0..count).map(move |number| number * all / count);
    // The beginning of a name, as it is typed, from the third letter on.
    let typed = |place: usize| {
        let (first, last) = &people[place];
        let name = if place.is_multiple_of(2) { first } else { last };
        name.chars().take(3 + place % 4).collect::<String>()
    };
    Ok(Sample {
        texts: some(CUSTOMERS, people.len()).map(typed).collect(),
        customers: some(CUSTOMERS, customers.len()).map(|place| customers[place].clone()).collect(),
    })
}

struct Measuring<'a> {
    arguments: &'a Arguments,
    database: Database,
    address: String,
    sample: Sample,
    token: String,
    /// Places in the list of customers, with name and id of the customer who stands there.
    cursors: Vec<(String, (String, String))>,
}

impl Measuring<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.arguments.deskgraph);
        command.current_dir(&self.arguments.folder);
        command.env("DESKGRAPH_DATABASE__URL", self.server_address());
        command.env("DESKGRAPH_GROUPS__CUSTOMER_GROUP_SUPPORT", "true");
        command.env("DESKGRAPH_HTTP__LISTEN", format!("127.0.0.1:{PORT}"));
        command.env("DESKGRAPH_LOG", "warn");
        command
    }

    /// On PostgreSQL with the one setting that its manual wants for fast disks.
    fn server_address(&self) -> String {
        match self.database {
            Database::Postgres => format!("{}&options[random_page_cost]=1.1", self.address),
            _ => self.address.clone(),
        }
    }

    fn token(&self) -> anyhow::Result<String> {
        let output = self.command().args(["token", "root@localhost", "--expires-in", "10h"]).output()?;
        ensure!(output.status.success(), "no token: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    fn deskgraph(&self) -> anyhow::Result<Running> {
        Running::start(self.command().arg("serve"), PORT)
    }

    /// Starts a server; `None` where it is not for this database, or not installed.
    fn start(&self, contender: Contender) -> anyhow::Result<Option<Running>> {
        let port = PORT.to_string();
        match contender {
            Contender::Deskgraph => self.deskgraph().map(Some),
            Contender::Limit => {
                let database = format!("{:?}", self.database).to_lowercase();
                let mut command = Command::new(std::env::current_exe()?);
                Running::start(command.args(["limit", &database, &self.address, &port]), PORT).map(Some)
            }
            Contender::Postgraphile if self.database != Database::Postgres => Ok(None),
            Contender::Postgraphile if !std::path::Path::new(PEERS).join("node_modules").is_dir() => {
                eprintln!("PostGraphile is not installed, see benches/peers/README.md: left out");
                Ok(None)
            }
            Contender::Postgraphile => {
                let mut command = Command::new(std::path::Path::new(PEERS).join("node_modules/.bin/node"));
                command.current_dir(PEERS).arg("server.mjs");
                let address = format!("{}&options=-c%20random_page_cost%3D1.1", self.address);
                command.env("DATABASE_URL", address).env("PORT", &port).env("NODE_ENV", "production");
                Running::start(&mut command, PORT).map(Some)
            }
        }
    }

    async fn measure(&self, contender: Contender, running: &Running, figures: &mut Vec<Figure>) -> anyhow::Result<()> {
        for &path in &self.arguments.paths {
            let Some(requests) = self.requests(contender, path)? else { continue };
            let requests = Arc::new(requests);
            load::drive(PORT, &requests, 16, Duration::from_secs(2)).await?;
            for &connections in &self.arguments.connections {
                figures.push(self.figure((contender, running), path, &requests, connections).await?);
            }
        }
        Ok(())
    }

    async fn figure(
        &self,
        (contender, running): (Contender, &Running),
        path: Path,
        requests: &Arc<Vec<Vec<u8>>>,
        connections: usize,
    ) -> anyhow::Result<Figure> {
        let time = Duration::from_secs(self.arguments.seconds);
        let (server, behind, statements) =
            (running.processor_time(), self.database_time(), self.statements(contender).await);
        let seen = load::drive(PORT, requests, connections, time).await?;
        let count = seen.count().max(1) as u32;
        let statements =
            self.statements(contender).await.zip(statements).map(|(now, then)| (now - then) / f64::from(count));
        Ok(Figure {
            database: self.database,
            path,
            connections,
            contender,
            per_second: f64::from(count) / time.as_secs_f64(),
            median: seen.percentile(50),
            slow: seen.percentile(99),
            server: (running.processor_time() - server) / count,
            behind: self.database_time().saturating_sub(behind) / count,
            bytes: seen.bytes_each(),
            statements,
            failures: seen.failures,
        })
    }

    fn database_time(&self) -> Duration {
        match self.database {
            Database::Postgres => processor_time_of("postgres"),
            Database::Mariadb => processor_time_of("mariadbd"),
            Database::Sqlite => Duration::ZERO,
        }
    }

    /// How many statements the server has run; only ours tells.
    async fn statements(&self, contender: Contender) -> Option<f64> {
        if contender != Contender::Deskgraph {
            return None;
        }
        let request = b"GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
        let text = load::ask(PORT, request).await.ok()?;
        let line =
            text.lines().find_map(|line| line.strip_prefix("deskgraph_database_statement_duration_seconds_count "));
        line?.trim().parse().ok()
    }

    /// The requests for a path; `None` where the server has no such thing.
    fn requests(&self, contender: Contender, path: Path) -> anyhow::Result<Option<Vec<Vec<u8>>>> {
        if path == Path::Search && contender != Contender::Deskgraph {
            return Ok(None);
        }
        let ids = || self.sample.customers.iter().map(|(id, _)| json!({ "id": id, "customerId": id }));
        let address = match path {
            Path::Detail => "/detail",
            Path::List => "/list",
            Path::LookUp => "/look-up",
            Path::Search => "/search",
        };
        if contender == Contender::Limit {
            let places = self.cursors.iter().map(|(_, (id, name))| json!({ "after": { "id": id, "name": name } }));
            let bodies: Vec<Value> = if path == Path::List { places.collect() } else { ids().collect() };
            return Ok(Some(bodies.iter().map(|body| load::request(address, None, &body.to_string())).collect()));
        }
        let document = match contender {
            Contender::Postgraphile => std::fs::read_to_string(format!("{PEERS}/documents{address}.graphql"))?,
            _ => document(path).to_owned(),
        };
        let variables: Vec<Value> = match path {
            Path::List if contender == Contender::Postgraphile => vec![json!({})],
            Path::List => self.cursors.iter().map(|(cursor, _)| json!({ "after": cursor })).collect(),
            Path::Search => self.sample.texts.iter().map(|text| json!({ "text": text })).collect(),
            Path::Detail | Path::LookUp => ids().collect(),
        };
        let request = |variables: &Value| {
            let body = json!({ "query": document, "variables": variables }).to_string();
            load::request(
                "/graphql",
                Some(&self.token).filter(|_| contender == Contender::Deskgraph).map(String::as_str),
                &body,
            )
        };
        Ok(Some(variables.iter().map(request).collect()))
    }

    /// What a server answers to some requests of each path.
    async fn answers(&self, contender: Contender) -> anyhow::Result<Vec<Value>> {
        let mut answers = Vec::new();
        for path in [Path::Detail, Path::List, Path::LookUp] {
            let requests = self.requests(contender, path)?.unwrap_or_default();
            for request in requests.iter().step_by((requests.len() / COMPARED).max(1)) {
                let answer: Value = serde_json::from_str(&load::ask(PORT, request).await?)?;
                ensure!(answer.get("errors").is_none(), "{contender:?} {path:?}: {answer}");
                answers.push(answer["data"].clone());
            }
        }
        Ok(answers)
    }

    async fn cursors(&self) -> anyhow::Result<Vec<(String, (String, String))>> {
        const PLACE: &str = "query($id: String!) { customers(filter: { customerId: { eq: $id } }, orderBy: { field: NAME }, first: 1) { pageInfo { endCursor } } }";
        let mut cursors = Vec::new();
        for customer in self.sample.customers.iter().step_by(20) {
            let body = json!({ "query": PLACE, "variables": { "id": customer.0 } }).to_string();
            let answer: Value =
                serde_json::from_str(&load::ask(PORT, &load::request("/graphql", Some(&self.token), &body)).await?)?;
            let cursor = answer["data"]["customers"]["pageInfo"]["endCursor"].as_str();
            cursors.push((cursor.with_context(|| answer.to_string())?.to_owned(), customer.clone()));
        }
        Ok(cursors)
    }
}

fn document(path: Path) -> &'static str {
    match path {
        Path::Detail => include_str!("documents/detail.graphql"),
        Path::List => include_str!("documents/list.graphql"),
        Path::LookUp => include_str!("documents/look_up.graphql"),
        Path::Search => include_str!("documents/search.graphql"),
    }
}
