//! Connections to a directory: opened when they are needed, kept for the next search, and thrown away after anything odd.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ldap3::{LdapConnAsync, LdapConnSettings, LdapError, LdapResult};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::search::{Answer, Question, ask};

/// How long a connection may lie idle: firewalls forget them without a word.
const MAX_IDLE: Duration = Duration::from_secs(60);

/// Why a directory gave no answer. No text holds a password.
#[derive(Debug, Error)]
pub enum Failure {
    /// The connection could not be made or broke.
    #[error("{0}")]
    Connection(String),
    /// The directory answered, but not with what was asked for.
    #[error("{0}")]
    Answer(String),
}

/// What a bind as a person came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bind {
    /// The password is right.
    Accepted,
    /// The password is wrong, or the directory does not let the person in.
    Refused,
}

/// Where a directory is and how it is spoken to.
pub struct Address {
    /// Its address.
    pub url: String,
    /// Timeouts and security.
    pub settings: LdapConnSettings,
    /// Who asks; `None` for nobody.
    pub bind: Option<(String, SecretString)>,
    /// How long one search may take, connecting included.
    pub timeout: Duration,
}

/// Connections to one directory.
pub struct Pool {
    address: Address,
    /// How many searches run at a time.
    searches: Semaphore,
    /// How many steps of sign-ins run at a time: searches for the entry, and binds.
    sign_ins: Semaphore,
    idle: Mutex<Vec<(Instant, ldap3::Ldap)>>,
    /// How many results of searches and binds arrived, whatever they say.
    answered: AtomicU64,
}

/// Result codes of a bind that say that this person does not get in: constraint, no such entry, no password there, credentials, access,
/// unwilling.
const REFUSALS: [u32; 6] = [19, 32, 48, 49, 50, 53];

impl Pool {
    /// No connection is opened yet.
    pub fn new(address: Address, max_connections: u32) -> Self {
        let most = max_connections as usize;
        Self {
            address,
            searches: Semaphore::new(most),
            sign_ins: Semaphore::new(most),
            idle: Mutex::default(),
            answered: AtomicU64::new(0),
        }
    }

    /// How many answers arrived since the start, see [`super::Ldap::answered`].
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Asks a question, once more on a fresh connection where a kept one turns out to be dead.
    pub async fn ask(&self, question: &Question<'_>) -> Result<Answer, Failure> {
        self.in_time(async {
            let turns = if question.is_sign_in { &self.sign_ins } else { &self.searches };
            let _permit = turns.acquire().await.map_err(closed)?;
            if let Some(kept) = self.take() {
                match self.ask_on(kept, question).await {
                    Err(Failure::Connection(_)) => {}
                    answer => return answer,
                }
            }
            let fresh = self.connect_and_bind().await?;
            self.ask_on(fresh, question).await
        })
        .await
    }

    /// The connection belongs to this future, so that it ends with it; only after an answer it goes back.
    async fn ask_on(&self, mut connection: ldap3::Ldap, question: &Question<'_>) -> Result<Answer, Failure> {
        let answer = ask(&mut connection, question, &self.answered).await?;
        self.lock().push((Instant::now(), connection));
        Ok(answer)
    }

    /// Tries a password on a connection that nothing else is done on.
    pub async fn bind_as(&self, dn: &str, password: &str) -> Result<Bind, Failure> {
        self.in_time(async {
            let _permit = self.sign_ins.acquire().await.map_err(closed)?;
            let mut connection = self.connect().await?;
            let result = self.bind(&mut connection, dn, password).await?;
            // It ends either way when it is dropped.
            let _ = connection.unbind().await;
            match result.rc {
                0 => Ok(Bind::Accepted),
                rc if REFUSALS.contains(&rc) => Ok(Bind::Refused),
                _ => Err(refused("a sign-in", &result)),
            }
        })
        .await
    }

    async fn connect_and_bind(&self) -> Result<ldap3::Ldap, Failure> {
        let mut connection = self.connect().await?;
        if let Some((dn, password)) = &self.address.bind {
            let result = self.bind(&mut connection, dn, password.expose_secret()).await?;
            if result.rc != 0 {
                return Err(refused(&format!("the bind as `{dn}`"), &result));
            }
        }
        Ok(connection)
    }

    async fn bind(&self, connection: &mut ldap3::Ldap, dn: &str, password: &str) -> Result<LdapResult, Failure> {
        let result = connection.simple_bind(dn, password).await.map_err(broken)?;
        self.answered.fetch_add(1, Ordering::Relaxed);
        Ok(result)
    }

    async fn connect(&self) -> Result<ldap3::Ldap, Failure> {
        let opened = LdapConnAsync::with_settings(self.address.settings.clone(), &self.address.url).await;
        let (driver, connection) = opened.map_err(broken)?;
        // It ends when the last handle of the connection is gone.
        tokio::spawn(async move {
            if let Err(error) = driver.drive().await {
                tracing::debug!(%error, "a connection to a directory broke");
            }
        });
        Ok(connection)
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let answer = tokio::time::timeout(self.address.timeout, work).await;
        answer.unwrap_or_else(|_| Err(Failure::Answer(format!("no answer within {:?}", self.address.timeout))))
    }

    /// A connection that is kept and looks alive.
    fn take(&self) -> Option<ldap3::Ldap> {
        let mut idle = self.lock();
        while let Some((since, mut connection)) = idle.pop() {
            if since.elapsed() < MAX_IDLE && !connection.is_closed() {
                return Some(connection);
            }
        }
        None
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, ldap3::Ldap)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A failure of the library, as text: its own form holds the request, and that of a bind holds a password.
pub fn broken(error: LdapError) -> Failure {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(deeper) = cause {
        let more = deeper.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = deeper.source();
    }
    Failure::Connection(text)
}

/// An answer that says no.
pub fn refused(what: &str, result: &LdapResult) -> Failure {
    Failure::Answer(format!("the directory refused {what}: {result}"))
}

fn closed(_: tokio::sync::AcquireError) -> Failure {
    Failure::Connection("the connections were closed".to_owned())
}
