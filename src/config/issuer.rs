//! The list `[[auth.external_issuer]]`: who besides ourselves makes access tokens, such as a Keycloak.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::{ConfigError, duration, value};
use crate::domain::account::Realm;
use crate::domain::issuer::IssuerRules;
use crate::domain::link::{is_secure_url, web_url};

/// The longest time from issue to end where nothing is said.
const MAX_TTL: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest that may be configured.
const MOST_TTL: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// An issuer of access tokens besides ourselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerConfig {
    /// Whom it may let in, and with what. Its name is different from that of every other.
    pub rules: IssuerRules,
    /// Where its public keys are.
    pub keys: KeysConfig,
    /// Whether keys may be read from another machine without TLS.
    pub allow_http: bool,
}

/// Where the public keys of an issuer are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysConfig {
    /// Where the issuer's description says, below its name.
    Described,
    /// At this address.
    Url(String),
    /// In this file.
    File(PathBuf),
}

/// An issuer as it stands in the file, before it is judged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    #[serde(deserialize_with = "value::text")]
    name: String,
    #[serde(deserialize_with = "value::text")]
    issuer: String,
    #[serde(deserialize_with = "value::text")]
    audience: String,
    jwks_url: Option<String>,
    jwks_file: Option<PathBuf>,
    allow_http: Option<bool>,
    realm: String,
    #[serde(deserialize_with = "value::text")]
    login_claim: String,
    #[serde(default, deserialize_with = "value::names")]
    clients: Vec<String>,
    #[serde(default, deserialize_with = "value::names")]
    scopes: Vec<String>,
    max_ttl: Option<String>,
}

/// What an issuer may have in the file, with values of the right type.
pub(super) const TEMPLATE: &str = r#"
name = ""
issuer = ""
audience = ""
jwks_url = ""
jwks_file = ""
allow_http = false
realm = ""
login_claim = ""
clients = []
scopes = []
max_ttl = ""
"#;

/// The issuers as they stand in the file, judged one by one and together; `own` is the issuer of our own tokens.
pub(super) fn settle(written: Vec<Written>, own: &str) -> Result<Vec<IssuerConfig>, ConfigError> {
    let mut issuers: Vec<IssuerConfig> = Vec::with_capacity(written.len());
    for (number, written) in written.into_iter().enumerate() {
        let refuse = |name: &str, value: &str, expected: &str| {
            ConfigError::value(&format!("auth.external_issuer[{number}].{name}"), value, expected)
        };
        if issuers.iter().any(|other| *other.rules.name == *written.name) {
            return Err(refuse("name", &written.name, "a name that no other issuer has"));
        }
        if written.issuer == own || issuers.iter().any(|other| other.rules.issuer == written.issuer) {
            return Err(refuse("issuer", &written.issuer, "the `iss` of no other issuer, nor `auth.issuer`"));
        }
        issuers.push(settle_one(written, refuse)?);
    }
    Ok(issuers)
}

fn settle_one(written: Written, refuse: impl Fn(&str, &str, &str) -> ConfigError) -> Result<IssuerConfig, ConfigError> {
    let allow_http = written.allow_http.unwrap_or(false);
    let check_url = |name: &str, url: &str| {
        let is_good = is_secure_url(url) || (allow_http && web_url(url).is_some());
        let expected = "an address that begins with https://, or on this machine with http://; on others only with `allow_http = true`";
        if is_good { Ok(()) } else { Err(refuse(name, url, expected)) }
    };
    let keys = match (&written.jwks_url, &written.jwks_file) {
        (Some(url), Some(_)) => return Err(refuse("jwks_url", url, "only one of `jwks_url` and `jwks_file`")),
        (Some(url), None) => {
            check_url("jwks_url", url)?;
            KeysConfig::Url(url.clone())
        }
        (None, Some(file)) => KeysConfig::File(file.clone()),
        (None, None) => {
            check_url("issuer", &written.issuer)?;
            KeysConfig::Described
        }
    };
    let realm = Realm::from_name(&written.realm);
    let realm = realm.ok_or_else(|| refuse("realm", &written.realm, "`agent` or `customer`"))?;
    let max_ttl = written.max_ttl.as_deref().map_or(Ok(MAX_TTL), |text| {
        let ttl = duration::parse(text).ok().filter(|ttl| *ttl <= MOST_TTL);
        ttl.ok_or_else(|| refuse("max_ttl", text, "a duration up to 365d, such as `1h`"))
    })?;
    let Written { name, issuer, audience, login_claim, clients, scopes, .. } = written;
    let rules = IssuerRules { name: name.into(), issuer, audience, realm, login_claim, clients, scopes, max_ttl };
    Ok(IssuerConfig { rules, keys, allow_http })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::config::Config;

    const GOOD: &str = "[[auth.external_issuer]]\nname = 'login'\nissuer = 'https://login.example/realms/desk'\naudience = 'desk'\nrealm = 'agent'\nlogin_claim = 'sub'\n";

    #[test]
    fn what_is_left_out_has_a_default() {
        let config = Config::parse(GOOD).expect("the settings are good");
        let [issuer] = config.auth.external_issuers.as_slice() else { panic!("there is one") };
        let rules = &issuer.rules;
        assert_eq!((rules.realm, &issuer.keys, issuer.allow_http), (Realm::Agent, &KeysConfig::Described, false));
        assert_eq!((rules.clients.len(), rules.scopes.len(), rules.max_ttl), (0, 0, MAX_TTL));
    }

    #[rstest]
    #[case("jwks_url = 'http://login.example/keys'", "jwks_url")]
    #[case("jwks_url = 'file:///etc/keys'\nallow_http = true", "jwks_url")]
    #[case("jwks_url = 'https://login.example/keys'\njwks_file = 'keys.json'", "jwks_url")]
    #[case("max_ttl = '400d'", "max_ttl")]
    #[case("clients = ['a', 'a']", "clients")]
    #[case("scopes = 'a'", "scopes")]
    #[case("algorithm = 'none'", "algorithm")]
    fn what_cannot_be_is_refused_by_name(#[case] line: &str, #[case] name: &str) {
        let message = Config::parse(&format!("{GOOD}{line}\n")).expect_err("it is refused").to_string();
        assert!(message.contains(&format!("`auth.external_issuer[0].{name}`")), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }

    #[rstest]
    #[case("realm = 'agent'", "realm = 'staff'", "realm")]
    #[case("issuer = 'https://login.example/realms/desk'", "issuer = 'deskgraph'", "issuer")]
    #[case("issuer = 'https://login.example/realms/desk'", "issuer = 'login'", "issuer")]
    #[case("audience = 'desk'\n", "", "audience")]
    #[case("login_claim = 'sub'", "login_claim = ' '", "login_claim")]
    fn what_is_needed_has_to_be_right(#[case] good: &str, #[case] bad: &str, #[case] name: &str) {
        let message = Config::parse(&GOOD.replace(good, bad)).expect_err("it is refused").to_string();
        assert!(message.contains(&format!("`auth.external_issuer[0].{name}`")), "{message}");
    }

    #[test]
    fn two_issuers_differ_in_name_and_issuer() {
        let other = GOOD.replace("'login'", "'other'");
        assert!(Config::parse(&format!("{GOOD}{GOOD}")).expect_err("one name").to_string().contains("[1].name"));
        assert!(Config::parse(&format!("{GOOD}{other}")).expect_err("one issuer").to_string().contains("[1].issuer"));
        let other = other.replace("realms/desk", "realms/staff");
        assert!(Config::parse(&format!("{GOOD}{other}")).is_ok());
    }
}
