//! What a GraphQL request gives, read from a JSON body or from the query of an address. An error says which part is wrong.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::gate::Body;

/// The parameters that are texts.
const TEXTS: [&str; 3] = ["query", "operationName", "documentId"];
/// The parameters that are JSON objects.
const OBJECTS: [&str; 2] = ["variables", "extensions"];

/// The parameters as they are written. A parameter that is null is not given.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    #[serde(borrow)]
    query: Option<&'a RawValue>,
    #[serde(borrow)]
    operation_name: Option<&'a RawValue>,
    #[serde(borrow)]
    document_id: Option<&'a RawValue>,
    #[serde(borrow)]
    variables: Option<&'a RawValue>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
}

/// Reads a body. Every parameter must be of its type, and one of them must name a document.
pub fn from_json(body: &[u8]) -> Result<Body, String> {
    let text = std::str::from_utf8(body).map_err(|_| "the body is not in UTF-8".to_owned())?;
    match text.trim_start().chars().next() {
        None => return Err("the body is empty: send a JSON object with the document as `query`".to_owned()),
        Some('[') => return Err("the body is a list: requests come one at a time, each as a JSON object".to_owned()),
        Some(_) => {}
    }
    let written: Written = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    written.check()?;
    serde_json::from_str(text).map_err(|_| written.unreadable())
}

/// What is wrong with the body as a whole. The library's own words may repeat what was sent.
fn malformed(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => "the body ends before its JSON does".to_owned(),
        serde_json::error::Category::Data if error.to_string().starts_with("duplicate") => {
            format!("the body gives a parameter twice, at line {line} column {column}")
        }
        serde_json::error::Category::Data => "the body is no JSON object: send one with `query`".to_owned(),
        _ => format!("the body is no JSON: see line {line} column {column}"),
    }
}

impl<'a> Written<'a> {
    fn parameters(&self) -> [(&'static str, Option<&'a RawValue>); 5] {
        [
            ("query", self.query),
            ("operationName", self.operation_name),
            ("documentId", self.document_id),
            ("variables", self.variables),
            ("extensions", self.extensions),
        ]
    }

    fn check(&self) -> Result<(), String> {
        for (name, value) in self.parameters() {
            let (first, expected) = if OBJECTS.contains(&name) { ('{', "an object") } else { ('"', "a text") };
            if value.is_some_and(|value| !value.get().starts_with(first)) {
                return Err(format!("`{name}` must be {expected}"));
            }
        }
        let names_document = self.query.or(self.document_id).or(self.extensions).is_some();
        if names_document { Ok(()) } else { Err("`query` is missing: give the document there".to_owned()) }
    }

    /// Which parameter cannot be read though it is of its type: it nests too deeply, or has a number or a character that cannot be.
    fn unreadable(&self) -> String {
        for (name, value) in self.parameters() {
            let read = value.map(|value| serde_json::from_str::<serde_json::Value>(value.get()));
            if let Some(Err(error)) = read {
                return format!("`{name}` cannot be read: {error}");
            }
        }
        "`extensions` has an entry of the wrong type".to_owned()
    }
}

/// Reads the query of an address, as forms write it. `None` where it names no document; an empty value is not given.
pub fn from_query(query: &str) -> Result<Option<Body>, String> {
    let mut body = BTreeMap::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name).ok_or("a name in the query of the address is badly encoded")?;
        let Some(name) = TEXTS.into_iter().chain(OBJECTS).find(|known| *known == name) else { continue };
        if body.insert(name, read(name, value)?).is_some() {
            return Err(format!("`{name}` is given twice"));
        }
    }
    body.retain(|_, value| value.is_some());
    if !["query", "documentId", "extensions"].into_iter().any(|name| body.contains_key(name)) {
        return Ok(None);
    }
    let body = serde_json::to_vec(&body).expect("texts and JSON are JSON");
    from_json(&body).map(Some)
}

/// The value of a parameter as JSON; `None` for an empty one.
fn read(name: &str, value: &str) -> Result<Option<Box<RawValue>>, String> {
    let value = decode(value).ok_or_else(|| format!("`{name}` is badly encoded: it must be UTF-8, percent-encoded"))?;
    match value {
        value if value.is_empty() => Ok(None),
        value if OBJECTS.contains(&name) => {
            serde_json::from_str(&value).map(Some).map_err(|_| format!("`{name}` must be a JSON object"))
        }
        value => Ok(Some(to_raw_value(&value).expect("a text is JSON"))),
    }
}

