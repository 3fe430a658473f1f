//! Paging by key: a page is asked for by cursor, never by offset, and a cursor holds the sort key of the row it stands at.

use std::collections::HashMap;
use std::hash::Hash;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDateTime;
use sea_orm::sea_query::{
    Asterisk, Expr, ExprTrait, Func, Order as Direction, OverStatement, Query, SelectStatement, WindowStatement,
};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

use super::{Row, Store};

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    /// How many entries at most.
    pub limit: u64,
    /// Whether the last entries are wanted instead of the first.
    pub backward: bool,
    /// Only entries behind this one.
    pub after: Option<Cursor>,
    /// Only entries before this one.
    pub before: Option<Cursor>,
    /// Whether the entry of `before` itself is wanted too.
    pub with_before: bool,
}

impl Page {
    /// The first entries of a list.
    pub fn first(limit: u64) -> Self {
        Self { limit, backward: false, after: None, before: None, with_before: false }
    }
}

/// What is to be read of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wanted<C> {
    /// Columns of the entries.
    pub columns: C,
    /// Whether the entries themselves are asked for.
    pub items: bool,
    /// Whether their number is asked for.
    pub total: bool,
}

/// A place in a list: the order it belongs to and the sort key of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "o")]
    order: String,
    #[serde(rename = "k")]
    key: Vec<KeyValue>,
}

/// One part of a sort key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeyValue {
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// A sort key in turn; empty for the beginning of a list.
    Key(Vec<KeyValue>),
}

/// The longest cursor that is looked at, in bytes.
const MAX_CURSOR: usize = 8192;

impl Cursor {
    /// A cursor for a list that is sorted in memory.
    pub fn new(order: &str, key: Vec<KeyValue>) -> Self {
        Self { order: order.to_owned(), key }
    }

    /// The cursor as clients see it.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).expect("texts and numbers serialise"))
    }

    /// Reads a cursor that a client sent back.
    pub fn decode(text: &str) -> Result<Self> {
        let bytes = (text.len() <= MAX_CURSOR).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten();
        let cursor: Option<Self> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        cursor.filter(|cursor| !cursor.key.is_empty()).ok_or_else(Self::refused)
    }

    /// The sort key, if the cursor belongs to `order`.
    pub fn key_for(&self, order: &str) -> Result<&[KeyValue]> {
        if self.order == order { Ok(&self.key) } else { Err(Self::refused()) }
    }

    /// The sort key.
    pub fn key(&self) -> &[KeyValue] {
        &self.key
    }

    /// The sort key alone.
    pub fn into_key(self) -> Vec<KeyValue> {
        self.key
    }

    /// The error for a cursor that does not belong to a list.
    pub fn refused() -> Error {
        Error::bad_input(
            "the cursor is not one of this list in this order: give a `startCursor`, `endCursor` or `cursor` of an earlier answer unchanged",
        )
    }
}

/// The type of a sort key's part, needed to read it and to bind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// A 64 bit number.
    Int64,
    /// A 32 bit number.
    Int32,
    /// A 16 bit number.
    Int16,
    /// A text.
    Text,
    /// A naive time.
    Time,
}

/// How a list is sorted: by these expressions, all in one direction. None may be null, and together they are unique.
#[derive(Clone, Debug)]
pub struct SortOrder {
    /// A name that ties cursors to the order.
    pub name: String,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// What is compared, most significant first.
    pub keys: Vec<(Expr, KeyType)>,
}

/// A page as read: entries with their cursors.
#[derive(Clone, Debug)]
pub struct Entries<T> {
    /// The entries in order.
    pub items: Vec<(Cursor, T)>,
    /// Whether there are entries before them.
    pub has_previous: bool,
    /// Whether there are entries behind them.
    pub has_next: bool,
    /// How many entries the list holds; `None` where that was not asked.
    pub total: Option<i64>,
    /// Why a part of the entries is not there: data sources that did not answer.
    pub missing: Vec<Error>,
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self { items: Vec::new(), has_previous: false, has_next: false, total: None, missing: Vec::new() }
    }
}

