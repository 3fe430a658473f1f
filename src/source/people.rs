//! The people of customers over all sources: of many customers at once, as a list of customers with their people asks for them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{join_all, try_join_all};

use crate::domain::customer_user::CustomerUser;
use crate::domain::record::RecordKind;
use crate::domain::text::fold;
use crate::domain::viewer::{CustomerScope, Viewer};
use crate::error::{Error, Result};
use crate::store::page::{Cursor, Entries, KeyValue, Page};

use super::customer_user::CustomerUserList;
use super::list::ListReading;
use super::listing::{CustomerUsers, Listed};
use super::lookup::FoundElsewhere;
use super::merge::{Bounds, Part, part};
use super::reading::{Claim, Reading};
use super::record::{Among, Gathered, Record, RecordQuery, RecordSource};
use super::{MOST_GATHERED, Other, Source, Sources, is_partial};

/// The most records that are read at once to be handed out to several customers; where there are more, each customer is asked for alone.
const MOST_AT_ONCE: usize = 2000;

/// The people of some customers.
struct Family<'a> {
    viewer: &'a Viewer,
    list: &'a CustomerUserList,
    customer_ids: &'a [String],
    /// The logins to whom a customer is assigned in addition, by folded id.
    assigned: HashMap<String, Vec<String>>,
    main_order: String,
}

impl Family<'_> {
    fn claim(&self, number: usize) -> Claim<'_> {
        Claim { number, kind: RecordKind::CustomerUser, viewer: self.viewer, tickets: self.list.filter.has_tickets }
    }
}

/// The people of one customer in the main database.
struct InMain<'a> {
    sources: &'a Sources,
    family: &'a Family<'a>,
    customer_id: &'a String,
}

impl Reading for InMain<'_> {
    type Item = CustomerUser;

    async fn read(&self, page: &Page) -> Result<Entries<CustomerUser>> {
        let Family { viewer, list, .. } = self.family;
        let list = list.with_page(page.clone()).wanting(true, false);
        let read = self.sources.main.people_of(viewer, std::slice::from_ref(self.customer_id), &list).await?;
        Ok(read.into_iter().next().unwrap_or_default())
    }

    fn order(&self) -> String {
        self.family.main_order.clone()
    }

    fn key(person: &CustomerUser) -> &String {
        &person.login
    }

    fn claim(&self) -> Claim<'_> {
        let number = self.sources.registry.main_position();
        Claim { number, kind: RecordKind::CustomerUser, viewer: self.family.viewer, tickets: None }
    }
}

/// What one source has of the pages of several customers.
struct Parts {
    parts: Vec<Part<CustomerUser>>,
    totals: Vec<i64>,
    missing: Option<Error>,
}

impl Sources {
    /// Pages of the people of several customers: those whose own customer it is and those it is assigned to in addition. The answer is in
    /// the order of `customer_ids`.
    pub async fn people_of(
        &self,
        viewer: &Viewer,
        customer_ids: &[String],
        list: &CustomerUserList,
    ) -> Result<Vec<Entries<CustomerUser>>> {
        if !self.has_others(RecordKind::CustomerUser) {
            return self.main.people_of(viewer, customer_ids, list).await;
        }
        let query = RecordQuery::of_customer_users(list);
        let family = self.family(viewer, customer_ids, list).await?;
        let bounds = Bounds::of(&list.page, &family.main_order, self.registry.sources.len())?;
        let read = (0..self.registry.sources.len()).map(|number| {
            let (family, bounds, query) = (&family, &bounds, query.as_ref());
            async move {
                let source = &self.registry.sources[number];
                if list.filter.data_source.as_ref().is_some_and(|name| *name != *source.name) {
                    return Ok(Parts::none(customer_ids.len()));
                }
                let read = match self.registry.other(number, RecordKind::CustomerUser).zip(query) {
                    Some((other, query)) => self.of_other(other, family, bounds, query).await,
                    None if number == self.registry.main_position() => self.of_main(family, bounds).await,
                    None => Ok(Parts::none(customer_ids.len())),
                };
                match read {
                    Err(error) if is_partial(&error) => Ok(Parts::missing(customer_ids.len(), error)),
                    read => read,
                }
            }
        });
        let read: Vec<Parts> = join_all(read).await.into_iter().collect::<Result<_>>()?;
        Ok(assemble(read, &bounds, list, customer_ids.len()))
    }

