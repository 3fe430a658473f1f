//! The API as clients see it: requests through the real router to a real database, without a socket. `support` has the cast.

mod support;

mod list;
mod refusal;
mod view;
