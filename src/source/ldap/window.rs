//! Pieces of an order: neighbouring values of one attribute, which a directory can be asked for although it does not sort.
//!
//! A value is sorted by its [`order_key`](crate::source::order::order_key). Its beginning tells the piece it belongs to; a piece that holds too many
//! entries to be read at once is divided into two. What the directory finds for a piece may be more than the piece: it compares all values
//! of an entry, and some directories ignore accents. Which entries belong to the piece is decided here, by their first value.

use std::sync::LazyLock;

use super::filter::Filter;

/// The longest common beginning of values by which a piece is still divided.
pub const MAX_PREFIX: usize = 64;

/// The most windows that are asked for to answer one question.
pub const MOST_WINDOWS: u32 = 400;

/// The character behind those of ASCII that print.
const ASCII_END: char = '\u{7f}';

/// The characters that values are divided by: those of ASCII, and the Latin, Greek and Cyrillic letters of Europe. All others go together.
static ALPHABET: LazyLock<Vec<char>> = LazyLock::new(|| {
    let ascii = (' '..ASCII_END).filter(|c| !c.is_ascii_uppercase());
    let latin = ('ß'..='ö').chain('ø'..='ž').chain(['ș', 'ț']);
    let rest = ('ά'..='ώ').chain('а'..='џ');
    ascii.chain(latin.filter(|c| c.is_lowercase())).chain(rest.filter(|c| c.is_lowercase())).collect()
});

/// Neighbouring values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// No value.
    Absent,
    /// Any value.
    Present,
    /// This value.
    Exact(String),
    /// What begins with `prefix`, followed by a character from `from` up to but without `to`.
    Range { prefix: String, from: char, to: Option<char> },
}

/// The attribute whose values are sorted.
#[derive(Clone, Debug)]
pub struct Dimension {
    /// Its name; `None` where nobody has a value.
    pub attribute: Option<String>,
    /// The only entry whose value is to be seen; `None` where all are.
    pub own: Option<Filter>,
    /// Whether there are entries without a value.
    pub is_optional: bool,
}

/// Which end of an order is read first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The least values.
    Ascending,
    /// The greatest values.
    Descending,
}

/// What dividing pieces came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Division {
    /// These, and those behind them.
    Two(Vec<Piece>, Vec<Piece>),
    /// The only piece cannot be divided.
    Whole,
    /// Too many values have too long a beginning in common.
    TooLong,
}

impl Dimension {
    /// All pieces.
    pub fn root(&self) -> Vec<Piece> {
        let absent = if self.is_optional { vec![Piece::Absent] } else { Vec::new() };
        let present = match (&self.attribute, &self.own) {
            (None, _) => Vec::new(),
            (Some(_), Some(_)) => vec![Piece::Present],
            (Some(_), None) => children("").into_iter().filter(|piece| !matches!(piece, Piece::Exact(_))).collect(),
        };
        absent.into_iter().chain(present).collect()
    }

    /// What entries of these pieces fulfil; others may fulfil it too.
    pub fn filter(&self, pieces: &[Piece]) -> Filter {
        if pieces == self.root() {
            return Filter::True;
        }
        Filter::any(pieces.iter().map(|piece| self.filter_of(piece)))
    }

    fn filter_of(&self, piece: &Piece) -> Filter {
        let Some(attribute) = &self.attribute else { return Filter::True };
        let of_own = |filter| Filter::all(self.own.iter().cloned().chain([filter]));
        match piece {
            Piece::Absent => {
                let absent = Filter::any([Filter::not(Filter::present(attribute)), Filter::equals(attribute, " ")]);
                Filter::any([absent, self.own.clone().map_or(Filter::False, Filter::not)])
            }
            Piece::Present => of_own(Filter::present(attribute)),
            Piece::Exact(value) => Filter::equals(attribute, value),
            Piece::Range { prefix, from, to } => range(attribute, prefix, (*from, *to)),
        }
    }
}

