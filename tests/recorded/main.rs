//! Compares our answers with those of a real OTOBO 11, on databases that it filled. The recordings are no part of the project: the variable
//! `DESKGRAPH_RECORDED_OTOBO` names the folder that holds them, and without it every test here says so and passes. What the settings of a
//! recording are called, and how its answers are laid out, is in `desk`.

mod compare;
mod desk;
mod difference;
mod member;
mod permission;
mod record;
mod scratch;
mod search;
mod serve;
mod spelling;
mod table;
mod ticket;
mod widget;
mod write;
mod write_name;
mod write_relation;
mod writer;
