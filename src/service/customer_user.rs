//! Making, editing and renaming customer users, and giving them passwords.

use crate::auth::password::generate;
use crate::domain::access::Action;
use crate::domain::account::{Account, Realm};
use crate::domain::change::{ChangeKind, EntityType, FieldChange, NewChange};
use crate::domain::customer::Customer;
use crate::domain::customer_user::CustomerUser;
use crate::domain::customer_user_edit::{CUSTOMER, CustomerUserEdit, EMAIL};
use crate::domain::edit::{Check, Edit, changed_fields};
use crate::domain::record::RecordKind;
use crate::domain::text::fold;
use crate::domain::violation::{Violation, ViolationCode};
use crate::source::DatabaseSource;
use crate::store::login::LOGIN_COLUMNS;
use crate::store::transaction::{RELATIONS, Transaction};

use super::editor::Editor;
use super::{Outcome, kind_of_edit, none_of};

/// What locks are named after.
const KIND: &str = "customer user";
const LOGIN: [&str; 2] = ["input", "login"];
const NEW_LOGIN: [&str; 1] = ["newLogin"];
/// The longest password, in bytes.
const MAX_PASSWORD: usize = 1024;

/// Someone who has got a password.
pub struct WithPassword {
    /// Their login.
    pub login: String,
    /// The password, where it was generated: it is told this once.
    pub generated: Option<String>,
}

