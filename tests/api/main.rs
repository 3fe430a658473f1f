//! The API as clients see it: requests through the real router to a real database, without a socket. `support` has the cast.

#![expect(clippy::disallowed_methods, reason = "the environment says which database and which files to write")]

mod api_token;
mod budget;
mod bulk;
mod change;
mod contact;
mod crowd;
mod escalation;
mod group;
mod hook;
mod list;
mod login;
mod matrix;
mod migrate;
mod node;
mod password;
mod permission;
mod race;
mod refusal;
mod relation;
mod rename;
mod schema;
mod scope;
mod session;
mod socket;
mod subscription;
mod support;
mod ticket_crowd;
mod ticket_number;
mod ticket_write;
mod view;
mod write;
