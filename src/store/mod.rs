//! Everything that is read from and written to the database, except customers and customer users.

pub mod layout;