impl SortOrder {
    /// Restricts a select to a page and sorts it; the sort key is added behind the select's own columns.
    fn select_page(&self, mut select: SelectStatement, page: &Page) -> Result<SelectStatement> {
        self.restrict(&mut select, page)?;
        for (key, _) in &self.keys {
            select.expr(key.clone());
        }
        self.sort(&mut select, page);
        Ok(select.limit(page.limit + 1).take())
    }

    fn sort(&self, select: &mut SelectStatement, page: &Page) {
        for (key, _) in &self.keys {
            select.order_by_expr(key.clone(), self.direction(page));
        }
    }

    /// The same for the children of several parents in one statement: the first entries of each `parent`. The select's columns need distinct names.
    fn select_page_per_parent(
        &self,
        mut select: SelectStatement,
        parent: Expr,
        page: &Page,
    ) -> Result<SelectStatement> {
        self.restrict(&mut select, page)?;
        let mut window = WindowStatement::new();
        window.add_partition_by(parent);
        for (position, (key, _)) in self.keys.iter().enumerate() {
            select.expr_as(key.clone(), format!("k{position}"));
            window.order_by_expr(key.clone(), self.direction(page));
        }
        select.expr_window_as(Func::cust("ROW_NUMBER"), window, "place");
        let mut outer = Query::select();
        outer.expr(Expr::cust("*")).from_subquery(select, "ranked");
        outer.and_where(Expr::col("place").lte(page.limit + 1)).order_by("place", Direction::Asc);
        Ok(outer)
    }

    /// Makes a page of rows; `columns` is how many columns stand before the sort key.
    fn entries<T>(&self, rows: Vec<(Row, T)>, columns: usize, page: &Page) -> Result<Entries<T>> {
        let has_more = rows.len() as u64 > page.limit;
        let mut items = Vec::with_capacity(rows.len());
        for (row, item) in rows.into_iter().take(page.limit as usize) {
            items.push((self.cursor(&row, columns)?, item));
        }
        if page.backward {
            items.reverse();
        }
        Ok(Entries::new(items, has_more, page))
    }

    fn cursor(&self, row: &Row, columns: usize) -> Result<Cursor> {
        let key = self.keys.iter().enumerate().map(|(position, (_, key_type))| key_type.read(row, columns + position));
        Ok(Cursor { order: self.tag(), key: key.collect::<Result<_>>()? })
    }

    /// What ties a cursor to this order.
    pub fn tag(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.name)
    }

    fn direction(&self, page: &Page) -> Direction {
        if self.descending != page.backward { Direction::Desc } else { Direction::Asc }
    }

    fn restrict(&self, select: &mut SelectStatement, page: &Page) -> Result<()> {
        for (cursor, is_behind, is_included) in [(&page.after, true, false), (&page.before, false, page.with_before)] {
            if let Some(cursor) = cursor {
                let key = self.bound(cursor)?;
                select.and_where(self.beyond(&key, is_behind != self.descending, is_included));
            }
        }
        Ok(())
    }

    fn bound(&self, cursor: &Cursor) -> Result<Vec<Expr>> {
        let key = cursor.key_for(&self.tag())?;
        if key.len() != self.keys.len() {
            return Err(Cursor::refused());
        }
        self.keys
            .iter()
            .zip(key)
            .map(|((_, key_type), value)| key_type.bind(value).ok_or_else(Cursor::refused))
            .collect()
    }

    /// `a > x OR (a = x AND (b > y OR ..))`, with `a >= x` in front so that an index on `a` narrows the rows; `is_included` takes the row
    /// of the key itself in.
    fn beyond(&self, key: &[Expr], greater: bool, is_included: bool) -> Expr {
        let compare = |column: &Expr, value: &Expr| {
            if greater { column.clone().gt(value.clone()) } else { column.clone().lt(value.clone()) }
        };
        let mut parts = self.keys.iter().zip(key).rev();
        let Some(((last, _), value)) = parts.next() else { return Expr::val(true) };
        let last = match is_included {
            true => compare(last, value).or(last.clone().eq(value.clone())),
            false => compare(last, value),
        };
        let rest = parts.fold(last, |rest, ((column, _), value)| {
            compare(column, value).or(column.clone().eq(value.clone()).and(rest))
        });
        match (self.keys.first(), key.first()) {
            (Some((first, _)), Some(value)) if self.keys.len() > 1 => {
                let bound = if greater { first.clone().gte(value.clone()) } else { first.clone().lte(value.clone()) };
                bound.and(rest)
            }
            _ => rest,
        }
    }
}

