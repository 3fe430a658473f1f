//! What the tests of the real program share: a database, the server as a process of its own, and what it uses of the machine.

pub mod place;
pub mod server;
pub mod socket;

use std::str::FromStr;

/// A number that the environment gives; `None` where it gives none.
pub fn from_environment<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is `{text}`, which is no number")))
}

/// The value below which this many of a hundred lie, of values in ascending order.
pub fn percentile<T: Copy>(sorted: &[T], of_hundred: usize) -> T {
    sorted[(sorted.len() - 1) * of_hundred / 100]
}
