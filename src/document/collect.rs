//! The fields of selection sets with fragments looked through (GraphQL, September 2025, sections 5.3.2 and 6.3.2, `CollectFields`).

use std::collections::HashSet;

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet, TypeCondition};
use async_graphql::{Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

use super::Refusal;
use super::schema_types::SchemaTypes;

/// A selection set, and the type it selects of; `None` where that is not known.
pub type SetOf<'a> = (Option<&'a str>, &'a SelectionSet);

/// A field of a set.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The type it is selected of; `None` where that is not known.
    pub of: Option<&'a str>,
    /// The condition under which it is; `None` where it is of every object of the set.
    pub condition: Option<&'a Positioned<TypeCondition>>,
    /// The field.
    pub field: &'a Positioned<Field>,
}

impl<'a> Found<'a> {
    /// The key in the answer.
    pub fn key(&self) -> &'a str {
        self.field.node.response_key().node.as_str()
    }
}

/// What sets are read with.
pub struct Collector<'a> {
    /// Where fragments are.
    pub document: &'a ExecutableDocument,
    /// The schema.
    pub types: &'a SchemaTypes,
    /// By what `@include` and `@skip` are decided; `None` to take every field.
    pub variables: Option<&'a Variables>,
}

impl<'a> Collector<'a> {
    /// The fields of these sets in their order. An error where the condition of one is no Boolean.
    pub fn collect(&self, sets: &[SetOf<'a>]) -> Result<Vec<Found<'a>>, Refusal> {
        let mut fields = Vec::new();
        for (of, set) in sets {
            let mut walk = Walk { collector: self, fields: &mut fields, spread: HashSet::new() };
            walk.set(*of, None, set)?;
        }
        Ok(fields)
    }

    /// The type that a field has, without lists; `None` where it is not known.
    pub fn type_of(&self, found: &Found<'a>) -> Option<&'a str> {
        self.types.field(found.of, &found.field.node.name.node).map(super::schema_types::base)
    }

    /// The selection sets of fields, each with its type.
    pub fn below(&self, fields: &[Found<'a>]) -> Vec<SetOf<'a>> {
        fields.iter().map(|found| (self.type_of(found), &found.field.node.selection_set.node)).collect()
    }

    fn is_included(&self, directives: &[Positioned<Directive>]) -> Result<bool, Refusal> {
        let Some(variables) = self.variables else { return Ok(true) };
        for directive in directives {
            let wanted = match directive.node.name.node.as_str() {
                "include" => true,
                "skip" => false,
                _ => continue,
            };
            let is_so = match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Value::Boolean(literal)) => *literal,
                Some(Value::Variable(name)) => match variables.get(name) {
                    Some(ConstValue::Boolean(given)) => *given,
                    _ => {
                        let message = format!("`@{}` needs a Boolean: `${name}` is none", directive.node.name.node);
                        return Err(Refusal::input(message).at([directive.pos]));
                    }
                },
                // The rules about arguments refuse it.
                _ => continue,
            };
            if is_so != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

struct Walk<'a, 'b> {
    collector: &'b Collector<'a>,
    fields: &'b mut Vec<Found<'a>>,
    /// Fragments with the type for which they were looked through: again they would add nothing.
    spread: HashSet<(Option<&'a str>, &'a str)>,
}

impl<'a> Walk<'a, '_> {
    fn set(
        &mut self,
        of: Option<&'a str>,
        condition: Option<&'a Positioned<TypeCondition>>,
        set: &'a SelectionSet,
    ) -> Result<(), Refusal> {
        for item in &set.items {
            if !self.collector.is_included(item.node.directives())? {
                continue;
            }
            match &item.node {
                Selection::Field(field) => self.fields.push(Found { of, condition, field }),
                Selection::InlineFragment(fragment) => match &fragment.node.type_condition {
                    None => self.set(of, condition, &fragment.node.selection_set.node)?,
                    Some(on) => self.fragment(of, condition, on, &fragment.node.selection_set.node)?,
                },
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.collector.document.fragments.get(name) else { continue };
                    if self.spread.insert((of, name)) {
                        let set = &fragment.node.selection_set.node;
                        self.fragment(of, condition, &fragment.node.type_condition, set)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Looks through a fragment: on an object its fields are as if they stood there, or are never answered; on an interface the object decides.
    fn fragment(
        &mut self,
        of: Option<&'a str>,
        condition: Option<&'a Positioned<TypeCondition>>,
        on: &'a Positioned<TypeCondition>,
        set: &'a SelectionSet,
    ) -> Result<(), Refusal> {
        let name = on.node.on.node.as_str();
        match of {
            // The types of introspection are objects only, so that a fragment that fits at all is on that very type.
            None => self.set(Some(name), condition, set),
            Some(of) if name == of => self.set(Some(of), condition, set),
            Some(of) if !self.collector.types.is_object(Some(of)) => self.set(Some(name), Some(on), set),
            Some(of) if self.collector.types.applies(name, Some(of)) => self.set(Some(of), condition, set),
            Some(_) => Ok(()),
        }
    }
}
