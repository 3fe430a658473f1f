//! Permissions: what is stored, and what follows from it by the one algorithm in `domain::permission`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::permission::{CustomerGrant, EffectivePermission, customer_permissions, effective_permissions};
use crate::error::Error;
use crate::source::holder::Holders;
use crate::store::grant::StoredPermissions;
use crate::store::membership::{Member, MemberList, StoredMembership};
use crate::store::page::Entries;

use super::{Asked, Batch, Reader, by_request};

/// Everything stored for a person, and the effective permissions that follow from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoredPermissionsOf(pub String);

impl Batch<StoredPermissionsOf> for Reader {
    type Value = Result<Arc<(StoredPermissions, Vec<EffectivePermission>)>, Error>;

    async fn read(&self, keys: &[StoredPermissionsOf]) -> Result<HashMap<StoredPermissionsOf, Self::Value>, Error> {
        let logins: Vec<String> = keys.iter().map(|key| key.0.clone()).collect();
        let reference = self.store.reference().await?;
        let rules = &self.store.rules().permission;
        let Holders { stored, missing } = self.sources.holders(&logins).await?;
        let with_effect = |(login, stored): (String, StoredPermissions)| {
            let unknown = missing.first().filter(|_| stored.record.is_none()).cloned();
            let effective = effective_permissions(rules, &reference.valid_groups, &stored.holder);
            (StoredPermissionsOf(login), unknown.map_or_else(|| Ok(Arc::new((stored, effective))), Err))
        };
        Ok(stored.into_iter().map(with_effect).collect())
    }
}

/// What a customer passes on to its people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerPermissionsOf(pub String);

impl Batch<CustomerPermissionsOf> for Reader {
    type Value = Vec<EffectivePermission>;

    async fn read(&self, keys: &[CustomerPermissionsOf]) -> Result<HashMap<CustomerPermissionsOf, Self::Value>, Error> {
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

impl Batch<CustomersHolding> for Reader {
    type Value = Vec<CustomerGrant>;

    async fn read(&self, keys: &[CustomersHolding]) -> Result<HashMap<CustomersHolding, Self::Value>, Error> {
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

impl Batch<CustomerGroupPermissionsOf> for Reader {
    type Value = Vec<StoredMembership>;

    async fn read(
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

impl Batch<CustomerUserGroupPermissionsOf> for Reader {
    type Value = Vec<StoredMembership>;

    async fn read(
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
pub struct CustomersOfGroup(pub i32, pub Asked<MemberList>);

impl Batch<CustomersOfGroup> for Reader {
    type Value = Entries<Member>;

    async fn read(&self, keys: &[CustomersOfGroup]) -> Result<HashMap<CustomersOfGroup, Self::Value>, Error> {
        let mut answer = HashMap::new();
        for (list, ids) in by_request(keys, |key| (key.1.clone(), key.0)) {
            let mut pages = self.store.customers_of_groups(&ids, &list).await?;
            answer.extend(ids.into_iter().map(|id| {
                (CustomersOfGroup(id, list.clone()), pages.remove(&id).unwrap_or_else(|| Entries::empty(list.total)))
            }));
        }
        Ok(answer)
    }
}

/// A page of the people with a permission on a group, stored or in effect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeopleOfGroup(pub i32, pub Asked<MemberList>);

impl Batch<PeopleOfGroup> for Reader {
    type Value = Entries<Member>;

    async fn read(&self, keys: &[PeopleOfGroup]) -> Result<HashMap<PeopleOfGroup, Self::Value>, Error> {
        let reference = self.store.reference().await?;
        let mut answer = HashMap::new();
        for (list, ids) in by_request(keys, |key| (key.1.clone(), key.0)) {
            let mut pages = self.sources.people_of_groups(&self.viewer, &ids, &list, &reference).await?;
            answer.extend(ids.into_iter().map(|id| {
                (PeopleOfGroup(id, list.clone()), pages.remove(&id).unwrap_or_else(|| Entries::empty(list.total)))
            }));
        }
        Ok(answer)
    }
}
