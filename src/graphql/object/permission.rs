//! Permissions: stored ones, effective ones with their sources, and why one is held or not.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, SimpleObject};

use crate::domain::customer::Customer as Record;
use crate::domain::permission::{self as rule, Obstacle, SourceKind, customer_access as reached, reaching_groups};
use crate::domain::permission_key::READ_WRITE;
use crate::domain::validity::Validity;
use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::page::{list_cost, usual};
use crate::graphql::scalar::PermissionKey;
use crate::graphql::selection::{Selection, customer_columns};
use crate::loader::{CustomerById, CustomersHolding};
use crate::store::grant::{OTHER_CUSTOMERS, SAME_CUSTOMER, StoredPermissions};
use crate::store::reference::Reference;

use super::customer::Customer;
use super::group::Group;

/// Which customers' tickets a customer's group permission reaches.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionContext {
    /// Tickets of the own customers.
    SameCustomer,
    /// Tickets of other customers in the same group.
    OtherCustomers,
}

impl PermissionContext {
    /// The context with this stored name; `None` for one that an installation added, which nothing reads.
    pub fn from_stored(name: &str) -> Option<Self> {
        match name {
            SAME_CUSTOMER => Some(Self::SameCustomer),
            OTHER_CUSTOMERS => Some(Self::OtherCustomers),
            _ => None,
        }
    }

    /// The name as stored.
    pub fn stored(self) -> &'static str {
        match self {
            Self::SameCustomer => SAME_CUSTOMER,
            Self::OtherCustomers => OTHER_CUSTOMERS,
        }
    }
}

/// Stored: a customer in a group.
#[derive(SimpleObject)]
pub struct CustomerGroupPermission {
    /// The group, valid or not.
    pub group: Group,
    /// Which tickets it is about.
    pub context: PermissionContext,
    /// The permissions as stored: rw stands for all.
    pub permissions: Vec<PermissionKey>,
}

/// Stored: a customer user in a group.
#[derive(SimpleObject)]
pub struct CustomerUserGroupPermission {
    /// The group, valid or not.
    pub group: Group,
    /// The permissions as stored: rw stands for all.
    pub permissions: Vec<PermissionKey>,
}

/// One row of the effective permissions matrix; groups without any permission are left out.
#[derive(SimpleObject)]
pub struct EffectivePermission {
    /// The group; rows are sorted by its name.
    group: Group,
    /// Every configured permission in effect, those that rw includes among them, in configured order.
    permissions: Vec<PermissionKey>,
    /// The independent ways by which they are held.
    #[graphql(complexity = "list_cost(usual::SOURCES, child_complexity)")]
    sources: Vec<PermissionSource>,
}

/// One independent way by which permissions on a group are held. They are gone only when every way is.
#[derive(SimpleObject)]
pub struct PermissionSource {
    /// Which way.
    kind: PermissionSourceKind,
    /// Every configured permission held by it, in configured order.
    permissions: Vec<PermissionKey>,
    /// The customer it comes through; null unless kind is CUSTOMER, and where that customer does not exist.
    customer: Option<Customer>,
}

/// The ways by which a permission can be held.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "SourceKind")]
pub enum PermissionSourceKind {
    /// Stored for the person.
    CustomerUser,
    /// Stored for a customer of the person.
    Customer,
    /// The group is configured to be held by every customer user.
    AlwaysGroup,
    /// The group is configured to be held by every customer.
    CustomerAlwaysGroup,
    /// Customer group support is off, so every valid group is open.
    GroupSupportOff,
}

/// Why a permission is held or not.
#[derive(SimpleObject)]
pub struct PermissionExplanation {
    /// Whether it is held.
    is_granted: bool,
    /// The ways by which it is held; empty where it is not.
    #[graphql(complexity = "list_cost(usual::SOURCES, child_complexity)")]
    sources: Vec<PermissionSource>,
    /// Why it is not held; empty where it is.
    #[graphql(complexity = "list_cost(usual::OBSTACLES, child_complexity)")]
    obstacles: Vec<PermissionObstacle>,
}

/// A reason why a permission is not held.
#[derive(SimpleObject)]
pub struct PermissionObstacle {
    /// Which reason.
    kind: PermissionObstacleKind,
    /// The reason in words, with what to do.
    message: String,
}

