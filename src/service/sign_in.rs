//! Signing in with a password. The first data source that knows a login decides, and nobody becomes anybody else than whom it let in.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::auth::secret::RefreshToken;
use crate::domain::account::{Account, Realm};
use crate::domain::record::RecordKind;
use crate::domain::viewer::Viewer;
use crate::domain::violation::{Violation, ViolationCode};
use crate::source::Sources;
use crate::source::sign_in::Verdict;
use crate::store::Store;
use crate::store::credential::Credential;
use crate::store::sign_in::PreferenceOwner;

use super::Outcome;
use super::session::{MAX_CREDENTIAL, Sessions, Welcome, busy};

/// How long it takes at least to be refused: whether a login is known, where, and in which form its password is stored must not be told by the
/// time.
const REFUSAL_TAKES: Duration = Duration::from_millis(500);

/// What is known of a login and password.
enum Known {
    /// They are right.
    As {
        /// The account in the spelling of its source.
        account: Account,
        /// The source that let it in; `None` for the main database.
        source: Option<Arc<str>>,
        /// What the main database stores for it, where it is that which let it in.
        credential: Option<Credential>,
    },
    /// The login is known, but the password is wrong.
    Refused,
    /// Nobody has the login.
    Nowhere,
}

impl Sessions {
    /// Checks a password and begins a session. In the main database the login must be spelled as stored; an unknown one takes as long as a
    /// wrong password. `address` is where the request comes from; `None` where that is not known.
    pub async fn sign_in(
        &self,
        store: &Store,
        account: &Account,
        password: &str,
        address: Option<IpAddr>,
    ) -> Outcome<Welcome> {
        let audit = Audit { store, realm: account.realm, address, by: "login" };
        if account.login.len().max(password.len()) > MAX_CREDENTIAL || account.login.contains('\0') {
            audit.note("refused", None);
            return Err(bad_credentials().into());
        }
        let attempt = self.throttle.attempt(store, account, address, &["login"]).await;
        let attempt = attempt.inspect_err(|_| audit.note("throttled", None))?;
        let began = Instant::now();
        let sources = self.sources_of(store);
        let asks_directories = account.realm == Realm::Customer && sources.has_directories();
        let known = if asks_directories {
            self.known_anywhere(store, &sources, &account.login, password).await
        } else {
            self.known_in_main(store, account.clone(), password).await
        };
        let known = known.inspect_err(|_| audit.note("failed", None))?;
        // What was typed for a login that does not exist may be a password.
        let login = (!matches!(known, Known::Nowhere)).then_some(account.login.as_str());
        if let Some(welcome) = self.let_in(store, known).await? {
            self.throttle.was_right(store, &attempt).await;
            audit.note("accepted", Some(welcome.caller.viewer.login()));
            return Ok(welcome);
        }
        audit.note("refused", login);
        tokio::time::sleep_until(began + REFUSAL_TAKES).await;
        let down_directory = sources.directory_down().filter(|_| asks_directories);
        Err(down_directory.map_or_else(bad_credentials, down).into())
    }

    /// Begins a session for someone whose password is right; `None` for anybody else.
    async fn let_in(&self, store: &Store, known: Known) -> Outcome<Option<Welcome>> {
        let Known::As { account, source, credential } = known else { return Ok(None) };
        let Some(viewer) = self.find_viewer(store, &account).await? else { return Ok(None) };
        if viewer.source() != source.as_ref() {
            // Another source answers for the login, but its password was not asked for.
            return Ok(None);
        }
        let stamp = self.stamp_of(&viewer, credential.as_ref());
        if !store.has_own_tables() {
            return Ok(Some(self.welcome(store, viewer, &stamp, None)?));
        }
        let refresh_token = RefreshToken::generate();
        let session = self.begin(store, viewer.account(), &stamp, &refresh_token).await?;
        note_sign_in(store, &viewer, credential.as_ref()).await;
        Ok(Some(self.welcome(store, viewer, &stamp, Some((session, refresh_token)))?))
    }

