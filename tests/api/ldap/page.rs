//! Pages in order from a directory that does not sort.

use deskgraph::config::LdapConfig;
use deskgraph::domain::record::RecordKind;
use deskgraph::domain::validity::Validity;
use deskgraph::error::Error;
use deskgraph::source::ldap::Ldap;
use deskgraph::source::record::{Among, RecordQuery, RecordSource};
use deskgraph::store::page::{Cursor, Page};

use super::{below, everyone, found_by, ldap};
use crate::support::people;
use crate::support::slapd::Slapd;

const SORTS: [Option<&str>; 5] = [None, Some("first_name"), Some("last_name"), Some("email"), Some("customer_id")];

fn page(limit: u64, backward: bool) -> Page {
    Page { limit, backward, after: None, before: None, with_before: false }
}

/// Reads a list to its end, page by page, and checks what each page says of its neighbours.
async fn read_on(ldap: &Ldap, query: &RecordQuery, limit: u64, backward: bool) -> Vec<String> {
    let mut read: Vec<String> = Vec::new();
    let mut page = page(limit, backward);
    loop {
        let entries = ldap.page(query, &page).await.expect("a page");
        let keys: Vec<String> = entries.items.iter().map(|(_, record)| record.key.clone()).collect();
        let is_first = page.after.is_none() && page.before.is_none();
        let (goes_on, was_before) = match backward {
            false => (entries.has_next, entries.has_previous),
            true => (entries.has_previous, entries.has_next),
        };
        assert_eq!(was_before, !is_first);
        assert!(keys.len() as u64 == limit || !goes_on, "a page is full where others follow");
        match backward {
            false => read.extend(keys),
            true => read.splice(0..0, keys).for_each(drop),
        }
        if !goes_on {
            return read;
        }
        // Clients get cursors as text.
        let end = if backward { entries.items.first() } else { entries.items.last() };
        let cursor = end.map(|(cursor, _)| Cursor::decode(&cursor.encode()).expect("a cursor"));
        if backward { page.before = cursor } else { page.after = cursor }
    }
}

/// All keys of a query in its order, sorted in memory.
async fn sorted(ldap: &Ldap, query: &RecordQuery) -> Vec<String> {
    let page = ldap.all(query, 100_000).await.expect("an answer");
    assert!(!page.is_cut);
    let field = query.sort;
    let mut records: Vec<(String, String, String)> = page
        .records
        .into_iter()
        .map(|record| {
            let value = match field {
                Some(field) => record.fields.get(field).cloned().unwrap_or_default(),
                None => record.key.clone(),
            };
            (order(&value), order(&record.key), record.key)
        })
        .collect();
    records.sort();
    if query.descending {
        records.reverse();
    }
    records.into_iter().map(|(_, _, key)| key).collect()
}

