//! Writing customers in the database, within a transaction. Whether a change is right is decided before.

use sea_orm::sea_query::{Condition, DynIden, Expr, ExprTrait, IntoIden, Query};

use crate::domain::customer::Customer;
use crate::entity::customer_company::{Column, Entity};
use crate::error::Result;
use crate::store::column::Columns;
use crate::store::text;
use crate::store::transaction::{Stamp, insert_row};

use super::DatabaseSource;
use super::customer::select_columns;

/// The columns that hold texts, the key left out.
const TEXTS: [Column; 7] =
    [Column::Name, Column::Street, Column::Zip, Column::City, Column::Country, Column::Url, Column::Comments];

/// The texts of a customer, in the order of [`TEXTS`].
fn texts(customer: &Customer) -> [Option<&str>; 7] {
    [
        Some(&customer.name),
        customer.street.as_deref(),
        customer.zip.as_deref(),
        customer.city.as_deref(),
        customer.country.as_deref(),
        customer.url.as_deref(),
        customer.comment.as_deref(),
    ]
}

/// What other customers have already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The id.
    pub id: bool,
    /// The name.
    pub name: bool,
}

impl DatabaseSource {
    /// The customer that an id names, whole, kept from other writers until the transaction ends.
    pub async fn lock_customer(&self, id: &str) -> Result<Option<Customer>> {
        let mut select = Query::select();
        let column = Expr::col((Entity, Column::CustomerId));
        select.from(Entity).and_where(text::is_one_of(self.store.backend(), column, &[id])).lock_exclusive();
        let columns = select_columns(&mut select, Columns::all());
        let reference = self.store.reference().await?;
        let rows = self.store.rows(&select).await?;
        let found = rows.iter().map(|row| self.read_customer(row, &columns, &reference));
        let found: Vec<Customer> = found.collect::<Result<_>>()?;
        Ok(self.meant(found, id, |customer| &customer.customer_id))
    }

    /// Which of an id and a name other customers have already, as far as the database takes them for equal; `except` is not among the others.
    pub async fn taken(&self, id: &str, name: &str, except: Option<&str>) -> Result<Taken> {
        let is = |column, value: &str| {
            let column = text::caseless(self.store.backend(), Expr::col((Entity, column)));
            text::is_one_of(self.store.backend(), column, &[value])
        };
        let yes = |condition: Expr| Expr::case(condition, Expr::cust("1")).finally(Expr::cust("0"));
        let (has_id, has_name) = (is(Column::CustomerId, id), is(Column::Name, name));
        let mut select = Query::select();
        select.expr(yes(has_id.clone())).expr(yes(has_name.clone())).from(Entity);
        select.cond_where(Condition::any().add(has_id).add(has_name));
        select.and_where_option(except.map(|id| Expr::col(Column::CustomerId).ne(id)));
        let mut taken = Taken::default();
        for row in self.store.rows(&select).await? {
            taken.id |= row.at::<i32>(0)? == 1;
            taken.name |= row.at::<i32>(1)? == 1;
        }
        Ok(taken)
    }

    /// Writes a new customer; false where its id or name is taken after all.
    pub async fn insert_customer(&self, customer: &Customer, stamp: Stamp) -> Result<bool> {
        let reference = self.store.reference().await?;
        let mut row: Vec<(DynIden, Expr)> = vec![
            (Column::CustomerId.into_iden(), customer.customer_id.as_str().into()),
            (Column::ValidId.into_iden(), reference.valid_id(customer.validity)?.into()),
        ];
        let texts = TEXTS.into_iter().zip(texts(customer));
        row.extend(texts.map(|(column, text)| (column.into_iden(), text.map(str::to_owned).into())));
        row.extend(stamp.columns());
        let insert = insert_row(Entity, row);
        self.store.execute_unique(&insert).await
    }

    /// Writes what differs between a customer as stored and as wanted, its id aside; false where its name is taken after all.
    pub async fn update_customer(&self, stored: &Customer, wanted: &Customer, stamp: Stamp) -> Result<bool> {
        let mut update = Query::update();
        update.table(Entity).and_where(Expr::col(Column::CustomerId).eq(stored.customer_id.as_str()));
        for ((column, before), after) in TEXTS.into_iter().zip(texts(stored)).zip(texts(wanted)) {
            if before != after {
                update.value(column, after.map(str::to_owned));
            }
        }
        if stored.validity != wanted.validity {
            update.value(Column::ValidId, self.store.reference().await?.valid_id(wanted.validity)?);
        }
        update.value(Column::ChangeTime, stamp.time).value(Column::ChangeBy, stamp.by);
        self.store.execute_unique(&update).await
    }
}
