//! Stored passwords. They leave this module only towards the check in `auth::password`.

use sea_orm::sea_query::{Expr, ExprTrait, IntoTableRef, Query};

use crate::entity::{customer_user, users};
use crate::error::Result;

use super::Store;

impl Store {
    /// The stored password of the agent with exactly this login; `None` where there is none.
    pub async fn agent_password(&self, login: &str) -> Result<Option<String>> {
        self.password(users::Entity, login).await
    }

    /// The stored password of the customer user with exactly this login; `None` where there is none.
    pub async fn customer_user_password(&self, login: &str) -> Result<Option<String>> {
        self.password(customer_user::Entity, login).await
    }

    async fn password(&self, table: impl IntoTableRef, login: &str) -> Result<Option<String>> {
        let mut select = Query::select();
        select.columns(["login", "pw"]).from(table).and_where(Expr::col("login").eq(login));
        for row in self.rows(&select).await? {
            // The database may take another spelling for equal; signing in needs the exact one, as in OTOBO.
            if row.at::<String>(0)? == login {
                return row.at(1);
            }
        }
        Ok(None)
    }
}
