//! Permissions: what is stored, and what follows from it by the one algorithm in `domain::permission`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;

use crate::domain::permission::{CustomerGrant, EffectivePermission, customer_permissions, effective_permissions};
use crate::error::Error;
use crate::store::grant::StoredPermissions;
use crate::store::membership::{Member, MemberList, StoredMembership};
use crate::store::page::Entries;

use super::{Reader, by_request};

/// Everything stored for a person, and the effective permissions that follow from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoredPermissionsOf(pub String);

impl Loader<StoredPermissionsOf> for Reader {
    type Value = Arc<(StoredPermissions, Vec<EffectivePermission>)>;
    type Error = Error;

    async fn load(&self, keys: &[StoredPermissionsOf]) -> Result<HashMap<StoredPermissionsOf, Self::Value>, Error> {
        let logins: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let reference = self.store.reference().await?;
        let rules = &self.store.rules().permission;
        let stored = self.store.holders(&logins).await?;
        let with_effect = |(login, stored): (String, StoredPermissions)| {
            let effective = effective_permissions(rules, &reference.valid_groups, &stored.holder);
            (StoredPermissionsOf(login), Arc::new((stored, effective)))
        };
        Ok(stored.into_iter().map(with_effect).collect())
    }
}

/// What a customer passes on to its people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerPermissionsOf(pub String);

impl Loader<CustomerPermissionsOf> for Reader {
    type Value = Vec<EffectivePermission>;
    type Error = Error;

    async fn load(&self, keys: &[CustomerPermissionsOf]) -> Result<HashMap<CustomerPermissionsOf, Self::Value>, Error> {
        let ids: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let reference = self.store.reference().await?;
        let rules = &self.store.rules().permission;
        let held = self.store.customer_holders(&ids).await?;
        Ok(keys
            .iter()
            .cloned()
            .zip(held.into_iter().map(|held| customer_permissions(rules, &reference.valid_groups, held)))
            .collect())
    }
}

/// The grants of every customer on a group, for tickets of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CustomersHolding(pub i32);

impl Loader<CustomersHolding> for Reader {
    type Value = Vec<CustomerGrant>;
    type Error = Error;

    async fn load(&self, keys: &[CustomersHolding]) -> Result<HashMap<CustomersHolding, Self::Value>, Error> {
        let ids: Vec<i32> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<CustomersHolding, Vec<CustomerGrant>> = HashMap::new();
        for row in self.store.customers_holding(&ids).await? {
            found.entry(CustomersHolding(row.grant.group_id)).or_default().push(row);
        }
        Ok(found)
    }
}

/// What is stored for a customer on groups.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerGroupPermissionsOf(pub String);

impl Loader<CustomerGroupPermissionsOf> for Reader {
    type Value = Vec<StoredMembership>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CustomerGroupPermissionsOf],
    ) -> Result<HashMap<CustomerGroupPermissionsOf, Self::Value>, Error> {
        let ids: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let found = self.store.customer_memberships(&ids).await?;
        Ok(keys
            .iter()
            .map(|key| (key.clone(), found.get(&self.store.parent_key(&key.0)).cloned().unwrap_or_default()))
            .collect())
    }
}

/// What is stored for a person on groups.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerUserGroupPermissionsOf(pub String);

impl Loader<CustomerUserGroupPermissionsOf> for Reader {
    type Value = Vec<StoredMembership>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CustomerUserGroupPermissionsOf],
    ) -> Result<HashMap<CustomerUserGroupPermissionsOf, Self::Value>, Error> {
        let logins: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let found = self.store.person_memberships(&logins).await?;
        Ok(keys
            .iter()
            .map(|key| (key.clone(), found.get(&self.store.parent_key(&key.0)).cloned().unwrap_or_default()))
            .collect())
    }
}

/// A page of the customers with a stored permission on a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomersOfGroup(pub i32, pub Arc<MemberList>);

impl Loader<CustomersOfGroup> for Reader {
    type Value = Entries<Member>;
    type Error = Error;

    async fn load(&self, keys: &[CustomersOfGroup]) -> Result<HashMap<CustomersOfGroup, Self::Value>, Error> {
        let mut answer = HashMap::new();
        for (list, ids) in by_request(keys, |key| (Arc::clone(&key.1), key.0)) {
            let mut pages = self.store.customers_of_groups(&ids, &list).await?;
            answer.extend(ids.into_iter().map(|id| {
                (
                    CustomersOfGroup(id, Arc::clone(&list)),
                    pages.remove(&id).unwrap_or_else(|| Entries::empty(list.total)),
                )
            }));
        }
        Ok(answer)
    }
}

/// A page of the people with a permission on a group, stored or in effect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeopleOfGroup(pub i32, pub Arc<MemberList>);

impl Loader<PeopleOfGroup> for Reader {
    type Value = Entries<Member>;
    type Error = Error;

    async fn load(&self, keys: &[PeopleOfGroup]) -> Result<HashMap<PeopleOfGroup, Self::Value>, Error> {
        let reference = self.store.reference().await?;
        let mut answer = HashMap::new();
        for (list, ids) in by_request(keys, |key| (Arc::clone(&key.1), key.0)) {
            let mut pages = self.store.people_of_groups(&ids, &list, &reference).await?;
            answer.extend(ids.into_iter().map(|id| {
                (PeopleOfGroup(id, Arc::clone(&list)), pages.remove(&id).unwrap_or_else(|| Entries::empty(list.total)))
            }));
        }
        Ok(answer)
    }
}