/// A select that is read page by page.
pub struct PagedSelect<'a> {
    /// What is selected, without order and limit.
    pub select: SelectStatement,
    /// How many columns that is.
    pub columns: usize,
    /// How the list is sorted.
    pub order: SortOrder,
    /// Which part is wanted.
    pub page: &'a Page,
}

impl PagedSelect<'_> {
    /// The statement that reads the page.
    pub fn statement(&self) -> Result<SelectStatement> {
        self.order.select_page(self.select.clone(), self.page)
    }

    /// The same with rows that another select yields in the place of those of a table.
    pub(super) fn statement_from(&self, table: &'static str, rows: SelectStatement) -> Result<SelectStatement> {
        Ok(self.statement()?.from_clear().from_subquery(rows, table).take())
    }

    /// The first rows of a table from where the page begins, whatever is asked of them.
    pub(super) fn first_rows(&self, table: &'static str, count: u64) -> Result<SelectStatement> {
        let mut first = Query::select();
        first.column(Asterisk).from(table);
        self.order.restrict(&mut first, self.page)?;
        self.order.sort(&mut first, self.page);
        Ok(first.limit(count).take())
    }

    /// The page that the rows of the statement are.
    pub(super) fn entries<T>(&self, rows: Vec<Row>, read: impl Fn(&Row) -> Result<T>) -> Result<Entries<T>> {
        let rows = rows.into_iter().map(|row| Ok((read(&row)?, row)).map(|(item, row)| (row, item)));
        self.order.entries(rows.collect::<Result<_>>()?, self.columns, self.page)
    }
}

impl Store {
    /// Reads a page of one list.
    pub async fn page<T>(&self, paged: PagedSelect<'_>, read: impl Fn(&Row) -> Result<T>) -> Result<Entries<T>> {
        let rows = self.rows(&paged.statement()?).await?;
        paged.entries(rows, read)
    }

    /// Reads a page of the children of each of `parents` parents in one statement; `read` tells which parent a row belongs to.
    pub async fn pages<K: Eq + Hash, T>(
        &self,
        paged: PagedSelect<'_>,
        (parent, parents): (Expr, usize),
        read: impl Fn(&Row) -> Result<(K, T)>,
    ) -> Result<HashMap<K, Entries<T>>> {
        let PagedSelect { select, columns, order, page } = paged;
        let select = match parents {
            1 => order.select_page(select, page)?,
            _ => order.select_page_per_parent(select, parent, page)?,
        };
        let mut by_parent: HashMap<K, Vec<(Row, T)>> = HashMap::new();
        for row in self.rows(&select).await? {
            let (parent, item) = read(&row)?;
            by_parent.entry(parent).or_default().push((row, item));
        }
        by_parent.into_iter().map(|(parent, rows)| Ok((parent, order.entries(rows, columns, page)?))).collect()
    }

    /// Counts the rows that a select without columns finds.
    pub async fn count(&self, mut select: SelectStatement) -> Result<i64> {
        let rows = self.rows(select.expr(Expr::cust("COUNT(*)"))).await?;
        rows.first().map_or(Ok(0), |row| row.at(0))
    }

