//! Building the escalation times of a ticket anew, after anything that they depend on was written: the rule is in `domain::escalation`, what it
//! needs is read here, within the same transaction.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::domain::article::Sender;
use crate::domain::escalation::{Contact, Course, Targets, escalation_times, is_over};
use crate::domain::ticket::EscalationTimes;
use crate::entity::{
    article, article_sender_type, queue, sla, ticket, ticket_history, ticket_history_type, ticket_state,
    ticket_state_type,
};
use crate::error::{Error, Result};

use super::transaction::Transaction;
use super::{Row, Store};

/// The events of the history that tell which state a ticket got.
const STATE_EVENTS: [&str; 2] = ["NewTicket", "StateUpdate"];

/// What is stored about the escalations of a ticket.
struct Stored {
    created_at: chrono::DateTime<chrono::Utc>,
    state_type: String,
    targets: Targets,
    /// The calendar that the targets are meant in; `None` for the default one.
    calendar_name: Option<String>,
    times: EscalationTimes,
    earliest: i32,
}

impl Transaction {
    /// Builds the four escalation columns of a ticket and returns the times; written is only what differs. At most four statements.
    ///
    /// To be called after a ticket was made or merged, got an article, or another state, queue, type, service, service level agreement,
    /// priority or customer.
    pub async fn rebuild_escalation(&self, ticket_id: i64) -> Result<EscalationTimes> {
        let stored = self.stored_escalation(ticket_id).await?;
        let times = self.computed_escalation(ticket_id, &stored).await?;
        if stored.times != times || stored.earliest != times.earliest() {
            self.write_escalation(ticket_id, times).await?;
        }
        Ok(times)
    }

    async fn write_escalation(&self, ticket_id: i64, times: EscalationTimes) -> Result<()> {
        use ticket::Column as Ticket;
        let stamp = self.stamp();
        let mut update = Query::update();
        update.table(ticket::Entity).and_where(Expr::col(Ticket::Id).eq(ticket_id));
        update
            .value(Ticket::EscalationTime, times.earliest())
            .value(Ticket::EscalationResponseTime, times.first_response)
            .value(Ticket::EscalationUpdateTime, times.update)
            .value(Ticket::EscalationSolutionTime, times.solution);
        update.value(Ticket::ChangeTime, stamp.time).value(Ticket::ChangeBy, stamp.by);
        self.execute(&update).await.map(drop)
    }
}

impl Store {
    async fn computed_escalation(&self, ticket_id: i64, stored: &Stored) -> Result<EscalationTimes> {
        if is_over(&stored.state_type) || !stored.targets.are_set() {
            return Ok(EscalationTimes::default());
        }
        let contacts = self.contacts(ticket_id).await?;
        let has_solution = stored.targets.solution.is_some_and(|minutes| minutes > 0);
        let was_closed = has_solution && self.was_closed(ticket_id).await?;
        let Stored { created_at, state_type, targets, calendar_name, .. } = stored;
        let calendar = self.rules().calendars.named(calendar_name.as_deref());
        let course = Course { created_at: *created_at, state_type, contacts: &contacts, was_closed };
        Ok(escalation_times(*targets, calendar, &course))
    }

    async fn stored_escalation(&self, ticket_id: i64) -> Result<Stored> {
        let rows = self.rows(&select_stored(ticket_id)).await?;
        let Some(row) = rows.first() else {
            return Err(Error::internal(format!("there is no ticket {ticket_id} to build escalations for")));
        };
        // Where tickets have services, an agreement replaces the queue wholly, even one without any times.
        let has_agreement = self.rules().services && row.at::<Option<i32>>(6)?.is_some();
        let (targets, calendar_name) = targets(row, if has_agreement { 11 } else { 7 })?;
        let created_at = self.utc(row.at(0)?);
        Ok(Stored {
            created_at: created_at.ok_or_else(|| Error::internal("the ticket was made at no time"))?,
            state_type: row.at(1)?,
            targets,
            calendar_name,
            times: EscalationTimes { first_response: row.at(2)?, update: row.at(3)?, solution: row.at(4)? },
            earliest: row.at(5)?,
        })
    }