impl Editor<'_> {
    /// Makes a customer user. Without a password one is generated.
    pub async fn create_customer_user(
        &self,
        login: &str,
        edit: CustomerUserEdit,
        password: Option<String>,
        data_source: Option<&str>,
    ) -> Outcome<WithPassword> {
        // Hashing takes its time, so it comes before the transaction; whoever may not write is told so without it.
        self.check(Action::EditCustomers)?;
        let empty = CustomerUser { login: login.trim().to_owned(), ..CustomerUser::default() };
        let (mut person, mut violations) = edit.onto(&empty, true, &self.person_limit(), &self.rules.email);
        let taken_elsewhere = self.taken_elsewhere(RecordKind::CustomerUser, &person.login, &LOGIN).await?;
        violations.extend(self.wrong_source(data_source).or(taken_elsewhere));
        let customer_elsewhere = self.customer_elsewhere(&person.customer_id, &CUSTOMER).await?;
        violations.extend(password.as_deref().and_then(|password| wrong_password(password, &["input", "password"])));
        let (hash, generated) = self.hash(&person.login, password, &["input", "password"], &violations).await?;

        let mut transaction = self.begin(Action::EditCustomers).await?;
        let source = self.source(&transaction);
        transaction.lock_names(&[(KIND, &person.login), (KIND, &person.email)]).await?;
        if source.login_alike(&person.login).await?.is_some() {
            violations.push(login_taken(&LOGIN, &person.login));
        }
        violations.extend(self.email_taken(&source, &person, None).await?);
        let customer = customer_elsewhere.or(source.lock_customer(&person.customer_id).await?);
        violations.extend(settle_customer(&mut person, customer));
        none_of(violations)?;
        let cleared = transaction.clear_login(&person.login).await?;
        if !source.insert_customer_user(&person, &hash, transaction.stamp()).await? {
            return Err(login_taken(&LOGIN, &person.login).into());
        }
        let nothing = CustomerUser::default();
        let mut fields = changed_fields(nothing.fields().map(|(name, _)| (name, None)), person.fields());
        fields.extend(rows_of_former(cleared));
        log(&mut transaction, ChangeKind::Created, &person.login, fields);
        transaction.commit().await?;
        Ok(WithPassword { login: person.login, generated })
    }

    /// Edits a customer user and returns the login. Nothing is written where nothing differs.
    pub async fn update_customer_user(
        &self,
        login: &str,
        edit: CustomerUserEdit,
        if_version: Option<&str>,
    ) -> Outcome<String> {
        self.check(Action::EditCustomers)?;
        self.require_writable(RecordKind::CustomerUser, login, &["login"]).await?;
        let customer_elsewhere = match &edit.customer_id {
            Edit::Set(id) => self.customer_elsewhere(id.trim(), &CUSTOMER).await?,
            Edit::Keep | Edit::Clear => None,
        };
        let mut transaction = self.begin(Action::EditCustomers).await?;
        let source = self.source(&transaction);
        // Whatever is locked is locked in one order everywhere: names, the customer, the person.
        if let Edit::Set(email) = &edit.email {
            transaction.lock_names(&[(KIND, email.trim())]).await?;
        }
        let customer = match &edit.customer_id {
            Edit::Set(id) => customer_elsewhere.or(source.lock_customer(id.trim()).await?),
            Edit::Keep | Edit::Clear => None,
        };
        let stored = self.lock_person(&source, login, if_version).await?;
        let (mut wanted, mut violations) = edit.onto(&stored, false, &self.person_limit(), &self.rules.email);
        if fold(&wanted.email) != fold(&stored.email) {
            violations.extend(self.email_taken(&source, &wanted, Some(&stored.login)).await?);
        }
        if wanted.customer_id != stored.customer_id {
            violations.extend(settle_customer(&mut wanted, customer));
        }
        none_of(violations)?;
        let mut fields = changed_fields(stored.fields(), wanted.fields());
        if fields.is_empty() {
            return Ok(stored.login);
        }
        let kind = kind_of_edit(&fields);
        source.update_customer_user(&stored, &wanted, transaction.stamp()).await?;
        if wanted.customer_id != stored.customer_id && !stored.customer_id.is_empty() {
            let moved = source
                .move_tickets(&stored.login, &stored.customer_id, &wanted.customer_id, transaction.stamp())
                .await?;
            fields.push(FieldChange::new("tickets", None, Some(&format!("{moved} carried over"))));
        }
        log(&mut transaction, kind, &stored.login, fields);
        transaction.commit().await?;
        Ok(stored.login)
    }

    /// Gives a customer user another login, with everything that names them, and returns it.
    pub async fn rename_customer_user(
        &self,
        login: &str,
        new_login: &str,
        if_version: Option<&str>,
    ) -> Outcome<String> {
        self.check(Action::EditCustomers)?;
        let new_login = new_login.trim();
        self.require_writable(RecordKind::CustomerUser, login, &["login"]).await?;
        let taken_elsewhere = self.taken_elsewhere(RecordKind::CustomerUser, new_login, &NEW_LOGIN).await?;
        let mut transaction = self.begin(Action::EditCustomers).await?;
        transaction.lock_names(&[RELATIONS, (KIND, login), (KIND, new_login)]).await?;
        let source = self.source(&transaction);
        let stored = self.lock_person(&source, login, if_version).await?;
        if stored.login == new_login {
            return Ok(stored.login);
        }
        let mut violations = self.wrong_new_login(&transaction, &stored.login, new_login).await?;
        if !self.is_same(&stored.login, new_login) && source.login_alike(new_login).await?.is_some() {
            violations.push(login_taken(&NEW_LOGIN, new_login));
        }
        violations.extend(taken_elsewhere);
        none_of(violations)?;
        let cleared = match self.is_same(&stored.login, new_login) {
            true => 0,
            false => transaction.clear_login(new_login).await?,
        };
        let renamed = (stored.login.as_str(), new_login);
        let moved = source.rename_customer_user(renamed, &stored.customer_id, transaction.stamp()).await?;
        let moved = moved.ok_or_else(|| login_taken(&NEW_LOGIN, new_login))?;
        transaction.move_changes(EntityType::CustomerUser, &stored.login, new_login).await?;
        transaction.move_sessions(&stored.login, new_login).await?;
        let mut fields = vec![
            FieldChange::new("login", Some(&stored.login), Some(new_login)),
            FieldChange::new("tickets", None, Some(&format!("{moved} carried over"))),
        ];
        fields.extend(rows_of_former(cleared));
        log(&mut transaction, ChangeKind::Renamed, new_login, fields);
        transaction.commit().await?;
        Ok(new_login.to_owned())
    }

    /// Gives a customer user a password, a generated one where none is given. Domain rule 8.5: what others set obeys no rule but that it is
    /// not empty.
    pub async fn set_customer_user_password(&self, login: &str, password: Option<String>) -> Outcome<WithPassword> {
        self.check(Action::EditCustomers)?;
        self.require_writable(RecordKind::CustomerUser, login, &["login"]).await?;
        let wrong: Vec<Violation> =
            password.as_deref().and_then(|password| wrong_password(password, &["password"])).into_iter().collect();
        let (hash, generated) = self.hash(login, password, &["password"], &wrong).await?;
        none_of(wrong)?;
        let mut transaction = self.begin(Action::EditCustomers).await?;
        let source = self.source(&transaction);
        let stored = self.lock_person(&source, login, None).await?;
        source.set_customer_user_password(&stored.login, &hash, transaction.stamp()).await?;
        transaction.forget_preference(&stored.login, "UserLastPwChangeTime").await?;
        // The stamp of the old password ends them already, but would let them live again with it.
        let account = Account::new(Realm::Customer, &stored.login);
        transaction.end_sessions(&account, None).await?;
        transaction.remove_api_tokens(&account).await?;
        log(
            &mut transaction,
            ChangeKind::PasswordChanged,
            &stored.login,
            vec![FieldChange::new("password", None, None)],
        );
        transaction.commit().await?;
        Ok(WithPassword { login: stored.login, generated })
    }

    /// The person of this login for writing, in the version that was named.
    pub(super) async fn lock_person(
        &self,
        source: &DatabaseSource,
        login: &str,
        if_version: Option<&str>,
    ) -> Outcome<CustomerUser> {
        let found = source.lock_customer_user(self.viewer, login).await?;
        let person = found.ok_or_else(|| Violation::not_found(&["login"], "customer user", login))?;
        if if_version.is_some_and(|version| version != person.version) {
            return Err(Violation::version_conflict().into());
        }
        Ok(person)
    }

    /// The hash of a password, and the password itself where it had to be generated. Nothing is hashed for an input that is wrong anyway.
    async fn hash(
        &self,
        login: &str,
        password: Option<String>,
        path: &[&str],
        violations: &[Violation],
    ) -> Outcome<(String, Option<String>)> {
        if !violations.is_empty() {
            return Ok((String::new(), None));
        }
        let generated = password.is_none().then(generate);
        let password = password.or_else(|| generated.clone()).unwrap_or_default();
        let hash = self.rules.passwords.hash(self.rules.password_hash, login, &password).await;
        let busy = "Too many passwords are worked on at the moment: try again in a few seconds.";
        let hash = hash.map_err(|_| Violation::new(ViolationCode::TooManyAttempts, path, busy))?;
        Ok((hash, generated))
    }

    /// Whether someone else has the address; `except` is the person who may have it.
    async fn email_taken(
        &self,
        source: &DatabaseSource,
        person: &CustomerUser,
        except: Option<&str>,
    ) -> Outcome<Option<Violation>> {
        if !self.rules.unique_email || person.email.is_empty() {
            return Ok(None);
        }
        let owner = source.owner_of_email(&person.email, except).await?;
        Ok(owner.map(|_| {
            let message =
                format!("Another customer user has the address `{}` already: give another one.", person.email);
            Violation::new(ViolationCode::NotUnique, &EMAIL, message)
        }))
    }

    /// What keeps a person from having a login: its form, or a table that keeps shorter ones and has rows of the person.
    async fn wrong_new_login(&self, transaction: &Transaction, old: &str, new: &str) -> Outcome<Vec<Violation>> {
        let limit = self.person_limit();
        let mut check = Check { is_new: true, limit: &limit, violations: Vec::new() };
        check.required(&[(&NEW_LOGIN, "login", Some(new), None)]);
        if !check.violations.is_empty() {
            return Ok(check.violations);
        }
        let lengths = &self.store.database().layout.lengths;
        for (table, column) in LOGIN_COLUMNS {
            let limit = lengths.of(table, column).unwrap_or(usize::MAX);
            if new.chars().count() > limit && transaction.has_name(table, column, old).await? {
                let message = format!(
                    "`newLogin` has {} characters, but the person has rows in `{table}`, which keeps at most {limit}: shorten it.",
                    new.chars().count()
                );
                check.violations.push(Violation::new(ViolationCode::TooLong, &NEW_LOGIN, message));
            }
        }
        Ok(check.violations)
    }

    /// How many characters fit into a column of customer users.
    fn person_limit(&self) -> impl Fn(&str) -> Option<usize> {
        |column| self.store.database().layout.lengths.of("customer_user", column)
    }
}

