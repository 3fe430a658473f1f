//! What an operation costs with given variables is remembered, because finding it out takes longer than anything else that stands before its run.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Mutex;

use async_graphql::Variables;
use async_graphql::parser::types::{BaseType, ExecutableDocument, OperationDefinition};
use async_graphql_value::ConstValue;

/// The most costs that are remembered of a document, and the longest key of one, in bytes.
const MOST: usize = 32;
const LONGEST: usize = 256;
/// Types whose values change no cost.
const TEXTS: [&str; 2] = ["String", "ID"];

/// The costs of a document's operations.
#[derive(Default)]
pub struct Costs(Mutex<HashMap<String, usize>>);

impl Costs {
    /// The most that they take in memory, in bytes.
    pub const WEIGHT: usize = MOST * LONGEST;

    /// The cost of an operation in normal form; where it is not known, it is found out. One that cannot be found out is not remembered.
    pub fn of<E>(
        &self,
        form: &ExecutableDocument,
        variables: &Variables,
        find: impl FnOnce() -> Result<usize, E>,
    ) -> Result<usize, E> {
        let key = form.operations.iter().next().and_then(|(_, operation)| key(&operation.node, variables));
        let known = || key.as_ref().and_then(|key| self.known().get(key).copied());
        if let Some(cost) = known() {
            return Ok(cost);
        }
        let cost = find()?;
        if let Some(key) = key {
            let mut known = self.known();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(key, cost);
        }
        Ok(cost)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().expect("no panic while holding the costs")
    }
}

/// What the cost depends on: the operation, and the variables as far as they are no texts; `None` where that is long.
fn key(operation: &OperationDefinition, variables: &Variables) -> Option<String> {
    let mut key = format!("{:?}", operation.selection_set.pos);
    for definition in &operation.variable_definitions {
        let (name, declared) = (&definition.node.name.node, &definition.node.var_type.node.base);
        match (variables.get(name)?, declared) {
            (ConstValue::String(_), BaseType::Named(of)) if TEXTS.contains(&of.as_str()) => write!(key, ",{name}"),
            (value, _) => write!(key, ",{name}={value}"),
        }
        .ok()?;
        if key.len() > LONGEST {
            return None;
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const DOCUMENT: &str =
        "query($id: String!, $n: Int, $of: [Int!]) { customer(id: $id) { users(first: $n, of: $of) { id } } }";

    #[rstest]
    #[case(json!({ "id": "b", "n": 1, "of": [] }), false)]
    #[case(json!({ "id": "a", "n": 2, "of": [] }), true)]
    #[case(json!({ "id": "a", "n": 1, "of": [1] }), true)]
    #[case(json!({ "id": 1, "n": 1, "of": [] }), true)]
    fn a_cost_is_found_out_again_unless_only_texts_differ(
        #[case] variables: serde_json::Value,
        #[case] expected: bool,
    ) {
        let (costs, form) = (Costs::default(), parse_query(DOCUMENT).expect("a document"));
        let first = Variables::from_json(json!({ "id": "a", "n": 1, "of": [] }));
        assert_eq!(costs.of(&form, &first, || Ok::<_, ()>(7)), Ok(7));
        let mut is_found_again = false;
        let again = costs.of(&form, &Variables::from_json(variables), || {
            is_found_again = true;
            Ok::<_, ()>(7)
        });
        assert_eq!((again, is_found_again), (Ok(7), expected));
    }

    #[test]
    fn what_is_refused_or_long_is_not_remembered() {
        let (costs, form) = (Costs::default(), parse_query(DOCUMENT).expect("a document"));
        let short = Variables::from_json(json!({ "id": "a", "n": 1, "of": [] }));
        assert_eq!(costs.of(&form, &short, || Err("no")), Err("no"));
        let long = Variables::from_json(json!({ "id": "a", "n": 1, "of": vec![1000; 100] }));
        assert_eq!(costs.of(&form, &long, || Ok::<_, ()>(7)), Ok(7));
        assert!(costs.known().is_empty());
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let (costs, form) = (Costs::default(), parse_query(DOCUMENT).expect("a document"));
        for number in 0..100 {
            let variables = Variables::from_json(json!({ "id": "a", "n": number, "of": [] }));
            assert_eq!(costs.of(&form, &variables, || Ok::<_, ()>(number)), Ok(number));
        }
        assert!(costs.known().len() <= MOST);
    }
}
