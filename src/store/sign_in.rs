//! What signing in leaves in the preferences of an account, as the other products of the family do it.

use sea_orm::sea_query::{Expr, ExprTrait, Query, Value};

use crate::domain::account::{Account, Realm};
use crate::error::Result;

use super::Store;

/// How often the password was wrong since the last sign-in.
const FAILED: &str = "UserLoginFailed";
/// When the person last signed in, in seconds since 1970.
const LAST_LOGIN: &str = "UserLastLogin";
/// When the person last changed the password, likewise.
const LAST_PASSWORD_CHANGE: &str = "UserLastPwChangeTime";

/// Whose preferences: customer users have theirs by login, agents by number.
pub struct PreferenceOwner {
    table: &'static str,
    key: Value,
}

impl PreferenceOwner {
    /// The owner behind an account and its number.
    pub fn new(account: &Account, id: i32) -> Self {
        match account.realm {
            Realm::Agent => Self { table: "user_preferences", key: id.into() },
            Realm::Customer => Self { table: "customer_preferences", key: account.login.as_str().into() },
        }
    }

    fn is(&self) -> Expr {
        Expr::col("user_id").eq(Expr::val(self.key.clone()))
    }
}

impl Store {
    /// Notes that someone has signed in.
    pub async fn note_sign_in(&self, owner: &PreferenceOwner) -> Result<()> {
        let store = self.within_transaction().await?;
        let now = self.now().timestamp().to_string();
        store.set_preferences(owner, &[(FAILED, "0"), (LAST_LOGIN, &now)]).await?;
        store.keep().await
    }

    /// Counts a wrong password. Of several at the same moment some may not be counted.
    pub async fn note_wrong_password(&self, owner: &PreferenceOwner) -> Result<()> {
        let store = self.within_transaction().await?;
        let mut select = Query::select();
        select.column("preferences_value").from(owner.table).and_where(owner.is());
        select.and_where(Expr::col("preferences_key").eq(FAILED));
        let rows = store.rows(&select).await?;
        let text = rows.first().and_then(|row| String::from_utf8(row.bytes(0).ok()?).ok());
        let count: u64 = text.and_then(|text| text.parse().ok()).unwrap_or_default();
        store.set_preferences(owner, &[(FAILED, &count.saturating_add(1).to_string())]).await?;
        store.keep().await
    }

    /// Notes that someone has chosen a new password, within the transaction that stores it.
    pub async fn note_password_change(&self, owner: &PreferenceOwner) -> Result<()> {
        self.set_preferences(owner, &[(LAST_PASSWORD_CHANGE, &self.now().timestamp().to_string())]).await
    }

    /// The tables have no key, so what was there goes first.
    async fn set_preferences(&self, owner: &PreferenceOwner, preferences: &[(&str, &str)]) -> Result<()> {
        let mut delete = Query::delete();
        delete.from_table(owner.table).and_where(owner.is());
        delete.and_where(Expr::col("preferences_key").is_in(preferences.iter().map(|(key, _)| *key)));
        self.execute(&delete).await?;
        let mut insert = Query::insert();
        insert.into_table(owner.table).columns(["user_id", "preferences_key", "preferences_value"]);
        for (key, value) in preferences {
            insert.values_panic([Expr::val(owner.key.clone()), (*key).into(), (*value).into()]);
        }
        self.execute(&insert).await.map(drop)
    }
}
