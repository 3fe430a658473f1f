//! What the command `check` says of another database.

use sea_orm::sea_query::{Expr, Query};

use crate::domain::record::RecordKind;
use crate::error::Error;
use crate::source::record::Finding;

use super::counting::CountingReader;
use super::table::Table;

/// What is said of a database that does not answer.
pub(super) fn unreachable(reason: &str) -> Finding {
    Finding::bad(format!("the database cannot be reached: {reason}"))
}

/// Reads a row of each table, with `reason` telling what may be said of an error.
pub(super) async fn inspect(
    reader: &CountingReader,
    tables: &[Table],
    reason: impl Fn(&Error) -> String,
) -> Vec<Finding> {
    if let Err(error) = reader.rows(Query::select().expr(1)).await {
        return vec![unreachable(&reason(&error))];
    }
    let mut findings = Vec::new();
    for table in tables {
        findings.extend(inspect_table(reader, table, &reason).await);
    }
    findings
}

async fn inspect_table(reader: &CountingReader, table: &Table, reason: &impl Fn(&Error) -> String) -> Vec<Finding> {
    let (records, name) = (plural(table.kind()), table.name());
    if let Err(error) = reader.rows(table.select().expr(Expr::cust("1")).limit(1)).await {
        let text = format!("the table `{name}` of {records} is missing or cannot be read: {}", reason(&error));
        return vec![Finding::bad(text)];
    }
    let mut problems = Vec::new();
    for (field, column) in table.mapped() {
        if let Err(error) = reader.rows(table.select().expr(Table::column(column)).limit(1)).await {
            let text = format!(
                "the column `{column}` of `{name}`, which stands for `{field}` of {records}, is missing or cannot be read: {}",
                reason(&error)
            );
            problems.push(Finding::bad(text));
        }
    }
    if problems.is_empty() {
        problems.push(Finding::fine(format!("the table `{name}` of {records} can be read")));
    }
    problems
}

fn plural(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Customer => "customers",
        RecordKind::CustomerUser => "customer users",
    }
}
