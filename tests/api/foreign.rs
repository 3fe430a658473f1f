//! Customers and customer users in tables of another database: what they are asked, and what they answer.

use std::sync::Arc;

use deskgraph::domain::filter::TextFilter;
use deskgraph::domain::record::RecordKind::{Customer, CustomerUser};
use deskgraph::domain::search::Search;
use deskgraph::domain::validity::Validity;
use deskgraph::source::foreign::ForeignDatabase;
use deskgraph::source::record::{Among, Record, RecordQuery, RecordSource};
use deskgraph::store::page::{Cursor, Entries, Page};
use deskgraph::store::statement::Usage;
use sea_orm::DbBackend;

use crate::support::crm::{Crm, company_table, everything, person_table, source_with};

/// Everybody who has a key, in small letters and sorted.
const ALL: [&str; 8] = ["100%", "a_b", "ann", r"back\slash", "bob", "celine", "jörg", "o'hara"];

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn keys(records: impl IntoIterator<Item = Record>) -> Vec<String> {
    let mut keys: Vec<String> = records.into_iter().map(|record| record.key.to_lowercase()).collect();
    keys.sort();
    keys
}

async fn by_keys(source: &ForeignDatabase, wanted: &[&str]) -> Vec<String> {
    keys(source.by_keys(CustomerUser, &texts(wanted)).await.expect("an answer"))
}

/// Who fulfils a query, whose number has to be right too.
async fn found(source: &ForeignDatabase, query: &RecordQuery) -> Vec<String> {
    let all = source.all(query, 100).await.expect("an answer");
    assert!(!all.is_cut);
    let page = source.page(query, &page(100)).await.expect("a page");
    let found = keys(all.records);
    assert_eq!(keys(page.items.into_iter().map(|(_, record)| record)), found);
    assert_eq!(source.count(query).await.expect("a number"), found.len() as i64);
    found
}

fn page(limit: u64) -> Page {
    Page { limit, backward: false, after: None, before: None, with_before: false }
}

fn people() -> RecordQuery {
    everything(CustomerUser)
}

fn searching(text: &str) -> RecordQuery {
    RecordQuery { search: Search::for_customer_users(text).expect("a search"), ..people() }
}

fn with(field: &'static str, filter: TextFilter) -> RecordQuery {
    RecordQuery { conditions: vec![(field, filter)], ..people() }
}

fn equal(text: &str) -> TextFilter {
    TextFilter { eq: Some(text.to_owned()), ..TextFilter::default() }
}

#[tokio::test]
async fn records_are_found_by_key_in_any_case_and_by_nothing_else() {
    let crm = Crm::new().await;
    let source = crm.source();
    assert_eq!(by_keys(&source, &["ANN", "Bob", "jörg", "nobody"]).await, ["ann", "bob", "jörg"]);
    assert_eq!(by_keys(&source, &["ann", "ANN", "Ann"]).await, ["ann"]);
    for nobody in ["' OR 1=1 --", "%", "_", "\\", "", "an", "a%", "jorg", "ann\0", "😀", "ann' --"] {
        assert_eq!(by_keys(&source, &[nobody]).await, Vec::<String>::new(), "{nobody:?}");
    }
    assert_eq!(
        by_keys(&source, &["100%", "A_B", r"BACK\slash", "O'Hara"]).await,
        ["100%", "a_b", r"back\slash", "o'hara"]
    );
    let many: Vec<String> = (0..9000).map(|number| format!("nobody{number}")).chain(texts(&["ann", "bob"])).collect();
    assert_eq!(keys(source.by_keys(CustomerUser, &many).await.expect("an answer")), ["ann", "bob"]);
    crm.remove().await;
}

#[tokio::test]
async fn a_record_has_the_fields_that_are_mapped_and_not_empty() {
    let crm = Crm::new().await;
    let found = crm.source().by_keys(CustomerUser, &texts(&["bob"])).await.expect("an answer");
    let bob = found.first().expect("Bob");
    let fields: Vec<(&str, &str)> = bob.fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(fields, [("customer_id", "acme"), ("first_name", "Bob"), ("last_name", "baker")]);
    assert_eq!((bob.key.as_str(), bob.validity), ("bob", Validity::Valid));

    let found = crm.source().by_keys(CustomerUser, &texts(&["ann", "o'hara"])).await.expect("an answer");
    let ann = found.iter().find(|record| record.key == "Ann").expect("Ann");
    assert_eq!(ann.fields.get("comment").map(String::as_str), Some("31"));
    assert!(found.iter().any(|record| record.key == "o'hara" && record.validity == Validity::Invalid));
    crm.remove().await;
}

