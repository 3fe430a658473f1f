//! Settings of the section `[groups]`: what groups mean for customers, and which permissions there are.

use serde::Deserialize;

use super::{ConfigError, value};

/// How permissions come about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupConfig {
    /// Whether customer users are restricted to groups; off, they have every permission in every valid group.
    pub customer_group_support: bool,
    /// Names of the groups in which every customer user has every permission; one that does not exist has no effect.
    #[serde(deserialize_with = "value::names")]
    pub customer_always_groups: Vec<String>,
    /// Names of the groups in which every customer has every permission; one that does not exist has no effect.
    #[serde(deserialize_with = "value::names")]
    pub customer_company_always_groups: Vec<String>,
    /// Whether a customer can be given access to tickets of other customers.
    pub other_customers_context: bool,
    /// Permissions that customers and customer users can be given, `ro` and `rw` among them.
    #[serde(deserialize_with = "value::names")]
    pub customer_permission_keys: Vec<String>,
}

impl GroupConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check_keys("groups.customer_permission_keys", &self.customer_permission_keys)
    }
}

fn check_keys(setting: &str, keys: &[String]) -> Result<(), ConfigError> {
    // The column that holds a key has 20 characters.
    let is_key = |key: &String| {
        key.len() <= 20 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let has = |name: &str| keys.iter().any(|key| key == name);
    if keys.iter().all(is_key) && has("ro") && has("rw") {
        return Ok(());
    }
    let expected = "names of at most 20 small letters, digits and underscores, `ro` and `rw` among them";
    Err(ConfigError::value(setting, format!("[{}]", keys.join(", ")), expected))
}
