//! Any text as an access token: none of them is good, because none is signed.
#![no_main]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use chrono::DateTime;
use deskgraph::auth::token::{Keys, Tokens};
use libfuzzer_sys::fuzz_target;

static TOKENS: LazyLock<Tokens> = LazyLock::new(|| {
    Tokens::new(Arc::new(Keys::generate_in_memory()), "deskgraph", "deskgraph", Duration::from_secs(900))
});

fuzz_target!(|text: &str| {
    assert!(TOKENS.verify(text, DateTime::UNIX_EPOCH).is_err());
});
