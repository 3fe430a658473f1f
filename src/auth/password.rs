//! Passwords as they are stored: writing a hash and generating a password here, checking one in `check`, checking many
//! without exhausting the machine in `verifier`. Rules for what a password must look like are not here.

mod check;
mod md5_crypt;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;
mod verifier;

use std::fmt;
use std::str::FromStr;

use argon2::password_hash::phc::PasswordHash as PhcString;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use rand::Rng;
use rand::distr::Alphanumeric;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

pub use check::verify;
pub use verifier::{Busy, Verifier};

/// Cost of a new bcrypt hash when the setting names only `bcrypt`. Domain rule: OTOBO's default.
pub const DEFAULT_BCRYPT_COST: u32 = 12;

/// The least bcrypt cost we write. Domain rule: OTOBO raises anything lower to this.
pub const MIN_BCRYPT_COST: u32 = 9;

/// The highest bcrypt cost we write or check. OTOBO allows 31, but a check at 20 already takes about a minute, and
/// one stored text of cost 31 would keep a thread busy for days at every try.
pub const MAX_BCRYPT_COST: u32 = 20;

/// bcrypt reads no more than this many bytes of its key.
const BCRYPT_KEY_BYTES: usize = 72;

/// bcrypt's own order of the 64 characters.
const BCRYPT_BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::BCRYPT, NO_PAD);

/// How many characters of the login the salts of the MD5 formats hold, in bytes.
const MD5_SALT_BYTES: usize = 8;

/// The formats in which a new password can be stored. All but `Argon2id` are read by OTOBO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordHash {
    /// argon2id as a PHC string, 19 MiB, two passes, one lane.
    Argon2id,
    /// OTOBO's `BCRYPT:cost:salt:hash`.
    Bcrypt {
        /// Binary logarithm of the number of rounds; brought into 9 ..= 20 when a hash is written.
        cost: u32,
    },
    /// SHA-256 in hex without a salt, OTOBO's default.
    Sha2,
    /// SHA-512 in hex without a salt.
    Sha512,
    /// SHA-1 in hex without a salt.
    Sha1,
    /// Apache's variant of md5-crypt, the login as salt.
    Apr1,
    /// md5-crypt, the login as salt.
    Md5,
    /// Traditional DES crypt, the login as salt; only the first eight bytes of the password count.
    Crypt,
}

/// A setting named a format that does not exist or that we do not write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a password format: use `argon2id`, `bcrypt`, `sha2`, `sha512`, `sha1`, `apr1`, `md5` or `crypt`")]
pub struct UnknownFormat(String);

impl FromStr for PasswordHash {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // OTOBO takes an unknown name for sha2; a typing mistake must not weaken passwords silently.
        Ok(match text {
            "argon2id" => Self::Argon2id,
            "bcrypt" => Self::Bcrypt { cost: DEFAULT_BCRYPT_COST },
            "sha2" => Self::Sha2,
            "sha512" => Self::Sha512,
            "sha1" => Self::Sha1,
            "apr1" => Self::Apr1,
            "md5" => Self::Md5,
            "crypt" => Self::Crypt,
            other => return Err(UnknownFormat(other.to_owned())),
        })
    }
}

impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Argon2id => "argon2id",
            Self::Bcrypt { .. } => "bcrypt",
            Self::Sha2 => "sha2",
            Self::Sha512 => "sha512",
            Self::Sha1 => "sha1",
            Self::Apr1 => "apr1",
            Self::Md5 => "md5",
            Self::Crypt => "crypt",
        })
    }
}