    /// The articles, the newest first.
    async fn contacts(&self, ticket_id: i64) -> Result<Vec<Contact>> {
        let article = |column: article::Column| Expr::col((article::Entity, column));
        let mut select = Query::select();
        select.expr(Expr::col((article_sender_type::Entity, article_sender_type::Column::Name)));
        select.exprs([article(article::Column::IsVisibleForCustomer), article(article::Column::CreateTime)]);
        select.from(article::Entity).inner_join(
            article_sender_type::Entity,
            article(article::Column::ArticleSenderTypeId)
                .equals((article_sender_type::Entity, article_sender_type::Column::Id)),
        );
        select.and_where(article(article::Column::TicketId).eq(ticket_id));
        select.order_by((article::Entity, article::Column::CreateTime), Order::Desc);
        select.order_by((article::Entity, article::Column::Id), Order::Desc);
        let mut contacts = Vec::new();
        for row in self.rows(&select).await? {
            let sender = Sender::from_name(&row.at::<String>(0)?);
            let is_visible = row.at::<i16>(1)? == 1;
            contacts.extend(self.utc(row.at(2)?).map(|at| Contact { sender, is_visible, at }));
        }
        Ok(contacts)
    }

    /// Whether the history knows of a state of the type `closed`.
    async fn was_closed(&self, ticket_id: i64) -> Result<bool> {
        let history = |column: ticket_history::Column| Expr::col((ticket_history::Entity, column));
        let state = |column: ticket_state::Column| (ticket_state::Entity, column);
        let mut select = Query::select();
        select
            .expr(Expr::cust("1"))
            .from(ticket_history::Entity)
            .inner_join(
                ticket_history_type::Entity,
                history(ticket_history::Column::HistoryTypeId)
                    .equals((ticket_history_type::Entity, ticket_history_type::Column::Id)),
            )
            .inner_join(
                ticket_state::Entity,
                history(ticket_history::Column::StateId).equals(state(ticket_state::Column::Id)),
            )
            .inner_join(ticket_state_type::Entity, is_type_of_state());
        select.and_where(history(ticket_history::Column::TicketId).eq(ticket_id));
        let event = Expr::col((ticket_history_type::Entity, ticket_history_type::Column::Name));
        select.and_where(event.is_in(STATE_EVENTS));
        select.and_where(Expr::col((ticket_state_type::Entity, ticket_state_type::Column::Name)).eq("closed")).limit(1);
        Ok(!self.rows(&select).await?.is_empty())
    }
}

fn is_type_of_state() -> Expr {
    Expr::col((ticket_state::Entity, ticket_state::Column::TypeId))
        .equals((ticket_state_type::Entity, ticket_state_type::Column::Id))
}

fn select_stored(ticket_id: i64) -> SelectStatement {
    use ticket::Column as Ticket;
    let ticket = |column: Ticket| Expr::col((ticket::Entity, column));
    let mut select = Query::select();
    select.expr(ticket(Ticket::CreateTime));
    select.expr(Expr::col((ticket_state_type::Entity, ticket_state_type::Column::Name)));
    select.exprs(
        [
            Ticket::EscalationResponseTime,
            Ticket::EscalationUpdateTime,
            Ticket::EscalationSolutionTime,
            Ticket::EscalationTime,
        ]
        .map(ticket),
    );
    select.expr(Expr::col((sla::Entity, sla::Column::Id)));
    let (from_queue, from_sla) = {
        use {queue::Column as Queue, sla::Column as Sla};
        (
            [Queue::FirstResponseTime, Queue::UpdateTime, Queue::SolutionTime, Queue::CalendarName],
            [Sla::FirstResponseTime, Sla::UpdateTime, Sla::SolutionTime, Sla::CalendarName],
        )
    };
    select.exprs(from_queue.map(|column| Expr::col((queue::Entity, column))));
    select.exprs(from_sla.map(|column| Expr::col((sla::Entity, column))));
    select
        .from(ticket::Entity)
        .inner_join(queue::Entity, ticket(Ticket::QueueId).equals((queue::Entity, queue::Column::Id)))
        .inner_join(
            ticket_state::Entity,
            ticket(Ticket::TicketStateId).equals((ticket_state::Entity, ticket_state::Column::Id)),
        )
        .inner_join(ticket_state_type::Entity, is_type_of_state())
        .left_join(sla::Entity, ticket(Ticket::SlaId).equals((sla::Entity, sla::Column::Id)));
    select.and_where(ticket(Ticket::Id).eq(ticket_id));
    select
}

/// The three times and the calendar that begin at this position.
fn targets(row: &Row, from: usize) -> Result<(Targets, Option<String>)> {
    let targets = Targets { first_response: row.at(from)?, update: row.at(from + 1)?, solution: row.at(from + 2)? };
    Ok((targets, row.text(from + 3)?))
}
