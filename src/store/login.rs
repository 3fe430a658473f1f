//! Where else a login stands: asked before a person gets another one, and carried over in our own tables.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::entity::{deskgraph_api_token, deskgraph_session};
use crate::error::Result;

use super::{Store, text};

/// Tables beside tickets that name a person by login, and their columns. Some are shorter than the login's own.
pub const LOGIN_COLUMNS: [(&str, &str); 4] = [
    ("group_customer_user", "user_id"),
    ("customer_user_customer", "user_id"),
    ("customer_preferences", "user_id"),
    ("service_customer_user", "customer_user_login"),
];

impl Store {
    /// Takes away what is stored for a login that nobody has, and returns how many rows that were: whoever gets the login must not get what
    /// someone else had.
    pub async fn clear_login(&self, login: &str) -> Result<u64> {
        let mut rows = 0;
        for (table, column) in LOGIN_COLUMNS {
            let mut delete = Query::delete();
            delete.from_table(table).and_where(text::is_one_of(self.backend(), Expr::col(column), &[login]));
            rows += self.execute(&delete).await?;
        }
        Ok(rows)
    }

    /// Whether a column of a table holds this login or CustomerID.
    pub async fn has_name(&self, table: &'static str, column: &'static str, login: &str) -> Result<bool> {
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
