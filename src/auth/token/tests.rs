use std::path::Path;

use jsonwebtoken::{DecodingKey, EncodingKey};
use rstest::rstest;

use super::*;

const TTL: Duration = Duration::from_secs(900);

fn now() -> DateTime<Utc> {
    // Long past: the clock of the system must play no part.
    DateTime::from_timestamp(1_000_000_000, 500_000_000).expect("a time")
}

fn seconds(seconds: i64) -> chrono::Duration {
    chrono::Duration::seconds(seconds)
}

fn tokens() -> Tokens {
    Tokens::new(Arc::new(Keys::generate_in_memory()), "deskgraph", "desk", TTL)
}

fn subject(realm: Realm, login: &str) -> Subject<'_> {
    Subject { realm, login, stamp: "s", session: None }
}

fn token_of(tokens: &Tokens) -> String {
    tokens.issue(subject(Realm::Customer, "ann"), now(), None).expect("a token").token
}

fn header(tokens: &Tokens) -> Value {
    json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": tokens.keys.signing(now()).id() })
}

fn claims() -> Value {
    json!({
        "iss": "deskgraph", "aud": "desk", "sub": "ann", "realm": "customer", "stamp": "s",
        "iat": now().timestamp(), "exp": now().timestamp() + 900, "jti": "one",
    })
}

/// Signed with the real key, whatever header and claims say.
fn sign(tokens: &Tokens, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &tokens.keys.signing(now()).signing, Algorithm::EdDSA);
    format!("{message}.{}", signature.expect("a signature"))
}

/// The same object with another member of this name.
pub fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut changed = value.clone();
    changed[name] = member;
    changed
}

/// The same object without a member that it has.
pub fn without(value: &Value, name: &str) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().expect("an object").remove(name).expect("the member was there");
    changed
}

#[test]
fn a_token_says_who_it_was_issued_for() {
    let tokens = tokens();
    let issued = tokens.issue(subject(Realm::Agent, "Jürgen O'Neil"), now(), None).expect("a token");
    let claims = tokens.verify(&issued.token, now()).expect("a valid token");
    assert_eq!((claims.realm, claims.sub.as_str()), (Realm::Agent, "Jürgen O'Neil"));
    assert_eq!((claims.iss.as_str(), claims.aud.as_str()), ("deskgraph", "desk"));
    assert_eq!((claims.iat, claims.exp), (1_000_000_000, 1_000_000_900));
    assert_eq!(issued.expires_at.timestamp(), claims.exp);
    assert_eq!(issued.expires_at.timestamp_subsec_nanos(), 0);
}

#[test]
fn a_token_names_its_session_where_it_has_one() {
    let tokens = tokens();
    let claims_of = |session| {
        let issued = tokens.issue(Subject { session, ..subject(Realm::Customer, "ann") }, now(), None);
        tokens.verify(&issued.expect("a token").token, now()).expect("a valid token")
    };
    let claims = claims_of(Some("one"));
    assert_eq!((claims.sid.as_deref(), claims.stamp.as_str()), (Some("one"), "s"));
    assert_eq!(claims_of(None).sid, None);
}

#[test]
fn two_tokens_have_different_names() {
    let tokens = tokens();
    let name = || tokens.verify(&token_of(&tokens), now()).expect("a valid token").jti;
    assert_ne!(name(), name());
}

#[rstest]
#[case(Realm::Agent, r#""agent""#)]
#[case(Realm::Customer, r#""customer""#)]
fn a_realm_is_written_in_small_letters(#[case] realm: Realm, #[case] text: &str) {
    assert_eq!(serde_json::to_string(&realm).expect("JSON"), text);
    assert_eq!(format!("\"{realm}\""), text);
}

#[test]
fn a_token_made_by_hand_passes_so_that_the_refusals_below_mean_something() {
    let tokens = tokens();
    let token = sign(&tokens, &header(&tokens), &claims());
    assert_eq!(tokens.verify(&token, now()).map(|claims| claims.jti), Ok("one".to_owned()));
}

#[rstest]
#[case::in_time(0, Ok(()))]
#[case::last_second(899, Ok(()))]
#[case::within_the_leeway(900 + 25, Ok(()))]
#[case::at_the_end_of_the_leeway(900 + 30, Err(TokenError::Expired))]
#[case::long_after(900 + 90, Err(TokenError::Expired))]
#[case::issued_by_a_clock_that_is_fast(-25, Ok(()))]
#[case::issued_in_the_future(-90, Err(TokenError::Foreign))]
fn a_token_is_valid_from_its_issue_to_its_end(#[case] later: i64, #[case] expected: Result<(), TokenError>) {
    let tokens = tokens();
    let answer = tokens.verify(&token_of(&tokens), now() + seconds(later));
    assert_eq!(answer.map(drop), expected);
}

