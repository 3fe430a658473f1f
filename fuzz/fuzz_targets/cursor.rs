//! Any text as a cursor, and as a global id.
#![no_main]

use async_graphql::ID;
use deskgraph::graphql::id::GlobalId;
use deskgraph::store::page::Cursor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(cursor) = Cursor::decode(text) {
        assert!(Cursor::decode(&cursor.encode()).is_ok());
    }
    let _ = GlobalId::decode(&ID::from(text));
});
