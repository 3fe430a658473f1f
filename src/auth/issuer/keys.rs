//! The keys of one issuer as they were last read. They stay while it does not answer. A key that is not known is a reason to read them anew, but
//! not more often than every few seconds: tokens with invented names must not become a flood for the issuer.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use super::fetch::KeyPlace;
use super::key::{KeySet, PublicKey};

/// How long nobody asks again after an unknown key.
const RENEWED_AT_MOST_EVERY: TimeDelta = TimeDelta::seconds(10);

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// The issuer has none of this name.
    Unknown,
    /// The issuer did not answer when it was last asked, and before that it had none.
    Unreachable,
}

/// The keys of one issuer.
#[derive(Debug)]
pub(super) struct KeyCache {
    name: Arc<str>,
    place: KeyPlace,
    known: RwLock<Known>,
    /// When an unknown key was last a reason to ask. Held while asking, so that those who come meanwhile wait for the answer.
    asked_at: Arc<Mutex<Option<DateTime<Utc>>>>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    set: Arc<KeySet>,
    /// Whether the issuer answered the last time.
    is_reachable: bool,
}

impl KeyCache {
    /// Nothing is known yet. `name` is for the log.
    pub(super) fn new(name: Arc<str>, place: KeyPlace) -> Self {
        Self { name, place, known: RwLock::default(), asked_at: Arc::default() }
    }

    /// Reads the keys without remembering them.
    pub(super) async fn read(&self) -> Result<KeySet, String> {
        self.place.read().await
    }

    /// The key of this name.
    pub(super) async fn find(self: &Arc<Self>, kid: &str, now: DateTime<Utc>) -> Result<Arc<PublicKey>, Missing> {
        if let Some(key) = self.known().set.keys.get(kid) {
            return Ok(Arc::clone(key));
        }
        self.renew_if_due(now).await;
        let known = self.known();
        let missing = if known.is_reachable { Missing::Unknown } else { Missing::Unreachable };
        known.set.keys.get(kid).map(Arc::clone).ok_or(missing)
    }

    async fn renew_if_due(self: &Arc<Self>, now: DateTime<Utc>) {
        let mut asked_at = Arc::clone(&self.asked_at).lock_owned().await;
        // A clock that was put back makes it due too.
        let is_recent = |time: DateTime<Utc>| time <= now && now - time < RENEWED_AT_MOST_EVERY;
        if !asked_at.is_some_and(is_recent) {
            let keys = Arc::clone(self);
            // Apart from the request, whose client may hang up.
            let renewal = tokio::spawn(async move {
                *asked_at = Some(now);
                keys.renew().await;
            });
            if let Err(error) = renewal.await {
                tracing::error!(%error, issuer = %self.name, "the keys of an issuer could not be renewed");
            }
        }
    }

    /// Reads the keys anew; those that are known stay where that fails.
    pub(super) async fn renew(&self) {
        let read = self.place.read().await;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(set) => {
                if !known.is_reachable || set.keys.len() != known.set.keys.len() {
                    let (keys, passed_over) = (set.keys.len(), set.passed_over.len());
                    tracing::info!(issuer = %self.name, keys, passed_over, "the keys of an issuer were read");
                }
                *known = Known { set: Arc::new(set), is_reachable: true };
            }
            Err(error) => {
                let keys = known.set.keys.len();
                tracing::warn!(issuer = %self.name, error, keys, "the keys of an issuer cannot be read: those that are known stay");
                known.is_reachable = false;
            }
        }
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
