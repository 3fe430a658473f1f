//! Servers that are replaced one after the other while they are asked, behind something that asks the next one where a connection is refused.

use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::FIRST_START;
use crate::place::Place;
use crate::server::Server;

/// How many ask at the same time.
const CLIENTS: usize = 8;

const QUESTION: &str = "{ customers { totalCount } }";
const CREATE: &str =
    "mutation($id: String!) { customerCreate(input: { customerId: $id, name: $id }) { userErrors { code } } }";

/// Passes requests on to the first server that takes the connection, beginning with another one each time.
struct Balancer {
    addresses: RwLock<Vec<String>>,
    token: String,
    next: AtomicUsize,
    client: reqwest::Client,
}

impl Balancer {
    async fn post(&self, document: &str, variables: Value) -> Result<Value, String> {
        let body = json!({ "query": document, "variables": variables });
        let addresses = self.addresses.read().expect("nobody panicked with it").clone();
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for turn in 0..addresses.len() {
            let address = &addresses[(first + turn) % addresses.len()];
            match self.client.post(address).bearer_auth(&self.token).json(&body).send().await {
                Ok(answer) => return answer.json().await.map_err(|error| format!("{error:?}")),
                Err(error) if error.is_connect() => {}
                Err(error) => return Err(format!("{error:?}")),
            }
        }
        Err("no server takes a connection".to_owned())
    }
}

/// Asks and writes until told to stop; how much was done, and what failed.
async fn load(balancer: &Balancer, client: usize, is_over: &AtomicBool) -> (usize, Vec<String>) {
    let (mut done, mut failed) = (0, Vec::new());
    while !is_over.load(Ordering::SeqCst) {
        let (document, variables) = match done % 4 {
            0 => (CREATE, json!({ "id": format!("company-{client}-{done}") })),
            _ => (QUESTION, json!({})),
        };
        match balancer.post(document, variables).await {
            Ok(answer) if answer["errors"].is_null() => {}
            Ok(answer) => failed.push(answer.to_string()),
            Err(error) => failed.push(error),
        }
        done += 1;
    }
    (done, failed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_are_replaced_one_after_the_other_without_a_failed_request() {
    let Some(place) = Place::on_server().await else {
        return println!("skipped: TEST_DATABASE_URL names no database server");
    };
    let mut servers = [Server::start(&place, FIRST_START).await, Server::start(&place, FIRST_START).await];
    let balancer = Balancer {
        addresses: RwLock::new(servers.iter().map(|server| server.address().to_owned()).collect()),
        token: servers[0].token().to_owned(),
        next: AtomicUsize::new(0),
        // Each request has a connection of its own, so that a connection which is just being closed is not taken for a server.
        client: reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client"),
    };
    let is_over = AtomicBool::new(false);
    let replaced = async {
        for round in 0..2 {
            for (number, server) in servers.iter_mut().enumerate() {
                tokio::time::sleep(Duration::from_millis(300)).await;
                assert_eq!(server.stop().await, Some(0), "round {round}");
                *server = Server::start(&place, FIRST_START).await;
                let address = server.address().to_owned();
                balancer.addresses.write().expect("nobody panicked with it")[number] = address;
            }
        }
        is_over.store(true, Ordering::SeqCst);
    };
    let clients = join_all((0..CLIENTS).map(|client| load(&balancer, client, &is_over)));
    let ((), loads) = tokio::join!(replaced, clients);
    let done: usize = loads.iter().map(|(done, _)| done).sum();
    let failed: Vec<&String> = loads.iter().flat_map(|(_, failed)| failed).collect();
    println!("{done} requests while four servers were replaced");
    assert!(
        failed.is_empty() && done > 4 * CLIENTS,
        "{} of {done} failed: {:?}",
        failed.len(),
        &failed[..failed.len().min(3)]
    );
}
