//! md5-crypt, once as FreeBSD made it (`$1$`) and once as Apache took it over (`$apr1$`): the same but for the mark.

use md5::{Digest, Md5};

/// The mark of FreeBSD's md5-crypt.
pub(super) const MD5: &str = "$1$";

/// The mark of Apache's variant.
pub(super) const APR1: &str = "$apr1$";

/// crypt's order of the 64 characters.
const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Which bytes of the digest are written together, most significant first. The last byte, 11, stands alone.
const TRIPLES: [[usize; 3]; 5] = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]];

/// The stored text `mark salt $ hash`. The salt is taken as it is: cutting it to eight bytes is the caller's part.
pub(super) fn hash(mark: &str, salt: &str, password: &str) -> String {
    let digest = stretch(&first_digest(mark, salt, password.as_bytes()), salt, password.as_bytes());
    let mut text = format!("{mark}{salt}$");
    for [high, middle, low] in TRIPLES {
        let value = u32::from(digest[high]) << 16 | u32::from(digest[middle]) << 8 | u32::from(digest[low]);
        push_base64(&mut text, value, 4);
    }
    push_base64(&mut text, u32::from(digest[11]), 2);
    text
}

fn first_digest(mark: &str, salt: &str, password: &[u8]) -> [u8; 16] {
    let inner = Md5::new().chain_update(password).chain_update(salt).chain_update(password).finalize();
    let mut outer = Md5::new().chain_update(password).chain_update(mark).chain_update(salt);
    for start in (0..password.len()).step_by(16) {
        outer.update(&inner[..16.min(password.len() - start)]);
    }
    // One byte for each bit of the length: an accident of the first implementation that became the definition.
    let mut bits = password.len();
    while bits != 0 {
        outer.update([if bits & 1 == 1 { 0 } else { password[0] }]);
        bits >>= 1;
    }
    outer.finalize().into()
}

/// The thousand rounds that once made this slow.
fn stretch(first: &[u8; 16], salt: &str, password: &[u8]) -> [u8; 16] {
    (0..1000).fold(*first, |digest, round| {
        let odd = round % 2 == 1;
        let mut next = Md5::new();
        next.update(if odd { password } else { &digest });
        if round % 3 != 0 {
            next.update(salt);
        }
        if round % 7 != 0 {
            next.update(password);
        }
        next.update(if odd { &digest } else { password });
        next.finalize().into()
    })
}

/// Least significant six bits first.
fn push_base64(text: &mut String, mut value: u32, characters: usize) {
    for _ in 0..characters {
        text.push(char::from(ALPHABET[(value & 0x3f) as usize]));
        value >>= 6;
    }
}
