//! Making agents and giving them passwords, for the commands. What agents may do is in `viewer`.

use chrono::NaiveDateTime;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter,
    TransactionTrait,
};

use crate::entity::{group_user, users};

use super::layout::Layout;

/// The stored password of an account that nobody can sign in to: no password hashes to it.
pub const NO_PASSWORD: &str = "*";
/// The agent behind everything that the system does by itself.
const SYSTEM_AGENT: i32 = 1;
/// The `valid_id` of valid records, the same in every database of the family.
const VALID: i16 = 1;

/// A new agent.
pub struct NewAgent<'a> {
    /// The name to sign in with.
    pub login: &'a str,
    /// First name.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// The hash of the password.
    pub password: String,
    /// Whether they get `rw` in the group `admin`.
    pub is_administrator: bool,
}

/// Why an agent could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AddAgentError {
    /// The login is in use.
    #[error(
        "there is already an agent `{0}`: choose another login, or give a new password with `deskgraph agent password`"
    )]
    Taken(String),
    /// A text is longer than its column.
    #[error("{0} is longer than {1} characters, which is all that the database keeps")]
    TooLong(&'static str, usize),
    /// There is no group `admin`.
    #[error("there is no group `admin`, so nobody can be made an administrator")]
    NoAdministrators,
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Makes an agent, all or nothing.
pub async fn add(
    db: &DatabaseConnection,
    layout: &Layout,
    agent: NewAgent<'_>,
    now: NaiveDateTime,
) -> Result<(), AddAgentError> {
    for (name, column, text) in [
        ("the login", "login", agent.login),
        ("the first name", "first_name", agent.first_name),
        ("the last name", "last_name", agent.last_name),
    ] {
        if let Some(limit) = layout.lengths.of("users", column).filter(|limit| text.chars().count() > *limit) {
            return Err(AddAgentError::TooLong(name, limit));
        }
    }
    let transaction = db.begin().await?;
    if find(&transaction, agent.login).await?.is_some() {
        return Err(AddAgentError::Taken(agent.login.to_owned()));
    }
    let row = users::ActiveModel {
        login: Set(agent.login.to_owned()),
        pw: Set(agent.password),
        first_name: Set(agent.first_name.to_owned()),
        last_name: Set(agent.last_name.to_owned()),
        valid_id: Set(VALID),
        create_time: Set(now),
        create_by: Set(SYSTEM_AGENT),
        change_time: Set(now),
        change_by: Set(SYSTEM_AGENT),
        ..Default::default()
    };
    let row = row.insert(&transaction).await?;
    if agent.is_administrator {
        let group_id = administrators(&transaction, layout).await?.ok_or(AddAgentError::NoAdministrators)?;
        let grant = group_user::ActiveModel {
            user_id: Set(row.id),
            group_id: Set(group_id),
            permission_key: Set("rw".to_owned()),
            create_time: Set(now),
            create_by: Set(SYSTEM_AGENT),
            change_time: Set(now),
            change_by: Set(SYSTEM_AGENT),
        };
        group_user::Entity::insert(grant).exec_without_returning(&transaction).await?;
    }
    Ok(transaction.commit().await?)
}

/// Gives an agent a new password hash; false where there is no such agent.
pub async fn set_password(
    db: &DatabaseConnection,
    login: &str,
    password: String,
    now: NaiveDateTime,
) -> Result<bool, DbErr> {
    let Some(agent) = find(db, login).await? else { return Ok(false) };
    let row = users::ActiveModel {
        id: Set(agent.id),
        pw: Set(password),
        change_time: Set(now),
        change_by: Set(SYSTEM_AGENT),
        ..Default::default()
    };
    row.update(db).await?;
    Ok(true)
}

/// Gives an agent that nobody can sign in as the first password hash; false where somebody was faster.
pub async fn set_first_password(
    db: &DatabaseConnection,
    login: &str,
    password: String,
    now: NaiveDateTime,
) -> Result<bool, DbErr> {
    let row = users::ActiveModel {
        pw: Set(password),
        change_time: Set(now),
        change_by: Set(SYSTEM_AGENT),
        ..Default::default()
    };
    let update = users::Entity::update_many().set(row).filter(users::Column::Login.eq(login));
    Ok(update.filter(users::Column::Pw.eq(NO_PASSWORD)).exec(db).await?.rows_affected > 0)
}

/// Whether nobody can sign in as this agent yet.
pub async fn has_no_password(db: &DatabaseConnection, login: &str) -> Result<bool, DbErr> {
    Ok(find(db, login).await?.is_some_and(|agent| agent.pw == NO_PASSWORD))
}

async fn find(db: &impl ConnectionTrait, login: &str) -> Result<Option<users::Model>, DbErr> {
    users::Entity::find().filter(users::Column::Login.eq(login)).one(db).await
}

async fn administrators(db: &impl ConnectionTrait, layout: &Layout) -> Result<Option<i32>, DbErr> {
    let mut select = Query::select();
    select.column("id").from(layout.groups_table.clone()).and_where(Expr::col("name").eq("admin"));
    db.query_one(&select).await?.map(|row| row.try_get_by_index(0)).transpose()
}
