//! What a query asks for, as a filter.

use crate::domain::filter::TextFilter;
use crate::domain::record::RecordKind;
use crate::domain::search::{Pattern, Piece, Search};
use crate::domain::validity::Validity;
use crate::source::record::{Among, RecordQuery};

use super::filter::Filter;
use super::mapping::Mapping;

/// The most values that are compared with in one search.
pub const MOST_TERMS: usize = 500;

/// Writes filters for who asks.
pub struct Conditions<'a> {
    mapping: &'a Mapping,
    /// The customer user who asks; `None` for agents.
    reader: Option<&'a str>,
}

impl<'a> Conditions<'a> {
    /// For a query.
    pub fn new(mapping: &'a Mapping, query: &'a RecordQuery) -> Self {
        Self { mapping, reader: query.reader.as_deref() }
    }

    /// What a query asks for besides which records are meant. False where nothing can fulfil it.
    pub fn of(&self, query: &RecordQuery) -> Filter {
        let fields = query.conditions.iter().map(|(field, filter)| self.field(field, filter));
        let parts = [self.mapping.filter.clone(), self.validity(&query.validity), self.search(&query.search)];
        Filter::all(parts.into_iter().chain(fields))
    }

    fn validity(&self, wanted: &[Validity]) -> Filter {
        let has = |validity| wanted.contains(&validity);
        match (&self.mapping.valid, has(Validity::Valid), has(Validity::Invalid)) {
            (_, true, true) | (None, true, false) => Filter::True,
            (Some(valid), true, false) => valid.clone(),
            (Some(valid), false, true) => Filter::not(valid.clone()),
            (None, false, true) | (_, false, false) => Filter::False,
        }
    }

    fn search(&self, search: &Search) -> Filter {
        match search {
            Search::Everything => Filter::True,
            Search::Nothing => Filter::False,
            Search::All(parts) => Filter::all(parts.iter().map(|part| self.search(part))),
            Search::Any(parts) => Filter::any(parts.iter().map(|part| self.search(part))),
            Search::Not(part) => Filter::not(self.search(part)),
            Search::Term(pattern) => self.term(pattern),
        }
    }

    fn term(&self, pattern: &Pattern) -> Filter {
        let is_any = pattern.pieces().iter().all(|piece| *piece == Piece::Any);
        let attributes = self.mapping.search.iter();
        Filter::any(attributes.map(|attribute| match is_any {
            true => Filter::True,
            false => self.as_read(attribute, Filter::like(attribute, pattern), false),
        }))
    }

    fn field(&self, field: &str, filter: &TextFilter) -> Filter {
        match self.mapping.attribute(field) {
            None if accepts_empty(filter) => Filter::True,
            None => Filter::False,
            Some(attribute) => self.as_read(attribute, text(attribute, filter), accepts_empty(filter)),
        }
    }

    /// A condition on an attribute as the reader may see it: of others a private one counts as empty.
    fn as_read(&self, attribute: &str, filter: Filter, accepts_empty: bool) -> Filter {
        let Some(own) = self.own().filter(|_| self.mapping.is_private(attribute)) else { return filter };
        let of_others = if accepts_empty { Filter::not(own.clone()) } else { Filter::False };
        Filter::any([Filter::all([own, filter]), of_others])
    }

    /// The record of the reader, which no customer is; `None` for agents, to whom nothing is private.
    pub fn own(&self) -> Option<Filter> {
        self.reader.map(|login| match self.mapping.kind {
            RecordKind::CustomerUser => Filter::equals(&self.mapping.key, login),
            RecordKind::Customer => Filter::False,
        })
    }
}

/// Which records are meant, as filters that are asked one after the other. None where no record is meant.
pub fn among(mapping: &Mapping, among: &Among) -> Vec<Filter> {
    let mut terms: Vec<Filter> = among.keys.iter().map(|key| Filter::equals(&mapping.key, key)).collect();
    let customer = (mapping.kind == RecordKind::CustomerUser).then(|| mapping.attribute("customer_id")).flatten();
    if let Some(attribute) = customer {
        terms.extend(among.customer_ids.iter().map(|id| Filter::equals(attribute, id)));
    }
    terms.chunks(MOST_TERMS).map(|terms| Filter::any(terms.iter().cloned())).collect()
}

fn text(attribute: &str, filter: &TextFilter) -> Filter {
    let TextFilter { eq, any_of, contains, starts_with, is_empty } = filter;
    let absent = || Filter::not(Filter::present(attribute));
    let is = |value: &String| if value.is_empty() { absent() } else { Filter::equals(attribute, value) };
    let like = |pattern: Pattern| Filter::like(attribute, &pattern);
    let parts = [
        eq.as_ref().map(is),
        any_of.as_ref().map(|values| Filter::any(values.iter().map(is))),
        contains.as_ref().map(|value| like(Pattern::containing_text(value))),
        starts_with.as_ref().map(|value| like(Pattern::starting_with(value))),
        is_empty.map(|wanted| if wanted { absent() } else { Filter::present(attribute) }),
    ];
    Filter::all(parts.into_iter().flatten())
}

/// Whether an empty text fulfils a filter.
fn accepts_empty(filter: &TextFilter) -> bool {
    let TextFilter { eq, any_of, contains, starts_with, is_empty } = filter;
    eq.as_ref().is_none_or(String::is_empty)
        && any_of.as_ref().is_none_or(|values| values.iter().any(String::is_empty))
        && contains.as_ref().is_none_or(String::is_empty)
        && starts_with.as_ref().is_none_or(String::is_empty)
        && is_empty.unwrap_or(true)
}