#[tokio::test]
async fn a_key_may_be_a_number() {
    let crm = Crm::new().await;
    let source = crm.source();
    let acme = source.by_keys(Customer, &texts(&["12", "12x", "012", "x", "😀"])).await.expect("an answer");
    assert_eq!(keys(acme.clone()), ["12"]);
    assert_eq!(acme[0].fields.get("city").map(String::as_str), Some("Köln"));
    assert_eq!(acme[0].validity, Validity::Valid);
    let companies = everything(Customer);
    assert_eq!(found(&source, &companies).await, ["112", "12", "13"]);
    let valid = RecordQuery { validity: vec![Validity::Valid], ..companies.clone() };
    assert_eq!(found(&source, &valid).await, ["12"]);
    let like = RecordQuery { search: Search::for_customers("12").expect("a search"), ..companies.clone() };
    assert_eq!(found(&source, &like).await, ["112", "12"]);
    let other = RecordQuery { conditions: vec![("customer_id", equal("12x"))], ..companies.clone() };
    assert_eq!(found(&source, &other).await, Vec::<String>::new());
    assert_eq!(walk(&source, &companies, 1, false).await, ["112", "12", "13"]);
    crm.remove().await;
}

/// The keys of a list, read page by page from one end or the other.
async fn walk(source: &ForeignDatabase, query: &RecordQuery, limit: u64, backward: bool) -> Vec<String> {
    let (mut keys, mut cursor) = (Vec::new(), None::<Cursor>);
    loop {
        let (after, before) = if backward { (None, cursor) } else { (cursor, None) };
        let page = Page { limit, backward, after, before, with_before: false };
        let Entries { items, has_previous, has_next, .. } = source.page(query, &page).await.expect("a page");
        let at = if backward { items.first() } else { items.last() };
        cursor = at.map(|(cursor, _)| cursor.clone());
        let found = items.into_iter().map(|(_, record)| record.key.to_lowercase());
        keys = if backward { found.chain(keys).collect() } else { keys.into_iter().chain(found).collect() };
        if !(if backward { has_previous } else { has_next }) {
            return keys;
        }
        assert!(keys.len() < 50, "the list does not end: {keys:?}");
    }
}

#[tokio::test]
async fn lists_are_the_same_from_both_ends_and_in_pages_of_any_size() {
    let crm = Crm::new().await;
    let source = crm.source();
    for sort in [None, Some("login"), Some("last_name"), Some("email"), Some("customer_id"), Some("phone")] {
        for descending in [false, true] {
            let query = RecordQuery { sort, descending, ..people() };
            let expected = walk(&source, &query, 100, false).await;
            let mut sorted = expected.clone();
            sorted.sort();
            assert_eq!(sorted, ALL, "{sort:?}");
            for limit in [1, 2, 3, 7, 8] {
                assert_eq!(walk(&source, &query, limit, false).await, expected, "{sort:?} {descending} {limit}");
                assert_eq!(walk(&source, &query, limit, true).await, expected, "{sort:?} {descending} {limit} back");
            }
        }
        let ascending = walk(&source, &RecordQuery { sort, ..people() }, 100, false).await;
        let descending = walk(&source, &RecordQuery { sort, descending: true, ..people() }, 100, false).await;
        assert_eq!(ascending.into_iter().rev().collect::<Vec<_>>(), descending);
    }
    let by_name = walk(&source, &RecordQuery { sort: Some("last_name"), ..people() }, 100, false).await;
    let place = |key: &str| by_name.iter().position(|found| found == key);
    // Nothing comes first, and capitals do not matter.
    assert_eq!(place(r"back\slash"), Some(0));
    assert_eq!(place("celine"), place("bob").map(|at| at + 1));
    crm.remove().await;
}

#[tokio::test]
async fn a_cursor_bears_the_name_of_the_order_and_may_be_included() {
    let crm = Crm::new().await;
    let source = crm.source();
    let query = RecordQuery { sort: Some("last_name"), descending: true, ..people() };
    let all = source.page(&query, &page(100)).await.expect("a page").items;
    let third = all[2].0.clone();
    assert!(third.key_for(&query.order_name()).is_ok());

    let until = |with_before| Page { before: Some(third.clone()), with_before, backward: true, ..page(2) };
    let last = async |page: Page| {
        let items = source.page(&query, &page).await.expect("a page").items;
        items.into_iter().map(|(_, record)| record.key).collect::<Vec<_>>()
    };
    let expected =
        |range: std::ops::Range<usize>| all[range].iter().map(|(_, record)| record.key.clone()).collect::<Vec<_>>();
    assert_eq!(last(until(false)).await, expected(0..2));
    assert_eq!(last(until(true)).await, expected(1..3));

    let other = RecordQuery { sort: None, ..query.clone() };
    let refused = source.page(&other, &Page { after: Some(third), ..page(2) }).await.expect_err("another order");
    assert!(matches!(refused, deskgraph::error::Error::BadInput(_)), "{refused:?}");
    crm.remove().await;
}