/// The text to store for a password, with a fresh salt where the format has one of its own. The login is the one that
/// was typed; it is the salt of `crypt`, `md5` and `apr1` (domain rule: OTOBO's choice), a random one takes its place
/// where the login cannot be a salt. An empty password gives a text that [`verify`] never accepts.
///
/// Takes tens to hundreds of milliseconds for argon2id and bcrypt: in async code use [`Verifier::hash`].
///
/// # Panics
/// When the 19 MiB that argon2id needs cannot be had.
pub fn hash(kind: PasswordHash, login: &str, password: &str) -> String {
    match kind {
        PasswordHash::Argon2id => argon2id(password),
        PasswordHash::Bcrypt { cost } => {
            let cost = cost.clamp(MIN_BCRYPT_COST, MAX_BCRYPT_COST);
            bcrypt_text(cost, &random_text(16), password).expect("sixteen ASCII characters are a salt")
        }
        PasswordHash::Sha2 => hex(&Sha256::digest(password)),
        PasswordHash::Sha512 => hex(&Sha512::digest(password)),
        PasswordHash::Sha1 => hex(&Sha1::digest(password)),
        PasswordHash::Apr1 => md5_crypt::hash(md5_crypt::APR1, &md5_salt(md5_crypt::APR1, login), password),
        PasswordHash::Md5 => md5_crypt::hash(md5_crypt::MD5, &md5_salt(md5_crypt::MD5, login), password),
        PasswordHash::Crypt => des_crypt(login, password),
    }
}

/// Spends the time of one check of this form, or of argon2id where it is a fast one. For logins that do not exist, so that the time of the
/// answer does not tell them from logins that do.
pub fn burn(usual: PasswordHash) {
    let kind = if matches!(usual, PasswordHash::Bcrypt { .. }) { usual } else { PasswordHash::Argon2id };
    // Without this the compiler may drop work whose result nobody reads.
    std::hint::black_box(hash(kind, "nobody", "no password"));
}

/// A new password for somebody: 24 random characters of `A-Za-z0-9`, about 143 bits.
pub fn generate() -> String {
    random_text(24)
}

fn random_text(characters: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(characters).map(char::from).collect()
}

/// The OWASP minimum for argon2id, written out so that a new default of the library does not change it unseen.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are constants within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn argon2id(password: &str) -> String {
    let salt: [u8; 16] = rand::rng().random();
    let phc: PhcString =
        argon2().hash_password_with_salt(password.as_bytes(), &salt).expect("argon2id finds its 19 MiB of memory");
    phc.to_string()
}

/// OTOBO's form of bcrypt. The key is the password and a NUL, the sixteen bytes of the salt are taken as they are.
/// None when the salt has another length.
fn bcrypt_text(cost: u32, salt: &str, password: &str) -> Option<String> {
    let raw_salt: [u8; 16] = salt.as_bytes().try_into().ok()?;
    let mut key = password.as_bytes().to_vec();
    key.push(0);
    key.truncate(BCRYPT_KEY_BYTES);
    let digest = bcrypt::bcrypt(cost, raw_salt, &key);
    // bcrypt drops the last of its 24 bytes, by tradition.
    Some(format!("BCRYPT:{cost}:{salt}:{}", BCRYPT_BASE64.encode(&digest[..23])))
}

fn hex(digest: &[u8]) -> String {
    use fmt::Write;
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    })
}

/// The salt of the MD5 formats: the login without the format's own mark, up to a `$`, at most eight bytes. Cut between
/// characters where OTOBO cuts between bytes: both read the salt back from the stored text.
fn md5_salt(mark: &str, login: &str) -> String {
    let login = login.strip_prefix(mark).or_else(|| login.strip_prefix(md5_crypt::MD5)).unwrap_or(login);
    let login = login.split('$').next().unwrap_or_default();
    let salt = &login[..login.floor_char_boundary(MD5_SALT_BYTES)];
    // OTOBO finds the salt again only if it has one, and in one line of text.
    if salt.is_empty() || salt.contains(char::is_control) { random_text(MD5_SALT_BYTES) } else { salt.to_owned() }
}

/// DES crypt with the first two characters of the login, where they can be a salt. Where not, OTOBO stores `*0`, which
/// then lets everybody in.
fn des_crypt(login: &str, password: &str) -> String {
    let salt = match login.get(..2) {
        Some(salt) if check::is_crypt_text(salt) => salt.to_owned(),
        _ => random_text(2),
    };
    #[expect(deprecated, reason = "an OTOBO that is set to `crypt` reads nothing better")]
    let text = pwhash::unix_crypt::hash_with(&salt, password);
    text.expect("two characters of the crypt alphabet are a salt")
}
