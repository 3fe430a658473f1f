//! What is possible: a handler that does nothing but run prepared statements, written by hand, and answer the same JSON. It knows no viewer, no
//! other data source, no other document, and no client that means harm.

mod answer;
mod pool;
mod postgres;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Json, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Router, serve as serve_axum};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::Database;
use answer::{Data, Detail, List, LookUp};

/// What can be asked.
trait Reads: Send + Sync + 'static {
    fn detail(&self, id: &str) -> impl Future<Output = anyhow::Result<Detail>> + Send;
    fn list(&self, after: Option<&Place>) -> impl Future<Output = anyhow::Result<List>> + Send;
    fn look_up(&self, id: &str) -> impl Future<Output = anyhow::Result<LookUp>> + Send;
}

/// Which customer.
#[derive(Deserialize)]
struct ById {
    id: String,
}

/// Behind which customer the list begins.
#[derive(Deserialize)]
pub struct Place {
    name: String,
    id: String,
}

/// Where the list begins; at its first customer where nothing is said.
#[derive(Deserialize)]
struct Behind {
    after: Option<Place>,
}

type Answer<T> = Result<Json<Data<T>>, StatusCode>;

/// Answers until it is stopped.
pub async fn serve(database: Database, url: &str, port: u16) -> anyhow::Result<()> {
    let router = match database {
        Database::Postgres => router(postgres::Postgres::open(url).await?),
        Database::Sqlite => router(pool::sqlite(url).await?),
        Database::Mariadb => router(pool::mariadb(url).await?),
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(serve_axum(listener, router).await?)
}

fn router<R: Reads>(reads: R) -> Router {
    Router::new()
        .route("/detail", post(detail::<R>))
        .route("/list", post(list::<R>))
        .route("/look-up", post(look_up::<R>))
        .layer(DefaultBodyLimit::max(4096))
        .with_state(Arc::new(reads))
}

async fn detail<R: Reads>(State(reads): State<Arc<R>>, Json(asked): Json<ById>) -> Answer<Detail> {
    answered(reads.detail(&asked.id).await)
}

async fn list<R: Reads>(State(reads): State<Arc<R>>, Json(asked): Json<Behind>) -> Answer<List> {
    answered(reads.list(asked.after.as_ref()).await)
}

async fn look_up<R: Reads>(State(reads): State<Arc<R>>, Json(asked): Json<ById>) -> Answer<LookUp> {
    answered(reads.look_up(&asked.id).await)
}

fn answered<T: Serialize>(found: anyhow::Result<T>) -> Answer<T> {
    found.map(|data| Json(Data { data })).map_err(|error| {
        eprintln!("{error:#}");
        StatusCode::INTERNAL_SERVER_ERROR
    })
}
