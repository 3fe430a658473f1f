//! The additional customers of people.

use std::collections::HashSet;

use crate::domain::change::{ChangeKind, EntityType, FieldChange, NewChange};
use crate::domain::record::RecordKind;
use crate::domain::relation::{Mode, names_afterwards};
use crate::domain::violation::{Violation, ViolationCode};
use crate::store::Store;
use crate::store::relation::Relation;

use super::editor::Editor;
use super::impact::{Affected, Impact};
use super::relation::How;
use super::{Outcome, none_of};

/// The table and its column that is shorter than a login may be.
const COLUMN: (&str, &str) = ("customer_user_customer", "user_id");

impl Editor<'_> {
    /// Changes the additional customers of a person. The own customer is not among them.
    pub async fn set_customers(&self, login: &str, customer_ids: &[String], how: How) -> Outcome<Impact> {
        self.check_relations(customer_ids.len())?;
        let person_elsewhere = self.person_elsewhere(login, &["login"]).await?;
        let named = self.named_elsewhere(RecordKind::Customer, customer_ids).await?;
        let mut transaction = self.begin_relations().await?;
        let key = self.store.parent_key(login);
        let person = self.source(&transaction).lock_customer_user(self.viewer, login).await?;
        let person = person_elsewhere.or(person);
        let logins = [person.as_ref().map_or_else(|| login.to_owned(), |person| person.login.clone())];
        let stored = transaction.additional_customers(&logins).await?.remove(&key).unwrap_or_default();
        let gives = how.mode != Mode::Remove && !customer_ids.is_empty();
        let mut violations = Vec::new();
        if person.is_none() && (gives || stored.is_empty()) {
            violations.push(Violation::not_found(&["login"], "customer user", login));
        }
        let spelled = transaction.spelled(Relation::Customer, customer_ids).await?;
        let stored_keys: HashSet<String> = stored.iter().map(|id| self.store.parent_key(id)).collect();
        let mut wanted = Vec::new();
        for (position, id) in customer_ids.iter().enumerate() {
            let path = ["customerIds".to_owned(), position.to_string()];
            let is_own = person.as_ref().is_some_and(|person| self.is_same(&person.customer_id, id));
            let id_key = self.store.parent_key(id);
            let is_stored = stored_keys.contains(&id_key);
            match spelled.get(&id_key).or_else(|| named.spelled.get(&id_key)) {
                Some(_) if is_own && how.mode != Mode::Remove => {
                    let message = format!("`{id}` is the person's own customer already: leave it out.");
                    violations.push(Violation::new(ViolationCode::Invalid, &path, message));
                }
                Some(spelling) => wanted.push(spelling.clone()),
                None if is_stored && how.mode == Mode::Remove => wanted.push(id.clone()),
                None => violations.push(named.unknown(&path, "customer", id)),
            }
        }
        violations.extend(self.login_too_long(&logins[0]).filter(|_| gives));
        none_of(violations)?;
        let afterwards = names_afterwards(how.mode, &stored, &wanted, |name| self.store.parent_key(name));
        let sources = self.sources.within(Store::clone(&transaction));
        let affected = if how.with_impact { Affected::people(&sources, &logins).await? } else { Affected::default() };
        if afterwards != stored {
            transaction.change_assignments(&logins[0], (&stored, &afterwards), transaction.stamp()).await?;
        }
        let impact = affected.compare(&sources).await?;
        if how.dry_run || afterwards == stored {
            return Ok(impact);
        }
        let told = |ids: &[String]| Some(ids.join(", ")).filter(|text| !text.is_empty());
        let field =
            FieldChange { field: "additional customers".to_owned(), before: told(&stored), after: told(&afterwards) };
        let [key] = logins;
        let entity = EntityType::CustomerUser;
        transaction.log(NewChange { kind: ChangeKind::PermissionsChanged, entity, key, fields: vec![field] });
        transaction.commit().await?;
        Ok(impact)
    }

    fn login_too_long(&self, login: &str) -> Option<Violation> {
        let (table, column) = COLUMN;
        let limit = self.store.database().layout.lengths.of(table, column)?;
        let length = login.chars().count();
        let message = format!(
            "`{login}` has {length} characters, but additional customers are kept for at most {limit}: rename the person first."
        );
        (length > limit).then(|| Violation::new(ViolationCode::TooLong, &["login"], message))
    }
}
