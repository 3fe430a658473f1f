//! What a connection is doing, as far as it takes time: sending a head, waiting for answers, or nothing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// What a client sends first that speaks HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a connection is doing, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The client is expected to send the head of a request.
    Head(Instant),
    /// So many requests are being read and answered. They have limits of their own.
    Requests(usize),
    /// Nothing is asked and nothing is answered.
    Idle(Instant),
}

/// Which protocol the client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    /// So much of the preface of HTTP/2 has come, and nothing else.
    Unknown(usize),
    Http1,
    Http2,
}

/// Watches over a connection.
pub struct Activity {
    state: watch::Sender<(Phase, Protocol)>,
    /// Since when each answer waits for the client to take more of it. With HTTP/2 that is up to the client, who may still take others.
    waiting: Mutex<HashMap<u64, Instant>>,
    requests: AtomicU64,
}

impl Default for Activity {
    fn default() -> Self {
        let state = watch::Sender::new((Phase::Head(Instant::now()), Protocol::Unknown(0)));
        Self { state, waiting: Mutex::default(), requests: AtomicU64::default() }
    }
}

impl Activity {
    /// Notes what the client has sent.
    pub fn read(&self, bytes: &[u8]) {
        self.state.send_if_modified(|(phase, protocol)| {
            *protocol = protocol.after(bytes);
            let next = match (*phase, *protocol) {
                // Frames may come for a long time before there is a request, or between two.
                (Phase::Head(_), Protocol::Http2) => Phase::Idle(Instant::now()),
                (Phase::Idle(_), Protocol::Http1) => Phase::Head(Instant::now()),
                (phase, _) => phase,
            };
            std::mem::replace(phase, next) != next
        });
    }

    /// Notes a request, which runs until the result is dropped.
    pub fn begin(self: &Arc<Self>) -> Running {
        self.state.send_modify(|(phase, _)| {
            *phase = Phase::Requests(if let Phase::Requests(count) = phase { *count + 1 } else { 1 });
        });
        Running { number: self.requests.fetch_add(1, Ordering::Relaxed), activity: Arc::clone(self) }
    }

    fn end(&self, number: u64) {
        self.waiting().remove(&number);
        self.state.send_modify(|(phase, _)| {
            *phase = match *phase {
                Phase::Requests(count) if count > 1 => Phase::Requests(count - 1),
                _ => Phase::Idle(Instant::now()),
            };
        });
    }

    /// Waits until a head has taken this long.
    pub async fn late(&self, limit: Duration) {
        self.until(|phase| if let Phase::Head(since) = phase { Some(since + limit) } else { None }).await;
    }

    /// Waits until the client has taken nothing of an answer for this long, or half as much again.
    pub async fn stalled(&self, limit: Duration) {
        let mut states = self.state.subscribe();
        loop {
            // The sender lives as long as this does.
            drop(states.wait_for(|(phase, _)| matches!(phase, Phase::Requests(_))).await);
            sleep(limit / 2).await;
            let oldest = self.waiting().values().min().copied();
            if oldest.is_some_and(|since| since + limit <= Instant::now()) {
                return;
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Instant>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there was nothing to do for this long.
    pub async fn idle(&self, limit: Duration) {
        self.until(|phase| if let Phase::Idle(since) = phase { Some(since + limit) } else { None }).await;
    }

    /// Waits for the end of a phase that lasts too long.
    async fn until(&self, end: impl Fn(Phase) -> Option<Instant>) {
        let mut phases = self.state.subscribe();
        loop {
            let (phase, _) = *phases.borrow_and_update();
            // The sender lives as long as this does.
            let change = async { drop(phases.changed().await) };
            match end(phase) {
                None => change.await,
                Some(end) => tokio::select! {
                    () = sleep_until(end) => return,
                    () = change => {}
                },
            }
        }
    }
}

impl Protocol {
    fn after(self, bytes: &[u8]) -> Self {
        let Self::Unknown(matched) = self else { return self };
        let expected = &PREFACE[matched..];
        let length = bytes.len().min(expected.len());
        match bytes[..length] == expected[..length] {
            false => Self::Http1,
            true if length == expected.len() => Self::Http2,
            true => Self::Unknown(matched + length),
        }
    }
}

/// A request that is being answered.
pub struct Running {
    number: u64,
    activity: Arc<Activity>,
}

impl Running {
    /// Notes that the answer is there, or that the client has taken some of it: now it waits for the client.
    pub fn waits(&self) {
        self.activity.waiting().insert(self.number, Instant::now());
    }

    /// Notes that the client waits for more of the answer.
    pub fn works(&self) {
        self.activity.waiting().remove(&self.number);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.activity.end(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(activity: &Activity) -> Phase {
        activity.state.borrow().0
    }

    fn is_idle(activity: &Activity) -> bool {
        matches!(phase(activity), Phase::Idle(_))
    }

    #[test]
    fn a_head_that_trickles_gets_no_more_time() {
        let activity = Activity::default();
        let silent = phase(&activity);
        assert!(matches!(silent, Phase::Head(_)), "{silent:?}");
        for byte in [b"G", b"E", b"T"] {
            activity.read(byte);
            assert_eq!(phase(&activity), silent);
        }
    }

    #[test]
    fn requests_have_limits_of_their_own_until_the_last_is_answered() {
        let activity = Arc::new(Activity::default());
        activity.read(b"GET / HTTP/1.1\r\n\r\n");
        let (first, second) = (activity.begin(), activity.begin());
        drop(first);
        activity.read(b"more");
        assert_eq!(phase(&activity), Phase::Requests(1));
        drop(second);
        assert!(is_idle(&activity));
    }

    #[test]
    fn the_next_head_begins_with_its_first_byte() {
        let activity = Arc::new(Activity::default());
        activity.read(b"GET / HTTP/1.1\r\n\r\n");
        drop(activity.begin());
        activity.read(b"G");
        assert!(matches!(phase(&activity), Phase::Head(_)));
    }

    #[test]
    fn frames_of_http_2_are_no_head() {
        let activity = Activity::default();
        activity.read(&PREFACE[..10]);
        assert!(!is_idle(&activity), "it may still become something else");
        activity.read(&PREFACE[10..]);
        let idle = phase(&activity);
        assert!(is_idle(&activity));
        activity.read(b"\0\0\0\x04\x01\0\0\0\0");
        assert_eq!(phase(&activity), idle, "frames give no more time");
    }

    #[test]
    fn what_only_begins_like_the_preface_is_http_1() {
        let activity = Arc::new(Activity::default());
        activity.read(b"PRI * HTTP/2.0\r\nhost: x\r\n\r\n");
        drop(activity.begin());
        activity.read(b"P");
        assert!(matches!(phase(&activity), Phase::Head(_)));
    }
}
