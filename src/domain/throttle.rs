//! How often somebody may try a password. Tries are counted before the password is looked at, so that many at once get no more of them than
//! one after the other. Nobody is locked out for good: every wait ends by itself.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use unicode_normalization::UnicodeNormalization;

use super::account::Account;
use super::client_address::network;
use super::text::fold;

/// The first wait for an account, and the time in which an address has its tries.
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// How often a password may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleRules {
    /// Tries for one account until the next one has to wait; 0 for no limit.
    pub per_account: u32,
    /// Tries from one address within a minute; 0 for no limit.
    pub per_address: u32,
    /// The longest wait for an account, and how long nothing must be tried after a wait until the count begins anew.
    pub longest_wait: TimeDelta,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Tries for an account, from wherever: behind the last free one each waits twice as long as the one before.
    Account,
    /// Tries from an address, for whomever: so many in a minute.
    Address,
}

/// The tries so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub count: u32,
    /// When the next one is let through; for an address with too many of them, `until`.
    pub free_at: DateTime<Utc>,
    /// When all of them are forgotten.
    pub until: DateTime<Utc>,
}

impl ThrottleRules {
    /// How many tries are free; 0 for no limit.
    pub fn free_tries(&self, counted: Counted) -> u32 {
        match counted {
            Counted::Account => self.per_account,
            Counted::Address => self.per_address,
        }
    }

    /// The tries with one more at `now`, or how long it has to wait. `before` is `None` where nothing is remembered.
    pub fn try_at(&self, counted: Counted, before: Option<Tries>, now: DateTime<Utc>) -> Result<Tries, TimeDelta> {
        let before = before.filter(|tries| tries.until > now && tries.until - now <= self.remembered_for(counted));
        let count = before.map_or(0, |tries| tries.count).saturating_add(1);
        let wait = before.map_or(now, |tries| self.free_at(counted, tries)) - now;
        if wait > TimeDelta::zero() {
            return Err(wait);
        }
        Ok(match counted {
            Counted::Account => {
                let free_at = now + self.wait_after(count);
                Tries { count, free_at, until: free_at + self.longest_wait }
            }
            Counted::Address => Tries { count, free_at: now, until: before.map_or(now + MINUTE, |tries| tries.until) },
        })
    }

    /// When the next try is let through. For an address it follows from the count, because right passwords are taken back from that.
    fn free_at(&self, counted: Counted, tries: Tries) -> DateTime<Utc> {
        match counted {
            Counted::Address if tries.count >= self.per_address => tries.until,
            _ => tries.free_at,
        }
    }

    /// How long tries are remembered at most. What seems to last longer was counted by a clock that was ahead, and has been put right since.
    fn remembered_for(&self, counted: Counted) -> TimeDelta {
        match counted {
            Counted::Account => self.longest_wait * 2,
            Counted::Address => MINUTE,
        }
    }

    /// None after the free tries but the last, then a minute, and twice as long each time.
    fn wait_after(&self, count: u32) -> TimeDelta {
        if count < self.per_account {
            return TimeDelta::zero();
        }
        // More doublings than that are longer than any wait.
        let doublings = (count - self.per_account).min(16);
        (MINUTE * (1 << doublings)).min(self.longest_wait)
    }
}

/// The name under which tries for an account are counted. Spellings that a directory takes for equal have the same: case, width, blanks and
/// what cannot be seen play no part.
pub fn account_key(account: &Account) -> String {
    let spelled = fold(&account.login.nfkc().collect::<String>());
    let is_seen = |c: &char| c.is_alphanumeric() || c.is_ascii_punctuation();
    format!("account {} {}", account.realm, spelled.chars().filter(is_seen).collect::<String>())
}

