//! Which operation of a document is meant, and the rule that a subscription has one field.

use async_graphql::Name;
use async_graphql::parser::types::{DocumentOperations, OperationDefinition, Selection};

use super::Refusal;

/// The operation of this name; without a name, the only one (GraphQL, September 2025, section 6.1, `GetOperation`).
pub fn select<'a>(
    operations: &'a DocumentOperations,
    name: Option<&str>,
) -> Result<(Option<&'a Name>, &'a OperationDefinition), Refusal> {
    let found = match (operations, name) {
        (DocumentOperations::Single(operation), None) => Some((None, operation)),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.get_key_value(name).map(|(name, operation)| (Some(name), operation))
        }
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.iter().next().map(|(name, operation)| (Some(name), operation))
        }
        (DocumentOperations::Multiple(_), None) => {
            return Err(Refusal::input("the document has several operations: say by `operationName` which one to run"));
        }
    };
    let found = found.map(|(name, operation)| (name, &operation.node));
    found.ok_or_else(|| {
        let name: String = name.unwrap_or_default().chars().take(super::lexical::MAX_WORD).collect();
        Refusal::input(format!("`operationName` is `{name}`, but the document has no operation of that name"))
    })
}

/// Refuses a subscription without exactly one field (GraphQL, September 2025, section 5.2.4.1).
pub fn check_single_field(normal_form: &OperationDefinition) -> Result<(), Refusal> {
    let set = &normal_form.selection_set;
    let is_meta = |selection: &Selection| match selection {
        Selection::Field(field) => field.node.name.node.starts_with("__"),
        _ => true,
    };
    match set.node.items.as_slice() {
        [only] if !is_meta(&only.node) => Ok(()),
        _ => {
            let message = "a subscription has exactly one field: subscribe to each by an operation of its own";
            Err(Refusal::invalid(message).at([set.pos]))
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("{ a }", None, Some(None))]
    #[case("{ a }", Some("A"), None)]
    #[case("query A { a }", None, Some(Some("A")))]
    #[case("query A { a } query B { a }", Some("B"), Some(Some("B")))]
    #[case("query A { a } query B { a }", None, None)]
    #[case("query A { a } query B { a }", Some("C"), None)]
    #[case("query A { a }", Some(""), None)]
    fn the_name_says_which(#[case] text: &str, #[case] name: Option<&str>, #[case] expected: Option<Option<&str>>) {
        let document = parse_query(text).expect("a document");
        let found = select(&document.operations, name).ok();
        assert_eq!(found.map(|(name, _)| name.map(Name::as_str)), expected);
    }
}
