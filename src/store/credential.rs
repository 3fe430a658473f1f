//! Stored passwords. They leave this module only towards the check in `auth::password` and the stamps in `auth::stamp`.

use chrono::{NaiveDateTime, Timelike};
use sea_orm::JoinType;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, IntoIden, Query, SelectStatement};

use crate::domain::account::{Account, Realm};
use crate::entity::deskgraph_session as session;
use crate::error::Result;

use super::{Row, Store, text};

/// What is stored of an account for signing in.
#[derive(Clone)]
pub struct Credential {
    /// Number of the account in its table.
    pub id: i32,
    /// The stored password; `None` where there is none.
    pub password: Option<String>,
    /// Whether the session is there that was asked for; false where none was.
    pub has_session: bool,
}

/// The table of a realm's accounts, the same in every database of the family.
fn table(realm: Realm) -> &'static str {
    match realm {
        Realm::Agent => "users",
        Realm::Customer => "customer_user",
    }
}

impl Store {
    /// What is stored for exactly this login, as signing in wants it; `None` where there is no such account.
    pub async fn credential(&self, account: &Account) -> Result<Option<Credential>> {
        let mut select = select_credential(account.realm);
        select.and_where(Expr::col("login").eq(account.login.as_str()));
        // The database may take another spelling for equal.
        Ok(self.credentials(&select).await?.into_iter().find(|(login, _)| *login == account.login).map(|found| found.1))
    }

    /// The same within a transaction, in which nobody else can change the row any more.
    pub async fn credential_to_change(&self, account: &Account) -> Result<Option<Credential>> {
        let mut select = select_credential(account.realm);
        select.and_where(Expr::col("login").eq(account.login.as_str())).lock_exclusive();
        Ok(self.credentials(&select).await?.into_iter().find(|(login, _)| *login == account.login).map(|found| found.1))
    }

    /// What is stored for an account that a token names, and whether its session is still there, in one statement. A customer user is
    /// found in any spelling, as everywhere but when signing in.
    pub async fn credential_of_token(&self, account: &Account, session: Option<&str>) -> Result<Option<Credential>> {
        let mut select = select_credential(account.realm);
        let login = Expr::col((table(account.realm), "login"));
        select.and_where(match account.realm {
            Realm::Agent => login.eq(account.login.as_str()),
            Realm::Customer => text::is_one_of(self.backend(), login, &[account.login.as_str()]),
        });
        if let Some(id) = session {
            let column = |column: session::Column| Expr::col((session::Entity, column));
            let is_it = column(session::Column::Id)
                .eq(id)
                .and(column(session::Column::Realm).eq(account.realm.as_str()))
                .and(column(session::Column::Login).eq(account.login.as_str()));
            select.column((session::Entity, session::Column::Id));
            select.join(JoinType::LeftJoin, session::Entity, Condition::all().add(is_it));
        }
        let mut found = self.credentials(&select).await?;
        let is_exact = |(login, _): &(String, Credential)| *login == account.login;
        let any = found.first().filter(|_| account.realm == Realm::Customer).map(|_| 0);
        Ok(found.iter().position(is_exact).or(any).map(|position| found.swap_remove(position).1))
    }

    async fn credentials(&self, select: &SelectStatement) -> Result<Vec<(String, Credential)>> {
        let read = |row: &Row| {
            // The fourth column is there only where a session was asked for.
            let has_session = row.at::<Option<String>>(3).is_ok_and(|id| id.is_some());
            Ok((row.at(1)?, Credential { id: row.at(0)?, password: row.at(2)?, has_session }))
        };
        self.rows(select).await?.iter().map(read).collect()
    }

    /// Stores a new password for the account with this number.
    pub async fn set_password(&self, realm: Realm, id: i32, password: &str, changed_by: i32) -> Result<()> {
        let time: NaiveDateTime = self.naive(self.now());
        let mut update = Query::update();
        update.table(table(realm)).and_where(Expr::col("id").eq(id)).values([
            ("pw", Expr::val(password)),
            ("change_time", Expr::val(time.with_nanosecond(0).unwrap_or(time))),
            ("change_by", Expr::val(changed_by)),
        ]);
        self.execute(&update).await.map(drop)
    }
}

fn select_credential(realm: Realm) -> SelectStatement {
    let table = Alias::new(table(realm)).into_iden();
    let mut select = Query::select();
    select.columns(["id", "login", "pw"].map(|column| (table.clone(), column))).from(table);
    select
}
