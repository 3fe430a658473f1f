//! Reading records by key and by what they are.

use deskgraph::domain::filter::TextFilter;
use deskgraph::domain::record::RecordKind;
use deskgraph::domain::validity::Validity;
use deskgraph::source::record::{Among, RecordQuery, RecordSource};
use deskgraph::store::page::Page;

use super::{below, cause, everyone, found_by, ldap, logins, with};
use crate::support::people;
use crate::support::slapd::Slapd;

const PEOPLE: RecordKind = RecordKind::CustomerUser;

fn keys(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn of(texts: &[&str]) -> Option<Among> {
    Some(Among { keys: keys(texts), customer_ids: Vec::new() })
}

#[tokio::test]
async fn records_are_found_by_key_in_any_case() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let found = ldap.by_keys(PEOPLE, &keys(&["U0001", "u0050", "nobody"])).await.expect("an answer");
    assert_eq!(logins(&found), ["u0001", "u0050"]);
    let first = found.iter().find(|record| record.key == "u0001").expect("it is there");
    assert_eq!(first.fields["first_name"], "Jörg");
    assert_eq!(first.fields["customer_id"], "globex");
    assert_eq!(first.validity, Validity::Valid);
    let locked = found.iter().find(|record| record.key == "u0050").expect("it is there");
    assert_eq!(locked.validity, Validity::Invalid);
    let company = ldap.by_keys(RecordKind::Customer, &keys(&["ACME"])).await.expect("an answer");
    assert_eq!(company[0].key, "acme");
    assert_eq!(company[0].fields["name"], "acme Société");
}

#[tokio::test]
async fn what_was_read_is_not_read_again() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let asked = keys(&["u0002", "nobody"]);
    ldap.by_keys(PEOPLE, &asked).await.expect("an answer");
    let before = ldap.effort();
    assert_eq!(ldap.by_keys(PEOPLE, &keys(&["U0002", "Nobody"])).await.expect("an answer").len(), 1);
    assert_eq!(ldap.effort(), before);
    ldap.all(&RecordQuery { among: of(&["u0003"]), ..everyone() }, 10).await.expect("an answer");
    let before = ldap.effort();
    assert_eq!(ldap.by_keys(PEOPLE, &keys(&["u0003"])).await.expect("an answer").len(), 1);
    assert_eq!(ldap.effort(), before);
    ldap.forget();
    ldap.by_keys(PEOPLE, &asked).await.expect("an answer");
    assert_eq!(ldap.effort().0, before.0 + 2);
}

#[tokio::test]
async fn every_awkward_key_finds_what_it_spells() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&below(slapd, "awkward"));
    let all = ldap.by_keys(PEOPLE, &keys(&people::AWKWARD)).await.expect("an answer");
    let mut expected = people::AWKWARD.to_vec();
    expected.sort_unstable();
    assert_eq!(logins(&all), expected);
    for key in people::AWKWARD {
        ldap.forget();
        assert_eq!(logins(&ldap.by_keys(PEOPLE, &keys(&[key])).await.expect("an answer")), [key]);
    }
    for key in ["", "*)(uid=*", "a*)", "u*", "a\0", " zoe", "zoe ", "ann*", "\\2a", "a  *"] {
        assert!(ldap.by_keys(PEOPLE, &keys(&[key])).await.expect("an answer").is_empty(), "{key:?}");
    }
}

#[tokio::test]
async fn thousands_of_keys_are_asked_for_in_few_searches() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let all: Vec<String> = (1..=people::LARGE).map(people::login).collect();
    assert_eq!(ldap.by_keys(PEOPLE, &all).await.expect("an answer").len(), people::LARGE);
    assert!(ldap.effort().0 <= 11, "{:?}", ldap.effort());
}

#[tokio::test]
async fn records_are_counted() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let valid = people::LARGE - people::LARGE / 50;
    assert_eq!(ldap.count(&everyone()).await.expect("an answer"), valid as i64);
    let invalid = RecordQuery { validity: vec![Validity::Invalid], ..everyone() };
    assert_eq!(ldap.count(&invalid).await.expect("an answer"), (people::LARGE / 50) as i64);
    let both = RecordQuery { validity: Validity::ALL.to_vec(), ..everyone() };
    assert_eq!(ldap.count(&both).await.expect("an answer"), people::LARGE as i64);
    let before = ldap.effort();
    let never = RecordQuery { validity: vec![Validity::InvalidTemporarily], ..everyone() };
    assert_eq!(ldap.count(&never).await.expect("an answer"), 0);
    assert_eq!(ldap.effort(), before);
}

