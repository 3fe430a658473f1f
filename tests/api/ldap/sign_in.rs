//! Sign-in with the password of the directory.

use deskgraph::source::ldap::Ldap;
use deskgraph::source::record::Authentication;

use super::{below, cause, ldap};
use crate::support::slapd::Slapd;

async fn outcome(ldap: &Ldap, login: &str, password: &str) -> String {
    match ldap.authenticate(login, password).await.expect("an answer") {
        Authentication::Unknown => "unknown".to_owned(),
        Authentication::Refused => "refused".to_owned(),
        Authentication::Accepted(record) => record.key,
    }
}

#[tokio::test]
async fn only_the_right_password_lets_someone_in() {
    let Some(slapd) = Slapd::shared() else { return };
    let people = ldap(&slapd.config());
    let cases = [
        ("U0001", "u0001", "u0001"),
        ("u0001", "U0001", "refused"),
        ("u0001", "u0001\0", "refused"),
        ("u0001", "", "refused"),
        ("nobody", "x", "unknown"),
        ("", "x", "unknown"),
        ("u0001\0", "u0001", "unknown"),
        ("*", "u0001", "unknown"),
        ("u0001)(uid=*", "u0001", "unknown"),
        (" u0001", "u0001", "unknown"),
        ("u0050", "u0050", "refused"),
        ("elsewhere", "elsewhere", "unknown"),
    ];
    for (login, password, expected) in cases {
        assert_eq!(outcome(&people, login, password).await, expected, "{login:?} {password:?}");
    }
    assert_eq!(outcome(&ldap(&below(slapd, "awkward")), "a)(uid=*", "a)(uid=*").await, "a)(uid=*");
}

#[tokio::test]
async fn without_a_password_nothing_is_asked() {
    let Some(slapd) = Slapd::shared() else { return };
    let people = ldap(&slapd.config());
    assert_eq!(outcome(&people, "u0001", "").await, "refused");
    assert_eq!(people.effort(), (0, 0));
}

#[tokio::test]
async fn nobody_signs_in_with_a_login_that_two_have() {
    let Some(slapd) = Slapd::shared() else { return };
    assert_eq!(outcome(&ldap(&below(slapd, "twins")), "twin", "twin").await, "refused");
}

#[tokio::test]
async fn searches_are_not_made_as_the_person_who_signed_in() {
    let Some(slapd) = Slapd::shared() else { return };
    let mut config = slapd.config();
    config.max_connections = 1;
    let people = ldap(&config);
    for _ in 0..3 {
        assert_eq!(outcome(&people, "u0001", "u0001").await, "u0001");
        assert_eq!(outcome(&people, "u0001", "wrong").await, "refused");
    }
}

#[tokio::test]
async fn a_directory_that_is_down_does_not_say_that_a_password_is_wrong() {
    let Some(mut slapd) = Slapd::start() else { return };
    let people = ldap(&slapd.config());
    slapd.stop();
    let cause = cause(people.authenticate("u0001", "hush-hush").await);
    assert!(!cause.contains("hush"), "{cause}");
}
