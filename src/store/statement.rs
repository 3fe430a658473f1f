//! Counts the statements and rows of one request, for its log line and for the tests that hold the cost of a document.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// What a request has cost so far.
#[derive(Default)]
pub struct Usage {
    statements: AtomicU32,
    rows: AtomicU64,
    recorded: Option<Mutex<Vec<String>>>,
}

impl Usage {
    /// A count that also keeps the text of every statement.
    pub fn recording() -> Self {
        Self { recorded: Some(Mutex::default()), ..Self::default() }
    }

    /// Counts one statement.
    pub(super) fn begin(&self, sql: &str) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        if let Some(recorded) = &self.recorded {
            recorded.lock().expect("no panic while recording").push(sql.to_owned());
        }
    }

    /// Counts the rows of an answer.
    pub(super) fn add_rows(&self, rows: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// Statements so far.
    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// The text of the statements, where they were recorded.
    pub fn recorded(&self) -> Vec<String> {
        self.recorded
            .as_ref()
            .map(|recorded| recorded.lock().expect("no panic while recording").clone())
            .unwrap_or_default()
    }
}
