//! API tokens. Of the token itself only a hash is stored.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, Query, SelectStatement};

use crate::domain::account::{Account, Realm};
use crate::domain::api_token::ApiToken;
use crate::entity::deskgraph_api_token::{Column, Entity};
use crate::error::{Error, Result};

use super::{Row, Store, text};

/// How long a use is not noted again.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A token that is about to be stored.
pub struct NewApiToken<'a> {
    /// Whose it is.
    pub account: &'a Account,
    /// The stamp of the account's password.
    pub stamp: &'a str,
    /// The hash of the token.
    pub secret_hash: &'a str,
    /// What its owner calls it.
    pub name: &'a str,
    /// Whether it may not change anything.
    pub is_read_only: bool,
    /// When it ends; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token with what its owner does not get to see.
pub struct StoredApiToken {
    /// The token.
    pub token: ApiToken,
    /// Whose it is.
    pub account: Account,
    /// The stamp of the account's password when it was made.
    pub stamp: String,
}

impl Store {
    /// Adds a token.
    pub async fn add_api_token(&self, token: &NewApiToken<'_>) -> Result<()> {
        let mut insert = Query::insert();
        insert.into_table(Entity).columns([
            Column::Realm,
            Column::Login,
            Column::PasswordStamp,
            Column::Name,
            Column::IsReadOnly,
            Column::SecretHash,
            Column::CreatedAt,
            Column::ExpiresAt,
        ]);
        insert.values_panic([
            token.account.realm.as_str().into(),
            token.account.login.as_str().into(),
            token.stamp.into(),
            token.name.into(),
            i16::from(token.is_read_only).into(),
            token.secret_hash.into(),
            self.now().timestamp_millis().into(),
            token.expires_at.map(|time| time.timestamp_millis()).into(),
        ]);
        self.execute(&insert).await.map(drop)
    }

    /// The token with this hash, whoever's it is; `None` where there is none.
    pub async fn api_token_by_hash(&self, secret_hash: &str) -> Result<Option<StoredApiToken>> {
        let mut select = select_api_tokens();
        select.and_where(Expr::col(Column::SecretHash).eq(secret_hash));
        let rows = self.rows(&select).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let Some(realm) = Realm::from_name(&row.at::<String>(6)?) else { return Ok(None) };
        let account = Account::new(realm, row.at::<String>(7)?);
        Ok(Some(StoredApiToken { token: api_token(row)?, account, stamp: row.at(8)? }))
    }

    /// The tokens of an account, newest first, ended ones among them. None where our own tables are missing.
    pub async fn api_tokens(&self, account: &Account) -> Result<Vec<ApiToken>> {
        self.api_tokens_where(account, Condition::all()).await
    }

    /// Those of these tokens that belong to the account.
    pub async fn api_tokens_by_id(&self, account: &Account, ids: &[i64]) -> Result<Vec<ApiToken>> {
        let among = Expr::col(Column::Id).is_in(text::padded(ids.iter().copied()));
        self.api_tokens_where(account, Condition::all().add(among)).await
    }

    async fn api_tokens_where(&self, account: &Account, condition: Condition) -> Result<Vec<ApiToken>> {
        if !self.has_own_tables() {
            return Ok(Vec::new());
        }
        let mut select = select_api_tokens();
        select.cond_where(of(account).add(condition));
        select.order_by(Column::CreatedAt, Order::Desc).order_by(Column::Id, Order::Desc);
        self.rows(&select).await?.iter().map(api_token).collect()
    }

    /// How many tokens an account has, ended ones among them.
    pub async fn count_api_tokens(&self, account: &Account) -> Result<u64> {
        let mut select = Query::select();
        select.expr(Expr::col(Column::Id).count()).from(Entity).cond_where(of(account));
        let rows = self.rows(&select).await?;
        let count = rows.first().map(|row| row.at::<i64>(0)).transpose()?.unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Takes a token of an account away; false where it has no such token.
    pub async fn remove_api_token(&self, account: &Account, id: i64) -> Result<bool> {
        let mut delete = Query::delete();
        delete.from_table(Entity).cond_where(of(account).add(Expr::col(Column::Id).eq(id)));
        Ok(self.execute(&delete).await? > 0)
    }

    /// Takes all tokens of an account away.
    pub async fn remove_api_tokens(&self, account: &Account) -> Result<()> {
        let mut delete = Query::delete();
        delete.from_table(Entity).cond_where(of(account));
        self.execute(&delete).await.map(drop)
    }

    /// Notes that a token was used, unless that was noted within the last minute.
    pub async fn note_use(&self, token: &ApiToken) -> Result<()> {
        let now = self.now();
        if token.last_used_at.is_some_and(|last| now - last < NOTED_EVERY) {
            return Ok(());
        }
        let last = Expr::col(Column::LastUsedAt);
        let is_old = last.clone().is_null().or(last.lte((now - NOTED_EVERY).timestamp_millis()));
        let mut update = Query::update();
        update.table(Entity).value(Column::LastUsedAt, now.timestamp_millis());
        update.and_where(Expr::col(Column::Id).eq(token.id)).and_where(is_old);
        self.execute(&update).await.map(drop)
    }
}

fn of(account: &Account) -> Condition {
    Condition::all()
        .add(Expr::col(Column::Realm).eq(account.realm.as_str()))
        .add(Expr::col(Column::Login).eq(account.login.as_str()))
}

fn select_api_tokens() -> SelectStatement {
    let mut select = Query::select();
    select.columns([
        Column::Id,
        Column::Name,
        Column::IsReadOnly,
        Column::CreatedAt,
        Column::ExpiresAt,
        Column::LastUsedAt,
        Column::Realm,
        Column::Login,
        Column::PasswordStamp,
    ]);
    select.from(Entity);
    select
}

fn api_token(row: &Row) -> Result<ApiToken> {
    Ok(ApiToken {
        id: row.at(0)?,
        name: row.at(1)?,
        is_read_only: row.at::<i16>(2)? != 0,
        created_at: time(Some(row.at(3)?)).ok_or_else(|| Error::internal("an API token is older than the calendar"))?,
        expires_at: time(row.at(4)?),
        last_used_at: time(row.at(5)?),
    })
}

fn time(milliseconds: Option<i64>) -> Option<DateTime<Utc>> {
    milliseconds.and_then(DateTime::from_timestamp_millis)
}
