//! Sessions: one row for each login that is still good. Of the refresh token the row has the part that finds it, and the hash of the rest.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};

use crate::domain::account::{Account, Realm};
use crate::entity::deskgraph_session::{Column, Entity};
use crate::error::{Error, Result};

use super::{Store, text};

/// How many rows that have expired go at a time.
const SWEPT_AT_ONCE: u64 = 100;
/// The most sessions that one account has at a time.
const MAX_SESSIONS: usize = 100;

/// A session as it is stored.
#[derive(Clone)]
pub struct StoredSession {
    /// Its name, which access tokens carry.
    pub id: String,
    /// Whose it is.
    pub account: Account,
    /// The stamp of the account's password.
    pub stamp: String,
    /// The part of the refresh token that finds it.
    pub selector: String,
    /// The hash of the secret that is good now.
    pub secret_hash: String,
    /// When it ends unless it is refreshed.
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Whether a session of this name is there and belongs to the account.
    pub async fn has_session(&self, id: &str, account: &Account) -> Result<bool> {
        let mut select = Query::select();
        select.expr(Expr::cust("1")).from(Entity).and_where(Expr::col(Column::Id).eq(id));
        select.and_where(Expr::col(Column::Realm).eq(account.realm.as_str()));
        select.and_where(Expr::col(Column::Login).eq(account.login.as_str()));
        Ok(!self.rows(&select).await?.is_empty())
    }

    /// Which of these sessions are there.
    pub async fn sessions_among(&self, ids: &[String]) -> Result<HashSet<String>> {
        let mut found = HashSet::new();
        for some in ids.chunks(self.names_at_once()) {
            let mut select = Query::select();
            let among = Expr::col(Column::Id).is_in(text::padded(some.iter().map(String::as_str)));
            select.column(Column::Id).from(Entity).and_where(among);
            for row in self.rows(&select).await? {
                found.insert(row.at(0)?);
            }
        }
        Ok(found)
    }

    /// Adds a session that begins now.
    pub async fn add_session(&self, session: &StoredSession) -> Result<()> {
        let now = self.now().timestamp_millis();
        let mut insert = Query::insert();
        insert.into_table(Entity).columns([
            Column::Id,
            Column::Realm,
            Column::Login,
            Column::PasswordStamp,
            Column::Selector,
            Column::SecretHash,
            Column::CreatedAt,
            Column::RefreshedAt,
            Column::ExpiresAt,
        ]);
        insert.values_panic([
            session.id.as_str().into(),
            session.account.realm.as_str().into(),
            session.account.login.as_str().into(),
            session.stamp.as_str().into(),
            session.selector.as_str().into(),
            session.secret_hash.as_str().into(),
            now.into(),
            now.into(),
            session.expires_at.timestamp_millis().into(),
        ]);
        self.execute(&insert).await.map(drop)
    }

    /// The session that a refresh token names; `None` where there is none, or none any more.
    pub async fn session_by_selector(&self, selector: &str) -> Result<Option<StoredSession>> {
        let mut select = Query::select();
        select.columns([
            Column::Id,
            Column::Realm,
            Column::Login,
            Column::PasswordStamp,
            Column::Selector,
            Column::SecretHash,
            Column::ExpiresAt,
        ]);
        select.from(Entity).and_where(Expr::col(Column::Selector).eq(selector));
        for row in self.rows(&select).await? {
            let (realm, found): (String, String) = (row.at(1)?, row.at(4)?);
            let Some(realm) = Realm::from_name(&realm).filter(|_| found == selector) else { continue };
            let expires_at = DateTime::from_timestamp_millis(row.at(6)?)
                .ok_or_else(|| Error::internal("a session ends beyond the calendar"))?;
            return Ok(Some(StoredSession {
                id: row.at(0)?,
                account: Account::new(realm, row.at::<String>(2)?),
                stamp: row.at(3)?,
                selector: found,
                secret_hash: row.at(5)?,
                expires_at,
            }));
        }
        Ok(None)
    }

