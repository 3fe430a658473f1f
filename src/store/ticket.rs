//! Reading tickets: pages, single ones and counts. `ticket_query` says which.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use sea_orm::DbBackend;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, JoinType, Query, SelectStatement};

use crate::domain::filter::TicketFilter;
use crate::domain::ticket::{StateCount, StateType, Ticket, TicketCounts, TicketView};
use crate::domain::validity::Validity;
use crate::domain::viewer::Viewer;
use crate::entity::ticket::{Column, Entity};
use crate::error::Result;

use super::column::Columns;
use super::page::{Entries, Page, PagedSelect, Wanted};
use super::reference::Reference;
use super::ticket_query::{TicketSort, column};
use super::{Row, Store, text};

/// A list of tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketList {
    /// Which of the views.
    pub view: TicketView,
    /// What must hold.
    pub filter: TicketFilter,
    /// Order, and whether the greatest comes first.
    pub sort: (TicketSort, bool),
    /// Which part.
    pub page: Page,
    /// What to read.
    pub wanted: Wanted<TicketColumns>,
}

/// Lists are keys of batches. What hardly ever tells two lists of a document apart is left to the comparison, because it would take long for each of
/// many parents.
impl Hash for TicketList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.view, self.page.limit, self.page.backward, self.wanted.items, self.wanted.total).hash(state);
    }
}

/// Columns of tickets.
pub type TicketColumns = Columns<Column>;

/// Columns that are read of every ticket.
const ALWAYS: [Column; 3] = [Column::Id, Column::CustomerId, Column::CustomerUserId];

/// What is counted of tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counting {
    /// Open ones only: the other counts are 0.
    Open,
    /// Those of every state, without escalated and reached ones.
    All,
    /// Those too.
    WithTimes,
}

/// Whose tickets a nested list shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TicketParent {
    /// Those of a customer.
    Customer(String),
    /// Those of a customer user.
    CustomerUser(String),
}

/// Which kind of parent a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParentKind {
    /// Customers.
    Customer,
    /// Customer users.
    CustomerUser,
}

impl TicketParent {
    /// Its kind.
    pub fn kind(&self) -> ParentKind {
        match self {
            Self::Customer(_) => ParentKind::Customer,
            Self::CustomerUser(_) => ParentKind::CustomerUser,
        }
    }

    /// Its id or login.
    pub fn key(&self) -> &str {
        match self {
            Self::Customer(key) | Self::CustomerUser(key) => key,
        }
    }
}

impl ParentKind {
    fn column(self) -> Expr {
        column(match self {
            Self::Customer => Column::CustomerId,
            Self::CustomerUser => Column::CustomerUserId,
        })
    }
}

impl Store {
    /// A page of all tickets that exist for the viewer, and their number where it is wanted.
    pub async fn tickets(&self, viewer: &Viewer, list: &TicketList) -> Result<Entries<Ticket>> {
        let reference = self.reference().await?;
        let condition = self.ticket_condition(viewer, list, &reference);
        let counted = list.wanted.total.then(|| condition.clone());
        let (page, total) = futures_util::try_join!(self.ticket_page(list, condition), self.ticket_total(counted))?;
        Ok(Entries { total, ..page })
    }

    async fn ticket_page(&self, list: &TicketList, condition: Condition) -> Result<Entries<Ticket>> {
        if !list.wanted.items {
            return Ok(Entries::default());
        }
        let mut select = Query::select();
        select.from(Entity).cond_where(condition);
        let columns = select_columns(&mut select, list.wanted.columns);
        let order = self.ticket_order(list.sort);
        let paged = PagedSelect { select, columns: columns.len(), order, page: &list.page };
        self.page(paged, |row| self.read_ticket(row, 0, &columns)).await
    }

    async fn ticket_total(&self, counted: Option<Condition>) -> Result<Option<i64>> {
        let Some(condition) = counted else { return Ok(None) };
        self.count(Query::select().from(Entity).cond_where(condition).take()).await.map(Some)
    }

    /// Pages of the tickets of several parents of one kind, in the order of `keys`.
    pub async fn tickets_of(
        &self,
        viewer: &Viewer,
        kind: ParentKind,
        keys: &[String],
        list: &TicketList,
    ) -> Result<Vec<Entries<Ticket>>> {
        let reference = self.reference().await?;
        let condition =
            self.ticket_condition(viewer, list, &reference).add(text::is_one_of(self.backend(), kind.column(), keys));
        let counted = list.wanted.total.then(|| condition.clone());
        let (pages, totals) = futures_util::try_join!(
            self.ticket_pages(kind, keys.len(), list, condition),
            self.ticket_totals(kind, counted)
        )?;
        let mut answer = Vec::with_capacity(keys.len());
        for key in keys {
            let key = self.parent_key(key);
            let total = list.wanted.total.then(|| totals.get(&key).copied().unwrap_or(0));
            answer.push(Entries { total, ..pages.get(&key).cloned().unwrap_or_default() });
        }
        Ok(answer)
    }

