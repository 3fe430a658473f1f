//! The main database and a directory as one: what clients see of both together. The directory is a real `slapd`.

mod example;
mod fault;
mod list;
mod order;
mod person;
mod sign_in;
mod write;

use serde_json::Value;

use crate::support::TestApp;
use crate::support::slapd::Slapd;

/// The main database, which comes first.
pub const MAIN: &str = "[[source]]\nname = \"Database\"\nkind = \"database\"\n";

/// A server over the main database and a directory behind it.
pub async fn over(slapd: &Slapd) -> TestApp {
    TestApp::with(&format!("{MAIN}{}", slapd.source("Directory"))).await
}

/// The same with groups that mean something.
pub async fn with_groups(slapd: &Slapd) -> TestApp {
    let settings =
        "[groups]\ncustomer_group_support = true\ncustomer_always_groups = []\ncustomer_company_always_groups = []\n";
    TestApp::with(&format!("{settings}{MAIN}{}", slapd.source("Directory"))).await
}

/// The logins of a connection's nodes.
pub fn logins(connection: &Value) -> Vec<String> {
    crate::support::client::texts(&connection["nodes"], "login")
}
