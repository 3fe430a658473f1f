//! What the tests of this part share, and those of the whole way from a text to what is executed.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use async_graphql::parser::types::{Selection, SelectionSet};
use async_graphql_value::Value;

/// Limits like those of a server.
pub const LIMITS: Limits = Limits {
    max_bytes: 65_536,
    max_tokens: 4000,
    max_fields: 1000,
    max_depth: 15,
    max_aliases: 50,
    max_directives: 50,
};

/// A small schema.
pub fn types() -> SchemaTypes {
    let text = "schema { query: Query mutation: Mutation subscription: Subscription }
        type Query { cat: Cat! cats(first: Int, last: Int): [Cat!]! node: Node nodes: [Node!]! }
        type Mutation { add: Cat! } type Subscription { born: Cat! }
        interface Node { id: ID! }
        type Cat implements Node { id: ID! name: String friend: Dog }
        type Dog implements Node { id: ID! call: String friend: Cat }
        enum Colour { RED }";
    SchemaTypes::parse(text).expect("it is a schema")
}

/// A selection set as text; directives by their names.
pub fn written(set: &SelectionSet) -> String {
    let items: Vec<String> = set.items.iter().map(|item| selection(&item.node)).collect();
    format!("{{ {} }}", items.join(" "))
}

fn selection(selection: &Selection) -> String {
    let (name, set) = match selection {
        Selection::Field(field) => {
            let alias = field.node.alias.as_ref().map(|alias| format!("{}: ", alias.node)).unwrap_or_default();
            (format!("{alias}{}", field.node.name.node), &field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => {
            let on = fragment.node.type_condition.as_ref().map(|on| format!(" on {}", on.node.on.node));
            (format!("...{}", on.unwrap_or_default()), &fragment.node.selection_set.node)
        }
        Selection::FragmentSpread(spread) => return format!("...{}", spread.node.fragment_name.node),
    };
    let directives: String =
        selection.directives().iter().map(|directive| format!(" @{}", directive.node.name.node)).collect();
    let set = if set.items.is_empty() { String::new() } else { format!(" {}", written(set)) };
    format!("{name}{directives}{set}")
}

fn read(text: &str) -> Result<Document, Refusal> {
    Document::read(text, &LIMITS, &types())
}

fn bound(text: &str, name: Option<&str>, variables: serde_json::Value) -> Result<String, Refusal> {
    let document = read(text)?.bind(name, &mut Variables::from_json(variables), &LIMITS, &types())?;
    let (_, operation) = document.operations.iter().next().expect("an operation");
    Ok(written(&operation.node.selection_set.node))
}

#[test]
fn errors_of_the_parser_say_where_and_repeat_nothing() {
    let refusal = read(&format!("{{ cat {{ name }} }} # {}\n}}", "secret ".repeat(100))).err().expect("it is wrong");
    assert_eq!((refusal.kind, refusal.locations), (Kind::Syntax, vec![Pos { line: 2, column: 1 }]));
    assert!(!refusal.message.contains("secret") && refusal.message.len() < 250, "{}", refusal.message);
}

#[test]
fn defaults_count_for_conditions() {
    let text = "query($x: Boolean = true) { cat { id name @include(if: $x) } }";
    assert_eq!(bound(text, None, json!({})), Ok("{ cat { id name } }".into()));
    assert_eq!(bound(text, None, json!({"x": false})), Ok("{ cat { id } }".into()));
    assert_eq!(bound(text, None, json!({"x": null})).map_err(|refusal| refusal.kind), Err(Kind::Input));
}

#[test]
fn only_the_operation_that_is_meant_is_left() {
    let text = "query A { cat { ...F } } query B($x: Int!) { cats(first: $x) { ...F } } fragment F on Cat { id }";
    assert_eq!(bound(text, Some("A"), json!({})), Ok("{ cat { id } }".into()));
    assert_eq!(bound(text, Some("B"), json!({"x": 1})), Ok("{ cats { id } }".into()));
    assert_eq!(bound(text, None, json!({})).map_err(|refusal| refusal.kind), Err(Kind::Input));
}

#[test]
fn a_subscription_has_one_field() {
    for (text, is_good) in [
        ("subscription { born { id } }", true),
        ("subscription { born { id } born { name } }", true),
        ("subscription { ...F ... { born { id } } } fragment F on Subscription { born { name } }", true),
        ("subscription { born { id } other: born { id } }", false),
        ("subscription { __typename }", false),
        ("subscription($x: Boolean!) { born @skip(if: $x) { id } }", false),
    ] {
        assert_eq!(bound(text, None, json!({"x": true})).is_ok(), is_good, "{text}");
    }
}

#[test]
fn a_document_weighs_what_its_fragments_become() {
    let long =
        format!("{{ {} }}", "... { ...F }".repeat(90)) + " fragment F on Query { cat { id name friend { id } } }";
    let short = "{ ...F } fragment F on Query { cat { id name friend { id } } }";
    let weight = |text: &str| read(text).map(|document| document.weight()).expect("it is good");
    assert!(weight(&long) > 20 * weight(short));
}

/// How deep a value nests, and of how many tokens it is at least.
fn extent_of_value(value: &Value) -> (usize, usize) {
    let within: Vec<(usize, usize)> = match value {
        Value::List(entries) => entries.iter().map(extent_of_value).collect(),
        Value::Object(fields) => fields.values().map(extent_of_value).map(|(depth, size)| (depth, size + 1)).collect(),
        _ => return (0, 1),
    };
    (
        1 + within.iter().map(|(depth, _)| *depth).max().unwrap_or_default(),
        2 + within.iter().map(|(_, size)| size).sum::<usize>(),
    )
}

/// The same for a selection set.
fn extent(set: &SelectionSet) -> (usize, usize) {
    let (mut depth, mut size) = (1, 2);
    for item in &set.items {
        let (arguments, below): (&[_], _) = match &item.node {
            Selection::Field(field) => (&field.node.arguments, Some(&field.node.selection_set.node)),
            Selection::InlineFragment(fragment) => (&[], Some(&fragment.node.selection_set.node)),
            Selection::FragmentSpread(_) => (&[], None),
        };
        let values =
            arguments.iter().map(|(_, value)| extent_of_value(&value.node)).map(|(depth, size)| (depth + 1, size + 1));
        let sets = below.filter(|set| !set.items.is_empty()).map(extent);
        for (found, tokens) in values.chain(sets) {
            (depth, size) = (depth.max(1 + found), size + tokens);
        }
        size += 1;
    }
    (depth, size)
}

/// A document of pieces whose ends are easily mistaken.
fn mistakable() -> impl Strategy<Value = String> {
    let deep = format!("{}{}", "[".repeat(lexical::MAX_NESTING), "]".repeat(lexical::MAX_NESTING));
    let quotes =
        ["\"", "\"\"\"", "\\\"", "\\", "x", " ", "\n", "#"].map(str::to_owned).into_iter().chain([deep]).collect();
    let words = ["null", "true", "0", "1", "-", "+", ".", "e", "x", "[", "]", "$a", " "].map(str::to_owned).to_vec();
    let pieces = |pieces: Vec<String>| {
        prop::collection::vec(prop::sample::select(pieces), 0..7).prop_map(|pieces| pieces.concat())
    };
    let selections = ["a", "...", "A", "{", "}", ":", "on", "@b", "(c:1)", " "].map(str::to_owned).to_vec();
    prop_oneof![
        4 => pieces(quotes).prop_map(|value| format!("{{ a(b: [{value}]) }}")),
        2 => pieces(words).prop_map(|value| format!("{{ a(b: [{value}]) }}")),
        1 => pieces(selections).prop_map(|selections| format!("{{ k {selections} }}")),
    ]
}

/// Documents that are nearly right, so that more than the parser is reached.
fn nearly() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "id",
        "x: name",
        "name @skip(if: $x)",
        "...F",
        "...G",
        "__typename",
        "n @a(b: [{c: 1}])",
    ]);
    let set = leaf.prop_map(str::to_owned).prop_recursive(4, 24, 4, |inner| {
        let open = prop::sample::select(vec![
            "cat",
            "node",
            "cats(first: $x)",
            "...",
            "... on Cat",
            "... on Node @include(if: $x)",
            "friend",
        ]);
        (open, prop::collection::vec(inner, 1..4)).prop_map(|(open, inner)| format!("{open} {{ {} }}", inner.join(" ")))
    });
    (set.clone(), set.clone(), set).prop_map(|(root, f, g)| {
        format!("query($x: Boolean! = true) {{ {root} }} fragment F on Cat {{ {f} }} fragment G on Node {{ {g} }}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_is_scanned_is_what_is_parsed(text in mistakable()) {
        if let Ok((scanned, tokens)) = lexical::scan(&text, &LIMITS) && let Ok(document) = parse_query(scanned) {
            let (_, operation) = document.operations.iter().next().expect("an operation");
            let (depth, size) = extent(&operation.node.selection_set.node);
            prop_assert!(depth <= lexical::MAX_NESTING && size <= tokens, "{depth} levels, {size} tokens for {tokens}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_document_comes_to_an_unexpected_end(text in nearly()) {
        if let Ok(document) = read(&text) {
            drop(document.bind(None, &mut Variables::default(), &LIMITS, &types()));
        }
    }

    #[test]
    fn the_normal_form_of_a_normal_form_is_itself(text in nearly()) {
        // Every type has every field, so that each document fits.
        let fields = "id: ID! x: ID n: ID name: String cat: Cat node: Node cats: [Cat] friend: Node";
        let types = format!(
            "schema {{ query: Query }} type Query {{ {fields} }} interface Node {{ {fields} }} type Cat implements Node {{ {fields} }}"
        );
        let types = SchemaTypes::parse(&types).expect("it is a schema");
        let bound = |text: &str| {
            let document = Document::read(text, &LIMITS, &types)?.bind(None, &mut Variables::default(), &LIMITS, &types)?;
            let (_, operation) = document.operations.iter().next().expect("an operation");
            Ok::<_, Refusal>(written(&operation.node.selection_set.node))
        };
        if let Ok(form) = bound(&text) && !form.contains("@skip") {
            prop_assert_eq!(bound(&form), Ok(form));
        }
    }
}
