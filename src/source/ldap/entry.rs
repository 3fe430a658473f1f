//! Entries as they come from a directory, and the records that they are.

use std::collections::BTreeMap;

use ldap3::asn1::{PL, StructureTag};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::validity::Validity;
use crate::source::order::order_key;
use crate::source::record::Record;

use super::mapping::Mapping;

/// The most characters that are kept of a value.
const MAX_VALUE: usize = 4_000;
/// The most characters of a key; an entry with a longer one is none of our records.
const MAX_KEY: usize = 255;
/// How many values of an attribute are looked at for the first that can be used.
const MOST_VALUES: usize = 20;

/// An entry: its name, and one value of each attribute that was asked for and that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its distinguished name.
    pub dn: String,
    /// Attributes in lower case, and their first value that is text.
    values: Vec<(String, String)>,
    /// Whether another entry was left out because this one stands for it.
    pub has_twin: bool,
}

impl Entry {
    /// Reads an entry of an answer; `None` where it is none. Unlike the library's own function this one takes any answer.
    pub fn read(tag: StructureTag) -> Option<Entry> {
        let mut parts = constructed(tag)?.into_iter();
        let dn = String::from_utf8(primitive(parts.next()?)?).ok()?;
        let mut entry = Entry { dn, ..Entry::default() };
        let attributes = constructed(parts.next()?)?;
        // Those without an option go first, so that a translation does not stand in for the value.
        let (plain, with_option): (Vec<_>, Vec<_>) =
            attributes.into_iter().filter_map(read_attribute).partition(|(_, has_option, _)| !has_option);
        for (name, _, value) in plain.into_iter().chain(with_option) {
            if !entry.values.iter().any(|(other, _)| *other == name) {
                entry.values.push((name, value));
            }
        }
        Some(entry)
    }

    /// The value of an attribute; `None` where it has none that can be shown.
    pub fn value(&self, attribute: &str) -> Option<&str> {
        let found = self.values.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute));
        found.map(|(_, value)| value.as_str())
    }

    /// The value of an attribute as people see it; `None` where it has none.
    pub fn text(&self, attribute: &str) -> Option<String> {
        self.value(attribute).map(shown).filter(|value| !value.is_empty())
    }

    /// The record that the entry is; `None` where it has no key that can be used.
    pub fn record(&self, mapping: &Mapping, validity: Validity) -> Option<Record> {
        let key = self.key(mapping)?;
        let mut fields = BTreeMap::new();
        for (field, attribute) in &mapping.fields {
            fields.extend(self.text(attribute).map(|value| (*field, value)));
        }
        Some(Record { key, fields, validity })
    }

    /// The key; `None` where there is none that can be used.
    pub fn key(&self, mapping: &Mapping) -> Option<String> {
        self.text(&mapping.key).filter(|key| key.chars().count() <= MAX_KEY)
    }
}

fn constructed(tag: StructureTag) -> Option<Vec<StructureTag>> {
    if let PL::C(parts) = tag.payload { Some(parts) } else { None }
}

fn primitive(tag: StructureTag) -> Option<Vec<u8>> {
    if let PL::P(bytes) = tag.payload { Some(bytes) } else { None }
}

/// The name of an attribute in lower case, whether an option followed it, and its first value that is text.
fn read_attribute(tag: StructureTag) -> Option<(String, bool, String)> {
    let mut parts = constructed(tag)?.into_iter();
    let name = String::from_utf8(primitive(parts.next()?)?).ok()?;
    let (base, has_option) = match name.split_once(';') {
        Some((base, _)) => (base, true),
        None => (name.as_str(), false),
    };
    let values = constructed(parts.next()?)?.into_iter().take(MOST_VALUES);
    let mut texts = values.filter_map(|value| String::from_utf8(primitive(value)?).ok());
    let value = texts.find(|text| !shown(text).is_empty())?;
    Some((base.to_ascii_lowercase(), has_option, value.chars().take(MAX_VALUE).collect()))
}

/// A value as people see it: without control characters and blanks around it.
fn shown(value: &str) -> String {
    let printable: String = value.chars().filter(|c| !c.is_control()).collect();
    printable.trim().to_owned()
}

/// The form in which even the most generous directory compares: without accents.
pub fn loose_key(value: &str) -> String {
    order_key(&value.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use ldap3::asn1::TagClass;

    use super::*;

    fn text(bytes: &[u8]) -> StructureTag {
        StructureTag { class: TagClass::Universal, id: 4, payload: PL::P(bytes.to_vec()) }
    }

    fn list(parts: Vec<StructureTag>) -> StructureTag {
        StructureTag { class: TagClass::Universal, id: 16, payload: PL::C(parts) }
    }

    fn entry(attributes: &[(&str, &[&[u8]])]) -> Option<Entry> {
        let attributes = attributes.iter().map(|(name, values)| {
            list(vec![text(name.as_bytes()), list(values.iter().map(|value| text(value)).collect())])
        });
        Entry::read(list(vec![text(b"uid=a"), list(attributes.collect())]))
    }

    #[test]
    fn the_first_value_that_is_text_counts() {
        let entry = entry(&[("UID", &[b"\xff", b" ", b"Ann", b"bob"]), ("sn", &[b"\xff"])]).expect("an entry");
        assert_eq!(entry.value("uid"), Some("Ann"));
        assert_eq!(entry.value("sn"), None);
    }

    #[test]
    fn an_option_is_ignored_and_gives_way() {
        let entry =
            entry(&[("cn;lang-de", &[b"Anna"]), ("cn", &[b"Ann"]), ("sn;binary", &[b"Berg"])]).expect("an entry");
        assert_eq!(entry.value("cn"), Some("Ann"));
        assert_eq!(entry.value("SN"), Some("Berg"));
    }

    #[test]
    fn an_answer_that_is_no_entry_is_none() {
        assert_eq!(Entry::read(text(b"x")), None);
        assert_eq!(Entry::read(list(vec![])), None);
        assert_eq!(Entry::read(list(vec![list(vec![])])), None);
        assert_eq!(Entry::read(list(vec![text(b"\xff"), list(vec![])])), None);
    }

    #[test]
    fn a_long_value_is_cut() {
        let long = "ü".repeat(MAX_VALUE + 1);
        let entry = entry(&[("cn", &[long.as_bytes()])]).expect("an entry");
        assert_eq!(entry.value("cn").map(|value| value.chars().count()), Some(MAX_VALUE));
    }

    #[test]
    fn values_are_shown_without_what_does_not_print() {
        assert_eq!(shown(" a\u{1b}[1m\0 b\n"), "a[1m b");
    }

    #[test]
    fn a_loose_key_has_no_accents() {
        assert_eq!(loose_key(" Än  n"), "an n");
    }
}
