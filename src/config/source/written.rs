//! A data source as it stands in the file, before it is judged.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;
use serde::Deserialize;

use crate::config::value;

/// A source as it stands in the file, all kinds in one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Written {
    #[serde(deserialize_with = "value::text")]
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) url: Option<String>,
    pub(super) start_tls: Option<bool>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) bind_dn: Option<String>,
    pub(super) bind_password: Option<SecretString>,
    pub(super) bind_password_file: Option<PathBuf>,
    pub(super) timeout: Option<String>,
    pub(super) max_connections: Option<u32>,
    pub(super) size_limit: Option<u32>,
    pub(super) cache_ttl: Option<String>,
    pub(super) customers: Option<WrittenRecords>,
    pub(super) customer_users: Option<WrittenRecords>,
}

/// The table or the entries of one kind of record.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRecords {
    pub(super) table: Option<String>,
    pub(super) valid: Option<String>,
    pub(super) base: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) filter: Option<String>,
    pub(super) valid_filter: Option<String>,
    pub(super) key: Option<String>,
    pub(super) search: Option<Vec<String>>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
}

/// What a source may have in the file, with values of the right type.
pub(in crate::config) const TEMPLATE: &str = r#"
name = ""
kind = ""
url = ""
start_tls = false
ca_file = ""
bind_dn = ""
bind_password = ""
bind_password_file = ""
timeout = ""
max_connections = 0
size_limit = 0
cache_ttl = ""
customers = { table = "", valid = "", base = "", scope = "", filter = "", valid_filter = "", key = "", search = [], fields = { name = "", street = "", zip = "", city = "", country = "", url = "", comment = "" } }
customer_users = { table = "", valid = "", base = "", scope = "", filter = "", valid_filter = "", key = "", search = [], fields = { title = "", first_name = "", last_name = "", email = "", customer_id = "", phone = "", fax = "", mobile = "", street = "", zip = "", city = "", country = "", comment = "" } }
"#;

/// Settings that are given, with their values as a message may show them.
pub(super) type Given = Vec<(&'static str, String)>;

impl Written {
    /// What is given besides name and kind.
    pub(super) fn given(&self) -> Given {
        let secret = |is_given: bool| is_given.then(|| "...".to_owned());
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let table = |records: &Option<WrittenRecords>| records.as_ref().map(|_| "(a table)".to_owned());
        let given = [
            ("url", secret(self.url.is_some())),
            ("start_tls", self.start_tls.map(|is_on| is_on.to_string())),
            ("ca_file", path(&self.ca_file)),
            ("bind_dn", self.bind_dn.clone()),
            ("bind_password", secret(self.bind_password.is_some())),
            ("bind_password_file", path(&self.bind_password_file)),
            ("timeout", self.timeout.clone()),
            ("max_connections", self.max_connections.map(|number| number.to_string())),
            ("size_limit", self.size_limit.map(|number| number.to_string())),
            ("cache_ttl", self.cache_ttl.clone()),
            ("customers", table(&self.customers)),
            ("customer_users", table(&self.customer_users)),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

impl WrittenRecords {
    /// What is given besides the fields.
    pub(super) fn given(&self) -> Given {
        let given = [
            ("table", self.table.clone()),
            ("valid", self.valid.clone()),
            ("base", self.base.clone()),
            ("scope", self.scope.clone()),
            ("filter", self.filter.clone()),
            ("valid_filter", self.valid_filter.clone()),
            ("key", self.key.clone()),
            ("search", self.search.as_ref().map(|names| names.join(", "))),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
