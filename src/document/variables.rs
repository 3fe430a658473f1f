//! The variables of a request, as the specification coerces them (GraphQL, September 2025, sections 6.1.2 and 6.4.1): a default stands in for
//! one that is not given, and an argument or input field whose variable is neither given nor has a default is as if it were not written.

use std::collections::HashSet;

use async_graphql::parser::types::{Field, OperationDefinition, Selection, SelectionSet, VariableDefinition};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

use super::Refusal;

/// Gives variables their defaults. An error where one that may not be null is null or missing.
pub fn complete(definitions: &[Positioned<VariableDefinition>], variables: &mut Variables) -> Result<(), Refusal> {
    for definition in definitions {
        let VariableDefinition { name, var_type, default_value, .. } = &definition.node;
        if let Some(default) = default_value {
            variables.entry(name.node.clone()).or_insert_with(|| default.node.clone());
        }
        let what = match variables.get(&name.node) {
            None => "is missing",
            Some(ConstValue::Null) => "is null",
            Some(_) => continue,
        };
        if !var_type.node.nullable {
            let message = format!("the variable `${}` of type `{}` {what}", name.node, var_type.node);
            return Err(Refusal::input(message).at([definition.pos]));
        }
    }
    Ok(())
}

/// Removes what is as if it were not written, and the definitions of variables that are used no more.
pub fn settle(operation: &mut OperationDefinition, variables: &Variables) {
    let mut settler = Settler { variables, used: HashSet::new() };
    settler.set(&mut operation.selection_set.node);
    operation.variable_definitions.retain(|definition| settler.used.contains(&definition.node.name.node));
}

struct Settler<'a> {
    variables: &'a Variables,
    used: HashSet<Name>,
}

impl Settler<'_> {
    fn set(&mut self, set: &mut SelectionSet) {
        for item in &mut set.items {
            match &mut item.node {
                Selection::Field(field) => self.field(&mut field.node),
                Selection::InlineFragment(fragment) => self.set(&mut fragment.node.selection_set.node),
                // A normal form has none.
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn field(&mut self, field: &mut Field) {
        field.arguments.retain_mut(|(_, value)| self.is_there(&mut value.node));
        self.set(&mut field.selection_set.node);
    }

    /// Whether a value is there at all. Within it, input fields that are not are removed; in lists they are null.
    fn is_there(&mut self, value: &mut Value) -> bool {
        match value {
            Value::Variable(name) if !self.variables.contains_key(name) => return false,
            Value::Variable(name) => drop(self.used.insert(name.clone())),
            Value::List(entries) => {
                for entry in entries {
                    if !self.is_there(entry) {
                        *entry = Value::Null;
                    }
                }
            }
            Value::Object(fields) => fields.retain(|_, value| self.is_there(value)),
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::DocumentOperations;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn operation(text: &str) -> OperationDefinition {
        match parse_query(text).expect("a document").operations {
            DocumentOperations::Single(operation) => operation.node,
            DocumentOperations::Multiple(_) => panic!("it has a name"),
        }
    }

    #[rstest]
    #[case(json!({}), Ok(json!({"b": 2})))]
    #[case(json!({"a": 1}), Ok(json!({"a": 1, "b": 2})))]
    #[case(json!({"a": null, "b": null}), Ok(json!({"a": null, "b": null})))]
    #[case(json!({"a": 1, "b": 3, "other": 4}), Ok(json!({"a": 1, "b": 3, "other": 4})))]
    fn defaults_stand_in_for_what_is_not_given(
        #[case] given: serde_json::Value,
        #[case] expected: Result<serde_json::Value, Refusal>,
    ) {
        let mut variables = Variables::from_json(given);
        let operation = operation("query($a: Int, $b: Int = 2) { x(a: $a, b: $b) }");
        let completed = complete(&operation.variable_definitions, &mut variables).map(|()| variables);
        assert_eq!(completed, expected.map(Variables::from_json));
    }

    #[rstest]
    #[case("$a: Int!", json!({}), "the variable `$a` of type `Int!` is missing")]
    #[case("$a: Int!", json!({"a": null}), "the variable `$a` of type `Int!` is null")]
    #[case("$a: [Int]! = [1]", json!({"a": null}), "the variable `$a` of type `[Int]!` is null")]
    fn what_may_not_be_null_has_to_be_given(
        #[case] definition: &str,
        #[case] given: serde_json::Value,
        #[case] expected: &str,
    ) {
        let operation = operation(&format!("query({definition}) {{ x(a: $a) }}"));
        let refused = complete(&operation.variable_definitions, &mut Variables::from_json(given));
        assert_eq!(refused.map_err(|refusal| refusal.message), Err(expected.to_owned()));
    }

    #[test]
    fn what_is_not_given_is_as_if_it_were_not_written() {
        let mut found = operation(
            "query($a: Int, $b: Int, $n: Int) { x(p: $a, q: {r: $a, s: [$a, $b], t: $n}) { ... { y(p: $a, q: $b) } } }",
        );
        settle(&mut found, &Variables::from_json(json!({"b": 1, "n": null})));
        let expected = operation("query($b: Int, $n: Int) { x(q: {s: [null, $b], t: $n}) { ... { y(q: $b) } } }");
        let shape = |operation: &OperationDefinition| {
            let shown = format!("{operation:?}");
            regex::Regex::new(r"Pos\(\d+:\d+\)|Pos \{[^}]*\}").expect("a pattern").replace_all(&shown, "").into_owned()
        };
        assert_eq!(shape(&found), shape(&expected));
    }
}
