//! The schema as text: the file in the repository is the one that the server has, and everything in it is described.

use std::collections::{HashSet, VecDeque};

use async_graphql::Variables;
use async_graphql::parser::types::{FieldDefinition, TypeKind};
use axum::body::Body;
use axum::http::Request;
use deskgraph::document::Limits;
use deskgraph::document::schema_types::base;
use deskgraph::graphql;
use deskgraph::graphql::document::DocumentReader;
use serde_json::{Value, json};

use crate::argument::Schema;
use crate::support::TestApp;

#[test]
fn the_file_is_the_schema_of_the_server() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(file, graphql::sdl()).expect("the file can be written");
    }
    let text = std::fs::read_to_string(file).expect("there is a file schema.graphql");
    assert!(text == graphql::sdl(), "schema.graphql is out of date: run this test with UPDATE_SCHEMA=1");
}

#[tokio::test]
async fn the_server_gives_its_schema_away() {
    let app = TestApp::new().await;
    let request = Request::get("/schema.graphql").body(Body::empty()).expect("a request");
    assert_eq!(app.anonymous().http(request).await.text, graphql::sdl());
}

const INTROSPECTION: &str = "{ __schema { types { name description kind
    fields(includeDeprecated: true) { name description args { name description } }
    inputFields { name description } enumValues(includeDeprecated: true) { name description } } } }";

/// What lacks a description that is a sentence.
fn undescribed(place: &str, things: &Value, found: &mut Vec<String>) {
    for thing in things.as_array().into_iter().flatten() {
        let place = format!("{place}.{}", thing["name"].as_str().expect("a name"));
        let description = thing["description"].as_str().unwrap_or_default();
        if !description.ends_with('.') {
            found.push(format!("{place}: {description:?}"));
        }
        for below in ["fields", "args", "inputFields", "enumValues"] {
            undescribed(&place, &thing[below], found);
        }
    }
}

#[tokio::test]
async fn everything_in_the_schema_is_described_by_sentences() {
    let app = TestApp::with("[limits]\nmax_depth = 20\n").await;
    let schema = app.anonymous().data(INTROSPECTION, json!({})).await;
    let types = schema["__schema"]["types"].as_array().expect("types").iter();
    // `ID` and what begins with two underscores belong to the language.
    let is_ours = |one: &&Value| one["name"].as_str().is_some_and(|name| name != "ID" && !name.starts_with("__"));
    let ours: Value = types.filter(is_ours).cloned().collect();
    let mut found = Vec::new();
    undescribed("", &ours, &mut found);
    assert_eq!(found, Vec::<String>::new());
}

/// Lists whose length another field has counted: that with the page, or with the ids.
fn is_counted_elsewhere(of: &str, field: &str) -> bool {
    let is_page = of.ends_with("Connection") && ["edges", "nodes"].contains(&field);
    is_page || of == "PermissionMatrix" || (of, field) == ("Query", "nodes")
}

/// A place in documents: what stands before a selection set of a type and behind it, and how often an answer may have it.
struct Place {
    open: String,
    close: String,
    times: usize,
}

struct Costs {
    schema: Schema,
    reader: DocumentReader,
}

impl Costs {
    fn new() -> Self {
        let limits = Limits {
            max_bytes: 65_536,
            max_tokens: 4000,
            max_fields: 1000,
            max_depth: 50,
            max_aliases: 50,
            max_directives: 50,
        };
        Self { schema: Schema::of_the_server(), reader: DocumentReader::new(limits, true) }
    }

    fn of(&self, text: &str) -> usize {
        let document = self.reader.read(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        let mut variables = Variables::default();
        let form = document.bind(None, &mut variables, &self.reader.limits, self.reader.types());
        let form = form.unwrap_or_else(|refusal| panic!("{text}: {refusal:?}"));
        self.reader.checker.cost(form, variables).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
    }

    fn has_fields(&self, field: &FieldDefinition) -> bool {
        matches!(self.schema.kind(base(&field.ty.node)), Some(TypeKind::Object(_)))
    }

    /// The place below a field; how often is what one more field there costs.
    fn below(&self, place: &Place, field: &FieldDefinition) -> Place {
        let open = format!("{} {} {{", place.open, self.schema.call(field));
        let below = Place { open, close: format!("}} {}", place.close), times: place.times };
        let fields = self.schema.fields(base(&field.ty.node));
        let Some(leaf) = fields.iter().find(|field| !self.has_fields(field) && field.arguments.is_empty()) else {
            return below;
        };
        let with = |leaves: &str| self.of(&format!("{} {leaves} {}", below.open, below.close));
        let leaf = &leaf.name.node;
        let times = with(&format!("a: {leaf} b: {leaf}")) - with(&format!("a: {leaf}"));
        Place { times, ..below }
    }
}

#[test]
fn every_list_of_objects_costs_by_its_length() {
    let costs = Costs::new();
    let root = |operation: &str| Place { open: format!("{operation} {{"), close: "}".into(), times: 1 };
    let mut known = HashSet::new();
    let mut queue: VecDeque<(&str, Place)> =
        [("Query", root("query")), ("Mutation", root("mutation")), ("Subscription", root("subscription"))].into();
    let (mut lists, mut cheap) = (0, Vec::new());
    while let Some((of, place)) = queue.pop_front() {
        if !known.insert(of) {
            continue;
        }
        for field in costs.schema.fields(of).into_iter().filter(|field| costs.has_fields(field)) {
            let below = costs.below(&place, field);
            let is_list = field.ty.node.to_string().starts_with('[');
            if is_list && !is_counted_elsewhere(of, &field.name.node) {
                lists += 1;
                if below.times <= place.times {
                    cheap.push(format!("{of}.{}", field.name.node));
                }
            }
            queue.push_back((base(&field.ty.node), below));
        }
    }
    assert_eq!(cheap, Vec::<String>::new());
    assert!(lists > 25, "{lists}");
}
