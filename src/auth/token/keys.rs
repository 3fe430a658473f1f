//! The keys in use: the newest one signs, all of them verify. Also the place of secrets that have to outlive a restart, because they are derived
//! from the same file.
//!
//! The file may change while the server runs. A new key is published at once and signs a little later, when every server has read it; the secret
//! stays what it was, so that sessions, API tokens and versions outlive each key.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::key::SigningKey;
use super::key_file::{KeyError, KeyFile};

/// How often the file is looked at.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(5);

/// The keys of one file. `Debug` shows only their public names.
pub struct Keys {
    path: Option<PathBuf>,
    secret: Vec<u8>,
    deriving: hmac::Key,
    ring: RwLock<Ring>,
}

/// The keys in the order in which they sign; never empty.
type Ring = Arc<[Arc<SigningKey>]>;

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("ring", &self.ring()).finish_non_exhaustive()
    }
}

impl Keys {
    /// The keys in this file (PKCS#8, PEM). A missing file is created first, readable by its owner only; servers that
    /// start at the same time end up with the same key. A file that others may read is used with a warning.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        Ok(Self::new(KeyFile::read_or_create(path)?, Some(path.to_owned())))
    }

    /// A key that is gone when the process ends.
    ///
    /// # Panics
    /// When the system has no random numbers.
    pub fn generate_in_memory() -> Self {
        Self::new(KeyFile::generate(), None)
    }

    pub(super) fn new(file: KeyFile, path: Option<PathBuf>) -> Self {
        let (secret, keys) = file.into_parts();
        let deriving = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        Self { path, secret, deriving, ring: RwLock::new(keys.into_iter().map(Arc::new).collect()) }
    }

    /// The public keys as a JWK set (RFC 7517), for whoever wants to verify our tokens.
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.ring().iter().map(|key| key.jwk()).collect::<Vec<_>>() })
    }

    /// A secret that depends on the key file and on what it is for, the same after every restart and with every key. Nothing about the
    /// file or about secrets for other purposes follows from it.
    pub fn secret(&self, purpose: &str) -> [u8; 32] {
        let tag = hmac::sign(&self.deriving, format!("deskgraph secret: {purpose}").as_bytes());
        tag.as_ref().try_into().expect("HMAC-SHA-256 has 32 bytes")
    }

    /// The key that signs at this time: the newest whose time has come, or else the first of all.
    pub fn signing(&self, now: DateTime<Utc>) -> Arc<SigningKey> {
        let ring = self.ring();
        let newest = ring.iter().rev().find(|key| key.signs_from().is_none_or(|time| time <= now));
        Arc::clone(newest.unwrap_or(&ring[0]))
    }

    /// The key of this name; None for one that is not ours, or not any more.
    pub(super) fn named(&self, id: &str) -> Option<Arc<SigningKey>> {
        self.ring().iter().find(|key| key.id() == id).map(Arc::clone)
    }

    /// Reads the file again; true where other keys are in it than before. An error leaves everything as it was.
    pub fn reload(&self) -> Result<bool, KeyError> {
        let Some(path) = &self.path else { return Ok(false) };
        let (secret, keys) = KeyFile::read(path)?.into_parts();
        if verify_slices_are_equal(&secret, &self.secret).is_err() {
            return Err(KeyError::OtherSecret { path: path.clone() });
        }
        let new: Ring = keys.into_iter().map(Arc::new).collect();
        let about = |ring: &Ring| ring.iter().map(|key| (key.id().to_owned(), key.signs_from())).collect::<Vec<_>>();
        let is_other = about(&new) != about(&self.ring());
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(is_other)
    }

    /// Goes on reading the file every few seconds for as long as this is awaited. What is wrong is logged once.
    pub async fn follow(self: Arc<Self>) {
        let mut failed = None;
        loop {
            tokio::time::sleep(LOOKED_AT_EVERY).await;
            let keys = Arc::clone(&self);
            let Ok(read) = tokio::task::spawn_blocking(move || keys.reload()).await else { return };
            let failure = read.as_ref().err().map(ToString::to_string);
            if let Some(text) = failure.as_ref().filter(|text| failed.as_ref() != Some(*text)) {
                tracing::warn!(error = text, "the signing keys stay as they were");
            }
            if matches!(read, Ok(true)) {
                tracing::info!(keys = ?self.ring(), "the key file has changed");
            }
            failed = failure;
        }
    }

    fn ring(&self) -> Ring {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use chrono::TimeDelta;
    use rstest::rstest;

    use super::*;

    fn load(path: &Path) -> Keys {
        Keys::load_or_create(path).expect("a key")
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000_000, 0).expect("a time")
    }

    fn names(keys: &Keys) -> Vec<String> {
        keys.ring().iter().map(|key| key.id().to_owned()).collect()
    }

    /// The example of RFC 8410, section 10.3, which is also the form of OpenSSL.
    const MADE_ELSEWHERE: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
        -----END PRIVATE KEY-----\n";

    /// A key file in a directory of its own with this content, or one that is made.
    fn file(content: Option<&str>) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("test.key");
        match content {
            Some(content) => std::fs::write(&path, content).expect("a file"),
            None => drop(load(&path)),
        }
        (directory, path)
    }

    fn change(path: &Path, change: impl FnOnce(&mut KeyFile)) {
        let mut file = KeyFile::read(path).expect("a key file");
        change(&mut file);
        file.replace(path).expect("it can be replaced");
    }

    #[test]
    fn a_key_made_elsewhere_can_be_used() {
        let (_directory, path) = file(Some(MADE_ELSEWHERE));
        assert_eq!(load(&path).jwks()["keys"][0]["x"], "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
    }

    #[rstest]
    #[case::made_elsewhere(Some(MADE_ELSEWHERE))]
    #[case::made_here(None)]
    fn secrets_outlive_every_key(#[case] content: Option<&str>) {
        let (_directory, path) = file(content);
        let keys = load(&path);
        let (secret, first) = (keys.secret("rows"), names(&keys).remove(0));
        change(&path, |file| drop(file.add(Some(now()))));
        assert_eq!(load(&path).secret("rows"), secret);
        change(&path, |file| file.remove(&first).expect("another one is there"));
        assert_eq!(load(&path).secret("rows"), secret);
        assert!(!names(&load(&path)).contains(&first));
    }

    #[test]
    fn a_new_key_is_published_at_once_and_signs_when_its_time_has_come() {
        let (_directory, path) = file(None);
        let keys = load(&path);
        let first = names(&keys).remove(0);
        let mut second = String::new();
        change(&path, |file| second = file.add(Some(now() + TimeDelta::minutes(1))));
        assert!(keys.named(&second).is_none());
        assert!(keys.reload().expect("it can be read") && !keys.reload().expect("it can be read"));
        assert_eq!(names(&keys), [first.clone(), second.clone()]);
        assert_eq!(keys.jwks()["keys"][1]["kid"], second.as_str());
        assert_eq!(keys.signing(now() + TimeDelta::seconds(59)).id(), first);
        assert_eq!(keys.signing(now() + TimeDelta::seconds(60)).id(), second);
        // Where there is no other, nobody has to wait.
        change(&path, |file| file.remove(&first).expect("another one is there"));
        assert!(keys.reload().expect("it can be read"));
        assert_eq!(keys.signing(now()).id(), second);
        assert!(keys.named(&first).is_none());
    }

    #[test]
    fn a_file_that_cannot_be_used_any_more_changes_nothing() {
        let (_directory, path) = file(None);
        let (keys, before) = (load(&path), names(&load(&path)));
        for content in ["", "nonsense", MADE_ELSEWHERE] {
            std::fs::write(&path, content).expect("a file");
            assert!(keys.reload().is_err(), "{content}");
            assert_eq!(names(&keys), before);
        }
        std::fs::remove_file(&path).expect("the file was there");
        assert!(matches!(keys.reload(), Err(KeyError::Read { .. })));
        assert_eq!(names(&keys), before);
    }

    #[test]
    fn the_last_key_stays_and_strangers_are_told() {
        let mut file = KeyFile::generate();
        let only = file.keys()[0].id().to_owned();
        assert!(matches!(file.remove(&only), Err(KeyError::Last { .. })));
        assert!(matches!(file.remove("nobody"), Err(KeyError::Unknown { .. })));
    }

    #[test]
    fn several_keys_need_the_secret() {
        let two = format!("{MADE_ELSEWHERE}{}", generate_pem());
        assert!(matches!(KeyFile::parse(&two, Path::new("two")), Err(KeyError::NoSecret { .. })));
    }

    fn generate_pem() -> String {
        use base64::Engine;
        let der = super::super::key::generate_pkcs8();
        let base64 = base64::engine::general_purpose::STANDARD.encode(der);
        format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n")
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_is_for_its_owner_only_and_nothing_lies_beside_it() {
        use std::os::unix::fs::PermissionsExt;
        let (directory, path) = file(None);
        let mode = || std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        change(&path, |file| drop(file.add(None)));
        assert_eq!(mode(), 0o600);
        assert_eq!(std::fs::read_dir(directory.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn servers_that_start_at_the_same_time_agree_on_the_key() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("test.key");
        let names: Vec<Vec<String>> = thread::scope(|scope| {
            let starts: Vec<_> = (0..16).map(|_| scope.spawn(|| names(&load(&path)))).collect();
            starts.into_iter().map(|start| start.join().expect("a key")).collect()
        });
        assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
    }

    #[test]
    fn derived_secrets_differ_by_purpose_and_by_file() {
        let (one, other) = (Keys::generate_in_memory(), Keys::generate_in_memory());
        assert_eq!(one.secret("rows"), one.secret("rows"));
        assert_ne!(one.secret("rows"), one.secret("cursors"));
        assert_ne!(one.secret("rows"), other.secret("rows"));
    }

    #[rstest]
    #[case("")]
    #[case("secret")]
    #[case("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    #[case("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n")]
    #[case("-----BEGIN DESKGRAPH SECRET-----\nAAAA\n-----END DESKGRAPH SECRET-----\n")]
    #[case("Signs from tomorrow\n")]
    fn a_file_that_holds_no_key_is_refused_and_left_alone(#[case] content: &str) {
        let (_directory, path) = file(Some(content));
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
