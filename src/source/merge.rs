//! One list of what several sources have. Each source keeps its own order, which its database may see a little differently from ours, so a
//! place in the merged list is a place in every source's list: nothing is left out and nothing comes twice, whoever sorts how.

use crate::domain::text::fold;
use crate::error::{Error, Result};
use crate::store::page::{Cursor, Entries, KeyValue, Page};

/// The sort key of an entry in the list of its source.
type Key = Vec<KeyValue>;

/// The key behind all entries: of a source that did not answer when a list was read from its end.
const END: [KeyValue; 1] = [KeyValue::Int(i64::MAX)];

/// A place in the merged list: at an entry of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the sources has the entry.
    own: usize,
    /// For each source the key of its last entry at or before the place; empty where it has none, [`END`] where all of it may be.
    keys: Vec<Key>,
}

/// What one source has of a page.
#[derive(Clone, Debug)]
pub struct Part<T> {
    /// Its entries in the order of reading: backwards for a page that is read backwards.
    pub items: Vec<(Key, T)>,
    /// Whether it has more in the direction of reading.
    pub has_more: bool,
    /// Whether it did not answer: its place in the list stays where it was.
    pub is_missing: bool,
}

impl<T> Part<T> {
    /// The part of a source that has nothing to give; `is_missing` where it did not answer.
    pub fn empty(is_missing: bool) -> Self {
        Self { items: Vec::new(), has_more: false, is_missing }
    }
}

/// The bounds of a page in the merged list.
#[derive(Clone, Debug)]
pub struct Bounds {
    order: String,
    sources: usize,
    after: Option<Place>,
    before: Option<Place>,
}

impl Bounds {
    /// The bounds that the cursors of a page stand for in a list of this order over so many sources.
    pub fn of(page: &Page, order: &str, sources: usize) -> Result<Self> {
        let order = format!("sources.{order}");
        let place = |cursor: &Option<Cursor>| {
            cursor.as_ref().map(|cursor| Place::decode(cursor.key_for(&order)?, sources)).transpose()
        };
        let (after, before) = (place(&page.after)?, place(&page.before)?);
        Ok(Self { order, sources, after, before })
    }

    /// The page that one source is asked for; `None` where it has nothing there. `order` is the name of the source's own order.
    pub fn page_of(&self, source: usize, order: &str, page: &Page) -> Option<Page> {
        let cursor = |key: &Key| (!key.is_empty() && *key != END).then(|| Cursor::new(order, key.clone()));
        let (after, before) = (self.after.as_ref(), self.before.as_ref());
        let is_past = after.is_some_and(|place| place.keys[source] == END);
        let has_none = before.is_some_and(|place| place.keys[source].is_empty());
        (!is_past && !has_none).then(|| Page {
            after: after.and_then(|place| cursor(&place.keys[source])),
            before: before.and_then(|place| cursor(&place.keys[source])),
            with_before: before.is_some_and(|place| place.own != source && place.keys[source] != END),
            ..page.clone()
        })
    }

    /// Merges what the sources have. Where two are equal, the earlier source comes first.
    pub fn merge<T>(&self, parts: Vec<Part<T>>, page: &Page, descending: bool) -> Entries<T> {
        // Where a source stands that has nothing more to give in the direction of reading.
        let ends: Vec<Key> = (0..self.sources).map(|source| self.end(source, &parts, page.backward)).collect();
        let mut has_more = parts.iter().any(|part| part.has_more);
        let mut parts: Vec<_> = parts.into_iter().map(|part| part.items.into_iter().peekable()).collect();
        let mut keys = ends.clone();
        let mut items = Vec::new();
        loop {
            let heads =
                parts.iter_mut().enumerate().filter_map(|(source, part)| Some((source, part.peek()?.0.clone())));
            let first = heads.min_by(|one, other| {
                let order = one.1.first().map(folded).cmp(&other.1.first().map(folded));
                let order = if descending { order.reverse() } else { order };
                let order = order.then(one.0.cmp(&other.0));
                if page.backward { order.reverse() } else { order }
            });
            let Some((own, key)) = first else { break };
            if items.len() as u64 == page.limit {
                has_more = true;
                break;
            }
            let Some((_, item)) = parts[own].next() else { break };
            if page.backward {
                keys = parts
                    .iter_mut()
                    .zip(&ends)
                    .map(|(part, end)| part.peek().map_or(end, |head| &head.0).clone())
                    .collect();
            }
            keys[own] = key;
            items.push((Place { own, keys: keys.clone() }.encode(&self.order), item));
        }
        if page.backward {
            items.reverse();
        }
        Entries::new(items, has_more, page)
    }