/// The order by another hand than the product's.
fn order(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn check(config: &LdapConfig, query: RecordQuery, limits: &[u64]) {
    let ldap = ldap(config);
    for descending in [false, true] {
        let query = RecordQuery { descending, ..query.clone() };
        let expected = sorted(&ldap, &query).await;
        for (number, limit) in limits.iter().enumerate() {
            // Both reversed is the first once more, which the small lists go through.
            for backward in [false, true].into_iter().filter(|backward| !(descending && *backward) || limits.len() > 1)
            {
                let read = read_on(&ldap, &query, *limit, backward).await;
                assert_eq!(read.len(), expected.len(), "{:?} {descending} {limit} {backward} {number}", query.sort);
                assert!(read == expected, "{:?} {descending} {limit} {backward}: {read:?}", query.sort);
            }
        }
    }
}

#[tokio::test]
async fn awkward_people_are_in_order() {
    let Some(slapd) = Slapd::shared() else { return };
    for sort in SORTS {
        check(&below(slapd, "awkward"), RecordQuery { sort, ..everyone() }, &[1, 3, 7, 100]).await;
    }
}

/// A directory that gives out three entries at a time without a word of more makes every window small.
#[tokio::test]
async fn awkward_people_are_in_order_where_every_window_is_divided() {
    let Some(slapd) = Slapd::shared() else { return };
    for sort in [None, Some("last_name")] {
        for size_limit in [2, 5] {
            let mut config = below(slapd, "awkward");
            let all = ldap(&config);
            config.size_limit = size_limit;
            let few = ldap(&config);
            for descending in [false, true] {
                let query = RecordQuery { sort, descending, ..everyone() };
                let expected = sorted(&all, &query).await;
                for (limit, backward) in [(1, false), (3, false), (3, true), (50, false)] {
                    assert_eq!(
                        read_on(&few, &query, limit, backward).await,
                        expected,
                        "{size_limit} {limit} {backward}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn thousands_of_people_are_in_order_whatever_they_are_sorted_by() {
    let Some(slapd) = Slapd::shared() else { return };
    for sort in [None, Some("last_name"), Some("customer_id")] {
        check(&slapd.config(), RecordQuery { sort, ..everyone() }, &[1_499]).await;
    }
}

#[tokio::test]
async fn thousands_of_people_of_any_validity_are_in_order() {
    let Some(slapd) = Slapd::shared() else { return };
    let query = RecordQuery { validity: Validity::ALL.to_vec(), ..everyone() };
    check(&slapd.config(), query, &[1_700]).await;
    let query = RecordQuery { validity: vec![Validity::Invalid], ..found_by("acme") };
    check(&slapd.config(), query, &[30]).await;
}

/// A page costs a few windows, not the whole directory.
#[tokio::test]
async fn a_page_reads_a_small_part_of_the_directory() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    for sort in SORTS {
        for (descending, backward) in [(false, false), (false, true), (true, false)] {
            let query = RecordQuery { sort, descending, ..everyone() };
            let middle = Cursor::new(
                &query.order_name(),
                match sort {
                    None => vec![text("u2500"), text("u2500")],
                    Some("email") => vec![text("u2500@acme.example"), text("u2500")],
                    Some("customer_id") => vec![text("globex"), text("u2500")],
                    Some("first_name") => vec![text("carla"), text("u2500")],
                    _ => vec![text("müller"), text("u2500")],
                },
            );
            for after in [None, Some(middle)] {
                let before = ldap.effort();
                let page = Page { after: after.clone(), ..page(50, backward) };
                assert_eq!(ldap.page(&query, &page).await.expect("a page").items.len(), 50);
                let (searches, entries) = (ldap.effort().0 - before.0, ldap.effort().1 - before.1);
                println!(
                    "{sort:?} {descending} {backward} {}: {searches} searches, {entries} entries",
                    after.is_some()
                );
                assert!(searches <= 40 && entries <= 5_500, "{sort:?} {descending} {backward}: {searches}, {entries}");
            }
        }
    }
}

fn text(text: &str) -> deskgraph::store::page::KeyValue {
    deskgraph::store::page::KeyValue::Text(text.to_owned())
}

#[tokio::test]
async fn a_small_list_is_one_search() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let entries = ldap.page(&found_by("u000"), &page(5, false)).await.expect("a page");
    assert_eq!((entries.items.len(), entries.has_next, ldap.effort().0), (5, true, 1));
}

#[tokio::test]
async fn a_page_lies_between_its_cursors() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let at = |login: &str| Some(Cursor::new(&everyone().order_name(), vec![text(login), text(login)]));
    let read = async |page: Page| {
        let entries = ldap.page(&everyone(), &page).await.expect("a page");
        entries.items.into_iter().map(|(_, record)| record.key).collect::<Vec<_>>()
    };
    let both = Page { after: at("u0010"), before: at("u0013"), ..page(10, false) };
    assert_eq!(read(both.clone()).await, ["u0011", "u0012"]);
    assert_eq!(read(Page { with_before: true, ..both.clone() }).await, ["u0011", "u0012", "u0013"]);
    assert_eq!(read(Page { backward: true, limit: 1, ..both.clone() }).await, ["u0012"]);
    assert!(read(Page { after: at("u0013"), before: at("u0010"), ..both }).await.is_empty());
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let order = everyone().order_name();
    for cursor in [Cursor::new("x", vec![text("a"), text("a")]), Cursor::new(&order, vec![text("a")])] {
        let page = Page { after: Some(cursor), ..page(5, false) };
        assert!(matches!(ldap.page(&everyone(), &page).await, Err(Error::BadInput(_))));
    }
}

#[tokio::test]
async fn many_people_who_are_meant_one_by_one_are_in_order() {
    let Some(slapd) = Slapd::shared() else { return };
    let among = Among { keys: (1..=1_100).rev().map(people::login).collect(), customer_ids: vec!["acme".to_owned()] };
    check(&slapd.config(), RecordQuery { among: Some(among), ..everyone() }, &[700]).await;
    let among = Among { keys: Vec::new(), customer_ids: vec!["acme".to_owned()] };
    check(&slapd.config(), RecordQuery { among: Some(among), ..everyone() }, &[700]).await;
}

#[tokio::test]
async fn companies_are_in_order() {
    let Some(slapd) = Slapd::shared() else { return };
    for sort in [None, Some("name"), Some("country")] {
        check(&slapd.config(), RecordQuery { kind: RecordKind::Customer, sort, ..everyone() }, &[2]).await;
    }
}
