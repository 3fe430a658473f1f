//! The sessions that open sockets belong to. One that ends, on whatever server, ends its sockets here within seconds, though nothing happens on
//! them; many sockets cost a few statements together.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::store::Database;
use crate::store::Store;

use super::end::End;

/// How often it is asked which sessions are still there.
const PAUSE: Duration = Duration::from_secs(4);

/// The sockets of each session, by number.
type Sockets = HashMap<String, HashMap<u64, mpsc::Sender<End>>>;

/// The sessions of open sockets.
#[derive(Default)]
pub struct Sessions(Mutex<State>);

#[derive(Default)]
struct State {
    sockets: Sockets,
    next: u64,
    is_watched: bool,
}

/// A socket that belongs to a session for as long as this is kept.
pub struct Member {
    sessions: Arc<Sessions>,
    session: String,
    number: u64,
}

impl Sessions {
    /// Notes that a socket belongs to a session, whose end it is told by `end`.
    pub fn join(self: &Arc<Self>, database: &Arc<Database>, session: &str, end: mpsc::Sender<End>) -> Member {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.sockets.entry(session.to_owned()).or_default().insert(number, end);
        if !std::mem::replace(&mut state.is_watched, true) {
            tokio::spawn(Arc::clone(self).watch(Arc::clone(database)));
        }
        Member { sessions: Arc::clone(self), session: session.to_owned(), number }
    }

    /// Looks after them as long as there are any.
    async fn watch(self: Arc<Self>, database: Arc<Database>) {
        while let Some(sessions) = self.open() {
            tokio::time::sleep(PAUSE).await;
            let store = Store::new(Arc::clone(&database), Arc::default());
            // While the database does not answer nobody can end a session either.
            if let Ok(found) = store.sessions_among(&sessions).await {
                self.end_all_but(&sessions, &found);
            }
        }
    }

    /// All sessions; `None` where there are none, and nobody looks after them from now on.
    fn open(&self) -> Option<Vec<String>> {
        let mut state = self.state();
        state.is_watched = !state.sockets.is_empty();
        state.is_watched.then(|| state.sockets.keys().cloned().collect())
    }

    fn end_all_but(&self, asked: &[String], found: &HashSet<String>) {
        let state = self.state();
        let ended = asked.iter().filter(|session| !found.contains(*session));
        for socket in ended.filter_map(|session| state.sockets.get(session)).flat_map(HashMap::values) {
            // Something else may have asked for its end already.
            let _ = socket.try_send(End::FORBIDDEN);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut state = self.sessions.state();
        if let Some(sockets) = state.sockets.get_mut(&self.session) {
            sockets.remove(&self.number);
            if sockets.is_empty() {
                state.sockets.remove(&self.session);
            }
        }
    }
}
