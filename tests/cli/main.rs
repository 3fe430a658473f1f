//! The program as people use it in a terminal and scripts: what its commands print, and how they end. On SQLite; what differs by database
//! is tested with the API.

mod check;
mod completions;
mod desk;
mod progress;
