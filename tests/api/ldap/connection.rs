//! Connections: how they are made safe, and what happens when they break.

use std::time::Duration;

use deskgraph::config::{BindPassword, LdapConfig};
use deskgraph::domain::record::RecordKind;
use deskgraph::source::ldap::Ldap;
use deskgraph::source::record::RecordSource;

use super::{below, cause, everyone, ldap};
use crate::support::people;
use crate::support::slapd::Slapd;

fn refusal(config: &LdapConfig) -> String {
    Ldap::new(&"Directory".into(), config, &[], &[]).err().expect("it is refused").to_string()
}

#[tokio::test]
async fn the_authority_of_a_certificate_must_be_known() {
    let Some(slapd) = Slapd::shared() else { return };
    for (url, start_tls) in [(slapd.url(), true), (slapd.ldaps_url(), false)] {
        let mut config = slapd.config();
        (config.url, config.start_tls) = (url, start_tls);
        let unknown = cause(ldap(&config).ping().await);
        assert!(unknown.contains("certificate"), "{unknown}");
        config.ca_file = Some(slapd.ca_file());
        ldap(&config).ping().await.expect("an answer");
        let signed_in = ldap(&config).authenticate("u0001", "u0001").await.expect("an answer");
        assert!(matches!(signed_in, deskgraph::source::record::Authentication::Accepted(_)));
    }
}

#[tokio::test]
async fn a_certificate_must_be_for_the_host() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.ca_file = Some(slapd.ca_file());
    for (url, start_tls) in [(slapd.url(), true), (slapd.ldaps_url(), false)] {
        (config.url, config.start_tls) = (url.replace("127.0.0.1", "127.0.0.2"), start_tls);
        let refused = cause(ldap(&config).ping().await);
        assert!(refused.contains("certificate"), "{refused}");
        config.url = url.replace("127.0.0.1", "localhost");
        ldap(&config).ping().await.expect("the name is in the certificate");
    }
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.ca_file = Some("/nowhere/ca.pem".into());
    assert!(refusal(&config).contains("ca_file") && refusal(&config).contains("/nowhere/ca.pem"));
    let empty = tempfile::NamedTempFile::new().expect("a file can be made");
    config.ca_file = Some(empty.path().to_owned());
    assert!(refusal(&config).contains("no certificate"));
    let mut config = slapd.config();
    config.bind = Some(("cn=reader".to_owned(), BindPassword::File(empty.path().to_owned())));
    assert!(refusal(&config).contains("bind_password_file"));
}

#[test]
fn a_filter_that_is_none_is_refused() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.customer_users.as_mut().expect("it has people").valid_filter = Some("(a=b".to_owned());
    assert!(refusal(&config).contains("valid_filter"), "{}", refusal(&config));
    let mut config = slapd.config();
    config.customer_users.as_mut().expect("it has people").key = "uid)(x".to_owned();
    assert!(refusal(&config).contains("key"), "{}", refusal(&config));
}

#[tokio::test]
async fn the_password_may_stand_in_a_file() {
    let Some(slapd) = Slapd::shared() else { return };
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), "reader\nand a note\n").expect("it can be written");
    let mut config = slapd.config();
    let (dn, _) = config.bind.take().expect("it binds");
    config.bind = Some((dn, BindPassword::File(file.path().to_owned())));
    ldap(&config).ping().await.expect("an answer");
    config.bind = None;
    ldap(&config).ping().await.expect("an answer for nobody");
}

#[tokio::test]
async fn a_wrong_password_of_ours_is_an_error_that_does_not_tell_it() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    let (dn, _) = config.bind.take().expect("it binds");
    config.bind = Some((dn, BindPassword::Given("hush-hush".to_owned().into())));
    let ldap = ldap(&config);
    for cause in [cause(ldap.ping().await), cause(ldap.authenticate("u0001", "u0001").await)] {
        assert!(cause.contains("cn=reader") && cause.contains("rc=49"), "{cause}");
        assert!(!cause.contains("hush"), "{cause}");
    }
    let findings = ldap.inspect().await;
    assert!(findings.len() == 1 && !findings[0].is_fine && !findings[0].text.contains("hush"), "{findings:?}");
}

#[tokio::test]
async fn a_directory_that_was_away_is_asked_again() {
    let Some(mut slapd) = Slapd::start() else { return };
    let ldap = ldap(&slapd.config());
    let asked = ["u0001".to_owned()];
    let found = async || ldap.by_keys(RecordKind::CustomerUser, &asked).await;
    assert_eq!(found().await.expect("an answer").len(), 1);
    slapd.restart();
    ldap.forget();
    assert_eq!(found().await.expect("an answer on a new connection").len(), 1);
    slapd.stop();
    ldap.forget();
    cause(found().await);
    slapd.restart();
    assert_eq!(found().await.expect("an answer, for the error is not remembered").len(), 1);
}

#[tokio::test]
async fn a_question_that_is_given_up_harms_no_other() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.max_connections = 2;
    let ldap = ldap(&config);
    for number in 1..40 {
        let time = Duration::from_micros(number * 400);
        let _ = tokio::time::timeout(time, ldap.all(&everyone(), 5_000)).await;
        let login = people::login(usize::try_from(number).expect("a small number"));
        let found = ldap.by_keys(RecordKind::CustomerUser, std::slice::from_ref(&login)).await.expect("an answer");
        assert_eq!(found[0].key, login);
    }
}

#[tokio::test]
async fn more_questions_than_connections_wait_their_turn() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.max_connections = 2;
    let ldap = ldap(&config);
    let asked: Vec<Vec<String>> = (1..50).map(|number| vec![people::login(number)]).collect();
    let all = asked.iter().map(|keys| ldap.by_keys(RecordKind::CustomerUser, keys));
    let found = futures_util::future::try_join_all(all).await.expect("answers");
    assert!(found.iter().all(|found| found.len() == 1));
}

#[tokio::test]
async fn nothing_listens_there() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.url = "ldap://127.0.0.1:1".to_owned();
    cause(ldap(&config).ping().await);
}

/// Something that takes connections and never says a word.
#[tokio::test]
async fn a_directory_that_says_nothing_is_given_up() {
    let Some(slapd) = Slapd::shared() else { return };
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let mut config = slapd.config();
    config.url = format!("ldap://{}", silent.local_addr().expect("it has an address"));
    config.timeout = Duration::from_millis(100);
    let cause = cause(ldap(&config).ping().await);
    assert!(cause.contains("100ms"), "{cause}");
}

#[tokio::test]
async fn answers_are_counted_and_nothing_else() {
    let Some(slapd) = Slapd::shared() else { return };
    let directory = ldap(&slapd.config());
    let asked = ["u0001".to_owned()];
    directory.by_keys(RecordKind::CustomerUser, &asked).await.expect("an answer");
    assert_eq!(directory.answered(), 2, "of a bind and of a search");
    directory.clone().by_keys(RecordKind::CustomerUser, &asked).await.expect("it is remembered");
    assert_eq!(directory.answered(), 2);
    directory.clone().authenticate("u0001", "wrong").await.expect("an answer");
    assert_eq!(directory.answered(), 4);

    let elsewhere = ldap(&below(slapd, "nowhere"));
    cause(elsewhere.count(&everyone()).await);
    assert_eq!(elsewhere.answered(), 2, "an error is an answer");

    let mut config = slapd.config();
    config.url = "ldap://127.0.0.1:1".to_owned();
    let nothing = ldap(&config);
    cause(nothing.ping().await);
    assert_eq!(nothing.answered(), 0);
}
