//! The key file: private keys as PEM, each with the time from which it signs, and the secret that everything else is derived from. A file with
//! one key and no secret is good too, as other programs make it; then its key is the secret.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use rand::Rng;
use uuid::Uuid;

use super::key::{SigningKey, generate_pkcs8};

/// What stands before the time from which the next key signs.
const SIGNS_FROM: &str = "Signs from ";
const KEY: (&str, &str) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
const SECRET: (&str, &str) = ("-----BEGIN DESKGRAPH SECRET-----", "-----END DESKGRAPH SECRET-----");
/// The longest file that is read, in bytes: room for hundreds of keys.
const MAX_BYTES: u64 = 64 * 1024;

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
    /// There is no file yet and none can be made, or it cannot be replaced.
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
    /// The file has several keys and does not say what secrets are derived from.
    #[error("`{}` holds several keys and no secret: leave one in it, and make others with `deskgraph key rotate`", path.display())]
    NoSecret {
        /// The key file.
        path: PathBuf,
    },
    /// The secret is not the one that the server started with.
    #[error("`{}` holds another secret than at the start: its keys count when the server is started again", path.display())]
    OtherSecret {
        /// The key file.
        path: PathBuf,
    },
    /// There is no key of this name.
    #[error("there is no key `{id}`: `deskgraph key list` has their names")]
    Unknown {
        /// The name.
        id: String,
    },
    /// The only key cannot go.
    #[error("`{id}` is the only key: make another one first with `deskgraph key rotate`")]
    Last {
        /// The name.
        id: String,
    },
}

/// What a key file holds.
pub struct KeyFile {
    secret: Vec<u8>,
    keys: Vec<Entry>,
}

/// A key and how it is written.
type Entry = (SigningKey, Vec<u8>);

impl KeyFile {
    /// A new file with one key.
    pub(super) fn generate() -> Self {
        let secret: [u8; 32] = rand::rng().random();
        let mut file = Self { secret: secret.to_vec(), keys: Vec::new() };
        file.add(None);
        file
    }

    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::Read { path: path.to_owned(), source };
        let length = fs::metadata(path).map_err(failed)?.len();
        // A directory is told by reading it.
        if length > MAX_BYTES && path.is_file() {
            return Err(KeyError::Content { path: path.to_owned() });
        }
        let bytes = fs::read(path).map_err(failed)?;
        Self::parse(&String::from_utf8_lossy(&bytes), path)
    }

    /// Reads a file; a missing one is created first, readable by its owner only. Servers that start at the same time end up with the same keys.
    /// A file that others may read is used with a warning.
    pub(super) fn read_or_create(path: &Path) -> Result<Self, KeyError> {
        warn_if_open(path);
        match Self::read(path) {
            Err(KeyError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => {
                create(path).map_err(|source| KeyError::Create { path: path.to_owned(), source })?;
                // Read again in any case: what counts is the file of whoever came first.
                Self::read(path)
            }
            read => read,
        }
    }

    /// The keys and the secret in a text; `path` is for messages.
    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, KeyError> {
        let (keys, secret) = blocks(text).ok_or_else(|| KeyError::Content { path: path.to_owned() })?;
        let secret = match (secret, keys.as_slice()) {
            (_, []) => return Err(KeyError::Content { path: path.to_owned() }),
            (Some(secret), _) => secret,
            // From the seed and not from the file's bytes: the same key may be written in several ways.
            (None, [(only, _)]) => only.seed.clone(),
            (None, _) => return Err(KeyError::NoSecret { path: path.to_owned() }),
        };
        Ok(Self { secret, keys })
    }

    /// Adds a new key that signs from this time on and returns its name.
    pub fn add(&mut self, signs_from: Option<DateTime<Utc>>) -> String {
        let der = generate_pkcs8();
        let key = SigningKey::from_pkcs8(&der, signs_from).expect("a key that was just made is a key");
        let id = key.id().to_owned();
        self.keys.push((key, der));
        id
    }

    /// Takes a key away: its tokens are refused from then on.
    pub fn remove(&mut self, id: &str) -> Result<(), KeyError> {
        let position = self.keys.iter().position(|(key, _)| key.id() == id);
        let position = position.ok_or_else(|| KeyError::Unknown { id: id.to_owned() })?;
        if self.keys.len() == 1 {
            return Err(KeyError::Last { id: id.to_owned() });
        }
        self.keys.remove(position);
        Ok(())
    }

    /// The keys, in the order in which they sign.
    pub fn keys(&self) -> Vec<&SigningKey> {
        let mut keys: Vec<&SigningKey> = self.keys.iter().map(|(key, _)| key).collect();
        keys.sort_by_key(|key| key.signs_from());
        keys
    }

    /// The secret and the keys, in the order in which they sign.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<SigningKey>) {
        let mut keys: Vec<SigningKey> = self.keys.into_iter().map(|(key, _)| key).collect();
        keys.sort_by_key(SigningKey::signs_from);
        (self.secret, keys)
    }

    /// Puts this in the place of the file at once, so that nobody ever reads half of it. Owner and mode stay.
    pub fn replace(&self, path: &Path) -> Result<(), KeyError> {
        let replace = || {
            // The file itself and not a link to it.
            let path = fs::canonicalize(path)?;
            let draft = draft_path(&path)?;
            write_new(&draft, &self.text())?;
            let replaced = take_over(&path, &draft).and_then(|()| fs::rename(&draft, &path));
            if replaced.is_err() {
                fs::remove_file(&draft).ok();
            }
            replaced
        };
        replace().map_err(|source| KeyError::Create { path: path.to_owned(), source })
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (key, der) in &self.keys {
            if let Some(time) = key.signs_from() {
                text.push_str(&format!("{SIGNS_FROM}{}\n", time.to_rfc3339_opts(SecondsFormat::Secs, true)));
            }
            // The 48 bytes of a key fit into one line.
            text.push_str(&format!("{}\n{}\n{}\n", KEY.0, STANDARD.encode(der), KEY.1));
        }
        text.push_str(&format!("{}\n{}\n{}\n", SECRET.0, STANDARD.encode(&self.secret), SECRET.1));
        text
    }
}

