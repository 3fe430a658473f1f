//! Carrying everything that names a customer over to its new CustomerID: a bounded number of statements for any number of rows.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::entity::{customer_company, customer_user, ticket};
use crate::error::Result;
use crate::store::text;
use crate::store::ticket_customer::TicketCustomer;
use crate::store::transaction::Stamp;

use super::DatabaseSource;

/// What followed a rename.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The logins of the customer's people.
    pub logins: Vec<String>,
    /// How many tickets.
    pub tickets: u64,
}

/// What dynamic fields call a customer.
const CUSTOMER: &str = "CustomerCompany";

impl DatabaseSource {
    /// Gives a customer another id. Domain rule 5.3: people, tickets with a line in their history, and dynamic fields follow, as in OTOBO;
    /// group permissions and additional customers too, which OTOBO forgets. False where the id is taken after all.
    pub async fn rename_customer(&self, old: &str, new: &str, stamp: Stamp) -> Result<Option<Carried>> {
        let mut update = Query::update();
        update.table(customer_company::Entity).value(customer_company::Column::CustomerId, new);
        update.value(customer_company::Column::ChangeTime, stamp.time);
        update.value(customer_company::Column::ChangeBy, stamp.by);
        update.and_where(Expr::col(customer_company::Column::CustomerId).eq(old));
        if !self.store.execute_unique(&update).await? {
            return Ok(None);
        }
        let tickets = TicketCustomer { customer_id: Some(new), login: None };
        let of_customer = || text::is_one_of(self.store.backend(), Expr::col(ticket::Column::CustomerId), &[old]);
        let logins = self.logins_under(old).await?;
        self.carry(("customer_user", "customer_id"), (old, new), Some(stamp)).await?;
        let carried =
            Carried { logins, tickets: self.store.set_ticket_customer(&tickets, of_customer(), stamp).await? };
        self.carry(("group_customer", "customer_id"), (old, new), None).await?;
        self.carry(("customer_user_customer", "customer_id"), (old, new), None).await?;
        self.store.rename_dynamic_field_object(CUSTOMER, old, new).await?;
        Ok(Some(carried))
    }

    /// The logins of the people whose own customer this is.
    async fn logins_under(&self, customer_id: &str) -> Result<Vec<String>> {
        let mut select = Query::select();
        select.column(customer_user::Column::Login).from(customer_user::Entity);
        let column = Expr::col(customer_user::Column::CustomerId);
        select.and_where(text::is_one_of(self.store.backend(), column, &[customer_id]));
        self.store.rows(&select).await?.iter().map(|row| row.at(0)).collect()
    }

    /// Writes `new` where a column of a table holds `old` in any case; with a stamp, rows say who changed them. A column that is too short
    /// for it holds no `old`: that was asked before.
    pub(super) async fn carry(
        &self,
        (table, column): (&'static str, &'static str),
        (old, new): (&str, &str),
        stamp: Option<Stamp>,
    ) -> Result<u64> {
        // PostgreSQL refuses a text that is too long even where no row would get it.
        let limit = self.store.database().layout.lengths.of(table, column);
        if limit.is_some_and(|limit| new.chars().count() > limit) {
            return Ok(0);
        }
        let mut update = Query::update();
        update.table(table).value(column, new);
        update.and_where(text::is_one_of(self.store.backend(), Expr::col(column), &[old]));
        if let Some(Stamp { time, by }) = stamp {
            update.value("change_time", time).value("change_by", by);
        }
        self.store.execute(&update).await
    }
}
