//! Where a subscriber is, as text for `since`: signed, so that nobody can have old times read again by making one up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};
use crate::store::Store;

use super::event::Log;

/// How old a cursor may be, in seconds.
const GOOD_FOR: i64 = 7 * 24 * 60 * 60;

fn mark(log: Log) -> &'static str {
    match log {
        Log::History => "h",
        Log::Changes => "c",
    }
}

fn signature(store: &Store, log: Log, position: i64, made_at: i64) -> String {
    store.fingerprint(&("feed", mark(log), position, made_at))
}

/// The cursor of a position at this moment.
pub fn encode(store: &Store, log: Log, position: i64) -> String {
    let now = store.now().timestamp();
    let signature = signature(store, log, position, now);
    URL_SAFE_NO_PAD.encode(format!("{}.{position}.{now}.{signature}", mark(log)))
}

/// The position behind a cursor; an error that says what to do for one of another table, one that is too old, and one that is none.
pub fn decode(store: &Store, log: Log, text: &str) -> Result<i64> {
    let (position, made_at) = parse(store, log, text).ok_or_else(|| {
        Error::bad_input(
            "`since` is no cursor of this field: give the `cursor` of the last event that you received, unchanged",
        )
    })?;
    if store.now().timestamp().saturating_sub(made_at) > GOOD_FOR {
        return Err(Error::bad_input(
            "`since` is older than seven days: subscribe without it, and read the records anew",
        ));
    }
    Ok(position)
}

fn parse(store: &Store, log: Log, text: &str) -> Option<(i64, i64)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let mut parts = text.splitn(4, '.');
    let (kind, position, made_at) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let is_ours = kind == mark(log) && parts.next()? == signature(store, log, position, made_at);
    is_ours.then_some((position, made_at))
}
