//! Writing customer users in the database, within a transaction. Whether a change is right is decided before.

use sea_orm::sea_query::{DynIden, Expr, ExprTrait, IntoIden, Query, SelectStatement};

use crate::domain::customer_user::CustomerUser;
use crate::domain::viewer::Viewer;
use crate::entity::customer_user::{Column, Entity};
use crate::error::Result;
use crate::store::column::Columns;
use crate::store::text;
use crate::store::transaction::{Stamp, insert_row};

use super::DatabaseSource;
use super::customer_user::select_columns;

/// The columns that hold texts, login and password left out.
const TEXTS: [Column; 13] = [
    Column::Email,
    Column::CustomerId,
    Column::Title,
    Column::FirstName,
    Column::LastName,
    Column::Phone,
    Column::Fax,
    Column::Mobile,
    Column::Street,
    Column::Zip,
    Column::City,
    Column::Country,
    Column::Comments,
];

/// The texts of a person, in the order of [`TEXTS`]. OTOBO writes an empty text where there is none.
fn texts(person: &CustomerUser) -> [&str; 13] {
    fn or_empty(text: &Option<String>) -> &str {
        text.as_deref().unwrap_or_default()
    }
    [
        &person.email,
        &person.customer_id,
        or_empty(&person.title),
        &person.first_name,
        &person.last_name,
        or_empty(&person.phone),
        or_empty(&person.fax),
        or_empty(&person.mobile),
        or_empty(&person.street),
        or_empty(&person.zip),
        or_empty(&person.city),
        or_empty(&person.country),
        or_empty(&person.comment),
    ]
}

impl DatabaseSource {
    /// The person that a login names, whole, kept from other writers until the transaction ends. `None` also for someone that the viewer
    /// may not see.
    pub async fn lock_customer_user(&self, viewer: &Viewer, login: &str) -> Result<Option<CustomerUser>> {
        let mut select = Query::select();
        select.from(Entity).and_where(self.is(Column::Login, login)).cond_where(self.people_scope(viewer));
        select.lock_exclusive();
        let columns = select_columns(&mut select, Columns::all());
        let reference = self.store.reference().await?;
        let rows = self.store.rows(&select).await?;
        let found = rows.iter().map(|row| self.read_customer_user(viewer, (row, 0), &columns, &reference));
        let found: Vec<CustomerUser> = found.collect::<Result<_>>()?;
        Ok(self.meant(found, login, |person| &person.login))
    }

    /// The login of a person who has this one, as far as the database takes it for equal.
    pub async fn login_alike(&self, login: &str) -> Result<Option<String>> {
        let mut select = Query::select();
        self.first_text(select.column(Column::Login).from(Entity).and_where(self.is(Column::Login, login))).await
    }

    /// The login of someone who has this e-mail address, in any case, and is not `except`.
    pub async fn owner_of_email(&self, email: &str, except: Option<&str>) -> Result<Option<String>> {
        let mut select = Query::select();
        select.column(Column::Login).from(Entity).and_where(self.is(Column::Email, email));
        select.and_where_option(except.map(|login| Expr::col(Column::Login).ne(login)));
        self.first_text(&mut select).await
    }

    async fn first_text(&self, select: &mut SelectStatement) -> Result<Option<String>> {
        self.store.rows(select.limit(1)).await?.first().map(|row| row.at(0)).transpose()
    }

    fn is(&self, column: Column, text: &str) -> Expr {
        let backend = self.store.backend();
        text::is_one_of(backend, text::caseless(backend, Expr::col((Entity, column))), &[text])
    }

    /// Writes a new person with the hash of a password; false where the login is taken after all.
    pub async fn insert_customer_user(&self, person: &CustomerUser, password: &str, stamp: Stamp) -> Result<bool> {
        let valid_id = self.store.reference().await?.valid_id(person.validity)?;
        let mut row: Vec<(DynIden, Expr)> = vec![
            (Column::Login.into_iden(), person.login.as_str().into()),
            (Column::Pw.into_iden(), password.into()),
            (Column::ValidId.into_iden(), valid_id.into()),
        ];
        row.extend(TEXTS.into_iter().zip(texts(person)).map(|(column, text)| (column.into_iden(), text.into())));
        row.extend(stamp.columns());
        self.store.execute_unique(&insert_row(Entity, row)).await
    }

    /// Writes what differs between a person as stored and as wanted, the login aside.
    pub async fn update_customer_user(&self, stored: &CustomerUser, wanted: &CustomerUser, stamp: Stamp) -> Result<()> {
        let mut update = Query::update();
        update.table(Entity).and_where(Expr::col(Column::Login).eq(stored.login.as_str()));
        for ((column, before), after) in TEXTS.into_iter().zip(texts(stored)).zip(texts(wanted)) {
            if before != after {
                update.value(column, after);
            }
        }
        if stored.validity != wanted.validity {
            update.value(Column::ValidId, self.store.reference().await?.valid_id(wanted.validity)?);
        }
        update.value(Column::ChangeTime, stamp.time).value(Column::ChangeBy, stamp.by);
        self.store.execute(&update).await.map(drop)
    }

    /// Writes the hash of a new password.
    pub async fn set_customer_user_password(&self, login: &str, password: &str, stamp: Stamp) -> Result<()> {
        let mut update = Query::update();
        update.table(Entity).value(Column::Pw, password).and_where(Expr::col(Column::Login).eq(login));
        update.value(Column::ChangeTime, stamp.time).value(Column::ChangeBy, stamp.by);
        self.store.execute(&update).await.map(drop)
    }
}
