//! What is said of another database that is down or not as the settings have it, and that nothing is written there.

use deskgraph::config::TableConfig;
use deskgraph::domain::record::RecordKind::CustomerUser;
use deskgraph::error::Error;
use deskgraph::source::foreign::ForeignDatabase;
use deskgraph::source::record::RecordSource;
use deskgraph::store::page::Page;
use sea_orm::{ConnectionTrait, DbBackend};
use tempfile::TempDir;

use crate::support::crm::{Crm, company_table, everything, person_table, source_with};
use crate::support::database::{execute, open};

/// The failure of every kind of question, none of which may say a password.
async fn assert_unavailable(source: &ForeignDatabase) {
    let page = Page { limit: 5, backward: false, after: None, before: None, with_before: false };
    let query = everything(CustomerUser);
    let failures = [
        source.by_keys(CustomerUser, &["ann".to_owned()]).await.err(),
        source.page(&query, &page).await.err(),
        source.all(&query, 5).await.err(),
        source.count(&query).await.err(),
    ];
    for failure in failures {
        let Some(Error::SourceUnavailable(failure)) = failure else { panic!("{failure:?}") };
        assert_eq!(&*failure.source, "CRM");
        assert!(!format!("{failure:?}").contains("s3cret"), "{failure:?}");
    }
}

fn person_table_with(change: impl FnOnce(&mut TableConfig)) -> TableConfig {
    let mut table = person_table();
    change(&mut table);
    table
}

#[tokio::test]
async fn a_database_that_is_down_is_unavailable() {
    for url in [
        "postgres://crm:s3cret@127.0.0.1:1/crm",
        "postgresql://crm:s3cret@127.0.0.1:1/crm",
        "mysql://crm:s3cret@127.0.0.1:1/crm",
        "mariadb://crm:s3cret@127.0.0.1:port/crm?s3cret",
        "sqlite:///nowhere/crm.db?s3cret",
    ] {
        let source = source_with(url, &person_table(), &company_table());
        assert!(matches!(source.ping().await, Err(Error::SourceUnavailable(_))), "{url}");
        assert_unavailable(&source).await;
        let findings = source.inspect().await;
        assert_eq!(findings.len(), 1);
        assert!(!findings[0].is_fine && !findings[0].text.contains("s3cret"), "{findings:?}");
    }
}

#[tokio::test]
async fn a_database_that_comes_up_is_read_then() {
    let directory = TempDir::new().expect("there is a directory for temporary files");
    let url = format!("sqlite://{}", directory.path().join("late.db").display());
    let source = source_with(&url, &person_table(), &company_table());
    assert_unavailable(&source).await;
    let late = open(&url, 1).await;
    assert_unavailable(&source).await;
    execute(&late, "CREATE TABLE crm_person (username, vorname, nachname, mail, firma, alter_in_jahren, aktiv)").await;
    execute(&late, "INSERT INTO crm_person VALUES (7, 1.5, x'41', NULL, '', 3, 1)").await;
    let found = source.by_keys(CustomerUser, &["7".to_owned()]).await.expect("an answer");
    assert_eq!(found[0].fields.get("last_name").map(String::as_str), Some("A"));
    assert_eq!(source.count(&everything(CustomerUser)).await.expect("a number"), 1);
}

#[tokio::test]
async fn a_table_or_column_that_is_missing_makes_the_source_unavailable() {
    let crm = Crm::new().await;
    for table in [
        person_table_with(|table| table.table = "crm_nobody".to_owned()),
        person_table_with(|table| table.key = "crm_key".to_owned()),
    ] {
        let source = source_with(&crm.url, &table, &company_table());
        source.ping().await.expect("the database answers");
        assert_unavailable(&source).await;
    }
    let table = person_table_with(|table| drop(table.fields.insert("phone".to_owned(), "telefon".to_owned())));
    let read = source_with(&crm.url, &table, &company_table()).all(&everything(CustomerUser), 5).await;
    assert!(matches!(read, Err(Error::SourceUnavailable(_))), "{read:?}");
    crm.remove().await;
}