/// The reasons why a permission is not held.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Obstacle")]
pub enum PermissionObstacleKind {
    /// There is no group of that name.
    GroupUnknown,
    /// The group is switched off, so whatever is stored on it does not count.
    GroupInvalid,
    /// Nothing on the group is held.
    NotAssigned,
    /// Something on the group is held, but not this.
    WeakerPermissionOnly,
}

/// A customer whose tickets a customer user may reach, directly (own or assigned) or through the OTHER_CUSTOMERS context of a group.
#[derive(SimpleObject)]
pub struct CustomerAccess {
    /// The customer; always a valid one.
    customer: Customer,
    /// Whether it is the own customer or assigned to the person.
    is_direct: bool,
    /// The groups in which it is reached through the OTHER_CUSTOMERS context; empty where it is not.
    #[graphql(complexity = "list_cost(usual::GROUPS, child_complexity)")]
    groups: Vec<Group>,
}

/// Keys as the API shows them.
pub fn keys(names: Vec<String>) -> Vec<PermissionKey> {
    names.into_iter().map(PermissionKey).collect()
}

/// Joins stored rows with their groups, sorted by the groups' names.
pub async fn stored_permissions<R>(
    ctx: &Context<'_>,
    rows: impl Iterator<Item = R>,
    parts: impl Fn(&R) -> (i32, Vec<String>),
) -> Result<Vec<(R, Group, Vec<PermissionKey>)>> {
    let reference = ctx.store().reference().await?;
    let mut found: Vec<(R, Group, Vec<PermissionKey>)> = rows
        .filter_map(|row| {
            let (group_id, names) = parts(&row);
            let group = reference.groups().get(group_id)?;
            Some((row, Group(Arc::clone(group)), keys(names)))
        })
        .collect();
    found.sort_by_cached_key(|(_, group, _)| (group.0.name.to_uppercase(), group.0.name.clone()));
    Ok(found)
}

/// Effective permissions with the groups and customers that they name.
pub async fn effective_permissions(
    ctx: &Context<'_>,
    found: &[rule::EffectivePermission],
) -> Result<Vec<EffectivePermission>> {
    let reference = ctx.store().reference().await?;
    let customers =
        SourceCustomers::load(ctx, &Selection::of(ctx).below("sources"), found.iter().flat_map(|row| &row.sources))
            .await?;
    let names = &ctx.store().rules().permission.keys;
    let shows_sources = Selection::of(ctx).has("sources");
    let shown = found.iter().filter(|row| !row.keys.intersection(names.configured()).is_empty());
    let show = |row: &rule::EffectivePermission| {
        let sources = if shows_sources { customers.sources(ctx, &row.sources) } else { Vec::new() };
        let permissions = keys(names.configured_in(row.keys));
        Ok(EffectivePermission { group: group(&reference, row.group_id)?, permissions, sources })
    };
    shown.map(show).collect()
}

/// Why a permission is held or not.
pub async fn explanation(
    ctx: &Context<'_>,
    found: &[rule::EffectivePermission],
    group: &str,
    permission: &str,
) -> Result<PermissionExplanation> {
    let names = &ctx.store().rules().permission.keys;
    let key = names.one(permission).ok_or_else(|| {
        Error::bad_input(format!("there is no permission `{permission}`: give one of {}", names.names().join(", ")))
    })?;
    let reference = ctx.store().reference().await?;
    let explained = match reference.groups().named(group) {
        None => Err(Obstacle::GroupUnknown),
        Some(known) if known.validity != Validity::Valid => Err(Obstacle::GroupInvalid),
        Some(known) => rule::explain(found, known.id, key),
    };
    match explained {
        Ok(sources) => {
            let customers = SourceCustomers::load(ctx, &Selection::of(ctx).below("sources"), sources.iter()).await?;
            Ok(PermissionExplanation {
                is_granted: true,
                sources: customers.sources(ctx, &sources),
                obstacles: Vec::new(),
            })
        }
        Err(obstacle) => {
            let message = obstacle_message(obstacle, group, permission);
            let obstacles = vec![PermissionObstacle { kind: obstacle.into(), message }];
            Ok(PermissionExplanation { is_granted: false, sources: Vec::new(), obstacles })
        }
    }
}

