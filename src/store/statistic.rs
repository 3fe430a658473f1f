//! Counts of tickets for reports.

use std::collections::BTreeMap;

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};

use crate::domain::filter::TicketFilter;
use crate::domain::text::fold;
use crate::domain::ticket::{TicketCounts, TicketView};
use crate::domain::viewer::Viewer;
use crate::entity::ticket::{Column, Entity};
use crate::error::{Error, Result};

use super::reference::{Named, Reference, Table};
use super::ticket_query::column;
use super::{Row, Store};

/// What tickets can be counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grouping {
    /// The customer's id.
    Customer,
    /// The person's login.
    CustomerUser,
    /// The queue's name.
    Queue,
    /// The state's name.
    State,
    /// The name of the state's type.
    StateType,
    /// The priority's name.
    Priority,
    /// The day they were made, in the zone of the database.
    CreatedDay,
    /// The month they were made, likewise.
    CreatedMonth,
}

/// The most rows that one report may have.
pub const MAX_ROWS: usize = 10_000;

impl Store {
    /// Counts of the tickets that exist for the viewer, one row for every combination of the groupings that occurs, sorted by them.
    pub async fn ticket_statistics(
        &self,
        viewer: &Viewer,
        by: &[Grouping],
        filter: &TicketFilter,
    ) -> Result<Vec<(Vec<String>, TicketCounts)>> {
        let reference = self.reference().await?;
        let mut select = Query::select();
        let expressions: Vec<Expr> = by.iter().map(|grouping| self.grouped(*grouping)).collect();
        select.exprs(expressions.clone()).column((Entity, Column::TicketStateId));
        self.select_counts(&mut select, true);
        select
            .cond_where(self.readable_tickets(viewer, TicketView::All, &reference))
            .cond_where(self.ticket_filter(filter, &reference));
        select.add_group_by(expressions).add_group_by([column(Column::TicketStateId)]);
        // Each row of the report may come as one row a state.
        let most = MAX_ROWS * reference.states().all().len().max(1);
        select.limit(most as u64 + 1);
        // The same customer or person may be spelled in several cases, and is one row: shown is the last spelling.
        let mut report: BTreeMap<Vec<String>, (Vec<String>, TicketCounts)> = BTreeMap::new();
        for row in self.rows(&select).await? {
            let keys = by
                .iter()
                .enumerate()
                .map(|(at, grouping)| key(&row, at, *grouping, &reference))
                .collect::<Result<Vec<String>>>()?;
            let is_free_text = |grouping: &Grouping| matches!(grouping, Grouping::Customer | Grouping::CustomerUser);
            let place =
                keys.iter().zip(by).map(|(key, by)| if is_free_text(by) { fold(key) } else { key.clone() }).collect();
            let (shown, counts) = report.entry(place).or_default();
            if keys > *shown {
                *shown = keys;
            }
            counts.add(self.state_count(&row, by.len(), &reference)?);
        }
        if report.len() > MAX_ROWS {
            return Err(Error::LimitExceeded(format!(
                "the report has more than {MAX_ROWS} rows: narrow `filter` or group by less"
            )));
        }
        Ok(report.into_values().collect())
    }

    fn grouped(&self, grouping: Grouping) -> Expr {
        let or_empty = |name| {
            let text = Expr::from(Func::coalesce([column(name), Expr::cust("''")]));
            // MariaDB would join spellings by itself and show any of them.
            if self.backend() == DbBackend::MySql { text.cast_as("binary") } else { text }
        };
        match grouping {
            Grouping::Customer => or_empty(Column::CustomerId),
            Grouping::CustomerUser => or_empty(Column::CustomerUserId),
            Grouping::Queue => column(Column::QueueId),
            Grouping::State | Grouping::StateType => column(Column::TicketStateId),
            Grouping::Priority => column(Column::TicketPriorityId),
            Grouping::CreatedDay => self.created("YYYY-MM-DD", "%Y-%m-%d"),
            Grouping::CreatedMonth => self.created("YYYY-MM", "%Y-%m"),
        }
    }

    fn created(&self, postgres: &str, others: &str) -> Expr {
        let time = column(Column::CreateTime);
        match self.backend() {
            DbBackend::Postgres => Func::cust("to_char").arg(time).arg(Expr::cust(format!("'{postgres}'"))).into(),
            DbBackend::Sqlite => Func::cust("strftime").arg(Expr::cust(format!("'{others}'"))).arg(time).into(),
            _ => Func::cust("DATE_FORMAT").arg(time).arg(Expr::cust(format!("'{others}'"))).into(),
        }
    }
}

fn key(row: &Row, at: usize, grouping: Grouping, reference: &Reference) -> Result<String> {
    let name = |table: &Table, id: i32| {
        table.get(id).map_or_else(|| id.to_string(), |row: &std::sync::Arc<Named>| row.name.clone())
    };
    Ok(match grouping {
        Grouping::Customer | Grouping::CustomerUser => String::from_utf8_lossy(&row.bytes(at)?).into_owned(),
        Grouping::CreatedDay | Grouping::CreatedMonth => row.at(at)?,
        Grouping::Queue => name(reference.queues(), row.at(at)?),
        Grouping::State => name(reference.states(), row.at::<i16>(at)?.into()),
        Grouping::StateType => reference.state_type_name(row.at::<i16>(at)?.into()),
        Grouping::Priority => name(reference.priorities(), row.at::<i16>(at)?.into()),
    })
}
