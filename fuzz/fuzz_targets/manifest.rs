//! Any text as a manifest of trusted documents.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = deskgraph::document::manifest::read(text);
});
