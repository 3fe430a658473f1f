//! Whether all fields under one key of the answer are one (GraphQL, September 2025, section 5.3.2, Field Selection Merging). The library compares
//! fields of one selection set only, and so would lose one of two answers below fields that stand in the document twice.

use std::cell::Cell;

use async_graphql::indexmap::{IndexMap, IndexSet};
use async_graphql::parser::types::{BaseType, ExecutableDocument, Field, Type};
use async_graphql_value::Value;

use super::Refusal;
use super::collect::{Collector, Found, SetOf};
use super::schema_types::SchemaTypes;

/// The most comparisons for each field of a document. Fields of an interface are compared with those of each object, so that a document could multiply
/// them on each level; one that is written to be answered needs as many as the interface has objects.
const MAX_COMPARISONS: usize = 50;

/// Refuses a document with different fields under one key. Needs one that was measured: it is walked with its fragments written out, which makes
/// so many fields.
pub fn check(document: &ExecutableDocument, fields: usize, types: &SchemaTypes) -> Result<(), Refusal> {
    let left = Cell::new(fields.saturating_mul(MAX_COMPARISONS));
    let judge = Judge { collector: Collector { document, types, variables: None }, left };
    for (_, operation) in document.operations.iter() {
        judge.can_merge(&[(types.root(operation.node.ty), &operation.node.selection_set.node)])?;
    }
    Ok(())
}

struct Judge<'a> {
    collector: Collector<'a>,
    /// How many comparisons are left.
    left: Cell<usize>,
}

