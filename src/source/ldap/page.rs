//! Pages in order from a directory that does not sort: the order is cut into windows that can be read at once, in reading direction, until
//! the page is full.

use crate::domain::text::fold;
use crate::error::{Error, Result};
use crate::source::record::{Record, RecordQuery};
use crate::store::page::{Cursor, Entries, KeyValue, Page};

use super::Ldap;
use super::condition::Conditions;
use super::entry::Entry;
use super::filter::Filter;
use super::gather::{Check, filters};
use super::mapping::Mapping;
use super::window::{Dimension, Direction, Division, MOST_WINDOWS, Piece, divide_by_sample, isolate};
use crate::source::order::order_key;

/// The fewest entries of a window that are read before it is divided.
const LEAST_READ: usize = 200;

/// The longest value that is a window of its own from the start: longer ones make long filters.
const MAX_START: usize = 20;

/// Where an entry stands in the order: what it is sorted by, and its key.
type Position = (String, String);

/// An entry with its position.
type Placed = (Position, Entry);

/// The part of an order that a page asks for, in ascending order.
#[derive(Clone, Debug, Default)]
struct Bounds {
    low: Option<Position>,
    high: Option<Position>,
    /// Whether the entries at the ends are wanted too.
    with_low: bool,
    with_high: bool,
}

/// Neighbouring entries: pieces of the sort value, and within a single one pieces of the key.
#[derive(Clone, Debug)]
struct Window {
    sort: Vec<Piece>,
    key: Option<Vec<Piece>>,
    /// Whether it was cut off by known entries: the next division tries the unknown part.
    is_creeping: bool,
}

/// What a page is read with.
struct Reading<'a> {
    mapping: &'a Mapping,
    own_key: Option<&'a str>,
    sort: Dimension,
    /// The attribute that is sorted by; `None` for the key.
    field: Option<&'a str>,
    key: Dimension,
    bounds: Bounds,
    is_ascending: bool,
    /// How many entries fill the page, one more than it holds.
    enough: usize,
}

impl Ldap {
    /// A page of the records that fulfil a query.
    pub(super) async fn read_page(
        &self,
        mapping: &Mapping,
        query: &RecordQuery,
        page: &Page,
    ) -> Result<Entries<Record>> {
        let reading = Reading::new(mapping, query, page)?;
        let filters = filters(mapping, query);
        let placed = match filters.as_slice() {
            [] => Vec::new(),
            [filter] => self.read_windows(&reading, query, filter).await?,
            _ => self.read_whole(&reading, query, &filters).await?,
        };
        self.finish(query, page, &filters, reading, placed).await
    }

    /// Reads all entries, where they have to be asked for in several searches anyway.
    async fn read_whole(&self, reading: &Reading<'_>, query: &RecordQuery, filters: &[Filter]) -> Result<Vec<Placed>> {
        let attributes = reading.mapping.attributes();
        let read = self.entries(reading.mapping, query, filters, attributes, self.0.size_limit).await?;
        let (entries, is_cut) = read;
        if is_cut {
            return Err(too_many());
        }
        let placed = entries.into_iter().filter_map(|entry| reading.place(entry));
        Ok(reading.in_order(placed.filter(|(position, _)| reading.bounds.contain(position)).collect()))
    }

    async fn read_windows(&self, reading: &Reading<'_>, query: &RecordQuery, filter: &Filter) -> Result<Vec<Placed>> {
        let check = Check::new(reading.mapping, query);
        let mut found = Vec::new();
        let mut windows = reading.windows();
        let (most, mut read, mut whole) = (LEAST_READ.max(2 * reading.enough), 0, None);
        while let Some(window) = windows.pop() {
            let Some(window) = reading.narrowed(window) else { continue };
            read += 1;
            if read > MOST_WINDOWS {
                return Err(too_many());
            }
            let limit = whole.take().unwrap_or(most).min(self.0.size_limit);
            let asked = Filter::all([filter.clone(), reading.filter(&window)]);
            let answer = self.ask(reading.mapping, &asked, reading.mapping.attributes(), limit).await?;
            let entries = answer.entries.into_iter().filter(|entry| check.is_meant(entry));
            let placed = entries.filter_map(|entry| reading.place(entry));
            let inside = |position: &Position| window.contains(position) && reading.bounds.contain(position);
            let placed: Vec<Placed> = placed.filter(|(position, _)| inside(position)).collect();
            if !answer.is_cut {
                found.extend(reading.in_order(placed));
                if found.len() >= reading.enough {
                    break;
                }
                continue;
            }
            match reading.divide(window.clone(), &placed)? {
                Some((before, after)) => {
                    windows.extend(if reading.is_ascending { [after, before] } else { [before, after] })
                }
                None if limit < self.0.size_limit => {
                    windows.push(window);
                    whole = Some(self.0.size_limit);
                }
                None => return Err(too_many()),
            }
        }
        Ok(found)
    }

