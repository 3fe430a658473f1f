//! How much a document asks for once its fragments are written out, told without writing them out: each fragment is measured once, so that
//! fragments which spread others twice cost nothing to refuse. Everything that walks the whole of a document comes after this.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, FragmentSpread, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

use super::lexical::MAX_NESTING;
use super::{Limits, Refusal};

/// What a document has once its fragments are written out, of all its operations together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Fields, and spreads of fragments.
    pub fields: usize,
    /// The deepest nesting of fields.
    pub depth: usize,
    /// The deepest nesting of selection sets, those of fragments among them.
    pub levels: usize,
    /// Fields with an alias.
    pub aliases: usize,
    /// Directives.
    pub directives: usize,
    /// Values in arguments, those within lists and objects among them; long texts are several.
    pub values: usize,
    /// Whether `@include` or `@skip` depends on a variable.
    pub is_conditional: bool,
    /// Of what is asked of the schema itself.
    pub introspected: Lists,
    /// The same of fields that have such names, wherever they stand.
    lists: Lists,
}

/// Lists that descriptions of types have. A type leads to its fields and these to types again, so that nested lists multiply without end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// How deep those nest that lead to further types.
    pub depth: usize,
    /// How many there are of all kinds.
    pub count: usize,
}

/// The lists of a type that lead to further types.
const TO_TYPES: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];
/// The other lists of descriptions.
const OTHER_LISTS: [&str; 4] = ["args", "directives", "enumValues", "types"];
/// How deep they may nest: tools look at the types of a type's fields, and do not go on from there.
const MAX_LIST_DEPTH: usize = 2;
/// How many there may be: the usual query of tools has nine.
const MAX_LISTS: usize = 30;
/// The fields that ask for the schema.
const INTROSPECTION: [&str; 2] = ["__schema", "__type"];

impl Lists {
    fn add(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.count = self.count.saturating_add(other.count);
    }

    /// What they are with the field of this name around them.
    fn below(self, name: &str) -> Self {
        let (leads_on, is_other) = (TO_TYPES.contains(&name), OTHER_LISTS.contains(&name));
        Self {
            depth: self.depth + usize::from(leads_on),
            count: self.count.saturating_add(usize::from(leads_on || is_other)),
        }
    }
}

impl Measure {
    /// Adds what stands beside.
    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.depth = self.depth.max(other.depth);
        self.levels = self.levels.max(other.levels);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.values = self.values.saturating_add(other.values);
        self.is_conditional |= other.is_conditional;
        self.introspected.add(other.introspected);
        self.lists.add(other.lists);
    }

    fn add_directives(&mut self, directives: &[Positioned<Directive>]) {
        self.directives = self.directives.saturating_add(directives.len());
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            self.values = self.values.saturating_add(count(&value.node));
            self.is_conditional |= matches!(value.node, Value::Variable(_));
        }
    }

    /// Refuses what passes a limit.
    pub fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let bounds = [
            (self.depth, limits.max_depth, "nests its fields", "levels deep"),
            (self.fields, limits.max_fields, "asks with its fragments for", "fields"),
            (self.aliases, limits.max_aliases, "has with its fragments", "aliases"),
            (self.directives, limits.max_directives, "has with its fragments", "directives"),
            (self.values, limits.max_tokens, "has with its fragments", "values in arguments"),
            (
                self.introspected.depth,
                MAX_LIST_DEPTH,
                "nests fields, interfaces and types of the schema",
                "levels deep",
            ),
            (self.introspected.count, MAX_LISTS, "asks the schema for", "lists"),
        ];
        match bounds.into_iter().find(|(found, most, ..)| found > most) {
            None => Ok(()),
            Some((_, most, verb, what)) => {
                Err(Refusal::limit(format!("the document {verb} more than {most} {what}: ask in parts")))
            }
        }
    }
}

/// Measures all operations together. An error where a fragment spreads itself or does not exist, where selection sets nest too deep to be walked, and
/// where nothing spreads a fragment: it would be walked without having been measured.
pub fn measure(document: &ExecutableDocument) -> Result<Measure, Refusal> {
    let mut gauge = Gauge { document, known: HashMap::new() };
    let mut sum = Measure::default();
    for (_, operation) in document.operations.iter() {
        sum.add_directives(&operation.node.directives);
        sum.add(gauge.set(&operation.node.selection_set.node, 1)?);
    }
    let unused = document.fragments.iter().filter(|(name, _)| !gauge.known.contains_key(name));
    match unused.min_by_key(|(_, fragment)| fragment.pos) {
        None => Ok(sum),
        Some((name, fragment)) => {
            let message = format!("the fragment `{name}` is spread by no operation: leave it out");
            Err(Refusal::invalid(message).at([fragment.pos]))
        }
    }
}

