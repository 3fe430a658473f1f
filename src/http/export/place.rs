//! How many exports go on at a time. They take as long as their readers do, so they must not take the places of other requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::domain::account::Account;

/// The most exports at a time.
const MOST: usize = 16;
/// The most of one account.
const MOST_OF_ACCOUNT: usize = 2;

/// The exports that go on, by account.
#[derive(Default)]
pub struct Places(Mutex<HashMap<Account, usize>>);

impl Places {
    /// A place for an export, kept until it is dropped; `None` where there are too many.
    pub fn take(self: &Arc<Self>, account: Account) -> Option<Place> {
        let mut taken = self.taken();
        let own = taken.get(&account).copied().unwrap_or_default();
        if own >= MOST_OF_ACCOUNT || taken.values().sum::<usize>() >= MOST {
            return None;
        }
        taken.insert(account.clone(), own + 1);
        Some(Place { places: Arc::clone(self), account })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Account, usize>> {
        self.0.lock().expect("no panic while holding the places")
    }
}

/// The place of an export.
pub struct Place {
    places: Arc<Places>,
    account: Account,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(own) = taken.get_mut(&self.account) {
            *own -= 1;
        }
        taken.retain(|_, own| *own > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::Realm;

    #[test]
    fn an_account_has_few_places_and_gives_them_back() {
        let places = Arc::new(Places::default());
        let account = |number: usize| Account::new(Realm::Customer, format!("u{number}"));
        let mut held: Vec<Place> = (0..MOST_OF_ACCOUNT).filter_map(|_| places.take(account(0))).collect();
        assert_eq!(held.len(), MOST_OF_ACCOUNT);
        assert!(places.take(account(0)).is_none());
        held.extend((MOST_OF_ACCOUNT..MOST).filter_map(|number| places.take(account(number))));
        assert_eq!(held.len(), MOST);
        assert!(places.take(account(MOST)).is_none());
        held.truncate(1);
        assert!(places.take(account(0)).is_some());
        drop(held);
        assert!(places.taken().is_empty());
    }
}