fn range(attribute: &str, prefix: &str, (from, to): (char, Option<char>)) -> Filter {
    let next = |c: &char| Filter::begins(attribute, &format!("{prefix}{c}"));
    let mut parts: Vec<Filter> = letters(from, to).iter().map(next).collect();
    if has_others(from, to) {
        let begins = if prefix.is_empty() { Filter::present(attribute) } else { Filter::begins(attribute, prefix) };
        let exact = if prefix.is_empty() { Filter::False } else { Filter::equals(attribute, prefix) };
        let known = Filter::any(ALPHABET.iter().map(next).chain([exact]));
        parts.push(Filter::all([begins, Filter::not(known)]));
    }
    Filter::any(parts)
}

/// The characters of the alphabet in a range.
fn letters(from: char, to: Option<char>) -> &'static [char] {
    let start = ALPHABET.partition_point(|c| *c < from);
    let end = to.map_or(ALPHABET.len(), |to| ALPHABET.partition_point(|c| *c < to));
    &ALPHABET[start..end.max(start)]
}

/// How often a character occurs, roughly.
fn weight(c: char) -> usize {
    match c {
        '0'..='9' | 'a'..='z' => 20,
        ' ' | '-' | '.' | '@' | '_' => 5,
        _ => 1,
    }
}

/// Whether a range has characters that are not in the alphabet. Upper case is in no order.
fn has_others(from: char, to: Option<char>) -> bool {
    let Some(to) = to else { return true };
    let from = from.max(ASCII_END);
    (u32::from(to)).saturating_sub(u32::from(from)) as usize > letters(from, Some(to)).len()
}

/// The character behind another one.
fn behind(c: char) -> char {
    (u32::from(c) + 1..).find_map(char::from_u32).unwrap_or(char::MAX)
}

/// The parts of everything that begins with a text.
fn children(prefix: &str) -> Vec<Piece> {
    let range = |from, to| Piece::Range { prefix: prefix.to_owned(), from, to };
    let others = range(ASCII_END, None);
    // No value ends with a blank or has two in a row.
    match prefix.is_empty() || prefix.ends_with(' ') {
        true => vec![range('!', Some(ASCII_END)), others],
        false => vec![Piece::Exact(prefix.to_owned()), range(' ', Some(ASCII_END)), others],
    }
}

impl Piece {
    /// Whether a value belongs to the piece; an empty one is none.
    pub fn contains(&self, value: &str) -> bool {
        match self {
            Piece::Absent => value.is_empty(),
            Piece::Present => !value.is_empty(),
            Piece::Exact(exact) => value == exact,
            Piece::Range { prefix, from, to } => {
                let next = value.strip_prefix(prefix.as_str()).and_then(|rest| rest.chars().next());
                next.is_some_and(|next| next >= *from && to.is_none_or(|to| next < to))
            }
        }
    }

    /// The part that may hold values from `low` to `high`, both included; `None` where there is none.
    pub fn between(&self, low: Option<&str>, high: Option<&str>) -> Option<Piece> {
        match self {
            Piece::Present => Some(self.clone()),
            Piece::Absent => low.is_none_or(str::is_empty).then_some(Piece::Absent),
            Piece::Exact(value) => {
                let is_inside =
                    low.is_none_or(|low| low <= value.as_str()) && high.is_none_or(|high| value.as_str() <= high);
                is_inside.then(|| self.clone())
            }
            Piece::Range { prefix, from, to } => {
                let (mut from, mut to) = (*from, *to);
                match low.map(|low| place(low, prefix)) {
                    Some(Place::Behind) => return None,
                    Some(Place::At(next)) => from = from.max(next),
                    _ => {}
                }
                match high.map(|high| place(high, prefix)) {
                    Some(Place::Before) => return None,
                    Some(Place::At(next)) => to = Some(to.map_or(behind(next), |to| to.min(behind(next)))),
                    _ => {}
                }
                to.is_none_or(|to| from < to).then(|| Piece::Range { prefix: prefix.clone(), from, to })
            }
        }
    }