struct Gauge<'a> {
    document: &'a ExecutableDocument,
    /// `None` stands for a fragment that is being measured.
    known: HashMap<&'a Name, Option<Measure>>,
}

impl<'a> Gauge<'a> {
    /// Measures a selection set on this level, the first one being 1.
    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Measure, Refusal> {
        let mut sum = Measure::default();
        if set.items.is_empty() {
            return Ok(sum);
        }
        if level > MAX_NESTING {
            return Err(too_deep());
        }
        for item in &set.items {
            sum.add(self.selection(&item.node, level)?);
        }
        sum.levels += 1;
        Ok(sum)
    }

    fn selection(&mut self, selection: &'a Selection, level: usize) -> Result<Measure, Refusal> {
        let mut sum = match selection {
            Selection::Field(field) => {
                let mut sum = self.set(&field.node.selection_set.node, level + 1)?;
                sum.fields = sum.fields.saturating_add(1);
                sum.depth += 1;
                sum.aliases = sum.aliases.saturating_add(usize::from(field.node.alias.is_some()));
                let values: usize = field.node.arguments.iter().map(|(_, value)| count(&value.node)).sum();
                sum.values = sum.values.saturating_add(values);
                let name = field.node.name.node.as_str();
                sum.lists = sum.lists.below(name);
                if INTROSPECTION.contains(&name) {
                    sum.introspected.add(sum.lists);
                }
                sum
            }
            Selection::InlineFragment(fragment) => self.set(&fragment.node.selection_set.node, level + 1)?,
            Selection::FragmentSpread(spread) => self.spread(spread, level + 1)?,
        };
        sum.add_directives(selection.directives());
        Ok(sum)
    }

    fn spread(&mut self, spread: &'a Positioned<FragmentSpread>, level: usize) -> Result<Measure, Refusal> {
        let name = &spread.node.fragment_name.node;
        let found = self.fragment(name, level).map_err(|refusal| refusal.or_at([spread.pos]))?;
        if found.levels + level > MAX_NESTING + 1 {
            return Err(too_deep().at([spread.pos]));
        }
        // A spread counts itself, so that empty-handed fragments cannot be spread without end either.
        Ok(Measure { fields: found.fields.saturating_add(1), ..found })
    }

    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Measure, Refusal> {
        match self.known.get(name) {
            Some(Some(known)) => Ok(*known),
            Some(None) => Err(Refusal::invalid(format!("the fragment `{name}` spreads itself"))),
            None => {
                let Some(fragment) = self.document.fragments.get(name) else {
                    return Err(Refusal::invalid(format!("there is no fragment `{name}`")));
                };
                self.known.insert(name, None);
                let mut found = self.set(&fragment.node.selection_set.node, level)?;
                found.add_directives(&fragment.node.directives);
                self.known.insert(name, Some(found));
                Ok(found)
            }
        }
    }
}

fn too_deep() -> Refusal {
    Refusal::limit(format!(
        "the document nests more than {MAX_NESTING} selection sets with its fragments: ask in parts"
    ))
}

/// Bytes of a text that count as one value more.
pub const TEXT_UNIT: usize = 32;

