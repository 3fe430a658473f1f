//! Documents by text, by hash and by id.

use rstest::rstest;

use super::*;
use crate::document::Limits;

const TEXT: &str = "{ viewer { role } }";
const OPEN: Policy = Policy { trusted_only: false, automatic: true, cache_bytes: 1_000_000 };

fn reader() -> DocumentReader {
    let limits =
        Limits { max_bytes: 1000, max_tokens: 100, max_fields: 50, max_depth: 10, max_aliases: 5, max_directives: 5 };
    DocumentReader::new(limits, true)
}

fn documents(manifest: &str, policy: Policy) -> Documents {
    let trusted = Trusted::parse(manifest, &reader()).expect("the manifest is good");
    Documents::new(reader(), Arc::new(trusted), policy)
}

fn hex(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn persisted(hash: String) -> PersistedQuery {
    PersistedQuery { version: 1, sha256_hash: hash }
}

const NOTHING: Asked<'_> = Asked { text: None, id: None, persisted: None };

fn code(documents: &Documents, asked: Asked<'_>) -> Option<String> {
    let errors = documents.find(asked).err()?;
    let code = errors[0].extensions.as_ref().and_then(|extensions| extensions.get("code"));
    // The library's own have none yet.
    Some(code.map(|code| code.to_string().trim_matches('"').to_owned()).unwrap_or_default())
}

fn by_hash(documents: &Documents, text: Option<&str>, hash: &str) -> Option<String> {
    code(documents, Asked { text, persisted: Some(&persisted(hash.to_owned())), ..NOTHING })
}

#[test]
fn a_document_is_known_by_its_hash_once_it_was_sent() {
    let documents = documents("{}", OPEN);
    assert_eq!(by_hash(&documents, None, &hex(TEXT)).as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(by_hash(&documents, Some(TEXT), &hex(TEXT)), None);
    assert_eq!(by_hash(&documents, None, &hex(TEXT)), None);
    assert_eq!(code(&documents, Asked { id: Some(&format!("sha256:{}", hex(TEXT))), ..NOTHING }), None);
}

#[rstest]
#[case("{ viewer { nonsense } }")]
#[case("{ viewer { role }")]
fn a_document_that_is_refused_is_not_kept(#[case] text: &str) {
    let documents = documents("{}", OPEN);
    assert!(by_hash(&documents, Some(text), &hex(text)).is_some());
    assert_eq!(by_hash(&documents, None, &hex(text)).as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"));
}

#[test]
fn a_hash_of_something_else_is_refused() {
    let documents = documents("{}", OPEN);
    assert_eq!(by_hash(&documents, Some(TEXT), &hex("other")).as_deref(), Some("BAD_USER_INPUT"));
    assert_eq!(by_hash(&documents, Some(TEXT), "nonsense").as_deref(), Some("BAD_USER_INPUT"));
    let other = PersistedQuery { version: 2, sha256_hash: hex(TEXT) };
    let asked = Asked { text: Some(TEXT), persisted: Some(&other), ..NOTHING };
    assert_eq!(code(&documents, asked).as_deref(), Some("BAD_USER_INPUT"));
}

#[test]
fn what_is_kept_is_bounded() {
    let documents = documents("{}", Policy { cache_bytes: 20_000, ..OPEN });
    for number in 0..200 {
        assert_eq!(
            code(&documents, Asked { text: Some(&format!("{{ a{number}: viewer {{ role }} }}")), ..NOTHING }),
            None
        );
    }
    documents.read.run_pending_tasks();
    assert!((1..30).contains(&documents.read.entry_count()), "{}", documents.read.entry_count());
    assert!(documents.read.weighted_size() <= 20_000);
}

#[test]
fn automatic_ones_can_be_switched_off() {
    let documents = documents("{}", Policy { automatic: false, ..OPEN });
    assert_eq!(code(&documents, Asked { text: Some(TEXT), ..NOTHING }), None);
    assert_eq!(by_hash(&documents, None, &hex(TEXT)).as_deref(), Some("PERSISTED_QUERY_NOT_SUPPORTED"));
}

#[test]
fn only_trusted_documents_are_run_where_that_is_asked_for() {
    let documents = documents(r#"{"abc": "{ viewer { role } }"}"#, Policy { trusted_only: true, ..OPEN });
    let by_id = |id: &str| code(&documents, Asked { id: Some(id), ..NOTHING });
    let by_text = |text: &str| code(&documents, Asked { text: Some(text), ..NOTHING });
    assert_eq!((by_id("abc"), by_id(&format!("sha256:{}", hex(TEXT)))), (None, None));
    assert_eq!(by_id("abd").as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!((by_hash(&documents, None, "abc"), by_hash(&documents, None, &hex(TEXT))), (None, None));
    assert_eq!(by_text(TEXT), None);
    assert_eq!(by_text("{ viewer { role } } ").as_deref(), Some("FORBIDDEN"));
    let other = "{ settings { maxPageSize } }";
    assert_eq!(by_hash(&documents, Some(other), &hex(other)).as_deref(), Some("FORBIDDEN"));
    assert_eq!(by_hash(&documents, None, &hex(other)).as_deref(), Some("PERSISTED_QUERY_NOT_FOUND"));
    let both = Asked { text: Some(TEXT), id: Some("abc"), persisted: None };
    assert_eq!(code(&documents, both).as_deref(), Some("BAD_USER_INPUT"));
    assert_eq!(code(&documents, NOTHING).as_deref(), Some("BAD_USER_INPUT"));
}

#[rstest]
#[case("{", "which is not valid JSON")]
#[case(r#"{"abc": "{ viewer"}"#, "whose document `abc` cannot be run: the document is no GraphQL")]
#[case(r#"{"abc": "{ viewer { nonsense } }"}"#, "whose document `abc` cannot be run: Unknown field \"nonsense\"")]
#[case(r#"{"abc": "{ ...F } fragment F on Query { ...F }"}"#, "cannot be run: the fragment `F` spreads itself")]
fn a_manifest_names_what_is_wrong(#[case] json: &str, #[case] expected: &str) {
    let error = Trusted::parse(json, &reader()).map(|_| ()).expect_err("it is wrong").to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_missing_manifest_is_said_to_be_missing() {
    let error =
        Trusted::load(Path::new("/nonexistent/manifest.json"), &reader()).map(|_| ()).expect_err("it is missing");
    assert!(error.to_string().starts_with("which cannot be read: "), "{error}");
}