/// Takes the customer's own spelling of its id, or tells that there is no such customer.
fn settle_customer(person: &mut CustomerUser, customer: Option<Customer>) -> Option<Violation> {
    match customer {
        Some(customer) => person.customer_id = customer.customer_id,
        None if person.customer_id.is_empty() => {}
        None => return Some(Violation::not_found(&CUSTOMER, "customer", &person.customer_id)),
    }
    None
}

fn wrong_password(password: &str, path: &[&str]) -> Option<Violation> {
    if password.is_empty() {
        let message = "`password` may not be empty: leave it out to have one generated.";
        return Some(Violation::new(ViolationCode::Required, path, message));
    }
    if password.contains('\0') || password.len() > MAX_PASSWORD {
        let message = format!("`password` may have at most {MAX_PASSWORD} bytes, and no NUL among them.");
        return Some(Violation::new(ViolationCode::PasswordRules, path, message));
    }
    None
}

/// For the change log: rows that someone with the same login had left.
fn rows_of_former(cleared: u64) -> Option<FieldChange> {
    (cleared > 0).then(|| FieldChange::new("rows of a former customer user", Some(&cleared.to_string()), None))
}

fn login_taken(path: &[&str], login: &str) -> Violation {
    let message = format!("There is already a customer user `{login}`: choose another username.");
    Violation::new(ViolationCode::NotUnique, path, message)
}

fn log(transaction: &mut Transaction, kind: ChangeKind, key: &str, fields: Vec<FieldChange>) {
    transaction.log(NewChange { kind, entity: EntityType::CustomerUser, key: key.to_owned(), fields });
}
