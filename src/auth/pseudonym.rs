//! Names for what has to be found again and must not be told: a keyed hash in place of the text.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::token::Keys;

/// Makes names. Without the key nothing about a text follows from its name, not even for somebody who guesses the text.
pub struct Pseudonyms(hmac::Key);

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pseudonyms").finish_non_exhaustive()
    }
}

impl Pseudonyms {
    /// The names of all servers with these keys, for one purpose.
    pub fn new(keys: &Keys, purpose: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &keys.secret(purpose)))
    }

    /// The name of a text: 43 letters and digits.
    pub fn of(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_depends_on_the_text_the_purpose_and_the_key() {
        let (keys, others) = (Keys::generate_in_memory(), Keys::generate_in_memory());
        let name = |keys: &Keys, purpose: &str, text: &str| Pseudonyms::new(keys, purpose).of(text);
        let ours = name(&keys, "tries", "ann");
        assert_eq!(ours, name(&keys, "tries", "ann"));
        assert_eq!(ours.len(), 43);
        for other in [name(&keys, "tries", "bob"), name(&keys, "rows", "ann"), name(&others, "tries", "ann")] {
            assert_ne!(ours, other);
        }
    }
}
