//! Changing the own password. It ends every other session of the account and all its API tokens.

use std::net::IpAddr;

use crate::domain::account::{Account, Realm};
use crate::domain::caller::{Caller, Means};
use crate::domain::change::{ChangeKind, EntityType, FieldChange, NewChange};
use crate::domain::violation::{Violation, ViolationCode};
use crate::store::Store;
use crate::store::sign_in::PreferenceOwner;

use super::elsewhere::read_only;
use super::session::{MAX_CREDENTIAL, Sessions, busy};
use super::sign_in::Audit;
use super::{Outcome, none_of};

impl Sessions {
    /// Gives the person who asks a new password. The present session goes on with its refresh token; all other access of the account ends,
    /// and so does the access token at hand, which names the old password.
    /// Wrong current passwords count as those of signing in do; `address` is where the request comes from.
    pub async fn change_password(
        &self,
        store: &Store,
        caller: &Caller,
        (current, new): (&str, &str),
        address: Option<IpAddr>,
    ) -> Outcome<()> {
        store.require_own_tables()?;
        let account = caller.viewer.account();
        if let Some(source) = caller.viewer.source() {
            return Err(read_only(&["new"], source).into());
        }
        let mut violations = self.rules.passwords.check(current, new, &["new"]);
        let audit = Audit { store, realm: account.realm, address, by: "passwordChange" };
        let login = Some(account.login.as_str());
        let attempt = self.throttle.attempt(store, &account, address, &["current"]).await;
        let attempt = attempt.inspect_err(|_| audit.note("throttled", login))?;
        let verified = self.verified_password(store, &account, current).await;
        let verified = verified.inspect_err(|_| audit.note("failed", login))?;
        audit.note(if verified.is_some() { "accepted" } else { "refused" }, login);
        if verified.is_some() {
            self.throttle.was_right(store, &attempt).await;
        }
        if verified.is_none() {
            violations.insert(0, wrong_password());
        }
        none_of(violations)?;
        let hashed = self.passwords.hash(self.rules.password_hash, &account.login, new).await;
        let hashed = hashed.map_err(|_| busy(&["new"]))?;

        let mut transaction = store.begin(&caller.viewer).await?;
        let credential = transaction.credential_to_change(&account).await?;
        // Somebody else may have changed it while the hashes were made.
        let Some(credential) = credential.filter(|credential| credential.password == verified) else {
            return Err(wrong_password().into());
        };
        transaction.set_password(account.realm, credential.id, &hashed, caller.viewer.acting_agent()).await?;
        transaction.note_password_change(&PreferenceOwner::new(&account, credential.id)).await?;
        self.end_other_access(&transaction, caller, &account, &hashed).await?;
        transaction.log(change(&account));
        transaction.commit().await?;
        self.forget(store);
        Ok(())
    }

    /// The stored password, if `password` is the one behind it; `None` where it is wrong.
    async fn verified_password(&self, store: &Store, account: &Account, password: &str) -> Outcome<Option<String>> {
        if password.len() > MAX_CREDENTIAL {
            return Ok(None);
        }
        let stored = store.credential(account).await?.and_then(|credential| credential.password);
        let verify = self.passwords.verify(stored.as_deref(), &account.login, password, self.rules.accept_plain);
        let is_right = verify.await.map_err(|_| busy(&["current"]))?;
        Ok(stored.filter(|_| is_right))
    }

    async fn end_other_access(&self, store: &Store, caller: &Caller, account: &Account, hashed: &str) -> Outcome<()> {
        let present = match &caller.means {
            Means::Session(id) => Some(id.as_str()),
            Means::Token | Means::Issuer | Means::ApiToken { .. } => None,
        };
        store.end_sessions(account, present).await?;
        if let Some(id) = present {
            store.restamp_session(id, &self.stamps.of(Some(hashed))).await?;
        }
        Ok(store.remove_api_tokens(account).await?)
    }
}

fn change(account: &Account) -> NewChange {
    let entity = match account.realm {
        Realm::Agent => EntityType::Agent,
        Realm::Customer => EntityType::CustomerUser,
    };
    NewChange {
        kind: ChangeKind::PasswordChanged,
        entity,
        key: account.login.clone(),
        fields: vec![FieldChange::new("password", None, None)],
    }
}

fn wrong_password() -> Violation {
    let message = "This is not the current password: check it, also for capitals.";
    Violation::new(ViolationCode::BadCredentials, &["current"], message)
}
