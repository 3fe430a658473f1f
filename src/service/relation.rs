//! Changing who is in which group with which permissions, from both sides. What changes for whom is told by `impact`.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::domain::access::Action;
use crate::domain::change::{ChangeKind, EntityType, FieldChange, NewChange};
use crate::domain::record::RecordKind;
use crate::domain::relation::{Mode, keys_afterwards};
use crate::domain::violation::{Violation, ViolationCode};
use crate::error::Error;
use crate::store::Store;
use crate::store::grant::OTHER_CUSTOMERS;
use crate::store::reference::{Named, Reference};
use crate::store::relation::{Place, Relation, Rewrite, Side, Stored};
use crate::store::transaction::{RELATIONS, Transaction};

use super::editor::Editor;
use super::impact::{Affected, Impact};
use super::{Outcome, none_of};

/// The most entries of one change.
const MAX_ENTRIES: usize = 10_000;

/// What is wanted for one customer or person in one group.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The other side: the group, customer or person, as the client names it.
    pub name: String,
    /// The context as stored; empty for a person.
    pub context: &'static str,
    /// The permissions; none takes all away.
    pub keys: Vec<String>,
}

/// How a change is to be made.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// How the entries go together with what is stored.
    pub mode: Mode,
    /// Whether nothing is to be stored.
    pub dry_run: bool,
    /// Whether it is asked what changes for whom.
    pub with_impact: bool,
}

/// What becomes of one place.
struct Planned {
    rewrite: Rewrite,
    before: Vec<String>,
}