    /// How much of everything the piece may be.
    fn width(&self) -> usize {
        match self {
            Piece::Range { from, to, .. } => {
                letters(*from, *to).iter().map(|c| weight(*c)).sum::<usize>() + usize::from(has_others(*from, *to))
            }
            _ => 1,
        }
    }

    /// The character of a range before which about half of it lies; `None` where it has none to be divided by.
    fn middle(&self) -> Option<char> {
        let Piece::Range { from, to, .. } = self else { return None };
        let mut left = self.width() / 2;
        let is_beyond = |c: &&char| {
            let weight = weight(**c);
            let is_beyond = weight > left;
            left = left.saturating_sub(weight);
            is_beyond
        };
        let letters = letters(*from, *to);
        letters.iter().find(is_beyond).or(letters.last()).copied()
    }

    /// The beginning that all values of the piece have, where that is more than `prefix`.
    fn single(&self) -> Option<String> {
        let Piece::Range { prefix, from, to } = self else { return None };
        let is_letter = ALPHABET.binary_search(from).is_ok() && *to == Some(behind(*from));
        is_letter.then(|| format!("{prefix}{from}"))
    }

    /// Divides a range around one of its characters: what lies before it, it, and what lies behind.
    fn around(&self, c: char) -> Vec<Piece> {
        let Piece::Range { prefix, from, to } = self else { return vec![self.clone()] };
        let part = |from: char, to: Option<char>| {
            let is_any = to.is_none_or(|to| from < to) && (!letters(from, to).is_empty() || has_others(from, to));
            is_any.then(|| Piece::Range { prefix: prefix.clone(), from, to })
        };
        let next = behind(c);
        [part(*from, Some(c)), part(c, Some(next)), part(next, *to)].into_iter().flatten().collect()
    }

    /// The parts of the piece, divided where a value of the sample stands, or in the middle. Only the piece itself where it has no parts.
    fn parts(&self, sample: Option<&str>) -> Vec<Piece> {
        if let Some(prefix) = self.single() {
            return children(&prefix);
        }
        let Piece::Range { prefix, from, to } = self else { return vec![self.clone()] };
        let letters = letters(*from, *to);
        let standing = sample.and_then(|value| value.strip_prefix(prefix.as_str())?.chars().next());
        match standing.filter(|c| letters.contains(c)).or_else(|| self.middle()) {
            Some(c) => self.around(c),
            None => vec![self.clone()],
        }
    }

    fn is_too_long(&self) -> bool {
        self.single().is_some_and(|prefix| prefix.chars().count() > MAX_PREFIX)
    }
}

/// Where a value stands seen from all that begins with a prefix.
enum Place {
    Before,
    /// It begins with it too, and goes on with this.
    At(char),
    Behind,
}

fn place(value: &str, prefix: &str) -> Place {
    match value.strip_prefix(prefix) {
        Some(rest) => rest.chars().next().map_or(Place::Before, Place::At),
        None if value < prefix => Place::Before,
        None => Place::Behind,
    }
}

