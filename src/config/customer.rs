//! Settings of the section `[customers]`: links, names and where a search looks.

use serde::{Deserialize, Deserializer, de::Error};

use super::{ConfigError, value};
use crate::domain::link::{
    CUSTOMER_PLACEHOLDERS, CUSTOMER_USER_PLACEHOLDERS, MAP_PLACEHOLDERS, Template, TemplateError,
};
use crate::domain::record::RecordKind;
use crate::domain::text::check_text;

/// How customers and customer users are shown and found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerConfig {
    /// Link to a map; it has the placeholder `{address}`.
    #[serde(deserialize_with = "map_template")]
    pub map_url_template: Template,
    /// More links, in the order in which they are shown.
    pub links: Vec<LinkConfig>,
    /// Fields that make the name of a customer user, in this order.
    pub name_fields: Vec<String>,
    /// What stands between them; may be empty.
    #[serde(deserialize_with = "separator")]
    pub name_separator: String,
    /// Columns in which a search for customers looks.
    pub customer_search_fields: Vec<String>,
    /// Columns in which a search for customer users looks.
    pub customer_user_search_fields: Vec<String>,
    /// Whether e-mail addresses are checked when they are written.
    pub check_email_addresses: bool,
    /// Whether no two customer users may have the same e-mail address.
    pub unique_email_addresses: bool,
    /// Regular expression of addresses that are always accepted; empty for none.
    #[serde(deserialize_with = "pattern")]
    pub accepted_email_addresses: String,
    /// Regular expression of addresses that are never accepted; empty for none.
    #[serde(deserialize_with = "pattern")]
    pub refused_email_addresses: String,
}

/// A link that is shown beside a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkConfig {
    /// What a page shows for it.
    pub label: String,
    /// Where it leads.
    pub url_template: Template,
    /// The kinds of record that have it; at least one.
    pub shown_for: Vec<RecordKind>,
}

impl CustomerConfig {
    /// A search looks in no field that only agents may read, or else customer users could find out what is in it.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let people = CUSTOMER_USER_PLACEHOLDERS;
        value::check_choice("customers.name_fields", &self.name_fields, people)?;
        let columns = &self.customer_search_fields;
        value::check_choice("customers.customer_search_fields", columns, CUSTOMER_PLACEHOLDERS)?;
        let columns = &self.customer_user_search_fields;
        value::check_choice("customers.customer_user_search_fields", columns, people)
    }
}

/// A link as it is written; the template can only be judged together with the kinds it is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLink {
    #[serde(deserialize_with = "value::text")]
    label: String,
    url_template: String,
    #[serde(rename = "for")]
    shown_for: Vec<String>,
}

impl<'de> Deserialize<'de> for LinkConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = WrittenLink::deserialize(deserializer)?;
        let kinds: Option<Vec<RecordKind>> = written.shown_for.iter().map(|name| record_kind(name)).collect();
        let shown_for = kinds
            .filter(|kinds| !kinds.is_empty() && value::are_unique(&written.shown_for))
            .ok_or_else(|| D::Error::custom("`for` to be a list of `customer` and `customer_user`, each once"))?;
        let url_template = link_template(&written.url_template, &shown_for)
            .map_err(|reason| D::Error::custom(template_rule("`url_template` to be ", &reason)))?;
        Ok(LinkConfig { label: written.label, url_template, shown_for })
    }
}

fn record_kind(name: &str) -> Option<RecordKind> {
    match name {
        "customer" => Some(RecordKind::Customer),
        "customer_user" => Some(RecordKind::CustomerUser),
        _ => None,
    }
}

/// A template whose placeholders every kind of record has.
fn link_template(text: &str, kinds: &[RecordKind]) -> Result<Template, TemplateError> {
    let allowed = |name: &&&str| kinds.iter().all(|kind| kind.placeholders().contains(*name));
    let allowed: Vec<&str> =
        CUSTOMER_USER_PLACEHOLDERS.iter().chain(CUSTOMER_PLACEHOLDERS).filter(allowed).copied().collect();
    Template::parse(text, &allowed)
}

fn map_template<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Template, D::Error> {
    let text = String::deserialize(deserializer)?;
    let template =
        Template::parse(&text, MAP_PLACEHOLDERS).map_err(|reason| D::Error::custom(template_rule("", &reason)))?;
    if !template.uses("address") {
        return Err(D::Error::custom("an http or https address with the placeholder `{address}`"));
    }
    Ok(template)
}

fn template_rule(subject: &str, reason: &TemplateError) -> String {
    format!("{subject}an http or https address with placeholders in braces: {reason}")
}

fn separator<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if check_text(&text, false).is_err() || text.chars().count() > 20 {
        return Err(D::Error::custom("a text of at most 20 characters without control characters"));
    }
    Ok(text)
}

fn pattern<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match regex::Regex::new(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(D::Error::custom("a regular expression, or an empty text for none")),
    }
}
