//! Password stamps: what a token keeps of the stored password at its time, so that it ends when the password is changed, by whomever.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::token::Keys;

/// How many bytes of the keyed hash are kept.
const BYTES: usize = 16;

/// Makes stamps. Nothing about the password follows from one without the key.
pub struct Stamps(hmac::Key);

impl fmt::Debug for Stamps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stamps").finish_non_exhaustive()
    }
}

impl Stamps {
    /// The stamps of all servers with these keys.
    pub fn new(keys: &Keys) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &keys.secret("password stamp")))
    }

    /// The stamp of an account whose password another data source keeps.
    pub fn of_source(&self, name: &str) -> String {
        self.encoded(&format!("@{name}"))
    }

    /// The stamp of a password as it is stored; `None` for an account without one.
    pub fn of(&self, stored: Option<&str>) -> String {
        self.encoded(&stored.map_or_else(|| "-".to_owned(), |stored| format!("={stored}")))
    }

    fn encoded(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(&hmac::sign(&self.0, text.as_bytes()).as_ref()[..BYTES])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_changes_with_the_password_and_with_the_key_and_only_then() {
        let keys = Keys::generate_in_memory();
        let (stamps, again, other) = (Stamps::new(&keys), Stamps::new(&keys), Stamps::new(&Keys::generate_in_memory()));
        let all = [None, Some(""), Some("*"), Some("-"), Some("=")].map(|stored| stamps.of(stored));
        for (number, stamp) in all.iter().enumerate() {
            assert!(!all[..number].contains(stamp), "{all:?}");
        }
        assert_eq!(stamps.of(Some("*")), again.of(Some("*")));
        assert_ne!(stamps.of(Some("*")), other.of(Some("*")));
        assert_eq!(stamps.of(Some("*")).len(), 22);
    }
}
