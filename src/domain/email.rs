//! Which e-mail addresses are accepted. Whether anybody reads mail there is not asked.

use std::str::FromStr;

use email_address::{EmailAddress, Options};
use regex::Regex;

/// What addresses are checked by. Domain rule: OTOBO's `CheckEmailAddresses`, `CheckEmailValidAddress` and `CheckEmailInvalidAddress`.
#[derive(Clone, Debug)]
pub struct EmailRules {
    /// Whether addresses are checked at all.
    pub is_checked: bool,
    /// Addresses that are accepted whatever they look like; `None` for none.
    pub accepted: Option<Regex>,
    /// Addresses that are refused though they look right; `None` for none.
    pub refused: Option<Regex>,
}

/// Why an address is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailObstacle {
    /// It does not look like one.
    Syntax,
    /// The settings refuse it.
    Refused,
}

impl EmailRules {
    /// Whether an address is accepted, and if not, why. A comment in brackets behind it is not looked at.
    pub fn check(&self, address: &str) -> Result<(), EmailObstacle> {
        let fits = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(address));
        if !self.is_checked || fits(&self.accepted) {
            return Ok(());
        }
        if !is_address(without_comment(address)) {
            return Err(EmailObstacle::Syntax);
        }
        if fits(&self.refused) { Err(EmailObstacle::Refused) } else { Ok(()) }
    }
}

fn without_comment(address: &str) -> &str {
    match address.rsplit_once('(') {
        Some((before, comment)) if comment.ends_with(')') => before.trim_end(),
        _ => address,
    }
}

/// A mailbox of RFC 5322 whose domain has a dot. Two dots in a row, and one before the `@`, are refused even in quotes, as in OTOBO.
fn is_address(text: &str) -> bool {
    let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
    let has_stray_dot = text.contains("..") || text.contains(".@");
    !has_stray_dot && EmailAddress::parse_with_options(text, options).is_ok()
}

impl EmailRules {
    /// Rules with these patterns; an empty one matches nothing. The error is the pattern's.
    pub fn new(is_checked: bool, accepted: &str, refused: &str) -> Result<Self, regex::Error> {
        let pattern = |text: &str| (!text.is_empty()).then(|| Regex::from_str(text)).transpose();
        Ok(Self { is_checked, accepted: pattern(accepted)?, refused: pattern(refused)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> EmailRules {
        EmailRules::new(true, "^(root@localhost|admin@localhost)$", r"@(example)\.(..|...)$").expect("patterns")
    }

    #[test]
    fn usual_addresses_are_accepted() {
        for address in ["ann@acme.test", "a.b+c@mail.acme.co.uk", "\"a b\"@acme.org", "ann@acme.test (at work)"] {
            assert_eq!(rules().check(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in [
            "",
            "ann",
            "ann@",
            "@acme.test",
            "ann@acme",
            "a..b@test.org",
            "a.@test.org",
            "a b@test.org",
            "Ann <ann@acme.test>",
            "ann@[127.0.0.1]",
        ] {
            assert_eq!(rules().check(address), Err(EmailObstacle::Syntax), "{address}");
        }
    }

    #[test]
    fn the_settings_refuse_and_accept_some() {
        assert_eq!(rules().check("x@example.com"), Err(EmailObstacle::Refused));
        assert_eq!(rules().check("x@mail.example.com"), Ok(()));
        assert_eq!(rules().check("root@localhost"), Ok(()));
    }

    #[test]
    fn nothing_is_refused_where_addresses_are_not_checked() {
        let rules = EmailRules::new(false, "", "").expect("patterns");
        assert_eq!(rules.check("anything"), Ok(()));
    }
}
