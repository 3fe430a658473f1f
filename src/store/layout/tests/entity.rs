//! Every entity agrees with the table that the migrations make for it.

use migration::{Migrator, MigratorTrait};
use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, Iterable, PrimaryKeyToColumn, Statement};

use super::scratch::{on_every_database, sqlite};
use crate::entity;

/// Calls a function for every entity, with what else it wants.
macro_rules! for_every_entity {
    ($call:ident($($argument:expr),*)) => {
        for_every_entity!(@ $call ($($argument),*)
            article article_data_mime article_data_mime_attachment article_data_mime_plain article_data_mime_send_error article_flag article_search_index article_sender_type communication_channel customer_company customer_preferences customer_user customer_user_customer deskgraph_api_token deskgraph_attempt deskgraph_change deskgraph_lock deskgraph_session dynamic_field dynamic_field_obj_id_name dynamic_field_value follow_up_possible group group_customer group_customer_user group_role group_user personal_queues queue queue_preferences role_user roles salutation service service_customer_user service_preferences service_sla sessions signature sla sla_preferences sysconfig_default sysconfig_deployment sysconfig_modified system_address system_data ticket ticket_flag ticket_history ticket_history_type ticket_index ticket_lock_index ticket_lock_type ticket_number_counter ticket_priority ticket_state ticket_state_type ticket_type ticket_watcher time_accounting user_preferences users valid
        )
    };
    (@ $call:ident $arguments:tt $($table:ident)*) => {
        [$(for_every_entity!(= $call $arguments $table)),*]
    };
    (= $call:ident ($($argument:expr),*) $table:ident) => {
        $call::<entity::$table::Entity>($($argument),*).await
    };
}

/// A column as SQLite shows it: name, declared type, whether it may be NULL.
struct Declared {
    name: String,
    kind: String,
    null: bool,
}

async fn declared(db: &DatabaseConnection, table: &str) -> Vec<Declared> {
    let sql = format!("SELECT name, type, \"notnull\" FROM pragma_table_info('{table}')");
    let question = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(question).await.expect("the columns");
    let read = rows.iter().map(|row| {
        Ok::<_, sea_orm::DbErr>(Declared {
            name: row.try_get("", "name")?,
            kind: row.try_get::<String>("", "type")?.to_lowercase(),
            null: row.try_get::<i32>("", "notnull")? == 0,
        })
    });
    read.collect::<Result<_, _>>().expect("readable columns")
}

fn agrees(column: &ColumnType, declared: &str, is_key: bool) -> bool {
    match column {
        ColumnType::SmallInteger => declared == "smallint",
        ColumnType::Integer => declared == "integer",
        // SQLite counts ids only in a column of this type.
        ColumnType::BigInteger => declared == "bigint" || (is_key && declared == "integer"),
        ColumnType::String(_) | ColumnType::Text => declared.starts_with("varchar") || declared == "blob",
        ColumnType::DateTime => declared == "datetime",
        ColumnType::Decimal(_) => declared.starts_with("decimal"),
        _ => false,
    }
}

async fn compare<E: EntityTrait>(db: &DatabaseConnection) -> String {
    let table = E::default().table_name().to_owned();
    let declared = declared(db, &table).await;
    for column in E::Column::iter() {
        let name = sea_orm::IdenStatic::as_str(&column);
        let is_key = E::PrimaryKey::iter().any(|key| sea_orm::IdenStatic::as_str(&key.into_column()) == name);
        let found = declared.iter().find(|declared| declared.name == name);
        let found = found.unwrap_or_else(|| panic!("{table} has no column {name}"));
        let definition = column.def();
        assert_eq!(definition.is_null(), found.null, "{table}.{name}");
        let kind = definition.get_column_type();
        assert!(agrees(kind, &found.kind, is_key), "{table}.{name}: {kind:?}, {}", found.kind);
    }
    table
}

async fn read<E: EntityTrait>(db: &DatabaseConnection) {
    let rows = E::find().all(db).await;
    if let Err(error) = rows {
        panic!("{}: {error}", E::default().table_name());
    }
}

#[tokio::test]
async fn every_entity_has_the_columns_of_its_table() {
    let db = sqlite().await;
    Migrator::up(&db, None).await.expect("the migrations pass");

    let compared = for_every_entity!(compare(&db));

    let mut tables = [migration::table_names(), migration::own_table_names()].concat();
    tables.sort_unstable();
    let mut compared = compared.to_vec();
    compared.sort_unstable();
    assert_eq!(compared, tables);
}

#[tokio::test]
async fn every_entity_can_be_read() {
    on_every_database(async |db| {
        Migrator::up(&db, None).await.expect("the migrations pass");
        for_every_entity!(read(&db));
    })
    .await;
}
