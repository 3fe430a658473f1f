//! Searches with an index: which records can be found at all, before each of them is looked at.

use std::collections::BTreeSet;

use migration::search::SearchIndex;
use sea_orm::DbBackend;
use sea_orm::sea_query::extension::mysql::{IndexHintScope, MySqlSelectStatementExt};
use sea_orm::sea_query::{Asterisk, Condition, Expr, ExprTrait, Query, SelectStatement};

use crate::domain::search::{Needed, Search};
use crate::error::Result;

use super::filter::{self, Searched};
use super::page::{Entries, PagedSelect};
use super::{Row, Store};

/// How many rows are looked at in the order of the list before the index is asked: a frequent text is found among them, and would have the
/// index yield many.
const NEAR: u64 = 1000;
/// How many letters in a row SQLite's index holds.
const GRAM: usize = 3;
/// The most of them that are looked for of one text, which few records hold then.
const MAX_GRAMS: usize = 16;

/// Which rows a search may find, as an index tells.
#[derive(Clone)]
pub struct Candidates {
    index: SearchIndex,
    condition: Option<Expr>,
}

impl Candidates {
    /// What is to be asked beside the condition of the search, so that the index is used.
    pub fn condition(&self) -> Option<Expr> {
        self.condition.clone()
    }
}

impl Store {
    /// The condition of a search in these fields, given as columns too; `None` where it lets everything through.
    pub fn search(
        &self,
        index: &SearchIndex,
        fields: &[String],
        search: &Search,
        columns: impl Iterator<Item = Expr>,
    ) -> Option<Condition> {
        if *search == Search::Everything {
            return None;
        }
        let is_together = self.backend() == DbBackend::Postgres && self.has_search_index(index, fields);
        let together = is_together.then(|| Expr::cust(index.texts()));
        Some(filter::search(self.backend(), search, &Searched { columns: columns.collect(), together }))
    }

    /// Which rows a search in these fields may find; `None` where no index tells.
    pub fn candidates(&self, index: &SearchIndex, fields: &[String], search: &Search) -> Option<Candidates> {
        if matches!(search, Search::Everything | Search::Nothing) || !self.has_search_index(index, fields) {
            return None;
        }
        let condition = match self.backend() {
            DbBackend::Postgres => search.needed().map(|_| None)?,
            DbBackend::Sqlite => {
                let keys = matching(index, phrase(&search.needed()?)?);
                Some(Expr::col((index.table, index.key)).in_subquery(keys))
            }
            // All of them, for no text is less; but without a range there is no reading of the index alone.
            _ => Some(first_column(index).gte("\0")),
        };
        Some(Candidates { index: *index, condition })
    }

    /// Whether there is an index of just these fields.
    fn has_search_index(&self, index: &SearchIndex, fields: &[String]) -> bool {
        self.database().layout.search_indexes.contains(&index.name)
            && fields.iter().all(|field| index.columns.contains(&field.as_str()))
            && index.columns.iter().all(|column| fields.iter().any(|field| field == column))
    }

    /// Reads a page of the rows that fulfil a condition, in which there is a search.
    pub async fn search_page<T>(
        &self,
        mut paged: PagedSelect<'_>,
        condition: Condition,
        candidates: Option<Candidates>,
        read: impl Fn(&Row) -> Result<T>,
    ) -> Result<Entries<T>> {
        let Some(Candidates { index, condition: indexed }) = candidates else {
            paged.select.cond_where(condition);
            return self.page(paged, read).await;
        };
        if self.backend() == DbBackend::MySql {
            paged.select.cond_where(condition);
            if paged.order.keys.first().is_some_and(|(key, _)| *key == first_column(&index)) {
                paged.select.and_where_option(indexed).force_index(index.name, IndexHintScope::All);
            }
            return self.page(paged, read).await;
        }
        let rows = self.search_rows(&paged, condition, (index.table, indexed)).await?;
        paged.entries(rows, read)
    }

