//! Tickets, their counts, articles and names.

use std::collections::HashMap;

use crate::domain::article::Article;
use crate::domain::ticket::{Ticket, TicketCounts};
use crate::error::Error;
use crate::store::article::ArticleList;
use crate::store::column::Columns;
use crate::store::page::Entries;
use crate::store::ticket::{Counting, TicketColumns, TicketList, TicketParent};

use super::{Asked, Batch, Reader, by_request};

/// A page of the tickets of a customer or customer user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TicketsOf(pub TicketParent, pub Asked<TicketList>);

impl Batch<TicketsOf> for Reader {
    type Value = Entries<Ticket>;

    async fn read(&self, keys: &[TicketsOf]) -> Result<HashMap<TicketsOf, Self::Value>, Error> {
        let mut answer = HashMap::new();
        for ((kind, list), parents) in by_request(keys, |key| ((key.0.kind(), key.1.clone()), key.0.clone())) {
            let names: Vec<String> = parents.iter().map(|parent| parent.key().to_owned()).collect();
            let pages = self.store.tickets_of(&self.viewer, kind, &names, &list).await?;
            answer.extend(parents.into_iter().zip(pages).map(|(parent, page)| (TicketsOf(parent, list.clone()), page)));
        }
        Ok(answer)
    }
}

/// How many tickets a customer or customer user has, as far as that is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TicketCountsOf(pub TicketParent, pub Counting);

impl Batch<TicketCountsOf> for Reader {
    type Value = TicketCounts;

    async fn read(&self, keys: &[TicketCountsOf]) -> Result<HashMap<TicketCountsOf, Self::Value>, Error> {
        let counted = keys.iter().map(|key| key.1).max().unwrap_or(Counting::All);
        let mut answer = HashMap::new();
        for (kind, keys) in by_request(keys, |key| (key.0.kind(), key.clone())) {
            let names: Vec<String> = keys.iter().map(|key| key.0.key().to_owned()).collect();
            let counts = self.store.ticket_counts(&self.viewer, kind, &names, counted).await?;
            answer.extend(keys.into_iter().zip(counts));
        }
        Ok(answer)
    }
}

/// A ticket by its number in the database, if it exists for the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TicketById(pub i64, pub TicketColumns);

impl Batch<TicketById> for Reader {
    type Value = Ticket;

    async fn read(&self, keys: &[TicketById]) -> Result<HashMap<TicketById, Self::Value>, Error> {
        let columns = keys.iter().fold(Columns::none(), |all, key| all.union(key.1));
        let ids: Vec<i64> = keys.iter().map(|key| key.0).collect();
        let found = self.store.tickets_by_id(&self.viewer, &ids, columns).await?;
        let found: HashMap<i64, Ticket> = found.into_iter().map(|ticket| (ticket.id, ticket)).collect();
        Ok(keys.iter().filter_map(|key| Some((*key, found.get(&key.0)?.clone()))).collect())
    }
}

/// A page of the articles of a ticket that the viewer was found to see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArticlesOf(pub i64, pub Asked<ArticleList>);

impl Batch<ArticlesOf> for Reader {
    type Value = Entries<Article>;

    async fn read(&self, keys: &[ArticlesOf]) -> Result<HashMap<ArticlesOf, Self::Value>, Error> {
        let mut answer = HashMap::new();
        for (list, ids) in by_request(keys, |key| (key.1.clone(), key.0)) {
            let mut pages = self.store.articles_of(&self.viewer, &ids, &list).await?;
            answer.extend(ids.into_iter().map(|id| {
                (ArticlesOf(id, list.clone()), pages.remove(&id).unwrap_or_else(|| Entries::empty(list.total)))
            }));
        }
        Ok(answer)
    }
}

/// An article by number, if the viewer may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ArticleById(pub i64);

impl Batch<ArticleById> for Reader {
    type Value = Article;

    async fn read(&self, keys: &[ArticleById]) -> Result<HashMap<ArticleById, Self::Value>, Error> {
        let ids: Vec<i64> = keys.iter().map(|key| key.0).collect();
        Ok(self
            .store
            .articles_by_id(&self.viewer, &ids)
            .await?
            .into_iter()
            .map(|article| (ArticleById(article.id), article))
            .collect())
    }
}

/// The name of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ServiceName(pub i32);

impl Batch<ServiceName> for Reader {
    type Value = String;

    async fn read(&self, keys: &[ServiceName]) -> Result<HashMap<ServiceName, Self::Value>, Error> {
        let ids: Vec<i32> = keys.iter().map(|key| key.0).collect();
        Ok(self.store.service_names(&ids).await?.into_iter().map(|(id, name)| (ServiceName(id), name)).collect())
    }
}

/// The name of a service level agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SlaName(pub i32);

impl Batch<SlaName> for Reader {
    type Value = String;

    async fn read(&self, keys: &[SlaName]) -> Result<HashMap<SlaName, Self::Value>, Error> {
        let ids: Vec<i32> = keys.iter().map(|key| key.0).collect();
        Ok(self.store.sla_names(&ids).await?.into_iter().map(|(id, name)| (SlaName(id), name)).collect())
    }
}
