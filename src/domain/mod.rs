//! The rules of the help desk as plain functions and values: what a search text means, who may do what and why, which tickets count as
//! open. No database, no network, no GraphQL and no clock live here; whatever a rule needs is passed in.

pub mod access;
pub mod account;
pub mod agent;
pub mod api_token;
pub mod article;
pub mod caller;
pub mod change;
pub mod clock;
pub mod country;
pub mod customer;
pub mod customer_edit;
pub mod customer_user;
pub mod customer_user_edit;
pub mod edit;
pub mod email;
pub mod escalation;
pub mod filter;
pub mod follow_up;
pub mod group_edit;
pub mod history;
pub mod link;
pub mod password_rule;
pub mod permission;
pub mod permission_key;
pub mod person_name;
pub mod relation;
pub mod rules;
pub mod search;
pub mod text;
pub mod ticket;
pub mod ticket_number;
pub mod validity;
pub mod viewer;
pub mod violation;
pub mod working_time;
