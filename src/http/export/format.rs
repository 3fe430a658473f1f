//! The forms that rows are written in.

use axum::http::HeaderValue;
use serde_json::Value;

use super::kind::{Kind, Row};

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object on each line.
    Ndjson,
    /// RFC 4180, in UTF-8.
    Csv,
}

impl Format {
    /// The form that an address asks for by its ending.
    pub fn of(ending: &str) -> Option<Self> {
        match ending {
            "ndjson" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// Its media type.
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Ndjson => "application/x-ndjson; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
        })
    }

    /// What comes before the first row.
    pub fn head(self, kind: &Kind) -> Vec<u8> {
        match self {
            Self::Ndjson => Vec::new(),
            Self::Csv => {
                let columns = kind.columns.iter().map(|(column, _)| *column).chain(["cursor"]);
                csv(std::iter::once(columns.map(str::to_owned).collect()))
            }
        }
    }

    /// Rows.
    pub fn body(self, kind: &Kind, rows: Vec<Row>) -> Vec<u8> {
        match self {
            Self::Ndjson => rows.into_iter().flat_map(|row| format!("{}\n", Value::Object(row)).into_bytes()).collect(),
            Self::Csv => csv(rows.iter().map(|row| {
                let columns = kind.columns.iter().map(|(column, _)| *column).chain(["cursor"]);
                columns.map(|column| cell(&row[column])).collect()
            })),
        }
    }
}

fn csv(records: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record).expect("writing to memory does not fail");
    }
    writer.into_inner().expect("writing to memory does not fail")
}

/// Several values stand in a cell with blanks between them.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