#[tokio::test]
async fn the_command_check_says_what_is_missing() {
    let crm = Crm::new().await;
    let findings = crm.source().inspect().await;
    assert!(findings.iter().all(|finding| finding.is_fine), "{findings:?}");
    assert_eq!(findings.len(), 2);

    let people = person_table_with(|table| {
        table.fields.insert("phone".to_owned(), "telefon".to_owned());
        table.valid = Some("gueltig".to_owned());
    });
    let mut companies = company_table();
    companies.table = "crm_firm".to_owned();
    let findings = source_with(&crm.url, &people, &companies).inspect().await;
    let texts: Vec<&str> = findings.iter().filter(|finding| !finding.is_fine).map(|f| f.text.as_str()).collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    for (text, part) in texts.iter().zip(["`crm_firm`", "`gueltig`", "`telefon`"]) {
        assert!(text.contains(part), "{text}");
    }
    crm.remove().await;
}

#[tokio::test]
async fn names_with_a_schema_or_with_signs_are_quoted() {
    let crm = Crm::new().await;
    let schema = match crm.backend() {
        DbBackend::Postgres => "public".to_owned(),
        DbBackend::MySql => crm.url.rsplit('/').next().expect("a name").to_owned(),
        _ => "main".to_owned(),
    };
    let quote = if crm.backend() == DbBackend::MySql { '`' } else { '"' };
    let odd = format!("{quote}Der \"\"Name; --{quote}");
    crm.execute(&format!(
        "CREATE VIEW {quote}Leute von 2026{quote} AS SELECT username AS {odd}, vorname, aktiv FROM crm_person"
    ))
    .await;
    let table = TableConfig {
        table: format!("{schema}.Leute von 2026"),
        key: odd.trim_matches(quote).replace("\"\"", if quote == '"' { "\"" } else { "\"\"" }),
        valid: Some("aktiv".to_owned()),
        fields: [("first_name".to_owned(), "vorname".to_owned())].into(),
    };
    let source = source_with(&crm.url, &table, &company_table());
    assert!(source.inspect().await.iter().all(|finding| finding.is_fine), "{:?}", source.inspect().await);
    let found = source.by_keys(CustomerUser, &["ANN".to_owned()]).await.expect("an answer");
    assert_eq!(found[0].key, "Ann");
    crm.remove().await;
}

#[tokio::test]
async fn texts_that_a_column_cannot_hold_are_no_failure() {
    let crm = Crm::new().await;
    let alter: &[&str] = match crm.backend() {
        DbBackend::MySql => &[
            "CHARACTER SET latin1",
            "CHARACTER SET utf8mb3",
            "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "CHARACTER SET latin1 COLLATE latin1_general_cs",
        ],
        _ => &[""],
    };
    for character_set in alter {
        if !character_set.is_empty() {
            crm.execute(&format!("ALTER TABLE crm_person CONVERT TO {character_set}")).await;
        }
        let source = crm.source();
        for (key, expected) in [("ann", vec!["Ann"]), ("jörg", vec!["JÖRG"]), ("😀", vec![]), ("日本", vec![])] {
            let found = source.by_keys(CustomerUser, &[key.to_owned()]).await.expect(character_set);
            assert_eq!(found.iter().map(|record| record.key.as_str()).collect::<Vec<_>>(), expected, "{character_set}");
            for field in ["login", "customer_id", "last_name"] {
                let mut query = everything(CustomerUser);
                query.reader = Some(key.to_owned());
                query.sort = Some(field);
                for filter in crate::support::crm::filters_of(key) {
                    query.conditions = vec![(field, filter)];
                    let page = Page { limit: 5, backward: false, after: None, before: None, with_before: false };
                    source.page(&query, &page).await.expect(character_set);
                }
            }
        }
        assert_eq!(source.count(&everything(CustomerUser)).await.expect("a number"), 8);
    }
    crm.remove().await;
}

#[tokio::test]
async fn the_connections_do_not_write() {
    let crm = Crm::new().await;
    let pool = crm.read_only().await;
    for sql in ["DELETE FROM crm_person", "UPDATE crm_person SET vorname = 'x'", "DROP TABLE crm_person"] {
        assert!(pool.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    pool.close().await.expect("the pool closes");
    assert_eq!(crm.source().count(&everything(CustomerUser)).await.expect("a number"), 8);
    crm.remove().await;
}
