//! Making and editing groups and queues.

use std::sync::Arc;

use crate::domain::access::Action;
use crate::domain::change::{ChangeKind, EntityType, FieldChange, NewChange};
use crate::domain::edit::{Edit, changed_fields};
use crate::domain::group_edit::{NAME, NamedDraft, NamedEdit, below_itself, needed_group, parent_queue, wrong_parts};
use crate::domain::violation::{Violation, ViolationCode};
use crate::store::named_write::{NamedTable, QueueDraft, names_below};
use crate::store::reference::{Named, Reference};
use crate::store::transaction::Transaction;

use super::editor::Editor;
use super::{Outcome, kind_of_edit, none_of};

/// Where the group of a queue stands in the arguments.
const GROUP: [&str; 2] = ["input", "group"];

impl Editor<'_> {
    /// Makes a group and returns its name.
    pub async fn create_group(&self, edit: NamedEdit) -> Outcome<String> {
        let (mut transaction, draft, violations) = self.begin_named(NamedTable::Group, edit).await?;
        none_of(violations)?;
        if !transaction.insert_group(&draft, transaction.stamp()).await? {
            return Err(name_taken(NamedTable::Group, &draft.name).into());
        }
        log_created(&mut transaction, EntityType::Group, &draft, Vec::new());
        transaction.commit().await?;
        Ok(draft.name)
    }

    /// Makes a queue and returns its name.
    pub async fn create_queue(&self, edit: NamedEdit, group: &str) -> Outcome<String> {
        let (mut transaction, named, mut violations) = self.begin_named(NamedTable::Queue, edit).await?;
        let reference = transaction.reference().await?;
        violations.extend(wrong_place(&reference, &named.name));
        let found = reference.groups().named(group);
        violations.extend(found.is_none().then(|| Violation::not_found(&GROUP, "group", group)));
        let defaults = transaction.queue_defaults().await?;
        violations.extend(defaults.is_none().then(no_defaults));
        none_of(violations)?;
        let (Some(group), Some(defaults)) = (found, defaults) else { return Err(no_defaults().into()) };
        let draft = QueueDraft { named, group_id: group.id };
        if !transaction.insert_queue(&draft, &defaults, transaction.stamp()).await? {
            return Err(name_taken(NamedTable::Queue, &draft.named.name).into());
        }
        let in_group = FieldChange::new("group", None, Some(&group.name));
        log_created(&mut transaction, EntityType::Queue, &draft.named, vec![in_group]);
        transaction.commit().await?;
        Ok(draft.named.name)
    }

    /// Edits a group and returns its name. Nothing is written where nothing differs.
    pub async fn update_group(&self, name: &str, edit: NamedEdit, if_version: Option<&str>) -> Outcome<String> {
        let table = NamedTable::Group;
        let (mut transaction, reference) = self.begin_update(table, name, &edit).await?;
        let stored = self.find(table, &transaction, &reference, name, if_version)?;
        let (wanted, mut violations) = self.wanted(table, &transaction, &stored, edit).await?;
        violations.extend(needed_group(&self.store.rules().permission, &stored.draft(), &wanted));
        none_of(violations)?;
        let fields = changed_fields(stored.draft().fields(), wanted.fields());
        if !fields.is_empty() {
            let written = transaction.update_named(table, (&stored, &wanted), None, transaction.stamp()).await?;
            none_of((!written).then(|| name_taken(table, &wanted.name)).into_iter().collect())?;
            log_edit(&mut transaction, EntityType::Group, (&stored.name, &wanted.name), fields).await?;
            transaction.commit().await?;
        }
        Ok(wanted.name)
    }

    /// Edits a queue, and lets the queues below it follow to a new name; returns the name. Nothing is written where nothing differs.
    pub async fn update_queue(
        &self,
        name: &str,
        edit: NamedEdit,
        group: &Edit,
        if_version: Option<&str>,
    ) -> Outcome<String> {
        let table = NamedTable::Queue;
        let (mut transaction, reference) = self.begin_update(table, name, &edit).await?;
        let stored = self.find(table, &transaction, &reference, name, if_version)?;
        let (wanted, mut violations) = self.wanted(table, &transaction, &stored, edit).await?;
        let children = names_below(&reference, &stored.name, &wanted.name);
        if wanted.name != stored.name {
            violations.extend(wrong_place(&reference, &wanted.name));
            violations.extend(below_itself(&stored.name, &wanted.name));
            violations.extend(self.too_long_below(&children));
        }
        let group = wanted_group(&reference, group, &mut violations);
        none_of(violations)?;
        let mut fields = changed_fields(stored.draft().fields(), wanted.fields());
        let new_group = group.filter(|group| group.id != stored.parent_id);
        let before = reference.groups().get(stored.parent_id).map(|group| group.name.as_str());
        fields.extend(new_group.as_ref().map(|group| FieldChange::new("group", before, Some(&group.name))));
        if fields.is_empty() {
            return Ok(wanted.name);
        }
        let (stamp, group_id) = (transaction.stamp(), new_group.map(|group| group.id));
        let mut written = transaction.update_named(table, (&stored, &wanted), group_id, stamp).await?;
        if wanted.name != stored.name {
            written = written && transaction.rename_queues_below(&children, stamp).await?;
        }
        none_of((!written).then(|| name_taken(table, &wanted.name)).into_iter().collect())?;
        log_edit(&mut transaction, EntityType::Queue, (&stored.name, &wanted.name), fields).await?;
        transaction.commit().await?;
        Ok(wanted.name)
    }

    /// Begins with what a new group and a new queue have in common.
    async fn begin_named(
        &self,
        table: NamedTable,
        edit: NamedEdit,
    ) -> Outcome<(Transaction, NamedDraft, Vec<Violation>)> {
        let transaction = self.begin(Action::EditPermissions).await?;
        let (draft, mut violations) = edit.onto(&NamedDraft::default(), true, &self.named_limit(table));
        transaction.lock_names(&[(kind(table), &draft.name)]).await?;
        if transaction.has_named(table, &draft.name, None).await? {
            violations.push(name_taken(table, &draft.name));
        }
        Ok((transaction, draft, violations))
    }

    async fn begin_update(
        &self,
        table: NamedTable,
        name: &str,
        edit: &NamedEdit,
    ) -> Outcome<(Transaction, Arc<Reference>)> {
        let transaction = self.begin(Action::EditPermissions).await?;
        if let Edit::Set(name) = &edit.name {
            transaction.lock_names(&[(kind(table), name.trim())]).await?;
        }
        transaction.lock_named(table, name).await?;
        let reference = transaction.reference().await?;
        Ok((transaction, reference))
    }

    fn find(
        &self,
        table: NamedTable,
        transaction: &Transaction,
        reference: &Reference,
        name: &str,
        if_version: Option<&str>,
    ) -> Outcome<Arc<Named>> {
        let stored = table.of(reference).named(name).cloned();
        let stored = stored.ok_or_else(|| Violation::not_found(&["name"], kind(table), name))?;
        if if_version.is_some_and(|version| version != stored.version(transaction)) {
            return Err(Violation::version_conflict().into());
        }
        Ok(stored)
    }

    async fn wanted(
        &self,
        table: NamedTable,
        transaction: &Transaction,
        stored: &Named,
        edit: NamedEdit,
    ) -> Outcome<(NamedDraft, Vec<Violation>)> {
        let (wanted, mut violations) = edit.onto(&stored.draft(), false, &self.named_limit(table));
        if wanted.name != stored.name && transaction.has_named(table, &wanted.name, Some(stored.id)).await? {
            violations.push(name_taken(table, &wanted.name));
        }
        Ok((wanted, violations))
    }

    fn too_long_below(&self, children: &[(i32, String)]) -> Option<Violation> {
        let limit = self.named_limit(NamedTable::Queue)("name")?;
        let (_, name) = children.iter().find(|(_, name)| name.chars().count() > limit)?;
        let message = format!(
            "The queue below would be called `{name}`, but at most {limit} characters are kept: shorten the name."
        );
        Some(Violation::new(ViolationCode::TooLong, &NAME, message))
    }

    /// How many characters fit into a column of the table.
    fn named_limit(&self, table: NamedTable) -> impl Fn(&str) -> Option<usize> {
        move |column| self.store.database().layout.lengths.of(self.store.name_of(table), column)
    }
}

