//! What customer users cannot find out about others by searching, filtering and sorting.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskgraph::domain::filter::TextFilter;
use deskgraph::domain::record::RecordKind;
use deskgraph::domain::search::Search;
use deskgraph::source::record::{RecordQuery, RecordSource};
use deskgraph::store::page::Page;

use super::{everyone, found_by, ldap, logins, with};
use crate::support::slapd::Slapd;

fn as_reader(query: RecordQuery) -> RecordQuery {
    RecordQuery { reader: Some("U0007".to_owned()), ..query }
}

#[tokio::test]
async fn a_search_looks_into_private_fields_of_the_own_record_only() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let found = ldap.all(&found_by(".example"), 10_000).await.expect("an answer");
    assert_eq!(found.records.len(), 4_900);
    let found = ldap.all(&as_reader(found_by(".example")), 10_000).await.expect("an answer");
    assert_eq!(logins(&found.records), ["u0007"]);
    assert_eq!(ldap.count(&as_reader(found_by("!.example"))).await.expect("an answer"), 4_899);
    assert_eq!(ldap.count(&as_reader(found_by("u0008"))).await.expect("an answer"), 1);
}

#[tokio::test]
async fn private_fields_of_others_are_empty_to_conditions() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let phone = |filter| as_reader(with("phone", filter));
    let is_empty = |wanted| TextFilter { is_empty: Some(wanted), ..TextFilter::default() };
    assert_eq!(ldap.count(&phone(is_empty(true))).await.expect("an answer"), 4_899);
    assert_eq!(ldap.count(&phone(is_empty(false))).await.expect("an answer"), 1);
    let starts_with = TextFilter { starts_with: Some("+49".to_owned()), ..TextFilter::default() };
    let found = ldap.all(&phone(starts_with), 10_000).await.expect("an answer");
    assert_eq!(logins(&found.records), ["u0007"]);
    let last_name = TextFilter { eq: Some("Müller".to_owned()), ..TextFilter::default() };
    assert_eq!(ldap.count(&as_reader(with("last_name", last_name))).await.expect("an answer"), 2_678);
}

#[tokio::test]
async fn an_order_by_a_private_field_says_nothing_of_others() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    for descending in [false, true] {
        let query = as_reader(RecordQuery { sort: Some("email"), descending, ..everyone() });
        let mut page = Page { limit: 600, backward: false, after: None, before: None, with_before: false };
        let mut read = Vec::new();
        loop {
            let entries = ldap.page(&query, &page).await.expect("a page");
            page.after = entries.items.last().map(|(cursor, _)| cursor.clone());
            let others = entries.items.iter().filter(|(_, record)| record.key != "u0007");
            for (cursor, record) in others {
                assert!(!has_address(&cursor.encode()), "the cursor of {} tells the address", record.key);
            }
            read.extend(entries.items.into_iter().map(|(_, record)| record.key));
            if !entries.has_next {
                break;
            }
        }
        assert_eq!(read.len(), 4_900);
        if descending {
            read.reverse();
        }
        assert_eq!(read.pop().as_deref(), Some("u0007"));
        assert!(read.is_sorted());
    }
}

/// Whether an e-mail address stands in a cursor.
fn has_address(cursor: &str) -> bool {
    URL_SAFE_NO_PAD.decode(cursor).expect("cursors are base64").contains(&b'@')
}

#[tokio::test]
async fn a_customer_of_the_readers_name_is_not_theirs() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    let companies = config.customers.as_mut().expect("it has companies");
    companies.fields.remove("name");
    companies.fields.insert("comment".to_owned(), "description".to_owned());
    companies.search = vec!["description".to_owned()];
    let ldap = ldap(&config);
    let comment = TextFilter { contains: Some("acme".to_owned()), ..TextFilter::default() };
    let companies = || RecordQuery { kind: RecordKind::Customer, ..everyone() };
    let with_comment = RecordQuery { conditions: vec![("comment", comment)], ..companies() };
    let searched = RecordQuery { search: Search::for_customers("acme").expect("a search"), ..companies() };
    for query in [with_comment, searched] {
        assert_eq!(ldap.count(&query).await.expect("an answer"), 1);
        for reader in ["acme", "ACME", "ácme", "u0007"] {
            let query = RecordQuery { reader: Some(reader.to_owned()), ..query.clone() };
            assert_eq!(ldap.count(&query).await.expect("an answer"), 0, "{reader}");
        }
    }
    let page = Page { limit: 10, backward: false, after: None, before: None, with_before: false };
    for reader in ["acme", "ácme"] {
        let query = RecordQuery { reader: Some(reader.to_owned()), sort: Some("comment"), ..companies() };
        let read = ldap.page(&query, &page).await.expect("a page").items;
        let keys: Vec<&str> = read.iter().map(|(_, record)| record.key.as_str()).collect();
        assert_eq!(keys, ["acme", "globex", "hooli", "initech", "umbrella"]);
    }
}
