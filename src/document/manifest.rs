//! Lists of trusted documents, as the build of a client writes them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The format by which Apollo's manifests name themselves.
const APOLLO: &str = "apollo-persisted-query-manifest";

/// A document of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// By what clients ask for it.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// The ways to write a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Apollo { format: String, version: u32, operations: Vec<Operation> },
    ById(BTreeMap<String, String>),
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

/// Reads a list: an object of texts by id, as Relay and the client preset of GraphQL Code Generator write it, or Apollo's persisted query manifest
/// of version 1. The error says what is expected, as the end of a sentence about the file.
pub fn read(json: &str) -> Result<Vec<Entry>, String> {
    let value: serde_json::Value = serde_json::from_str(json).map_err(|error| format!("is not valid JSON: {error}"))?;
    let expected = || {
        format!(
            "is no list of documents: it has to be an object of texts by id, or one with `\"format\": \"{APOLLO}\"`"
        )
    };
    let entries: Vec<Entry> = match serde_json::from_value(value).map_err(|_| expected())? {
        Written::Apollo { format, version: 1, operations } if format == APOLLO => {
            operations.into_iter().map(|Operation { id, body }| Entry { id, text: body }).collect()
        }
        Written::Apollo { .. } => return Err(expected() + " and `\"version\": 1`"),
        Written::ById(texts) => texts.into_iter().map(|(id, text)| Entry { id, text }).collect(),
    };
    let mut ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("has the id `{}` twice", pair[0])),
        None => Ok(entries),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::relay(r#"{"abc": "{ a }"}"#)]
    #[case::apollo(
        r#"{"format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{"id": "abc", "name": "A", "type": "query", "body": "{ a }"}]}"#
    )]
    fn all_formats_say_the_same(#[case] json: &str) {
        assert_eq!(read(json), Ok(vec![Entry { id: "abc".into(), text: "{ a }".into() }]));
    }

    #[rstest]
    #[case("{", "is not valid JSON")]
    #[case("[]", "is no list of documents")]
    #[case(r#"{"abc": 1}"#, "is no list of documents")]
    #[case(r#"{"format": "other", "version": 1, "operations": []}"#, "is no list of documents")]
    #[case(r#"{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}"#, "`\"version\": 1`")]
    #[case(
        r#"{"format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{"id": "a", "body": "{ a }"}, {"id": "a", "body": "{ b }"}]}"#,
        "has the id `a` twice"
    )]
    fn anything_else_is_refused(#[case] json: &str, #[case] expected: &str) {
        let refusal = read(json).expect_err("it is wrong");
        assert!(refusal.contains(expected), "{refusal}");
    }
}
