//! Counts of tries to sign in, which all servers share. The rule is in `domain::throttle`; here each change of a count is one statement that
//! does nothing where another server was faster.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};

use crate::domain::throttle::Tries;
use crate::entity::deskgraph_attempt::{Column, Entity};
use crate::error::{Error, Result};

use super::{Store, text};

/// How many rows that are forgotten go at a time.
const SWEPT_AT_ONCE: u64 = 100;

impl Store {
    /// The tries that are remembered under this name; `None` where there are none.
    pub async fn tries(&self, id: &str) -> Result<Option<Tries>> {
        let mut select = Query::select();
        select.columns([Column::Tries, Column::FreeAt, Column::UntilAt]).from(Entity);
        select.and_where(Expr::col(Column::Id).eq(id));
        let rows = self.rows(&select).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Tries {
            count: u32::try_from(row.at::<i32>(0)?).unwrap_or_default(),
            free_at: time(row.at(1)?)?,
            until: time(row.at(2)?)?,
        }))
    }

    /// Writes one more try over those that were read before; false where they are no longer what they were.
    pub async fn count_try(&self, id: &str, before: Option<Tries>, after: Tries) -> Result<bool> {
        let (count, free_at, until) = columns(after);
        let Some(before) = before else {
            let mut insert = Query::insert();
            insert.into_table(Entity).columns([Column::Id, Column::Tries, Column::FreeAt, Column::UntilAt]);
            insert.values_panic([id.into(), count.into(), free_at.into(), until.into()]);
            return self.execute_unique(&insert).await;
        };
        let mut update = Query::update();
        update.table(Entity).values([
            (Column::Tries, count.into()),
            (Column::FreeAt, free_at.into()),
            (Column::UntilAt, until.into()),
        ]);
        let (count, free_at, until) = columns(before);
        update.and_where(Expr::col(Column::Id).eq(id)).and_where(Expr::col(Column::Tries).eq(count));
        update.and_where(Expr::col(Column::FreeAt).eq(free_at)).and_where(Expr::col(Column::UntilAt).eq(until));
        Ok(self.execute(&update).await? == 1)
    }

    /// Forgets all tries under this name. The row stays until it is swept: taking it away here would collide with who is about to add it.
    pub async fn forget_tries(&self, id: &str) -> Result<()> {
        let now = self.now().timestamp_millis();
        let mut update = Query::update();
        update.table(Entity).and_where(Expr::col(Column::Id).eq(id)).values([
            (Column::Tries, 0.into()),
            (Column::FreeAt, now.into()),
            (Column::UntilAt, now.into()),
        ]);
        self.execute(&update).await.map(drop)
    }

    /// Takes one try back.
    pub async fn take_back_try(&self, id: &str) -> Result<()> {
        let mut update = Query::update();
        update.table(Entity).value(Column::Tries, Expr::col(Column::Tries).sub(1));
        update.and_where(Expr::col(Column::Id).eq(id)).and_where(Expr::col(Column::Tries).gt(0));
        self.execute(&update).await.map(drop)
    }

    /// Takes away some of the rows that are forgotten: those of logins that somebody made up would stay for ever.
    pub async fn sweep_tries(&self) -> Result<()> {
        let mut select = Query::select();
        select.column(Column::Id).from(Entity);
        select.and_where(Expr::col(Column::UntilAt).lte(self.now().timestamp_millis()));
        select.order_by(Column::UntilAt, Order::Asc).limit(SWEPT_AT_ONCE);
        let ids: Vec<String> = self.rows(&select).await?.iter().map(|row| row.at(0)).collect::<Result<_>>()?;
        if ids.is_empty() {
            return Ok(());
        }
        let mut delete = Query::delete();
        delete.from_table(Entity).and_where(Expr::col(Column::Id).is_in(text::padded(ids)));
        // Between the two statements somebody may have tried again.
        delete.and_where(Expr::col(Column::UntilAt).lte(self.now().timestamp_millis()));
        self.execute(&delete).await.map(drop)
    }
}

fn time(milliseconds: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds).ok_or_else(|| Error::internal("a wait ends beyond the calendar"))
}

fn columns(tries: Tries) -> (i32, i64, i64) {
    let count = i32::try_from(tries.count).unwrap_or(i32::MAX);
    (count, tries.free_at.timestamp_millis(), tries.until.timestamp_millis())
}
