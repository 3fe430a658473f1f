//! The key that signs our tokens: read from its file or made on the first start. Also the place of secrets that have to
//! outlive a restart, because they are derived from the same file.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is there and cannot be read.
    #[error("the key file `{}` cannot be read: give the server the right to read it", path.display())]
    Read {
        /// The key file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is no file yet and none can be made.
    #[error("the key file `{}` cannot be created: make its directory writable or name another file", path.display())]
    Create {
        /// The key file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("`{}` holds no Ed25519 key (PKCS#8, PEM): name another key file, or remove it for a new key", path.display())]
    Content {
        /// The key file.
        path: PathBuf,
    },
}

/// An Ed25519 key pair and what follows from it. `Debug` shows only its public name.
pub struct Keys {
    signing: EncodingKey,
    checking: DecodingKey,
    deriving: hmac::Key,
    public: String,
    id: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Keys {
    /// The key in this file (PKCS#8, PEM). A missing file is created first, readable by its owner only; servers that
    /// start at the same time end up with the same key. A file that others may read is used with a warning.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        match fs::read(path) {
            Ok(pem) => Self::from_file(path, &pem),
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                create(path).map_err(|source| KeyError::Create { path: path.to_owned(), source })?;
                // Read again in any case: what counts is the key of whoever came first.
                let pem = fs::read(path).map_err(|source| KeyError::Read { path: path.to_owned(), source })?;
                Self::from_file(path, &pem)
            }
            Err(source) => Err(KeyError::Read { path: path.to_owned(), source }),
        }
    }

    /// A key that is gone when the process ends.
    ///
    /// # Panics
    /// When the system has no random numbers.
    pub fn generate_in_memory() -> Self {
        Self::from_pem(new_pem().as_bytes()).expect("a key that was just made is a key")
    }

    /// The public key as a JWK set (RFC 7517), for whoever wants to verify our tokens.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "x": self.public, "kid": self.id, "use": "sig", "alg": "EdDSA",
        }] })
    }

    /// A secret that depends on the key file and on what it is for, the same after every restart. Nothing about the
    /// key or about secrets for other purposes follows from it.
    pub fn secret(&self, purpose: &str) -> [u8; 32] {
        let tag = hmac::sign(&self.deriving, format!("deskgraph secret: {purpose}").as_bytes());
        tag.as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
    }

    /// The thumbprint of the public key, which names it in tokens as `kid`.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn signing(&self) -> &EncodingKey {
        &self.signing
    }

    pub(super) fn checking(&self) -> &DecodingKey {
        &self.checking
    }

    fn from_file(path: &Path, pem: &[u8]) -> Result<Self, KeyError> {
        warn_if_open(path);
        Self::from_pem(pem).ok_or_else(|| KeyError::Content { path: path.to_owned() })
    }

    /// None when the text is not the PEM of an Ed25519 private key.
    fn from_pem(pem: &[u8]) -> Option<Self> {
        let signing = EncodingKey::from_ed_pem(pem).ok()?;
        let pair = Ed25519KeyPair::from_pkcs8(signing.as_bytes()).ok()?;
        let seed = pair.seed().ok()?.as_be_bytes().ok()?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key());
        Some(Self {
            signing,
            checking: DecodingKey::from_ed_der(pair.public_key().as_ref()),
            // From the seed and not from the file's bytes: the same key may be written in several ways.
            deriving: hmac::Key::new(hmac::HMAC_SHA256, seed.as_ref()),
            id: thumbprint(&public),
            public,
        })
    }
}

/// RFC 7638: the digest of the required members in alphabetical order, without blanks.
fn thumbprint(public: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#)))
}

fn new_pem() -> String {
    // Version 1 of PKCS#8, because OpenSSL and others cannot read version 2. Its 48 bytes fit into one line.
    let der = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).expect("the system has random numbers");
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

/// Puts a new key at this path unless somebody else is faster. Written under another name and then linked, so that
/// nobody ever reads half a key.
fn create(path: &Path) -> io::Result<()> {
    let pem = new_pem();
    let draft = draft_path(path)?;
    let outcome = write_new(&draft, &pem).and_then(|()| match fs::hard_link(&draft, path) {
        // Some file systems have no links; then two first starts at the same moment have to do without.
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => write_new(path, &pem),
        linked => linked,
    });
    // It may not exist; and a draft that stays behind does no harm, its key is used only where it was linked.
    fs::remove_file(&draft).ok();
    match outcome {
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn draft_path(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_owned();
    name.push(format!(".{}.new", Uuid::new_v4()));
    Ok(path.with_file_name(name))
}

fn write_new(path: &Path, pem: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()
}

/// A warning only: where the file is mounted by a container or a secret store, its mode may be out of our reach.
#[cfg(unix)]
fn warn_if_open(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "others can read the key file: set its mode to 0600");
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path) {}

#[cfg(test)]
mod tests {
    use std::thread;

    use rstest::rstest;

    use super::*;

    fn load(path: &Path) -> Keys {
        Keys::load_or_create(path).expect("a key")
    }

    /// The example of RFC 8037, appendix A.3.
    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        assert_eq!(thumbprint(public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    /// The example of RFC 8410, section 10.3, which is also the form of OpenSSL.
    #[test]
    fn a_key_made_elsewhere_can_be_used() {
        let pem = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                   -----END PRIVATE KEY-----\n";
        let keys = Keys::from_pem(pem.as_bytes()).expect("a key");
        assert_eq!(keys.jwks()["keys"][0]["x"], "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_key_file_is_for_its_owner_only_and_nothing_lies_beside_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("test.key");
        load(&path);
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(directory.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn servers_that_start_at_the_same_time_agree_on_the_key() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("test.key");
        let names: Vec<String> = thread::scope(|scope| {
            let starts: Vec<_> = (0..16).map(|_| scope.spawn(|| load(&path).id().to_owned())).collect();
            starts.into_iter().map(|start| start.join().expect("a key")).collect()
        });
        assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
    }

    #[test]
    fn derived_secrets_differ_by_purpose_and_by_key() {
        let (one, other) = (Keys::generate_in_memory(), Keys::generate_in_memory());
        assert_eq!(one.secret("rows"), one.secret("rows"));
        assert_ne!(one.secret("rows"), one.secret("cursors"));
        assert_ne!(one.secret("rows"), other.secret("rows"));
    }

    #[rstest]
    #[case("")]
    #[case("secret")]
    #[case("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    fn a_file_that_holds_no_key_is_refused_and_left_alone(#[case] content: &str) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("test.key");
        std::fs::write(&path, content).expect("a file");
        let failure = Keys::load_or_create(&path).expect_err("not a key");
        assert!(matches!(failure, KeyError::Content { .. }), "{failure}");
        assert!(failure.to_string().contains("test.key"), "{failure}");
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), content);
    }

    #[test]
    fn a_key_file_in_a_directory_that_does_not_exist_cannot_be_created() {
        let directory = tempfile::tempdir().expect("a directory");
        let failure = Keys::load_or_create(&directory.path().join("nowhere/test.key")).expect_err("no directory");
        assert!(matches!(failure, KeyError::Create { .. }), "{failure}");
    }

    #[test]
    fn a_directory_is_not_a_key_file() {
        let directory = tempfile::tempdir().expect("a directory");
        let failure = Keys::load_or_create(directory.path()).expect_err("a directory");
        assert!(matches!(failure, KeyError::Read { .. }), "{failure}");
    }
}
