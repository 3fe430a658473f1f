//! The rules of the help desk as plain functions and values: what a search text means, what a person is called, which
//! links a record has. No database, no network, no GraphQL and no clock live here; whatever a rule needs is passed in.

pub mod country;
pub mod link;
pub mod person_name;
pub mod search;
pub mod text;
pub mod validity;