/// The values in a value, itself among them. Long texts count as several, because fragments repeat them too.
fn count(value: &Value) -> usize {
    match value {
        Value::String(text) => 1 + text.len() / TEXT_UNIT,
        Value::List(entries) => 1 + entries.iter().map(count).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;

    use super::super::{Kind, tests::LIMITS};
    use super::*;

    fn of(text: &str) -> Result<Measure, Kind> {
        measure(&parse_query(text).expect("a document")).map_err(|refusal| refusal.kind)
    }

    #[test]
    fn all_is_counted_wherever_it_stands() {
        let text = "query($x: Boolean!) @q { a { b(x: [1, {y: 2}]) ... @i { c: d @skip(if: false) } ...F } }
            fragment F on T @f { e g: h { i @include(if: $x) } }";
        let measure = of(text).expect("it is good");
        let expected = Measure {
            fields: 7,
            depth: 3,
            levels: 4,
            aliases: 2,
            directives: 5,
            values: 6,
            is_conditional: true,
            ..Measure::default()
        };
        assert_eq!(measure, expected);
    }

    #[rstest]
    #[case("{ __schema { types { fields { args { type { ofType { name } } } type { fields { name } } } } } }", 2, 4)]
    #[case(
        "{ __type(name: \"A\") { ...F } } fragment F on __Type { possibleTypes { interfaces { possibleTypes { name } } } }",
        3,
        3
    )]
    #[case(
        "{ a: __type(name: \"A\") { fields { name } } b: __type(name: \"B\") { ... { enumValues { name } } } }",
        1,
        2
    )]
    #[case("{ changes { nodes { fields { fields { fields { field } } } } } }", 0, 0)]
    fn lists_of_the_schema_are_counted(#[case] text: &str, #[case] depth: usize, #[case] count: usize) {
        assert_eq!(of(text).expect("it is good").introspected, Lists { depth, count });
    }

    #[test]
    fn literal_conditions_depend_on_no_variable() {
        assert!(!of("{ a @skip(if: false) }").expect("it is good").is_conditional);
    }

    #[test]
    fn fragments_that_double_are_counted_without_being_walked_twice() {
        let doubling = |n: usize| format!("fragment F{n} on Query {{ ...F{} ...F{} }}", n + 1, n + 1);
        let fragments: String = (0..50).map(doubling).collect();
        let measure = of(&format!("{{ ...F0 }} {fragments} fragment F50 on Query {{ a(b: 1) c: d @e }}"));
        let measure = measure.expect("it can be measured");
        assert!(measure.fields > 1 << 50 && measure.aliases == 1 << 50 && measure.values == 1 << 50);
        assert_eq!(measure.check(&LIMITS).map_err(|refusal| refusal.kind), Err(Kind::Limit));
    }

    #[test]
    fn a_text_that_is_spread_counts_by_its_length() {
        let text = format!("{{ ...F b {{ ...F }} }} fragment F on T {{ a(b: \"{}\") }}", "x".repeat(3200));
        assert_eq!(of(&text).expect("it is good").values, 202);
    }

    #[rstest]
    #[case("{ ...F } fragment F on Query { a ...F }", Kind::Invalid)]
    #[case("{ a } fragment F on Query { ...G } fragment G on Query { b { ...F } }", Kind::Invalid)]
    #[case("{ ...F }", Kind::Invalid)]
    #[case("{ a } fragment F on Query { b }", Kind::Invalid)]
    #[case("{ ...F } fragment F on Query { a } fragment G on Query { ...F }", Kind::Invalid)]
    fn circles_unused_and_unknown_fragments_are_refused(#[case] text: &str, #[case] kind: Kind) {
        assert_eq!(of(text), Err(kind));
    }

    #[test]
    fn a_chain_of_fragments_is_walked_only_so_far() {
        let chain = |length: usize| {
            let link = |n: usize| format!("fragment F{n} on Query {{ ...F{} }}", n + 1);
            let links: String = (0..length).map(link).collect();
            format!("{{ ...F0 }} {links} fragment F{length} on Query {{ a }}")
        };
        assert_eq!(of(&chain(40)).map(|measure| measure.levels), Ok(42));
        assert_eq!(of(&chain(MAX_NESTING - 2)).map(|measure| measure.levels), Ok(MAX_NESTING));
        assert_eq!(of(&chain(MAX_NESTING - 1)), Err(Kind::Limit));
        assert_eq!(of(&chain(450)), Err(Kind::Limit));
    }

    #[test]
    fn each_limit_is_held() {
        let good = Measure::default();
        assert!(good.check(&LIMITS).is_ok());
        for bad in [
            Measure { fields: LIMITS.max_fields + 1, ..good },
            Measure { depth: LIMITS.max_depth + 1, ..good },
            Measure { aliases: LIMITS.max_aliases + 1, ..good },
            Measure { directives: LIMITS.max_directives + 1, ..good },
            Measure { values: LIMITS.max_tokens + 1, ..good },
            Measure { introspected: Lists { depth: MAX_LIST_DEPTH + 1, count: 1 }, ..good },
            Measure { introspected: Lists { depth: 1, count: MAX_LISTS + 1 }, ..good },
        ] {
            assert_eq!(bad.check(&LIMITS).map_err(|refusal| refusal.kind), Err(Kind::Limit));
        }
    }
}
