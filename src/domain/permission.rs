//! What customer users may do in which group, and why: the one algorithm behind every permission that this server shows or
//! enforces. Pure; the rows come from `store::grant`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::permission_key::{KeySet, PermissionKeys, READ_ONLY};
use super::text::fold;

/// The settings that decide who holds which permission.
#[derive(Clone, Debug)]
pub struct PermissionRules {
    /// The permission keys of this installation.
    pub keys: PermissionKeys,
    /// Whether groups count for customers at all; when off, every valid group is open to everyone.
    pub group_support: bool,
    /// Names of groups that every customer user holds with every key.
    pub always_groups: Vec<String>,
    /// Names of groups that every customer holds with every key.
    pub customer_always_groups: Vec<String>,
    /// Whether grants for tickets of other customers count.
    pub other_customers_context: bool,
}

/// A group as far as permissions are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupName {
    /// Its number in the database.
    pub id: i32,
    /// Its name.
    pub name: String,
}

/// The valid groups, sorted by name as people read them (upper-cased, then exact). Invalid groups are in no answer.
#[derive(Clone, Debug, Default)]
pub struct ValidGroups {
    sorted: Vec<GroupName>,
    rank: HashMap<i32, usize>,
}

impl ValidGroups {
    /// Takes the valid groups in any order.
    pub fn new(mut groups: Vec<GroupName>) -> Self {
        groups.sort_by_cached_key(|group| (group.name.to_uppercase(), group.name.clone()));
        let rank = groups.iter().enumerate().map(|(rank, group)| (group.id, rank)).collect();
        Self { sorted: groups, rank }
    }

    /// The groups in order of their names.
    pub fn sorted(&self) -> &[GroupName] {
        &self.sorted
    }

    /// Whether the group exists and is valid.
    pub fn contains(&self, group_id: i32) -> bool {
        self.rank.contains_key(&group_id)
    }

    fn ranks_named<'a>(&'a self, names: &'a [String]) -> impl Iterator<Item = usize> + 'a {
        self.sorted.iter().enumerate().filter(|(_, group)| names.contains(&group.name)).map(|(rank, _)| rank)
    }
}

/// Permissions stored on one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The group.
    pub group_id: i32,
    /// What the stored keys grant, `rw` already spread out.
    pub keys: KeySet,
}

/// Who holds permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// Stored for the person; empty for a customer.
    pub direct: Vec<Grant>,
    /// Every customer of the person, own one first, with what is stored for it in the context of its own tickets.
    pub customers: Vec<HeldByCustomer>,
}

/// A customer and what is stored for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldByCustomer {
    /// The customer's id, as the person's record spells it.
    pub customer_id: String,
    /// Its grants for its own tickets.
    pub grants: Vec<Grant>,
}

/// One row of the effective permissions matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectivePermission {
    /// The group; always a valid one.
    pub group_id: i32,
    /// Every key in effect.
    pub keys: KeySet,
    /// The independent ways by which they are held, in the order of [`SourceKind`].
    pub sources: Vec<PermissionSource>,
}

/// One independent way by which permissions on a group are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionSource {
    /// Which way.
    pub kind: SourceKind,
    /// The keys held by it.
    pub keys: KeySet,
    /// The customer it comes through; `None` unless the kind is `Customer`.
    pub customer_id: Option<String>,
}

/// The ways by which a permission can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// Stored for the person.
    CustomerUser,
    /// Stored for a customer of the person.
    Customer,
    /// The group is configured to be held by every customer user.
    AlwaysGroup,
    /// The group is configured to be held by every customer.
    CustomerAlwaysGroup,
    /// Group support is off, so every valid group is open.
    GroupSupportOff,
}

/// What a customer user may do, by group, with the reasons; groups without any permission are left out.
///
/// The rule is OTOBO's: direct grants, the grants of every customer of the person in the context of its own tickets, the groups
/// configured for every customer and those configured for every customer user. Validity of the person or of a customer is not asked
/// here: an invalid person cannot sign in, and an invalid customer still passes its grants on.
pub fn effective_permissions(
    rules: &PermissionRules,
    groups: &ValidGroups,
    person: &Holder,
) -> Vec<EffectivePermission> {
    let mut ways = Ways::new(rules, groups);
    ways.add_stored(person);
    ways.add_configured(&rules.always_groups, SourceKind::AlwaysGroup);
    ways.finish()
}

/// What every customer user of a customer gets from it.
pub fn customer_permissions(
    rules: &PermissionRules,
    groups: &ValidGroups,
    customer: HeldByCustomer,
) -> Vec<EffectivePermission> {
    let mut ways = Ways::new(rules, groups);
    ways.add_stored(&Holder { direct: Vec::new(), customers: vec![customer] });
    ways.finish()
}

/// Collects ways by group, in order of the groups' names.
struct Ways<'a> {
    rules: &'a PermissionRules,
    groups: &'a ValidGroups,
    by_rank: BTreeMap<usize, Vec<PermissionSource>>,
}

impl<'a> Ways<'a> {
    fn new(rules: &'a PermissionRules, groups: &'a ValidGroups) -> Self {
        Self { rules, groups, by_rank: BTreeMap::new() }
    }

    fn add_stored(&mut self, holder: &Holder) {
        if !self.rules.group_support {
            for rank in 0..self.groups.sorted.len() {
                self.add(rank, SourceKind::GroupSupportOff, self.rules.keys.all(), None);
            }
            return;
        }
        for grant in &holder.direct {
            self.add_grant(grant, SourceKind::CustomerUser, None);
        }
        for customer in &holder.customers {
            for grant in &customer.grants {
                self.add_grant(grant, SourceKind::Customer, Some(&customer.customer_id));
            }
        }
        if !holder.customers.is_empty() {
            let rules = self.rules;
            self.add_configured(&rules.customer_always_groups, SourceKind::CustomerAlwaysGroup);
        }
    }