impl Editor<'_> {
    /// Changes what a customer or person, named by `holder`, holds in groups.
    pub async fn set_groups(&self, relation: Relation, holder: &str, entries: &[Entry], how: How) -> Outcome<Impact> {
        self.check_relations(entries.len())?;
        let named = self.named_elsewhere(kind(relation), &[holder.to_owned()]).await?;
        let transaction = self.begin_relations().await?;
        let reference = transaction.reference().await?;
        let mut violations = Vec::new();
        let mut wanted: BTreeMap<Place, &Entry> = BTreeMap::new();
        let key = self.store.parent_key(holder);
        for (position, entry) in entries.iter().enumerate() {
            violations.extend(self.wrong_entry(entry, position));
            match reference.groups().named(&entry.name) {
                None => violations.push(Violation::not_found(&at(position, "group"), "group", &entry.name)),
                Some(group) => {
                    let place = Place { holder: key.clone(), group_id: group.id, context: entry.context.to_owned() };
                    violations.extend(named_twice(&mut wanted, place, entry, &at(position, "group")));
                }
            }
        }
        let side = Side::Holder(holder);
        let stored = transaction.relations(relation, side).await?;
        let spelled = transaction.spelled(relation, &[holder.to_owned()]).await?.remove(&key);
        let spelled = spelled.or_else(|| named.spelled.get(&key).cloned());
        let gives = entries.iter().any(|entry| !entry.keys.is_empty()) && how.mode != Mode::Remove;
        if spelled.is_none() && (gives || stored.is_empty()) {
            violations.push(named.unknown(&[argument(relation)], kind(relation).name(), holder));
        }
        let name = spelled.unwrap_or_else(|| holder.to_owned());
        violations.extend(self.too_long(relation, &name, &[argument(relation)]).filter(|_| gives));
        none_of(violations)?;
        let spelling = |_: &str| name.clone();
        let planned = plan(how.mode, &stored, &wanted, spelling);
        self.carry_out(transaction, (relation, side), planned, &reference, how).await
    }

    /// Changes which customers or people are in a group.
    pub async fn set_members(&self, relation: Relation, group: &str, entries: &[Entry], how: How) -> Outcome<Impact> {
        self.check_relations(entries.len())?;
        let names: Vec<String> = entries.iter().map(|entry| entry.name.clone()).collect();
        let named = self.named_elsewhere(kind(relation), &names).await?;
        let transaction = self.begin_relations().await?;
        let reference = transaction.reference().await?;
        let found = reference.groups().named(group).cloned();
        let group = found.ok_or_else(|| Violation::not_found(&["group"], "group", group))?;
        let side = Side::Group(group.id);
        let stored = transaction.relations(relation, side).await?;
        let mut spelled = transaction.spelled(relation, &names).await?;
        for (key, name) in &named.spelled {
            spelled.entry(key.clone()).or_insert_with(|| name.clone());
        }
        let mut violations = Vec::new();
        let mut wanted: BTreeMap<Place, &Entry> = BTreeMap::new();
        for (position, entry) in entries.iter().enumerate() {
            violations.extend(self.wrong_entry(entry, position));
            let path = at(position, argument(relation));
            let key = self.store.parent_key(&entry.name);
            let gives = !entry.keys.is_empty() && how.mode != Mode::Remove;
            let is_stored = || stored.keys().any(|place| place.holder == key);
            match spelled.get(&key) {
                Some(name) if gives => violations.extend(self.too_long(relation, name, &path)),
                None if gives || !is_stored() => {
                    violations.push(named.unknown(&path, kind(relation).name(), &entry.name));
                }
                _ => {}
            }
            let place = Place { holder: key, group_id: group.id, context: entry.context.to_owned() };
            violations.extend(named_twice(&mut wanted, place, entry, &path));
        }
        none_of(violations)?;
        let spelling = |key: &str| spelled.get(key).cloned().unwrap_or_default();
        let planned = plan(how.mode, &stored, &wanted, spelling);
        self.carry_out(transaction, (relation, side), planned, &reference, how).await
    }

    /// Refuses what the viewer may not do, and too much at once.
    pub(super) fn check_relations(&self, entries: usize) -> Outcome<()> {
        self.check(Action::EditPermissions)?;
        if entries > MAX_ENTRIES {
            let message =
                format!("more than {MAX_ENTRIES} entries in one change: make it in parts with `ADD` or `REMOVE`");
            return Err(Error::LimitExceeded(message).into());
        }
        Ok(())
    }

    pub(super) async fn begin_relations(&self) -> Outcome<Transaction> {
        let transaction = self.begin(Action::EditPermissions).await?;
        transaction.lock_names(&[RELATIONS]).await?;
        Ok(transaction)
    }

    /// Stores what was planned, or only says what would change.
    async fn carry_out(
        &self,
        mut transaction: Transaction,
        (relation, side): (Relation, Side<'_>),
        planned: Vec<Planned>,
        reference: &Reference,
        how: How,
    ) -> Outcome<Impact> {
        let holders: HashSet<&str> = planned.iter().map(|planned| planned.rewrite.holder.as_str()).collect();
        let holders: Vec<String> = holders.into_iter().map(str::to_owned).collect();
        let sources = self.sources.within(Store::clone(&transaction));
        let affected = match (relation, how.with_impact) {
            (_, false) => Affected::default(),
            (Relation::Customer, true) => Affected::people_of(&sources, &holders).await?,
            (Relation::Person, true) => Affected::people(&sources, &holders).await?,
        };
        let rewrites: Vec<Rewrite> = planned.iter().map(|planned| planned.rewrite.clone()).collect();
        transaction.rewrite_relations(relation, side, &rewrites, transaction.stamp()).await?;
        let impact = affected.compare(&sources).await?;
        if how.dry_run {
            return Ok(impact);
        }
        log(&mut transaction, relation, &planned, reference);
        transaction.commit().await?;
        Ok(impact)
    }

    /// What is wrong with the permissions and the context of an entry.
    fn wrong_entry(&self, entry: &Entry, position: usize) -> Vec<Violation> {
        let rules = &self.store.rules().permission;
        let known = rules.keys.configured_names();
        let mut violations = Vec::new();
        for key in entry.keys.iter().filter(|key| !known.contains(key)) {
            let message = format!("`{key}` is no permission of customers here: give some of `{}`.", known.join("`, `"));
            violations.push(Violation::new(ViolationCode::Invalid, &at(position, "permissions"), message));
        }
        if entry.context == OTHER_CUSTOMERS && !entry.keys.is_empty() && !rules.other_customers_context {
            let message = "The context of other customers is switched off: set `groups.other_customers_context`, or leave the context out.";
            violations.push(Violation::new(ViolationCode::Invalid, &at(position, "context"), message));
        }
        violations
    }

    /// Whether the column of the relation is too short for a name, which would be cut or refused.
    fn too_long(&self, relation: Relation, name: &str, path: &[impl AsRef<str>]) -> Option<Violation> {
        let limit = self.store.database().layout.lengths.of(relation.table(), relation.holder())?;
        let length = name.chars().count();
        let message = format!(
            "`{name}` has {length} characters, but group relations keep at most {limit}: give the permission to the customer instead, or rename."
        );
        (length > limit).then(|| Violation::new(ViolationCode::TooLong, path, message))
    }
}

