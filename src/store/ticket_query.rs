//! Which tickets: the viewer's scope, the views, filters and orders, as SQL conditions. `ticket` reads them.

use std::collections::BTreeMap;

use sea_orm::DbBackend;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SelectStatement};

use crate::domain::filter::TicketFilter;
use crate::domain::ticket::{OtherCustomers, StateType, TicketScope, TicketView, reached_at};
use crate::domain::viewer::Viewer;
use crate::entity::queue;
use crate::entity::ticket::{Column, Entity};

use super::page::{KeyType, SortOrder};
use super::reference::Reference;
use super::{Store, text};

/// What tickets can be sorted by; the number of the record breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TicketSort {
    /// The ticket number.
    Number,
    /// The title; tickets without one count as having an empty one.
    Title,
    /// When they were made.
    CreatedAt,
    /// When they were last changed.
    ChangedAt,
    /// The nearest escalation; tickets without one count as 0.
    Escalation,
    /// What they are pending until; tickets that are not pending count as 0.
    PendingUntil,
    /// The priority.
    Priority,
}

pub(super) fn column(column: Column) -> Expr {
    Expr::col((Entity, column))
}

impl Store {
    /// The tickets of a view that exist for the viewer.
    pub fn readable_tickets(&self, viewer: &Viewer, view: TicketView, reference: &Reference) -> Condition {
        Condition::all().add(self.ticket_scope(viewer.tickets(), reference)).add(self.ticket_view(view, reference))
    }

    /// The predicate behind every list, count, node and nested field of tickets; [`TicketScope::contains`] says the same of one ticket.
    pub(super) fn ticket_scope(&self, scope: &TicketScope, reference: &Reference) -> Condition {
        match scope {
            TicketScope::Agent { group_ids, agent_id } => {
                let own = column(Column::UserId).eq(*agent_id);
                let hidden: Vec<i32> = reference
                    .queue_groups()
                    .iter()
                    .filter(|group| group_ids.binary_search(group).is_err())
                    .copied()
                    .collect();
                let in_groups = match hidden.len() < group_ids.len() {
                    // What is the shorter to say. A queue that is too new to be known is nobody's.
                    true => Some(
                        Condition::all()
                            .add(column(Column::QueueId).lte(reference.newest_queue()))
                            .add_option(self.in_groups(&hidden, reference).map(Expr::not)),
                    ),
                    false => self.in_groups(group_ids, reference).map(|is_in| Condition::all().add(is_in)),
                };
                Condition::any().add(own).add_option(in_groups)
            }
            TicketScope::CustomerUser { login, customer_ids, group_ids, others } => {
                let own = Condition::any()
                    .add(text::is_one_of(self.backend(), column(Column::CustomerUserId), &[login]))
                    .add_option(
                        (!customer_ids.is_empty())
                            .then(|| text::is_one_of(self.backend(), column(Column::CustomerId), customer_ids)),
                    );
                let Some(in_groups) = self.in_groups(group_ids, reference) else {
                    return Condition::all().add(Expr::cust("1 = 0"));
                };
                joined_by_customers(others).into_iter().fold(
                    Condition::any().add(Condition::all().add(in_groups).add(own)),
                    |any, (customers, groups)| {
                        let theirs = text::is_one_of(self.backend(), column(Column::CustomerId), customers);
                        any.add(Condition::all().add_option(self.in_groups(&groups, reference)).add(theirs))
                    },
                )
            }
        }
    }

    /// Whether the ticket's queue belongs to one of these groups; `None` for no group at all. PostgreSQL is told the queues, all in one parameter:
    /// finding them out would take it as long as reading the tickets.
    fn in_groups(&self, group_ids: &[i32], reference: &Reference) -> Option<Expr> {
        if group_ids.is_empty() {
            return None;
        }
        if self.backend() == DbBackend::Postgres {
            let queues = reference.queues().all().iter().filter(|queue| group_ids.contains(&queue.parent_id));
            let queues: Vec<i32> = queues.map(|queue| queue.id).collect();
            return Some(Expr::cust_with_exprs("$1 = ANY($2)", [column(Column::QueueId), Expr::val(queues)]));
        }
        let mut queues: SelectStatement = Query::select();
        queues.column((queue::Entity, queue::Column::Id)).from(queue::Entity);
        let group = Expr::col((queue::Entity, queue::Column::GroupId));
        queues.and_where(group.is_in(text::padded(group_ids.iter().copied())));
        Some(column(Column::QueueId).in_subquery(queues))
    }

