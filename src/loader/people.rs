//! Customers, customer users and agents.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::agent::Agent;
use crate::domain::customer::Customer;
use crate::domain::customer_user::CustomerUser;
use crate::error::Error;
use crate::source::customer::CustomerColumns;
use crate::source::customer_user::{CustomerUserColumns, CustomerUserList};
use crate::source::lookup::Found;
use crate::store::column::Columns;
use crate::store::page::Entries;

use super::{Asked, Batch, Reader, by_request};

/// The customer that an id names, if it exists for the viewer; an error where a source does not answer that may have it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerById(pub String, pub CustomerColumns);

impl Batch<CustomerById> for Reader {
    type Value = Result<Arc<Customer>, Error>;

    async fn read(&self, keys: &[CustomerById]) -> Result<HashMap<CustomerById, Self::Value>, Error> {
        let columns = keys.iter().fold(Columns::none(), |all, key| all.union(key.1));
        let mut ids: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = self.sources.customers_by_id(&self.viewer, &ids, columns).await?;
        Ok(self.by_spelling(keys, |key| &key.0, found, |customer| &customer.customer_id))
    }
}

/// The customer user that a login names, likewise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerUserByLogin(pub String, pub CustomerUserColumns);

impl Batch<CustomerUserByLogin> for Reader {
    type Value = Result<Arc<CustomerUser>, Error>;

    async fn read(&self, keys: &[CustomerUserByLogin]) -> Result<HashMap<CustomerUserByLogin, Self::Value>, Error> {
        let columns = keys.iter().fold(Columns::none(), |all, key| all.union(key.1));
        let mut logins: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        logins.sort_unstable();
        logins.dedup();
        let found = self.sources.customer_users_by_login(&self.viewer, &logins, columns).await?;
        Ok(self.by_spelling(keys, |key| &key.0, found, |person| &person.login))
    }
}

impl Reader {
    /// Hands records to the keys that name them: in the exact spelling where there is one, else in any that the database takes for equal. A key
    /// without one gets the error of a source that does not answer, if there is any.
    fn by_spelling<K: Clone + Eq + Hash, T>(
        &self,
        keys: &[K],
        asked: impl Fn(&K) -> &String,
        Found { records, missing }: Found<T>,
        spelling: impl Fn(&T) -> &String,
    ) -> HashMap<K, Result<Arc<T>, Error>> {
        let mut found: HashMap<String, Vec<Arc<T>>> = HashMap::new();
        for record in records {
            found.entry(self.store.parent_key(spelling(&record))).or_default().push(Arc::new(record));
        }
        let record_of = |key: &K| {
            let alike = found.get(&self.store.parent_key(asked(key)))?;
            alike.iter().max_by_key(|record| spelling(record) == asked(key)).cloned()
        };
        let answer_for = |key: &K| record_of(key).map(Ok).or_else(|| missing.first().cloned().map(Err));
        keys.iter().filter_map(|key| Some((key.clone(), answer_for(key)?))).collect()
    }
}

/// A page of the people of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerUsersOf(pub String, pub Asked<CustomerUserList>);

impl Batch<CustomerUsersOf> for Reader {
    type Value = Entries<CustomerUser>;

    async fn read(&self, keys: &[CustomerUsersOf]) -> Result<HashMap<CustomerUsersOf, Self::Value>, Error> {
        let mut answer = HashMap::new();
        for (list, ids) in by_request(keys, |key| (key.1.clone(), key.0.clone())) {
            let pages = self.sources.people_of(&self.viewer, &ids, &list).await?;
            answer.extend(ids.into_iter().zip(pages).map(|(id, page)| (CustomerUsersOf(id, list.clone()), page)));
        }
        Ok(answer)
    }
}

/// The additional customers of a person, sorted by id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AdditionalCustomersOf(pub String);

impl Batch<AdditionalCustomersOf> for Reader {
    type Value = Vec<String>;

    async fn read(&self, keys: &[AdditionalCustomersOf]) -> Result<HashMap<AdditionalCustomersOf, Self::Value>, Error> {
        let logins: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let found = self.store.additional_customers(&logins).await?;
        Ok(keys
            .iter()
            .map(|key| (key.clone(), found.get(&self.store.parent_key(&key.0)).cloned().unwrap_or_default()))
            .collect())
    }
}

/// When a person last signed in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LastLoginOf(pub String);

impl Batch<LastLoginOf> for Reader {
    type Value = DateTime<Utc>;

    async fn read(&self, keys: &[LastLoginOf]) -> Result<HashMap<LastLoginOf, Self::Value>, Error> {
        let logins: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let found = self.store.last_logins(&logins).await?;
        Ok(keys.iter().filter_map(|key| Some((key.clone(), *found.get(&self.store.parent_key(&key.0))?))).collect())
    }
}

/// An agent by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AgentById(pub i32);

impl Batch<AgentById> for Reader {
    type Value = Agent;

    async fn read(&self, keys: &[AgentById]) -> Result<HashMap<AgentById, Self::Value>, Error> {
        let ids: Vec<i32> = keys.iter().map(|key| key.0).collect();
        Ok(self.store.agents_by_id(&ids).await?.into_iter().map(|agent| (AgentById(agent.id), agent)).collect())
    }
}