    async fn ticket_pages(
        &self,
        kind: ParentKind,
        parents: usize,
        list: &TicketList,
        condition: Condition,
    ) -> Result<HashMap<String, Entries<Ticket>>> {
        if !list.wanted.items {
            return Ok(HashMap::new());
        }
        let mut select = Query::select();
        select.expr_as(kind.column(), "parent").from(Entity).cond_where(condition);
        let columns = select_columns(&mut select, list.wanted.columns);
        let order = self.ticket_order(list.sort);
        let paged = PagedSelect { select, columns: columns.len() + 1, order, page: &list.page };
        let parent = text::folded(self.backend(), kind.column());
        let read = |row: &Row| Ok((self.parent_key(&row.at::<String>(0)?), self.read_ticket(row, 1, &columns)?));
        self.pages(paged, (parent, parents), read).await
    }

    async fn ticket_totals(&self, kind: ParentKind, counted: Option<Condition>) -> Result<HashMap<String, i64>> {
        let Some(condition) = counted else { return Ok(HashMap::new()) };
        let parent = text::folded(self.backend(), kind.column());
        let select = Query::select().from(Entity).cond_where(condition).take();
        self.counts(select, parent, |row| Ok(self.parent_key(&row.at::<String>(0)?))).await
    }

    /// How many tickets of each parent every view would show, in the order of `keys`: one statement for all of them.
    pub async fn ticket_counts(
        &self,
        viewer: &Viewer,
        kind: ParentKind,
        keys: &[String],
        counted: Counting,
    ) -> Result<Vec<TicketCounts>> {
        let reference = self.reference().await?;
        let view = if counted == Counting::Open { TicketView::Open } else { TicketView::All };
        let by_state = |mut select: SelectStatement| {
            select.column((Entity, Column::TicketStateId)).add_group_by([column(Column::TicketStateId)]);
            self.select_counts(&mut select, counted == Counting::WithTimes);
            select.cond_where(self.readable_tickets(viewer, view, &reference)).take()
        };
        let backend = self.backend();
        let mut seen = HashSet::new();
        let asked: Vec<String> = keys.iter().filter(|key| seen.insert(self.parent_key(key))).cloned().collect();
        let among = text::is_one_of(backend, kind.column(), &asked);
        let select = match (backend, asked.as_slice()) {
            (_, [key]) => by_state(Query::select().expr(Expr::val(key)).take()).and_where(among).take(),
            (DbBackend::Postgres, asked) => for_each(asked, kind.column(), by_state(Query::select())),
            _ => {
                let parent = text::folded(backend, kind.column());
                by_state(Query::select().expr(parent.clone()).take()).and_where(among).add_group_by([parent]).take()
            }
        };
        let mut counts: HashMap<String, TicketCounts> = HashMap::new();
        for row in self.rows(&select).await? {
            let parent = self.parent_key(&row.at::<String>(0)?);
            counts.entry(parent).or_default().add(self.state_count(&row, 1, &reference)?);
        }
        Ok(keys.iter().map(|key| counts.get(&self.parent_key(key)).copied().unwrap_or_default()).collect())
    }

    /// Adds what [`Self::state_count`] reads behind the state.
    pub(super) fn select_counts(&self, select: &mut SelectStatement, with_times: bool) {
        select.expr(Expr::cust("COUNT(*)")).from(Entity);
        for epoch in [Column::EscalationTime, Column::UntilTime].into_iter().filter(|_| with_times) {
            let reached = Expr::case(self.is_reached(epoch), Expr::cust("1"));
            select.expr(Expr::expr(reached).count());
        }
        if !with_times {
            // A plain 0 would be a shorter number than a count on PostgreSQL.
            select.expr(Expr::cust("COUNT(NULL)")).expr(Expr::cust("COUNT(NULL)"));
        }
    }

    /// The counts of one state, whose number stands at `at`.
    pub(super) fn state_count(&self, row: &Row, at: usize, reference: &Reference) -> Result<StateCount> {
        let state = reference.states().get(row.at::<i16>(at)?.into());
        let is = |wanted: &dyn Fn(StateType) -> bool| {
            state.is_some_and(|state| state.validity == Validity::Valid && wanted(reference.state_type(state)))
        };
        Ok(StateCount {
            is_open: is(&|state_type| self.rules().open_state_types.contains(&state_type)),
            is_reminder: is(&|state_type| state_type == StateType::PendingReminder),
            total: row.at(at + 1)?,
            escalated: row.at(at + 2)?,
            time_reached: row.at(at + 3)?,
        })
    }

