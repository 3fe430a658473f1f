//! Where else a login stands: asked before a person gets another one, and carried over in our own tables.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::entity::{deskgraph_api_token, deskgraph_session};
use crate::error::Result;

use super::{Store, text};

impl Store {
    /// Whether a column of a table holds this login.
    pub async fn has_login(&self, table: &'static str, column: &'static str, login: &str) -> Result<bool> {
        let mut select = Query::select();
        select.expr(Expr::cust("1")).from(table).limit(1);
        select.and_where(text::is_one_of(self.backend(), Expr::col(column), &[login]));
        Ok(!self.rows(&select).await?.is_empty())
    }

    /// Lets the sessions and API tokens of a customer user follow to a new login. Access tokens name the old one and end.
    pub async fn move_sessions(&self, old: &str, new: &str) -> Result<()> {
        let mut sessions = Query::update();
        sessions.table(deskgraph_session::Entity).value("login", new);
        let mut tokens = Query::update();
        tokens.table(deskgraph_api_token::Entity).value("login", new);
        for mut update in [sessions, tokens] {
            update.and_where(Expr::col("realm").eq("customer")).and_where(Expr::col("login").eq(old));
            self.execute(&update).await?;
        }
        Ok(())
    }
}