#[tokio::test]
async fn searches_and_conditions_compare_in_any_case_and_take_wildcards_literally() {
    let crm = Crm::new().await;
    let source = crm.source();
    for (text, expected) in [
        ("BAKER", vec!["bob", "celine"]),
        ("ÖZIL", vec!["jörg"]),
        ("äpfel", vec!["ann"]),
        ("jör*", vec!["jörg"]),
        ("%", vec!["100%"]),
        ("_", vec!["a_b"]),
        (r"\\", vec![r"back\slash"]),
        ("'", vec!["o'hara"]),
        ("baker+bob", vec!["bob"]),
        ("@x.example+!percy", vec!["a_b", r"back\slash", "o'hara"]),
        ("!@x.example+!globex", vec!["ann", "bob", "celine"]),
        ("31", vec![]),
    ] {
        assert_eq!(found(&source, &searching(text)).await, expected, "{text}");
    }
    let contains = |text: &str| TextFilter { contains: Some(text.to_owned()), ..TextFilter::default() };
    let starts_with = |text: &str| TextFilter { starts_with: Some(text.to_owned()), ..TextFilter::default() };
    let is_empty = |wanted| TextFilter { is_empty: Some(wanted), ..TextFilter::default() };
    let any_of = |values: &[&str]| TextFilter { any_of: Some(texts(values)), ..TextFilter::default() };
    for (query, expected) in [
        (with("login", equal("ANN")), vec!["ann"]),
        (with("login", any_of(&["jörg", "BOB", "😀"])), vec!["bob", "jörg"]),
        (with("login", any_of(&[])), vec![]),
        (with("customer_id", equal("Acme")), vec!["ann", "bob"]),
        (with("customer_id", equal("😀")), vec![]),
        (with("last_name", contains("%")), vec![]),
        (with("last_name", starts_with("b")), vec!["bob", "celine"]),
        (with("email", is_empty(true)), vec!["bob", "celine"]),
        (with("comment", contains("4")), vec!["celine", "o'hara"]),
        (with("phone", is_empty(true)), ALL.to_vec()),
        (with("phone", is_empty(false)), vec![]),
        (with("phone", equal("x")), vec![]),
    ] {
        assert_eq!(found(&source, &query).await, expected, "{query:?}");
    }
    crm.remove().await;
}

#[tokio::test]
async fn a_record_is_valid_where_the_column_says_so() {
    let crm = Crm::new().await;
    let states = |validity: &[Validity]| RecordQuery { validity: validity.to_vec(), ..people() };
    let types: &[(&str, &str, &str)] = match crm.backend() {
        DbBackend::Postgres => &[
            ("BOOLEAN", "TRUE", "FALSE"),
            ("INTEGER", "1", "0"),
            ("VARCHAR(5)", "'T'", "'f'"),
            ("BIT(1)", "B'1'", "B'0'"),
        ],
        DbBackend::MySql => {
            &[("BOOLEAN", "TRUE", "FALSE"), ("BIT(1)", "b'1'", "b'0'"), ("VARCHAR(5)", "'True'", "'no'")]
        }
        _ => &[("BOOLEAN", "TRUE", "FALSE"), ("TEXT", "'t'", "''"), ("", "'1'", "2")],
    };
    for (data_type, yes, no) in types {
        crm.execute("ALTER TABLE crm_person DROP COLUMN aktiv").await;
        crm.execute(&format!("ALTER TABLE crm_person ADD COLUMN aktiv {data_type}")).await;
        crm.execute(&format!("UPDATE crm_person SET aktiv = {yes} WHERE username IN ('Ann', 'bob')")).await;
        crm.execute(&format!("UPDATE crm_person SET aktiv = {no} WHERE username = 'Celine'")).await;
        let source = crm.source();
        assert_eq!(found(&source, &states(&[Validity::Valid])).await, ["ann", "bob"], "{data_type}");
        let invalid = found(&source, &states(&[Validity::Invalid, Validity::InvalidTemporarily])).await;
        assert_eq!(invalid, ["100%", "a_b", r"back\slash", "celine", "jörg", "o'hara"], "{data_type}");
        assert_eq!(found(&source, &states(&Validity::ALL)).await, ALL);
        let ann = &source.by_keys(CustomerUser, &texts(&["ann"])).await.expect("an answer")[0];
        assert_eq!(ann.validity, Validity::Valid, "{data_type}");
    }
    let mut table = person_table();
    table.valid = None;
    let source = source_with(&crm.url, &table, &company_table());
    assert_eq!(found(&source, &states(&[Validity::Valid])).await, ALL);
    assert_eq!(found(&source, &states(&[Validity::Invalid])).await, Vec::<String>::new());
    crm.remove().await;
}

