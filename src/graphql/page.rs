//! Connections: the paging arguments of a list as a checked value, and its answer in Relay's words.

use std::sync::Arc;

use async_graphql::{Context, Object, OutputType, SimpleObject};

use crate::error::{Error, Result};
use crate::store::page::{Cursor, Entries, Page};

use super::context::ContextExt;
use super::object::article::Article;
use super::object::customer::Customer;
use super::object::customer_user::CustomerUser;
use super::object::group::Group;
use super::object::ticket::Ticket;
use super::settings::Limits;

/// The paging arguments of a list, as a client sent them.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// The first so many.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// The last so many.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

impl PageArguments {
    /// Arguments of a list that is read forward only.
    pub fn forward(first: Option<i32>, after: Option<String>) -> Self {
        Self { first, after, ..Self::default() }
    }

    /// The page that is meant, or what is wrong with the arguments.
    pub fn check(self, limits: &Limits) -> Result<Page> {
        let Self { first, after, last, before } = self;
        let (limit, backward) = match (first, last) {
            (Some(_), Some(_)) => return Err(Error::bad_input("`first` and `last` were both given: give one of them")),
            (None, None) => (limits.default_page_size, false),
            (Some(first), None) => (size("first", first, limits)?, false),
            (None, Some(last)) => (size("last", last, limits)?, true),
        };
        let cursor = |text: Option<String>| text.map(|text| Cursor::decode(&text)).transpose();
        Ok(Page { limit, backward, after: cursor(after)?, before: cursor(before)?, with_before: false })
    }
}

fn size(name: &str, given: i32, limits: &Limits) -> Result<u64> {
    let max = limits.max_page_size;
    match u64::try_from(given) {
        Ok(size) if size <= max => Ok(size),
        Ok(_) => Err(Error::LimitExceeded(format!(
            "`{name}` is `{given}`, but a page has at most {max} entries: ask for less and follow the cursors"
        ))),
        Err(_) => Err(Error::bad_input(format!("`{name}` is `{given}`: give a number from 0 to {max}"))),
    }
}

/// The highest cost of a field. Costs are multiplied along a document and added up, and never pass what a number can hold.
const MAX_COST: usize = 1 << 40;

/// What a list costs: for each entry that it may have what is asked of it.
pub fn list_cost(entries: usize, child_complexity: usize) -> usize {
    entries.max(1).saturating_mul(child_complexity).saturating_add(1).min(MAX_COST)
}

/// For how many entries lists without pages count: about as many as records usually have. They are read in batches, so that what has more costs
/// little more; what matters is that lists within lists are counted.
pub mod usual {
    /// Groups in which a person or customer holds something.
    pub const GROUPS: usize = 8;
    /// Ways by which permissions on a group are held.
    pub const SOURCES: usize = 2;
    /// Reasons why a permission is not held.
    pub const OBSTACLES: usize = 4;
    /// Customers whose tickets a person may reach.
    pub const CUSTOMERS: usize = 4;
    /// Queues of a group.
    pub const QUEUES: usize = 5;
    /// Links that are configured for a record.
    pub const LINKS: usize = 5;
    /// Fields of a change.
    pub const CHANGED_FIELDS: usize = 3;
    /// Mistakes that a mutation tells.
    pub const USER_ERRORS: usize = 10;
    /// Records that are asked for all at once at the root: queues, states, priorities, data sources.
    pub const NAMES: usize = 100;
    /// Rows of a statistic.
    pub const STATISTIC_ROWS: usize = 200;
}

/// What a page of a list costs.
pub fn page_cost(first: Option<i32>, last: Option<i32>, child_complexity: usize) -> usize {
    const UNASKED: i32 = 50;
    let entries = usize::try_from(first.or(last).unwrap_or(UNASKED)).unwrap_or(0);
    list_cost(entries, child_complexity)
}

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there are entries behind the page.
    pub has_next_page: bool,
    /// Whether there are entries before the page.
    pub has_previous_page: bool,
    /// Cursor of the first entry; null for an empty page.
    pub start_cursor: Option<String>,
    /// Cursor of the last entry; null for an empty page.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// Of a page as read.
    pub fn of<T>(entries: &Entries<T>) -> Self {
        Self {
            has_next_page: entries.has_next,
            has_previous_page: entries.has_previous,
            start_cursor: entries.items.first().map(|(cursor, _)| cursor.encode()),
            end_cursor: entries.items.last().map(|(cursor, _)| cursor.encode()),
        }
    }
}

/// An entry of a list and its place there.
#[derive(SimpleObject)]
#[graphql(concrete(name = "CustomerEdge", params(Customer)))]
#[graphql(concrete(name = "CustomerUserEdge", params(CustomerUser)))]
#[graphql(concrete(name = "GroupEdge", params(Group)))]
#[graphql(concrete(name = "TicketEdge", params(Ticket)))]
#[graphql(concrete(name = "ArticleEdge", params(Article)))]
pub struct Edge<T: OutputType> {
    /// The place of the entry, for `after` and `before`.
    cursor: String,
    /// The entry.
    node: Arc<T>,
}

/// A page of a list.
pub struct Connection<T> {
    page_info: PageInfo,
    cursors: Vec<Cursor>,
    nodes: Vec<Arc<T>>,
    total: Option<i64>,
}

impl<T> Connection<T> {
    /// A page as read, each entry made into what the API shows. What is missing in it is told beside the answer.
    pub fn of_sources<U>(ctx: &Context<'_>, entries: Entries<U>, show: impl FnMut(U) -> T) -> Self {
        ctx.tell_missing(&entries.missing);
        Self::new(entries, show)
    }

    /// A page as read, each entry made into what the API shows.
    pub fn new<U>(entries: Entries<U>, mut show: impl FnMut(U) -> T) -> Self {
        let page_info = PageInfo::of(&entries);
        let total = entries.total;
        let (cursors, nodes) = entries.items.into_iter().map(|(cursor, item)| (cursor, Arc::new(show(item)))).unzip();
        Self { page_info, cursors, nodes, total }
    }
}

/// A page of a list.
#[Object(
    concrete(name = "CustomerConnection", params(Customer)),
    concrete(name = "CustomerUserConnection", params(CustomerUser)),
    concrete(name = "GroupConnection", params(Group)),
    concrete(name = "TicketConnection", params(Ticket)),
    concrete(name = "ArticleConnection", params(Article))
)]
impl<T: OutputType> Connection<T>
where
    Edge<T>: OutputType,
{
    /// The entries with their cursors.
    async fn edges(&self) -> Vec<Edge<T>> {
        let entries = self.cursors.iter().zip(&self.nodes);
        entries.map(|(cursor, node)| Edge { cursor: cursor.encode(), node: Arc::clone(node) }).collect()
    }

    /// The entries alone.
    async fn nodes(&self) -> &[Arc<T>] {
        &self.nodes
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many entries the whole list has for the viewer; counted only when asked for. With several data sources it is the sum of those that
    /// answer, of a directory up to its limit: a record that two sources have is in the list once, but counts in both.
    async fn total_count(&self) -> Result<i32> {
        total_count(self.total)
    }
}

/// A counted number as the API shows it.
pub fn total_count(total: Option<i64>) -> Result<i32> {
    let total = total.ok_or_else(|| Error::internal("totalCount was selected but not counted"))?;
    Ok(i32::try_from(total).unwrap_or(i32::MAX))
}
