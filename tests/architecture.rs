//! Which part may use which: read from the `use crate::` lines, so that a shortcut is noticed when it is taken. And how long files are.

use std::path::{Path, PathBuf};

/// The longest file, in lines.
const MAX_LINES: usize = 450;

/// A part of the source and what it may use of the crate besides itself.
const LAYERS: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("entity", &[]),
    ("document", &[]),
    ("telemetry", &[]),
    ("config", &["domain"]),
    ("hook", &["domain"]),
    ("auth", &["domain"]),
    ("store", &["domain", "entity", "error", "telemetry"]),
    ("source", &["config", "domain", "entity", "error", "store"]),
    ("loader", &["domain", "error", "store", "source"]),
    ("feed", &["domain", "error", "store"]),
    ("service", &["auth", "domain", "error", "source", "store", "telemetry"]),
    ("http", &["document", "domain", "error", "feed", "graphql", "loader", "store", "telemetry"]),
];

/// Crates that a part may not name.
const FOREIGN: [(&str, &[&str]); 7] = [
    ("domain", &["sea_orm", "sqlx", "async_graphql", "axum", "tokio", "config::"]),
    ("entity", &["async_graphql", "axum", "tokio"]),
    ("document", &["sea_orm", "sqlx", "axum", "tokio"]),
    ("feed", &["sea_orm", "sqlx", "axum", "async_graphql"]),
    ("graphql", &["sea_orm", "sqlx", "axum"]),
    ("http", &["sea_orm", "sqlx"]),
    ("service", &["sea_orm", "sqlx", "axum", "async_graphql"]),
];

/// What the HTTP side may know of the store: who is behind it, and what a request has cost.
const STORE_FOR_HTTP: [&str; 3] = ["store::Store", "store::Database", "store::statement"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every file below a directory, with its path from there.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn files_of(part: &str) -> Vec<PathBuf> {
    let file = source().join(format!("{part}.rs"));
    let mut found = if file.exists() { vec![file] } else { Vec::new() };
    found.extend(files(&source().join(part)));
    assert!(!found.is_empty(), "there is no part `{part}`");
    // Tests may reach further.
    found.retain(|file| !is_test(file));
    found
}

fn is_test(file: &Path) -> bool {
    file.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// The lines outside of comments, as far as the tests at the end of the file.
fn code(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("the file can be read");
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect()
}

/// What a line names of the crate: the path behind each `crate::`.
fn named(line: &str) -> Vec<&str> {
    let end = |path: &str| path.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(path.len());
    line.split("crate::").skip(1).map(|path| &path[..end(path)]).collect()
}

/// The lines of a part for which `is_wrong` holds, with their file.
fn wrong(part: &str, is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in files_of(part) {
        let lines = code(&file).into_iter().filter(|line| is_wrong(line));
        found.extend(lines.map(|line| format!("{}: {}", file.display(), line.trim())));
    }
    found
}

#[test]
fn each_part_uses_only_what_lies_below_it() {
    for (part, allowed) in LAYERS {
        let is_wrong = |line: &str| {
            named(line).iter().any(|path| {
                let first = path.split(':').next().unwrap_or_default();
                first != part && !allowed.contains(&first)
            })
        };
        assert_eq!(wrong(part, is_wrong), Vec::<String>::new(), "`{part}` may use {allowed:?}");
    }
}

#[test]
fn each_part_names_only_the_crates_of_its_trade() {
    for (part, foreign) in FOREIGN {
        let is_wrong = |line: &str| {
            let names = |word: &&str| line.contains(&format!("{word}::")) || line.starts_with(&format!("use {word}"));
            !line.contains("crate::") && foreign.iter().any(|word| names(&word.trim_end_matches(':')))
        };
        assert_eq!(wrong(part, is_wrong), Vec::<String>::new(), "`{part}` may not name {foreign:?}");
    }
}

#[test]
fn the_http_side_knows_no_statement() {
    let is_wrong = |line: &str| {
        let is_known = |path: &&str| STORE_FOR_HTTP.iter().any(|known| path.starts_with(known));
        named(line).iter().any(|path| {
            path.starts_with("entity") || path.starts_with("source") || (path.starts_with("store") && !is_known(path))
        })
    };
    assert_eq!(wrong("http", is_wrong), Vec::<String>::new());
}

#[test]
fn settings_are_read_where_the_server_is_put_together_and_nowhere_else() {
    for part in ["domain", "entity", "store", "source", "loader", "feed", "service", "graphql", "http", "hook"] {
        // A data source is handed its own settings, all of which it needs, but never those of the server.
        let is_own = |path: &str| part == "source" && path.starts_with("config::") && path != "config::Config";
        let is_settings = |path: &str| (path.starts_with("config") && !is_own(path)) || path.starts_with("app");
        let is_wrong = |line: &str| named(line).iter().any(|path| is_settings(path));
        assert_eq!(wrong(part, is_wrong), Vec::<String>::new(), "{part}");
    }
}

#[test]
fn no_file_is_longer_than_can_be_read_at_once() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for directory in ["src", "migration/src", "tests"] {
        for file in files(&root.join(directory)) {
            let lines = std::fs::read_to_string(&file).expect("the file can be read").lines().count();
            assert!(lines <= MAX_LINES, "{} has {lines} lines, more than {MAX_LINES}", file.display());
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for file in files(&source()).into_iter().filter(|file| !is_test(file)) {
        let text = std::fs::read_to_string(&file).expect("the file can be read");
        assert!(text.starts_with("//!"), "{} begins without `//!`", file.display());
    }
}