    fn ticket_view(&self, view: TicketView, reference: &Reference) -> Condition {
        let rules = self.rules();
        let open = reference.states_of(&rules.open_state_types, false);
        let reminders =
            || column(Column::TicketStateId).is_in(reference.states_of(&[StateType::PendingReminder], false));
        match view {
            TicketView::All => Condition::all(),
            TicketView::Open => Condition::all().add(column(Column::TicketStateId).is_in(open)),
            TicketView::Closed => {
                let ids = reference.states().all().iter().filter_map(|state| i16::try_from(state.id).ok());
                Condition::all().add(column(Column::TicketStateId).is_in(ids.filter(|id| !open.contains(id))))
            }
            TicketView::Escalated => Condition::all().add(self.is_reached(Column::EscalationTime)),
            TicketView::Reminder => Condition::all().add(reminders()),
            TicketView::ReminderReached => Condition::all().add(reminders()).add(self.is_reached(Column::UntilTime)),
        }
    }

    /// Whether an epoch column holds a time that has come; 0 is none.
    pub(super) fn is_reached(&self, epoch: Column) -> Expr {
        column(epoch).gt(0).and(column(epoch).lte(reached_at(self.now()) as i32))
    }

    pub(super) fn ticket_filter(&self, filter: &TicketFilter, reference: &Reference) -> Condition {
        let queues = filter.queues.as_ref().map(|names| {
            let ids: Vec<i32> =
                names.iter().filter_map(|name| reference.queues().named(name)).map(|queue| queue.id).collect();
            column(Column::QueueId).is_in(text::padded(ids))
        });
        let states = filter
            .state_types
            .as_ref()
            .map(|types| column(Column::TicketStateId).is_in(reference.states_of(types, true)));
        Condition::all()
            .add_option(self.text_filter(column(Column::Tn), &filter.number))
            .add_option(self.text_filter(column(Column::Title), &filter.title))
            .add_option(states)
            .add_option(queues)
            .add_option(self.text_filter(column(Column::CustomerId), &filter.customer_id))
            .add_option(self.text_filter(column(Column::CustomerUserId), &filter.customer_user_login))
            .add_option(self.time_filter(column(Column::CreateTime), &filter.created_at))
            .add_option(self.time_filter(column(Column::ChangeTime), &filter.changed_at))
            .add_option(filter.is_archived.map(|archived| column(Column::ArchiveFlag).eq(i16::from(archived))))
    }

    pub(super) fn ticket_order(&self, (sort, descending): (TicketSort, bool)) -> SortOrder {
        let title = || {
            let title = Func::coalesce([column(Column::Title), Expr::cust("''")]);
            text::folded(self.backend(), text::caseless(self.backend(), title))
        };
        let id = (column(Column::Id), KeyType::Int64);
        let keys = match sort {
            TicketSort::Number => vec![(column(Column::Tn), KeyType::Text)],
            TicketSort::Title => vec![(title(), KeyType::Text), id],
            TicketSort::CreatedAt => vec![(column(Column::CreateTime), KeyType::Time), id],
            TicketSort::ChangedAt => vec![(column(Column::ChangeTime), KeyType::Time), id],
            TicketSort::Escalation => vec![(column(Column::EscalationTime), KeyType::Int32), id],
            TicketSort::PendingUntil => vec![(column(Column::UntilTime), KeyType::Int32), id],
            TicketSort::Priority => vec![(column(Column::TicketPriorityId), KeyType::Int16), id],
        };
        SortOrder { name: format!("ticket.{sort:?}"), descending, keys }
    }
}

/// Groups that reach the same customers become one clause.
fn joined_by_customers(others: &[OtherCustomers]) -> BTreeMap<&Vec<String>, Vec<i32>> {
    let mut joined: BTreeMap<&Vec<String>, Vec<i32>> = BTreeMap::new();
    for other in others {
        joined.entry(&other.customer_ids).or_default().push(other.group_id);
    }
    joined
}