    /// The ticket with this number that exists for the viewer.
    pub async fn ticket_by_number(
        &self,
        viewer: &Viewer,
        number: &str,
        columns: TicketColumns,
    ) -> Result<Option<Ticket>> {
        let found = self.tickets_where(viewer, column(Column::Tn).eq(number), columns).await?;
        Ok(found.into_iter().next())
    }

    /// The tickets with these ids that exist for the viewer, in no particular order.
    pub async fn tickets_by_id(&self, viewer: &Viewer, ids: &[i64], columns: TicketColumns) -> Result<Vec<Ticket>> {
        self.tickets_where(viewer, column(Column::Id).is_in(text::padded(ids.iter().copied())), columns).await
    }

    async fn tickets_where(&self, viewer: &Viewer, condition: Expr, columns: TicketColumns) -> Result<Vec<Ticket>> {
        let reference = self.reference().await?;
        let mut select = Query::select();
        select.from(Entity).cond_where(self.ticket_scope(viewer.tickets(), &reference)).and_where(condition);
        let columns = select_columns(&mut select, columns);
        self.rows(&select).await?.iter().map(|row| self.read_ticket(row, 0, &columns)).collect()
    }

    fn ticket_condition(&self, viewer: &Viewer, list: &TicketList, reference: &Reference) -> Condition {
        self.readable_tickets(viewer, list.view, reference).add(self.ticket_filter(&list.filter, reference))
    }

    pub(super) fn read_ticket(&self, row: &Row, from: usize, columns: &[Column]) -> Result<Ticket> {
        let mut ticket = Ticket::default();
        let mut others: Vec<i32> = Vec::new();
        for (at, column) in (from..).zip(columns) {
            match column {
                Column::Id => ticket.id = row.at(at)?,
                Column::Tn => ticket.number = row.at(at)?,
                Column::Title => ticket.title = row.text(at)?.unwrap_or_default(),
                Column::QueueId => ticket.queue_id = row.at(at)?,
                Column::TicketLockId => ticket.lock_id = row.at(at)?,
                Column::TypeId => ticket.type_id = row.at(at)?,
                Column::ServiceId => ticket.service_id = row.at(at)?,
                Column::SlaId => ticket.sla_id = row.at(at)?,
                Column::UserId => ticket.owner_id = row.at(at)?,
                Column::TicketPriorityId => ticket.priority_id = row.at(at)?,
                Column::TicketStateId => ticket.state_id = row.at(at)?,
                Column::CustomerId => ticket.customer_id = row.text(at)?,
                Column::CustomerUserId => ticket.customer_user_login = row.text(at)?,
                Column::UntilTime => ticket.pending_until = row.at(at)?,
                Column::EscalationResponseTime => ticket.escalation.first_response = row.at(at)?,
                Column::EscalationUpdateTime => ticket.escalation.update = row.at(at)?,
                Column::EscalationSolutionTime => ticket.escalation.solution = row.at(at)?,
                Column::ArchiveFlag => ticket.is_archived = row.at::<i16>(at)? != 0,
                Column::CreateTime => ticket.created_at = self.utc(row.at(at)?),
                Column::ChangeTime => ticket.changed_at = self.utc(row.at(at)?),
                Column::ResponsibleUserId
                | Column::Timeout
                | Column::EscalationTime
                | Column::CreateBy
                | Column::ChangeBy => others.push(row.at(at)?),
            }
        }
        if Columns::of(columns).is_all() {
            ticket.version = self.fingerprint(&(&ticket, &others));
        }
        Ok(ticket)
    }
}

/// What a select yields for each of these parents, which are all different and stand in front. For PostgreSQL, which can take the values of an
/// expression from no index and so would have to read the rows to group them by it.
fn for_each(keys: &[String], parent: Expr, mut select: SelectStatement) -> SelectStatement {
    let asked = Expr::col(("asked", "asked"));
    select.and_where(Expr::from(Func::lower(parent)).eq(Func::lower(asked.clone())));
    let mut all = Query::select();
    all.expr(asked).expr(Expr::cust("\"found\".*"));
    all.from_function(Func::cust("UNNEST").arg(Expr::val(keys.to_vec())), "asked");
    all.join_lateral(JoinType::InnerJoin, select, "found", Expr::cust("TRUE")).take()
}

pub(super) fn select_columns(select: &mut SelectStatement, columns: TicketColumns) -> Vec<Column> {
    let columns = columns.union(Columns::of(&ALWAYS)).list();
    select.columns(columns.iter().map(|column| (Entity, *column)));
    columns
}
