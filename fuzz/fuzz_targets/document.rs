//! Any text as a document, and any other as its variables, the whole way to what would be executed and what it costs.
#![no_main]

use std::sync::LazyLock;

use async_graphql::Variables;
use deskgraph::document::Limits;
use deskgraph::graphql::document::DocumentReader;
use libfuzzer_sys::fuzz_target;

static READER: LazyLock<DocumentReader> = LazyLock::new(|| {
    let limits = Limits {
        max_bytes: 65_536,
        max_tokens: 4000,
        max_fields: 1000,
        max_depth: 15,
        max_aliases: 50,
        max_directives: 50,
    };
    DocumentReader::new(limits, true)
});

fuzz_target!(|given: (&str, &str)| {
    let (variables, text) = given;
    let Ok(document) = READER.read(text) else { return };
    // What is no JSON object stands for no variables.
    let mut variables: Variables = serde_json::from_str(variables).unwrap_or_default();
    let Ok((name, _)) = document.operation(None) else { return };
    let name = name.map(|name| name.as_str());
    let Ok(form) = document.bind(name, &mut variables, &READER.limits, READER.types()) else { return };
    let _ = READER.checker.cost(form, variables);
});