#[tokio::test]
async fn no_more_is_read_than_the_limit_of_the_source() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.size_limit = 1_200;
    let ldap = ldap(&config);
    assert_eq!(ldap.count(&everyone()).await.expect("an answer"), 1_200);
    assert!(ldap.effort().1 <= 1_200);
    let all = ldap.all(&everyone(), 100_000).await.expect("an answer");
    assert_eq!((all.records.len(), all.is_cut), (1_200, true));
    let few = ldap.all(&everyone(), 10).await.expect("an answer");
    assert_eq!((few.records.len(), few.is_cut), (10, true));
}

#[tokio::test]
async fn a_limit_of_the_directory_does_not_cut_what_may_be_read() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    // Under no name the directory gives out 500 entries of a search, whatever the pages.
    config.bind = None;
    let ldap = ldap(&config);
    assert_eq!(ldap.count(&everyone()).await.expect("an answer"), 4_900);
    assert!(ldap.effort().0 <= 60, "{:?}", ldap.effort());
    let both = RecordQuery { validity: Validity::ALL.to_vec(), ..everyone() };
    let all = ldap.all(&both, 100_000).await.expect("an answer");
    assert_eq!((all.records.len(), all.is_cut), (5_000, false));
    assert_eq!(all.records.iter().filter(|record| record.validity == Validity::Valid).count(), 4_900);
    let some = ldap.all(&both, 1_200).await.expect("an answer");
    assert_eq!((some.records.len(), some.is_cut), (1_200, true));
}

#[tokio::test]
async fn both_valid_and_invalid_records_say_which_they_are() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    for query in [found_by("u00*"), everyone()] {
        let before = ldap.effort().0;
        let query = RecordQuery { validity: vec![Validity::Valid, Validity::Invalid], ..query };
        let all = ldap.all(&query, 10_000).await.expect("an answer");
        assert!(!all.is_cut && all.records.len() >= 99);
        for record in &all.records {
            let number: usize = record.key[1..].parse().expect("a number");
            assert_eq!(record.validity == Validity::Invalid, people::is_locked(number), "{}", record.key);
        }
        assert_eq!(ldap.effort().0, before + 2);
    }
}

#[tokio::test]
async fn a_search_finds_exactly_what_it_spells() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&below(slapd, "awkward"));
    let cases: [(&str, &[&str]); 9] = [
        ("\"*)(uid=*\"", &[]),
        (")(uid=", &["a)(uid=*"]),
        ("\"*\"", &["*", "a)(uid=*", "a*", "a*b"]),
        ("\\\\", &["\\", "a\\b"]),
        ("ÄR", &["ärmel"]),
        ("zoe*b", &["zoe-b", "zoe.b", "zoe_b"]),
        ("日", &["日出", "日本"]),
        ("anna b", &["anna b c"]),
        ("(", &["(", "a(b)", "a)(uid=*"]),
    ];
    for (text, expected) in cases {
        let found = ldap.all(&found_by(text), 100).await.expect("an answer");
        assert_eq!(logins(&found.records), expected, "{text}");
    }
    let everything = ldap.all(&found_by("*"), 100).await.expect("an answer");
    assert_eq!(everything.records.len(), people::AWKWARD.len());
}

#[tokio::test]
async fn the_opposite_of_a_search_finds_the_others() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&below(slapd, "awkward"));
    for text in ["ä", "a", "\"*\"", "anna"] {
        let found = ldap.count(&found_by(text)).await.expect("an answer");
        let others = ldap.count(&found_by(&format!("!{text}"))).await.expect("an answer");
        assert!(found > 0);
        assert_eq!(found + others, people::AWKWARD.len() as i64, "{text}");
    }
}

#[tokio::test]
async fn conditions_on_fields_hold() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let text = |text: &str| Some(text.to_owned());
    let cases = [
        (with("login", TextFilter { eq: text("U0007"), ..TextFilter::default() }), 1),
        (with("login", TextFilter { any_of: Some(keys(&["u0007", "u0008", "x"])), ..TextFilter::default() }), 2),
        (with("login", TextFilter { starts_with: text("u490"), ..TextFilter::default() }), 9),
        (with("email", TextFilter { contains: text("7@ACME"), ..TextFilter::default() }), 0),
        (with("phone", TextFilter { is_empty: Some(true), ..TextFilter::default() }), 1_633),
        (with("phone", TextFilter { is_empty: Some(false), ..TextFilter::default() }), 3_267),
        (with("phone", TextFilter { eq: text(""), ..TextFilter::default() }), 1_633),
        (with("city", TextFilter { is_empty: Some(true), ..TextFilter::default() }), 4_900),
        (with("city", TextFilter { eq: text(""), ..TextFilter::default() }), 4_900),
        (with("city", TextFilter { contains: text("x"), ..TextFilter::default() }), 0),
        (with("email", TextFilter { contains: text("ü"), ..TextFilter::default() }), 0),
        (with("login", TextFilter { any_of: Some(Vec::new()), ..TextFilter::default() }), 0),
    ];
    for (query, expected) in cases {
        assert_eq!(ldap.count(&query).await.expect("an answer"), expected, "{:?}", query.conditions);
    }
}