#[tokio::test]
async fn what_is_private_is_empty_to_other_customer_users() {
    let crm = Crm::new().await;
    let source = crm.source();
    let read_by = |reader: &str, query: RecordQuery| RecordQuery { reader: Some(reader.to_owned()), ..query };
    assert_eq!(found(&source, &read_by("ANN", searching("ann@acme"))).await, ["ann"]);
    assert_eq!(found(&source, &read_by("bob", searching("ann@acme"))).await, Vec::<String>::new());
    assert_eq!(found(&source, &read_by("bob", searching("äpfel"))).await, ["ann"]);
    let address = with("email", equal("ann@acme.example"));
    assert_eq!(found(&source, &read_by("ann", address.clone())).await, ["ann"]);
    assert_eq!(found(&source, &read_by("jörg", address)).await, Vec::<String>::new());

    let by_email = RecordQuery { sort: Some("email"), ..people() };
    assert_eq!(
        walk(&source, &read_by("ann", by_email.clone()), 2, false).await.last().map(String::as_str),
        Some("ann")
    );
    let by_login = walk(&source, &people(), 3, false).await;
    assert_eq!(walk(&source, &read_by("bob", by_email), 3, false).await, by_login);

    let all = source.all(&read_by("ann", people()), 100).await.expect("an answer").records;
    let with_address: Vec<&str> =
        all.iter().filter(|r| r.fields.contains_key("email")).map(|r| r.key.as_str()).collect();
    assert_eq!(with_address, ["Ann"]);
    crm.remove().await;
}

