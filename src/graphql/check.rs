//! The rules of the library about documents, and what a document costs, told without running anything.

use std::sync::{Arc, Mutex};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, ServerError, ValidationResult, Variables};
use futures_util::FutureExt;

use super::Schema;

/// The most errors of a document that are told.
const MAX_ERRORS: usize = 20;

/// Checks documents against the schema.
pub struct Checker(Schema);

/// What a document costs, or what is wrong with it.
type Cost = Result<usize, Vec<ServerError>>;

/// What checking has found; in the data of the request.
#[derive(Clone, Default)]
struct Finding(Arc<Mutex<Option<Cost>>>);

impl Checker {
    /// Without introspection, errors do not tell names that the client did not.
    pub fn new(introspection: bool) -> Self {
        let builder = super::builder(introspection).extension(Stop);
        Self(builder.finish())
    }

    /// Whether a document as it was written fits the schema, whatever its variables will be.
    pub fn check_static(&self, document: &ExecutableDocument) -> Result<(), Vec<ServerError>> {
        let mut errors = match self.check(document.clone(), Variables::default()) {
            Ok(_) => return Ok(()),
            Err(errors) => errors,
        };
        // The cost cannot be told without the variables yet.
        let unknown: Vec<String> = document
            .operations
            .iter()
            .flat_map(|(_, operation)| &operation.node.variable_definitions)
            .map(|definition| format!("Variable {} is not defined.", definition.node.name.node))
            .collect();
        errors.retain(|error| !unknown.contains(&error.message));
        errors.truncate(MAX_ERRORS);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// What a document in normal form costs with these variables; errors where a value does not fit.
    pub fn cost(&self, document: ExecutableDocument, variables: Variables) -> Cost {
        self.check(document, variables).map_err(|mut errors| {
            errors.truncate(MAX_ERRORS);
            errors
        })
    }

    fn check(&self, document: ExecutableDocument, variables: Variables) -> Cost {
        let finding = Finding::default();
        let mut request = Request::new("").variables(variables).data(finding.clone());
        request.set_parsed_query(document);
        let response = self.0.execute(request).now_or_never().expect("validation waits for nothing");
        let found = finding.0.lock().expect("no panic while checking").take();
        found.unwrap_or(Err(response.errors))
    }
}

/// Ends a request once it is validated.
struct Stop;

impl ExtensionFactory for Stop {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Stop)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Stop {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let found = next.run(ctx).await.map(|result| result.complexity);
        let Finding(finding) = ctx.data_unchecked::<Finding>();
        *finding.lock().expect("no panic while checking") = Some(found);
        Err(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> ExecutableDocument {
        parse_query(text).expect("a document")
    }

    #[rstest]
    #[case("{ viewer { role } }", true)]
    #[case("query($n: Int) { customers(first: $n) { totalCount } }", true)]
    #[case("query($n: Int!) { customers(first: $n) { totalCount } }", true)]
    #[case("{ customers(first: $n) { totalCount } }", false)]
    #[case("query($n: Int) { viewer { role } }", false)]
    #[case("{ viewer { nonsense } }", false)]
    fn a_document_is_checked_without_its_variables(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(Checker::new(true).check_static(&parsed(text)).is_ok(), expected);
    }

    #[rstest]
    #[case("{ settings { maxPageSize } }", json!({}), 2)]
    #[case("{ customers(first: 10) { nodes { name } } }", json!({}), 21)]
    #[case("query($n: Int) { customers(first: $n) { nodes { name } } }", json!({"n": 7}), 15)]
    fn a_document_costs_the_fields_that_it_can_answer(
        #[case] text: &str,
        #[case] variables: serde_json::Value,
        #[case] expected: usize,
    ) {
        let cost = Checker::new(true).cost(parsed(text), Variables::from_json(variables));
        assert_eq!(cost.map_err(|errors| errors.len()), Ok(expected));
    }

    #[test]
    fn a_cost_beyond_all_numbers_is_still_high() {
        let most = i32::MAX;
        let open = format!(
            "customers(first: {most}) {{ nodes {{ customerUsers(first: {most}) {{ nodes {{ customers(first: {most}) {{ nodes {{ name "
        );
        let cost = Checker::new(true).cost(parsed(&format!("{{ {open} {} }}", "} ".repeat(6))), Variables::default());
        assert!(cost.is_ok_and(|cost| cost > 1 << 39));
    }

    #[test]
    fn no_more_errors_are_told_than_one_can_read() {
        let fields: String = (0..100).map(|number| format!("nonsense{number} ")).collect();
        let errors = Checker::new(true).check_static(&parsed(&format!("{{ {fields} }}"))).expect_err("it is wrong");
        assert_eq!(errors.len(), MAX_ERRORS);
    }
}