#[test]
fn another_lifetime_may_be_asked_for() {
    let tokens = tokens();
    let issued = tokens.issue(subject(Realm::Agent, "olga"), now(), Some(Duration::from_secs(3600))).expect("a token");
    assert_eq!(issued.expires_at.timestamp(), now().timestamp() + 3600);
    assert!(tokens.verify(&issued.token, now() + seconds(3599)).is_ok());
}

#[test]
fn an_endless_lifetime_is_refused() {
    let answer = tokens().issue(subject(Realm::Agent, "olga"), now(), Some(Duration::MAX));
    assert!(matches!(answer, Err(IssueError::Lifetime(Duration::MAX))));
}

#[rstest]
#[case("")]
#[case("token")]
#[case("a.b.c")]
#[case("..")]
#[case("ümläut.e30.e30")]
fn a_text_that_is_no_token_is_malformed(#[case] text: &str) {
    assert_eq!(tokens().verify(text, now()), Err(TokenError::Malformed));
}

#[test]
fn a_token_with_a_missing_or_an_additional_part_is_malformed() {
    let tokens = tokens();
    let token = token_of(&tokens);
    let (unsigned, _) = token.rsplit_once('.').expect("three parts");
    for text in [unsigned.to_owned(), format!("{token}.e30"), format!("{token} ")] {
        assert_eq!(tokens.verify(&text, now()), Err(TokenError::Malformed), "{text}");
    }
}

#[test]
fn a_token_longer_than_8_kib_is_not_looked_at() {
    let tokens = tokens();
    let login = |length| "a".repeat(length);
    let short = tokens.issue(subject(Realm::Agent, &login(5000)), now(), None).expect("a token").token;
    let long = tokens.issue(subject(Realm::Agent, &login(6000)), now(), None).expect("a token").token;
    assert!(short.len() <= 8192 && long.len() > 8192);
    assert!(tokens.verify(&short, now()).is_ok());
    assert_eq!(tokens.verify(&long, now()), Err(TokenError::Malformed));
}

#[rstest]
#[case("typ", json!("JWT"))]
#[case("typ", json!(null))]
#[case("alg", json!("none"))]
#[case("alg", json!("None"))]
#[case("alg", json!("HS256"))]
#[case("alg", json!("ES256"))]
#[case("kid", json!("another"))]
#[case("crit", json!(["exp"]))]
#[case("crit", json!([]))]
#[case("crit", json!(null))]
#[case("jwk", json!({ "kty": "OKP" }))]
#[case("jku", json!("https://example.org/keys"))]
#[case("x5u", json!("https://example.org/certificate"))]
#[case("x5c", json!(["AAAA"]))]
#[case("b64", json!(false))]
fn a_header_that_is_not_ours_is_foreign_even_with_our_signature(#[case] name: &str, #[case] member: Value) {
    let tokens = tokens();
    let token = sign(&tokens, &with(&header(&tokens), name, member), &claims());
    assert_eq!(tokens.verify(&token, now()), Err(TokenError::Foreign));
}

#[rstest]
fn a_header_with_a_missing_member_is_foreign(#[values("typ", "alg", "kid")] name: &str) {
    let tokens = tokens();
    let token = sign(&tokens, &without(&header(&tokens), name), &claims());
    assert_eq!(tokens.verify(&token, now()), Err(TokenError::Foreign));
}

#[rstest]
#[case("none")]
#[case("EdDSA")]
fn a_token_without_a_signature_is_refused(#[case] algorithm: &str) {
    let tokens = tokens();
    let token = sign(&tokens, &with(&header(&tokens), "alg", json!(algorithm)), &claims());
    let (message, _) = token.rsplit_once('.').expect("three parts");
    assert_eq!(tokens.verify(&format!("{message}."), now()), Err(TokenError::Foreign));
}

#[test]
fn a_token_signed_with_our_public_key_as_a_shared_secret_is_foreign() {
    let tokens = tokens();
    let key = tokens.keys.signing(now());
    let public = key.checking.try_get_as_bytes().expect("a key").to_vec();
    let mut header = Header::new(Algorithm::HS256);
    (header.typ, header.kid) = (Some(TOKEN_TYPE.to_owned()), Some(key.id().to_owned()));
    let token = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(&public)).expect("a token");
    assert_eq!(tokens.verify(&token, now()), Err(TokenError::Foreign));
}

