//! The form in which an operation is executed: fragments written out, conditions decided, and every field once. The library runs a field as often
//! as it stands in the document, mutations among them, and decides conditions without the defaults of variables.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, InlineFragment, OperationDefinition, Selection, SelectionSet, TypeCondition,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value;

use super::Refusal;
use super::collect::{Collector, Found, SetOf};
use super::schema_types::SchemaTypes;

/// The normal form of an operation. Needs a document without conflicts; an error where a condition is no Boolean.
pub fn form(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    types: &SchemaTypes,
    variables: &Variables,
) -> Result<OperationDefinition, Refusal> {
    let writer = Writer(Collector { document, types, variables: Some(variables) });
    let mut selection_set = writer.merged(&[(types.root(operation.ty), &operation.selection_set.node)])?;
    selection_set.pos = operation.selection_set.pos;
    Ok(OperationDefinition {
        ty: operation.ty,
        variable_definitions: operation.variable_definitions.clone(),
        directives: operation.directives.clone(),
        selection_set,
    })
}

struct Writer<'a>(Collector<'a>);

impl<'a> Writer<'a> {
    /// The fields of several sets in one, each once for each condition that it stands under.
    fn merged(&self, sets: &[SetOf<'a>]) -> Result<Positioned<SelectionSet>, Refusal> {
        let mut by_key: IndexMap<_, Vec<Found<'_>>> = IndexMap::new();
        for found in self.0.collect(sets)? {
            let condition = found.condition.map(|condition| condition.node.on.node.as_str());
            by_key.entry((condition, found.key())).or_default().push(found);
        }
        let mut merged = Positioned::<SelectionSet>::default();
        for fields in by_key.values() {
            add(&mut merged.node, fields[0].condition, self.field(fields)?);
        }
        let was_empty = sets.iter().all(|(_, set)| set.items.is_empty());
        if merged.node.items.is_empty() && !was_empty {
            add_nothing(&mut merged);
        }
        Ok(merged)
    }

    /// One field for several that are the same.
    fn field(&self, fields: &[Found<'a>]) -> Result<Positioned<Selection>, Refusal> {
        let Positioned { node: first, pos } = fields[0].field;
        let mut selection_set = self.merged(&self.0.below(fields))?;
        selection_set.pos = first.selection_set.pos;
        let field = Field {
            alias: first.alias.clone(),
            name: first.name.clone(),
            arguments: first.arguments.clone(),
            directives: Vec::new(),
            selection_set,
        };
        Ok(Positioned::new(Selection::Field(Positioned::new(field, *pos)), *pos))
    }
}

/// Adds a field to a set, within a fragment where it stands under a condition.
fn add(set: &mut SelectionSet, condition: Option<&Positioned<TypeCondition>>, field: Positioned<Selection>) {
    let Some(condition) = condition else { return set.items.push(field) };
    if let Some(Selection::InlineFragment(last)) = set.items.last_mut().map(|last| &mut last.node) {
        let known = last.node.type_condition.as_ref().map(|known| &known.node.on.node);
        if known == Some(&condition.node.on.node) {
            return last.node.selection_set.node.items.push(field);
        }
    }
    let fragment = InlineFragment {
        type_condition: Some(condition.clone()),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items: vec![field] }, condition.pos),
    };
    set.items.push(Positioned::new(Selection::InlineFragment(Positioned::new(fragment, condition.pos)), condition.pos));
}

/// Adds a selection that is never answered to a set from which everything was left out: an empty one cannot be written.
fn add_nothing(set: &mut Positioned<SelectionSet>) {
    let pos = set.pos;
    let here = |name: &str| Positioned::new(Name::new(name), pos);
    let arguments = vec![(here("if"), Positioned::new(Value::Boolean(true), pos))];
    let field = Field {
        alias: None,
        name: here("__typename"),
        arguments: Vec::new(),
        directives: vec![Positioned::new(Directive { name: here("skip"), arguments }, pos)],
        selection_set: Positioned::default(),
    };
    set.node.items.push(Positioned::new(Selection::Field(Positioned::new(field, pos)), pos));
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;
    use serde_json::json;

    use super::super::tests::{types, written};
    use super::*;

    fn normal(text: &str, variables: serde_json::Value) -> String {
        let document = parse_query(text).expect("a document");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let form = form(&document, &operation.node, &types(), &Variables::from_json(variables)).expect("it is good");
        written(&form.selection_set.node)
    }

    #[rstest]
    #[case::twice("{ cat { name name } cat { id name } }", "{ cat { name id } }")]
    #[case::aliases("{ a: cat { name } b: cat { name } a: cat { id } }", "{ a: cat { name id } b: cat { name } }")]
    #[case::mutation("mutation { add { id } add { name } }", "{ add { id name } }")]
    #[case::two_fragments(
        "mutation { ...A ...B } fragment A on Mutation { add { id } } fragment B on Mutation { add { id name } }",
        "{ add { id name } }"
    )]
    #[case::inline("{ ... { cat { id } } ... on Query { cat { name } } }", "{ cat { id name } }")]
    #[case::order("{ ... on Query { b: cat { id } } a: cat { id } b: cat { id } }", "{ b: cat { id } a: cat { id } }")]
    #[case::interface(
        "{ node { id ... on Cat { name } ... on Cat { id friend { id } } ...N } } fragment N on Node { id ... on Dog { call } }",
        "{ node { id ... on Cat { name id friend { id } } ... on Dog { call } } }"
    )]
    #[case::object_of_an_interface(
        "{ cat { ... on Node { id ... on Cat { name } ... on Dog { call } } } }",
        "{ cat { id name } }"
    )]
    #[case::introspection(
        "{ __schema { types { ...T } } } fragment T on __Type { name ofType { ...U } } fragment U on __Type { kind }",
        "{ __schema { types { name ofType { kind } } } }"
    )]
    #[case::literal("{ cat { id @include(if: false) name @skip(if: false) } }", "{ cat { name } }")]
    #[case::nothing_left("{ cat { id @skip(if: true) } }", "{ cat { __typename @skip } }")]
    fn every_field_stands_once(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(normal(text, json!({})), expected);
    }

    #[test]
    fn a_normal_form_is_its_own() {
        let text = "{ node { id ... on Cat { name id friend { id } } ... on Dog { call } } a: cat { name } }";
        assert_eq!(normal(text, json!({})), text);
    }

    #[rstest]
    #[case(true, "{ cat { id name } }")]
    #[case(false, "{ cat { name } }")]
    fn conditions_are_decided_by_variables(#[case] given: bool, #[case] expected: &str) {
        let text = "query($x: Boolean!) { cat { ... @include(if: $x) { id } id @include(if: $x) name } }";
        assert_eq!(normal(text, json!({"x": given})), expected);
    }

    #[test]
    fn a_condition_is_a_boolean() {
        let document = parse_query("query($x: Boolean!) { cat @skip(if: $x) { id } }").expect("a document");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let formed = form(&document, &operation.node, &types(), &Variables::from_json(json!({"x": "yes"})));
        assert_eq!(formed.map_err(|refusal| refusal.kind).err(), Some(super::super::Kind::Input));
    }
}
