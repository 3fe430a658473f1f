//! Reading a list of one source until a page is full: what an earlier source knows, or what lacks the tickets asked for, is left out, and
//! something else takes its place.

use std::collections::HashSet;

use crate::domain::record::RecordKind;
use crate::domain::ticket::TicketView;
use crate::domain::viewer::Viewer;
use crate::error::{Error, Result};
use crate::store::page::{Cursor, Entries, KeyValue, Page};

use super::Sources;
use super::merge::{Part, part};

/// The least that is read at once when a page is filled up.
const AT_LEAST: u64 = 20;
/// The most.
const AT_MOST: u64 = 1000;
/// How often is read for one page. After so many it is told that there is too much to pass over.
const MOST_ROUNDS: usize = 12;

/// A list of one source.
pub(super) trait Reading: Sync {
    /// An entry.
    type Item: Send;

    /// The entries of a page, whoever knows them.
    fn read(&self, page: &Page) -> impl Future<Output = Result<Entries<Self::Item>>> + Send;
    /// The name of the source's order.
    fn order(&self) -> String;
    /// CustomerID or login.
    fn key(item: &Self::Item) -> &String;
    /// Which source it is, and what makes an entry its own.
    fn claim(&self) -> Claim<'_>;
}

/// What makes entries of a source its own.
#[derive(Clone, Copy)]
pub(super) struct Claim<'a> {
    /// The place of the source.
    pub(super) number: usize,
    /// What the entries are.
    pub(super) kind: RecordKind,
    /// Who asks.
    pub(super) viewer: &'a Viewer,
    /// Tickets that they must have, where the source does not know of tickets itself.
    pub(super) tickets: Option<TicketView>,
}

impl Sources {
    /// A page of what is the source's own.
    pub(super) async fn read_page<R: Reading>(&self, reading: &R, page: Page) -> Result<Part<R::Item>> {
        let entries = reading.read(&page).await?;
        let own =
            self.own(reading.claim(), entries.items.iter().map(|(_, item)| R::key(item).clone()).collect()).await?;
        self.fill(reading, entries, &own, page).await
    }

    /// The same where a page was read already, together with others: `own` has those entries that are the source's own.
    pub(super) async fn fill<R: Reading>(
        &self,
        reading: &R,
        entries: Entries<R::Item>,
        own: &HashSet<String>,
        mut page: Page,
    ) -> Result<Part<R::Item>> {
        let wanted = page.limit as usize;
        let (mut found, mut last) = self.own_part::<R>(entries, own, &page);
        for _ in 0..MOST_ROUNDS {
            let Some(key) = last.take().filter(|_| found.has_more && found.items.len() < wanted) else {
                found.has_more |= found.items.len() > wanted;
                found.items.truncate(wanted);
                return Ok(found);
            };
            let cursor = Some(Cursor::new(&reading.order(), key));
            match page.backward {
                true => (page.before, page.with_before) = (cursor, false),
                false => page.after = cursor,
            }
            page.limit = (page.limit * 2).clamp(AT_LEAST, AT_MOST);
            let entries = reading.read(&page).await?;
            let keys = entries.items.iter().map(|(_, item)| R::key(item).clone()).collect();
            let own = self.own(reading.claim(), keys).await?;
            let (more, end) = self.own_part::<R>(entries, &own, &page);
            found.items.extend(more.items);
            (found.has_more, last) = (more.has_more, end);
        }
        let name = &self.registry.sources[reading.claim().number].name;
        let message = format!(
            "too many records of the data source `{name}` have to be passed over for this list: narrow the filter"
        );
        Err(Error::LimitExceeded(message))
    }

    /// Those of the entries that are the source's own, and the place of the last that was read.
    fn own_part<R: Reading>(
        &self,
        entries: Entries<R::Item>,
        own: &HashSet<String>,
        page: &Page,
    ) -> (Part<R::Item>, Option<Vec<KeyValue>>) {
        let mut part = part(entries, page);
        let last = part.items.last().map(|(key, _)| key.clone());
        part.items.retain(|(_, item)| own.contains(&self.store.parent_key(R::key(item))));
        (part, last)
    }

    /// Those of a source's keys, folded, that no earlier source knows and, where that is asked, that have such tickets.
    pub(super) async fn own(&self, claim: Claim<'_>, keys: Vec<String>) -> Result<HashSet<String>> {
        let mut own: HashSet<String> = keys.iter().map(|key| self.store.parent_key(key)).collect();
        for known in self.known_before(claim.number, claim.kind, &keys).await? {
            own.remove(&known);
        }
        if let Some(view) = claim.tickets {
            let having = self.main.with_tickets(claim.viewer, claim.kind, &keys, view).await?;
            own.retain(|key| having.contains(key));
        }
        Ok(own)
    }
}