    async fn search_rows(
        &self,
        paged: &PagedSelect<'_>,
        condition: Condition,
        (table, indexed): (&'static str, Option<Expr>),
    ) -> Result<Vec<Row>> {
        let near = paged.statement_from(table, paged.first_rows(table, NEAR)?)?.cond_where(condition.clone()).take();
        let rows = self.rows(&near).await?;
        if rows.len() as u64 > paged.page.limit {
            return Ok(rows);
        }
        let found = Query::select().column(Asterisk).from(table).cond_where(condition.add_option(indexed)).take();
        self.rows(&paged.statement_from(table, self.apart(found))?).await
    }

    /// The select such that it is run for itself: the order of the list would tempt the database to look at all rows in that order.
    fn apart(&self, mut select: SelectStatement) -> SelectStatement {
        if self.backend() == DbBackend::Sqlite {
            select.limit(i64::MAX as u64);
        }
        select.offset(0).take()
    }
}

/// The column in whose order MariaDB's index is.
fn first_column(index: &SearchIndex) -> Expr {
    Expr::col((index.table, index.columns[0]))
}

/// On SQLite, a select of the keys of rows.
fn matching(index: &SearchIndex, phrase: String) -> SelectStatement {
    let matches = Expr::cust_with_exprs("? MATCH ?", [Expr::col(index.name), Expr::val(phrase)]);
    Query::select().column(index.key_on_sqlite()).from(index.name).and_where(matches).take()
}

/// What SQLite's index is asked for; `None` where nothing is left that it could tell.
fn phrase(needed: &Needed) -> Option<String> {
    let joined = |parts: Vec<String>, with: &str| (!parts.is_empty()).then(|| format!("({})", parts.join(with)));
    match needed {
        Needed::Text(text) => joined(grams(text).into_iter().map(quoted).collect(), " AND "),
        Needed::All(parts) => joined(parts.iter().filter_map(phrase).collect(), " AND "),
        Needed::Any(parts) => joined(parts.iter().map(phrase).collect::<Option<_>>()?, " OR "),
    }
}

fn grams(text: &str) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().collect();
    let known = letters.windows(GRAM).filter(|gram| gram.iter().all(|letter| is_folded_alike(*letter)));
    known.map(|gram| gram.iter().collect()).take(MAX_GRAMS).collect()
}

fn quoted(gram: String) -> String {
    format!("\"{}\"", gram.replace('"', "\"\""))
}

/// Whether the index knows the capital of a letter, as far as there is one. It does not know all those that Unicode has added since, nor the old
/// forms of some Cyrillic letters (from U+1C80 on), which are not found by their usual ones here.
fn is_folded_alike(letter: char) -> bool {
    let has_case = letter.is_lowercase() || letter.is_uppercase();
    !has_case || matches!(letter, '\0'..='\u{24F}' | '\u{391}'..='\u{3C9}' | '\u{400}'..='\u{45F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Option<String> {
        phrase(&Search::for_customers(text).expect("a search").needed()?)
    }

    #[test]
    fn sqlite_is_asked_for_three_letters_at_a_time() {
        assert_eq!(asked("Müll").as_deref(), Some(r#"(("Mül" AND "üll"))"#));
        assert_eq!(asked("ann||bob").as_deref(), Some(r#"((("ann")) OR (("bob")))"#));
        assert_eq!(quoted("a\"b".to_owned()), r#""a""b""#);
    }

    #[test]
    fn letters_that_the_index_does_not_know_are_not_looked_for() {
        assert_eq!(asked("გიორგი"), None, "which have had capitals for a few years");
        assert_eq!(asked("株式会社").as_deref(), Some(r#"(("式会社" AND "株式会"))"#));
    }

    #[test]
    fn long_texts_are_looked_for_by_some_of_their_letters() {
        let text: String = ('a'..='z').chain('0'..='9').collect();
        assert_eq!(grams(&text).len(), MAX_GRAMS);
    }
}
