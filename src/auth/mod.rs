//! Proof of who somebody is: stored passwords and access tokens. Knows neither the database nor the settings;
//! whom an account belongs to and what it may do is decided elsewhere.

pub mod issuer;
pub mod password;
pub mod pseudonym;
pub mod secret;
pub mod stamp;
pub mod token;
