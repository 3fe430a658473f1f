//! How many fields a document asks for once its fragments are written out, told in one pass: each fragment is counted once, so that fragments which
//! spread others twice cost nothing to refuse. The library walks them again at every spread, before any of its own limits.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// The number of selections of the largest operation with its fragments written out. Fragments that spread themselves count as endless.
pub fn expanded_selections(document: &ExecutableDocument) -> usize {
    let mut counted = HashMap::new();
    let operations = document.operations.iter();
    operations
        .map(|(_, operation)| count(&operation.node.selection_set.node, document, &mut counted))
        .max()
        .unwrap_or(0)
}

/// `None` stands for a fragment that is being counted.
fn count<'a>(
    set: &'a SelectionSet,
    document: &'a ExecutableDocument,
    counted: &mut HashMap<&'a Name, Option<usize>>,
) -> usize {
    set.items.iter().fold(0, |sum: usize, item| {
        sum.saturating_add(match &item.node {
            Selection::Field(field) => count(&field.node.selection_set.node, document, counted).saturating_add(1),
            Selection::InlineFragment(fragment) => count(&fragment.node.selection_set.node, document, counted),
            Selection::FragmentSpread(spread) => count_fragment(&spread.node.fragment_name.node, document, counted),
        })
    })
}

fn count_fragment<'a>(
    name: &'a Name,
    document: &'a ExecutableDocument,
    counted: &mut HashMap<&'a Name, Option<usize>>,
) -> usize {
    match counted.get(name) {
        Some(Some(known)) => *known,
        Some(None) => usize::MAX,
        None => {
            let Some(fragment) = document.fragments.get(name) else { return 1 };
            counted.insert(name, None);
            // A spread counts itself, so that empty-handed fragments cannot be spread without end either.
            let selections = count(&fragment.node.selection_set.node, document, counted).saturating_add(1);
            counted.insert(name, Some(selections));
            selections
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::expanded_selections;

    fn of(document: &str) -> usize {
        expanded_selections(&parse_query(document).expect("a document"))
    }

    #[test]
    fn fields_count_wherever_they_stand() {
        assert_eq!(of("{ a { b ... { c } ...F } } fragment F on T { d e }"), 6);
    }

    #[test]
    fn fragments_that_double_are_counted_without_being_walked_twice() {
        let doubling = |n: usize| format!("fragment F{n} on Query {{ ...F{} ...F{} }}", n + 1, n + 1);
        let fragments: String = (0..60).map(doubling).collect();
        assert!(of(&format!("{{ ...F0 }} {fragments} fragment F60 on Query {{ a }}")) > 1_000_000_000);
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_endless() {
        assert_eq!(of("{ ...F } fragment F on Query { a ...F }"), usize::MAX);
    }
}
