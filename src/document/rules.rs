//! Rules of the specification to which the library holds documents too, but not safely: of fields under one key it reports an error for each argument
//! of each pair, again in every selection set around them, without bound; and it panics over lists of a type that it does not know. What it would
//! stumble over is refused here first, once.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet, VariableDefinition};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

use super::Refusal;
use super::conflict::is_same;
use super::schema_types::{SchemaTypes, base};

/// Refuses variables of what is no type for them (GraphQL, September 2025, section 5.8.2), arguments that are given twice (section 5.4.2), and fields of
/// one selection set that the library takes for different ones under one key. Needs a document that was measured.
pub fn check(document: &ExecutableDocument, types: &SchemaTypes) -> Result<(), Refusal> {
    let variables = document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    variables.into_iter().try_for_each(|variable| check_variable(variable, types))?;
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    operations.chain(fragments).try_for_each(|set| check_set(document, set))?;
    let of_fragments = document.fragments.values().map(|fragment| &fragment.node.directives);
    let of_operations = document.operations.iter().map(|(_, operation)| &operation.node.directives);
    of_operations.chain(of_fragments).try_for_each(|directives| check_directives(directives))
}

fn check_variable(variable: &Positioned<VariableDefinition>, types: &SchemaTypes) -> Result<(), Refusal> {
    let VariableDefinition { name, var_type, .. } = &variable.node;
    let base = base(&var_type.node);
    if types.is_input(base) {
        return Ok(());
    }
    let message = format!("the variable `${}` is of the type `{base}`, which is none for variables", name.node);
    Err(Refusal::invalid(message).at([var_type.pos]))
}

fn check_set(document: &ExecutableDocument, set: &SelectionSet) -> Result<(), Refusal> {
    Overlap { document, fields: HashMap::new(), spread: HashSet::new() }.set(None, set)?;
    for item in &set.items {
        check_directives(item.node.directives())?;
        match &item.node {
            Selection::Field(field) => {
                check_arguments(&field.node.arguments)?;
                check_set(document, &field.node.selection_set.node)?;
            }
            Selection::InlineFragment(fragment) => check_set(document, &fragment.node.selection_set.node)?,
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

fn check_directives(directives: &[Positioned<Directive>]) -> Result<(), Refusal> {
    directives.iter().try_for_each(|directive| check_arguments(&directive.node.arguments))
}

fn check_arguments(arguments: &[(Positioned<Name>, Positioned<Value>)]) -> Result<(), Refusal> {
    let mut known = HashSet::new();
    match arguments.iter().find(|(name, _)| !known.insert(&name.node)) {
        None => Ok(()),
        Some((name, _)) => Err(Refusal::invalid(format!("the argument `{}` is given twice", name.node)).at([name.pos])),
    }
}

/// The fields of a selection set with its fragments, as the library compares them: those that stand in the fragments of one type.
struct Overlap<'a> {
    document: &'a ExecutableDocument,
    /// By the type of the fragment right around them and their key.
    fields: HashMap<(Option<&'a str>, &'a str), &'a Positioned<Field>>,
    /// Fragments that were looked through.
    spread: HashSet<&'a Name>,
}

impl<'a> Overlap<'a> {
    fn set(&mut self, of: Option<&'a str>, set: &'a SelectionSet) -> Result<(), Refusal> {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => self.field(of, field)?,
                Selection::InlineFragment(fragment) => {
                    let of = fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    self.set(of, &fragment.node.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.spread.insert(name)
                    {
                        let of = fragment.node.type_condition.node.on.node.as_str();
                        self.set(Some(of), &fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, of: Option<&'a str>, field: &'a Positioned<Field>) -> Result<(), Refusal> {
        let key = field.node.response_key().node.as_str();
        let first = *self.fields.entry((of, key)).or_insert(field);
        if is_same(&first.node, &field.node) {
            return Ok(());
        }
        let message = format!(
            "the fields under `{key}` are different fields or have different arguments: give one of them another alias"
        );
        Err(Refusal::invalid(message).at([first.pos, field.pos]))
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;

    use super::super::tests::types;
    use super::*;

    #[rstest]
    #[case::types_of_variables("query($a: Int, $b: [[Colour!]]!) { a }", true)]
    #[case::unknown_type("query($a: Nonsense) { a }", false)]
    #[case::list_of_an_unknown_type("query($a: [[Nonsense!]!] = [[1]]) { a }", false)]
    #[case::type_of_an_answer("query A { a } query B($a: [Cat]) { a }", false)]
    #[case::argument("{ a(b: 1, b: 2) }", false)]
    #[case::argument_of_a_directive("{ a @b(c: 1, c: 1) }", false)]
    #[case::argument_in_an_operation("query @b(c: 1, c: 1) { a }", false)]
    #[case::argument_in_a_fragment("{ ...F } fragment F on T @b(c: 1, c: 1) { a }", false)]
    #[case::argument_below("{ a { ... { b { c(d: 1 e: 2 d: 1) } } } }", false)]
    #[case::two_arguments("{ a(b: 1, c: 1) d(b: 1) @skip(if: true) @include(if: true) }", true)]
    #[case::same("{ a(b: [1], c: $d) a(c: $d, b: [1]) }", true)]
    #[case::other_field("{ x: a x: b }", false)]
    #[case::other_argument("{ a(b: 1) a(b: 2) }", false)]
    #[case::below("{ a { ... @skip(if: true) { x: a } ... { x: b } } }", false)]
    #[case::in_a_fragment_of_another_type("{ ...F } fragment F on Nonsense { a { x: b x: c } }", false)]
    #[case::through_fragments("{ ...F ...G } fragment F on T { a } fragment G on T { a(b: 1) }", false)]
    #[case::fragments_of_two_types("{ ...F ...G } fragment F on T { a } fragment G on U { a(b: 1) }", true)]
    fn what_the_library_would_report_is_refused(#[case] text: &str, #[case] expected: bool) {
        let document = parse_query(text).expect("a document");
        assert_eq!(check(&document, &types()).is_ok(), expected);
    }

    #[test]
    fn both_places_are_told() {
        let document = parse_query("{ a ... on T { x: a x: b } }").expect("a document");
        let refusal = check(&document, &types()).expect_err("they differ");
        let places: Vec<usize> = refusal.locations.iter().map(|place| place.column).collect();
        assert_eq!(places, [16, 21]);
    }
}
