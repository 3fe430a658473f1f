//! Comparing text in SQL, alike on all three databases. MariaDB's collation and the columns of our SQLite layout ignore case by
//! themselves; PostgreSQL compares `LOWER(..)` on both sides, which the layout's indexes cover.

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SelectStatement};

use unicode_normalization::UnicodeNormalization;

use crate::domain::search::{Pattern, Piece};
use crate::domain::text::fold;

use super::Store;

/// An expression to compare and sort by without regard to case.
pub fn folded(backend: DbBackend, column: impl Into<Expr>) -> Expr {
    let column = column.into();
    if backend == DbBackend::Postgres { Func::lower(column).into() } else { column }
}

/// The column such that comparing and sorting ignores the case of ASCII letters on SQLite, where only some columns do by themselves.
pub fn caseless(backend: DbBackend, column: impl Into<Expr>) -> Expr {
    let column = column.into();
    if backend == DbBackend::Sqlite { Expr::cust_with_exprs("? COLLATE NOCASE", [column]) } else { column }
}

/// Whether the text equals one of `values`, without regard to case. An empty list matches nothing, and neither does a text with a NUL, which
/// PostgreSQL would refuse.
pub fn is_one_of<S: AsRef<str>>(backend: DbBackend, column: impl Into<Expr>, values: &[S]) -> Expr {
    let values = values.iter().map(AsRef::as_ref).filter(|value| !value.contains('\0'));
    match backend {
        DbBackend::Postgres => is_one_of_array(folded(backend, column), values.map(str::to_owned).collect()),
        DbBackend::Sqlite => column.into().is_in(padded(values.flat_map(spellings))),
        _ => column.into().is_in(padded(values.map(str::to_owned))),
    }
}

/// On PostgreSQL all values are one parameter, so that there is one statement however many they are.
fn is_one_of_array(folded: Expr, mut values: Vec<String>) -> Expr {
    match values.len() {
        1 => folded.eq(Func::lower(Expr::val(values.remove(0)))),
        _ => Expr::cust_with_exprs("$1 = ANY(ARRAY(SELECT LOWER(UNNEST($2))))", [folded, Expr::val(values)]),
    }
}

/// Whether the text is among those that a select yields, without regard to case; the select must yield [`folded`] text.
pub fn is_in_select(backend: DbBackend, column: impl Into<Expr>, select: SelectStatement) -> Expr {
    folded(backend, column).in_subquery(select)
}

/// SQLite ignores the case of ASCII letters only, so other texts are looked for in their usual spellings: as given, in small letters, in capitals, and
/// with a capital in front.
fn spellings(text: &str) -> Vec<String> {
    if text.is_ascii() {
        return vec![text.to_owned()];
    }
    let small = text.to_lowercase();
    let mut letters = small.chars();
    let capitalised = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    vec![text.to_owned(), text.to_uppercase(), capitalised, small]
}

/// Repeats the last value until the list has a power of two entries, so that few different statements need to be prepared.
pub fn padded<T: Clone>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    values
}

/// Whether the text matches a pattern of the search syntax, without regard to case.
pub fn matches(backend: DbBackend, column: impl Into<Expr>, pattern: &Pattern) -> Expr {
    let column = column.into();
    match backend {
        DbBackend::Postgres => {
            Expr::from(Func::lower(column)).like(LikeExpr::new(pattern.to_like('!').to_lowercase()).escape('!'))
        }
        // SQLite's LIKE folds ASCII only; the regular expression folds every letter.
        DbBackend::Sqlite if !is_ascii(pattern) => {
            Expr::cust_with_exprs("? REGEXP ?", [column, Expr::val(regular_expression(pattern))])
        }
        _ => column.like(LikeExpr::new(pattern.to_like('!')).escape('!')),
    }
}

fn is_ascii(pattern: &Pattern) -> bool {
    pattern.pieces().iter().all(|piece| !matches!(piece, Piece::Text(text) if !text.is_ascii()))
}

fn regular_expression(pattern: &Pattern) -> String {
    let mut text = String::from("(?is)^");
    for piece in pattern.pieces() {
        match piece {
            Piece::Any => text.push_str(".*"),
            Piece::Text(literal) => text.extend(literal.chars().flat_map(escaped)),
        }
    }
    text.push('$');
    text
}

/// A character that means itself in a regular expression.
fn escaped(c: char) -> impl Iterator<Item = char> {
    r"\.+*?()|[]{}^$#&-~".contains(c).then_some('\\').into_iter().chain(std::iter::once(c))
}

impl Store {
    /// A key under which texts meet that the database takes for equal: used to hand the rows of one statement to those who asked for them.
    pub fn parent_key(&self, text: &str) -> String {
        if self.backend() == DbBackend::MySql { collation_key(text) } else { fold(text) }
    }
}

/// MariaDB's usual collations ignore case, accents and trailing blanks, and take ß for ss.
fn collation_key(text: &str) -> String {
    let plain = |c: &char| !unicode_normalization::char::is_combining_mark(*c);
    let text: String = text.trim_end_matches(' ').nfd().filter(plain).collect();
    fold(&text).replace('ß', "ss")
}
