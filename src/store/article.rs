//! The articles of tickets. Customer users get those meant for them only, in lists, counts and nodes alike.

use std::collections::HashMap;

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SelectStatement};

use crate::domain::article::{Article, Sender};
use crate::domain::viewer::Viewer;
use crate::entity::{article, article_data_mime as mime, article_sender_type as sender, ticket};
use crate::error::Result;

use super::page::{Entries, KeyType, Page, PagedSelect, SortOrder};
use super::{Row, Store, text};

/// A list of articles.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArticleList {
    /// Which part.
    pub page: Page,
    /// Whether the entries are asked for.
    pub items: bool,
    /// Whether their number is asked for.
    pub total: bool,
}

/// How many columns [`select_article`] selects behind the ticket's number.
const COLUMNS: usize = 9;

fn column(column: article::Column) -> Expr {
    Expr::col((article::Entity, column))
}

impl Store {
    /// Pages of the articles of tickets that the viewer was found to see, by ticket.
    pub async fn articles_of(
        &self,
        viewer: &Viewer,
        ticket_ids: &[i64],
        list: &ArticleList,
    ) -> Result<HashMap<i64, Entries<Article>>> {
        let condition =
            readable(viewer).add(column(article::Column::TicketId).is_in(text::padded(ticket_ids.iter().copied())));
        let (mut pages, totals) = futures_util::try_join!(
            self.article_pages(ticket_ids, condition.clone(), list),
            self.article_totals(condition, list)
        )?;
        if list.total {
            for id in ticket_ids {
                pages.entry(*id).or_default().total = Some(totals.get(id).copied().unwrap_or(0));
            }
        }
        Ok(pages)
    }

    /// The articles with these numbers that the viewer may read.
    pub async fn articles_by_id(&self, viewer: &Viewer, ids: &[i64]) -> Result<Vec<Article>> {
        let reference = self.reference().await?;
        let mut select = select_article();
        select.inner_join(
            ticket::Entity,
            Expr::col((ticket::Entity, ticket::Column::Id)).equals((article::Entity, article::Column::TicketId)),
        );
        select.cond_where(readable(viewer)).cond_where(self.ticket_scope(viewer.tickets(), &reference));
        select.and_where(column(article::Column::Id).is_in(text::padded(ids.iter().copied())));
        self.rows(&select).await?.iter().map(|row| self.read_article(row)).collect()
    }

    async fn article_pages(
        &self,
        ticket_ids: &[i64],
        condition: Condition,
        list: &ArticleList,
    ) -> Result<HashMap<i64, Entries<Article>>> {
        if !list.items {
            return Ok(HashMap::new());
        }
        let order = SortOrder {
            name: "article".into(),
            descending: false,
            keys: vec![(column(article::Column::Id), KeyType::Int64)],
        };
        let mut select = select_article();
        select.cond_where(condition);
        let paged = PagedSelect { select, columns: COLUMNS, order, page: &list.page };
        let parent = (column(article::Column::TicketId), ticket_ids.len());
        self.pages(paged, parent, |row| Ok((row.at(0)?, self.read_article(row)?))).await
    }

    async fn article_totals(&self, condition: Condition, list: &ArticleList) -> Result<HashMap<i64, i64>> {
        if !list.total {
            return Ok(HashMap::new());
        }
        let select = Query::select().from(article::Entity).cond_where(condition).take();
        self.counts(select, column(article::Column::TicketId), |row| row.at(0)).await
    }

    fn read_article(&self, row: &Row) -> Result<Article> {
        Ok(Article {
            id: row.at(1)?,
            sender: Sender::from_name(&row.at::<String>(2)?),
            from: row.text(3)?,
            to: row.text(4)?,
            subject: row.text(5)?,
            body: row.at(6)?,
            is_visible_for_customer: row.at::<i16>(7)? == 1,
            created_at: self.utc(row.at(8)?),
        })
    }
}

fn readable(viewer: &Viewer) -> Condition {
    let visible = viewer.is_customer_user().then(|| column(article::Column::IsVisibleForCustomer).eq(1));
    Condition::all().add_option(visible)
}

/// The ticket's number and an article. Articles of other channels, such as chats, have no text here.
fn select_article() -> SelectStatement {
    let content = |column| Expr::col((mime::Entity, column));
    let mut select = Query::select();
    select
        .expr(column(article::Column::TicketId))
        .expr(column(article::Column::Id))
        .column((sender::Entity, sender::Column::Name));
    select
        .columns([mime::Column::AFrom, mime::Column::ATo, mime::Column::ASubject].map(|column| (mime::Entity, column)));
    select.expr_as(Func::coalesce([content(mime::Column::ABody), Expr::cust("''")]), "body");
    select
        .expr(column(article::Column::IsVisibleForCustomer))
        .expr(column(article::Column::CreateTime))
        .from(article::Entity);
    select.inner_join(
        sender::Entity,
        Expr::col((sender::Entity, sender::Column::Id)).equals((article::Entity, article::Column::ArticleSenderTypeId)),
    );
    select.left_join(mime::Entity, content(mime::Column::ArticleId).equals((article::Entity, article::Column::Id)));
    select
}
