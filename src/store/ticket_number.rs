//! Counting ticket numbers beside OTOBO and beside servers of ours: all take part in the same steps in the table `ticket_number_counter`,
//! each statement lasting by itself, so that nobody waits for the transaction of another.

use std::time::Duration;

use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use uuid::Uuid;

use crate::entity::ticket;
use crate::entity::ticket_number_counter::{Column, Entity};
use crate::error::{Error, Result};

use super::Store;

/// How long others get until the rows that they have begun before ours can be seen.
const PAUSE: Duration = Duration::from_millis(50);

/// How often a number is taken until one is free. What is added doubles each time, so that this passes more numbers than a table of tickets
/// holds.
const ATTEMPTS: usize = 24;

/// How long rows are kept.
const KEPT: TimeDelta = TimeDelta::minutes(10);
/// How many of the newest rows are kept however old they are: the next count goes on from them.
const KEPT_ROWS: u64 = 10;
/// After how many numbers old rows are removed.
const REMOVED_EVERY: i64 = 100;

/// A row of ours in the table of counters.
struct Place {
    id: i64,
    made_at: NaiveDateTime,
    /// Rows from before this time do not count; `None` where the counter never starts again.
    since: Option<NaiveDateTime>,
}

impl Store {
    /// A number that no ticket has, for one that is about to be made. One that is not used then leaves a gap. Whoever does not count like this
    /// may still take it meanwhile: the unique key of the ticket has the last word, and another number is asked for.
    ///
    /// To be asked for before the transaction of the ticket begins; an error within one, where others would not see the counter and would
    /// have to wait for it.
    pub async fn next_ticket_number(&self) -> Result<String> {
        let day = self.naive(self.now()).date();
        let mut offset = 1;
        for _ in 0..ATTEMPTS {
            let Some(counter) = self.take_counter(offset).await? else { continue };
            let number = self.rules().ticket_number.number(day, counter);
            if self.is_free(&number).await? {
                return Ok(number);
            }
            offset *= 2;
        }
        Err(Error::internal(format!("{ATTEMPTS} ticket numbers in a row were taken")))
    }

    /// Takes a counter, `offset` after the one before; 1 is the next. `None` where another session has got the same one, because a row came
    /// late: neither may use it then.
    pub async fn take_counter(&self, offset: i64) -> Result<Option<i64>> {
        if self.transaction.is_some() {
            return Err(Error::internal("ticket numbers are counted outside of transactions"));
        }
        let place = self.new_place().await?;
        tokio::time::sleep(PAUSE).await;
        self.fill_places(&place, offset).await?;
        let counter = self.read_counter(&place).await?;
        if counter.is_some_and(|counter| counter % REMOVED_EVERY == 0) && self.database.layout.is_native() {
            self.remove_old_counters(place.made_at).await;
        }
        Ok(counter)
    }

    /// Writes a row without counter, so that everyone knows about us.
    async fn new_place(&self) -> Result<Place> {
        let now = self.naive(self.now());
        let made_at = now.with_nanosecond(0).unwrap_or(now);
        let restarts_daily = self.rules().ticket_number.generator.restarts_daily();
        let since = restarts_daily.then(|| made_at.date().and_time(NaiveTime::MIN));
        let uid = Uuid::new_v4().simple().to_string();
        let mut insert = Query::insert();
        insert.into_table(Entity).columns([Column::Counter, Column::CounterUid, Column::CreateTime]);
        self.execute(insert.values_panic([0i64.into(), uid.as_str().into(), made_at.into()])).await?;
        let mut select = Query::select();
        select.column(Column::Id).from(Entity).and_where(Expr::col(Column::CounterUid).eq(uid));
        match self.rows(&select).await?.first() {
            Some(row) => Ok(Place { id: row.at(0)?, made_at, since }),
            None => Err(Error::internal("the counter of a ticket number is gone")),
        }
    }

    /// Gives a counter to our row, and before it to every one that came earlier and has none yet: whoever made it does the same, and the
    /// first to write it wins.
    async fn fill_places(&self, place: &Place, offset: i64) -> Result<()> {
        let mut empty = place.rows();
        empty.column(Column::Id).and_where(Expr::col(Column::Counter).eq(0i64));
        empty.and_where(Expr::col(Column::Id).lte(place.id)).order_by(Column::Id, Order::Asc);
        let mut step = offset;
        for row in self.rows(&empty).await? {
            let id: i64 = row.at(0)?;
            let counter = self.counter_before(place, id).await? + std::mem::replace(&mut step, 1);
            let mut update = Query::update();
            update.table(Entity).value(Column::Counter, counter).and_where(Expr::col(Column::Id).eq(id));
            self.execute(update.and_where(Expr::col(Column::Counter).eq(0i64))).await?;
        }
        Ok(())
    }

    /// The counter of the row before this one; 0 where it is the first.
    async fn counter_before(&self, place: &Place, id: i64) -> Result<i64> {
        let mut before = place.rows();
        before.column(Column::Counter).and_where(Expr::col(Column::Id).lt(id));
        before.order_by(Column::Id, Order::Desc).limit(1);
        self.rows(&before).await?.first().map_or(Ok(0), |row| row.at(0))
    }

    /// The counter that our row has got. `None` where another recent row has the same: a row that is seen only after the pause is passed over
    /// by those behind it, and the one of the two that got its counter later finds out here.
    async fn read_counter(&self, place: &Place) -> Result<Option<i64>> {
        let own =
            Query::select().column(Column::Counter).from(Entity).and_where(Expr::col(Column::Id).eq(place.id)).take();
        let mut same = place.rows();
        same.columns([Column::Id, Column::Counter]).and_where(Expr::col(Column::Counter).in_subquery(own));
        same.and_where(Expr::col(Column::CreateTime).gte(place.made_at - KEPT));
        let rows = self.rows(&same).await?;
        let [row] = rows.as_slice() else { return Ok(None) };
        Ok(Some(row.at::<i64>(1)?).filter(|counter| *counter > 0))
    }

    async fn is_free(&self, number: &str) -> Result<bool> {
        let mut select = Query::select();
        select.expr(Expr::cust("1")).from(ticket::Entity).and_where(Expr::col(ticket::Column::Tn).eq(number));
        Ok(self.rows(&select).await?.is_empty())
    }

    /// Removes rows that nobody asks for any more. Beside OTOBO its daemon does that.
    async fn remove_old_counters(&self, now: NaiveDateTime) {
        let mut newest = Query::select();
        newest.column(Column::Id).from(Entity).order_by(Column::Id, Order::Desc).limit(KEPT_ROWS);
        // MariaDB reads a table that it deletes from only where it has to be put aside first.
        let newest = Query::select().column(Column::Id).from_subquery(newest, "newest").take();
        let mut delete = Query::delete();
        delete.from_table(Entity).and_where(Expr::col(Column::CreateTime).lt(now - KEPT));
        if let Err(error) = self.execute(delete.and_where(Expr::col(Column::Id).not_in_subquery(newest))).await {
            tracing::warn!(?error, "old counters of ticket numbers could not be removed");
        }
    }
}

impl Place {
    /// The rows that count.
    fn rows(&self) -> SelectStatement {
        let mut select = Query::select();
        select.from(Entity).and_where_option(self.since.map(|since| Expr::col(Column::CreateTime).gte(since)));
        select
    }
}