    fn add_configured(&mut self, names: &[String], kind: SourceKind) {
        let groups = self.groups;
        for rank in groups.ranks_named(names) {
            self.add(rank, kind, self.rules.keys.all(), None);
        }
    }

    fn add_grant(&mut self, grant: &Grant, kind: SourceKind, customer_id: Option<&str>) {
        if let Some(&rank) = self.groups.rank.get(&grant.group_id) {
            self.add(rank, kind, grant.keys, customer_id);
        }
    }

    fn add(&mut self, rank: usize, kind: SourceKind, keys: KeySet, customer_id: Option<&str>) {
        if keys.is_empty() {
            return;
        }
        let sources = self.by_rank.entry(rank).or_default();
        match sources.iter_mut().find(|source| source.kind == kind && source.customer_id.as_deref() == customer_id) {
            Some(source) => source.keys = source.keys.union(keys),
            None => sources.push(PermissionSource { kind, keys, customer_id: customer_id.map(str::to_owned) }),
        }
    }

    fn finish(self) -> Vec<EffectivePermission> {
        let groups = self.groups;
        self.by_rank
            .into_iter()
            .map(|(rank, mut sources)| {
                sources.sort_by_key(|source| source.kind);
                let keys = sources.iter().fold(KeySet::EMPTY, |keys, source| keys.union(source.keys));
                EffectivePermission { group_id: groups.sorted[rank].id, keys, sources }
            })
            .collect()
    }
}

/// The groups in which `key` is held.
pub fn groups_with(permissions: &[EffectivePermission], key: KeySet) -> Vec<i32> {
    permissions
        .iter()
        .filter(|permission| permission.keys.contains(key))
        .map(|permission| permission.group_id)
        .collect()
}

/// Why a permission is not held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no group of that name.
    GroupUnknown,
    /// The group is switched off, so whatever is stored on it does not count.
    GroupInvalid,
    /// Nothing on the group is held.
    NotAssigned,
    /// Something on the group is held, but not this.
    WeakerPermissionOnly,
}

/// The ways by which `key` on a group is held, or else the obstacle.
pub fn explain(
    permissions: &[EffectivePermission],
    group_id: i32,
    key: KeySet,
) -> Result<Vec<PermissionSource>, Obstacle> {
    let Some(held) = permissions.iter().find(|permission| permission.group_id == group_id) else {
        return Err(Obstacle::NotAssigned);
    };
    let sources: Vec<PermissionSource> =
        held.sources.iter().filter(|source| source.keys.contains(key)).cloned().collect();
    if sources.is_empty() { Err(Obstacle::WeakerPermissionOnly) } else { Ok(sources) }
}

/// What is stored for one customer in both contexts, as far as reaching other customers is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerGrant {
    /// The customer, as the stored row spells it.
    pub customer_id: String,
    /// Its grant.
    pub grant: Grant,
}

/// A customer whose tickets a customer user may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerAccess {
    /// The customer.
    pub customer_id: String,
    /// Whether it is an own or additional customer of the person.
    pub is_direct: bool,
    /// The groups through which it is reached in the context of other customers.
    pub group_ids: Vec<i32>,
}

/// The groups in which someone of these customers reaches the tickets of other customers: those where a customer of theirs holds `ro` in
/// that context. Empty unless group support and the context are on.
pub fn reaching_groups(rules: &PermissionRules, groups: &ValidGroups, other_context: &[CustomerGrant]) -> Vec<i32> {
    if !rules.group_support || !rules.other_customers_context {
        return Vec::new();
    }
    let ro = rules.keys.one(READ_ONLY).unwrap_or_default();
    let found: BTreeSet<usize> = other_context
        .iter()
        .filter(|row| row.grant.keys.contains(ro))
        .filter_map(|row| groups.rank.get(&row.grant.group_id).copied())
        .collect();
    found.into_iter().map(|rank| groups.sorted[rank].id).collect()
}

/// The customers that a customer user may reach, sorted by id: own and additional ones, and every customer that holds `ro` for its own tickets
/// in one of `reaching`. Whether they exist and are valid is for the caller to ask.
pub fn customer_access(
    rules: &PermissionRules,
    own: &[String],
    reaching: &[i32],
    same_context: &[CustomerGrant],
) -> Vec<CustomerAccess> {
    let ro = rules.keys.one(READ_ONLY).unwrap_or_default();
    let mut found: BTreeMap<String, CustomerAccess> = BTreeMap::new();
    for customer_id in own {
        let entry = CustomerAccess { customer_id: customer_id.clone(), is_direct: true, group_ids: Vec::new() };
        found.entry(fold(customer_id)).or_insert(entry);
    }
    for &group_id in reaching {
        let holders = same_context.iter().filter(|row| row.grant.group_id == group_id && row.grant.keys.contains(ro));
        for row in holders {
            let entry = found.entry(fold(&row.customer_id)).or_insert_with(|| CustomerAccess {
                customer_id: row.customer_id.clone(),
                is_direct: false,
                group_ids: Vec::new(),
            });
            if !entry.group_ids.contains(&group_id) {
                entry.group_ids.push(group_id);
            }
        }
    }
    found.into_values().collect()
}

/// Own and additional customers in one list, the own one first, each once whatever its case.
pub fn customer_ids(own: &str, additional: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    std::iter::once(own)
        .chain(additional.iter().map(String::as_str))
        .filter(|id| !id.is_empty() && seen.insert(fold(id)))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;
