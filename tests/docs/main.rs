//! The documentation: every command and query of its pages is run, what they are shown to answer is compared with what they do, and
//! every link, setting and option that they name exists. `reader` says how a page is read; `exception` lists what cannot be run, and why.

mod answer;
mod exception;
mod link;
mod name;
mod page;
mod place;
mod reader;
mod reference;
mod socket;
mod sql;