/// The name under which tries from an address are counted.
pub fn address_key(address: IpAddr) -> String {
    format!("address {}", network(address))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::domain::account::Realm;

    const RULES: ThrottleRules =
        ThrottleRules { per_account: 5, per_address: 20, longest_wait: TimeDelta::minutes(15) };

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000_000 + second, 0).expect("a time")
    }

    /// The tries after one at each of these seconds, all of which are let through.
    fn after(counted: Counted, seconds: &[i64]) -> Option<Tries> {
        seconds.iter().fold(None, |tries, second| {
            Some(RULES.try_at(counted, tries, at(*second)).unwrap_or_else(|wait| panic!("at {second}: {wait}")))
        })
    }

    fn waits(counted: Counted, seconds: &[i64], now: i64) -> i64 {
        let tried = RULES.try_at(counted, after(counted, seconds), at(now));
        tried.err().map_or(0, |wait| wait.num_seconds())
    }

    #[test]
    fn five_wrong_passwords_are_free_and_the_sixth_waits_for_a_minute() {
        assert_eq!(waits(Counted::Account, &[0, 1, 2, 3], 3), 0);
        assert_eq!(waits(Counted::Account, &[0, 1, 2, 3, 4], 4), 60);
        assert_eq!(waits(Counted::Account, &[0, 1, 2, 3, 4], 63), 1);
        assert_eq!(waits(Counted::Account, &[0, 1, 2, 3, 4], 64), 0);
    }

    #[test]
    fn each_further_one_waits_twice_as_long_up_to_the_longest_wait() {
        let mut seconds = vec![0; 5];
        for minutes in [1, 2, 4, 8, 15, 15, 15] {
            let last = *seconds.last().expect("there are some");
            assert_eq!(waits(Counted::Account, &seconds, last), minutes * 60);
            seconds.push(last + minutes * 60);
        }
    }

    #[test]
    fn a_try_that_has_to_wait_does_not_make_the_wait_longer() {
        let tries = after(Counted::Account, &[0; 5]);
        for second in 0..60 {
            assert_eq!(RULES.try_at(Counted::Account, tries, at(second)), Err(TimeDelta::seconds(60 - second)));
        }
    }

    #[test]
    fn an_account_is_forgotten_after_the_longest_wait_without_a_try() {
        let quarter = 15 * 60;
        assert_eq!(after(Counted::Account, &[0, 0, 0, 0, quarter]).map(|tries| tries.count), Some(1));
        assert_eq!(after(Counted::Account, &[0, 0, 0, 0, quarter - 1]).map(|tries| tries.count), Some(5));
        // After a wait it takes as long, from its end.
        assert_eq!(after(Counted::Account, &[0, 0, 0, 0, 0, 60 + quarter]).map(|tries| tries.count), Some(1));
    }

    #[test]
    fn an_address_has_twenty_tries_in_a_minute_and_then_twenty_more() {
        let mut seconds: Vec<i64> = (0..20).collect();
        assert_eq!(waits(Counted::Address, &seconds[..19], 19), 0);
        assert_eq!(waits(Counted::Address, &seconds, 20), 40);
        seconds.extend([60; 20]);
        assert_eq!(waits(Counted::Address, &seconds, 60), 60);
    }

    #[test]
    fn a_right_password_taken_back_leaves_its_place_to_another() {
        let tries = after(Counted::Address, &[0; 20]).expect("there are some");
        assert_eq!(RULES.try_at(Counted::Address, Some(tries), at(1)), Err(TimeDelta::seconds(59)));
        let taken_back = Tries { count: tries.count - 1, ..tries };
        assert!(RULES.try_at(Counted::Address, Some(taken_back), at(1)).is_ok());
    }

    #[test]
    fn the_largest_count_is_no_trouble() {
        let before = Tries { count: u32::MAX, free_at: at(0), until: at(10) };
        let next = RULES.try_at(Counted::Account, Some(before), at(1)).expect("its time has come");
        assert_eq!((next.count, next.free_at), (u32::MAX, at(1 + 15 * 60)));
    }

    #[rstest]
    #[case(15 * 60, true)]
    #[case(15 * 60 + 1, false)]
    #[case(365 * 86_400, false)]
    fn nobody_waits_for_a_clock_that_was_ahead(#[case] free_at: i64, #[case] waits: bool) {
        let before = Tries { count: 9, free_at: at(free_at), until: at(free_at + 900) };
        assert_eq!(RULES.try_at(Counted::Account, Some(before), at(0)).is_err(), waits);
    }

    #[rstest]
    #[case("Ann", "ann", true)]
    #[case(" a\u{a0}n\u{200b}n ", "ann", true)]
    #[case("ａｎｎ", "ann", true)]
    #[case("a\u{308}nn", "änn", true)]
    #[case("ann", "anna", false)]
    #[case("a.nn", "ann", false)]
    #[case("änn", "ann", false)]
    fn spellings_of_one_login_are_counted_together(#[case] one: &str, #[case] other: &str, #[case] together: bool) {
        let key = |login| account_key(&Account::new(Realm::Customer, login));
        assert_eq!(key(one) == key(other), together);
        assert_ne!(key(one), account_key(&Account::new(Realm::Agent, one)));
    }
}
