//! One table of another database: its names, and what is asked of it.

use std::collections::BTreeMap;

use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Func, IntoTableRef, Query, SelectStatement, TableRef};
use tokio::sync::OnceCell;

use crate::config::TableConfig;
use crate::domain::filter::TextFilter;
use crate::domain::record::RecordKind;
use crate::domain::search::Search;
use crate::domain::validity::Validity;
use crate::error::Result;
use crate::source::record::{Among, Record, RecordQuery};
use crate::store::filter::{self, Searched};
use crate::store::page::{KeyType, SortOrder};
use crate::store::{Row, text};

use super::column::{Comparison, Comparisons, as_text, comparisons};
use super::counting::CountingReader;

/// The name that the table has in statements. Columns always stand behind it: SQLite takes a quoted name that it does not know for a text.
const RECORD: &str = "record";
/// The most characters of a key; a row with a longer one is none of our records.
const MAX_KEY: i32 = 255;
/// What a column of validity holds where the record is valid, as a text in small letters. The last is what is left of a bit of MariaDB.
const TRUE: [&str; 4] = ["1", "true", "t", "\u{1}"];

/// A table or view with records of one kind.
pub(super) struct Table {
    kind: RecordKind,
    /// Its name, behind that of its schema where one is given.
    name: Vec<String>,
    key: String,
    valid: Option<String>,
    fields: BTreeMap<&'static str, String>,
    search: Vec<String>,
    comparisons: OnceCell<Comparisons>,
}

impl Table {
    pub(super) fn new(kind: RecordKind, config: &TableConfig, search: &[String]) -> Self {
        let mapped = |field: &&'static str| Some((*field, config.fields.get(*field)?.clone()));
        Self {
            kind,
            name: config.table.split('.').map(str::to_owned).collect(),
            key: config.key.clone(),
            valid: config.valid.clone(),
            fields: kind.fields().iter().filter_map(mapped).collect(),
            search: search.to_vec(),
            comparisons: OnceCell::new(),
        }
    }

    pub(super) fn kind(&self) -> RecordKind {
        self.kind
    }

    /// Whether its records are people who have a customer of their own.
    fn has_customers(&self) -> bool {
        self.kind == RecordKind::CustomerUser && self.fields.contains_key("customer_id")
    }

    /// Whether some record may fulfil a query. If not, the database need not be asked, and need not even be there.
    pub(super) fn may_fulfil(&self, query: &RecordQuery) -> bool {
        let wants = |state| query.validity.contains(&state);
        let is_meant =
            |among: &Among| !among.keys.is_empty() || (self.has_customers() && !among.customer_ids.is_empty());
        query.search != Search::Nothing
            && query.among.as_ref().is_none_or(is_meant)
            && (wants(Validity::Valid) || (wants(Validity::Invalid) && self.valid.is_some()))
    }

    /// Its name as configured.
    pub(super) fn name(&self) -> String {
        self.name.join(".")
    }

    /// What its columns stand for, with the columns.
    pub(super) fn mapped(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let key = [(self.kind.key(), &self.key)];
        let fields = self.fields.iter().map(|(field, column)| (*field, column));
        key.into_iter().chain(self.valid.iter().map(|column| ("valid", column))).chain(fields)
    }

    /// Selects nothing yet from the table.
    pub(super) fn select(&self) -> SelectStatement {
        let part = |at: usize| Alias::new(&self.name[at]);
        let table: TableRef = match self.name.len() {
            1 => part(0).into_table_ref(),
            2 => (part(0), part(1)).into_table_ref(),
            _ => (part(0), part(1), Alias::new(self.name[2..].join("."))).into_table_ref(),
        };
        Query::select().from(table.alias(RECORD)).take()
    }

    /// A column by its name in the database.
    pub(super) fn column(name: &str) -> Expr {
        Expr::col((RECORD, Alias::new(name)))
    }

