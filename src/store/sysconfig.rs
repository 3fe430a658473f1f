//! The settings of OTOBO, Znuny or OTRS 6 as their database holds them, for the command `import-settings`.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_yaml_ng::Value;

use crate::error::{Error, Result};

use super::Store;

/// Settings by name. A setting that is switched off is null.
pub type Settings = HashMap<String, Value>;

impl Store {
    /// The settings whose names begin with one of `prefixes`: the global change where there is one, else the default. What stands in
    /// the program's files on disk is not seen.
    pub async fn foreign_settings(&self, prefixes: &[&str]) -> Result<Settings> {
        let mut settings = Settings::new();
        for (table, is_default) in [("sysconfig_default", true), ("sysconfig_modified", false)] {
            let mut select = Query::select();
            select.columns(["name", "is_valid", "effective_value"]).from(table);
            let any = prefixes.iter().map(|prefix| Expr::col("name").like(format!("{prefix}%")));
            select.and_where(any.reduce(|any, next| any.or(next)).unwrap_or_else(|| Expr::cust("1 = 0")));
            if !is_default {
                select.and_where(Expr::col("user_id").is_null()).and_where(Expr::col("reset_to_default").eq(0));
            }
            for row in self.rows(&select).await? {
                let value = if row.at::<i16>(1)? == 1 { yaml(&row.bytes(2)?)? } else { Value::Null };
                settings.insert(row.at(0)?, value);
            }
        }
        Ok(settings)
    }
}

fn yaml(bytes: &[u8]) -> Result<Value> {
    serde_yaml_ng::from_slice(bytes).map_err(Error::internal)
}
