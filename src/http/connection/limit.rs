//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::domain::client_address::network;

/// How often the log says that there are too many.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(60);

/// The places for connections.
pub struct Slots {
    most: usize,
    most_per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    count: usize,
    /// Only kept where there is a limit for addresses.
    by_address: HashMap<IpAddr, usize>,
    warned: Option<Instant>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// All are taken.
    Server,
    /// The address has as many as one may have.
    Address,
}

impl Full {
    /// The answer to whatever the client asks.
    pub fn answer(self) -> String {
        let (status, code, message) = match self {
            Self::Server => ("503 Service Unavailable", "SERVICE_UNAVAILABLE", "the server has too many connections"),
            Self::Address => ("429 Too Many Requests", "LIMIT_EXCEEDED", "this address has too many connections"),
        };
        let body =
            format!(r#"{{"errors":[{{"message":"{message}: try again later","extensions":{{"code":"{code}"}}}}]}}"#);
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n\
             cache-control: no-store\r\nretry-after: 5\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}

impl Slots {
    /// So many places, and so many of them for one address; 0 for all of them.
    pub fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        Arc::new(Self { most, most_per_address, taken: Mutex::default() })
    }

    /// A place until the result is dropped.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<Slot, Full> {
        let address = network(address);
        let mut taken = self.taken();
        if let Some(full) = self.full(&taken, address) {
            taken.warn(full);
            return Err(full);
        }
        taken.count += 1;
        if self.most_per_address > 0 {
            *taken.by_address.entry(address).or_default() += 1;
        }
        Ok(Slot { slots: Arc::clone(self), address })
    }

    fn full(&self, taken: &Taken, address: IpAddr) -> Option<Full> {
        let of_address = taken.by_address.get(&address).copied().unwrap_or_default();
        if taken.count >= self.most {
            Some(Full::Server)
        } else if self.most_per_address > 0 && of_address >= self.most_per_address {
            Some(Full::Address)
        } else {
            None
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().expect("no panic while holding the places")
    }
}

impl Taken {
    fn warn(&mut self, full: Full) {
        if self.warned.is_none_or(|warned| warned.elapsed() >= BETWEEN_WARNINGS) {
            tracing::warn!(open = self.count, limit = ?full, "connections are refused");
            self.warned = Some(Instant::now());
        }
    }
}

/// A place for a connection, given back when it is dropped.
pub struct Slot {
    slots: Arc<Slots>,
    address: IpAddr,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.count -= 1;
        if let Some(count) = taken.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn there_are_so_many_places_and_one_is_free_when_a_connection_ends() {
        let slots = Slots::new(2, 0);
        let first = slots.take(address("10.0.0.1")).ok();
        let _second = slots.take(address("10.0.0.1")).ok();
        assert_eq!(slots.take(address("10.0.0.2")).err(), Some(Full::Server));
        drop(first);
        assert!(slots.take(address("10.0.0.2")).is_ok());
    }

    #[test]
    fn an_address_has_so_many_of_them() {
        let slots = Slots::new(100, 1);
        let first = slots.take(address("10.0.0.1")).ok();
        assert_eq!(slots.take(address("10.0.0.1")).err(), Some(Full::Address));
        assert_eq!(slots.take(address("::ffff:10.0.0.1")).err(), Some(Full::Address), "the same, written as IPv6");
        let _other = slots.take(address("10.0.0.2")).expect("another address");
        drop(first);
        let _first = slots.take(address("10.0.0.1")).expect("it is free again");
        assert_eq!(slots.taken().by_address.len(), 2, "those who are gone are forgotten");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let slots = Slots::new(100, 1);
        let _first = slots.take(address("2001:db8:0:1::1")).expect("it is free");
        assert_eq!(slots.take(address("2001:db8:0:1:ffff::2")).err(), Some(Full::Address));
        assert!(slots.take(address("2001:db8:0:2::1")).is_ok());
    }

    #[test]
    fn the_refusal_is_an_answer() {
        let answer = Full::Server.answer();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE");
    }
}
