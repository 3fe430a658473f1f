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

/// What a search looks at.
pub struct Searched {
    /// The columns.
    pub columns: Vec<Expr>,
    /// All their texts in one, as an index has them; `None` without such an index.
    pub together: Option<Expr>,
}

/// The condition of a search.
pub fn search(backend: DbBackend, search: &Search, searched: &Searched) -> Condition {
    let of = |part: &Search| self::search(backend, part, searched);
    match search {
        Search::Everything => Condition::all(),
        Search::Nothing => Condition::all().add(Expr::cust("1 = 0")),
        Search::All(parts) => parts.iter().fold(Condition::all(), |all, part| all.add(of(part))),
        Search::Any(parts) => parts.iter().fold(Condition::any(), |any, part| any.add(of(part))),
        Search::Not(part) => of(part).not(),
        Search::Term(pattern) => {
            let together = searched.together.clone().map(|all| text::matches(backend, all, pattern));
            let is_enough = together.is_some() && pattern.is_one_text();
            let each = (!is_enough).then(|| any_matches(backend, &searched.columns, pattern));
            Condition::all().add_option(together).add_option(each)
        }
    }
}

fn any_matches(backend: DbBackend, columns: &[Expr], pattern: &Pattern) -> Condition {
    columns.iter().fold(Condition::any(), |any, column| {
        let text: Expr = Func::coalesce([column.clone(), Expr::cust("''")]).into();
        any.add(text::matches(backend, text, pattern))
    })
}

impl Store {
    /// The condition of a text filter, see [`text_filter`]; `None` where it lets everything through.
    pub fn text_filter(&self, column: impl Into<Expr>, filter: &TextFilter) -> Option<Condition> {
        (*filter != TextFilter::default()).then(|| text_filter(self.backend(), column, filter))
    }

    /// The condition of a time filter on a naive time column; `None` where it lets everything through.
    pub fn time_filter(&self, column: impl Into<Expr>, filter: &TimeFilter) -> Option<Condition> {
        let column = column.into();
        let condition = Condition::all()
            .add_option(filter.since.map(|since| column.clone().gte(self.naive(since))))
            .add_option(filter.before.map(|before| column.clone().lt(self.naive(before))));
        Some(condition).filter(|condition| !condition.is_empty())
    }
}
