//! Killing the server while it writes: what it said was done is there afterwards, and nothing is there by half. This runs the real program;
//! `TEST_KILL_ROUNDS` says how often it is killed.

#![expect(
    clippy::disallowed_methods,
    reason = "the environment says which database, and a server is killed after a while"
)]

mod place;
mod server;
mod state;

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use place::Place;
use server::Server;
use state::State;

/// How many write at the same time.
const WRITERS: usize = 8;
/// How long the first start may take, which makes the tables.
const FIRST_START: Duration = Duration::from_secs(60);
/// How long any other start may take.
const START: Duration = Duration::from_secs(5);

const CREATE: &str =
    "mutation($id: String!) { customerCreate(input: { customerId: $id, name: $id }) { userErrors { code path } } }";
const CREATE_PERSON: &str = "mutation($id: String!) {
    customerUserCreate(input: { login: $id, email: $id, firstName: \"A\", lastName: \"B\", customerId: $id }) { userErrors { code path } } }";
const UPDATE: &str =
    "mutation($id: String!) { customerUpdate(customerId: $id, input: { comment: $id }) { userErrors { code path } } }";

/// What a writer was told is done, by the key of each record: it is the same for the customer, its one person, and the comment.
#[derive(Default)]
pub struct Acknowledged {
    customers: Vec<String>,
    people: Vec<String>,
    comments: Vec<String>,
}

/// Writes until the server is gone, and returns what was acknowledged.
async fn write(server: &Server, prefix: String) -> Acknowledged {
    let mut done = Acknowledged::default();
    for number in 0.. {
        let id = format!("{prefix}-{number}@people.test");
        for document in [CREATE, CREATE_PERSON, UPDATE] {
            let Some(payload) = server.ask(document, json!({ "id": id })).await else { return done };
            assert_eq!(payload["userErrors"], json!([]), "{id}");
            done.by(document).push(id.clone());
        }
    }
    done
}

/// Kills a server over this database again and again while it writes.
async fn kill_over(place: &Place) {
    let rounds = std::env::var("TEST_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3);
    let mut server = Server::start(place, FIRST_START).await;
    let mut all = Acknowledged::default();
    for round in 0..rounds {
        let writers = join_all((0..WRITERS).map(|writer| write(&server, format!("k{round}-{writer}"))));
        let delay = Duration::from_millis(rand::random_range(300..1000));
        let killed = async {
            tokio::time::sleep(delay).await;
            server.kill();
        };
        let known = all.len();
        let (done, ()) = futures_util::future::join(writers, killed).await;
        for done in done {
            all.customers.extend(done.customers);
            all.people.extend(done.people);
            all.comments.extend(done.comments);
        }
        assert!(all.len() > known, "nothing was written in {delay:?}");
        server = Server::start(place, START).await;
        let last = all.customers.last().expect("something was written");
        let answer =
            server.ask("query($id: String!) { customer(customerId: $id) { name } }", json!({ "id": last })).await;
        assert_eq!(answer, Some(json!({ "name": last })));
        State::of(place).await.check(&all, WRITERS * (round + 1));
        println!("killed after {delay:?}: {} writes were acknowledged until now", all.len());
    }
    server.kill();
}

impl Acknowledged {
    /// The keys of what a document writes.
    fn by(&mut self, document: &str) -> &mut Vec<String> {
        match document {
            CREATE => &mut self.customers,
            CREATE_PERSON => &mut self.people,
            _ => &mut self.comments,
        }
    }

    fn len(&self) -> usize {
        self.customers.len() + self.people.len() + self.comments.len()
    }
}

#[tokio::test]
async fn a_killed_server_keeps_what_it_acknowledged_on_sqlite() {
    kill_over(&Place::file()).await;
}

/// The database server that `TEST_DATABASE_URL` names, where it names one.
#[tokio::test]
async fn a_killed_server_keeps_what_it_acknowledged_on_a_database_server() {
    match Place::on_server().await {
        Some(place) => kill_over(&place).await,
        None => println!("skipped: TEST_DATABASE_URL names no database server"),
    }
}