    /// The valid people of these customers whom sources besides the main database answer for, as many as are read at once.
    pub(super) async fn people_of_others(&self, customer_ids: &[String]) -> Result<FoundElsewhere> {
        let mut found = FoundElsewhere::default();
        if !self.has_others(RecordKind::CustomerUser) {
            return Ok(found);
        }
        let keys = self.main.assigned_to(customer_ids).await?.into_iter().map(|(_, login)| login).collect();
        let query = RecordQuery::everyone(Among { keys, customer_ids: customer_ids.to_vec() });
        for other in self.registry.others(RecordKind::CustomerUser) {
            match self.ask(other.asked(), other.elsewhere.all(&query, MOST_GATHERED).boxed()).await {
                Ok(Gathered { records, is_cut }) => {
                    if is_cut {
                        let name = &other.source.name;
                        let text = format!(
                            "the data source `{name}` has more people of these customers than are read at once: some are missing here"
                        );
                        found.missing.push(Error::LimitExceeded(text));
                    }
                    let keys: Vec<String> = records.iter().map(|record| record.key.clone()).collect();
                    let known = self.known_before(other.number, RecordKind::CustomerUser, &keys).await?;
                    let own = records.into_iter().filter(|record| !known.contains(&self.store.parent_key(&record.key)));
                    found.records.extend(own.map(|record| (Arc::clone(&other.source.name), record)));
                }
                Err(error) if is_partial(&error) => found.missing.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    async fn family<'a>(
        &self,
        viewer: &'a Viewer,
        customer_ids: &'a [String],
        list: &'a CustomerUserList,
    ) -> Result<Family<'a>> {
        let mut assigned: HashMap<String, Vec<String>> = HashMap::new();
        for (id, login) in self.main.assigned_to(customer_ids).await? {
            assigned.entry(self.store.parent_key(&id)).or_default().push(login);
        }
        let main_order = CustomerUsers::order_in(&self.main, viewer, list.sort);
        Ok(Family { viewer, list, customer_ids, assigned, main_order })
    }

    /// The people in the main database. Totals are those of the whole list, also where the page has nothing there.
    async fn of_main(&self, family: &Family<'_>, bounds: &Bounds) -> Result<Parts> {
        let Family { viewer, list, customer_ids, main_order, .. } = family;
        let number = self.registry.main_position();
        let page = bounds.page_of(number, main_order, &list.page);
        let has_part = page.is_some() && list.wanted.items;
        let page = page.unwrap_or_else(|| list.page.clone());
        let asked = list.with_page(page.clone()).wanting(has_part, list.wanted.total);
        let read = self.main.people_of(viewer, customer_ids, &asked).await?;
        let own =
            self.own(Claim { number, kind: RecordKind::CustomerUser, viewer, tickets: None }, logins_of(&read)).await?;
        let mut parts = Parts { totals: self.totals_in_main(family, &read).await?, ..Parts::none(0) };
        for (entries, customer_id) in read.into_iter().zip(*customer_ids) {
            let reading = InMain { sources: self, family, customer_id };
            parts.parts.push(self.fill(&reading, entries, &own, page.clone()).await?);
        }
        Ok(parts)
    }

    /// How many people each customer has in the main database; for customer users those only that are its own.
    async fn totals_in_main(&self, family: &Family<'_>, read: &[Entries<CustomerUser>]) -> Result<Vec<i64>> {
        let Family { viewer, list, customer_ids, .. } = family;
        if !list.wanted.total || !self.counts_own_in_main(viewer, RecordKind::CustomerUser) {
            return Ok(read.iter().map(|entries| entries.total.unwrap_or(0)).collect());
        }
        let everybody = list.with_page(Page::first(MOST_GATHERED as u64)).wanting(true, false);
        let read = self.main.people_of(viewer, customer_ids, &everybody).await?;
        let claim =
            Claim { number: self.registry.main_position(), kind: RecordKind::CustomerUser, viewer, tickets: None };
        let own = self.own(claim, logins_of(&read)).await?;
        let is_own = |person: &CustomerUser| own.contains(&self.store.parent_key(&person.login));
        let count = |entries: &Entries<_>| entries.items.iter().filter(|(_, person)| is_own(person)).count() as i64;
        Ok(read.iter().map(count).collect())
    }

    /// All people at once where they are few; else those of each customer page by page. A page goes on the way that its cursor began.
    async fn of_other(
        &self,
        other: Other<'_>,
        family: &Family<'_>,
        bounds: &Bounds,
        query: &RecordQuery,
    ) -> Result<Parts> {
        let page = bounds.page_of(other.number, &query.order_name(), &family.list.page);
        let began_with_all = page.as_ref().and_then(began_with_all);
        if began_with_all == Some(false) {
            return self.read_each(other, family, query, page).await;
        }
        let everybody = self.among(family, family.customer_ids, query);
        let usual = (family.list.page.limit as usize * 2 * family.customer_ids.len()).clamp(200, MOST_AT_ONCE);
        let most = if began_with_all == Some(true) { MOST_AT_ONCE } else { usual };
        let gathered = self.ask(other.asked(), other.elsewhere.all(&everybody, most).boxed()).await?;
        match (gathered.is_cut, began_with_all) {
            (false, _) => {}
            (true, None) => return self.read_each(other, family, query, page).await,
            (true, Some(_)) => return Err(Cursor::refused()),
        }
        let keys = gathered.records.iter().map(|record| record.key.clone()).collect();
        let own = self.own(family.claim(other.number), keys).await?;
        // What is counted is what the source finds; without tickets, and for customer users, what is its own.
        let counts_own = family.list.filter.has_tickets.is_some() || family.viewer.is_customer_user();
        let mut parts = Parts::none(0);
        for id in family.customer_ids {
            let of_customer: Vec<&Record> =
                gathered.records.iter().filter(|record| self.is_of(family, record, id)).collect();
            let is_own = |record: &&&Record| own.contains(&self.store.parent_key(&record.key));
            let own: Vec<Record> = of_customer.iter().filter(is_own).map(|record| (*record).clone()).collect();
            parts.totals.push(if counts_own { own.len() } else { of_customer.len() } as i64);
            parts.parts.push(match &page {
                Some(page) => part(self.shown(page_of(own, &everybody, page)?, other.source, family.viewer), page),
                None => Part::empty(false),
            });
        }
        Ok(parts)
    }

    /// The people of each customer by a question of its own; which of them an earlier source knows is asked once for all.
    async fn read_each(
        &self,
        other: Other<'_>,
        family: &Family<'_>,
        query: &RecordQuery,
        page: Option<Page>,
    ) -> Result<Parts> {
        let Family { viewer, list, customer_ids, .. } = family;
        let queries: Vec<RecordQuery> =
            customer_ids.iter().map(|id| self.among(family, std::slice::from_ref(id), query)).collect();
        let mut parts = Parts::none(customer_ids.len());
        if list.wanted.total {
            let counts = queries.iter().map(|query| self.count(other, viewer, query, list.filter.has_tickets));
            parts.totals = try_join_all(counts).await?;
        }
        let Some(page) = page.filter(|_| list.wanted.items) else { return Ok(parts) };
        let reading = |query| ListReading::<CustomerUsers> {
            sources: self,
            number: other.number,
            viewer,
            list: *list,
            query: Some(query),
        };
        let readings: Vec<_> = queries.iter().map(reading).collect();
        let read = try_join_all(readings.iter().map(|reading| reading.read(&page))).await?;
        let own = self.own(family.claim(other.number), logins_of(&read)).await?;
        for ((part, reading), entries) in parts.parts.iter_mut().zip(&readings).zip(read) {
            *part = self.fill(reading, entries, &own, page.clone()).await?;
        }
        Ok(parts)
    }

    /// The query for the people of some customers that the viewer sees.
    fn among(&self, family: &Family<'_>, customer_ids: &[String], query: &RecordQuery) -> RecordQuery {
        let visible: HashSet<String> = match family.viewer.customers() {
            CustomerScope::All => customer_ids.iter().map(|id| self.store.parent_key(id)).collect(),
            CustomerScope::Of(ids) => ids.iter().map(|id| self.store.parent_key(id)).collect(),
        };
        let customer_ids: Vec<String> =
            customer_ids.iter().filter(|id| visible.contains(&self.store.parent_key(id))).cloned().collect();
        let keys = customer_ids.iter().filter_map(|id| family.assigned.get(&self.store.parent_key(id))).flatten();
        let among = Among { keys: keys.cloned().collect(), customer_ids: customer_ids.clone() };
        let reader = family.viewer.is_customer_user().then(|| family.viewer.login().to_owned());
        RecordQuery { among: Some(among), reader, ..query.clone() }
    }

    fn is_of(&self, family: &Family<'_>, record: &Record, customer_id: &str) -> bool {
        // Our own comparison, not that of the database, as for every record of another source.
        let is_own = record.fields.get("customer_id").is_some_and(|own| fold(own) == fold(customer_id));
        let key = self.store.parent_key(&record.key);
        let logins = family.assigned.get(&self.store.parent_key(customer_id));
        is_own || logins.is_some_and(|logins| logins.iter().any(|login| self.store.parent_key(login) == key))
    }

    fn shown(&self, entries: Entries<Record>, source: &Source, viewer: &Viewer) -> Entries<CustomerUser> {
        entries.map(|record| CustomerUsers::show(record, &source.name, viewer))
    }
}

impl Parts {
    fn none(customers: usize) -> Self {
        Self { parts: (0..customers).map(|_| Part::empty(false)).collect(), totals: vec![0; customers], missing: None }
    }

