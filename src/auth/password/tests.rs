use std::time::Duration;

use proptest::prelude::*;
use rstest::rstest;

use super::*;

const BCRYPT: PasswordHash = PasswordHash::Bcrypt { cost: MIN_BCRYPT_COST };
const FAST: [PasswordHash; 6] = [
    PasswordHash::Sha2,
    PasswordHash::Sha512,
    PasswordHash::Sha1,
    PasswordHash::Apr1,
    PasswordHash::Md5,
    PasswordHash::Crypt,
];
const SIMPLE_SHA512: &str = "2ed75bf2ad6cf1bf10224192e08d3f856e9d09d9b554fdb9e0bac60ef2772baa\
                             18d0d261858931a8b14db32646702f43c26748d2b5d2cb388a99a40266e548d5";

/// Texts made with the Perl modules that OTOBO uses.
#[rstest]
#[case(PasswordHash::Crypt, "jdoe", "simple", "jdXAnohZ6bkrk")]
#[case(PasswordHash::Md5, "jdoe", "simple", "$1$jdoe$uRMb8f1uVBV3Xnf5/.rLN.")]
#[case(PasswordHash::Apr1, "jdoe", "simple", "$apr1$jdoe$ZaO/PRFEYoGxxqcSPil3f.")]
#[case(PasswordHash::Sha1, "any", "simple", "0f7d0d088b6ea936fb25b477722d734706fe8b40")]
#[case(PasswordHash::Sha2, "any", "simple", "a7a39b72f29718e653e73503210fbb597057b7a1c77d1fe321a1afcff041d4e1")]
#[case(PasswordHash::Sha512, "any", "simple", SIMPLE_SHA512)]
#[case(PasswordHash::Crypt, "example-user1", "Переводчик", "ex5n4HqWq2RSY")]
#[case(PasswordHash::Md5, "example-user1", "Переводчик", "$1$example-$uMjHdtxR8RWzeRIPclmju/")]
#[case(PasswordHash::Apr1, "example-user1", "Переводчик", "$apr1$example-$J.QjpkLDjFQYM2V.ZxewX.")]
#[case(PasswordHash::Sha2, "any", "Переводчик", "bcd9cc74471be85f9a918c993cf449b14bd199450fbfe8e8c3cef983d6a66441")]
#[case(PasswordHash::Crypt, "jdoe", " ", "jdX3ImRlePBJI")]
#[case(PasswordHash::Md5, "jdoe", " ", "$1$jdoe$gJoN57A.ZtSmfdHTiHZpX1")]
#[case(PasswordHash::Sha2, "jdoe", " ", "36a9e7f1c95b82ffb99743e0c5c4ce95d83c9a430aac59f84ef3cbfab6145068")]
#[case(PasswordHash::Crypt, "root@localhost", "root", "roK20XGbWEsSM")]
fn a_hash_without_a_random_salt_is_the_text_that_otobo_writes(
    #[case] kind: PasswordHash,
    #[case] login: &str,
    #[case] password: &str,
    #[case] stored: &str,
) {
    assert_eq!(hash(kind, login, password), stored);
    assert!(verify(stored, login, password, false));
    assert!(!verify(stored, login, "wrong", false));
}

#[rstest]
#[case("simple", "BCRYPT:9:0123456789abcdef:/6LtB8DW5CP1wxoUbu72Vucc7tZsb0e")]
#[case("simple", "BCRYPT:12:0123456789abcdef:2.PyWsHB8zokfOUYrnTP7kEoy6hpiie")]
#[case("Переводчик", "BCRYPT:9:AbCdEfGhIjKlMnOp:ttNYAcMz6MJTHVJpN.j4bJ/Y.h9Xs26")]
fn a_bcrypt_text_of_otobo_is_read_at_any_cost(#[case] password: &str, #[case] stored: &str) {
    assert!(verify(stored, "any", password, false));
    assert!(!verify(stored, "any", "wrong", false));
}

/// Texts made with Debian's crypt().
#[rstest]
#[case("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U")]
#[case("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U")]
#[case("$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "U*U*")]
#[case("$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "Hello world!")]
#[case("$5$rounds=5000$toolongsaltstrin$Un/5jzAHMgOGZ5.mWJpuVolil07guHPvOW8mGRcvxa5", "This is just a test")]
#[case("$6$jdoe$Vg705xnMriDL16jT/.Crv0lyGsKcMv6zVePcgYFdB8KCqmcw42VElfvWlFnGZfPZk3Svcq9B.XZFxsT4LVzDV/", "Переводчик")]
fn the_formats_of_the_system_are_read(#[case] stored: &str, #[case] password: &str) {
    assert!(verify(stored, "any", password, false), "{stored}");
    assert!(!verify(stored, "any", "wrong", false));
}

