//! The side of a socket that listens: what a message of the client does, and the times at which a socket ends by itself.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Message;
use futures_util::{FutureExt, Stream, StreamExt};
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::domain::caller::Caller;
use crate::error::Error;
use crate::http::gate::Body;
use crate::http::graphql::bearer;
use crate::http::request_log;
use crate::http::run::refused;
use crate::store::Store;

use super::PING;
use super::allowance::Allowance;
use super::connection::{Connection, Ended, MAX_OPERATIONS, Name};
use super::end::End;
use super::message::{ClientMessage, ServerMessage};
use super::operation;

/// How long a client has for its first message.
const TIME_TO_BEGIN: Duration = Duration::from_secs(5);
/// How long a socket lives that nobody signed in for: it can follow nothing.
const TIME_WITHOUT_TOKEN: Duration = Duration::from_secs(60);
/// How long a client may give no sign of life.
const SILENCE: Duration = Duration::from_secs(60);
/// The longest time that is waited for the end of a token, because clocks of timers have an end too.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The moment of those who ask now and then whether their token is still good.
const ANY_MOMENT: u64 = 0;

/// How long to wait before it is looked again whether all operations are done.
const LAST_OPERATIONS: Duration = Duration::from_millis(100);

/// Listens to the client until something ends the socket; its operations end with it. When the server stops, queries and mutations are finished.
pub async fn listen<S>(connection: &Arc<Connection>, stream: &mut S, stopping: &mut watch::Receiver<bool>) -> End
where
    S: Stream<Item = Result<Message, axum::Error>> + Unpin,
{
    let now = Instant::now();
    let mut listener = Listener {
        connection,
        operations: JoinSet::new(),
        begins_by: Some(now + TIME_TO_BEGIN),
        heard: now,
        allowance: Allowance::new(now),
        ends_at: None,
    };
    let mut check = tokio::time::interval_at(now + PING, PING);
    loop {
        let step = tokio::select! {
            message = stream.next() => listener.hear(message).await,
            end = listener.late() => Err(end),
            _ = check.tick() => Box::pin(listener.check()).await,
            () = async { drop(stopping.wait_for(|is_stopping| *is_stopping).await) } => {
                return Box::pin(listener.finish()).await;
            }
        };
        if let Err(end) = step {
            return end;
        }
    }
}

struct Listener<'a> {
    connection: &'a Arc<Connection>,
    operations: JoinSet<()>,
    /// When the client must have begun; `None` once it has.
    begins_by: Option<Instant>,
    heard: Instant,
    allowance: Allowance,
    /// When the token ends, or without one its time; `None` for a token without end.
    ends_at: Option<Instant>,
}

impl From<Ended> for End {
    fn from(_: Ended) -> Self {
        Self::SLOW
    }
}