/// The keys and the secret of a text; None where something in it is neither. Lines between the blocks are left alone, as PEM has it (RFC 7468,
/// section 2), but for those that say from when the next key signs.
fn blocks(text: &str) -> Option<(Vec<Entry>, Option<Vec<u8>>)> {
    let (mut keys, mut secret, mut signs_from) = (Vec::new(), None, None);
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let mut block = |end: &str| {
            let mut base64 = String::new();
            loop {
                match lines.next()? {
                    line if line == end => return STANDARD.decode(base64).ok(),
                    line => base64.push_str(line),
                }
            }
        };
        if let Some(time) = line.strip_prefix(SIGNS_FROM) {
            signs_from = Some(DateTime::parse_from_rfc3339(time).ok()?.to_utc());
        } else if line == KEY.0 {
            let der = block(KEY.1)?;
            keys.push((SigningKey::from_pkcs8(&der, signs_from.take())?, der));
        } else if line == SECRET.0 {
            secret = Some(block(SECRET.1).filter(|secret| secret.len() == 32)?);
        }
    }
    Some((keys, secret))
}

/// Puts a new key file at this path unless somebody else is faster. Written under another name and then linked, so that
/// nobody ever reads half a key.
fn create(path: &Path) -> io::Result<()> {
    let text = KeyFile::generate().text();
    let draft = draft_path(path)?;
    let outcome = write_new(&draft, &text).and_then(|()| match fs::hard_link(&draft, path) {
        // Some file systems have no links; then two first starts at the same moment have to do without.
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => write_new(path, &text),
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

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Gives the draft the owner and the mode of the file, so that the server can read what an administrator has written.
#[cfg(unix)]
fn take_over(path: &Path, draft: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let (before, now) = (fs::metadata(path)?, fs::metadata(draft)?);
    if (before.uid(), before.gid()) != (now.uid(), now.gid()) {
        std::os::unix::fs::chown(draft, Some(before.uid()), Some(before.gid()))?;
    }
    fs::set_permissions(draft, before.permissions())
}

#[cfg(not(unix))]
fn take_over(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
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