#[rstest]
fn a_claim_that_is_missing_makes_a_token_malformed(
    #[values("iss", "aud", "sub", "realm", "stamp", "iat", "exp", "jti")] name: &str,
) {
    let tokens = tokens();
    let token = sign(&tokens, &header(&tokens), &without(&claims(), name));
    assert_eq!(tokens.verify(&token, now()), Err(TokenError::Malformed));
}

#[rstest]
#[case("iss", json!("somebody"), TokenError::Foreign)]
#[case("iss", json!(["deskgraph"]), TokenError::Malformed)]
#[case("aud", json!("another"), TokenError::Foreign)]
#[case("aud", json!(["another"]), TokenError::Malformed)]
#[case("sub", json!(""), TokenError::Malformed)]
#[case("sub", json!(7), TokenError::Malformed)]
#[case("realm", json!("administrator"), TokenError::Malformed)]
#[case("exp", json!("tomorrow"), TokenError::Malformed)]
#[case("exp", json!(i64::MIN), TokenError::Malformed)]
#[case("exp", json!(0), TokenError::Expired)]
#[case("iat", json!(i64::MAX), TokenError::Foreign)]
#[case("jti", json!(""), TokenError::Malformed)]
#[case("stamp", json!(""), TokenError::Malformed)]
#[case("sid", json!(7), TokenError::Malformed)]
fn a_claim_that_is_wrong_is_refused(#[case] name: &str, #[case] claim: Value, #[case] expected: TokenError) {
    let tokens = tokens();
    let token = sign(&tokens, &header(&tokens), &with(&claims(), name, claim));
    assert_eq!(tokens.verify(&token, now()), Err(expected));
}

#[test]
fn a_changed_claim_breaks_the_signature() {
    let tokens = tokens();
    let token = token_of(&tokens);
    let parts: Vec<&str> = token.split('.').collect();
    let forged = URL_SAFE_NO_PAD.encode(with(&claims(), "sub", json!("root@localhost")).to_string());
    let token = format!("{}.{forged}.{}", parts[0], parts[2]);
    assert_eq!(tokens.verify(&token, now()), Err(TokenError::Foreign));
}

#[test]
fn a_token_of_another_key_is_foreign_even_under_our_name() {
    let (ours, theirs) = (tokens(), tokens());
    assert_eq!(ours.verify(&token_of(&theirs), now()), Err(TokenError::Foreign));
    let disguised = sign(&theirs, &header(&ours), &claims());
    assert_eq!(ours.verify(&disguised, now()), Err(TokenError::Foreign));
}

#[test]
fn a_token_can_be_verified_with_the_published_key() {
    let tokens = tokens();
    let published: jsonwebtoken::jwk::JwkSet = serde_json::from_value(tokens.keys().jwks()).expect("a JWK set");
    let header = jsonwebtoken::decode_header(token_of(&tokens)).expect("a header");
    let jwk = published.find(header.kid.as_deref().expect("a kid")).expect("the key is published");
    let key = DecodingKey::from_jwk(jwk).expect("a public key");
    assert!(jsonwebtoken::decode::<Claims>(token_of(&tokens), &key, &tokens.validation).is_ok());
    assert_eq!(
        jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).expect("a name"),
        tokens.keys().signing(now()).id()
    );
}

#[test]
fn neither_keys_nor_tokens_show_in_debug_output() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("test.key");
    let tokens = Tokens::new(Arc::new(load(&path)), "deskgraph", "desk", TTL);
    let pem = std::fs::read_to_string(&path).expect("a file");
    let secrets: Vec<&str> = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let issued = tokens.issue(subject(Realm::Agent, "olga"), now(), None).expect("a token");
    let shown = format!("{tokens:?} {issued:?}");
    assert_eq!(secrets.len(), 2);
    assert!(!secrets.iter().any(|secret| shown.contains(secret)) && !shown.contains(&issued.token), "{shown}");
}

fn load(path: &Path) -> Keys {
    Keys::load_or_create(path).expect("a key")
}

#[test]
fn a_key_file_outlives_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("test.key");
    let (before, after) = (load(&path), load(&path));
    assert_eq!(before.jwks(), after.jwks());
    assert_eq!(before.secret("rows"), after.secret("rows"));
    let before = Tokens::new(Arc::new(before), "deskgraph", "desk", TTL);
    let after = Tokens::new(Arc::new(after), "deskgraph", "desk", TTL);
    assert!(after.verify(&token_of(&before), now()).is_ok());
}
