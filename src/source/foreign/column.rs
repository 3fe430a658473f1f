//! How the columns of a table that others made can be compared as texts without regard to case, with the help of their indexes where that is
//! possible. Columns may be numbers, keep capitals apart, or have a character set in which not every text can be written.

use std::collections::HashMap;

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};

use crate::error::Result;
use crate::store::text;

use super::counting::CountingReader;

/// The most values of a list that is padded.
const MOST_PADDED: usize = 4_096;

/// How a column is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Comparison {
    /// It is a text that is compared as it is, or, on SQLite, with the collation that ignores case.
    Text,
    /// It ignores case, but MariaDB refuses to compare it with a text that its character set cannot write. With ASCII it can be compared as it
    /// is.
    Narrow,
    /// It is a whole number. MariaDB finds `12` by its index where it looks for `'12'`, but takes `'12x'` for it too.
    Number,
    /// It is anything else and made a text first, which no index helps with. On PostgreSQL that is no loss: an index on `LOWER(column)` helps
    /// with the text form of a text all the same.
    #[default]
    Cast,
}

/// How the columns of a table are compared, by their names in small letters; those that are not there are made texts.
pub(super) type Comparisons = HashMap<String, Comparison>;

impl Comparison {
    /// The column as a text.
    pub(super) fn text(self, backend: DbBackend, column: Expr) -> Expr {
        if self == Self::Text { column } else { as_text(backend, column) }
    }

    /// Whether the column is one of these, without regard to case.
    pub(super) fn is_one_of(self, backend: DbBackend, column: Expr, values: &[String]) -> Expr {
        match self {
            Self::Narrow if values.iter().all(|value| value.is_ascii()) => text::is_one_of(backend, column, values),
            Self::Number => {
                text::is_one_of(backend, column.clone(), values).and(Self::Cast.is_one_of(backend, column, values))
            }
            _ => text::is_one_of(backend, text::caseless(backend, self.text(backend, column)), values),
        }
    }

    /// Whether the column is one of these and differs in nothing but case. MariaDB takes accents and blanks at the end for nothing, and is
    /// asked for the letters themselves as well.
    pub(super) fn is_exactly_one_of(self, backend: DbBackend, column: Expr, values: &[String]) -> Expr {
        let found = match self {
            Self::Number if backend == DbBackend::MySql => text::is_one_of(backend, column.clone(), values),
            _ => self.is_one_of(backend, column.clone(), values),
        };
        match backend {
            DbBackend::MySql => found.and(letters(column).is_in(bounded(values).into_iter().map(letters))),
            _ => found,
        }
    }

    /// What a declared type on SQLite amounts to: a column of a text type holds texts.
    fn of_sqlite(declared: &str) -> Self {
        let declared = declared.to_uppercase();
        let is_text = ["CHAR", "CLOB", "TEXT"].iter().any(|part| declared.contains(part));
        if is_text && !declared.contains("INT") { Self::Text } else { Self::Cast }
    }

    /// What type, character set and collation on MariaDB amount to.
    fn of_mariadb(data_type: &str, character_set: &str, collation: &str) -> Self {
        match data_type {
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => Self::Number,
            _ if !collation.ends_with("_ci") => Self::Cast,
            _ if character_set == "utf8mb4" => Self::Text,
            _ => Self::Narrow,
        }
    }
}

/// The text form of whatever a column holds.
pub(super) fn as_text(backend: DbBackend, column: Expr) -> Expr {
    column.cast_as(if backend == DbBackend::MySql { "CHAR" } else { "TEXT" })
}

/// A text of MariaDB as the bytes of its small letters: no collation has a say in how these are compared.
fn letters(text: Expr) -> Expr {
    Expr::cust_with_exprs("CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY)", [text])
}

/// Values for a list that stands beside another one of the same values: many are not padded, for both together must not have more than a
/// statement may.
fn bounded(values: &[String]) -> Vec<Expr> {
    let values = values.iter().map(|value| Expr::val(value.as_str()));
    if values.len() > MOST_PADDED { values.collect() } else { text::padded(values) }
}

/// Asks the database how the columns of a table are compared. There is nothing to know of a table that is not there.
pub(super) async fn comparisons(reader: &CountingReader, table: &[String]) -> Result<Comparisons> {
    let select = match reader.backend() {
        DbBackend::MySql => select_from_schema(table),
        DbBackend::Sqlite => select_from_pragma(table),
        _ => return Ok(Comparisons::new()),
    };
    let mut comparisons = Comparisons::new();
    for row in reader.rows(&select).await? {
        let [name, data_type, character_set, collation] = [0, 1, 2, 3].map(|at| row.text(at));
        let (data_type, character_set, collation) = (data_type?, character_set?, collation?);
        let [data_type, character_set, collation] =
            [data_type, character_set, collation].map(Option::unwrap_or_default);
        let comparison = match reader.backend() {
            DbBackend::Sqlite => Comparison::of_sqlite(&data_type),
            _ => Comparison::of_mariadb(&data_type, &character_set, &collation),
        };
        comparisons.insert(name?.unwrap_or_default().to_lowercase(), comparison);
    }
    Ok(comparisons)
}

fn select_from_schema(table: &[String]) -> SelectStatement {
    let mut select = Query::select();
    for column in ["column_name", "data_type", "character_set_name", "collation_name"] {
        select.expr(as_text(DbBackend::MySql, Expr::col(column)));
    }
    let schema = match table {
        [.., schema, _] => Expr::val(schema.clone()),
        _ => Expr::cust("DATABASE()"),
    };
    select.from(("information_schema", "columns")).and_where(Expr::col("table_schema").eq(schema));
    select.and_where(Expr::col("table_name").eq(table.last().cloned().unwrap_or_default())).take()
}

fn select_from_pragma(table: &[String]) -> SelectStatement {
    let function = table.iter().rev().take(2).fold(Func::cust("pragma_table_info"), |f, part| f.arg(part.clone()));
    let mut select = Query::select();
    select.columns(["name", "type"]).expr(Expr::cust("NULL")).expr(Expr::cust("NULL"));
    select.from_function(function, "info").take()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("varchar", "utf8mb4", "utf8mb4_general_ci", Comparison::Text)]
    #[case("varchar", "utf8mb4", "utf8mb4_bin", Comparison::Cast)]
    #[case("varchar", "latin1", "latin1_swedish_ci", Comparison::Narrow)]
    #[case("int", "", "", Comparison::Number)]
    #[case("decimal", "", "", Comparison::Cast)]
    fn mariadb_says_how_a_column_is_compared(
        #[case] data_type: &str,
        #[case] character_set: &str,
        #[case] collation: &str,
        #[case] expected: Comparison,
    ) {
        assert_eq!(Comparison::of_mariadb(data_type, character_set, collation), expected);
    }

    #[rstest]
    #[case("varchar(200)", Comparison::Text)]
    #[case("TEXT", Comparison::Text)]
    #[case("INTEGER", Comparison::Cast)]
    #[case("CHARINT", Comparison::Cast)]
    #[case("", Comparison::Cast)]
    fn sqlite_says_how_a_column_is_compared(#[case] declared: &str, #[case] expected: Comparison) {
        assert_eq!(Comparison::of_sqlite(declared), expected);
    }
}
