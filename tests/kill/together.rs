//! Several servers over one database, as they are started and replaced.

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::FIRST_START;
use crate::place::Place;
use crate::server::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_together_on_an_empty_database_make_its_tables_once() {
    let Some(place) = Place::on_server().await else {
        return println!("skipped: TEST_DATABASE_URL names no database server");
    };
    let servers = join_all((0..3).map(|_| Server::start(&place, FIRST_START))).await;
    for (number, server) in servers.iter().enumerate() {
        let id = format!("company{number}");
        let create =
            "mutation($id: String!) { customerCreate(input: { customerId: $id, name: $id }) { userErrors { code } } }";
        assert_eq!(server.ask(create, json!({ "id": id })).await, Some(json!({ "userErrors": [] })));
    }
    for server in &servers {
        let seen = server.ask("{ customers { totalCount } }", json!({})).await;
        assert_eq!(seen, Some(json!({ "totalCount": servers.len() })));
    }
    assert_eq!(servers.iter().map(Server::passwords).sum::<usize>(), 1, "one server tells the password");
    let database = place.open().await;
    let count = Statement::from_string(database.get_database_backend(), "SELECT COUNT(*) FROM users");
    let row = database.query_one_raw(count).await.expect("the table is there").expect("a number");
    assert_eq!(row.try_get_by_index::<i64>(0).expect("a number"), 1);
    database.close().await.expect("the connection can be closed");
}
