//! Names of permissions and small sets of them. Which groups they count in is `permission`'s concern.

use std::sync::Arc;

/// The key that includes every other one.
pub const READ_WRITE: &str = "rw";
/// The key that reading a ticket needs.
pub const READ_ONLY: &str = "ro";
/// The key that writing a note to a ticket needs.
pub const NOTE: &str = "note";
/// The key that opening a ticket needs.
pub const CREATE: &str = "create";

/// The keys that the help desks of this family know, configured or not: a stored `create` counts when a ticket is opened
/// even where customers are only offered `ro` and `rw`.
const WELL_KNOWN: [&str; 7] = ["ro", "move_into", "create", "note", "owner", "priority", READ_WRITE];

/// A set of permission keys, as positions in a [`PermissionKeys`] table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeySet(u32);

impl KeySet {
    /// No key at all.
    pub const EMPTY: KeySet = KeySet(0);

    /// Whether the set holds no key.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every key of `other` is in this set.
    pub fn contains(self, other: KeySet) -> bool {
        self.0 & other.0 == other.0
    }

    /// The keys of this set that are not in `other`.
    #[must_use]
    pub fn without(self, other: KeySet) -> KeySet {
        KeySet(self.0 & !other.0)
    }

    /// The keys that are in both sets.
    #[must_use]
    pub fn intersection(self, other: KeySet) -> KeySet {
        KeySet(self.0 & other.0)
    }

    /// The keys of both sets.
    #[must_use]
    pub fn union(self, other: KeySet) -> KeySet {
        KeySet(self.0 | other.0)
    }
}

/// The permission keys of this installation, in configured order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionKeys {
    names: Arc<[String]>,
    configured: usize,
}

impl PermissionKeys {
    /// The configured keys first, then the well-known ones that are not among them. At most 32 in all.
    pub fn new(configured: &[String]) -> Self {
        let extra = WELL_KNOWN.iter().map(ToString::to_string).filter(|name| !configured.contains(name));
        let names: Vec<String> = configured.iter().cloned().chain(extra).take(32).collect();
        Self { configured: configured.len().min(names.len()), names: names.into() }
    }

    /// The set that holds just `name`; `None` for a name that is neither configured nor well known.
    pub fn one(&self, name: &str) -> Option<KeySet> {
        self.names.iter().position(|known| known == name).map(|position| KeySet(1 << position))
    }

    /// What a stored key grants: itself, or everything where it is `rw`. Unknown keys grant nothing that anyone could ask for.
    pub fn granted_by(&self, name: &str) -> KeySet {
        if name == READ_WRITE { self.all() } else { self.one(name).unwrap_or_default() }
    }

    /// Every known key.
    pub fn all(&self) -> KeySet {
        KeySet(((1u64 << self.names.len()) - 1) as u32)
    }

    /// The configured keys of a set, in configured order: what clients see.
    pub fn configured_in(&self, set: KeySet) -> Vec<String> {
        self.names[..self.configured]
            .iter()
            .enumerate()
            .filter(|(position, _)| set.0 & (1 << position) != 0)
            .map(|(_, name)| name.clone())
            .collect()
    }

    /// Every known key of a set, configured or not, for stored rows.
    pub fn named_in(&self, set: KeySet) -> Vec<String> {
        self.names
            .iter()
            .enumerate()
            .filter(|(position, _)| set.0 & (1 << position) != 0)
            .map(|(_, name)| name.clone())
            .collect()
    }

    /// The configured keys as a set.
    pub fn configured(&self) -> KeySet {
        KeySet(((1u64 << self.configured) - 1) as u32)
    }

    /// The configured names, in order.
    pub fn configured_names(&self) -> &[String] {
        &self.names[..self.configured]
    }

    /// All known names, configured ones first.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> PermissionKeys {
        PermissionKeys::new(&["ro".into(), "rw".into()])
    }

    #[test]
    fn rw_grants_every_known_key() {
        let keys = keys();
        assert!(keys.granted_by("rw").contains(keys.one("priority").unwrap()));
        assert_eq!(keys.configured_in(keys.granted_by("rw")), ["ro", "rw"]);
    }

    #[test]
    fn another_key_grants_only_itself() {
        let keys = keys();
        assert_eq!(keys.named_in(keys.granted_by("create")), ["create"]);
        assert!(keys.configured_in(keys.granted_by("create")).is_empty());
    }

    #[test]
    fn an_unknown_key_grants_nothing() {
        assert!(keys().granted_by("everything").is_empty());
        assert_eq!(keys().one("everything"), None);
    }
}