    /// Gives a session a new secret and a new end; false where its secret is no longer the one that was read. One statement decides, so of
    /// two at once one wins.
    pub async fn rotate_session(
        &self,
        session: &StoredSession,
        secret_hash: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<bool> {
        let mut update = Query::update();
        update.table(Entity).values([
            (Column::SecretHash, secret_hash.into()),
            (Column::RefreshedAt, self.now().timestamp_millis().into()),
            (Column::ExpiresAt, expires_at.timestamp_millis().into()),
        ]);
        update.and_where(Expr::col(Column::Id).eq(session.id.as_str()));
        update.and_where(Expr::col(Column::SecretHash).eq(session.secret_hash.as_str()));
        Ok(self.execute(&update).await? == 1)
    }

    /// Lets a session go on with a new password.
    pub async fn restamp_session(&self, id: &str, stamp: &str) -> Result<()> {
        let mut update = Query::update();
        update.table(Entity).value(Column::PasswordStamp, stamp).and_where(Expr::col(Column::Id).eq(id));
        self.execute(&update).await.map(drop)
    }

    /// Ends a session.
    pub async fn end_session(&self, id: &str) -> Result<()> {
        let mut delete = Query::delete();
        delete.from_table(Entity).and_where(Expr::col(Column::Id).eq(id));
        self.execute(&delete).await.map(drop)
    }

    /// Ends all sessions of an account, but for one.
    pub async fn end_sessions(&self, account: &Account, but_for: Option<&str>) -> Result<()> {
        let mut delete = Query::delete();
        delete.from_table(Entity).and_where(Expr::col(Column::Realm).eq(account.realm.as_str()));
        delete.and_where(Expr::col(Column::Login).eq(account.login.as_str()));
        if let Some(id) = but_for {
            delete.and_where(Expr::col(Column::Id).ne(id));
        }
        self.execute(&delete).await.map(drop)
    }

    /// Ends the sessions of an account that were not refreshed for the longest time, so that a program that signs in for each request does not
    /// fill the table. The newest ones go on, and `newest` in any case.
    pub async fn end_oldest_sessions(&self, account: &Account, newest: &str) -> Result<()> {
        let mut select = Query::select();
        select.column(Column::Id).from(Entity).and_where(Expr::col(Column::Realm).eq(account.realm.as_str()));
        select.and_where(Expr::col(Column::Login).eq(account.login.as_str()));
        select.and_where(Expr::col(Column::Id).ne(newest));
        select.order_by(Column::RefreshedAt, Order::Desc).limit(MAX_SESSIONS as u64 + SWEPT_AT_ONCE);
        let rows = self.rows(&select).await?;
        let oldest: Vec<String> = rows.iter().skip(MAX_SESSIONS - 1).map(|row| row.at(0)).collect::<Result<_>>()?;
        if oldest.is_empty() {
            return Ok(());
        }
        let mut delete = Query::delete();
        delete.from_table(Entity).and_where(Expr::col(Column::Id).is_in(text::padded(oldest)));
        self.execute(&delete).await.map(drop)
    }

    /// Takes away some of the sessions that have expired, of any account: those that nobody comes back to would stay for ever.
    pub async fn sweep_sessions(&self) -> Result<()> {
        let mut select = Query::select();
        select.column(Column::Id).from(Entity);
        select.and_where(Expr::col(Column::ExpiresAt).lte(self.now().timestamp_millis()));
        select.order_by(Column::ExpiresAt, Order::Asc).limit(SWEPT_AT_ONCE);
        let ids: Vec<String> = self.rows(&select).await?.iter().map(|row| row.at(0)).collect::<Result<_>>()?;
        if ids.is_empty() {
            return Ok(());
        }
        let mut delete = Query::delete();
        delete.from_table(Entity).and_where(Expr::col(Column::Id).is_in(text::padded(ids)));
        self.execute(&delete).await.map(drop)
    }
}
