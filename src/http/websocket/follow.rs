//! A subscription that is being told of events: it is run anew for every event that it could be about, with the rights of that moment.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;

use crate::domain::caller::Caller;
use crate::error::Error;
use crate::feed::event::Event;
use crate::feed::watch::Subject;
use crate::feed::{Batch, Subscription};
use crate::graphql::context::Occasion;
use crate::graphql::error::complete;
use crate::http::gate::Operation;
use crate::http::request_log;
use crate::store::Store;
use crate::store::statement::Usage;

use super::answers::{Answer, Key, Question, Shared};
use super::connection::{Connection, Name};
use super::operation::Stop;

/// What a subscriber is told who was dropped.
const TOO_SLOW: &str =
    "too many events wait to be read: subscribe again with `since` from the last event, and nothing is lost";

/// A subscription that is being told of events.
pub(super) struct Follow<'a> {
    pub(super) connection: &'a Connection,
    pub(super) name: &'a Arc<Name>,
    pub(super) operation: Operation,
    pub(super) question: Question,
    pub(super) subject: Subject,
    pub(super) request_id: &'a str,
}

impl Follow<'_> {
    /// Tells what happened since a position, then what happens, until something ends it. Listening begins before the past is read, so that there
    /// is no hole between them.
    pub(super) async fn run(&self, since: Option<i64>) -> Result<(), Stop> {
        let _counted = self.connection.server.database.metrics.subscription();
        let feed = &self.connection.server.feed;
        let Subscription { mut batches, heads } = Box::pin(feed.subscribe()).await?;
        let mut since = since;
        while let Some(position) = since {
            let past = Box::pin(feed.past(self.subject.log(), position, heads)).await?;
            Box::pin(self.tell(&past.batch)).await?;
            since = past.next;
        }
        loop {
            match batches.recv().await {
                // In a box, because a subscription that waits would need the room too.
                Ok(batch) => Box::pin(self.tell(&batch)).await?,
                Err(RecvError::Lagged(_)) => return Err(Error::LimitExceeded(TOO_SLOW.into()).into()),
                Err(RecvError::Closed) => return Err(Error::internal("the follower has stopped").into()),
            }
        }
    }

    async fn tell(&self, batch: &Batch) -> Result<(), Stop> {
        let server = &self.connection.server;
        let usage = Arc::new(if server.recorder.is_some() { Usage::recording() } else { Usage::default() });
        let store = Store::new(Arc::clone(&server.database), Arc::clone(&usage)).for_request(self.request_id);
        for (place, event) in batch.events.iter().enumerate() {
            if self.subject.concerns(event, &store) {
                self.tell_one(&store, batch.moment, (place, event)).await?;
            }
        }
        if let Some(recorder) = server.recorder.as_ref().filter(|_| usage.statements() > 0) {
            recorder.lock().expect("no panic while recording").push(usage.recorded());
        }
        Ok(())
    }

    async fn tell_one(&self, store: &Store, moment: u64, (place, event): (usize, &Event)) -> Result<(), Stop> {
        let caller = match self.connection.caller_at(store, moment).await {
            Err(Error::Unauthenticated) => return Err(self.connection.forbid()),
            found => found?,
        };
        let account = caller.as_ref().map(|caller| caller.viewer.account());
        let key = Key { moment, place, account, question: self.question };
        let answer = self.connection.server.answers.get(key, self.find(store, caller.as_deref(), event)).await?;
        match answer.as_deref() {
            Some(Answer::Told(json)) => Ok(self.connection.send_next(self.name, json).await?),
            // Going on would lose the event. The client has the cursor of the one before.
            Some(Answer::Failed(errors)) => Err(Stop::Failed(errors.clone())),
            None => Ok(()),
        }
    }

    /// The answer to an event; `None` where it is not for the caller.
    async fn find(&self, store: &Store, caller: Option<&Caller>, event: &Event) -> Result<Shared, Error> {
        let server = &self.connection.server;
        let occur = self.operation.occur(server, store.clone(), caller.cloned(), Occasion::Event(event.clone()));
        let response = tokio::time::timeout(server.timeout, occur).await.map_err(|_| Error::Timeout)?;
        let Some(mut response) = response else { return Ok(None) };
        complete(&mut response, self.request_id);
        request_log::causes(self.request_id, &response.errors);
        Answer::of(response).map(|answer| Some(Arc::new(answer)))
    }
}
