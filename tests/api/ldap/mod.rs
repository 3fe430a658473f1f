//! The data source for LDAP directories, against a real one. Where `slapd` is not installed the tests say so and pass.

mod connection;
mod page;
mod privacy;
mod read;
mod scripted;
mod sign_in;

use deskgraph::config::LdapConfig;
use deskgraph::domain::filter::TextFilter;
use deskgraph::domain::record::RecordKind;
use deskgraph::domain::search::Search;
use deskgraph::domain::validity::Validity;
use deskgraph::error::Error;
use deskgraph::source::ldap::Ldap;
use deskgraph::source::record::{Record, RecordQuery};

use crate::support::slapd::Slapd;

/// The directory of these settings.
fn ldap(config: &LdapConfig) -> Ldap {
    Ldap::new(&"Directory".into(), config, &[], &[]).expect("the settings are good")
}

/// The settings for other people of a directory: those below another unit.
fn below(slapd: &Slapd, unit: &str) -> LdapConfig {
    let mut config = slapd.config();
    let people = config.customer_users.as_mut().expect("it has people");
    people.base = format!("ou={unit},{}", slapd.base());
    config
}

/// All valid people in the order of their logins.
fn everyone() -> RecordQuery {
    RecordQuery {
        kind: RecordKind::CustomerUser,
        among: None,
        search: Search::Everything,
        conditions: Vec::new(),
        validity: vec![Validity::Valid],
        reader: None,
        sort: None,
        descending: false,
    }
}

/// The valid people whom a search finds.
fn found_by(text: &str) -> RecordQuery {
    RecordQuery { search: Search::for_customer_users(text).expect("a search"), ..everyone() }
}

/// The valid people who fulfil a condition.
fn with(field: &'static str, filter: TextFilter) -> RecordQuery {
    RecordQuery { conditions: vec![(field, filter)], ..everyone() }
}

/// The logins of records, sorted.
fn logins(records: &[Record]) -> Vec<&str> {
    let mut logins: Vec<&str> = records.iter().map(|record| record.key.as_str()).collect();
    logins.sort_unstable();
    logins
}

/// Why a source did not answer; panics at any other outcome.
fn cause<T>(outcome: Result<T, Error>) -> String {
    match outcome {
        Err(Error::SourceUnavailable(failure)) => failure.cause.to_string(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it answered"),
    }
}