    /// How its columns are compared, which is asked once. A table that is not there yet is asked for again.
    async fn comparisons(&self, reader: &CountingReader) -> Result<Comparisons> {
        if let Some(known) = self.comparisons.get() {
            return Ok(known.clone());
        }
        let found = comparisons(&reader.uncounted(), &self.name).await?;
        if !found.is_empty() {
            // Someone else may have been faster, with the same answer.
            drop(self.comparisons.set(found.clone()));
        }
        Ok(found)
    }
}

/// A table as one question sees it.
pub(super) struct View<'a> {
    table: &'a Table,
    backend: DbBackend,
    comparisons: Comparisons,
    reader: Option<&'a str>,
}

impl<'a> View<'a> {
    /// The table for this reader, see [`RecordQuery::reader`].
    pub(super) async fn new(source: &CountingReader, table: &'a Table, reader: Option<&'a str>) -> Result<Self> {
        let comparisons = table.comparisons(source).await?;
        Ok(Self { table, backend: source.backend(), comparisons, reader })
    }

    /// The column of a field and how it is compared; `None` where the table has none.
    fn column(&self, field: &str) -> Option<(Comparison, Expr)> {
        let name = if field == self.table.kind.key() { &self.table.key } else { self.table.fields.get(field)? };
        let comparison = self.comparisons.get(&name.to_lowercase()).copied().unwrap_or_default();
        Some((comparison, Table::column(name)))
    }

    /// A field as a text to compare. One without a column is null.
    fn text(&self, field: &str) -> Expr {
        match self.column(field) {
            Some((comparison, column)) => comparison.text(self.backend, column),
            None => as_text(self.backend, Expr::cust("NULL")),
        }
    }

    /// A field as far as the reader may read it.
    fn visible(&self, field: &str) -> Expr {
        let kind = self.table.kind;
        let Some(reader) = self.reader.filter(|_| kind.is_private(field)) else { return self.text(field) };
        if kind == RecordKind::Customer {
            // No customer is a customer user, even if it is called like one.
            return as_text(self.backend, Expr::cust("NULL"));
        }
        let is_own = self.is_exactly_one_of(kind.key(), &[reader.to_owned()]);
        Expr::case(is_own, as_text(self.backend, self.text(field))).finally(Expr::cust("''")).into()
    }

    /// Whether a field is one of these values, without regard to case.
    fn is_one_of(&self, field: &str, values: &[String]) -> Expr {
        match self.column(field) {
            Some((comparison, column)) => comparison.is_one_of(self.backend, column, values),
            None => Expr::cust("1 = 0"),
        }
    }

    /// The same for what decides who may see what: in all three databases values differ in nothing but case.
    fn is_exactly_one_of(&self, field: &str, values: &[String]) -> Expr {
        match self.column(field) {
            Some((comparison, column)) => comparison.is_exactly_one_of(self.backend, column, values),
            None => Expr::cust("1 = 0"),
        }
    }

    /// Whether a row has a key that can be used. Others may have left rows without one, which nobody can ask for.
    fn is_record(&self) -> Expr {
        let key = Func::cust("TRIM").arg(self.text(self.table.kind.key()));
        Expr::from(Func::char_length(key)).between(1, MAX_KEY)
    }

    /// How many columns a select of records has.
    pub(super) fn columns(&self) -> usize {
        2 + self.table.fields.len()
    }

    fn select(&self) -> SelectStatement {
        let text = |field: &str| as_text(self.backend, self.visible(field));
        let mut select = self.table.select();
        select.expr(text(self.table.kind.key())).expr(self.valid_text());
        for field in self.table.fields.keys() {
            select.expr(text(field));
        }
        select.and_where(self.is_record()).take()
    }

    /// Selects the records with these keys.
    pub(super) fn select_by_keys(&self, keys: &[String]) -> SelectStatement {
        self.select().and_where(self.is_exactly_one_of(self.table.kind.key(), keys)).take()
    }

    /// Selects the records that fulfil a query.
    pub(super) fn select_records(&self, query: &RecordQuery) -> SelectStatement {
        self.select().cond_where(self.condition(query)).take()
    }

    /// Selects nothing yet from the records that fulfil a query.
    pub(super) fn select_nothing_of(&self, query: &RecordQuery) -> SelectStatement {
        let mut select = self.table.select();
        select.and_where(self.is_record()).cond_where(self.condition(query)).take()
    }

