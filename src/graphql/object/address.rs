//! Addresses, countries and links.

use async_graphql::SimpleObject;

use crate::domain::country;
use crate::domain::link::{Place, Template, map_url};
use crate::graphql::scalar::Url;
use crate::graphql::settings::Link;

/// A postal address.
#[derive(SimpleObject)]
pub struct Address {
    /// Street and number; null where none is stored.
    street: Option<String>,
    /// Postal code; null where none is stored.
    zip: Option<String>,
    /// City; null where none is stored.
    city: Option<String>,
    /// Country as stored: usually an English country name, sometimes a code; null where none is stored.
    country: Option<String>,
    /// ISO 3166-1 alpha-2; null where the stored text is no known country.
    country_code: Option<String>,
    /// Link to the configured map; null where there is nothing to look for.
    map_url: Option<Url>,
}

impl Address {
    /// An address as stored, with the map's link.
    pub fn new(map: &Template, place: Place<'_>) -> Self {
        Self {
            street: place.street.map(str::to_owned),
            zip: place.zip.map(str::to_owned),
            city: place.city.map(str::to_owned),
            country: place.country.map(str::to_owned),
            country_code: place.country.and_then(country::code_of).map(str::to_owned),
            map_url: map_url(map, &place).map(Url),
        }
    }
}

/// A country of ISO 3166-1.
#[derive(SimpleObject)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    code: String,
    /// English name, as it is stored in addresses.
    name: String,
}

impl From<&country::Country> for Country {
    fn from(country: &country::Country) -> Self {
        Self { code: country.code.to_owned(), name: country.name.to_owned() }
    }
}

/// A link built from a configured template, such as a search engine or a social network.
#[derive(SimpleObject)]
pub struct ExternalLink {
    /// What to show.
    label: String,
    /// Where it leads.
    url: Url,
}

/// The links whose templates find everything they need in a record.
pub fn external_links<'a>(links: &[Link], field: impl Fn(&str) -> Option<&'a str>) -> Vec<ExternalLink> {
    let filled = |link: &Link| Some(ExternalLink { label: link.label.clone(), url: Url(link.template.fill(&field)?) });
    links.iter().filter_map(filled).collect()
}