#[test]
fn every_kind_of_password_is_accepted_again_in_every_format() {
    let sentence = "a long sentence, with a comma and a stop at the end.";
    let many = "a".repeat(64);
    let passwords = ["simple", sentence, "Переводчик", "كلمة السر", " ", "\n", "\t", &many, "'UNION'", "';", "0"];
    for kind in FAST.into_iter().chain([PasswordHash::Argon2id, BCRYPT]) {
        for password in passwords {
            let stored = hash(kind, "jdoe", password);
            assert!(verify(&stored, "jdoe", password, false), "{kind} does not accept {password:?}");
        }
    }
}

#[rstest]
#[case("argon2id")]
#[case("bcrypt")]
#[case("sha2")]
#[case("sha512")]
#[case("sha1")]
#[case("apr1")]
#[case("md5")]
#[case("crypt")]
fn a_format_is_named_as_in_the_settings(#[case] name: &str) {
    let kind: PasswordHash = name.parse().expect("a known name");
    assert_eq!(kind.to_string(), name);
}

#[rstest]
#[case("plain")]
#[case("SHA2")]
#[case("")]
fn an_unknown_format_is_refused_by_name(#[case] name: &str) {
    let failure = name.parse::<PasswordHash>().expect_err("not a format");
    assert!(failure.to_string().starts_with(&format!("`{name}` is not a password format")));
}

#[test]
fn argon2id_is_written_with_the_agreed_cost() {
    let stored = hash(PasswordHash::Argon2id, "any", "simple");
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert_ne!(stored, hash(PasswordHash::Argon2id, "any", "simple"), "the salt is random");
    assert!(!verify(&stored, "any", "Simple", false));
}

#[rstest]
#[case(1, "BCRYPT:9:")]
#[case(10, "BCRYPT:10:")]
fn bcrypt_is_written_with_the_asked_cost_but_never_below_nine(#[case] cost: u32, #[case] beginning: &str) {
    let stored = hash(PasswordHash::Bcrypt { cost }, "any", "simple");
    assert!(stored.starts_with(beginning), "{stored}");
    assert_eq!(stored.len(), beginning.len() + 16 + 1 + 31);
}

/// The salt is the part of the login that can be one, and random where there is none.
#[rstest]
#[case(PasswordHash::Md5, "Max.Mustermann", "$1$Max.Must$")]
#[case(PasswordHash::Md5, "ümläutlogin", "$1$ümläut$")]
#[case(PasswordHash::Md5, "$1$weird", "$1$weird$")]
#[case(PasswordHash::Md5, "a$b", "$1$a$")]
#[case(PasswordHash::Apr1, "$apr1$weird", "$apr1$weird$")]
#[case(PasswordHash::Apr1, "$1$weird", "$apr1$weird$")]
#[case(PasswordHash::Md5, "$", "$1$")]
#[case(PasswordHash::Md5, "日本語", "$1$日本$")]
#[case(PasswordHash::Crypt, "a", "")]
#[case(PasswordHash::Crypt, "_under", "")]
#[case(PasswordHash::Crypt, "ümläut", "")]
fn a_login_that_is_no_salt_still_gives_a_readable_hash(
    #[case] kind: PasswordHash,
    #[case] login: &str,
    #[case] beginning: &str,
) {
    let stored = hash(kind, login, "secret");
    assert!(stored.starts_with(beginning), "{stored}");
    assert!(verify(&stored, login, "secret", false), "{stored}");
    assert!(!verify(&stored, login, "Secret", false), "{stored}");
}

#[rstest]
#[case("", "secret")]
#[case("", "")]
#[case("*", "*")]
#[case("*0", "*0")]
#[case("*LK*", "*LK*")]
#[case("secret", "")]
#[case("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "")]
fn no_password_opens_an_account_without_one(#[case] stored: &str, #[case] password: &str) {
    assert!(!verify(stored, "any", password, false));
    assert!(!verify(stored, "any", password, true));
}

#[rstest]
#[case("secret")]
#[case("abcdefghijklm")]
#[case("percent%colon:dollar$1$")]
fn a_password_stored_as_it_is_matches_only_where_that_is_allowed(#[case] password: &str) {
    assert!(verify(password, "any", password, true));
    assert!(!verify(password, "any", password, false));
    assert!(!verify(password, "any", "wrong", true));
}

#[test]
fn hashes_are_read_where_plain_passwords_are_allowed() {
    assert!(verify("jdXAnohZ6bkrk", "jdoe", "simple", true));
}

#[rstest]
#[case::upper_case_digits("A7A39B72F29718E653E73503210FBB597057B7A1C77D1FE321A1AFCFF041D4E1")]
#[case::one_digit_short("a7a39b72f29718e653e73503210fbb597057b7a1c77d1fe321a1afcff041d4e")]
#[case::blank_at_the_end("a7a39b72f29718e653e73503210fbb597057b7a1c77d1fe321a1afcff041d4e1 ")]
#[case::cost_with_a_zero("BCRYPT:09:0123456789abcdef:/6LtB8DW5CP1wxoUbu72Vucc7tZsb0e")]
#[case::cut_bcrypt("BCRYPT:9:0123456789abcdef:/6LtB8DW5CP1wxoUbu72Vucc7tZsb0")]
#[case::no_hash_at_all("$1$jdoe$")]
fn a_stored_text_that_was_altered_matches_no_more(#[case] stored: &str) {
    assert!(!verify(stored, "jdoe", "simple", false));
}

