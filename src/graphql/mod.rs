//! The GraphQL schema: names, arguments and descriptions of the API, and nothing else. Resolvers say which function answers; rules are in
//! `domain`, statements in `store` and `source`.

pub mod context;
pub mod error;
pub mod expansion;
pub mod filter;
pub mod id;
pub mod input;
pub mod list;
pub mod mutation;
pub mod nesting;
pub mod object;
pub mod page;
pub mod query;
pub mod scalar;
pub mod selection;
pub mod settings;
pub mod single;
pub mod subscription;
pub mod user_error;

use std::sync::Arc;

use async_graphql::{SDLExportOptions, SchemaBuilder};

use mutation::Mutation;
use query::Query;
use settings::Limits;
use subscription::Subscription;

/// The schema of this server.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema, to be completed with what its resolvers need.
fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    async_graphql::Schema::build(Query::default(), Mutation::default(), Subscription::default())
}

/// The schema for a server.
pub fn schema(api: Arc<context::Api>, limits: &Limits, introspection: bool) -> Schema {
    let builder = builder()
        .data(api)
        .limit_depth(limits.max_depth)
        .limit_complexity(limits.max_complexity)
        .limit_aliases(limits.max_aliases);
    if introspection { builder.finish() } else { builder.disable_introspection().disable_suggestions().finish() }
}

/// The schema as text, sorted, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    let sdl = builder().finish().sdl_with_options(options);
    let lines: Vec<&str> = sdl.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned() + "\n"
}
