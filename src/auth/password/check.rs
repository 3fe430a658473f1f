//! Whether a typed password belongs to a stored text. The stored text alone says which format it is in; what the
//! settings say about new passwords plays no part. Stored texts are not trusted: none may panic or run for hours.

use argon2::password_hash::phc::PasswordHash as PhcString;
use argon2::{Params, PasswordVerifier};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use super::{MAX_BCRYPT_COST, argon2, bcrypt_text, hex, md5_crypt};

/// The most memory a stored argon2id text may ask for, in KiB: 256 MiB.
const MAX_ARGON2_MEMORY: u32 = 256 * 1024;

/// The most work a stored argon2id text may ask for, in KiB times passes: a few seconds.
const MAX_ARGON2_WORK: u64 = 2 * 1024 * 1024;

/// The most rounds a stored SHA-crypt text may ask for, about a second. The usual number is 5,000.
const MAX_SHA_CRYPT_ROUNDS: u32 = 1_000_000;

/// SHA-crypt's work grows with the square of the password's length; nobody types a longer one.
const MAX_SHA_CRYPT_PASSWORD: usize = 1024;

/// What a stored text looks like.
enum Format {
    Argon2id,
    SystemBcrypt,
    ShaCrypt,
    Des,
    Apr1,
    Md5,
    Sha1,
    Sha256,
    Sha512,
    OtoboBcrypt,
    Other,
}

impl Format {
    /// Domain rule: OTOBO's order, except that the marks of argon2id, bcrypt and SHA-crypt come first. OTOBO knows
    /// none of the three and takes each for md5-crypt, where it never matches.
    fn of(stored: &str) -> Self {
        match stored {
            s if s.starts_with("$argon2id$") => Self::Argon2id,
            s if ["$2a$", "$2b$", "$2y$"].iter().any(|mark| s.starts_with(mark)) => Self::SystemBcrypt,
            s if s.starts_with("$5$") || s.starts_with("$6$") => Self::ShaCrypt,
            s if s.chars().count() == 13 => Self::Des,
            s if s.starts_with(md5_crypt::APR1) => Self::Apr1,
            s if s.starts_with(md5_crypt::MD5) => Self::Md5,
            s if is_hex(s, 64) => Self::Sha256,
            s if is_hex(s, 128) => Self::Sha512,
            s if s.starts_with("BCRYPT:") => Self::OtoboBcrypt,
            s if is_hex(s, 40) => Self::Sha1,
            _ => Self::Other,
        }
    }
}

/// Whether the password belongs to the stored text of this login. `login` is the one that was typed and `accept_plain`
/// says that the installation stores passwords as they are; the stored text is then also compared directly.
///
/// An empty password never matches, nor does an empty stored text or one that begins with `*`, the mark of an account
/// without a password. The password `0` is a password like any other: OTOBO refuses it only because Perl takes it for
/// false.
pub fn verify(stored: &str, login: &str, password: &str, accept_plain: bool) -> bool {
    if password.is_empty() || stored.is_empty() || stored.starts_with('*') {
        return false;
    }
    if accept_plain && same(stored, password) {
        return true;
    }
    match Format::of(stored) {
        Format::Argon2id => is_argon2id(stored, password),
        Format::SystemBcrypt => is_system_bcrypt(stored, password),
        Format::ShaCrypt => is_sha_crypt(stored, password),
        Format::Des => is_crypt_text(stored) && pwhash::unix_crypt::verify(password, stored),
        Format::Apr1 => is_md5_crypt(md5_crypt::APR1, stored, password),
        Format::Md5 => is_md5_crypt(md5_crypt::MD5, stored, password),
        // The comparison is one of texts: upper-case digits do not match. Domain rule: so in OTOBO.
        Format::Sha1 => same(stored, &hex(&Sha1::digest(password))),
        Format::Sha256 => same(stored, &hex(&Sha256::digest(password))),
        Format::Sha512 => same(stored, &hex(&Sha512::digest(password))),
        Format::OtoboBcrypt => is_otobo_bcrypt(stored, password).unwrap_or(false),
        Format::Other => is_crypt_with_login(stored, login, password),
    }
}

/// Whether checking this text takes the time it should take, so that nothing needs to be added for a refusal.
pub(super) fn is_slow(stored: &str) -> bool {
    matches!(Format::of(stored), Format::Argon2id | Format::SystemBcrypt | Format::OtoboBcrypt)
}

/// Whether a text has only characters that crypt(3) uses in its salts and hashes.
pub(super) fn is_crypt_text(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/')
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Equal texts, in a time that tells nothing but the lengths.
fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

fn is_argon2id(stored: &str, password: &str) -> bool {
    let Ok(phc) = PhcString::new(stored) else {
        return false;
    };
    let Ok(params) = Params::try_from(&phc) else {
        return false;
    };
    let work = u64::from(params.m_cost()) * u64::from(params.t_cost());
    params.m_cost() <= MAX_ARGON2_MEMORY
        && work <= MAX_ARGON2_WORK
        && argon2().verify_password(password.as_bytes(), &phc).is_ok()
}

fn is_system_bcrypt(stored: &str, password: &str) -> bool {
    let affordable = stored.parse::<bcrypt::HashParts>().is_ok_and(|parts| parts.get_cost() <= MAX_BCRYPT_COST);
    affordable && bcrypt::verify(password, stored).unwrap_or(false)
}

/// None when the text only begins like one of OTOBO's.
fn is_otobo_bcrypt(stored: &str, password: &str) -> Option<bool> {
    let (cost, rest) = stored.strip_prefix("BCRYPT:")?.split_once(':')?;
    let cost = cost.parse().ok().filter(|cost| *cost <= MAX_BCRYPT_COST)?;
    let text = bcrypt_text(cost, rest.get(..16)?, password)?;
    Some(same(stored, &text))
}

fn is_sha_crypt(stored: &str, password: &str) -> bool {
    // The library assumes this much of the text and panics without it.
    let Some(parts) = stored.get(3..).map(|text| text.split('$').collect::<Vec<_>>()) else {
        return false;
    };
    let (rounds, salt, digest) = match parts[..] {
        [rounds, salt, digest] => (rounds.strip_prefix("rounds="), salt, digest),
        [salt, digest] => (Some("5000"), salt, digest),
        _ => return false,
    };
    let affordable = rounds.and_then(|text| text.parse::<u32>().ok()).is_some_and(|n| n <= MAX_SHA_CRYPT_ROUNDS);
    if !affordable || !is_crypt_text(salt) || !is_crypt_text(digest) || password.len() > MAX_SHA_CRYPT_PASSWORD {
        return false;
    }
    if stored.starts_with("$5$") {
        pwhash::sha256_crypt::verify(password, stored)
    } else {
        pwhash::sha512_crypt::verify(password, stored)
    }
}

fn is_md5_crypt(mark: &str, stored: &str, password: &str) -> bool {
    let Some((salt, _)) = stored.strip_prefix(mark).and_then(|rest| rest.split_once('$')) else {
        return false;
    };
    same(stored, &md5_crypt::hash(mark, salt, password))
}

/// Domain rule: what has none of the known looks is compared with the system's crypt() of the password, the login as
/// salt. Of all logins only one that begins with `_` leads to a text that has not been recognised before: extended DES.
fn is_crypt_with_login(stored: &str, login: &str, password: &str) -> bool {
    let salt = stored.get(..9).filter(|salt| login.starts_with(salt));
    salt.and_then(|salt| salt.strip_prefix('_')).is_some_and(is_crypt_text)
        && stored.len() == 20
        && pwhash::bsdi_crypt::verify(password, stored)
}
