//! Which entries are records of a kind, and which of their attributes are which fields.

use crate::config::{EntryConfig, Scope};
use crate::domain::record::RecordKind;
use crate::source::record::RecordQuery;

use super::LdapSettingError;
use super::filter::Filter;

/// Entries that are records of one kind.
pub struct Mapping {
    /// The kind.
    pub kind: RecordKind,
    /// Where they are.
    pub base: String,
    /// How deep.
    pub scope: Scope,
    /// What all of them fulfil, the presence of the key included.
    pub filter: Filter,
    /// What the valid ones fulfil; `None` where all are valid.
    pub valid: Option<Filter>,
    /// The attribute of the key.
    pub key: String,
    /// The attributes of the other fields.
    pub fields: Vec<(&'static str, String)>,
    /// The attributes that a search looks at.
    pub search: Vec<String>,
}

impl Mapping {
    /// Reads the settings of a kind; `search_fields` are those of the section `[customers]`.
    pub fn new(kind: RecordKind, config: &EntryConfig, search_fields: &[String]) -> Result<Self, LdapSettingError> {
        let section = section(kind);
        let given = |name: &str, text: &Option<String>| {
            let filter = text.as_deref().map(Filter::given);
            filter.map(|filter| checked(filter, &format!("{section}.{name}"))).transpose()
        };
        let known = kind.fields().iter();
        let fields: Vec<_> =
            known.filter_map(|field| Some((*field, config.fields.get(*field)?.trim().to_owned()))).collect();
        let filter = given("filter", &config.filter)?.unwrap_or(Filter::True);
        let mut mapping = Self {
            kind,
            base: config.base.clone(),
            scope: config.scope,
            filter: Filter::all([Filter::present(config.key.trim()), filter]),
            valid: given("valid_filter", &config.valid_filter)?,
            key: config.key.trim().to_owned(),
            fields,
            search: config.search.iter().map(|name| name.trim().to_owned()).collect(),
        };
        if mapping.search.is_empty() {
            mapping.search = mapping.searched(search_fields);
        }
        mapping.check_names(section)?;
        Ok(mapping)
    }

    fn searched(&self, fields: &[String]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for attribute in fields.iter().filter_map(|field| self.attribute(field)) {
            if !found.iter().any(|other| other.eq_ignore_ascii_case(attribute)) {
                found.push(attribute.to_owned());
            }
        }
        found
    }

    fn check_names(&self, section: &str) -> Result<(), LdapSettingError> {
        let names = [("key", &self.key)].into_iter();
        let names = names.chain(self.search.iter().map(|name| ("search", name)));
        for (setting, name) in names.chain(self.fields.iter().map(|(field, name)| (*field, name))) {
            let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
            if !is_name {
                return Err(LdapSettingError(format!(
                    "`{section}`: `{setting}` is not the name of an attribute: `{name}`"
                )));
            }
        }
        Ok(())
    }

    /// The attribute of a field, the key included; `None` where it has none.
    pub fn attribute(&self, field: &str) -> Option<&str> {
        if field == self.kind.key() {
            return Some(&self.key);
        }
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, attribute)| attribute.as_str())
    }

    /// Whether customer users may read an attribute of their own record at most: it is neither the key's nor that of a public field.
    pub fn is_private(&self, attribute: &str) -> bool {
        let is_public =
            |(field, other): &(&str, String)| !self.kind.is_private(field) && other.eq_ignore_ascii_case(attribute);
        !self.key.eq_ignore_ascii_case(attribute) && !self.fields.iter().any(is_public)
    }

    /// The key of the reader's own record; `None` where there can be none. No customer is a customer user, even if it is called like one.
    pub fn own_key<'q>(&self, query: &'q RecordQuery) -> Option<&'q str> {
        query.reader.as_deref().filter(|_| self.kind == RecordKind::CustomerUser)
    }

    /// The attributes that records are made of.
    pub fn attributes(&self) -> Vec<String> {
        let mut all = vec![self.key.clone()];
        for (_, attribute) in &self.fields {
            if !all.iter().any(|other| other.eq_ignore_ascii_case(attribute)) {
                all.push(attribute.clone());
            }
        }
        all
    }

    /// The attributes that say whose record it is.
    pub fn naming_attributes(&self) -> Vec<String> {
        let customer = (self.kind == RecordKind::CustomerUser).then(|| self.attribute("customer_id")).flatten();
        [Some(self.key.as_str()), customer].into_iter().flatten().map(str::to_owned).collect()
    }
}

/// The name of the settings of a kind.
pub fn section(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Customer => "source.customers",
        RecordKind::CustomerUser => "source.customer_users",
    }
}

fn checked(filter: Filter, setting: &str) -> Result<Filter, LdapSettingError> {
    let text = filter.to_string();
    match ldap3::parse_filter(&text) {
        Ok(_) => Ok(filter),
        Err(()) => Err(LdapSettingError(format!("`{setting}` is not a filter of LDAP: `{text}`"))),
    }
}
