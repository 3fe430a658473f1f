//! Edits that get in each other's way.

use super::{Outcome, Refusal};

/// How often an edit is tried.
const ATTEMPTS: usize = 5;

/// Tries an edit again where the database took it back in favour of another one. Our own edits lock in the same order wherever they can, but
/// a database locks more than it is asked to, and the help desk beside us has an order of its own.
pub async fn retry_deadlocks<T, F>(edit: impl Fn() -> F) -> Outcome<T>
where
    F: Future<Output = Outcome<T>>,
{
    for _ in 1..ATTEMPTS {
        match edit().await {
            Err(Refusal::Error(error)) if error.is_deadlock() => {}
            outcome => return outcome,
        }
    }
    edit().await
}
