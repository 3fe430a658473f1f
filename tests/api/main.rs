//! The API as clients see it: requests through the real router to a real database, without a socket. `support` has the cast.

#![expect(clippy::disallowed_methods, reason = "the environment says which database and which files to write")]

mod budget;
mod contact;
mod crowd;
mod list;
mod login;
mod matrix;
mod node;
mod permission;
mod race;
mod refusal;
mod rename;
mod schema;
mod scope;
mod support;
mod view;
mod write;
