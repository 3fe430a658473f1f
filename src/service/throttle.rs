//! Counting tries of passwords in the database, before a password is looked at. Without our own tables nothing is counted, because nothing may be
//! written then.
//!
//! Refresh tokens and API tokens are not counted: with 256 random bits there is nothing to guess.

use std::net::IpAddr;

use chrono::TimeDelta;

use crate::auth::pseudonym::Pseudonyms;
use crate::auth::token::Keys;
use crate::domain::account::Account;
use crate::domain::throttle::{Counted, ThrottleRules, account_key, address_key};
use crate::domain::violation::{Violation, ViolationCode};
use crate::error::Result;
use crate::store::Store;

use super::Outcome;

/// How often a count is read again that others change at the same moment. Each time one of them got through, so this ends soon by itself.
const MOST_COLLISIONS: usize = 50;

/// What tries are counted by.
pub(super) struct Throttle {
    rules: ThrottleRules,
    names: Pseudonyms,
}

/// A try that was let through. It counts as wrong unless [`Throttle::was_right`] is told otherwise; so does one that was broken off by a fault.
pub(super) struct Attempt {
    account: Option<String>,
    address: Option<String>,
}

impl Throttle {
    /// Counts by these rules, under names that all servers with these keys have in common.
    pub(super) fn new(rules: ThrottleRules, keys: &Keys) -> Self {
        Self { rules, names: Pseudonyms::new(keys, "sign-in attempts") }
    }

    /// Counts a try for an account, whether it exists or not, and from an address where that is known; refuses it where it has to wait. `path` is
    /// the argument that the refusal names.
    pub(super) async fn attempt(
        &self,
        store: &Store,
        account: &Account,
        address: Option<IpAddr>,
        path: &[&str],
    ) -> Outcome<Attempt> {
        let name = |counted, key: String| {
            let is_counted = store.has_own_tables() && self.rules.free_tries(counted) > 0;
            is_counted.then(|| self.names.of(&key))
        };
        let address = address.and_then(|address| name(Counted::Address, address_key(address)));
        let account = name(Counted::Account, account_key(account));
        if let Some(id) = &address {
            self.count(store, Counted::Address, id, path).await?;
        }
        if let Some(id) = &account
            && let Err(refusal) = self.count(store, Counted::Account, id, path).await
        {
            // No password was tried, so the address has not used one up either.
            if let Some(id) = &address {
                store.take_back_try(id).await?;
            }
            return Err(refusal);
        }
        Ok(Attempt { account, address })
    }

    async fn count(&self, store: &Store, counted: Counted, id: &str, path: &[&str]) -> Outcome<()> {
        for _ in 0..MOST_COLLISIONS {
            let before = store.tries(id).await?;
            let after = self.rules.try_at(counted, before, store.now());
            let after = after.map_err(|wait| too_many(counted, wait, path))?;
            if store.count_try(id, before, after).await? {
                if before.is_none() {
                    sweep(store).await;
                }
                return Ok(());
            }
        }
        Err(too_many(counted, TimeDelta::seconds(1), path).into())
    }

    /// The password was right: the account's tries are forgotten, and the address has one less. Those that were wrong from there still count, so
    /// that nobody clears them with an account of their own.
    pub(super) async fn was_right(&self, store: &Store, attempt: &Attempt) {
        let forgotten: Result<()> = async {
            if let Some(id) = &attempt.account {
                store.forget_tries(id).await?;
            }
            match &attempt.address {
                Some(id) => store.take_back_try(id).await,
                None => Ok(()),
            }
        }
        .await;
        if let Err(error) = forgotten {
            tracing::warn!(?error, "tries could not be forgotten after a right password");
        }
    }
}

async fn sweep(store: &Store) {
    if let Err(error) = store.sweep_tries().await {
        tracing::warn!(?error, "tries that are forgotten could not be taken away");
    }
}

fn too_many(counted: Counted, wait: TimeDelta, path: &[&str]) -> Violation {
    let seconds = u32::try_from((wait.num_milliseconds().max(1) + 999) / 1000).unwrap_or(u32::MAX);
    let whose = match counted {
        Counted::Account => "for this account",
        Counted::Address => "from this address",
    };
    let message = format!("Too many attempts {whose}: try again in {seconds} seconds.");
    Violation::new(ViolationCode::TooManyAttempts, path, message).after_seconds(seconds)
}
