//! Giving tickets another customer or person, with the line in their history that OTOBO writes. Also the number behind dynamic fields of a
//! record that gets another name.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};

use crate::entity::{dynamic_field_obj_id_name as object, ticket, ticket_history, ticket_history_type};
use crate::error::Result;

use super::transaction::Stamp;
use super::{Store, text};

/// Whom a ticket is for; `None` leaves that part as it is.
pub struct TicketCustomer<'a> {
    /// The customer.
    pub customer_id: Option<&'a str>,
    /// The person.
    pub login: Option<&'a str>,
}

impl TicketCustomer<'_> {
    /// What OTOBO writes into the history: the parts that were set.
    fn history(&self) -> String {
        let customer = self.customer_id.map(|id| format!("CustomerID={id};")).unwrap_or_default();
        let login = self.login.map(|login| format!("CustomerUser={login};")).unwrap_or_default();
        // The column has 200 characters, and OTOBO cuts what is longer.
        format!("%%{customer}{login}").chars().take(200).collect()
    }
}

impl Store {
    /// Gives the tickets for which `which` holds another customer or person, with a line in the history of each, and returns how many. Two
    /// statements for any number of tickets.
    pub async fn set_ticket_customer(&self, customer: &TicketCustomer<'_>, which: Expr, stamp: Stamp) -> Result<u64> {
        use ticket_history::Column as History;
        let mut history_type = Query::select();
        history_type
            .column(ticket_history_type::Column::Id)
            .from(ticket_history_type::Entity)
            .and_where(Expr::col(ticket_history_type::Column::Name).eq("CustomerUpdate"));
        let history_type = self.rows(&history_type).await?.first().map(|row| row.at::<i32>(0)).transpose()?;
        if let Some(history_type) = history_type {
            let mut tickets = Query::select();
            tickets
                .expr(Expr::val(customer.history()))
                .expr(Expr::val(history_type as i16))
                .column(ticket::Column::Id)
                .expr(Func::coalesce([Expr::col(ticket::Column::TypeId), Expr::val(1i16)]))
                .columns([
                    ticket::Column::QueueId,
                    ticket::Column::UserId,
                    ticket::Column::TicketPriorityId,
                    ticket::Column::TicketStateId,
                ])
                .exprs([Expr::val(stamp.time), Expr::val(stamp.by), Expr::val(stamp.time), Expr::val(stamp.by)])
                .from(ticket::Entity)
                .and_where(which.clone());
            let mut insert = Query::insert();
            insert.into_table(ticket_history::Entity).columns([
                History::Name,
                History::HistoryTypeId,
                History::TicketId,
                History::TypeId,
                History::QueueId,
                History::OwnerId,
                History::PriorityId,
                History::StateId,
                History::CreateTime,
                History::CreateBy,
                History::ChangeTime,
                History::ChangeBy,
            ]);
            self.execute(insert.select_from(tickets).expect("as many values as columns")).await?;
        }
        let mut update = Query::update();
        update.table(ticket::Entity).and_where(which);
        if let Some(id) = customer.customer_id {
            update.value(ticket::Column::CustomerId, id);
        }
        if let Some(login) = customer.login {
            update.value(ticket::Column::CustomerUserId, login);
        }
        update.value(ticket::Column::ChangeTime, stamp.time).value(ticket::Column::ChangeBy, stamp.by);
        self.execute(&update).await
    }

    /// Lets the values of dynamic fields follow a record to its new name. What is left from another record of that name, which no longer
    /// exists, gives way.
    pub async fn rename_dynamic_field_object(&self, object_type: &str, old: &str, new: &str) -> Result<()> {
        let is = |name: &str| {
            text::is_one_of(self.backend(), Expr::col(object::Column::ObjectName), &[name])
                .and(Expr::col(object::Column::ObjectType).eq(object_type))
        };
        let differs = self.parent_key(old) != self.parent_key(new);
        if differs {
            self.execute(Query::delete().from_table(object::Entity).and_where(is(new))).await?;
        }
        let mut update = Query::update();
        update.table(object::Entity).value(object::Column::ObjectName, new).and_where(is(old));
        self.execute(&update).await.map(drop)
    }
}