/// Everything that becomes different, also where only stale or doubled rows go.
fn plan(
    mode: Mode,
    stored: &BTreeMap<Place, Stored>,
    wanted: &BTreeMap<Place, &Entry>,
    spelling: impl Fn(&str) -> String,
) -> Vec<Planned> {
    let mut places: Vec<&Place> = stored.keys().chain(wanted.keys()).collect();
    places.sort_unstable();
    places.dedup();
    let nothing = Stored::default();
    let mut planned = Vec::new();
    for place in places {
        let entry = wanted.get(place);
        if entry.is_none() && mode != Mode::Replace {
            continue;
        }
        let stored = stored.get(place).unwrap_or(&nothing);
        let before = stored.keys();
        let keys = keys_afterwards(mode, &before, entry.map(|entry| entry.keys.as_slice()));
        let holder = Some(spelling(&place.holder)).filter(|name| !name.is_empty());
        let holder = holder.or_else(|| stored.spellings.first().cloned()).unwrap_or_default();
        if !stored.is_exactly(&holder, &keys) {
            let rewrite = Rewrite { place: place.clone(), holder, spellings: stored.spellings.clone(), keys };
            planned.push(Planned { rewrite, before });
        }
    }
    planned
}

/// One change for each holder and one for each group.
fn log(transaction: &mut Transaction, relation: Relation, planned: &[Planned], reference: &Reference) {
    let entity = match relation {
        Relation::Customer => EntityType::Customer,
        Relation::Person => EntityType::CustomerUser,
    };
    let mut by_record: BTreeMap<(usize, String), Vec<FieldChange>> = BTreeMap::new();
    let both = [entity, EntityType::Group];
    for Planned { rewrite, before } in planned {
        let group: Option<&Arc<Named>> = reference.groups().get(rewrite.place.group_id);
        let group = group.map_or_else(|| rewrite.place.group_id.to_string(), |group| group.name.clone());
        let context = match rewrite.place.context.as_str() {
            OTHER_CUSTOMERS => " for other customers",
            _ => "",
        };
        let (before, after) = (before.join(", "), rewrite.keys.join(", "));
        let told = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let change = |field: String| FieldChange { field, before: told(&before), after: told(&after) };
        if before != after {
            by_record.entry((0, rewrite.holder.clone())).or_default().push(change(format!("group {group}{context}")));
            let member = change(format!("{} {}{context}", kind(relation).name(), rewrite.holder));
            by_record.entry((1, group)).or_default().push(member);
        }
    }
    for ((side, key), fields) in by_record {
        transaction.log(NewChange { kind: ChangeKind::PermissionsChanged, entity: both[side], key, fields });
    }
}

/// Notes what is wanted in a place, unless another entry has done so already.
fn named_twice<'a>(
    wanted: &mut BTreeMap<Place, &'a Entry>,
    place: Place,
    entry: &'a Entry,
    path: &[String],
) -> Option<Violation> {
    let message = || format!("`{}` is named twice: give one entry with all its permissions.", entry.name);
    let twice = wanted.insert(place, entry).is_some();
    twice.then(|| Violation::new(ViolationCode::Invalid, path, message()))
}

/// Where a part of an entry stands in the arguments.
fn at(position: usize, part: &str) -> Vec<String> {
    vec!["entries".to_owned(), position.to_string(), part.to_owned()]
}

/// What the argument is called that names a holder.
fn argument(relation: Relation) -> &'static str {
    match relation {
        Relation::Customer => "customerId",
        Relation::Person => "login",
    }
}

/// The kind of record that a holder is.
fn kind(relation: Relation) -> RecordKind {
    match relation {
        Relation::Customer => RecordKind::Customer,
        Relation::Person => RecordKind::CustomerUser,
    }
}
