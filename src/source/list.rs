//! Lists over all sources: each is read as far as a page needs, in its own language, and what they have is merged. A record that an earlier
//! source knows is that source's, whether or not it is in the list there.

use futures_util::FutureExt;
use futures_util::future::join_all;

use crate::domain::customer::Customer;
use crate::domain::customer_user::CustomerUser;
use crate::domain::record::RecordKind;
use crate::domain::ticket::TicketView;
use crate::domain::viewer::{CustomerScope, Viewer};
use crate::error::{Error, Result};
use crate::store::page::{Entries, Page};

use super::customer::CustomerList;
use super::customer_user::CustomerUserList;
use super::listing::{CustomerUsers, Customers, ListOf, Listed};
use super::merge::{Bounds, Part};
use super::reading::{Claim, Reading};
use super::record::{Among, RecordQuery, RecordSource};
use super::{MOST_GATHERED, Other, Sources, is_partial};

/// A list in one source.
pub(super) struct ListReading<'a, K: Listed> {
    /// All sources.
    pub(super) sources: &'a Sources,
    /// The place of the source.
    pub(super) number: usize,
    /// Who asks.
    pub(super) viewer: &'a Viewer,
    /// The list.
    pub(super) list: &'a ListOf<K>,
    /// The same as asked of a source besides the main database; `None` where none of its records fits.
    pub(super) query: Option<&'a RecordQuery>,
}

impl<K: Listed> Reading for ListReading<'_, K> {
    type Item = K::Item;

    async fn read(&self, page: &Page) -> Result<Entries<K::Item>> {
        let Self { sources, number, viewer, list, query } = self;
        if *number == sources.registry.main_position() {
            let list = list.with_page(page.clone()).wanting(true, false);
            return K::read(&sources.main, viewer, &list).await;
        }
        let other = sources.registry.other(*number, K::KIND);
        let Some((other, query)) = other.zip(*query) else { return Ok(Entries::default()) };
        let records = sources.ask(other.asked(), other.elsewhere.page(query, page).boxed()).await?;
        Ok(records.map(|record| K::show(record, &other.source.name, viewer)))
    }

    fn order(&self) -> String {
        self.sources.order_in::<K>(self.number, self.viewer, self.list, self.query)
    }

    fn key(item: &K::Item) -> &String {
        K::key(item)
    }

    fn claim(&self) -> Claim<'_> {
        // The main database has asked for tickets itself.
        let tickets =
            K::has_tickets(&self.list.filter).filter(|_| self.number != self.sources.registry.main_position());
        Claim { number: self.number, kind: K::KIND, viewer: self.viewer, tickets }
    }
}

impl Sources {
    /// A page of customers, and their number where it is wanted. A source that does not answer is missing in it.
    pub async fn customers(&self, viewer: &Viewer, list: &CustomerList) -> Result<Entries<Customer>> {
        self.list::<Customers>(viewer, list).await
    }

    /// A page of customer users, likewise.
    pub async fn customer_users(&self, viewer: &Viewer, list: &CustomerUserList) -> Result<Entries<CustomerUser>> {
        self.list::<CustomerUsers>(viewer, list).await
    }

    async fn list<K: Listed>(&self, viewer: &Viewer, list: &ListOf<K>) -> Result<Entries<K::Item>> {
        if !self.has_others(K::KIND) {
            return K::read(&self.main, viewer, list).await;
        }
        let query = match K::query(list) {
            Some(query) => self.within_scope(viewer, query).await?,
            None => None,
        };
        let (mut entries, (total, missing)) = futures_util::try_join!(
            self.merged::<K>(viewer, list, query.as_ref()),
            self.total::<K>(viewer, list, query.as_ref())
        )?;
        entries.missing.extend(missing);
        Ok(Entries { total, ..entries })
    }

    /// The query for what exists for the viewer; `None` where that is nothing in other sources.
    async fn within_scope(&self, viewer: &Viewer, query: RecordQuery) -> Result<Option<RecordQuery>> {
        let CustomerScope::Of(ids) = viewer.customers() else { return Ok(Some(query)) };
        let among = match query.kind {
            RecordKind::Customer => Among { keys: ids.to_vec(), customer_ids: Vec::new() },
            RecordKind::CustomerUser => {
                let mut keys =
                    self.main.assigned_to(ids).await?.into_iter().map(|(_, login)| login).collect::<Vec<_>>();
                keys.push(viewer.login().to_owned());
                Among { keys, customer_ids: ids.to_vec() }
            }
        };
        Ok(Some(RecordQuery { among: Some(among), reader: Some(viewer.login().to_owned()), ..query }))
    }

