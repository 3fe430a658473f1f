//! When batches start: only when nothing else of their request can go on, earlier batches included. Siblings then always share a statement, however
//! many there are, however busy the machine is, and whichever statement is answered first; and no clock is waited for.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use futures_util::task::{AtomicWaker, FutureObj, Spawn, SpawnError};

/// The batches of one request that have not started yet.
#[derive(Clone, Default)]
pub struct Batches(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl Spawn for Batches {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.lock().expect("no panic while holding the batches").push(batch);
        Ok(())
    }
}

impl Batches {
    /// Runs a request together with its batches, all in the task of the caller.
    pub async fn run<T>(&self, request: impl Future<Output = T>) -> T {
        let mut request = pin!(request);
        let mut running = FuturesUnordered::new();
        let turn = Arc::new(Turn::default());
        let waker = Waker::from(Arc::clone(&turn));
        poll_fn(|context| {
            turn.task.register(context.waker());
            loop {
                if turn.take()
                    && let Poll::Ready(answer) = request.as_mut().poll(&mut Context::from_waker(&waker))
                {
                    return Poll::Ready(answer);
                }
                // The request gave way in the middle of its work: it comes first, and the task is woken for it.
                if turn.is_due() {
                    return Poll::Pending;
                }
                if running.is_empty() {
                    running.extend(self.take());
                }
                while let Poll::Ready(Some(())) = running.poll_next_unpin(context) {}
                if !turn.is_due() && (!running.is_empty() || self.is_empty()) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn is_empty(&self) -> bool {
        self.0.lock().expect("no panic while holding the batches").is_empty()
    }

    fn take(&self) -> Vec<FutureObj<'static, ()>> {
        std::mem::take(&mut *self.0.lock().expect("no panic while holding the batches"))
    }
}

/// Whether the request has something to do, as opposed to waiting for a batch.
struct Turn {
    is_due: AtomicBool,
    task: AtomicWaker,
}

impl Default for Turn {
    fn default() -> Self {
        Self { is_due: AtomicBool::new(true), task: AtomicWaker::new() }
    }
}

impl Turn {
    fn take(&self) -> bool {
        self.is_due.swap(false, Ordering::AcqRel)
    }

    fn is_due(&self) -> bool {
        self.is_due.load(Ordering::Acquire)
    }
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.is_due.store(true, Ordering::Release);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use async_graphql::dataloader::{DataLoader, Loader};
    use async_graphql::runtime::Timer;
    use futures_util::future::{BoxFuture, try_join_all};

    use super::*;

    struct Now;

    impl Timer for Now {
        fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::ready(()))
        }
    }

    /// Doubles numbers and counts how often it is asked.
    #[derive(Clone, Default)]
    struct Double(Arc<AtomicUsize>);

    impl Loader<u32> for Double {
        type Value = u32;
        type Error = ();

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, ()> {
            self.0.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1)).await;
            Ok(keys.iter().map(|key| (*key, key * 2)).collect())
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_level_of_siblings_is_one_batch_however_many_they_are() {
        let (batches, asked) = (Batches::default(), Double::default());
        let loader = DataLoader::new(asked.clone(), batches.clone(), Now);
        let nested = |key: u32| {
            let loader = &loader;
            async move {
                let first = loader.load_one(key).await?.unwrap_or_default();
                loader.load_one(first + 10_000).await
            }
        };
        let answers = batches.run(try_join_all((0..900).map(nested))).await.expect("loading works");
        assert_eq!(answers[899], Some((899 * 2 + 10_000) * 2));
        assert_eq!(asked.0.load(Ordering::SeqCst), 2);
    }
}
