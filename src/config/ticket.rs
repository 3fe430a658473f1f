//! Settings of the section `[tickets]`: which tickets count as open, and how they are numbered.

use serde::{Deserialize, Deserializer, de::Error};

use super::{ConfigError, value};

/// The state types that every OTOBO database has.
pub const STATE_TYPES: [&str; 7] = ["new", "open", "closed", "pending reminder", "pending auto", "removed", "merged"];

/// What holds for tickets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketConfig {
    /// State types whose tickets count as open: some of `STATE_TYPES`.
    pub open_state_types: Vec<String>,
    /// Whether customer users see their own tickets only and not those of their customer.
    pub disable_company_ticket_access: bool,
    /// Digits behind the date in every ticket number.
    #[serde(deserialize_with = "system_id")]
    pub system_id: String,
}

impl TicketConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        value::check_choice("tickets.open_state_types", &self.open_state_types, &STATE_TYPES)
    }
}

fn system_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let digits = String::deserialize(deserializer)?;
    if !(1..=10).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(D::Error::custom("one to ten digits in quotes, such as \"10\""));
    }
    Ok(digits)
}
