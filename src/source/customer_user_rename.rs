//! Carrying everything that names a person over to a new login, or their tickets over to a new customer: a bounded number of statements
//! for any number of rows.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::entity::{customer_user, ticket};
use crate::error::Result;
use crate::store::login::LOGIN_COLUMNS;
use crate::store::text;
use crate::store::ticket_customer::TicketCustomer;
use crate::store::transaction::Stamp;

use super::DatabaseSource;

/// What dynamic fields call a customer user.
const CUSTOMER_USER: &str = "CustomerUser";

impl DatabaseSource {
    /// Gives a person another login and returns how many tickets followed; `None` where the login is taken after all. Domain rule 5.3:
    /// tickets with a line in their history, preferences, services and dynamic fields follow, as in OTOBO; group permissions and
    /// additional customers too, which OTOBO forgets, and tickets under other customers than the own one.
    pub async fn rename_customer_user(
        &self,
        (old, new): (&str, &str),
        customer_id: &str,
        stamp: Stamp,
    ) -> Result<Option<u64>> {
        let mut update = Query::update();
        update.table(customer_user::Entity).value(customer_user::Column::Login, new);
        update.value(customer_user::Column::ChangeTime, stamp.time);
        update.value(customer_user::Column::ChangeBy, stamp.by);
        update.and_where(Expr::col(customer_user::Column::Login).eq(old));
        if !self.store.execute_unique(&update).await? {
            return Ok(None);
        }
        let renamed = (old, new);
        for (table, column) in LOGIN_COLUMNS {
            self.carry((table, column), renamed, None).await?;
        }
        self.store.rename_dynamic_field_object(CUSTOMER_USER, old, new).await?;

        let whole = TicketCustomer { customer_id: Some(customer_id), login: Some(new) };
        let of_own_customer = self.ticket_of(old).and(self.ticket_under(customer_id));
        let moved = self.store.set_ticket_customer(&whole, of_own_customer, stamp).await?;
        let login = TicketCustomer { customer_id: None, login: Some(new) };
        // Where only the case differs, the first statement's tickets are found again: they have the new spelling by now.
        let others = self.ticket_of(old).and(Expr::col(ticket::Column::CustomerUserId).ne(new));
        Ok(Some(moved + self.store.set_ticket_customer(&login, others, stamp).await?))
    }

    /// Moves the tickets that a person has under one customer to another one, and returns how many. Domain rule 5.3.
    pub async fn move_tickets(&self, login: &str, from: &str, to: &str, stamp: Stamp) -> Result<u64> {
        let customer = TicketCustomer { customer_id: Some(to), login: Some(login) };
        self.store.set_ticket_customer(&customer, self.ticket_of(login).and(self.ticket_under(from)), stamp).await
    }

    fn ticket_of(&self, login: &str) -> Expr {
        text::is_one_of(self.store.backend(), Expr::col(ticket::Column::CustomerUserId), &[login])
    }

    fn ticket_under(&self, customer_id: &str) -> Expr {
        text::is_one_of(self.store.backend(), Expr::col(ticket::Column::CustomerId), &[customer_id])
    }
}
