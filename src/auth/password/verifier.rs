//! Password work for async code: off the runtime's threads, and only as much at once as the machine can bear.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::task;
use tokio::time::timeout;

use super::{PasswordHash, burn, check, hash, verify};

/// How long a request waits for its turn before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many requests wait for each turn at most: what is done of them within that patience, at some 25 ms for argon2id.
const WAITING_PER_TURN: usize = 100;

/// Too many passwords are being worked on: the answer to the person is to try again a little later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked, try again in a few seconds")]
pub struct Busy;

/// Checks and hashes passwords on threads that may block, a limited number at a time. Cloning shares the limit.
#[derive(Clone, Debug)]
pub struct Verifier {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    patience: Duration,
    usual: PasswordHash,
}

impl Verifier {
    /// Twice as many at a time as the machine has cores, so that the memory for argon2id stays bounded. Whoever has
    /// waited for five seconds is refused, and at once where too many wait already. `usual` is the form that most passwords have.
    pub fn new(usual: PasswordHash) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { usual, ..Self::with_limits(cores * 2, cores * 2 * WAITING_PER_TURN, PATIENCE) }
    }

    /// `at_once` checks at the same time; `waiting` others wait for `patience` at most.
    pub fn with_limits(at_once: usize, waiting: usize, patience: Duration) -> Self {
        let places = Arc::new(Semaphore::new(at_once + waiting));
        Self { turns: Arc::new(Semaphore::new(at_once)), places, patience, usual: PasswordHash::Argon2id }
    }

    /// Whether the password is right, as [`verify`] says. `stored` is None for a login that does not exist or has no
    /// password: the answer is false, and takes as long as that for a wrong password. [`Busy`] after a vain wait.
    pub async fn verify(
        &self,
        stored: Option<&str>,
        login: &str,
        password: &str,
        accept_plain: bool,
    ) -> Result<bool, Busy> {
        let stored = stored.unwrap_or_default().to_owned();
        let login = login.to_owned();
        let (password, usual) = (SecretString::from(password), self.usual);
        self.run(move || {
            let right = verify(&stored, &login, password.expose_secret(), accept_plain);
            // A refusal after a microsecond would tell which logins exist with an old and fast format.
            if !right && !check::is_slow(&stored) {
                burn(usual);
            }
            right
        })
        .await
    }

    /// The text to store for a new password, as [`hash`] makes it. [`Busy`] after a vain wait.
    pub async fn hash(&self, kind: PasswordHash, login: &str, password: &str) -> Result<String, Busy> {
        let login = login.to_owned();
        let password = SecretString::from(password);
        self.run(move || hash(kind, &login, password.expose_secret())).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let Ok(_place) = self.places.try_acquire() else { return Err(Busy) };
        let turn = timeout(self.patience, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Busy) };
        let outcome = task::spawn_blocking(move || {
            // Goes along with the work: a caller who hangs up does not free a turn that is still in use.
            let _turn = turn;
            work()
        });
        outcome.await.map_err(|failure| match failure.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being stopped.
            Err(_) => Busy,
        })
    }
}