    /// Makes the page of entries in reading order.
    async fn finish(
        &self,
        query: &RecordQuery,
        page: &Page,
        filters: &[Filter],
        reading: Reading<'_>,
        mut placed: Vec<Placed>,
    ) -> Result<Entries<Record>> {
        let has_more = placed.len() >= reading.enough;
        placed.truncate(reading.enough - 1);
        if page.backward {
            placed.reverse();
        }
        let (positions, entries): (Vec<Position>, Vec<Entry>) = placed.into_iter().unzip();
        let order = query.order_name();
        let cursors = positions
            .into_iter()
            .map(|(sort, key)| Cursor::new(&order, vec![KeyValue::Text(sort), KeyValue::Text(key)]));
        let records = self.records(reading.mapping, query, filters, entries).await?;
        let items = cursors.zip(records.into_iter().map(|(_, record)| record)).collect();
        Ok(Entries::new(items, has_more, page))
    }
}

fn too_many() -> Error {
    Error::LimitExceeded("too many entries to read them in this order; narrow the search".to_owned())
}

impl<'a> Reading<'a> {
    fn new(mapping: &'a Mapping, query: &'a RecordQuery, page: &Page) -> Result<Self> {
        let key = Dimension { attribute: Some(mapping.key.clone()), own: None, is_optional: false };
        let field = query.sort.filter(|field| *field != query.kind.key());
        let sort = match field {
            None => key.clone(),
            Some(field) => {
                let attribute = mapping.attribute(field).map(str::to_owned);
                let is_private = attribute.as_ref().is_some_and(|attribute| mapping.is_private(attribute));
                let own = Conditions::new(mapping, query).own().filter(|_| is_private);
                Dimension { attribute, own, is_optional: true }
            }
        };
        Ok(Self {
            mapping,
            own_key: mapping.own_key(query),
            sort,
            field,
            key,
            bounds: Bounds::of(query, page)?,
            is_ascending: query.descending == page.backward,
            enough: usize::try_from(page.limit).unwrap_or(usize::MAX).saturating_add(1).min(1 << 20),
        })
    }

    /// Where an entry stands; `None` where it is no record.
    fn place(&self, entry: Entry) -> Option<Placed> {
        let key = entry.key(self.mapping)?;
        let sort = match (&self.field, &self.sort.attribute) {
            (None, _) => order_key(entry.value(&self.mapping.key)?),
            (Some(_), None) => String::new(),
            (Some(_), Some(attribute)) if self.is_seen(&key) => {
                entry.value(attribute).map(order_key).unwrap_or_default()
            }
            _ => String::new(),
        };
        let key = order_key(entry.value(&self.mapping.key)?);
        Some(((sort, key), entry))
    }

    /// Whether the value that is sorted by may be seen.
    fn is_seen(&self, key: &str) -> bool {
        self.sort.own.is_none() || self.own_key.is_some_and(|own| fold(own) == fold(key))
    }

    /// Entries in reading order, one for each position: there must be no two with the same cursor.
    fn in_order(&self, mut placed: Vec<Placed>) -> Vec<Placed> {
        placed.sort_by(|(a, first), (b, second)| a.cmp(b).then_with(|| first.dn.cmp(&second.dn)));
        placed.dedup_by(|(a, _), (b, kept)| {
            kept.has_twin |= a == b;
            a == b
        });
        if !self.is_ascending {
            placed.reverse();
        }
        placed
    }

    /// What is read, the last one first. A page in the middle begins among the entries with the value that the one before ended with: these
    /// are a window of their own, because there may be many.
    fn windows(&self) -> Vec<Window> {
        let window = |sort| Window { sort, key: None, is_creeping: false };
        let start = if self.is_ascending { &self.bounds.low } else { &self.bounds.high };
        let value = start.as_ref().map(|(value, _)| value.as_str());
        let value = value.filter(|value| self.field.is_some() && value.chars().count() <= MAX_START);
        match value.and_then(|value| isolate(self.sort.root(), value)) {
            None => vec![window(self.sort.root())],
            Some([before, own, after]) => {
                let own = Window { key: Some(self.key.root()), ..window(own) };
                vec![window(if self.is_ascending { after } else { before }), own]
            }
        }
    }

