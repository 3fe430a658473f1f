//! The people of groups over all sources. What is stored of groups is in the main database; which people that concerns elsewhere is said by
//! their logins and by the customers that hold something in the group.

use std::collections::HashMap;

use futures_util::future::{join_all, try_join_all};

use crate::domain::customer_user::CustomerUser;
use crate::domain::filter::{CustomerUserFilter, TextFilter};
use crate::domain::record::RecordKind;
use crate::domain::search::Search;
use crate::domain::viewer::Viewer;
use crate::error::{Error, Result};
use crate::store::column::Columns;
use crate::store::group_reach::GroupReach;
use crate::store::membership::{Member, MemberList};
use crate::store::page::{Entries, Page, Wanted};
use crate::store::reference::Reference;

use super::customer_user::{CustomerUserList, CustomerUserSort};
use super::list::ListReading;
use super::listing::CustomerUsers;
use super::merge::{Bounds, Part};
use super::reading::{Claim, Reading};
use super::record::{Among, RecordQuery};
use super::{Other, Sources, is_partial};

/// The most logins and customers that a source is asked about for one group.
const MOST_TERMS: usize = 2000;
/// The order of the people of a group in the main database.
const ORDER: &str = "group.people";

/// Pages of people by group.
type Pages = HashMap<i32, Entries<Member>>;

/// What a list of the people of groups is for.
struct Scope<'a> {
    viewer: &'a Viewer,
    list: &'a MemberList,
    reference: &'a Reference,
}

/// The people of one group in the main database.
struct InMain<'a> {
    sources: &'a Sources,
    scope: &'a Scope<'a>,
    group_id: i32,
}

impl Reading for InMain<'_> {
    type Item = Member;

    async fn read(&self, page: &Page) -> Result<Entries<Member>> {
        let list = MemberList { page: page.clone(), total: false, ..self.scope.list.clone() };
        let mut read = self.sources.store.people_of_groups(&[self.group_id], &list, self.scope.reference).await?;
        Ok(read.remove(&self.group_id).unwrap_or_default())
    }

    fn order(&self) -> String {
        ORDER.to_owned()
    }

    fn key(member: &Member) -> &String {
        &member.key
    }

    fn claim(&self) -> Claim<'_> {
        self.sources.claim_of_main(self.scope)
    }
}

impl Sources {
    /// The valid people with a permission on these groups: with a row of their own or, where the list says so, in effect.
    pub async fn people_of_groups(
        &self,
        viewer: &Viewer,
        group_ids: &[i32],
        list: &MemberList,
        reference: &Reference,
    ) -> Result<Pages> {
        if !self.has_others(RecordKind::CustomerUser) {
            return self.store.people_of_groups(group_ids, list, reference).await;
        }
        let scope = Scope { viewer, list, reference };
        let bounds = Bounds::of(&list.page, ORDER, self.registry.sources.len())?;
        let (reach, mut of_main) = futures_util::try_join!(
            self.store.reach_of_groups(group_ids, list, reference),
            self.members_in_main(&scope, group_ids, &bounds)
        )?;
        let pages = reach.into_iter().map(|(group_id, reach)| {
            let of_main = of_main.remove(&group_id).unwrap_or_else(|| (Part::empty(false), 0));
            let (scope, bounds) = (&scope, &bounds);
            async move { Ok((group_id, self.people_of_group(scope, &reach, of_main, bounds).await?)) }
        });
        try_join_all(pages).await.map(|pages| pages.into_iter().collect())
    }

    /// Totals are those of the whole list, also where the page has nothing in the main database.
    async fn members_in_main(
        &self,
        scope: &Scope<'_>,
        group_ids: &[i32],
        bounds: &Bounds,
    ) -> Result<HashMap<i32, (Part<Member>, i64)>> {
        let page = bounds.page_of(self.registry.main_position(), ORDER, &scope.list.page);
        let items = page.is_some() && scope.list.items;
        let page = page.unwrap_or_else(|| scope.list.page.clone());
        let asked = MemberList { page: page.clone(), items, ..scope.list.clone() };
        let read = self.store.people_of_groups(group_ids, &asked, scope.reference).await?;
        let logins = read.values().flat_map(|entries| &entries.items).map(|(_, member)| member.key.clone()).collect();
        let own = self.own(self.claim_of_main(scope), logins).await?;
        let mut found = HashMap::new();
        for (group_id, entries) in read {
            let total = entries.total.unwrap_or(0);
            let reading = InMain { sources: self, scope, group_id };
            found.insert(group_id, (self.fill(&reading, entries, &own, page.clone()).await?, total));
        }
        Ok(found)
    }

