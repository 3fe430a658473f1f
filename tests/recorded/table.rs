//! All rows of all tables, read by the client program and not by us; what a write should make of them, and what differs from that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::scratch::Scratch;

/// A row by column; `None` is null.
pub type Row = BTreeMap<String, Option<String>>;

/// Stands for null in [`Cells`]; no row of the recordings holds this text.
pub const NULL: &str = "\0";
/// Stands for the number that the database gave to a new row.
const NEW: &str = "new";
/// How many differences a failing test prints.
const PRINTED: usize = 20;

/// All rows by table, as the lines of JSON that the client program printed: few of them are ever looked into. Our own tables are left out.
#[derive(Clone)]
pub struct Tables(BTreeMap<String, Vec<String>>);

/// What a row holds, as values for [`Tables::add`] and [`Tables::edit`].
pub type Cells<'a> = &'a [(&'a str, &'a str)];

impl Tables {
    /// What a database holds now.
    pub fn of(scratch: &Scratch) -> Self {
        let mut tables = Self(BTreeMap::new());
        for line in scratch.column(&select_everything(scratch)) {
            let (table, row) = line.split_once(' ').expect("a table before the row");
            tables.0.entry(table.to_owned()).or_default().push(row.to_owned());
        }
        tables
    }

    /// The rows of a table for which `which` holds.
    pub fn rows(&self, table: &str, which: impl Fn(&Row) -> bool) -> Vec<Row> {
        self.0.get(table).into_iter().flatten().map(|line| parse(line)).filter(|row| which(row)).collect()
    }

    /// Sets cells of the rows for which `which` holds, and returns these rows. There must be some.
    pub fn edit(&mut self, table: &str, which: impl Fn(&Row) -> bool, cells: Cells<'_>) -> Vec<Row> {
        let mut edited = Vec::new();
        for line in self.0.get_mut(table).into_iter().flatten() {
            let mut row = parse(line);
            if which(&row) {
                set(&mut row, cells);
                *line = print(&row);
                edited.push(row);
            }
        }
        assert!(!edited.is_empty(), "no such row in {table}");
        edited
    }

    /// Adds a row with these cells; all others are null, and the number is the database's to give.
    pub fn add(&mut self, table: &str, columns: &[String], cells: Cells<'_>) {
        let mut row: Row = columns.iter().map(|column| (column.clone(), None)).collect();
        if row.contains_key("id") {
            set(&mut row, &[("id", NEW)]);
        }
        set(&mut row, cells);
        self.0.entry(table.to_owned()).or_default().push(print(&row));
    }

    /// Takes the rows away for which `which` holds; there must be some.
    pub fn remove(&mut self, table: &str, which: impl Fn(&Row) -> bool) {
        let lines = self.0.entry(table.to_owned()).or_default();
        let before = lines.len();
        lines.retain(|line| !which(&parse(line)));
        assert!(lines.len() < before, "no such row in {table}");
    }

    /// Fails where any row is other than expected.
    pub fn must_be(&self, expected: &Self, place: &str) {
        let mut lines = Vec::new();
        let names: BTreeSet<String> = self.0.keys().chain(expected.0.keys()).cloned().collect();
        for table in names {
            let lines_of = |tables: &BTreeMap<String, Vec<String>>| tables.get(&table).cloned().unwrap_or_default();
            lines.extend(differences(&table, &lines_of(&self.0), &lines_of(&expected.0)));
        }
        let shown: Vec<&str> = lines.iter().take(PRINTED).map(String::as_str).collect();
        assert!(lines.is_empty(), "{place}: {} rows are other than expected:\n{}", lines.len(), shown.join("\n"));
    }
}

/// Whether a column holds this text.
pub fn is<'a>(column: &'a str, value: &'a str) -> impl Fn(&Row) -> bool + 'a {
    move |row| row[column].as_deref() == Some(value)
}

/// Whether a column holds this text in any case.
pub fn is_like<'a>(column: &'a str, value: &'a str) -> impl Fn(&Row) -> bool + 'a {
    move |row| row[column].as_deref().is_some_and(|text| text.to_lowercase() == value.to_lowercase())
}

