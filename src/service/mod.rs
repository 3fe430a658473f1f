//! What the product does, as opposed to what it shows: each method asks for access, applies the rules and talks to the database.

pub mod session;
