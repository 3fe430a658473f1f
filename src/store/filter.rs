//! Filters as SQL conditions.

use sea_orm::DbBackend;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func};

use crate::domain::filter::{TextFilter, TimeFilter};
use crate::domain::search::{Pattern, Search};

use super::{Store, text};

/// The condition of a text filter.
pub fn text_filter(backend: DbBackend, column: impl Into<Expr>, filter: &TextFilter) -> Condition {
    let TextFilter { eq, any_of, contains, starts_with, is_empty } = filter;
    let column = column.into();
    let matches = |pattern: Pattern| text::matches(backend, column.clone(), &pattern);
    let is_one_of = |values: &[String]| text::is_one_of(backend, text::caseless(backend, column.clone()), values);
    Condition::all()
        .add_option(eq.as_ref().map(|value| is_one_of(std::slice::from_ref(value))))
        .add_option(any_of.as_ref().map(|values| is_one_of(values)))
        .add_option(contains.as_ref().map(|value| matches(Pattern::containing_text(value))))
        .add_option(starts_with.as_ref().map(|value| matches(Pattern::starting_with(value))))
        .add_option(is_empty.map(|wanted| {
            let text: Expr = Func::coalesce([column.clone(), Expr::cust("''")]).into();
            if wanted { text.eq("") } else { text.ne("") }
        }))
}

/// The condition of a search over these columns.
pub fn search(backend: DbBackend, search: &Search, columns: &[Expr]) -> Condition {
    let of = |part: &Search| self::search(backend, part, columns);
    match search {
        Search::Everything => Condition::all(),
        Search::Nothing => Condition::all().add(Expr::cust("1 = 0")),
        Search::All(parts) => parts.iter().fold(Condition::all(), |all, part| all.add(of(part))),
        Search::Any(parts) => parts.iter().fold(Condition::any(), |any, part| any.add(of(part))),
        Search::Not(part) => of(part).not(),
        Search::Term(pattern) => columns.iter().fold(Condition::any(), |any, column| {
            let text: Expr = Func::coalesce([column.clone(), Expr::cust("''")]).into();
            any.add(text::matches(backend, text, pattern))
        }),
    }
}

impl Store {
    /// The condition of a text filter, see [`text_filter`].
    pub fn text_filter(&self, column: impl Into<Expr>, filter: &TextFilter) -> Condition {
        text_filter(self.backend(), column, filter)
    }

    /// The condition of a time filter on a naive time column.
    pub fn time_filter(&self, column: impl Into<Expr>, filter: &TimeFilter) -> Condition {
        let column = column.into();
        Condition::all()
            .add_option(filter.since.map(|since| column.clone().gte(self.naive(since))))
            .add_option(filter.before.map(|before| column.clone().lt(self.naive(before))))
    }

    /// The condition of a search over these columns, see [`search`].
    pub fn search(&self, search: &Search, columns: &[Expr]) -> Condition {
        self::search(self.backend(), search, columns)
    }
}
