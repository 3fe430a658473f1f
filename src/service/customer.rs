//! Making, editing and renaming customers.

use crate::domain::access::Action;
use crate::domain::change::{ChangeKind, EntityType, FieldChange, NewChange};
use crate::domain::customer::Customer;
use crate::domain::customer_edit::CustomerEdit;
use crate::domain::edit::{Check, Edit, changed_fields};
use crate::domain::record::RecordKind;
use crate::domain::violation::{Violation, ViolationCode};
use crate::source::DatabaseSource;
use crate::store::transaction::{RELATIONS, Transaction};

use super::editor::Editor;
use super::{Outcome, kind_of_edit, none_of};

/// What locks are named after.
const KIND: &str = "customer";
const NAME: [&str; 2] = ["input", "name"];
const NEW_ID: [&str; 1] = ["newCustomerId"];

impl Editor<'_> {
    /// Makes a customer and returns its id. `data_source` is the source to put it in; the first that can be written where it is `None`.
    pub async fn create_customer(
        &self,
        customer_id: &str,
        edit: CustomerEdit,
        data_source: Option<&str>,
    ) -> Outcome<String> {
        self.check(Action::EditCustomers)?;
        let taken_elsewhere =
            self.taken_elsewhere(RecordKind::Customer, customer_id.trim(), &["input", "customerId"]).await?;
        let mut transaction = self.begin(Action::EditCustomers).await?;
        let empty = Customer { customer_id: customer_id.trim().to_owned(), ..Customer::default() };
        let (customer, mut violations) = edit.onto(&empty, true, &self.customer_limit());
        violations.extend(self.wrong_source(data_source).or(taken_elsewhere));
        transaction.lock_names(&[(KIND, &customer.customer_id), (KIND, &customer.name)]).await?;
        let source = self.source(&transaction);
        let taken = source.taken(&customer.customer_id, &customer.name, None).await?;
        violations.extend(taken.id.then(|| id_taken(&["input", "customerId"], &customer.customer_id)));
        violations.extend(taken.name.then(|| name_taken(&customer.name)));
        none_of(violations)?;
        if !source.insert_customer(&customer, transaction.stamp()).await? {
            return Err(id_taken(&["input", "customerId"], &customer.customer_id).into());
        }
        let fields = changed_fields(Customer::default().fields().map(|(name, _)| (name, None)), customer.fields());
        log(&mut transaction, ChangeKind::Created, &customer.customer_id, fields);
        transaction.commit().await?;
        Ok(customer.customer_id)
    }

    /// Edits a customer and returns its id. Nothing is written where nothing differs.
    pub async fn update_customer(&self, id: &str, edit: CustomerEdit, if_version: Option<&str>) -> Outcome<String> {
        self.check(Action::EditCustomers)?;
        self.require_writable(RecordKind::Customer, id, &["customerId"]).await?;
        let mut transaction = self.begin(Action::EditCustomers).await?;
        if let Edit::Set(name) = &edit.name {
            transaction.lock_names(&[(KIND, name.trim())]).await?;
        }
        let source = self.source(&transaction);
        let stored = lock(&source, id, if_version).await?;
        let (wanted, mut violations) = edit.onto(&stored, false, &self.customer_limit());
        if wanted.name != stored.name {
            let taken = source.taken(&stored.customer_id, &wanted.name, Some(&stored.customer_id)).await?;
            violations.extend(taken.name.then(|| name_taken(&wanted.name)));
        }
        none_of(violations)?;
        let fields = changed_fields(stored.fields(), wanted.fields());
        if !fields.is_empty() {
            if !source.update_customer(&stored, &wanted, transaction.stamp()).await? {
                return Err(name_taken(&wanted.name).into());
            }
            log(&mut transaction, kind_of_edit(&fields), &stored.customer_id, fields);
            transaction.commit().await?;
        }
        Ok(stored.customer_id)
    }

    /// Gives a customer another id, with everything that names it, and returns the new id.
    pub async fn rename_customer(&self, id: &str, new_id: &str, if_version: Option<&str>) -> Outcome<String> {
        self.check(Action::EditCustomers)?;
        let new_id = new_id.trim();
        self.require_writable(RecordKind::Customer, id, &["customerId"]).await?;
        let taken_elsewhere = self.taken_elsewhere(RecordKind::Customer, new_id, &NEW_ID).await?;
        let mut transaction = self.begin(Action::EditCustomers).await?;
        transaction.lock_names(&[RELATIONS, (KIND, id), (KIND, new_id)]).await?;
        let source = self.source(&transaction);
        let stored = lock(&source, id, if_version).await?;
        if stored.customer_id == new_id {
            return Ok(stored.customer_id);
        }
        let limit = self.customer_limit();
        let mut check = Check { is_new: true, limit: &limit, violations: Vec::new() };
        check.required(&[(&NEW_ID, "customer_id", Some(new_id), None)]);
        if !self.is_same(&stored.customer_id, new_id) {
            let taken = source.taken(new_id, &stored.name, Some(&stored.customer_id)).await?;
            check.violations.extend(taken.id.then(|| id_taken(&NEW_ID, new_id)));
            check.violations.extend(left_over(&transaction, new_id).await?.filter(|_| !taken.id));
            check.violations.extend(taken_elsewhere);
        }
        none_of(check.violations)?;
        let carried = source.rename_customer(&stored.customer_id, new_id, transaction.stamp()).await?;
        let carried = carried.ok_or_else(|| id_taken(&NEW_ID, new_id))?;
        transaction.move_changes(EntityType::Customer, &stored.customer_id, new_id).await?;
        let fields = vec![
            FieldChange::new("customerId", Some(&stored.customer_id), Some(new_id)),
            FieldChange::new("customerUsers", None, Some(&format!("{} carried over", carried.logins.len()))),
            FieldChange::new("tickets", None, Some(&format!("{} carried over", carried.tickets))),
        ];
        log(&mut transaction, ChangeKind::Renamed, new_id, fields);
        for login in carried.logins {
            let fields = vec![FieldChange::new("customerId", Some(&stored.customer_id), Some(new_id))];
            transaction.log(NewChange {
                kind: ChangeKind::Updated,
                entity: EntityType::CustomerUser,
                key: login,
                fields,
            });
        }
        transaction.commit().await?;
        Ok(new_id.to_owned())
    }

    /// How many characters fit into a column of customers.
    fn customer_limit(&self) -> impl Fn(&str) -> Option<usize> {
        |column| self.store.database().layout.lengths.of("customer_company", column)
    }
}

