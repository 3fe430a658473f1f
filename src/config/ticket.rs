//! Settings of the section `[tickets]`: which tickets count as open, how they are numbered, and whether they have services.

use serde::{Deserialize, Deserializer, de::Error};

use super::{ConfigError, value};
use crate::domain::ticket_number::NumberGenerator;

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
    /// What ticket numbers are made of: a name of `NumberGenerator::NAMES`.
    #[serde(deserialize_with = "number_generator")]
    pub number_generator: NumberGenerator,
    /// To how many digits a counter is filled up.
    #[serde(deserialize_with = "value::number::<1, 20, _, _>")]
    pub min_counter_size: usize,
    /// Whether the counter behind a date without check digit is filled up.
    pub use_formatted_counter: bool,
    /// Whether tickets have services and service level agreements.
    pub services: bool,
}

impl TicketConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        value::check_choice("tickets.open_state_types", &self.open_state_types, &STATE_TYPES)
    }
}

fn number_generator<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NumberGenerator, D::Error> {
    let name = String::deserialize(deserializer)?;
    NumberGenerator::from_name(&name).ok_or_else(|| {
        let names = NumberGenerator::NAMES.map(|(name, _)| name).join(", ");
        D::Error::custom(format!("one of {names}"))
    })
}

fn system_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let digits = String::deserialize(deserializer)?;
    if !(1..=10).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(D::Error::custom("one to ten digits in quotes, such as \"10\""));
    }
    Ok(digits)
}
