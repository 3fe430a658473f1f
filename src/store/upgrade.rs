//! Makes and upgrades tables: those of the native layout, or beside another product only our own. One process does it at a time, and
//! what can go wrong is told in words that say what to do.

use migration::{MigratorTrait, OWN_MIGRATION_TABLE, SchemaManager, tables_of_step};
use sea_orm::sqlx::mysql::MySqlDatabaseError;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr, Statement};

use super::connection::Connect;

/// Why tables could not be made or upgraded.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    /// Someone else is at it.
    #[error("another process makes tables in this database at the moment: wait until it is done, then run this again")]
    Busy,
    /// The database does not let this user.
    #[error("the user of `database.url` may not make tables ({reason}): {remedy}, then run `deskgraph migrate` again")]
    NotAllowed {
        /// What the database says.
        reason: String,
        /// What would let the user.
        remedy: String,
    },
    /// Some of our own tables are there without the note that they are complete. MariaDB cannot take back what it made.
    #[error(
        "an earlier `deskgraph migrate` was broken off and left {}: drop them, then run `deskgraph migrate` again",
        .tables.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(", ")
    )]
    BrokenOff {
        /// Those tables.
        tables: Vec<&'static str>,
    },
    /// The tables have seen steps that this version does not know.
    #[error("the tables were made by a later version of Deskgraph: run that one")]
    Later,
    /// The database did not do what it was asked for.
    #[error("the tables could not be made: {0}")]
    Database(DbErr),
}

/// How many steps this version would do. Only reads, and a user who may only SELECT can ask.
pub async fn pending<M: MigratorTrait>(db: &DatabaseConnection) -> Result<usize, UpgradeError> {
    pending_steps::<M>(db).await.map(|steps| steps.len())
}

async fn pending_steps<M: MigratorTrait>(db: &DatabaseConnection) -> Result<Vec<String>, UpgradeError> {
    match M::get_pending_migrations_read_only(db).await {
        Ok(pending) => Ok(pending.iter().map(|step| step.name().to_owned()).collect()),
        Err(DbErr::Custom(_)) => Err(UpgradeError::Later),
        Err(error) => Err(explained(db, error).await),
    }
}

/// The turn to make tables: while one process has it, others wait. A lock that lasts as long as its connection; SQLite, which has one writer
/// at a time, needs none.
pub struct Turn(Option<DatabaseConnection>);

impl Turn {
    /// Waits for the turn, ten seconds at most.
    pub async fn wait(connect: &Connect<'_>, backend: DbBackend) -> Result<Self, UpgradeError> {
        if backend == DbBackend::Sqlite {
            return Ok(Self(None));
        }
        let own = Connect { max_connections: 1, ..*connect }.open().await.map_err(UpgradeError::Database)?;
        let is_mine = if backend == DbBackend::Postgres { lock_postgres(&own).await } else { lock_mariadb(&own).await };
        match is_mine {
            Ok(true) => Ok(Self(Some(own))),
            Ok(false) => Err(UpgradeError::Busy),
            Err(error) => Err(UpgradeError::Database(error)),
        }
    }

    /// Does the steps that are pending and tells how many that were; where there are none, nothing is written.
    pub async fn upgrade<M: MigratorTrait>(&self, db: &DatabaseConnection) -> Result<usize, UpgradeError> {
        do_pending::<M>(db).await
    }

    /// Lets others have the turn.
    pub async fn end(self) {
        if let Some(own) = self.0 {
            // The lock ends with its connection in any case.
            drop(own.close().await);
        }
    }
}

async fn do_pending<M: MigratorTrait>(db: &DatabaseConnection) -> Result<usize, UpgradeError> {
    let steps = pending_steps::<M>(db).await?;
    if steps.is_empty() {
        return Ok(0);
    }
    let is_first_beside_others =
        M::migration_table_name().to_string() == OWN_MIGRATION_TABLE && steps.len() == M::migrations().len();
    if is_first_beside_others || db.get_database_backend() == DbBackend::MySql {
        refuse_remains(db, &steps).await?;
    }
    let steps = steps.len();
    match M::up(db, None).await {
        Ok(()) => Ok(steps),
        // On SQLite nobody waits for a turn: the other process was faster.
        Err(_) if matches!(pending::<M>(db).await, Ok(0)) => Ok(0),
        Err(error) => Err(explained(db, error).await),
    }
}

/// What these steps make must not be there yet.
async fn refuse_remains(db: &DatabaseConnection, steps: &[String]) -> Result<(), UpgradeError> {
    let (manager, mut tables) = (SchemaManager::new(db), Vec::new());
    for name in steps.iter().flat_map(|step| tables_of_step(step)) {
        if manager.has_table(name).await.map_err(UpgradeError::Database)? {
            tables.push(name);
        }
    }
    if tables.is_empty() { Ok(()) } else { Err(UpgradeError::BrokenOff { tables }) }
}

async fn lock_postgres(turn: &DatabaseConnection) -> Result<bool, DbErr> {
    turn.execute_unprepared("SET lock_timeout = '10s'").await?;
    match turn.execute_unprepared("SELECT pg_advisory_lock(7225)").await {
        Ok(_) => Ok(true),
        Err(error) if refusal(&error).is_some_and(|refusal| refusal.code().as_deref() == Some("55P03")) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn lock_mariadb(turn: &DatabaseConnection) -> Result<bool, DbErr> {
    // Names of locks are those of the whole server.
    let question = "SELECT CAST(GET_LOCK(CONCAT('deskgraph.', SHA1(DATABASE())), 10) AS SIGNED)";
    let row = turn.query_one_raw(Statement::from_string(DbBackend::MySql, question)).await?;
    Ok(row.is_some_and(|row| matches!(row.try_get_by_index(0), Ok(Some(1_i64)))))
}

/// What the database itself said, if it was the database.
fn refusal(error: &DbErr) -> Option<&dyn sqlx::error::DatabaseError> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            cause.as_database_error()
        }
        _ => None,
    }
}

async fn explained(db: &DatabaseConnection, error: DbErr) -> UpgradeError {
    match refusal(&error).filter(|refusal| is_not_allowed(*refusal)).map(|refusal| refusal.message().to_owned()) {
        Some(reason) => UpgradeError::NotAllowed { reason, remedy: remedy(db).await },
        None => UpgradeError::Database(error),
    }
}

fn is_not_allowed(refusal: &dyn sqlx::error::DatabaseError) -> bool {
    // MariaDB's numbers for a table and a database that this user may not use so; its SQL state says less.
    const DENIED: [u16; 2] = [1142, 1044];
    match refusal.try_downcast_ref::<MySqlDatabaseError>() {
        Some(refusal) => DENIED.contains(&refusal.number()),
        // PostgreSQL's missing privilege, and a SQLite file that is read-only.
        None => matches!(refusal.code().as_deref(), Some("42501" | "8")),
    }
}

/// The statement that lets the user make tables.
async fn remedy(db: &DatabaseConnection) -> String {
    let question = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT format('GRANT CREATE ON SCHEMA %I TO %I', coalesce(current_schema(), 'public'), current_user)"
        }
        DbBackend::MySql => {
            "SELECT CAST(CONCAT('GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON `', DATABASE(), '`.* TO ''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') AS CHAR)"
        }
        _ => return "make the file and its directory writable".to_owned(),
    };
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), question)).await;
    let grant = row.ok().flatten().and_then(|row| row.try_get_by_index::<String>(0).ok());
    grant.map_or("grant it CREATE".to_owned(), |grant| format!("as an administrator of the database say {grant}"))
}
