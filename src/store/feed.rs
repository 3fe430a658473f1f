//! What is new in the two tables that tell what happened: our change log, and the history of tickets, which other products write too. All by
//! primary key.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::domain::change::Change;
use crate::entity::{article, deskgraph_change, ticket, ticket_history as history, ticket_history_type as kind};
use crate::error::{Error, Result};

use super::{Row, Store, change, text};

/// The most rows that one statement reads.
pub const PAGE: u64 = 1000;

/// A row of the history of tickets, with what decides who is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Its number.
    pub id: i64,
    /// The name of its type; `None` where the type does not exist.
    pub history_type: Option<String>,
    /// Whether the article that it is about is meant for customers; `None` without an article.
    pub article: Option<bool>,
    /// The ticket as it is now; `None` where it no longer exists.
    pub ticket: Option<TicketKey>,
}

/// What tickets are looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketKey {
    /// Its number in the database.
    pub id: i64,
    /// The number that people know it by.
    pub number: String,
    /// Its customer; `None` for a ticket of nobody.
    pub customer_id: Option<String>,
}

/// A change together with the key that its record has by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// The change.
    pub change: Change,
    /// The present key of the record, in small letters where it is not the one of the change.
    pub present_key: String,
}

fn history(column: history::Column) -> Expr {
    Expr::col((history::Entity, column))
}

impl Store {
    /// The numbers of the newest rows in the history of tickets, ascending.
    pub async fn history_head(&self) -> Result<Vec<i64>> {
        let mut select = Query::select();
        select.column(history::Column::Id).from(history::Entity).order_by(history::Column::Id, Order::Desc).limit(PAGE);
        let mut ids = self.rows(&select).await?.iter().map(|row| row.at(0)).collect::<Result<Vec<i64>>>()?;
        ids.reverse();
        Ok(ids)
    }

    /// The first rows of the history of tickets behind this number, as far as `end` where one is given, in the order of their numbers.
    pub async fn history_after(&self, id: i64, end: Option<i64>) -> Result<Vec<HistoryRow>> {
        let mut select = select_history();
        select.and_where(history(history::Column::Id).gt(id));
        if let Some(end) = end {
            select.and_where(history(history::Column::Id).lte(end));
        }
        select.order_by((history::Entity, history::Column::Id), Order::Asc).limit(PAGE);
        self.rows(&select).await?.iter().map(read_history).collect()
    }

    /// Those rows of the history that exist by now among these numbers, in the order of their numbers.
    pub async fn history_rows(&self, ids: &[i64]) -> Result<Vec<HistoryRow>> {
        let mut rows = Vec::new();
        for ids in ids.chunks(PAGE as usize) {
            let mut select = select_history();
            select.and_where(history(history::Column::Id).is_in(text::padded(ids.iter().copied())));
            select.order_by((history::Entity, history::Column::Id), Order::Asc);
            for row in self.rows(&select).await? {
                rows.push(read_history(&row)?);
            }
        }
        Ok(rows)
    }

    /// Refuses where there is no change log, which only the command `migrate` makes beside another product.
    pub fn require_log(&self) -> Result<()> {
        if self.has_own_tables() {
            return Ok(());
        }
        Err(Error::Forbidden(
            "no changes are logged yet: our own tables are missing beside those of the help desk, so run `deskgraph migrate` once and start the server again".into(),
        ))
    }

    /// The highest number in the change log; 0 without any.
    pub async fn change_head(&self) -> Result<i64> {
        use deskgraph_change::{Column, Entity};
        let mut select = Query::select();
        select.expr(Expr::col(Column::Id).max()).from(Entity);
        let rows = self.rows(&select).await?;
        rows.first().map_or(Ok(0), |row| Ok(row.at::<Option<i64>>(0)?.unwrap_or(0)))
    }

    /// The first changes behind this number, as far as `end` where one is given, in the order of their numbers.
    pub async fn changes_after(&self, id: i64, end: Option<i64>) -> Result<Vec<ChangeRow>> {
        use deskgraph_change::Column;
        let mut select = change::select();
        select.and_where(Expr::col(Column::Id).gt(id));
        if let Some(end) = end {
            select.and_where(Expr::col(Column::Id).lte(end));
        }
        select.order_by(Column::Id, Order::Asc).limit(PAGE);
        let rows = self.rows(&select).await?;
        rows.iter().map(read_change).collect()
    }
}

fn select_history() -> SelectStatement {
    let mut select = Query::select();
    select
        .column((history::Entity, history::Column::Id))
        .column((kind::Entity, kind::Column::Name))
        .column((article::Entity, article::Column::IsVisibleForCustomer))
        .column((ticket::Entity, ticket::Column::Id))
        .column((ticket::Entity, ticket::Column::Tn))
        .column((ticket::Entity, ticket::Column::CustomerId))
        .from(history::Entity);
    select.left_join(
        kind::Entity,
        Expr::col((kind::Entity, kind::Column::Id)).equals((history::Entity, history::Column::HistoryTypeId)),
    );
    select.left_join(
        article::Entity,
        Expr::col((article::Entity, article::Column::Id)).equals((history::Entity, history::Column::ArticleId)),
    );
    select.left_join(
        ticket::Entity,
        Expr::col((ticket::Entity, ticket::Column::Id)).equals((history::Entity, history::Column::TicketId)),
    );
    select
}

fn read_change(row: &Row) -> Result<ChangeRow> {
    let (change, present_key) = change::change_with_key(row)?;
    Ok(ChangeRow { change, present_key })
}

fn read_history(row: &Row) -> Result<HistoryRow> {
    let ticket = match (row.at::<Option<i64>>(3)?, row.text(4)?) {
        (Some(id), Some(number)) => Some(TicketKey { id, number, customer_id: row.text(5)? }),
        _ => None,
    };
    let article = row.at::<Option<i16>>(2)?.map(|visible| visible != 0);
    Ok(HistoryRow { id: row.at(0)?, history_type: row.text(1)?, article, ticket })
}
