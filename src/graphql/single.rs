//! The one field of a subscription. The library would run several, compares nothing, and looks into no fragment at the root.

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};

/// The fields at the root of an operation, with fragments written out.
fn root_fields(document: &ExecutableDocument, operation: &OperationDefinition) -> Vec<Positioned<Field>> {
    let mut fields = Vec::new();
    let mut spread: Vec<&Name> = Vec::new();
    let mut sets: Vec<&SelectionSet> = vec![&operation.selection_set.node];
    while let Some(set) = sets.pop() {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => fields.push(field.clone()),
                Selection::InlineFragment(fragment) => sets.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(found) => {
                    let name = &found.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name).filter(|_| !spread.contains(&name)) {
                        spread.push(name);
                        sets.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    fields
}

/// Writes the one field of a subscription at its root, also where it stands in fragments; false where there are several fields, or only `__typename`.
pub fn join_root_field(document: &mut ExecutableDocument, name: Option<&str>) -> bool {
    let is_meant = |known: Option<&Name>| name.is_none() || known.is_none() || known.map(Name::as_str) == name;
    let operation = document.operations.iter().find(|(known, _)| is_meant(*known));
    let Some((_, operation)) = operation else { return true };
    let mut fields = root_fields(document, &operation.node).into_iter();
    let Some(mut joined) = fields.next() else { return false };
    if joined.node.name.node.as_str().starts_with("__") {
        return false;
    }
    for field in fields {
        let is_same = field.node.response_key().node == joined.node.response_key().node
            && field.node.name.node == joined.node.name.node
            && field.node.arguments == joined.node.arguments;
        if !is_same {
            return false;
        }
        joined.node.selection_set.node.items.extend(field.node.selection_set.node.items);
    }
    if let Some(operation) = operation_mut(document, name) {
        let items = &mut operation.selection_set.node.items;
        // Fragments stay, so that they count as used.
        items.retain(|item| !matches!(item.node, Selection::Field(_)));
        let position = joined.pos;
        items.insert(0, Positioned::new(Selection::Field(joined), position));
    }
    true
}

fn operation_mut<'a>(document: &'a mut ExecutableDocument, name: Option<&str>) -> Option<&'a mut OperationDefinition> {
    match (&mut document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(&mut operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.get_mut(name).map(|operation| &mut operation.node)
        }
        (DocumentOperations::Multiple(operations), None) => {
            operations.values_mut().next().map(|operation| &mut operation.node)
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("subscription { a }", true, 1)]
    #[case("subscription { a { b } a { c } }", true, 2)]
    #[case("subscription { ...F } fragment F on Subscription { a { b c d } }", true, 3)]
    #[case("subscription { ... on Subscription { a { b } } a { c } }", true, 2)]
    #[case("subscription { a b }", false, 0)]
    #[case("subscription { a ...F } fragment F on Subscription { b }", false, 0)]
    #[case("subscription { a(b: 1) a(b: 2) }", false, 0)]
    #[case("subscription { __typename }", false, 0)]
    #[case("subscription { ...F } fragment F on Subscription { ...F }", false, 0)]
    fn a_subscription_has_one_field(#[case] text: &str, #[case] is_good: bool, #[case] selected: usize) {
        let mut document = parse_query(text).expect("the document is well-formed");
        assert_eq!(join_root_field(&mut document, None), is_good);
        if is_good {
            let (_, operation) = document.operations.iter().next().expect("there is an operation");
            let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("no field") };
            assert_eq!(field.node.selection_set.node.items.len().max(1), selected);
        }
    }
}