    fn claim_of_main<'a>(&self, scope: &Scope<'a>) -> Claim<'a> {
        let number = self.registry.main_position();
        Claim { number, kind: RecordKind::CustomerUser, viewer: scope.viewer, tickets: None }
    }

    async fn people_of_group(
        &self,
        scope: &Scope<'_>,
        reach: &GroupReach,
        (of_main, mut total): (Part<Member>, i64),
        bounds: &Bounds,
    ) -> Result<Entries<Member>> {
        let (query, list) = (query_for(reach), scope.list);
        let mut parts: Vec<Part<Member>> = self.registry.sources.iter().map(|_| Part::empty(false)).collect();
        parts[self.registry.main_position()] = of_main;
        let others = self.registry.others(RecordKind::CustomerUser);
        let read = others.filter_map(|other| Some((other, query.as_ref()?))).map(async |(other, query)| {
            let page = bounds.page_of(other.number, &query.order_name(), &list.page);
            (other, self.members_elsewhere(other, scope, query, page).await)
        });
        let mut missing = Vec::new();
        for (other, read) in join_all(read).await {
            match read {
                Err(error) if is_partial(&error) => {
                    parts[other.number] = Part::empty(true);
                    missing.push(error);
                }
                read => {
                    let (part, count) = read?;
                    parts[other.number] = part;
                    total += count;
                }
            }
        }
        let total = list.total.then_some(total);
        Ok(Entries { total, missing, ..bounds.merge(parts, &list.page, false) })
    }

    async fn members_elsewhere(
        &self,
        other: Other<'_>,
        scope: &Scope<'_>,
        query: &RecordQuery,
        page: Option<Page>,
    ) -> Result<(Part<Member>, i64)> {
        let terms = query.among.as_ref().map_or(0, |among| among.keys.len() + among.customer_ids.len());
        if terms > MOST_TERMS {
            return Err(Error::LimitExceeded(format!(
                "the group has too many customers and people to ask the data source `{}` for its part: it is missing here",
                other.source.name
            )));
        }
        let total = match scope.list.total {
            true => self.count(other, scope.viewer, query, None).await?,
            false => 0,
        };
        let Some(page) = page.filter(|_| scope.list.items) else { return Ok((Part::empty(false), total)) };
        let people = people_list(page.clone());
        let reading = ListReading::<CustomerUsers> {
            sources: self,
            number: other.number,
            viewer: scope.viewer,
            list: &people,
            query: Some(query),
        };
        let Part { items, has_more, is_missing } = self.read_page(&reading, page).await?;
        let member = |person: CustomerUser| Member { key: person.login, context: String::new() };
        let items = items.into_iter().map(|(key, person)| (key, member(person))).collect();
        Ok((Part { items, has_more, is_missing }, total))
    }
}

/// Whom a group reaches in other sources; `None` for nobody.
fn query_for(reach: &GroupReach) -> Option<RecordQuery> {
    let everyone = RecordQuery::everyone(Among::default());
    let has_customer = TextFilter { is_empty: Some(false), ..TextFilter::default() };
    match reach {
        GroupReach::Everyone => Some(RecordQuery { among: None, ..everyone }),
        GroupReach::EveryoneWithCustomer => {
            Some(RecordQuery { among: None, conditions: vec![("customer_id", has_customer)], ..everyone })
        }
        GroupReach::Some { logins, customer_ids } if logins.is_empty() && customer_ids.is_empty() => None,
        GroupReach::Some { logins, customer_ids } => {
            Some(RecordQuery::everyone(Among { keys: logins.clone(), customer_ids: customer_ids.clone() }))
        }
    }
}

fn people_list(page: Page) -> CustomerUserList {
    CustomerUserList {
        search: Search::Everything,
        filter: CustomerUserFilter::default(),
        sort: (CustomerUserSort::Login, false),
        page,
        wanted: Wanted { columns: Columns::none(), items: true, total: false },
    }
}
