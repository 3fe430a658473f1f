//! The variables of a request, as the specification coerces them (GraphQL, September 2025, sections 6.1.2 and 6.4.1): a default stands in for
//! one that is not given, and an argument or input field whose variable is neither given nor has a default is as if it were not written.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{Field, OperationDefinition, Selection, SelectionSet, VariableDefinition};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

use super::measure::TEXT_UNIT;
use super::{Limits, Refusal};

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

/// Removes what is as if it were not written, and the variables that are used no more, with their definitions.
pub fn settle(operation: &mut OperationDefinition, variables: &mut Variables) {
    let mut settler = Settler { variables, used: HashSet::new() };
    settler.set(&mut operation.selection_set.node);
    let used = settler.used;
    operation.variable_definitions.retain(|definition| used.contains(&definition.node.name.node));
    variables.retain(|name, _| used.contains(name));
}

/// Refuses variables that are too large for the places that use them: the library copies them to each. One place in the arguments of a root field
/// is free, because it takes no more than the request has brought; what stands below is read again for every object.
pub fn check_size(operation: &OperationDefinition, variables: &Variables, limits: &Limits) -> Result<(), Refusal> {
    let sizes = variables.iter().map(|(name, value)| (name, size(value))).collect();
    let mut copies = Copies { sizes, at_root: HashSet::new(), values: 0 };
    copies.set(&operation.selection_set.node, true);
    if copies.values <= limits.max_tokens {
        return Ok(());
    }
    let message = format!(
        "the variables have more than {} values for all places that use them: use a large one once, in an argument of a root field",
        limits.max_tokens
    );
    Err(Refusal::limit(message))
}

/// The values in a value, itself among them; long texts are several.
fn size(value: &ConstValue) -> usize {
    match value {
        ConstValue::String(text) => 1 + text.len() / TEXT_UNIT,
        ConstValue::List(entries) => 1 + entries.iter().map(size).sum::<usize>(),
        ConstValue::Object(fields) => 1 + fields.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// The values of variables in the places that use them.
struct Copies<'a> {
    sizes: HashMap<&'a Name, usize>,
    /// Variables that stood in an argument of a root field.
    at_root: HashSet<&'a Name>,
    values: usize,
}

impl<'a> Copies<'a> {
    fn set(&mut self, set: &'a SelectionSet, is_root: bool) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    for (_, value) in &field.node.arguments {
                        self.value(&value.node, is_root);
                    }
                    self.set(&field.node.selection_set.node, false);
                }
                Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node, is_root),
                // A normal form has none.
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn value(&mut self, value: &'a Value, is_root: bool) {
        match value {
            Value::Variable(name) if is_root && self.at_root.insert(name) => {}
            Value::Variable(name) => {
                let size = self.sizes.get(name).copied().unwrap_or_default();
                self.values = self.values.saturating_add(size);
            }
            Value::List(entries) => entries.iter().for_each(|entry| self.value(entry, is_root)),
            Value::Object(fields) => fields.values().for_each(|value| self.value(value, is_root)),
            _ => {}
        }
    }
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

    use super::super::tests::LIMITS;
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
        let mut variables = Variables::from_json(json!({"b": 1, "n": null, "other": 2}));
        settle(&mut found, &mut variables);
        assert_eq!(variables, Variables::from_json(json!({"b": 1, "n": null})));
        let expected = operation("query($b: Int, $n: Int) { x(q: {s: [null, $b], t: $n}) { ... { y(q: $b) } } }");
        let shape = |operation: &OperationDefinition| {
            let shown = format!("{operation:?}");
            regex::Regex::new(r"Pos\(\d+:\d+\)|Pos \{[^}]*\}").expect("a pattern").replace_all(&shown, "").into_owned()
        };
        assert_eq!(shape(&found), shape(&expected));
    }

    #[rstest]
    #[case::once("{ x(p: $a) }", 40_000, true)]
    #[case::once_within("{ x(p: [{q: $a}]) }", 40_000, true)]
    #[case::once_in_a_fragment("{ ... on T { x(p: $a) { y(p: 1) } } }", 40_000, true)]
    #[case::twice("{ x(p: $a) y(p: $a) }", 3_990, true)]
    #[case::twice_large("{ x(p: $a) y(p: $a) }", 4_000, false)]
    #[case::twice_in_one_field("{ x(p: [$a, $a]) }", 4_000, false)]
    #[case::below("{ x { y(p: $a) } }", 3_990, true)]
    #[case::below_large("{ x { y(p: $a) } }", 4_000, false)]
    #[case::often("{ x(p: $a) y(p: $a) z { v(p: $a) w(p: $a) } }", 1_330, true)]
    #[case::often_large("{ x(p: $a) y(p: $a) z { v(p: $a) w(p: $a) } }", 1_340, false)]
    fn a_large_variable_is_used_once(#[case] set: &str, #[case] entries: usize, #[case] expected: bool) {
        let operation = operation(&format!("query($a: [Int]) {set}"));
        for list in [json!(vec![1; entries]), json!(["x".repeat(32 * entries)])] {
            let variables = Variables::from_json(json!({"a": list}));
            assert_eq!(check_size(&operation, &variables, &LIMITS).is_ok(), expected, "{set}");
        }
    }
}