#[tokio::test]
async fn only_those_who_are_meant_are_read() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&slapd.config());
    let nobody = RecordQuery { among: Some(Among::default()), ..everyone() };
    assert_eq!(ldap.count(&nobody).await.expect("an answer"), 0);
    assert_eq!(ldap.effort(), (0, 0));
    let of_customers = |ids: &[&str], logins: &[&str]| RecordQuery {
        among: Some(Among { keys: keys(logins), customer_ids: keys(ids) }),
        ..everyone()
    };
    let acme = ldap.all(&of_customers(&["ACME"], &["u0001", "u0005"]), 10_000).await.expect("an answer");
    assert_eq!(acme.records.len(), 901);
    assert!(acme.records.iter().all(|record| record.fields["customer_id"] == "acme" || record.key == "u0001"));
    // The directory takes blanks for nothing, we do not.
    assert_eq!(ldap.count(&of_customers(&[" acme"], &[" u0001"])).await.expect("an answer"), 0);
    let many: Vec<String> = (1..=1_200).map(people::login).collect();
    let many = RecordQuery { among: Some(Among { keys: many, customer_ids: keys(&["acme"]) }), ..everyone() };
    assert_eq!(ldap.count(&many).await.expect("an answer"), 1_860);
}

#[tokio::test]
async fn references_to_other_directories_are_passed_over() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.customer_users.as_mut().expect("it has people").filter = None;
    let ldap = ldap(&config);
    assert!(ldap.by_keys(PEOPLE, &keys(&["elsewhere"])).await.expect("an answer").is_empty());
    assert_eq!(ldap.count(&found_by("u0001")).await.expect("an answer"), 1);
}

#[tokio::test]
async fn a_key_that_two_have_is_one_record() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&below(slapd, "twins"));
    assert_eq!(ldap.by_keys(PEOPLE, &keys(&["twin"])).await.expect("an answer").len(), 1);
}

#[tokio::test]
async fn a_base_that_does_not_exist_is_named() {
    let Some(slapd) = Slapd::shared() else { return };
    let ldap = ldap(&below(slapd, "nowhere"));
    let cause = cause(ldap.count(&everyone()).await);
    assert!(cause.contains("ou=nowhere"), "{cause}");
}

#[tokio::test]
async fn an_inspection_says_what_does_not_fit() {
    let Some(slapd) = Slapd::shared() else { return };
    let findings = ldap(&slapd.config()).inspect().await;
    assert!(findings.iter().all(|finding| finding.is_fine), "{findings:?}");
    let mut config = slapd.config();
    let people = config.customer_users.as_mut().expect("it has people");
    people.fields.insert("fax".to_owned(), "facsimileTelephoneNumber".to_owned());
    people.valid_filter = Some("description=none".to_owned());
    let bad: Vec<String> = ldap(&config)
        .inspect()
        .await
        .into_iter()
        .filter(|finding| !finding.is_fine)
        .map(|finding| finding.text)
        .collect();
    assert_eq!(bad.len(), 2, "{bad:?}");
    assert!(bad[0].contains("valid_filter") && bad[1].contains("facsimileTelephoneNumber"), "{bad:?}");
}

#[tokio::test]
async fn what_a_list_cannot_know_is_asked_for_by_key() {
    let Some(slapd) = Slapd::shared() else { return };
    let twins = ldap(&below(slapd, "twins"));
    let page = Page { limit: 5, backward: false, after: None, before: None, with_before: false };
    twins.all(&everyone(), 10).await.expect("an answer");
    twins.page(&everyone(), &page).await.expect("a page");
    let before = twins.effort().0;
    twins.by_keys(PEOPLE, &keys(&["twin"])).await.expect("an answer");
    assert_eq!(twins.effort().0, before + 1);

    let ldap = ldap(&slapd.config());
    let invalid = RecordQuery { validity: vec![Validity::Invalid], among: of(&["u0050"]), ..everyone() };
    assert_eq!(ldap.all(&invalid, 10).await.expect("an answer").records.len(), 1);
    let before = ldap.effort().0;
    ldap.by_keys(PEOPLE, &keys(&["u0050"])).await.expect("an answer");
    assert_eq!(ldap.effort().0, before + 2);
}