#[tokio::test]
async fn some_records_are_meant_by_their_keys_and_customers() {
    let crm = Crm::new().await;
    let source = crm.source();
    let among = |keys: &[&str], ids: &[&str]| RecordQuery {
        among: Some(Among { keys: texts(keys), customer_ids: texts(ids) }),
        ..people()
    };
    assert_eq!(found(&source, &among(&["JÖRG"], &["acme"])).await, ["ann", "bob", "jörg"]);
    assert_eq!(found(&source, &among(&["ann"], &["acme"])).await, ["ann", "bob"]);
    assert_eq!(found(&source, &among(&["bob", "😀"], &[])).await, ["bob"]);
    assert_eq!(found(&source, &among(&[], &["GLOBEX"])).await, ["celine", "jörg"]);

    let mut many: Vec<String> = (0..5000).map(|number| format!("c{number}")).collect();
    many.push("acme".to_owned());
    let query = RecordQuery { among: Some(Among { keys: texts(&["ann", "jörg"]), customer_ids: many }), ..people() };
    assert_eq!(found(&source, &query).await, ["ann", "bob", "jörg"]);

    let all = source.all(&people(), 8).await.expect("an answer");
    assert_eq!((all.records.len(), all.is_cut), (8, false));
    let all = source.all(&people(), 7).await.expect("an answer");
    assert_eq!((all.records.len(), all.is_cut), (7, true));
    crm.remove().await;
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_can_be_found() {
    let usage = Arc::new(Usage::recording());
    let down = "postgres://crm@127.0.0.1:1/crm";
    let source = source_with(down, &person_table(), &company_table()).for_usage(&usage);
    for query in [
        RecordQuery { among: Some(Among::default()), ..people() },
        RecordQuery { validity: Vec::new(), ..people() },
        RecordQuery { validity: vec![Validity::InvalidTemporarily], ..people() },
        RecordQuery { search: Search::Nothing, ..people() },
        RecordQuery { among: Some(Among { keys: Vec::new(), customer_ids: texts(&["12"]) }), ..everything(Customer) },
    ] {
        assert_eq!(found(&source, &query).await, Vec::<String>::new());
    }
    assert_eq!(by_keys(&source, &[]).await, Vec::<String>::new());
    assert_eq!(usage.recorded(), Vec::new());

    let crm = Crm::new().await;
    let source = crm.source().for_usage(&usage);
    assert_eq!(by_keys(&source, &["ann"]).await, ["ann"]);
    assert_eq!((usage.statements(), usage.rows()), (1, 1));
    crm.remove().await;
}

#[tokio::test]
async fn those_of_customers_that_are_spelt_alike_are_not_meant() {
    let crm = Crm::new().await;
    crm.execute(
        "INSERT INTO crm_person VALUES \
         ('dora', 'Dora', 'Dent', 'd@x.example', 'acmé', 1, 1), \
         ('emil', 'Emil', 'Eck', 'e@x.example', 'acme ', 2, 1), \
         ('bòb', 'Other', 'Bob', 'o@x.example', 'x', 3, 1)",
    )
    .await;
    let source = crm.source();
    let among = |keys: &[&str], ids: &[&str]| RecordQuery {
        among: Some(Among { keys: texts(keys), customer_ids: texts(ids) }),
        ..people()
    };
    assert_eq!(found(&source, &among(&[], &["ACME"])).await, ["ann", "bob"]);
    assert_eq!(found(&source, &among(&[], &["Acmé"])).await, ["dora"]);
    assert_eq!(found(&source, &among(&[], &["acme "])).await, ["emil"]);
    assert_eq!(found(&source, &among(&["BOB", "jörg"], &[])).await, ["bob", "jörg"]);
    assert_eq!(found(&source, &among(&["BÒB", "jorg"], &[])).await, ["bòb"]);
    assert_eq!(by_keys(&source, &["bob"]).await, ["bob"]);

    let read_by = |reader: &str| RecordQuery { reader: Some(reader.to_owned()), ..searching("x.example+!percent") };
    assert_eq!(found(&source, &read_by("BÒB")).await, ["bòb"]);
    assert_eq!(found(&source, &read_by("bob")).await, Vec::<String>::new());
    crm.remove().await;
}

#[tokio::test]
async fn one_key_is_one_record_however_it_is_written() {
    let crm = Crm::new().await;
    let long = "l".repeat(256);
    crm.execute("ALTER TABLE crm_person ADD COLUMN lang VARCHAR(300)").await;
    crm.execute("UPDATE crm_person SET lang = username").await;
    let rows = format!(
        "INSERT INTO crm_person (lang, vorname, aktiv) VALUES \
         ('BOB', 'Second', 1), (' zora ', 'Zora', 1), ('   ', 'Blank', 1), ('{long}', 'Long', 1), ('{}', 'Longest', 1)",
        &long[1..]
    );
    crm.execute(&rows).await;
    let mut table = person_table();
    table.key = "lang".to_owned();
    let source = source_with(&crm.url, &table, &company_table());
    let mut expected = ALL.map(str::to_owned).to_vec();
    expected.extend([long[1..].to_owned(), "zora".to_owned()]);
    expected.sort();
    let all = source.all(&people(), 100).await.expect("an answer");
    let bob = all.records.iter().find(|record| record.key.eq_ignore_ascii_case("bob")).expect("Bob");
    assert_eq!(bob.fields.get("first_name").map(String::as_str), Some("Bob"));
    assert_eq!((keys(all.records), all.is_cut), (expected.clone(), false));
    assert_eq!(
        keys(source.page(&people(), &page(100)).await.expect("a page").items.into_iter().map(|(_, r)| r)),
        expected
    );
    assert_eq!(by_keys(&source, &["bob", long.as_str()]).await, ["bob"]);
    crm.remove().await;
}

#[tokio::test]
async fn answers_are_counted_and_nothing_else() {
    let crm = Crm::new().await;
    let source = crm.source();
    by_keys(&source, &[]).await;
    assert_eq!(source.answered(), 0);
    source.for_usage(&Arc::new(Usage::recording())).ping().await.expect("an answer");
    assert_eq!(source.answered(), 1);

    let mut table = person_table();
    table.fields.insert("phone".to_owned(), "telefon".to_owned());
    let wrong = source_with(&crm.url, &table, &company_table());
    wrong.all(&people(), 5).await.expect_err("there is no such column");
    assert!(wrong.answered() >= 1, "an error is an answer");
    let before = wrong.answered();
    wrong.all(&people(), 5).await.expect_err("there is no such column");
    assert_eq!(wrong.answered(), before + 1);

    let down = source_with("postgres://crm@127.0.0.1:1/crm", &person_table(), &company_table());
    down.ping().await.expect_err("nothing listens there");
    assert_eq!(down.answered(), 0);
    crm.remove().await;
}