impl Listener<'_> {
    /// Waits for the first of the times at which the socket ends by itself.
    async fn late(&self) -> End {
        let never = Instant::now() + LONGEST_LIFE;
        let silent = (self.heard + SILENCE, End::Gone);
        let late = (self.begins_by.unwrap_or(never), End::LATE);
        let ended = (self.ends_at.unwrap_or(never), End::FORBIDDEN);
        let (at, end) =
            [late, ended].into_iter().fold(silent, |first, next| if next.0 < first.0 { next } else { first });
        sleep_until(at).await;
        end
    }

    /// Waits for what has an end, and begins nothing more.
    async fn finish(&mut self) -> End {
        loop {
            self.connection.cancel_following();
            if let Ok(None) = timeout(LAST_OPERATIONS, self.operations.join_next()).await {
                return End::STOPPING;
            }
        }
    }

    /// Whether the token still stands for somebody.
    async fn check(&mut self) -> Result<(), End> {
        match self.connection.caller_at(&self.store(), ANY_MOMENT).await {
            Err(Error::Unauthenticated) => Err(End::FORBIDDEN),
            // Those who are told of events find out for themselves.
            _ => Ok(()),
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        self.heard = Instant::now();
        if !self.allowance.take(self.heard) {
            return Err(End::FLOOD);
        }
        match message {
            // In a box, because a socket that hears nothing would need the room too.
            Some(Ok(Message::Text(text))) => Box::pin(self.read(text.as_str())).await,
            Some(Ok(Message::Binary(_))) => Err(End::malformed("a message is no text")),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) => Err(End::Closed),
            Some(Err(error)) => Err(End::of_error(error)),
            None => Err(End::Gone),
        }
    }

    async fn read(&mut self, text: &str) -> Result<(), End> {
        match ClientMessage::parse(text).map_err(End::malformed)? {
            ClientMessage::ConnectionInit(payload) => self.begin(payload).await,
            ClientMessage::Ping(payload) => Ok(self.connection.send(&ServerMessage::Pong { payload }).await?),
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload).await,
            ClientMessage::Complete { id } => {
                self.connection.cancel(&id);
                Ok(())
            }
        }
    }

    async fn begin(&mut self, payload: Map<String, Value>) -> Result<(), End> {
        if self.begins_by.take().is_none() {
            return Err(End::TWICE);
        }
        let token = token(&payload)?;
        let caller = match &token {
            None => {
                self.ends_at = Some(Instant::now() + TIME_WITHOUT_TOKEN);
                None
            }
            Some(token) => {
                let recognised = timeout(self.connection.server.timeout, self.recognise(token)).await;
                Some(recognised.unwrap_or(Err(Error::Timeout)).map_err(|error| match error {
                    Error::Unauthenticated => End::FORBIDDEN,
                    error => {
                        request_log::cause("-", &error);
                        End::UNAVAILABLE
                    }
                })?)
            }
        };
        self.connection.acknowledge(token, caller.as_ref());
        Ok(self.connection.send(&ServerMessage::ConnectionAck).await?)
    }

    async fn recognise(&mut self, token: &str) -> Result<Caller, Error> {
        let (store, sessions) = (self.store(), &self.connection.server.api.sessions);
        let caller = sessions.recognise(&store, token).await?;
        let end = sessions.end_of(&store, token).await?;
        self.ends_at = end.map(|end| {
            let left = (end - store.now()).to_std().unwrap_or_default();
            Instant::now() + left.min(LONGEST_LIFE)
        });
        Ok(caller)
    }

    async fn subscribe(&mut self, id: String, body: Body) -> Result<(), End> {
        if !self.connection.is_acknowledged() {
            return Err(End::UNACKNOWLEDGED);
        }
        if self.connection.has(&id) {
            return Err(End::duplicate(&id));
        }
        if self.connection.operations() >= MAX_OPERATIONS {
            return self.refuse(&id).await;
        }
        while self.operations.try_join_next().is_some() {}
        let (connection, operations) = (Arc::clone(self.connection), &mut self.operations);
        self.connection.begin(id, |name| operations.spawn(run(connection, name, body)));
        Ok(())
    }

    async fn refuse(&self, id: &str) -> Result<(), End> {
        let message = format!("this socket has {MAX_OPERATIONS} operations already: complete one, or open another");
        let errors = refused(&Error::LimitExceeded(message)).response.errors;
        Ok(self.connection.send(&ServerMessage::Error { id, payload: &errors }).await?)
    }

    fn store(&self) -> Store {
        Store::new(Arc::clone(&self.connection.server.database), Arc::default())
    }
}

/// Runs an operation; one that panics ends with an error instead of silence.
async fn run(connection: Arc<Connection>, name: Arc<Name>, body: Body) {
    let run = operation::run(&connection, &name, body);
    if AssertUnwindSafe(run).catch_unwind().await.is_err() {
        let errors = refused(&Error::internal("an operation panicked")).response.errors;
        request_log::causes("-", &errors);
        drop(connection.send_end(&name, &errors).await);
    }
}

/// The token in the first message, with or without `Bearer`; `None` without one. Anything else there is refused, as a token that is not good.
fn token(payload: &Map<String, Value>) -> Result<Option<String>, End> {
    let given = payload.iter().find(|(key, value)| key.eq_ignore_ascii_case("authorization") && !value.is_null());
    let Some((_, value)) = given else { return Ok(None) };
    let text = value.as_str().ok_or(End::FORBIDDEN)?.trim();
    Ok(Some(bearer(text).unwrap_or(text).to_owned()))
}
