//! Whether the main database answers. One that is gone without a word would keep every statement waiting for as long as a request may take. So a
//! database server is asked again and again also on a connection of its own, and once it does not answer, whoever waits for it is told so.

use std::time::Duration;

use futures_util::future::select_ok;
use sea_orm::{ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Database;
use super::connection::Connect;

/// How long to wait before the next question.
const PAUSE: Duration = Duration::from_secs(1);
/// How long an answer may take. With the pause it is below the five seconds after which a balancer should know.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the database answers, as far as is known.
pub struct Pulse(watch::Sender<bool>);

impl Default for Pulse {
    /// It answers until the opposite is known.
    fn default() -> Self {
        Self(watch::Sender::new(true))
    }
}

impl Pulse {
    /// Whether the database is known not to answer.
    pub fn is_lost(&self) -> bool {
        !*self.0.borrow()
    }

    /// What the database answers, or an error as soon as it is known not to.
    pub(super) async fn guard<T>(&self, answer: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let mut pulse = self.0.subscribe();
        tokio::select! {
            biased;
            answer = answer => answer,
            _ = pulse.wait_for(|answers| !answers) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
        }
    }

    fn note(&self, answers: bool) {
        let has_changed = self.0.send_if_modified(|known| std::mem::replace(known, answers) != answers);
        match answers {
            true if has_changed => tracing::info!("the database answers again"),
            false if has_changed => tracing::warn!("the database does not answer: requests are refused until it does"),
            _ => {}
        }
    }
}

impl Database {
    /// Asks the database whether it answers, for as long as this runs. A SQLite file is always there, so nothing is asked.
    pub async fn watch(&self, connect: &Connect<'_>) -> Result<(), DbErr> {
        if self.connection.get_database_backend() == DbBackend::Sqlite {
            return Ok(());
        }
        let own = Connect { max_connections: 1, timeout: PATIENCE, ..*connect }.open_to_read().await?;
        loop {
            self.pulse.note(answers([&own, &self.connection]).await);
            sleep(PAUSE).await;
        }
    }
}

/// Whether any of these connections has an answer: one may be in use for long, another may have been refused where the server has enough of them.
async fn answers(connections: [&DatabaseConnection; 2]) -> bool {
    let asked = connections.map(|connection| Box::pin(connection.execute_unprepared("SELECT 1")));
    matches!(timeout(PATIENCE, select_ok(asked)).await, Ok(Ok(_)))
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn whoever_waits_is_told_when_the_database_is_lost() {
        let pulse = Pulse::default();
        let waits = pulse.guard(pending::<Result<(), DbErr>>());
        let ((), told) = tokio::join!(async { pulse.note(false) }, waits);
        assert!(matches!(told, Err(DbErr::ConnectionAcquire(_))) && pulse.is_lost());
        assert!(pulse.guard(pending::<Result<(), DbErr>>()).await.is_err(), "nobody begins to wait");
        pulse.note(true);
        assert_eq!(pulse.guard(ready(Ok(1))).await, Ok(1));
        assert!(!pulse.is_lost());
    }

    #[tokio::test]
    async fn an_answer_counts_though_the_database_is_lost_meanwhile() {
        let pulse = Pulse::default();
        pulse.note(false);
        assert_eq!(pulse.guard(ready(Ok(1))).await, Ok(1));
    }
}