    fn missing(customers: usize, error: Error) -> Self {
        let parts = (0..customers).map(|_| Part::empty(true)).collect();
        Self { parts, totals: vec![0; customers], missing: Some(error) }
    }
}

fn logins_of(read: &[Entries<CustomerUser>]) -> Vec<String> {
    read.iter().flat_map(|entries| &entries.items).map(|(_, person)| person.login.clone()).collect()
}

/// What the sort keys of entries end with that were read all at once and sorted here: a database may sort differently.
const SORTED_HERE: KeyValue = KeyValue::Int(0);

/// Whether the cursor of a page comes from a list that was read all at once; `None` without a cursor.
fn began_with_all(page: &Page) -> Option<bool> {
    page.after.as_ref().or(page.before.as_ref()).map(|cursor| cursor.key().last() == Some(&SORTED_HERE))
}

/// A page of records that are in memory.
fn page_of(records: Vec<Record>, query: &RecordQuery, page: &Page) -> Result<Entries<Record>> {
    let key = |record: &Record| query.sort_key(record).into_iter().chain([SORTED_HERE]).collect::<Vec<_>>();
    let mut sorted: Vec<_> = records.into_iter().map(|record| (key(&record), record)).collect();
    sorted.sort_by(|(one, _), (other, _)| if query.descending { other.cmp(one) } else { one.cmp(other) });
    Entries::of_sorted((&query.order_name(), query.descending), sorted.into_iter(), page)
}

/// The pages of each customer, from what the sources have of them.
fn assemble(
    read: Vec<Parts>,
    bounds: &Bounds,
    list: &CustomerUserList,
    customers: usize,
) -> Vec<Entries<CustomerUser>> {
    let missing: Vec<Error> = read.iter().filter_map(|parts| parts.missing.clone()).collect();
    let mut totals = vec![0; customers];
    let mut by_customer: Vec<Vec<Part<CustomerUser>>> = (0..customers).map(|_| Vec::new()).collect();
    for source in read {
        for (customer, (part, total)) in source.parts.into_iter().zip(source.totals).enumerate() {
            by_customer[customer].push(part);
            totals[customer] += total;
        }
    }
    let merged = by_customer.into_iter().zip(totals).map(|(parts, total)| {
        let (total, missing) = (list.wanted.total.then_some(total), missing.clone());
        Entries { total, missing, ..bounds.merge(parts, &list.page, list.sort.1) }
    });
    merged.collect()
}