impl<'a> Judge<'a> {
    fn by_key(&self, sets: &[SetOf<'a>]) -> Result<IndexMap<&'a str, Vec<Found<'a>>>, Refusal> {
        let mut by_key: IndexMap<&str, Vec<Found<'_>>> = IndexMap::new();
        let fields = self.collector.collect(sets)?;
        self.spend(fields.len())?;
        for found in fields {
            by_key.entry(found.key()).or_default().push(found);
        }
        Ok(by_key)
    }

    /// `FieldsInSetCanMerge`.
    fn can_merge(&self, sets: &[SetOf<'a>]) -> Result<(), Refusal> {
        for fields in self.by_key(sets)?.values() {
            let together = self.together(fields)?;
            if together.len() > 1 {
                self.have_one_shape(fields)?;
            }
            for fields in together {
                if let Some(other) = fields.iter().find(|other| !is_same(&fields[0].field.node, &other.field.node)) {
                    return Err(conflict(&fields[0], other, "are different fields or have different arguments"));
                }
                self.can_merge(&self.collector.below(&fields))?;
            }
        }
        Ok(())
    }

    /// The fields that one object may have together: those of each object type with those of the interfaces.
    fn together(&self, fields: &[Found<'a>]) -> Result<Vec<Vec<Found<'a>>>, Refusal> {
        let is_object = |found: &&Found<'_>| self.collector.types.is_object(found.of);
        let objects: IndexSet<Option<&str>> = fields.iter().filter(is_object).map(|found| found.of).collect();
        if objects.is_empty() {
            return Ok(vec![fields.to_vec()]);
        }
        self.spend(objects.len().saturating_mul(fields.len()))?;
        let of = |object: Option<&str>| {
            fields.iter().filter(|found| found.of == object || !is_object(found)).copied().collect()
        };
        Ok(objects.into_iter().map(of).collect())
    }

    fn spend(&self, comparisons: usize) -> Result<(), Refusal> {
        let left = self.left.get().checked_sub(comparisons);
        self.left.set(left.ok_or_else(|| {
            Refusal::limit("the document has too many fields under one key for several types: give them other aliases, or ask in parts")
        })?);
        Ok(())
    }

    /// `SameResponseShape`, for fields that no object has together.
    fn have_one_shape(&self, fields: &[Found<'a>]) -> Result<(), Refusal> {
        let typed = |found: &Found<'a>| self.collector.types.field(found.of, &found.field.node.name.node);
        let first = &fields[0];
        let differs = |other: &&Found<'a>| match (typed(first), typed(other)) {
            (Some(one), Some(two)) => !self.is_alike(one, two),
            _ => false,
        };
        if let Some(other) = fields.iter().find(differs) {
            return Err(conflict(first, other, "have different types"));
        }
        self.by_key(&self.collector.below(fields))?.values().try_for_each(|fields| self.have_one_shape(fields))
    }

    fn is_alike(&self, one: &Type, two: &Type) -> bool {
        let has_fields = |name: &str| self.collector.types.has_fields(name);
        let is_base_alike = match (&one.base, &two.base) {
            (BaseType::List(one), BaseType::List(two)) => self.is_alike(one, two),
            (BaseType::Named(one), BaseType::Named(two)) => one == two || (has_fields(one) && has_fields(two)),
            _ => false,
        };
        one.nullable == two.nullable && is_base_alike
    }
}

/// Whether two fields are one, with the same arguments in whatever order.
pub fn is_same(one: &Field, two: &Field) -> bool {
    let has =
        |field: &Field, name: &str, value: &Value| field.get_argument(name).is_some_and(|other| other.node == *value);
    one.name.node == two.name.node
        && one.arguments.len() == two.arguments.len()
        && one.arguments.iter().all(|(name, value)| has(two, &name.node, &value.node))
}

fn conflict(one: &Found<'_>, two: &Found<'_>, what: &str) -> Refusal {
    let message = format!("the fields under `{}` {what}: give one of them another alias", one.key());
    Refusal::invalid(message).at([one.field.pos, two.field.pos])
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;

    use super::super::tests::{LIMITS, types};
    use super::*;

    #[rstest]
    #[case::same("{ cat { name name } }", true)]
    #[case::other_field("{ cat { x: name x: id } }", false)]
    #[case::other_arguments("{ cats(first: 1) { name } cats(first: 2) { name } }", false)]
    #[case::missing_argument("{ cats { name } cats(first: 2) { name } }", false)]
    #[case::order_of_arguments("{ cats(first: 1, last: 2) { id } cats(last: 2, first: 1) { id } }", true)]
    #[case::other_variable("query($a: Int, $b: Int) { cats(first: $a) { id } cats(first: $b) { id } }", false)]
    #[case::below_merged_parents("{ cat { x: name } cat { x: id } }", false)]
    #[case::two_below("{ cat { friend { x: name } } cat { friend { x: id } } }", false)]
    #[case::through_fragments(
        "{ ...A ...B } fragment A on Query { cat { x: name } } fragment B on Query { cat { x: id } }",
        false
    )]
    #[case::whatever_the_condition("{ cat { x: name @skip(if: true) x: id } }", false)]
    #[case::objects_apart("{ node { ... on Cat { x: name } ... on Dog { x: id } } }", false)]
    #[case::objects_apart_alike("{ node { ... on Cat { x: name } ... on Dog { x: call } } }", true)]
    #[case::objects_apart_deeper(
        "{ node { ... on Cat { x: friend { y: id } } ... on Dog { x: friend { y: friend { id } } } } }",
        false
    )]
    #[case::object_and_interface("{ node { x: id ... on Dog { x: call } } }", false)]
    #[case::object_and_interface_alike("{ node { id ... on Dog { id } ... on Cat { id } } }", true)]
    #[case::introspection("{ __schema { types { x: name } } __schema { types { x: kind } } }", false)]
    fn fields_under_one_key_are_one(#[case] text: &str, #[case] expected: bool) {
        let document = parse_query(text).expect("a document");
        assert_eq!(check(&document, LIMITS.max_fields, &types()).is_ok(), expected);
    }

    #[test]
    fn fields_that_multiply_are_not_compared_without_end() {
        let apart: String = (0..8).map(|n| format!("... on A{n} {{ a }} ")).collect();
        let entangled = |levels: usize| {
            let open = format!("{apart} ... on Node {{ a {{ ");
            format!("{{ z {{ {} a {} }} }}", open.repeat(levels), "} } ".repeat(levels))
        };
        let checked = |levels: usize| {
            let document = parse_query(entangled(levels)).expect("a document");
            check(&document, LIMITS.max_fields, &types()).map_err(|refusal| refusal.kind)
        };
        assert_eq!(checked(3), Ok(()));
        assert_eq!(checked(13), Err(super::super::Kind::Limit));
    }

    #[test]
    fn both_places_are_told() {
        let document = parse_query("{ cat { x: name } cat { x: id } }").expect("a document");
        let refusal = check(&document, LIMITS.max_fields, &types()).expect_err("they differ");
        let places: Vec<usize> = refusal.locations.iter().map(|place| place.column).collect();
        assert_eq!(places, [9, 25]);
        assert!(refusal.message.contains("`x`"));
    }
}