/// The text of a column that is not null.
pub fn cell<'a>(row: &'a Row, column: &str) -> &'a str {
    row[column].as_deref().unwrap_or_else(|| panic!("{column} is null: {row:?}"))
}

fn parse(line: &str) -> Row {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn print(row: &Row) -> String {
    serde_json::to_string(row).expect("a row is JSON")
}

/// Sets cells; the text [`NULL`] stands for null.
fn set(row: &mut Row, cells: Cells<'_>) {
    for (column, value) in cells {
        let value = Some((*value).to_owned()).filter(|value| value != NULL);
        assert!(row.insert((*column).to_owned(), value).is_some(), "there is no column {column}");
    }
}

/// The lines that the first list has more often than the second.
fn surplus<'a>(lines: &'a [String], others: &[String]) -> Vec<&'a String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for line in others {
        *counts.entry(line).or_default() += 1;
    }
    let is_surplus = |line: &&String| match counts.get_mut(line.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    lines.iter().filter(is_surplus).collect()
}

/// A line for every row that only one side has.
fn differences(table: &str, found: &[String], expected: &[String]) -> Vec<String> {
    if found == expected {
        return Vec::new();
    }
    // What was edited here is printed in another way than by the databases, so it differs as a line and not as a row.
    let mut only_found: Vec<Row> = surplus(found, expected).into_iter().map(|line| parse(line)).collect();
    let only_expected: Vec<Row> = surplus(expected, found).into_iter().map(|line| parse(line)).collect();
    let known: BTreeSet<Option<String>> = only_expected.iter().filter_map(|row| row.get("id").cloned()).collect();
    for row in &mut only_found {
        if row.get("id").is_some_and(|id| !known.contains(id)) {
            row.insert("id".to_owned(), Some(NEW.to_owned()));
        }
    }
    let printed = |rows: &[Row]| -> Vec<String> { rows.iter().map(print).collect() };
    let (found, expected) = (printed(&only_found), printed(&only_expected));
    let told = |side: &str, lines: Vec<&String>| -> Vec<String> {
        lines.into_iter().map(|line| format!("{side} only: {table} {line}")).collect()
    };
    [told("found", surplus(&found, &expected)), told("expected", surplus(&expected, &found))].concat()
}

/// The columns of every table that is not ours, and whether they hold bytes.
pub fn columns(scratch: &Scratch) -> BTreeMap<String, Vec<(String, bool)>> {
    let schema = if scratch.is_postgres() { "current_schema()" } else { "DATABASE()" };
    let select = format!(
        "SELECT CONCAT(table_name, ' ', column_name, ' ', CASE WHEN data_type LIKE '%blob' THEN 1 ELSE 0 END)
         FROM information_schema.columns WHERE table_schema = {schema} AND table_name NOT LIKE 'deskgraph%'
         ORDER BY table_name, ordinal_position"
    );
    let mut columns: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for line in scratch.column(&select) {
        let parts: Vec<&str> = line.split(' ').collect();
        columns.entry(parts[0].to_owned()).or_default().push((parts[1].to_owned(), parts[2] == "1"));
    }
    columns
}

/// One select that yields every row as its table and `{column: text}`.
fn select_everything(scratch: &Scratch) -> String {
    let object = if scratch.is_postgres() { "json_build_object" } else { "JSON_OBJECT" };
    let text = |(column, is_bytes): &(String, bool)| match (scratch.is_postgres(), is_bytes) {
        (true, _) => format!("'{column}', \"{column}\"::text"),
        (false, true) => format!("'{column}', HEX(`{column}`)"),
        (false, false) => format!("'{column}', CAST(`{column}` AS CHAR)"),
    };
    let select = |(table, columns): (&String, &Vec<(String, bool)>)| {
        let cells: Vec<String> = columns.iter().map(text).collect();
        format!("SELECT CONCAT('{table} ', {object}({})) FROM {table}", cells.join(", "))
    };
    let selects: Vec<String> = columns(scratch).iter().map(select).collect();
    selects.join(" UNION ALL ")
}