    /// The part of a window that the page may need; `None` where it needs none of it.
    fn narrowed(&self, window: Window) -> Option<Window> {
        let (low, high) = (self.bounds.low.as_ref(), self.bounds.high.as_ref());
        let part = |pieces: &[Piece], low: Option<&str>, high: Option<&str>| -> Vec<Piece> {
            pieces.iter().filter_map(|piece| piece.between(low, high)).collect()
        };
        let sort = part(&window.sort, low.map(|(sort, _)| sort.as_str()), high.map(|(sort, _)| sort.as_str()));
        let key = window.key.map(|pieces| {
            // Within one value the ends of the page are keys.
            let end = |bound: Option<&Position>| {
                bound.filter(|(value, _)| sort.iter().any(|piece| piece.contains(value))).map(|(_, key)| key.clone())
            };
            part(&pieces, end(low).as_deref(), end(high).as_deref())
        });
        let is_empty = sort.is_empty() || key.as_ref().is_some_and(Vec::is_empty);
        (!is_empty).then_some(Window { sort, key, is_creeping: window.is_creeping })
    }

    fn filter(&self, window: &Window) -> Filter {
        let key = window.key.as_ref().map_or(Filter::True, |pieces| self.key.filter(pieces));
        Filter::all([self.sort.filter(&window.sort), key])
    }

    /// Two windows instead of one, of which these entries are known; `None` where it cannot be divided.
    fn divide(&self, window: Window, known: &[Placed]) -> Result<Option<(Window, Window)>> {
        let Window { sort, key, is_creeping } = window;
        let direction = if self.is_ascending { Direction::Ascending } else { Direction::Descending };
        let division = |pieces, mut sample: Vec<&str>| {
            sample.sort_unstable();
            divide_by_sample(pieces, &sample, is_creeping.then_some(direction))
        };
        let by_key = |pieces| division(pieces, known.iter().map(|((_, key), _)| key.as_str()).collect());
        let of_sort = |sort| Window { sort, key: None, is_creeping: !is_creeping };
        let of_key = |key| Window { sort: sort.clone(), key: Some(key), is_creeping: !is_creeping };
        if let Some(pieces) = key {
            return match by_key(pieces) {
                Division::Two(before, after) => Ok(Some((of_key(before), of_key(after)))),
                Division::Whole => Ok(None),
                Division::TooLong => Err(too_many()),
            };
        }
        let is_one_value = matches!(sort.as_slice(), [Piece::Absent | Piece::Exact(_)]) && self.field.is_some();
        match division(sort.clone(), known.iter().map(|((sort, _), _)| sort.as_str()).collect()) {
            Division::Two(before, after) => Ok(Some((of_sort(before), of_sort(after)))),
            Division::Whole if is_one_value => match by_key(self.key.root()) {
                Division::Two(before, after) => Ok(Some((of_key(before), of_key(after)))),
                _ => Ok(None),
            },
            Division::Whole => Ok(None),
            Division::TooLong => Err(too_many()),
        }
    }
}

impl Window {
    fn contains(&self, (sort, key): &Position) -> bool {
        self.sort.iter().any(|piece| piece.contains(sort))
            && self.key.as_ref().is_none_or(|pieces| pieces.iter().any(|piece| piece.contains(key)))
    }
}

impl Bounds {
    fn of(query: &RecordQuery, page: &Page) -> Result<Self> {
        let order = query.order_name();
        let position = |cursor: &Option<Cursor>| cursor.as_ref().map(|cursor| read(cursor, &order)).transpose();
        let (after, before) = (position(&page.after)?, position(&page.before)?);
        Ok(match query.descending {
            false => Self { low: after, high: before, with_low: false, with_high: page.with_before },
            true => Self { low: before, high: after, with_low: page.with_before, with_high: false },
        })
    }

    fn contain(&self, position: &Position) -> bool {
        let is_above = |low: &Position| position > low || (self.with_low && position == low);
        let is_below = |high: &Position| position < high || (self.with_high && position == high);
        self.low.as_ref().is_none_or(is_above) && self.high.as_ref().is_none_or(is_below)
    }
}

fn read(cursor: &Cursor, order: &str) -> Result<Position> {
    match cursor.key_for(order)? {
        [KeyValue::Text(sort), KeyValue::Text(key)] => Ok((sort.clone(), key.clone())),
        _ => Err(Cursor::refused()),
    }
}