    /// What the main database says of a login and password.
    async fn known_in_main(&self, store: &Store, account: Account, password: &str) -> Outcome<Known> {
        let credential = store.credential(&account).await?;
        let stored = credential.as_ref().and_then(|credential| credential.password.as_deref());
        let verified = self.passwords.verify(stored, &account.login, password, self.rules.accept_plain).await;
        let is_right = verified.map_err(|_| busy(&["login"]))?;
        Ok(match (is_right, credential) {
            (true, credential) => Known::As { account, source: None, credential },
            (false, Some(credential)) => {
                note_wrong_password(store, &account, &credential);
                Known::Refused
            }
            (false, None) => Known::Nowhere,
        })
    }

    /// What the first source says that knows a customer user's login.
    async fn known_anywhere(&self, store: &Store, sources: &Sources, login: &str, password: &str) -> Outcome<Known> {
        match sources.authenticate(true, login, password).await? {
            Verdict::Unknown => {}
            decided => return Ok(decided.into()),
        }
        match self.known_in_main(store, Account::new(Realm::Customer, login), password).await? {
            Known::Nowhere => {}
            decided => return Ok(decided),
        }
        // The main database may know the login in another spelling: nobody gets in as its owner from elsewhere.
        if sources.is_in_main(RecordKind::CustomerUser, login).await? {
            return Ok(Known::Refused);
        }
        Ok(sources.authenticate(false, login, password).await?.into())
    }
}

impl From<Verdict> for Known {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Unknown => Self::Nowhere,
            Verdict::Refused => Self::Refused,
            Verdict::Accepted { login, source } => {
                Self::As { account: Account::new(Realm::Customer, login), source: Some(source), credential: None }
            }
        }
    }
}

/// What the log says of a password that was tried. Neither passwords nor tokens get here.
pub(super) struct Audit<'a> {
    pub(super) store: &'a Store,
    pub(super) realm: Realm,
    pub(super) address: Option<IpAddr>,
    /// The mutation that it was tried by.
    pub(super) by: &'static str,
}

impl Audit<'_> {
    pub(super) fn note(&self, outcome: &'static str, login: Option<&str>) {
        self.store.database().metrics.login(self.realm.as_str(), outcome);
        tracing::info!(
            target: "deskgraph::sign_in",
            request_id = self.store.request_id(),
            outcome,
            by = self.by,
            realm = %self.realm,
            login = login.unwrap_or("-"),
            address = self.address.map(tracing::field::display),
            "sign-in"
        );
    }
}

/// Notes a sign-in; that it cannot be noted does not keep anybody out.
async fn note_sign_in(store: &Store, viewer: &Viewer, credential: Option<&Credential>) {
    // Customer users have their preferences by login, also those without a record in the main database.
    let id = credential.map_or(0, |credential| credential.id);
    if let Err(error) = store.note_sign_in(&PreferenceOwner::new(&viewer.account(), id)).await {
        tracing::warn!(?error, "a sign-in could not be noted in the preferences");
    }
}

/// Counts a wrong password behind the back of the request: its time must not tell that the login exists.
fn note_wrong_password(store: &Store, account: &Account, credential: &Credential) {
    if !store.has_own_tables() {
        return;
    }
    let (store, owner) = (store.clone(), PreferenceOwner::new(account, credential.id));
    tokio::spawn(async move {
        if let Err(error) = store.note_wrong_password(&owner).await {
            tracing::warn!(?error, "a wrong password could not be counted in the preferences");
        }
    });
}

fn bad_credentials() -> Violation {
    let message = "Login and password do not fit together, or the account may not sign in.";
    Violation::new(ViolationCode::BadCredentials, &["login"], message)
}

/// A directory does not answer. That is said to whoever cannot be let in: otherwise it would tell who is not in the main database.
fn down(source: &str) -> Violation {
    let message = format!(
        "Login and password do not fit together, or the account is kept in `{source}`, which does not answer at the moment: try again later."
    );
    Violation::new(ViolationCode::SourceUnavailable, &["login"], message)
}
