//! What a search text means: a small tree of terms, and whether a record's fields fulfil it. How the text is read lives
//! in `parser`; turning the tree into SQL belongs to the stores.

mod needed;
mod parser;
#[cfg(test)]
mod tests;

use thiserror::Error;

use super::text::{TextError, check_text, fold};
pub use needed::Needed;

/// The longest search text, in characters.
pub const MAX_LENGTH: usize = 500;
/// The most terms in one search, and the deepest nesting of parentheses.
pub const MAX_TERMS: usize = 32;

/// What a search asks for. It is put to all search fields of a record together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Search {
    /// Every record: the text was empty.
    Everything,
    /// No record: the text makes no sense, for example a parenthesis that is never closed.
    Nothing,
    /// All of these hold; at least two.
    All(Vec<Search>),
    /// At least one of these holds; at least two.
    Any(Vec<Search>),
    /// This does not hold; never directly around another `Not`.
    Not(Box<Search>),
    /// At least one of the fields looks like this.
    Term(Pattern),
}

/// What a field looks like that a term finds. It begins and ends with `Piece::Any`: a term asks what a field contains.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern(Vec<Piece>);

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// This text, literally but in any case; never empty.
    Text(String),
    /// Any text, also none; never twice in a row.
    Any,
}

/// Why a search text is refused. A text that merely makes no sense is not refused: it finds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SearchError {
    /// More than `MAX_LENGTH` characters.
    #[error("a search text has at most {MAX_LENGTH} characters")]
    TooLong,
    /// More than `MAX_TERMS` terms, or parentheses nested deeper than that.
    #[error("a search has at most {MAX_TERMS} terms")]
    TooComplex,
    /// A control character.
    #[error("control characters are not accepted in a search text")]
    ControlCharacter,
}

impl Search {
    /// Reads a search for customers. Domain rule: here OTOBO reads the whole syntax.
    ///
    /// `a+b`, `a&&b`, `a AND b`: both; `a||b`, `a OR b`: either, binding less than "both"; `!a`: not; parentheses group;
    /// `*`: any text; `"..."`: nothing inside is syntax; `\` takes the meaning of the character behind it away. Blanks
    /// inside a term belong to it. `%` and `_` are ordinary characters, unlike in OTOBO, where they are wildcards.
    pub fn for_customers(text: &str) -> Result<Search, SearchError> {
        Search::read(text, parser::Syntax::Full)
    }

    /// Reads a search for customer users. Domain rule: as for customers, but OTOBO takes `(`, `)`, `&` and `|` as
    /// ordinary characters here, because they stand in people's names and logins.
    pub fn for_customer_users(text: &str) -> Result<Search, SearchError> {
        Search::read(text, parser::Syntax::WithoutGroups)
    }

    fn read(text: &str, syntax: parser::Syntax) -> Result<Search, SearchError> {
        if text.chars().count() > MAX_LENGTH {
            return Err(SearchError::TooLong);
        }
        check_text(text, false)?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(Search::Everything);
        }
        parser::parse(text, syntax)
    }

    /// Whether a record with these search fields is found. This is the meaning that every SQL form has to reproduce.
    pub fn matches(&self, fields: &[&str]) -> bool {
        let fields: Vec<String> = fields.iter().map(|field| fold(field)).collect();
        self.matches_folded(&fields)
    }

    fn matches_folded(&self, fields: &[String]) -> bool {
        match self {
            Search::Everything => true,
            Search::Nothing => false,
            Search::All(parts) => parts.iter().all(|part| part.matches_folded(fields)),
            Search::Any(parts) => parts.iter().any(|part| part.matches_folded(fields)),
            Search::Not(part) => !part.matches_folded(fields),
            Search::Term(pattern) => fields.iter().any(|field| pattern.matches_folded(field)),
        }
    }

    fn all(parts: Vec<Search>) -> Search {
        single(parts).unwrap_or_else(Search::All)
    }

    fn any(parts: Vec<Search>) -> Search {
        single(parts).unwrap_or_else(Search::Any)
    }

    fn negated(self) -> Search {
        match self {
            Search::Not(part) => *part,
            other => Search::Not(Box::new(other)),
        }
    }
}

/// The only part, or all of them back.
fn single(mut parts: Vec<Search>) -> Result<Search, Vec<Search>> {
    if parts.len() == 1 {
        return Ok(parts.remove(0));
    }
    Err(parts)
}

impl Pattern {
    /// The pattern of a field that contains these pieces one after the other.
    fn containing(inner: Vec<Piece>) -> Pattern {
        let mut pieces = Vec::with_capacity(inner.len() + 2);
        pieces.push(Piece::Any);
        pieces.extend(inner);
        pieces.push(Piece::Any);
        pieces.dedup_by(|a, b| *a == Piece::Any && *b == Piece::Any);
        Pattern(pieces)
    }

    /// The pattern of a field that begins with this text.
    pub fn starting_with(text: &str) -> Pattern {
        Pattern(vec![Piece::Text(text.to_owned()), Piece::Any])
    }

    /// The pattern of a field that holds this text somewhere.
    pub fn containing_text(text: &str) -> Pattern {
        Pattern::containing(vec![Piece::Text(text.to_owned())])
    }

    /// Whether it asks for one text, wherever it stands.
    pub fn is_one_text(&self) -> bool {
        matches!(self.pieces(), [Piece::Any, Piece::Text(_), Piece::Any])
    }

    /// The pieces in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The pattern for SQL's `LIKE ... ESCAPE '<escape>'`, in which `%` and `_` of the search text are literal.
    pub fn to_like(&self, escape: char) -> String {
        let mut like = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Any => like.push('%'),
                Piece::Text(text) => text.chars().for_each(|c| push_literal(&mut like, c, escape)),
            }
        }
        like
    }

    fn matches_folded(&self, field: &str) -> bool {
        let mut rest = field;
        for piece in &self.0 {
            if let Piece::Text(text) = piece {
                // The earliest place is always right: any text may follow.
                let text = fold(text);
                let Some(at) = rest.find(&text) else {
                    return false;
                };
                rest = &rest[at + text.len()..];
            }
        }
        true
    }
}

fn push_literal(like: &mut String, c: char, escape: char) {
    if matches!(c, '%' | '_') || c == escape {
        like.push(escape);
    }
    like.push(c);
}

impl From<TextError> for SearchError {
    fn from(error: TextError) -> Self {
        match error {
            TextError::ControlCharacter => SearchError::ControlCharacter,
        }
    }
}
