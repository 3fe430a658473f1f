//! Links of a customer or customer user: the map, links built from configured templates, and the stored address of a
//! web page. Everything that comes out is an absolute http or https address that a page may link to.

#[cfg(test)]
mod tests;

use thiserror::Error;

/// The placeholders that a map template may use; `{address}` is street, city and country together.
pub const MAP_PLACEHOLDERS: &[&str] = &["address", "street", "zip", "city", "country"];
/// The placeholders of links for customers.
pub const CUSTOMER_PLACEHOLDERS: &[&str] = &["customer_id", "name", "street", "zip", "city", "country", "url"];
/// The placeholders of links for customer users.
pub const CUSTOMER_USER_PLACEHOLDERS: &[&str] = &[
    "login",
    "title",
    "first_name",
    "last_name",
    "email",
    "customer_id",
    "phone",
    "fax",
    "mobile",
    "street",
    "zip",
    "city",
    "country",
];

/// An address with places for the fields of a record: `https://maps.example/?q={address}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(String),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// A `{` without `}`, or the other way round.
    #[error("every `{{` needs its `}}`")]
    Unbalanced,
    /// A placeholder that these records do not have.
    #[error("there is no placeholder `{{{0}}}`")]
    UnknownPlaceholder(String),
    /// Not an http or https address, or one whose host comes from a record.
    #[error("an absolute http or https address, with placeholders only behind the host")]
    NotWeb,
}

/// The fields of a record that say where it is; None or blank where nothing is stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// Street and number.
    pub street: Option<&'a str>,
    /// Postal code.
    pub zip: Option<&'a str>,
    /// Town.
    pub city: Option<&'a str>,
    /// Country as stored.
    pub country: Option<&'a str>,
}

impl Template {
    /// Reads a template that may use these placeholders.
    pub fn parse(text: &str, allowed: &[&str]) -> Result<Template, TemplateError> {
        let template = Template(parts(text)?);
        template.check_placeholders(allowed)?;
        if !template.host_is_fixed() || template.fill(|_| Some("x")).is_none() {
            return Err(TemplateError::NotWeb);
        }
        Ok(template)
    }

    /// Refuses a template with any other placeholder than these.
    pub fn check_placeholders(&self, allowed: &[&str]) -> Result<(), TemplateError> {
        for part in &self.0 {
            if let Part::Placeholder(name) = part
                && !allowed.contains(&name.as_str())
            {
                return Err(TemplateError::UnknownPlaceholder(name.clone()));
            }
        }
        Ok(())
    }

    /// Whether the template has this placeholder.
    pub fn uses(&self, placeholder: &str) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Placeholder(name) if name == placeholder))
    }

    /// The address for one record, with the values percent-encoded (RFC 3986). None when a placeholder that the template
    /// uses has no value or a blank one: domain rule: OTOBO hides such a link, because there is nothing to look for.
    pub fn fill<V: AsRef<str>>(&self, value: impl Fn(&str) -> Option<V>) -> Option<String> {
        let mut url = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => url.push_str(text),
                Part::Placeholder(name) => {
                    let value = value(name)?;
                    encode(&mut url, present(value.as_ref())?);
                }
            }
        }
        web_url(&url)
    }

    /// Whether no record can choose the host: the text before the first placeholder reaches beyond it.
    fn host_is_fixed(&self) -> bool {
        let Some(Part::Text(start)) = self.0.first() else {
            return false;
        };
        let behind_scheme = without_scheme(start).unwrap_or_default();
        self.0.len() == 1 || behind_scheme.contains(['/', '?', '#'])
    }
}

/// The link to a map; None where the place has no street or no city. Domain rule: OTOBO looks for street, city and country
/// and shows the link only where street and city are known.
pub fn map_url(template: &Template, place: &Place<'_>) -> Option<String> {
    let street = place.street.and_then(present)?;
    let city = place.city.and_then(present)?;
    let country = place.country.and_then(present);
    let address = [Some(street), Some(city), country];
    let address: Vec<&str> = address.into_iter().flatten().collect();
    let address = address.join(", ");
    template.fill(|name| match name {
        "address" => Some(address.as_str()),
        "street" => Some(street),
        "city" => Some(city),
        "zip" => place.zip,
        "country" => country,
        _ => None,
    })
}

/// A stored web address as a page may link to it; None for any other text.
///
/// Accepted is an absolute http or https address whose host is a plain name or IP address. Refused are other schemes
/// (`javascript:`), user names before the host (`https://bank.example@evil.example`), characters that a browser reads
/// in its own way (blanks, `\`), and invisible ones that make an address look like another.
pub fn web_url(text: &str) -> Option<String> {
    let text = text.trim();
    if text.chars().any(|c| is_unsafe(c) || is_invisible(c)) {
        return None;
    }
    let behind_scheme = without_scheme(text)?;
    let end = behind_scheme.find(['/', '?', '#']).unwrap_or(behind_scheme.len());
    is_authority(&behind_scheme[..end]).then(|| text.to_owned())
}

/// Whether a web address is one that nobody on the way can listen to or change: https, or http on this machine.
pub fn is_secure_url(text: &str) -> bool {
    let Some(url) = web_url(text) else { return false };
    let authority = without_scheme(&url).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let is_here = |host: &&str| authority.strip_prefix(*host).is_some_and(is_port);
    let is_https = url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
    is_https || ["localhost", "127.0.0.1", "[::1]"].iter().any(is_here)
}

fn without_scheme(text: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    })
}

/// A host with or without port, and nothing else.
fn is_authority(authority: &str) -> bool {
    if let Some(behind_bracket) = authority.strip_prefix('[') {
        return behind_bracket
            .split_once(']')
            .is_some_and(|(host, port)| host.parse::<std::net::Ipv6Addr>().is_ok() && is_port(port));
    }
    let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
    is_host_name(host) && is_port(port)
}

/// Labels of letters (of any script), digits and `-` or `_`, separated by single dots; one dot may end the name.
fn is_host_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    host.split('.').all(is_label)
}

/// Nothing, or `:` and a port.
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        None => text.is_empty(),
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok(),
    }
}

/// Characters that RFC 3986 keeps out of an address and that browsers repair, each in its own way.
fn is_unsafe(c: char) -> bool {
    c.is_control() || c.is_whitespace() || matches!(c, '\\' | '<' | '>' | '"' | '`' | '{' | '}' | '|' | '^')
}

/// Characters without a picture: zero-width ones and those that turn the direction of writing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn parts(text: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (before, behind) = rest.split_once('{').unwrap_or((rest, ""));
        let has_placeholder = before.len() < rest.len();
        if before.contains('}') {
            return Err(TemplateError::Unbalanced);
        }
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        rest = behind;
        if has_placeholder {
            let (name, behind) = behind.split_once('}').ok_or(TemplateError::Unbalanced)?;
            parts.push(Part::Placeholder(name.to_owned()));
            rest = behind;
        }
    }
    Ok(parts)
}

/// The text without blanks around it; None when nothing is left.
fn present(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn encode(url: &mut String, value: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            url.push('%');
            url.push(char::from(HEX[usize::from(byte >> 4)]));
            url.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}