    fn condition(&self, query: &RecordQuery) -> Condition {
        let columns = self.table.search.iter().map(|field| self.visible(field)).collect();
        let searched = Searched { columns, together: None };
        let conditions = query.conditions.iter().map(|(field, wanted)| self.field_filter(field, wanted));
        conditions.fold(
            Condition::all()
                .add_option(query.among.as_ref().map(|among| self.among(among)))
                .add(self.is_in_state(&query.validity))
                .add(filter::search(self.backend, &query.search, &searched)),
            Condition::add,
        )
    }

    fn among(&self, among: &Among) -> Condition {
        let key = self.table.kind.key();
        let of_customers = self.table.has_customers() && !among.customer_ids.is_empty();
        Condition::any()
            .add(self.is_exactly_one_of(key, &among.keys))
            .add_option(of_customers.then(|| self.is_exactly_one_of("customer_id", &among.customer_ids)))
    }

    /// The condition of a filter. What a field has to be equal to is compared such that an index helps.
    fn field_filter(&self, field: &str, wanted: &TextFilter) -> Condition {
        let is_hidden = self.reader.is_some() && self.table.kind.is_private(field);
        let TextFilter { eq, any_of, .. } = wanted;
        if is_hidden || self.column(field).is_none() || (eq.is_none() && any_of.is_none()) {
            return filter::text_filter(self.backend, self.visible(field), wanted);
        }
        let rest = TextFilter { eq: None, any_of: None, ..wanted.clone() };
        let lists = eq.as_ref().map(std::slice::from_ref).into_iter().chain(any_of.as_deref());
        lists.fold(filter::text_filter(self.backend, self.text(field), &rest), |condition, values| {
            condition.add(self.is_one_of(field, values))
        })
    }

    /// Whether a record is in one of these states, of which tables like this know two.
    fn is_in_state(&self, states: &[Validity]) -> Condition {
        let text: Expr = Func::coalesce([self.valid_text(), Expr::cust("''")]).into();
        let is_valid = Condition::all().add(Expr::from(Func::lower(text)).is_in(TRUE));
        match (states.contains(&Validity::Valid), states.contains(&Validity::Invalid)) {
            (true, true) => Condition::all(),
            (true, false) if self.table.valid.is_none() => Condition::all(),
            (true, false) => is_valid,
            (false, true) => is_valid.not(),
            (false, false) => Condition::all().add(Expr::cust("1 = 0")),
        }
    }

    /// The column of validity as a text; without one every record is valid.
    fn valid_text(&self) -> Expr {
        match &self.table.valid {
            Some(column) => as_text(self.backend, Table::column(column)),
            None => as_text(self.backend, Expr::cust("'1'")),
        }
    }

    /// The order of a query.
    pub(super) fn order(&self, query: &RecordQuery) -> SortOrder {
        let key = self.table.kind.key();
        let folded = |text: Expr| (text::folded(self.backend, text::caseless(self.backend, text)), KeyType::Text);
        let field = query.sort.filter(|field| *field != key);
        let first = field.map(|field| folded(Func::coalesce([self.visible(field), Expr::cust("''")]).into()));
        SortOrder {
            // The order adds the sign of the direction itself.
            name: query.order_name().trim_start_matches('-').to_owned(),
            descending: query.descending,
            keys: first.into_iter().chain([folded(self.text(key))]).collect(),
        }
    }

    /// The record of a row.
    pub(super) fn read(&self, row: &Row) -> Result<Record> {
        let key = row.text(0)?.unwrap_or_default().trim().to_owned();
        let mut record = Record { key, ..Record::default() };
        let valid = row.text(1)?.unwrap_or_default().to_lowercase();
        record.validity = if TRUE.contains(&valid.as_str()) { Validity::Valid } else { Validity::Invalid };
        for (at, field) in (2..).zip(self.table.fields.keys()) {
            if let Some(text) = row.text(at)? {
                record.fields.insert(field, text);
            }
        }
        Ok(record)
    }
}
