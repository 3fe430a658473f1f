//! The API as clients see it: requests through the real router to a real database, without a socket. `support` has the cast.

#![expect(clippy::disallowed_methods, reason = "the environment says which database and which files to write")]
// What optimised builds need to lay out the futures of whole requests.
#![recursion_limit = "256"]

mod api_token;
mod argument;
mod budget;
mod bulk;
mod change;
mod connection;
mod contact;
mod crowd;
mod document;
mod document_hostile;
mod document_persisted;
mod escalation;
mod export;
mod foreign;
mod foreign_fault;
mod group;
mod hook;
mod http;
mod issuer;
mod ldap;
mod line;
mod list;
mod login;
mod matrix;
mod migrate;
mod node;
mod pages;
mod password;
mod permission;
mod race;
mod refusal;
mod relation;
mod rename;
mod schema;
mod scope;
mod search_index;
mod serve;
mod session;
mod socket;
mod source;
mod storage;
mod subscription;
mod support;
mod telemetry;
mod throttle;
mod ticket_crowd;
mod ticket_number;
mod ticket_write;
mod token;
mod view;
mod write;