fn obstacle_message(obstacle: Obstacle, group: &str, permission: &str) -> String {
    match obstacle {
        Obstacle::GroupUnknown => format!("There is no group `{group}`."),
        Obstacle::GroupInvalid => format!("The group `{group}` is not valid, so nothing stored on it counts."),
        Obstacle::NotAssigned => format!("Neither the person nor a customer of theirs has a permission on `{group}`."),
        Obstacle::WeakerPermissionOnly => {
            // `rw` includes every other one, so without it the person would hold this too.
            let missing = if permission == READ_WRITE {
                format!("`{permission}` is not")
            } else {
                format!("neither `{permission}` nor `{READ_WRITE}` is")
            };
            format!("There are permissions on `{group}`, but {missing} among them.")
        }
    }
}

/// The customers that a person may reach, existing and valid ones only.
pub async fn customer_access(ctx: &Context<'_>, stored: &StoredPermissions) -> Result<Vec<CustomerAccess>> {
    let reference = ctx.store().reference().await?;
    let rules = &ctx.store().rules().permission;
    let reaching = reaching_groups(rules, &reference.valid_groups, &stored.other_context);
    let holding = ctx.load_all(reaching.iter().map(|group| CustomersHolding(*group)).collect()).await?;
    let same_context: Vec<_> = holding.into_iter().flatten().flatten().collect();
    let reached = reached(rules, &stored.customer_ids(), &reaching, &same_context);

    let columns = customer_columns(&Selection::of(ctx).below("customer"), &ctx.api().display);
    let records =
        ctx.find_all(reached.iter().map(|access| CustomerById(access.customer_id.clone(), columns)).collect()).await?;
    let existing = reached.into_iter().zip(records).filter_map(|(access, record)| Some((access, record?)));
    existing
        .filter(|(_, record)| record.validity == Validity::Valid)
        .map(|(access, record)| {
            let groups = access.group_ids.iter().map(|id| group(&reference, *id)).collect::<Result<_>>()?;
            Ok(CustomerAccess { customer: Customer(record), is_direct: access.is_direct, groups })
        })
        .collect()
}

fn group(reference: &Reference, id: i32) -> Result<Group> {
    let found = reference.groups().get(id).cloned().map(Group);
    found.ok_or_else(|| Error::internal("a permission names a group that has just gone"))
}

/// The customers that sources name, read together where they are asked for.
struct SourceCustomers(HashMap<String, Arc<Record>>);

impl SourceCustomers {
    async fn load(
        ctx: &Context<'_>,
        selection: &Selection<'_>,
        sources: impl Iterator<Item = &rule::PermissionSource>,
    ) -> Result<Self> {
        if !selection.has("customer") {
            return Ok(Self(HashMap::new()));
        }
        let columns = customer_columns(&selection.below("customer"), &ctx.api().display);
        let mut ids: Vec<String> = sources.filter_map(|source| source.customer_id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = ctx.find_all(ids.iter().map(|id| CustomerById(id.clone(), columns)).collect()).await?;
        Ok(Self(ids.into_iter().zip(found).filter_map(|(id, record)| Some((id, record?))).collect()))
    }

    fn sources(&self, ctx: &Context<'_>, sources: &[rule::PermissionSource]) -> Vec<PermissionSource> {
        let names = &ctx.store().rules().permission.keys;
        let shown = |source: &rule::PermissionSource| PermissionSource {
            kind: source.kind.into(),
            permissions: keys(names.configured_in(source.keys)),
            customer: source.customer_id.as_ref().and_then(|id| self.0.get(id)).cloned().map(Customer),
        };
        sources.iter().filter(|source| !names.configured_in(source.keys).is_empty()).map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_obstacle_names_each_missing_permission_once() {
        let message = |permission| obstacle_message(Obstacle::WeakerPermissionOnly, "billing", permission);
        assert_eq!(message("rw"), "There are permissions on `billing`, but `rw` is not among them.");
        assert_eq!(message("note"), "There are permissions on `billing`, but neither `note` nor `rw` is among them.");
    }
}