/// What people call a record of the table, and what locks are named after.
fn kind(table: NamedTable) -> &'static str {
    match table {
        NamedTable::Group => "group",
        NamedTable::Queue => "queue",
    }
}

/// What is wrong with the place of a queue: every queue above it has to be there.
fn wrong_place(reference: &Reference, name: &str) -> Option<Violation> {
    if let Some(wrong) = wrong_parts(name) {
        return Some(wrong);
    }
    let parent = parent_queue(name).filter(|parent| reference.queues().named(parent).is_none())?;
    Some(Violation::not_found(&NAME, "queue", parent))
}

/// The group that a queue is to have; `None` where it keeps its own.
fn wanted_group(reference: &Reference, edit: &Edit, violations: &mut Vec<Violation>) -> Option<Arc<Named>> {
    match edit {
        Edit::Keep => None,
        Edit::Clear => {
            let message = "A queue needs a group: leave `group` out to keep it.";
            violations.push(Violation::new(ViolationCode::Required, &GROUP, message));
            None
        }
        Edit::Set(name) => {
            let group = reference.groups().named(name).cloned();
            violations.extend(group.is_none().then(|| Violation::not_found(&GROUP, "group", name)));
            group
        }
    }
}

fn no_defaults() -> Violation {
    let message = "A queue needs an address, a salutation and a signature, and there is no valid one of each: make them in the help desk first.";
    Violation::new(ViolationCode::Invalid, &NAME, message)
}

fn name_taken(table: NamedTable, name: &str) -> Violation {
    let kind = kind(table);
    let message = format!("There is already a {kind} `{name}`: choose another name.");
    Violation::new(ViolationCode::NotUnique, &NAME, message)
}

fn log_created(transaction: &mut Transaction, entity: EntityType, draft: &NamedDraft, more: Vec<FieldChange>) {
    let nothing = NamedDraft::default().fields().map(|(name, _)| (name, None));
    let fields = changed_fields(nothing, draft.fields()).into_iter().chain(more).collect();
    transaction.log(NewChange { kind: ChangeKind::Created, entity, key: draft.name.clone(), fields });
}

async fn log_edit(
    transaction: &mut Transaction,
    entity: EntityType,
    (old, new): (&str, &str),
    fields: Vec<FieldChange>,
) -> Outcome<()> {
    let kind = if old == new { kind_of_edit(&fields) } else { ChangeKind::Renamed };
    if old != new {
        transaction.move_changes(entity, old, new).await?;
    }
    transaction.log(NewChange { kind, entity, key: new.to_owned(), fields });
    Ok(())
}