/// Divides pieces by values that are known to be in them, so that about half of those lie on either side.
///
/// With `unknown` the part that is read first, in the direction it tells, is rather one without known values: directories answer in the
/// order in which entries were made, and where that is the opposite of the order wanted, known values alone would creep along.
pub fn divide_by_sample(mut pieces: Vec<Piece>, sample: &[&str], unknown: Option<Direction>) -> Division {
    loop {
        let count = |piece: &Piece| sample.iter().filter(|value| piece.contains(value)).count();
        let counts: Vec<usize> = pieces.iter().map(count).collect();
        let Some(first) = counts.iter().position(|count| *count > 0) else { return divide_by_width(pieces) };
        let last = counts.iter().rposition(|count| *count > 0).unwrap_or(first);
        if first < last {
            let at = match unknown {
                Some(Direction::Ascending) if first > 0 => {
                    split_single(&mut pieces, 0..first);
                    first.div_ceil(2)
                }
                Some(Direction::Descending) if last + 1 < pieces.len() => {
                    split_single(&mut pieces, last + 1..counts.len());
                    last + 1 + (pieces.len() - last - 1) / 2
                }
                _ => boundary(&counts, first + 1, last),
            };
            let behind = pieces.split_off(at);
            return Division::Two(pieces, behind);
        }
        if pieces[first].is_too_long() {
            return Division::TooLong;
        }
        let inside: Vec<&str> = sample.iter().filter(|value| pieces[first].contains(value)).copied().collect();
        let parts = pieces[first].parts(inside.get(inside.len() / 2).copied());
        if parts.len() == 1 && parts[0] == pieces[first] {
            return set_apart(pieces, first);
        }
        pieces.splice(first..=first, parts);
    }
}

/// The pieces before a value, its own, and those behind; `None` where it cannot be told from its neighbours.
pub fn isolate(mut pieces: Vec<Piece>, value: &str) -> Option<[Vec<Piece>; 3]> {
    loop {
        let at = pieces.iter().position(|piece| piece.contains(value))?;
        if matches!(pieces[at], Piece::Absent | Piece::Exact(_)) {
            let behind = pieces.split_off(at + 1);
            let own = pieces.split_off(at);
            return Some([pieces, own, behind]);
        }
        let parts = pieces[at].parts(Some(value));
        if pieces[at].is_too_long() || (parts.len() == 1 && parts[0] == pieces[at]) {
            return None;
        }
        pieces.splice(at..=at, parts);
    }
}

/// Divides the only piece in a place.
fn split_single(pieces: &mut Vec<Piece>, place: std::ops::Range<usize>) {
    if place.len() == 1 && pieces[place.start].single().is_none() {
        let parts = pieces[place.start].parts(None);
        pieces.splice(place, parts);
    }
}

/// The place between `least` and `most`, both included, that divides the counts best.
fn boundary(counts: &[usize], least: usize, most: usize) -> usize {
    let total: usize = counts.iter().sum();
    let left = |at: usize| counts[..at].iter().sum::<usize>();
    (least..=most).min_by_key(|at| (2 * left(*at)).abs_diff(total)).unwrap_or(least)
}

/// One piece that cannot be divided, away from the others.
fn set_apart(mut pieces: Vec<Piece>, at: usize) -> Division {
    if pieces.len() == 1 {
        return Division::Whole;
    }
    let behind = pieces.split_off(at.max(1));
    Division::Two(pieces, behind)
}

/// Divides pieces in the middle of their characters, whatever values there are.
pub fn divide_by_width(mut pieces: Vec<Piece>) -> Division {
    loop {
        let widths: Vec<usize> = pieces.iter().map(Piece::width).collect();
        let total: usize = widths.iter().sum();
        let Some((widest, width)) = widths.iter().copied().enumerate().max_by_key(|(_, width)| *width) else {
            return Division::Whole;
        };
        let can_be_divided = pieces[widest].single().is_none() && width > 1;
        let must_be_divided = pieces.len() == 1 || (can_be_divided && 2 * width > total);
        if !must_be_divided {
            let at = boundary(&widths, 1, pieces.len() - 1);
            let behind = pieces.split_off(at);
            return Division::Two(pieces, behind);
        }
        if pieces[widest].is_too_long() {
            return Division::TooLong;
        }
        let parts = pieces[widest].parts(None);
        if parts.len() == 1 && parts[0] == pieces[widest] {
            return set_apart(pieces, widest);
        }
        pieces.splice(widest..=widest, parts);
    }
}

#[cfg(test)]
mod tests;