    fn end<T>(&self, source: usize, parts: &[Part<T>], backward: bool) -> Key {
        let key = |place: &Place| place.keys[source].clone();
        if backward && parts[source].is_missing {
            self.before.as_ref().map_or_else(|| END.to_vec(), key)
        } else {
            self.after.as_ref().map(key).unwrap_or_default()
        }
    }
}

/// A key as it is compared with those of other sources.
fn folded(value: &KeyValue) -> KeyValue {
    match value {
        KeyValue::Text(text) => KeyValue::Text(fold(text)),
        other => other.clone(),
    }
}

impl Place {
    fn encode(&self, order: &str) -> Cursor {
        let own = std::iter::once(KeyValue::Int(self.own as i64));
        Cursor::new(order, own.chain(self.keys.iter().cloned().map(KeyValue::Key)).collect())
    }

    /// A cursor from before a source came or went is no longer one of the list.
    fn decode(key: &[KeyValue], sources: usize) -> Result<Self> {
        let place = match key.split_first() {
            Some((KeyValue::Int(own), keys)) if keys.len() == sources => {
                let keys = keys.iter().map(|key| match key {
                    KeyValue::Key(key) => Some(key.clone()),
                    KeyValue::Int(_) | KeyValue::Text(_) => None,
                });
                let own = usize::try_from(*own).ok().filter(|own| *own < sources);
                own.zip(keys.collect::<Option<Vec<Key>>>())
            }
            _ => None,
        };
        let (own, keys) = place.ok_or_else(|| {
            Error::bad_input(
                "the cursor is not one of this list: the data sources may have changed, so begin anew without it",
            )
        })?;
        Ok(Self { own, keys })
    }
}

