//! What the main database says of records that other sources keep: which of them it has itself, whose additional customers they are, and
//! which of them have tickets.

use std::collections::HashSet;

use sea_orm::sea_query::{Expr, Query, SelectStatement};

use crate::domain::record::RecordKind;
use crate::domain::ticket::TicketView;
use crate::domain::viewer::Viewer;
use crate::entity::{customer_company, customer_user, customer_user_customer as assignment, ticket};
use crate::error::Result;
use crate::store::text;

use super::DatabaseSource;

impl DatabaseSource {
    /// Those of these keys that the main database has a record of, valid or not and whoever asks, by [`crate::store::Store::parent_key`].
    pub(super) async fn known(&self, kind: RecordKind, keys: &[String]) -> Result<HashSet<String>> {
        let mut known = HashSet::new();
        for some in keys.chunks(self.store.names_at_once()) {
            let mut select = Query::select();
            let column = match kind {
                RecordKind::Customer => {
                    select.column(customer_company::Column::CustomerId).from(customer_company::Entity);
                    Expr::col(customer_company::Column::CustomerId)
                }
                RecordKind::CustomerUser => {
                    select.column(customer_user::Column::Login).from(customer_user::Entity);
                    Expr::col(customer_user::Column::Login)
                }
            };
            select.and_where(text::is_one_of(self.store.backend(), column, some));
            self.collect(&select, &mut known).await?;
        }
        Ok(known)
    }

    /// Each of these customers with the login of each person to whom it is assigned in addition.
    pub(super) async fn assigned_to(&self, customer_ids: &[String]) -> Result<Vec<(String, String)>> {
        let mut assigned = Vec::new();
        for some in customer_ids.chunks(self.store.names_at_once()) {
            let mut select = Query::select();
            select.columns([assignment::Column::CustomerId, assignment::Column::UserId]).from(assignment::Entity);
            let column = Expr::col(assignment::Column::CustomerId);
            select.and_where(text::is_one_of(self.store.backend(), column, some));
            for row in self.store.rows(&select).await? {
                assigned.push((row.at(0)?, row.at(1)?));
            }
        }
        Ok(assigned)
    }

    /// Those of these keys that have a ticket of a kind that the viewer may read, by [`crate::store::Store::parent_key`].
    pub(super) async fn with_tickets(
        &self,
        viewer: &Viewer,
        kind: RecordKind,
        keys: &[String],
        view: TicketView,
    ) -> Result<HashSet<String>> {
        let reference = self.store.reference().await?;
        let column = match kind {
            RecordKind::Customer => ticket::Column::CustomerId,
            RecordKind::CustomerUser => ticket::Column::CustomerUserId,
        };
        let mut having = HashSet::new();
        for some in keys.chunks(self.store.names_at_once()) {
            let mut select = Query::select();
            select.distinct().column((ticket::Entity, column)).from(ticket::Entity);
            select.and_where(text::is_one_of(self.store.backend(), Expr::col((ticket::Entity, column)), some));
            select.cond_where(self.store.readable_tickets(viewer, view, &reference));
            self.collect(&select, &mut having).await?;
        }
        Ok(having)
    }

    async fn collect(&self, select: &SelectStatement, into: &mut HashSet<String>) -> Result<()> {
        for row in self.store.rows(select).await? {
            into.insert(self.store.parent_key(&row.at::<String>(0)?));
        }
        Ok(())
    }
}