    async fn merged<K: Listed>(
        &self,
        viewer: &Viewer,
        list: &ListOf<K>,
        query: Option<&RecordQuery>,
    ) -> Result<Entries<K::Item>> {
        if !list.wanted.items {
            return Ok(Entries::default());
        }
        let main_order = K::order_in(&self.main, viewer, list.sort);
        let bounds = Bounds::of(&list.page, &main_order, self.registry.sources.len())?;
        let parts = join_all(self.registry.sources.iter().enumerate().map(|(number, source)| {
            let page = bounds.page_of(number, &self.order_in::<K>(number, viewer, list, query), &list.page);
            async move {
                match page.filter(|_| K::data_source(&list.filter).is_none_or(|name| *name == *source.name)) {
                    Some(page) => {
                        self.read_page(&ListReading::<K> { sources: self, number, viewer, list, query }, page).await
                    }
                    None => Ok(Part::empty(false)),
                }
            }
        }));
        let (mut merged, mut missing) = (Vec::with_capacity(self.registry.sources.len()), Vec::new());
        for part in parts.await {
            merged.push(match part {
                Err(error) if is_partial(&error) => {
                    missing.push(error);
                    Part::empty(true)
                }
                part => part?,
            });
        }
        Ok(Entries { missing, ..bounds.merge(merged, &list.page, list.sort.1) })
    }

    /// The name of the order of a list in a source.
    fn order_in<K: Listed>(
        &self,
        number: usize,
        viewer: &Viewer,
        list: &ListOf<K>,
        query: Option<&RecordQuery>,
    ) -> String {
        match query.filter(|_| number != self.registry.main_position()) {
            Some(query) => query.order_name(),
            None => K::order_in(&self.main, viewer, list.sort),
        }
    }

    /// How many records each source that answers has, added up, and those that do not answer. A record in two sources counts in both.
    async fn total<K: Listed>(
        &self,
        viewer: &Viewer,
        list: &ListOf<K>,
        query: Option<&RecordQuery>,
    ) -> Result<(Option<i64>, Vec<Error>)> {
        if !list.wanted.total {
            return Ok((None, Vec::new()));
        }
        let is_meant = |name: &str| K::data_source(&list.filter).is_none_or(|wanted| *wanted == *name);
        let others = self.registry.others(K::KIND).filter(|other| is_meant(&other.source.name));
        let counts = others.filter_map(|other| Some((other, query?)));
        let counts =
            join_all(counts.map(|(other, query)| self.count(other, viewer, query, K::has_tickets(&list.filter))));
        let (in_main, counts) = futures_util::join!(self.count_in_main::<K>(viewer, list), counts);
        let (mut total, mut missing) = (in_main?, Vec::new());
        for count in counts {
            match count {
                Err(error) if is_partial(&error) => missing.push(error),
                count => total += count?,
            }
        }
        Ok((Some(total), missing))
    }

    /// How many records the main database has in a list; for customer users those only that are its own.
    async fn count_in_main<K: Listed>(&self, viewer: &Viewer, list: &ListOf<K>) -> Result<i64> {
        if !self.counts_own_in_main(viewer, K::KIND) {
            return Ok(K::read(&self.main, viewer, &list.wanting(false, true)).await?.total.unwrap_or(0));
        }
        let everything = list.with_page(Page::first(MOST_GATHERED as u64)).wanting(true, false);
        let read = K::read(&self.main, viewer, &everything).await?;
        let keys = read.items.iter().map(|(_, item)| K::key(item).clone()).collect();
        let claim = Claim { number: self.registry.main_position(), kind: K::KIND, viewer, tickets: None };
        Ok(self.own(claim, keys).await?.len() as i64)
    }

    /// Whether records of the main database have to be read to be counted: an earlier source may keep some of them, which must not show in a
    /// number that a customer user reads.
    pub(super) fn counts_own_in_main(&self, viewer: &Viewer, kind: RecordKind) -> bool {
        viewer.is_customer_user() && self.registry.others_beside(true, kind).next().is_some()
    }

    /// How many records of a source fulfil a query. Where tickets count, which the main database knows only, they are read; and for customer
    /// users, for whom what an earlier source hides must not show in a number.
    pub(super) async fn count(
        &self,
        other: Other<'_>,
        viewer: &Viewer,
        query: &RecordQuery,
        tickets: Option<TicketView>,
    ) -> Result<i64> {
        if tickets.is_none() && !viewer.is_customer_user() {
            return self.ask(other.asked(), other.elsewhere.count(query).boxed()).await;
        }
        let gathered = self.ask(other.asked(), other.elsewhere.all(query, MOST_GATHERED).boxed()).await?;
        let keys = gathered.records.into_iter().map(|record| record.key).collect();
        let claim = Claim { number: other.number, kind: query.kind, viewer, tickets };
        Ok(self.own(claim, keys).await?.len() as i64)
    }
}