    /// Counts the children of each parent: of a select without columns, grouped by `parent`, which `read` reads from column 0.
    pub async fn counts<K: Eq + Hash>(
        &self,
        mut select: SelectStatement,
        parent: Expr,
        read: impl Fn(&Row) -> Result<K>,
    ) -> Result<HashMap<K, i64>> {
        select.expr(parent.clone()).expr(Expr::cust("COUNT(*)")).add_group_by([parent]);
        let mut counts = HashMap::new();
        for row in self.rows(&select).await? {
            // Texts that the database keeps apart may be one parent for us.
            *counts.entry(read(&row)?).or_default() += row.at::<i64>(1)?;
        }
        Ok(counts)
    }
}

impl KeyType {
    fn read(self, row: &Row, position: usize) -> Result<KeyValue> {
        Ok(match self {
            Self::Int64 => KeyValue::Int(row.at(position)?),
            Self::Int32 => KeyValue::Int(row.at::<i32>(position)?.into()),
            Self::Int16 => KeyValue::Int(row.at::<i16>(position)?.into()),
            Self::Text => KeyValue::Text(row.at(position)?),
            Self::Time => KeyValue::Int(row.at::<NaiveDateTime>(position)?.and_utc().timestamp()),
        })
    }

    fn bind(self, value: &KeyValue) -> Option<Expr> {
        Some(match (self, value) {
            (Self::Int64, KeyValue::Int(number)) => Expr::val(*number),
            (Self::Int32, KeyValue::Int(number)) => Expr::val(i32::try_from(*number).ok()?),
            (Self::Int16, KeyValue::Int(number)) => Expr::val(i16::try_from(*number).ok()?),
            (Self::Text, KeyValue::Text(text)) if !text.contains('\0') => Expr::val(text.clone()),
            (Self::Time, KeyValue::Int(seconds)) => {
                Expr::val(chrono::DateTime::from_timestamp(*seconds, 0)?.naive_utc())
            }
            _ => return None,
        })
    }
}

impl<T> Entries<T> {
    /// A page of entries already in order, where `has_more` tells whether the list goes on in the direction of reading.
    pub fn new(items: Vec<(Cursor, T)>, has_more: bool, page: &Page) -> Self {
        let (has_previous, has_next) =
            if page.backward { (has_more, page.before.is_some()) } else { (page.after.is_some(), has_more) };
        Self { items, has_previous, has_next, total: None, missing: Vec::new() }
    }

    /// A page of a list that is in memory, in the order of its keys.
    pub fn of_sorted(
        (order, descending): (&str, bool),
        all: impl Iterator<Item = (Vec<KeyValue>, T)>,
        page: &Page,
    ) -> Result<Self> {
        let bound = |cursor: &Option<Cursor>| {
            cursor.as_ref().map(|cursor| cursor.key_for(order).map(<[_]>::to_vec)).transpose()
        };
        let (after, before) = (bound(&page.after)?, bound(&page.before)?);
        let is_behind = |one: &Vec<KeyValue>, other: &Vec<KeyValue>| if descending { one < other } else { one > other };
        let mut items: Vec<_> = all
            .filter(|(key, _)| {
                after.as_ref().is_none_or(|after| is_behind(key, after))
                    && before
                        .as_ref()
                        .is_none_or(|before| is_behind(before, key) || (page.with_before && key == before))
            })
            .map(|(key, item)| (Cursor::new(order, key), item))
            .collect();
        let limit = page.limit as usize;
        let has_more = items.len() > limit;
        if page.backward {
            items.drain(..items.len().saturating_sub(limit));
        } else {
            items.truncate(limit);
        }
        Ok(Self::new(items, has_more, page))
    }

    /// A page of a list that has no entries, with their number where it is wanted.
    pub fn empty(with_total: bool) -> Self {
        Self { total: with_total.then_some(0), ..Self::default() }
    }

    /// The same page with other entries.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Entries<U> {
        Entries {
            items: self.items.into_iter().map(|(cursor, item)| (cursor, f(item))).collect(),
            has_previous: self.has_previous,
            has_next: self.has_next,
            total: self.total,
            missing: self.missing,
        }
    }
}
