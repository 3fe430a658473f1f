//! What the rules of the library leave out: `__typename`, which none of them looks at, and fragments named `on`.

use async_graphql::Positioned;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationDefinition, Selection, SelectionSet,
};

use super::Refusal;

/// Refuses `__typename` with arguments or fields, and fragments named `on` (GraphQL, September 2025, sections 2.9 and 5.4.2). Directives of
/// `__typename` are moved to a fragment around it, where the rules about directives and variables see them.
pub fn tidy(document: &mut ExecutableDocument) -> Result<(), Refusal> {
    if let Some(fragment) = document.fragments.get("on") {
        return Err(Refusal::syntax("a fragment cannot be named `on`").at([fragment.pos]));
    }
    for fragment in document.fragments.values_mut() {
        tidy_set(&mut fragment.node.selection_set.node)?;
    }
    operations_mut(&mut document.operations).try_for_each(|operation| tidy_set(&mut operation.selection_set.node))
}

fn operations_mut(operations: &mut DocumentOperations) -> impl Iterator<Item = &mut OperationDefinition> {
    let (single, multiple) = match operations {
        DocumentOperations::Single(operation) => (Some(&mut operation.node), None),
        DocumentOperations::Multiple(operations) => (None, Some(operations.values_mut())),
    };
    single.into_iter().chain(multiple.into_iter().flatten().map(|operation| &mut operation.node))
}

fn tidy_set(set: &mut SelectionSet) -> Result<(), Refusal> {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {
                check(field)?;
                if !field.node.directives.is_empty() {
                    item.node = wrapped(field);
                }
            }
            Selection::Field(field) => tidy_set(&mut field.node.selection_set.node)?,
            Selection::InlineFragment(fragment) => tidy_set(&mut fragment.node.selection_set.node)?,
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

fn check(field: &Positioned<Field>) -> Result<(), Refusal> {
    let Field { arguments, selection_set, .. } = &field.node;
    match (arguments.first(), selection_set.node.items.is_empty()) {
        (None, true) => Ok(()),
        (Some((name, _)), _) => Err(Refusal::invalid("`__typename` has no arguments").at([name.pos])),
        (None, false) => Err(Refusal::invalid("`__typename` has no fields").at([selection_set.pos])),
    }
}

fn wrapped(field: &mut Positioned<Field>) -> Selection {
    let (pos, directives) = (field.pos, std::mem::take(&mut field.node.directives));
    let items = vec![Positioned::new(Selection::Field(field.clone()), pos)];
    let selection_set = Positioned::new(SelectionSet { items }, pos);
    Selection::InlineFragment(Positioned::new(InlineFragment { type_condition: None, directives, selection_set }, pos))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;

    use super::super::Kind;
    use super::*;

    #[rstest]
    #[case("{ __typename(a: 1) }", Some(Kind::Invalid))]
    #[case("{ a { ... { __typename { b } } } }", Some(Kind::Invalid))]
    #[case("{ ...F } fragment F on Query { x: __typename(a: 1) }", Some(Kind::Invalid))]
    #[case("{ ...F } fragment on on Query { a }", Some(Kind::Syntax))]
    #[case("query A { a } query B { __typename { b } }", Some(Kind::Invalid))]
    #[case("{ __typename a { t: __typename @skip(if: true) } }", None)]
    fn typename_has_nothing_below_it(#[case] text: &str, #[case] expected: Option<Kind>) {
        let mut document = parse_query(text).expect("the parser accepts it");
        assert_eq!(tidy(&mut document).err().map(|refusal| refusal.kind), expected);
    }

    #[test]
    fn directives_are_moved_to_where_they_are_seen() {
        let mut document = parse_query("query($x: Boolean!) { t: __typename @include(if: $x) }").expect("a document");
        tidy(&mut document).expect("it is good");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let Selection::InlineFragment(fragment) = &operation.node.selection_set.node.items[0].node else {
            panic!("no fragment")
        };
        assert_eq!(fragment.node.directives.len(), 1);
        assert!(fragment.node.selection_set.node.items[0].node.directives().is_empty());
    }
}
