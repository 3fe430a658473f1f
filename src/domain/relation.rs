//! Changing who holds what: which permissions are stored afterwards, and who gains or loses by it.

use std::collections::HashSet;

use super::permission::EffectivePermission;
use super::permission_key::{KeySet, READ_WRITE};

/// How the entries of a change go together with what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The entries are all there is afterwards.
    Replace,
    /// The entries are added.
    Add,
    /// The entries are taken away.
    Remove,
}

/// The keys that are stored afterwards. `entry` is `None` where the change does not name this place; one without keys takes all away. Domain
/// rule 3.6: `rw` stands alone.
pub fn keys_afterwards(mode: Mode, stored: &[String], entry: Option<&[String]>) -> Vec<String> {
    let Some(entry) = entry else {
        return if mode == Mode::Replace { Vec::new() } else { stored.to_vec() };
    };
    if entry.is_empty() {
        return Vec::new();
    }
    let keys: Vec<String> = match mode {
        Mode::Replace => entry.to_vec(),
        Mode::Add => stored.iter().chain(entry).cloned().collect(),
        Mode::Remove => stored.iter().filter(|key| !entry.contains(key)).cloned().collect(),
    };
    if keys.iter().any(|key| key == READ_WRITE) {
        return vec![READ_WRITE.to_owned()];
    }
    let mut unique: Vec<String> = Vec::new();
    for key in keys {
        if !unique.contains(&key) {
            unique.push(key);
        }
    }
    unique
}

/// The names of a list afterwards, in order and each once.
pub fn names_afterwards(
    mode: Mode,
    stored: &[String],
    entries: &[String],
    key: impl Fn(&str) -> String,
) -> Vec<String> {
    let named: HashSet<String> = entries.iter().map(|name| key(name)).collect();
    let kept = stored.iter().filter(|name| match mode {
        Mode::Replace | Mode::Remove => named.contains(&key(name)) == (mode == Mode::Replace),
        Mode::Add => true,
    });
    let mut seen = HashSet::new();
    let added = entries.iter().filter(|_| mode != Mode::Remove);
    kept.chain(added).filter(|name| seen.insert(key(name))).cloned().collect()
}

/// What someone gains and loses in one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupImpact {
    /// The group.
    pub group_id: i32,
    /// Keys held afterwards and not before.
    pub gained: KeySet,
    /// Keys held before and not afterwards.
    pub lost: KeySet,
}

/// What someone gains and loses, by group, in the order of the groups' names as far as `before` and `after` have it; groups in which nothing
/// changes are left out.
pub fn impact(before: &[EffectivePermission], after: &[EffectivePermission]) -> Vec<GroupImpact> {
    let held = |permissions: &[EffectivePermission], group_id: i32| {
        permissions.iter().find(|held| held.group_id == group_id).map(|held| held.keys).unwrap_or_default()
    };
    let only_before = before.iter().filter(|held| !after.iter().any(|other| other.group_id == held.group_id));
    let compared = after.iter().chain(only_before).map(|permission| {
        let (before, after) = (held(before, permission.group_id), held(after, permission.group_id));
        GroupImpact { group_id: permission.group_id, gained: after.without(before), lost: before.without(after) }
    });
    compared.filter(|impact| !impact.gained.is_empty() || !impact.lost.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission_key::PermissionKeys;

    fn keys(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn entries_replace_add_to_or_are_taken_from_what_is_stored() {
        let after = |mode, stored: &str, entry: Option<&str>| {
            let entry = entry.map(keys);
            keys_afterwards(mode, &keys(stored), entry.as_deref()).join(" ")
        };
        assert_eq!(after(Mode::Replace, "ro create", Some("note")), "note");
        assert_eq!(after(Mode::Add, "ro", Some("create ro")), "ro create");
        assert_eq!(after(Mode::Remove, "ro create", Some("ro note")), "create");
        for mode in [Mode::Replace, Mode::Add, Mode::Remove] {
            assert_eq!(after(mode, "ro create", Some("")), "", "{mode:?}");
        }
        assert_eq!(after(Mode::Replace, "ro", None), "");
        assert_eq!(after(Mode::Add, "ro", None), "ro");
        assert_eq!(after(Mode::Remove, "ro", None), "ro");
    }

    #[test]
    fn rw_stands_alone() {
        assert_eq!(keys_afterwards(Mode::Replace, &[], Some(&keys("ro rw create"))), ["rw"]);
        assert_eq!(keys_afterwards(Mode::Add, &keys("ro create"), Some(&keys("rw"))), ["rw"]);
        assert_eq!(keys_afterwards(Mode::Add, &keys("rw"), Some(&keys("ro"))), ["rw"]);
        assert_eq!(keys_afterwards(Mode::Remove, &keys("ro rw"), Some(&keys("rw"))), ["ro"]);
    }

    #[test]
    fn names_are_kept_in_order_and_each_once() {
        let after = |mode, stored: &str, entries: &str| {
            names_afterwards(mode, &keys(stored), &keys(entries), str::to_lowercase).join(" ")
        };
        assert_eq!(after(Mode::Replace, "a b", "c B c"), "b c");
        assert_eq!(after(Mode::Add, "a b", "c B"), "a b c");
        assert_eq!(after(Mode::Remove, "a b", "c B"), "a");
    }

    #[test]
    fn impact_is_what_differs_by_group() {
        let names = PermissionKeys::new(&["ro".into(), "rw".into()]);
        let held = |group_id: i32, key: &str| EffectivePermission {
            group_id,
            keys: names.granted_by(key),
            sources: Vec::new(),
        };
        let found =
            impact(&[held(1, "ro"), held(2, "rw"), held(3, "ro")], &[held(1, "ro"), held(2, "ro"), held(4, "ro")]);
        let told: Vec<_> = found
            .iter()
            .map(|found| (found.group_id, names.configured_in(found.gained), names.configured_in(found.lost)))
            .collect();
        let expected = [(2, "", "rw"), (4, "ro", ""), (3, "", "ro")];
        assert_eq!(told, expected.map(|(group_id, gained, lost)| (group_id, keys(gained), keys(lost))));
    }
}
