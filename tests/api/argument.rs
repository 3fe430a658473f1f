//! No string in any argument of the schema brings out a word about the inside. Also the schema as tests walk it.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use deskgraph::graphql;
use serde_json::Value;

use crate::support::TestApp;

/// Words that only the inside of the server knows.
pub const INTERNALS: [&str; 7] = ["SELECT ", "sqlx", "sea_orm", "SQLite", "MariaDB", "panicked", "src/"];

/// Strings that are hard to pass on, as they stand in a document.
fn strings() -> Vec<String> {
    vec![
        r"a\u0000b".into(),
        r"a\u0007\u001b[31m\uFFFF".into(),
        r#"'\"\\%_;--{}${x}<b>\u{10FFFF}\u{202E}"#.into(),
        "é".repeat(20_000),
        String::new(),
    ]
}

/// The root fields and types of the schema.
pub struct Schema(Vec<TypeDefinition>);

impl Schema {
    /// Reads the schema of the server.
    pub fn of_the_server() -> Self {
        let definitions = parse_schema(graphql::sdl()).expect("it is a schema").definitions;
        let types = definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        });
        Self(types.collect())
    }

    /// What a type is; `None` where there is none of that name.
    pub fn kind(&self, name: &str) -> Option<&TypeKind> {
        self.0.iter().find(|found| found.name.node == name).map(|found| &found.kind)
    }

    /// The fields of a type; none where it is no object.
    pub fn fields(&self, name: &str) -> Vec<&FieldDefinition> {
        match self.kind(name) {
            Some(TypeKind::Object(object)) => object.fields.iter().map(|field| &field.node).collect(),
            _ => Vec::new(),
        }
    }

    /// A value of a type with this text in it wherever a text can be; `None` where none can be.
    fn value(&self, found: &Type, text: &str, depth: usize) -> Option<String> {
        let name = match &found.base {
            BaseType::List(entry) => return self.value(entry, text, depth).map(|entry| format!("[{entry}]")),
            BaseType::Named(name) => name.as_str(),
        };
        match self.kind(name) {
            Some(TypeKind::InputObject(object)) => {
                let field = |field: &InputValueDefinition| {
                    let value = (depth < 4).then(|| self.value(&field.ty.node, text, depth + 1)).flatten();
                    let value = value.or_else(|| (!field.ty.node.nullable).then(|| self.plain(&field.ty.node)));
                    value.map(|value| format!("{}: {value}", field.name.node))
                };
                let fields: Vec<String> = object.fields.iter().filter_map(|one| field(&one.node)).collect();
                Some(format!("{{{}}}", fields.join(", ")))
            }
            Some(TypeKind::Enum(_)) => None,
            _ if ["Int", "Float", "Boolean"].contains(&name) => None,
            _ => Some(format!("\"{text}\"")),
        }
    }

    /// A value that is nothing special.
    fn plain(&self, found: &Type) -> String {
        match &found.base {
            BaseType::List(entry) => format!("[{}]", self.plain(entry)),
            BaseType::Named(name) => match self.kind(name) {
                Some(TypeKind::Enum(one)) => one.values[0].node.value.node.to_string(),
                Some(TypeKind::InputObject(_)) => self.value(found, "acme", 0).expect("an object"),
                _ if name == "Int" => "1".into(),
                _ if name == "Boolean" => "true".into(),
                _ => "\"acme\"".into(),
            },
        }
    }

    /// A field with the arguments that it has to have.
    pub fn call(&self, field: &FieldDefinition) -> String {
        let needed =
            field.arguments.iter().map(|argument| &argument.node).filter(|argument| !argument.ty.node.nullable);
        let needed = needed.filter(|argument| argument.default_value.is_none());
        let arguments: Vec<String> =
            needed.map(|argument| format!("{}: {}", argument.name.node, self.plain(&argument.ty.node))).collect();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(" ")) };
        format!("{}{arguments}", field.name.node)
    }

    /// A document for each argument of a field that can hold a text.
    fn documents(&self, operation: &str, field: &FieldDefinition, text: &str) -> Vec<String> {
        let arguments: Vec<&InputValueDefinition> = field.arguments.iter().map(|argument| &argument.node).collect();
        let with = |hostile: &InputValueDefinition| {
            let value = self.value(&hostile.ty.node, text, 0)?;
            let others =
                arguments.iter().filter(|other| other.name.node != hostile.name.node && !other.ty.node.nullable);
            let others: String =
                others.map(|other| format!("{}: {} ", other.name.node, self.plain(&other.ty.node))).collect();
            let name = &field.name.node;
            Some(format!("{operation} {{ {name}({}: {value} {others}) {{ __typename }} }}", hostile.name.node))
        };
        arguments.iter().filter_map(|argument| with(argument)).collect()
    }
}

#[tokio::test]
async fn no_string_in_any_argument_brings_out_the_inside() {
    let app = TestApp::new().await;
    let (root, schema) = (app.as_administrator(), Schema::of_the_server());
    let mut asked = 0;
    for (operation, name) in [("query", "Query"), ("mutation", "Mutation")] {
        for field in schema.fields(name) {
            for document in strings().iter().flat_map(|text| schema.documents(operation, field, text)) {
                let answer = root.post(&document, Value::Null).await;
                asked += 1;
                let code = answer.json()["errors"][0]["extensions"]["code"].clone();
                assert!(answer.status.as_u16() < 500, "{document:.300}: {:.500}", answer.text);
                assert!(
                    code != "INTERNAL_SERVER_ERROR" && code != "GRAPHQL_PARSE_FAILED",
                    "{document:.300}: {:.500}",
                    answer.text
                );
                assert_eq!(
                    INTERNALS.iter().find(|word| answer.text.contains(**word)),
                    None,
                    "{document:.300}: {:.500}",
                    answer.text
                );
            }
        }
    }
    assert!(asked > 200, "{asked}");
}
