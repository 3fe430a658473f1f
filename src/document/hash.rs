//! The name of a text by which it can be asked for: its SHA-256.

use sha2::{Digest, Sha256};

/// SHA-256 of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextHash([u8; 32]);

impl TextHash {
    /// Of a text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// From its 64 hexadecimal digits; `None` where it is something else.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let digits: &[u8; 64] = hex.as_bytes().try_into().ok()?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?;
        }
        Some(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(TextHash::from_hex(empty), Some(TextHash::of("")));
        assert_eq!(TextHash::from_hex(&empty.to_uppercase()), Some(TextHash::of("")));
        for bad in ["", "e3", &empty[1..], &format!("{empty}0"), &empty.replace('e', "g"), &empty.replace("e3", "é")] {
            assert_eq!(TextHash::from_hex(bad), None, "{bad}");
        }
    }
}