/// The customer of this id for writing, in the version that was named.
async fn lock(source: &DatabaseSource, id: &str, if_version: Option<&str>) -> Outcome<Customer> {
    let found = source.lock_customer(id).await?;
    let customer = found.ok_or_else(|| Violation::not_found(&["customerId"], "customer", id))?;
    if if_version.is_some_and(|version| version != customer.version) {
        return Err(Violation::version_conflict().into());
    }
    Ok(customer)
}

/// What is still stored under an id that no customer has: whoever took it over would get the permissions and the people of someone else.
async fn left_over(transaction: &Transaction, id: &str) -> Outcome<Option<Violation>> {
    for table in ["customer_user", "group_customer", "customer_user_customer"] {
        if transaction.has_name(table, "customer_id", id).await? {
            let message = format!(
                "No customer has the id `{id}`, but the table `{table}` names it: choose another CustomerID, or make that customer first."
            );
            return Ok(Some(Violation::new(ViolationCode::NotUnique, &NEW_ID, message)));
        }
    }
    Ok(None)
}

fn id_taken(path: &[&str], id: &str) -> Violation {
    let message = format!("There is already a customer `{id}`: choose another CustomerID.");
    Violation::new(ViolationCode::NotUnique, path, message)
}

fn name_taken(name: &str) -> Violation {
    let message = format!("Another customer is called `{name}` already: choose another name.");
    Violation::new(ViolationCode::NotUnique, &NAME, message)
}

fn log(transaction: &mut Transaction, kind: ChangeKind, key: &str, fields: Vec<FieldChange>) {
    transaction.log(NewChange { kind, entity: EntityType::Customer, key: key.to_owned(), fields });
}
