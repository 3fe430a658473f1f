//! The GraphQL schema: names, arguments and descriptions of the API, and nothing else. Resolvers say which function answers; rules are in
//! `domain`, statements in `store` and `source`.

pub mod check;
pub mod context;
pub mod document;
pub mod error;
pub mod filter;
pub mod id;
pub mod input;
pub mod list;
pub mod mutation;
pub mod object;
pub mod page;
pub mod query;
pub mod scalar;
pub mod selection;
pub mod settings;
pub mod subscription;
pub mod user_error;

use std::sync::Arc;

use async_graphql::{SDLExportOptions, SchemaBuilder, ValidationMode};
use chrono::{DateTime, Utc};

use mutation::Mutation;
use query::Query;
use subscription::Subscription;

/// The schema of this server.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema, to be completed with what its resolvers need.
fn builder(introspection: bool) -> SchemaBuilder<Query, Mutation, Subscription> {
    let builder = async_graphql::Schema::build(Query::default(), Mutation::default(), Subscription::default())
        // How deep and how large a document may be is told before it comes here.
        .limit_recursive_depth(usize::MAX)
        // The library describes it to those who write Rust.
        .override_output_type_description::<DateTime<Utc>>(
            "A moment as RFC 3339 writes it, such as `2026-02-01T09:00:00Z`; given out in UTC.",
        );
    if introspection { builder } else { builder.disable_introspection().disable_suggestions() }
}

/// The schema for a server. It runs documents that [`check::Checker`] has found good, and leaves out the rules that it held them to.
pub fn schema(api: Arc<context::Api>, introspection: bool) -> Schema {
    builder(introspection).data(api).validation_mode(ValidationMode::Fast).finish()
}

/// The schema as text, sorted, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    let sdl = builder(true).finish().sdl_with_options(options);
    let lines: Vec<&str> = sdl.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned() + "\n"
}
