//! What can be exported: a document for each kind of list, and the columns that its records are laid flat into.

use std::sync::LazyLock;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use serde_json::{Map, Value, json};

/// A row: values by column.
pub type Row = Map<String, Value>;

/// A kind of list.
pub struct Kind {
    /// Its name in the address.
    pub name: &'static str,
    /// The operation's name, for the log.
    pub operation: &'static str,
    /// Reads a page as `list`, by `$first` and `$after`.
    pub document: LazyLock<ExecutableDocument>,
    /// The columns in their order, each with where its value is in a record.
    pub columns: &'static [(&'static str, &'static str)],
    /// The most records on a page: what is held in memory at a time.
    pub page: u64,
    /// The records that a node of the list stands for.
    records: fn(Value) -> Vec<Value>,
}

/// The kinds.
pub static KINDS: [Kind; 4] = [
    Kind {
        name: "customers",
        operation: "ExportCustomers",
        document: LazyLock::new(|| parsed(include_str!("customers.graphql"))),
        columns: &[
            ("customerId", "/customerId"),
            ("name", "/name"),
            ("street", "/address/street"),
            ("zip", "/address/zip"),
            ("city", "/address/city"),
            ("country", "/address/country"),
            ("url", "/url"),
            ("comment", "/comment"),
            ("validity", "/validity"),
            ("dataSource", "/dataSource/name"),
            ("createdAt", "/createdAt"),
            ("changedAt", "/changedAt"),
        ],
        page: 500,
        records: |node| vec![node],
    },
    Kind {
        name: "customer-users",
        operation: "ExportCustomerUsers",
        document: LazyLock::new(|| parsed(include_str!("customer_users.graphql"))),
        columns: &[
            ("login", "/login"),
            ("customerId", "/customerId"),
            ("title", "/title"),
            ("firstName", "/firstName"),
            ("lastName", "/lastName"),
            ("email", "/email"),
            ("phone", "/phone"),
            ("fax", "/fax"),
            ("mobile", "/mobile"),
            ("street", "/address/street"),
            ("zip", "/address/zip"),
            ("city", "/address/city"),
            ("country", "/address/country"),
            ("comment", "/comment"),
            ("validity", "/validity"),
            ("dataSource", "/dataSource/name"),
            ("createdAt", "/createdAt"),
            ("changedAt", "/changedAt"),
        ],
        page: 500,
        records: |node| vec![node],
    },
    Kind {
        name: "tickets",
        operation: "ExportTickets",
        document: LazyLock::new(|| parsed(include_str!("tickets.graphql"))),
        columns: &[
            ("number", "/number"),
            ("title", "/title"),
            ("state", "/state/name"),
            ("stateType", "/state/type"),
            ("priority", "/priority/name"),
            ("queue", "/queue/name"),
            ("customerId", "/customerId"),
            ("customerUserLogin", "/customerUserLogin"),
            ("owner", "/owner/login"),
            ("isLocked", "/isLocked"),
            ("service", "/service"),
            ("sla", "/sla"),
            ("pendingUntil", "/pendingUntil"),
            ("isArchived", "/isArchived"),
            ("createdAt", "/createdAt"),
            ("changedAt", "/changedAt"),
        ],
        page: 500,
        records: |node| vec![node],
    },
    Kind {
        name: "permissions",
        operation: "ExportPermissions",
        document: LazyLock::new(|| parsed(include_str!("permissions.graphql"))),
        columns: &[
            ("login", "/login"),
            ("customerId", "/customerId"),
            ("group", "/group/name"),
            ("permissions", "/permissions"),
            ("sources", "/sources"),
        ],
        page: 100,
        records: permissions,
    },
];

impl Kind {
    /// The rows of a node. Whoever goes on behind the cursor of a row misses none: where a node stands for several, all but the last go on behind the
    /// node before.
    pub fn rows(&self, node: Value, before: Option<&str>, cursor: &str) -> Vec<Row> {
        let records = (self.records)(node);
        let last = records.len().saturating_sub(1);
        let row = |(number, record): (usize, Value)| {
            let cursor = if number == last { Some(cursor) } else { before };
            let value = |(column, place): &(&str, &str)| {
                ((*column).to_owned(), record.pointer(place).cloned().unwrap_or_default())
            };
            let mut row: Row = self.columns.iter().map(value).collect();
            row.insert("cursor".to_owned(), json!(cursor));
            row
        };
        records.into_iter().enumerate().map(row).collect()
    }
}

fn parsed(document: &str) -> ExecutableDocument {
    parse_query(document).expect("our own documents are GraphQL")
}

/// What a person may do, by group, and by which ways: a kind of source, and the customer behind it where there is one.
fn permissions(node: Value) -> Vec<Value> {
    let held = node["effectivePermissions"].as_array().cloned().unwrap_or_default();
    let source = |source: &Value| match source["customer"]["customerId"].as_str() {
        Some(customer) => format!("{}:{customer}", source["kind"].as_str().unwrap_or_default()),
        None => source["kind"].as_str().unwrap_or_default().to_owned(),
    };
    let record = |held: Value| {
        let sources: Vec<String> = held["sources"].as_array().into_iter().flatten().map(source).collect();
        json!({
            "login": node["login"],
            "customerId": node["customerId"],
            "group": held["group"],
            "permissions": held["permissions"],
            "sources": sources,
        })
    };
    held.into_iter().map(record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_on_behind_any_row_misses_none() {
        let held =
            |group: &str| json!({"group": {"name": group}, "permissions": ["ro"], "sources": [{"kind": "ALWAYS"}]});
        let node = json!({"login": "ann", "customerId": "acme", "effectivePermissions": [held("a"), held("b")]});
        let rows = KINDS[3].rows(node, Some("before"), "behind");
        let cursors: Vec<&Value> = rows.iter().map(|row| &row["cursor"]).collect();
        assert_eq!(cursors, ["before", "behind"]);
        assert_eq!(rows[1]["group"], "b");
        assert_eq!(rows[1]["sources"], json!(["ALWAYS"]));
        assert!(KINDS[3].rows(json!({"effectivePermissions": null}), None, "behind").is_empty());
    }
}