/// Each of these would run for minutes to days if it were believed.
#[rstest]
#[case("BCRYPT:31:0123456789abcdef:/6LtB8DW5CP1wxoUbu72Vucc7tZsb0e")]
#[case("BCRYPT:4294967295:0123456789abcdef:/6LtB8DW5CP1wxoUbu72Vucc7tZsb0e")]
#[case("$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
#[case("$5$rounds=999999999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8")]
#[case("$argon2id$v=19$m=19456,t=4000000,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
#[case("$argon2id$v=19$m=4000000,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
fn a_stored_text_cannot_ask_for_endless_work(#[case] stored: &str) {
    let begin = std::time::Instant::now();
    assert!(!verify(stored, "any", "simple", false));
    assert!(begin.elapsed() < Duration::from_secs(1));
}

/// The text is the example of extended DES in the manual of FreeBSD's crypt.
#[test]
fn the_login_is_the_salt_of_a_text_in_no_known_format() {
    let stored = "_Gl/.K0Ay.aosctsbJ1k";
    assert!(verify(stored, "_Gl/.K0Ay and more", "password", false));
    assert!(!verify(stored, "_Gl/.K0Ay and more", "Password", false));
    assert!(!verify(stored, "jdoe", "password", false));
}

#[test]
fn a_generated_password_has_24_letters_and_digits_and_is_never_the_same() {
    let (one, other) = (generate(), generate());
    assert_eq!(one.len(), 24);
    assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{one}");
    assert_ne!(one, other);
}

#[tokio::test]
async fn the_verifier_says_what_verify_says() {
    let verifier = Verifier::with_limits(1, 1, Duration::from_secs(60));
    let stored = verifier.hash(PasswordHash::Sha2, "jdoe", "simple").await.expect("a free turn");
    assert_eq!(verifier.verify(Some(&stored), "jdoe", "simple", false).await, Ok(true));
    assert_eq!(verifier.verify(Some(&stored), "jdoe", "wrong", false).await, Ok(false));
    assert_eq!(verifier.verify(None, "jdoe", "simple", false).await, Ok(false));
    assert_eq!(verifier.verify(Some("plain"), "jdoe", "plain", true).await, Ok(true));
}

#[tokio::test]
async fn whoever_waits_too_long_for_a_turn_is_told_to_come_back() {
    let verifier = Verifier::with_limits(0, 1, Duration::from_millis(1));
    assert_eq!(verifier.verify(None, "jdoe", "simple", false).await, Err(Busy));
}

#[tokio::test]
async fn whoever_finds_too_many_waiting_is_told_at_once() {
    let verifier = Verifier::with_limits(0, 1, Duration::from_secs(3600));
    let other = verifier.clone();
    let waiting = tokio::spawn(async move { other.verify(None, "jdoe", "simple", false).await });
    // The other one runs until it has to wait.
    tokio::task::yield_now().await;
    assert_eq!(verifier.verify(None, "jdoe", "simple", false).await, Err(Busy));
    waiting.abort();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn a_password_is_accepted_in_the_format_in_which_it_was_stored(login in any::<String>(), password in ".{1,80}") {
        for kind in FAST {
            prop_assert!(verify(&hash(kind, &login, &password), &login, &password, false), "{}", kind);
        }
    }

    #[test]
    fn another_password_is_refused(login in any::<String>(), password in ".{1,80}", other in ".{0,80}") {
        prop_assume!(password != other);
        // Traditional DES is left out: it knows eight bytes of seven bits only.
        for kind in FAST.into_iter().filter(|kind| *kind != PasswordHash::Crypt) {
            prop_assert!(!verify(&hash(kind, &login, &password), &login, &other, false), "{}", kind);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) })]

    #[test]
    fn a_password_is_accepted_in_the_slow_formats_too(login in any::<String>(), password in ".{1,80}") {
        for kind in [PasswordHash::Argon2id, BCRYPT] {
            prop_assert!(verify(&hash(kind, &login, &password), &login, &password, false), "{}", kind);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_stored_text_makes_the_check_panic(
        mark in "(_|\\$1\\$|\\$apr1\\$|\\$2[aby]\\$(05\\$)?|\\$[56]\\$(rounds=[0-9]{0,5}\\$?)?|BCRYPT:[0-9]?:?|\
                 \\$argon2id\\$(v=19\\$(m=[0-9]{0,3},t=[0-9],p=[0-9]{0,2}\\$)?)?)?",
        rest in "(.{0,24}|.{13}|[./0-9A-Za-z$]{0,60}|[0-9a-f]{40}|[^a]{16}:.{31})",
        login in any::<String>(),
        password in any::<String>(),
        accept_plain in any::<bool>(),
    ) {
        verify(&format!("{mark}{rest}"), &login, &password, accept_plain);
    }
}
