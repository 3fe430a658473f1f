//! GraphQL documents before anything is run: whether they are small enough to be parsed and to be walked, whether their fields can be told apart,
//! and the form in which they are executed. Nothing here knows a transport, a resolver or the database.
//!
//! A text goes through [`lexical`], the parser, [`measure`], [`rules`] and [`conflict`] once; each request then picks an [`operation`], completes its
//! [`variables`] and runs the [`normal`] form of it.

pub mod collect;
pub mod conflict;
pub mod cost;
pub mod hash;
pub mod lexical;
pub mod manifest;
pub mod measure;
pub mod normal;
pub mod operation;
pub mod rules;
pub mod schema_types;
pub mod typename;
pub mod variables;

use std::collections::HashMap;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::parser::{Error as ParserError, parse_query};
use async_graphql::{Name, Pos, Positioned, Variables};

use cost::Costs;
use measure::Measure;
use schema_types::SchemaTypes;

/// How large a document may be.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The longest text, in bytes; variables are not part of it.
    pub max_bytes: usize,
    /// The most tokens of the text, the most values in its arguments once its fragments are written out, and the most values of variables in all places
    /// beyond the first that use them.
    pub max_tokens: usize,
    /// The most fields with fragments written out; each spread counts as one too.
    pub max_fields: usize,
    /// The deepest nesting of fields.
    pub max_depth: usize,
    /// The most aliases with fragments written out.
    pub max_aliases: usize,
    /// The most directives with fragments written out.
    pub max_directives: usize,
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The text is no GraphQL.
    Syntax,
    /// The document cannot be answered by any schema, or not by this one.
    Invalid,
    /// It passes a limit.
    Limit,
    /// The operation's name or the variables do not fit the document.
    Input,
}

/// Why a document is not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of thing is wrong.
    pub kind: Kind,
    /// What is wrong and what to do, for clients.
    pub message: String,
    /// Where; empty where it is no single place.
    pub locations: Vec<Pos>,
}

impl Refusal {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), locations: Vec::new() }
    }

    /// The text is no GraphQL.
    pub fn syntax(message: impl Into<String>) -> Self {
        Self::new(Kind::Syntax, message)
    }

    /// The document cannot be answered.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// A limit is passed.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new(Kind::Limit, message)
    }

    /// The operation's name or a variable does not fit.
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(Kind::Input, message)
    }

    /// The same at these places.
    #[must_use]
    pub fn at(self, locations: impl IntoIterator<Item = Pos>) -> Self {
        Self { locations: locations.into_iter().collect(), ..self }
    }

    /// The same at these places unless it has some.
    #[must_use]
    pub fn or_at(self, locations: impl IntoIterator<Item = Pos>) -> Self {
        if self.locations.is_empty() { self.at(locations) } else { self }
    }
}

/// A document that may be run as far as can be told without its variables and without the rules that the library checks.
pub struct Document {
    parsed: ExecutableDocument,
    measure: Measure,
    /// The normal forms by the name of the operation; empty where they depend on variables.
    forms: HashMap<Option<Name>, OperationDefinition>,
    costs: Costs,
    weight: usize,
}

/// Bytes that a token takes in memory once it is parsed, and a field in a normal form, its share of names, arguments and lists included: measured
/// on the documents of the tests, and rounded up. A value in a normal form is an enumeration with at most 32 bytes of text.
const TOKEN_WEIGHT: usize = 200;
const FIELD_WEIGHT: usize = 480;
const VALUE_WEIGHT: usize = size_of::<async_graphql_value::Value>() + 32;

impl Document {
    /// Reads a text.
    pub fn read(text: &str, limits: &Limits, types: &SchemaTypes) -> Result<Self, Refusal> {
        let (scanned, tokens) = lexical::scan(text, limits)?;
        let mut parsed = parse_query(scanned).map_err(|error| described(&error))?;
        typename::tidy(&mut parsed)?;
        let measure = measure::measure(&parsed)?;
        measure.check(limits)?;
        rules::check(&parsed, types)?;
        conflict::check(&parsed, measure.fields, types)?;
        let mut document = Self { parsed, measure, forms: HashMap::new(), costs: Costs::default(), weight: 0 };
        if !measure.is_conditional {
            for (name, operation) in document.parsed.operations.iter() {
                let form = normal::form(&document.parsed, &operation.node, types, &Variables::default())?;
                document.forms.insert(name.cloned(), form);
            }
        }
        let form = measure.fields * FIELD_WEIGHT + measure.values * VALUE_WEIGHT;
        document.weight = size_of::<Self>() + Costs::WEIGHT + text.len() + tokens * TOKEN_WEIGHT + form;
        Ok(document)
    }

    /// The document as it was written.
    pub fn parsed(&self) -> &ExecutableDocument {
        &self.parsed
    }

    /// How much it asks for.
    pub fn measure(&self) -> &Measure {
        &self.measure
    }

    /// What its operations cost.
    pub fn costs(&self) -> &Costs {
        &self.costs
    }

    /// About how many bytes it takes in memory.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// The operation that is meant: its name and its kind.
    pub fn operation(&self, name: Option<&str>) -> Result<(Option<&Name>, OperationType), Refusal> {
        let (name, operation) = operation::select(&self.parsed.operations, name)?;
        Ok((name, operation.ty))
    }

    /// The operation of this name as it is executed with these variables, which are completed by their defaults. Nothing else is in the document:
    /// no fragment, no condition, no field twice, no variable that is not given; and only variables that it uses are left.
    pub fn bind(
        &self,
        name: Option<&str>,
        variables: &mut Variables,
        limits: &Limits,
        types: &SchemaTypes,
    ) -> Result<ExecutableDocument, Refusal> {
        let (name, operation) = operation::select(&self.parsed.operations, name)?;
        variables::complete(&operation.variable_definitions, variables)?;
        let mut form = match self.forms.get(&name.cloned()) {
            Some(form) => form.clone(),
            None => normal::form(&self.parsed, operation, types, variables)?,
        };
        if form.ty == OperationType::Subscription {
            operation::check_single_field(&form)?;
        }
        variables::settle(&mut form, variables);
        variables::check_size(&form, variables, limits)?;
        let operations = DocumentOperations::Single(Positioned::new(form, Pos::default()));
        Ok(ExecutableDocument { operations, fragments: HashMap::new() })
    }
}

/// What clients read of an error of the parser. It draws the line where the error is, which may be the whole document: only what it expected is told.
fn described(error: &ParserError) -> Refusal {
    const LONGEST: usize = 200;
    let text = error.to_string();
    let message = text.rsplit_once("  = ").map_or(text.as_str(), |(_, expected)| expected).trim();
    let message: String = message.chars().take(LONGEST).collect();
    Refusal::syntax(format!("the document is no GraphQL: {message}")).at(error.positions())
}

#[cfg(test)]
pub(crate) mod tests;