/// What a source read, in the order of reading.
pub fn part<T>(entries: Entries<T>, page: &Page) -> Part<T> {
    let has_more = if page.backward { entries.has_previous } else { entries.has_next };
    let mut items: Vec<(Key, T)> = entries.items.into_iter().map(|(cursor, item)| (cursor.into_key(), item)).collect();
    if page.backward {
        items.reverse();
    }
    Part { items, has_more, is_missing: false }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A source in memory: sorted texts, each with its own number as its second key.
    struct Memory(Vec<Key>);

    impl Memory {
        fn of(mut names: Vec<String>, descending: bool) -> Self {
            names.sort();
            names.dedup();
            let mut keys: Vec<Key> = names.into_iter().map(|name| vec![KeyValue::Text(name)]).collect();
            if descending {
                keys.reverse();
            }
            Self(keys)
        }

        fn part(&self, page: &Page) -> Part<String> {
            let at = |cursor: &Option<Cursor>| {
                let key = cursor.as_ref()?.key_for("memory").ok()?;
                self.0.iter().position(|own| own == key)
            };
            let from = at(&page.after).map_or(0, |at| at + 1);
            let to = at(&page.before).map_or(self.0.len(), |at| at + usize::from(page.with_before));
            let mut keys: Vec<Key> = self.0[from.min(to)..to].to_vec();
            if page.backward {
                keys.reverse();
            }
            let has_more = keys.len() as u64 > page.limit;
            keys.truncate(page.limit as usize);
            let name = |key: &Key| match &key[0] {
                KeyValue::Text(text) => text.clone(),
                other => panic!("{other:?}"),
            };
            Part { items: keys.iter().map(|key| (key.clone(), name(key))).collect(), has_more, is_missing: false }
        }
    }

    fn read(sources: &[Memory], page: &Page, descending: bool) -> Entries<String> {
        let bounds = Bounds::of(page, "list", sources.len()).expect("cursors of this list");
        let parts = sources.iter().enumerate().map(|(number, source)| match bounds.page_of(number, "memory", page) {
            Some(page) => source.part(&page),
            None => Part::empty(false),
        });
        bounds.merge(parts.collect(), page, descending)
    }

    fn page(limit: u64, backward: bool, cursor: Option<Cursor>) -> Page {
        let (after, before) = if backward { (None, cursor) } else { (cursor, None) };
        Page { limit, backward, after, before, with_before: false }
    }

    /// Follows the pages of a list to its end.
    fn walk(sources: &[Memory], limit: u64, backward: bool, descending: bool) -> Vec<String> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let entries = read(sources, &page(limit, backward, cursor), descending);
            let names: Vec<String> = entries.items.iter().map(|(_, name)| name.clone()).collect();
            let more = if backward { entries.has_previous } else { entries.has_next };
            let end = if backward { entries.items.first() } else { entries.items.last() };
            cursor = end.map(|(cursor, _)| cursor.clone());
            all = if backward { [names, all].concat() } else { [all, names].concat() };
            if !more {
                return all;
            }
        }
    }

    fn names() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[a-e]{1,3}", 0..12)
    }

    proptest! {
        #[test]
        fn pages_of_any_size_and_direction_hold_everything_once_and_in_order(
            one in names(), two in names(), three in names(), limit in 1_u64..6, descending: bool,
        ) {
            let mut wanted: Vec<String> = Vec::new();
            let sources: Vec<Memory> = [one, two, three].into_iter().map(|names| Memory::of(names, descending)).collect();
            for source in &sources {
                wanted.extend(source.part(&page(100, false, None)).items.into_iter().map(|(_, name)| name));
            }
            wanted.sort();
            if descending {
                wanted.reverse();
            }
            for backward in [false, true] {
                prop_assert_eq!(walk(&sources, limit, backward, descending), wanted.clone());
            }
        }

        #[test]
        fn what_lies_before_an_entry_and_behind_it_is_all_the_rest(one in names(), two in names(), at in 0_usize..20) {
            let sources = [Memory::of(one, false), Memory::of(two, false)];
            let all = read(&sources, &page(100, false, None), false);
            prop_assume!(at < all.items.len());
            let names = |entries: &Entries<String>| entries.items.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
            let cursor = all.items[at].0.clone();
            let before = read(&sources, &page(100, true, Some(cursor.clone())), false);
            let behind = read(&sources, &page(100, false, Some(cursor)), false);
            prop_assert_eq!(names(&before), names(&all)[..at].to_vec());
            prop_assert_eq!(names(&behind), names(&all)[at + 1..].to_vec());
        }
    }

    #[test]
    fn a_source_that_is_away_for_a_page_gives_what_it_has_later() {
        let sources =
            [Memory::of(vec!["b".into(), "d".into()], false), Memory::of(vec!["a".into(), "e".into()], false)];
        let page_one = page(1, false, None);
        let bounds = Bounds::of(&page_one, "list", 2).expect("no cursor");
        let first = bounds.merge(vec![sources[0].part(&page_one), Part::empty(true)], &page_one, false);
        assert_eq!(first.items[0].1, "b");
        let rest = read(&sources, &page(9, false, Some(first.items[0].0.clone())), false);
        let names: Vec<&String> = rest.items.iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["a", "d", "e"]);
    }

    #[test]
    fn a_source_that_was_away_at_the_end_gives_what_it_has_on_the_way_back() {
        let sources = [
            Memory::of(vec!["b".into(), "d".into()], false),
            Memory::of(vec!["a".into(), "c".into(), "e".into()], false),
        ];
        let last = page(1, true, None);
        let bounds = Bounds::of(&last, "list", 2).expect("no cursor");
        let first = bounds.merge(vec![sources[0].part(&last), Part::empty(true)], &last, false);
        assert_eq!(first.items[0].1, "d");
        let rest = read(&sources, &page(9, true, Some(first.items[0].0.clone())), false);
        let names: Vec<&String> = rest.items.iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["a", "b", "c", "e"]);
    }

    #[test]
    fn a_cursor_of_other_sources_is_refused() {
        let sources = [Memory::of(vec!["a".into()], false), Memory::of(vec!["b".into()], false)];
        let cursor = read(&sources, &page(2, false, None), false).items[0].0.clone();
        assert!(Bounds::of(&page(2, false, Some(cursor.clone())), "list", 3).is_err());
        assert!(Bounds::of(&page(2, false, Some(cursor)), "other", 2).is_err());
    }
}
