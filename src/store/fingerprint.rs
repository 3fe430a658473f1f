//! Fingerprints of stored rows, by which clients notice that someone else has changed a record.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::Store;

impl Store {
    /// The fingerprint of a row as stored. It is keyed, so that nothing about a column that a viewer may not read can be
    /// guessed from it; all servers with one key file agree on it.
    pub fn fingerprint(&self, row: &impl Serialize) -> String {
        let bytes = serde_json::to_vec(row).expect("rows are plain data");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.database().fingerprint_key);
        URL_SAFE_NO_PAD.encode(&hmac::sign(&key, &bytes).as_ref()[..16])
    }
}
