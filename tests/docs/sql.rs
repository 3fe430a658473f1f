//! Statements that the pages show.
