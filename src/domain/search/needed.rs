//! What a record must hold to be found, as far as an index of letters can tell.

use super::{Pattern, Piece, Search};

/// How many letters or digits in a row an index can look for.
const INDEXED: usize = 3;

/// Texts that a record which is found holds in one field or another. Others may hold them too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// This text, in any case.
    Text(String),
    /// All of these.
    All(Vec<Needed>),
    /// At least one of these.
    Any(Vec<Needed>),
}

impl Search {
    /// What every record holds that is found; `None` where nothing is known that an index could look for.
    pub fn needed(&self) -> Option<Needed> {
        match self {
            Search::Everything | Search::Nothing | Search::Not(_) => None,
            Search::All(parts) => all(parts.iter().filter_map(Search::needed).collect()),
            Search::Any(parts) => parts.iter().map(Search::needed).collect::<Option<_>>().map(Needed::Any),
            Search::Term(pattern) => all(texts(pattern).map(Needed::Text).collect()),
        }
    }
}

fn all(parts: Vec<Needed>) -> Option<Needed> {
    (!parts.is_empty()).then_some(Needed::All(parts))
}

fn texts(pattern: &Pattern) -> impl Iterator<Item = String> {
    pattern.pieces().iter().filter_map(|piece| match piece {
        Piece::Text(text) if is_indexed(text) => Some(text.clone()),
        Piece::Text(_) | Piece::Any => None,
    })
}

fn is_indexed(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| word.chars().count() >= INDEXED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(text: &str) -> String {
        fn show(needed: &Needed) -> String {
            let list =
                |parts: &[Needed], with: &str| format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(with));
            match needed {
                Needed::Text(text) => text.clone(),
                Needed::All(parts) => list(parts, " and "),
                Needed::Any(parts) => list(parts, " or "),
            }
        }
        let search = Search::for_customers(text).expect("a search");
        search.needed().map_or_else(|| "-".to_owned(), |needed| show(&needed))
    }

    #[test]
    fn what_is_not_excluded_is_needed() {
        assert_eq!(needed("miller"), "(miller)");
        assert_eq!(needed("miller+!smith+anna"), "((miller) and (anna))");
        assert_eq!(needed("miller||smith"), "((miller) or (smith))");
        assert_eq!(needed("mil*ler"), "(mil and ler)");
    }

    #[test]
    fn short_texts_are_not_looked_for() {
        assert_eq!(needed("mi"), "-");
        assert_eq!(needed("a-b-c"), "-");
        assert_eq!(needed("a-bcd"), "(a-bcd)");
        assert_eq!(needed("mi+miller"), "((miller))");
        assert_eq!(needed("mi||miller"), "-", "whoever holds `mi` is found too");
        assert_eq!(needed("!miller"), "-");
        assert_eq!(needed(""), "-");
        assert_eq!(needed("("), "-");
    }
}