/// A text as it was before it was percent-encoded; `None` where that cannot be, or is not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => digit(bytes.next()?)? << 4 | digit(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn refused(result: Result<Body, String>) -> String {
        result.err().expect("it is refused")
    }

    #[rstest]
    #[case("", "the body is empty: send a JSON object with the document as `query`")]
    #[case(" \n", "the body is empty: send a JSON object with the document as `query`")]
    #[case("[{}]", "the body is a list: requests come one at a time, each as a JSON object")]
    #[case("7", "the body is no JSON object: send one with `query`")]
    #[case("\"secret\"", "the body is no JSON object: send one with `query`")]
    #[case("nonsense", "the body is no JSON: see line 1 column 2")]
    #[case("{ \"not a JSON", "the body ends before its JSON does")]
    #[case("{} {}", "the body is no JSON: see line 1 column 4")]
    #[case("{}", "`query` is missing: give the document there")]
    #[case(r#"{"query": null}"#, "`query` is missing: give the document there")]
    #[case(r#"{"query": 7}"#, "`query` must be a text")]
    #[case(r#"{"query": ["{ a }"]}"#, "`query` must be a text")]
    #[case(r#"{"query": "{ a }", "operationName": false}"#, "`operationName` must be a text")]
    #[case(r#"{"query": "{ a }", "variables": []}"#, "`variables` must be an object")]
    #[case(r#"{"query": "{ a }", "variables": "{}"}"#, "`variables` must be an object")]
    #[case(r#"{"query": "{ a }", "extensions": [1]}"#, "`extensions` must be an object")]
    #[case(r#"{"query": "{ a }", "query": "{ b }"}"#, "the body gives a parameter twice, at line 1 column 26")]
    #[case(
        r#"{"query": "{ a }", "variables": {"a": 1e999}}"#,
        "`variables` cannot be read: number out of range at line 1 column 11"
    )]
    #[case(r#"{"query": "\ud800"}"#, "`query` cannot be read: unexpected end of hex escape at line 1 column 8")]
    fn a_body_that_cannot_be_is_refused_by_its_part(#[case] body: &str, #[case] expected: &str) {
        assert_eq!(refused(from_json(body.as_bytes())), expected);
    }

    #[test]
    fn variables_that_nest_without_end_are_refused() {
        let deep = format!(r#"{{"query": "a", "variables": {{"a": {}{}}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let message = refused(from_json(deep.as_bytes()));
        assert!(message.starts_with("`variables` cannot be read: recursion limit exceeded"), "{message}");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(refused(from_json(b"{\"query\": \"\xff\"}")), "the body is not in UTF-8");
    }

    #[test]
    fn parameters_that_are_null_or_unknown_are_passed_over() {
        let text = r#"{"query": "{ a }", "operationName": null, "variables": null, "extensions": null, "other": [7]}"#;
        let body = from_json(text.as_bytes()).expect("it is good");
        assert_eq!((body.query.as_deref(), body.operation_name, body.variables.is_none()), (Some("{ a }"), None, true));
    }

    #[test]
    fn an_address_gives_what_a_body_gives() {
        let query = "query=query+A%7B+a+%7D&operationName=A&variables=%7B%22x%22%3A%22%C3%BC+%2B%22%7D&other=%zz";
        let body = from_query(query).expect("it is good").expect("it has a document");
        assert_eq!((body.query.as_deref(), body.operation_name.as_deref()), (Some("query A{ a }"), Some("A")));
        assert_eq!(serde_json::to_value(body.variables).expect("JSON"), json!({"x": "ü +"}));
    }

    #[rstest]
    #[case("")]
    #[case("&&=&")]
    #[case("query=&variables=")]
    #[case("operationName=A")]
    fn an_address_without_a_document_is_no_request(#[case] query: &str) {
        assert!(from_query(query).expect("nothing is wrong").is_none());
    }

    #[rstest]
    #[case("query=a&query=b", "`query` is given twice")]
    #[case("query=a&query=", "`query` is given twice")]
    #[case("query=%", "`query` is badly encoded: it must be UTF-8, percent-encoded")]
    #[case("query=%4", "`query` is badly encoded: it must be UTF-8, percent-encoded")]
    #[case("query=%+1", "`query` is badly encoded: it must be UTF-8, percent-encoded")]
    #[case("query=%ff", "`query` is badly encoded: it must be UTF-8, percent-encoded")]
    #[case("%ff=a", "a name in the query of the address is badly encoded")]
    #[case("query=a&variables=x", "`variables` must be a JSON object")]
    #[case("query=a&variables=[]", "`variables` must be an object")]
    #[case("query=a&extensions=7", "`extensions` must be an object")]
    fn an_address_that_cannot_be_is_refused_by_its_part(#[case] query: &str, #[case] expected: &str) {
        let refusal = from_query(query).err().expect("it is refused");
        assert_eq!(refusal, expected);
    }
}
