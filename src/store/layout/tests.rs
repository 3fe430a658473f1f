//! Every product is told by the shape of its tables, made by hand from ours in SQLite.

mod entity;
mod native;
mod scratch;

use migration::{Migrator, MigratorTrait, OwnMigrator};
use rstest::rstest;
use sea_orm::DatabaseConnection;

use super::*;
use scratch::{on_every_database, run, sqlite};

const OTOBO_11: &str = "
    DROP TABLE deskgraph_migration;
    CREATE TABLE article_data_otobo_chat (id integer);
    CREATE TABLE data_storage (id integer);";
const OTOBO_101: &str = "
    DROP TABLE deskgraph_migration;
    CREATE TABLE article_data_otobo_chat (id integer);
    CREATE TABLE data_storage (id integer);
    ALTER TABLE dynamic_field_value DROP COLUMN index_value;";
const OTOBO_100: &str = "
    DROP TABLE deskgraph_migration;
    CREATE TABLE article_data_otobo_chat (id integer);
    ALTER TABLE dynamic_field_value DROP COLUMN index_value;";
const ZNUNY: &str = "
    DROP TABLE deskgraph_migration;
    CREATE TABLE article_data_otrs_chat (id integer);
    ALTER TABLE groups_table RENAME TO permission_groups;
    ALTER TABLE dynamic_field_value DROP COLUMN index_value;";
const OTRS_6: &str = "
    DROP TABLE deskgraph_migration;
    CREATE TABLE article_data_otrs_chat (id integer);
    ALTER TABLE groups_table RENAME TO groups;
    ALTER TABLE dynamic_field_value DROP COLUMN index_value;";

/// The native layout, changed by these statements.
async fn changed(sql: &str) -> DatabaseConnection {
    let db = sqlite().await;
    Migrator::up(&db, None).await.expect("the migrations pass");
    run(&db, "PRAGMA foreign_keys = OFF;").await;
    run(&db, sql).await;
    db
}

async fn layout_of(db: &DatabaseConnection) -> Layout {
    match detect(db).await {
        Ok(Found::Known(layout)) => layout,
        other => panic!("no known layout: {other:?}"),
    }
}

async fn error_of(db: &DatabaseConnection) -> LayoutError {
    detect(db).await.expect_err("a database to refuse")
}

#[rstest]
#[case::otobo_11(OTOBO_11, Product::Otobo11, "groups_table")]
#[case::otobo_10_1(OTOBO_101, Product::Otobo101, "groups_table")]
#[case::otobo_10_0(OTOBO_100, Product::Otobo100, "groups_table")]
#[case::znuny(ZNUNY, Product::Znuny, "permission_groups")]
#[case::otrs_6(OTRS_6, Product::Otrs6, "groups")]
#[tokio::test]
async fn a_product_is_told_by_its_tables(#[case] sql: &str, #[case] product: Product, #[case] groups_table: &str) {
    let without_own = "DROP TABLE deskgraph_change; DROP TABLE deskgraph_lock; DROP TABLE deskgraph_session; DROP TABLE deskgraph_api_token; DROP TABLE deskgraph_attempt;";
    let db = changed(&format!("{without_own}{sql}")).await;
    let layout = layout_of(&db).await;

    assert_eq!(layout.product, product);
    assert_eq!(layout.groups_table, groups_table);
    assert!(!layout.is_native());
    assert!(!layout.has_own_tables);
    assert_eq!(layout.lengths.of(groups_table, "name"), Some(191));

    OwnMigrator::up(&db, None).await.expect("our own tables are made");
    let with_own = layout_of(&db).await;
    assert!(with_own.has_own_tables);
    assert_eq!(
        Layout { has_own_tables: false, lengths: layout.lengths.clone(), ..with_own },
        layout,
        "the product is still the same"
    );
}

#[tokio::test]
async fn our_own_tables_do_not_make_another_product_native() {
    let sql = "
        CREATE TABLE article_data_otobo_chat (id integer);
        CREATE TABLE deskgraph_own_migration (id integer);";

    let layout = layout_of(&changed(sql).await).await;

    assert_eq!(layout.product, Product::Otobo11);
    assert!(layout.has_own_tables);
}

#[tokio::test]
async fn a_database_without_tables_is_empty() {
    on_every_database(async |db| {
        assert_eq!(detect(&db).await.expect("an answer"), Found::Empty);
    })
    .await;
}

#[tokio::test]
async fn tables_of_other_programs_and_the_note_of_the_migrator_leave_a_database_empty() {
    let db = sqlite().await;
    run(&db, "CREATE TABLE spatial_ref_sys (id integer)").await;
    Migrator::install(&db).await.expect("the note is made");

    assert_eq!(detect(&db).await.expect("an answer"), Found::Empty);
}

#[tokio::test]
async fn a_database_from_before_otrs_6_is_refused_with_the_tables_it_lacks() {
    let sql = "
        DROP TABLE deskgraph_migration;
        ALTER TABLE groups_table RENAME TO groups;
        DROP TABLE customer_user_customer;
        DROP TABLE group_customer;
        DROP TABLE communication_channel;
        DROP TABLE article_data_mime;";

    let error = error_of(&changed(sql).await).await;

    assert!(matches!(error, LayoutError::TooOld { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the database is older than OTRS 6, it has no table `customer_user_customer`, \
         `group_customer`, `communication_channel`, `article_data_mime`: \
         upgrade it to OTOBO, Znuny or OTRS 6 first"
    );
}

#[tokio::test]
async fn a_foreign_database_with_a_table_of_our_names_is_refused() {
    let db = sqlite().await;
    run(&db, "CREATE TABLE users (id integer, login text)").await;

    let error = error_of(&db).await;

    assert_eq!(
        error.to_string(),
        "the database has some tables of a help desk, but not `valid`, `customer_user`, \
         `customer_company`, `ticket`, `queue`, `groups_table`: set `database.url` to a complete \
         OTOBO, Znuny or OTRS 6 database or to an empty one"
    );
}

#[rstest]
#[case::groups_alone("DROP TABLE groups_table", "groups_table")]
#[case::one_of_the_foundation("DROP TABLE customer_company", "customer_company")]
#[tokio::test]
async fn a_help_desk_without_a_table_it_needs_is_refused(#[case] sql: &str, #[case] lacks: &str) {
    let error = error_of(&changed(sql).await).await;

    let LayoutError::Unknown { missing } = error else {
        panic!("{error:?}");
    };
    assert_eq!(missing, [lacks]);
}

#[test]
fn every_product_has_a_name_to_show() {
    let names =
        [Product::Native, Product::Otobo100, Product::Otobo101, Product::Otobo11, Product::Znuny, Product::Otrs6]
            .map(|product| product.to_string());

    assert_eq!(
        names,
        ["Deskgraph", "OTOBO 10.0", "OTOBO 10.1", "OTOBO 11", "Znuny 6.1 or later", "OTRS 6 or Znuny 6.0"]
    );
}
