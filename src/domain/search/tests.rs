//! What a search text means, in both syntaxes, and which fields it finds.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn customers(text: &str) -> Search {
    Search::for_customers(text).expect("the text is accepted")
}

fn customer_users(text: &str) -> Search {
    Search::for_customer_users(text).expect("the text is accepted")
}

/// A term that asks for this text, with `*` for any text in between.
fn term(text: &str) -> Search {
    let mut pieces = Vec::new();
    for (number, part) in text.split('*').enumerate() {
        if number > 0 {
            pieces.push(Piece::Any);
        }
        if !part.is_empty() {
            pieces.push(Piece::Text(part.to_owned()));
        }
    }
    Search::Term(Pattern::containing(pieces))
}

fn both(parts: [&str; 2]) -> Search {
    Search::All(parts.map(term).to_vec())
}

fn either(parts: [&str; 2]) -> Search {
    Search::Any(parts.map(term).to_vec())
}

#[rstest]
#[case("")]
#[case("   ")]
fn an_empty_text_asks_for_everything(#[case] text: &str) {
    assert_eq!(customers(text), Search::Everything);
    assert_eq!(customer_users(text), Search::Everything);
}

#[rstest]
#[case("acme", "acme")]
#[case("  acme  ", "acme")]
#[case("c u", "c u")]
#[case("a*e", "a*e")]
#[case("*acme*", "acme")]
#[case("a**e", "a*e")]
#[case("100%_", "100%_")]
#[case("[brackets]", "[brackets]")]
#[case("ANDREA ORTIZ", "ANDREA ORTIZ")]
#[case("rock and roll or not", "rock and roll or not")]
#[case("exclaim!", "exclaim!")]
#[case("o\"brien\"", "o\"brien\"")]
#[case("5\" disk", "5\" disk")]
#[case("\"never closed", "\"never closed")]
#[case("back\\slash", "back\\slash")]
#[case("plus\\+plus", "plus+plus")]
#[case("\"a+b && !(c)\"", "a+b && !(c)")]
#[case("\"say \\\"hi\\\"\"", "say \"hi\"")]
fn a_text_without_operators_is_one_term_in_both_syntaxes(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(customers(text), term(expected));
    assert_eq!(customer_users(text), term(expected));
}

#[rstest]
#[case("plus+plus")]
#[case("plus + plus")]
#[case("plus AND plus")]
#[case("\"plus\" plus")]
#[case("plus \"plus\"")]
fn two_terms_must_hold_both_in_both_syntaxes(#[case] text: &str) {
    assert_eq!(customers(text), both(["plus", "plus"]));
    assert_eq!(customer_users(text), both(["plus", "plus"]));
}

#[rstest]
#[case("a&&b", both(["a", "b"]))]
#[case("a && b", both(["a", "b"]))]
#[case("paren(theses)", both(["paren", "theses"]))]
#[case("a||b", either(["a", "b"]))]
#[case("a OR b", either(["a", "b"]))]
#[case("((a))", term("a"))]
#[case("(a OR b)AND c", Search::All(vec![either(["a", "b"]), term("c")]))]
#[case("a&b|c", term("a&b|c"))]
#[case("a \\&& b", term("a && b"))]
fn customers_are_searched_with_the_whole_syntax(#[case] text: &str, #[case] expected: Search) {
    assert_eq!(customers(text), expected);
}

#[test]
fn both_binds_closer_than_either() {
    assert_eq!(customers("a&&b||c"), Search::Any(vec![both(["a", "b"]), term("c")]));
    assert_eq!(customers("a||b&&c"), Search::Any(vec![term("a"), both(["b", "c"])]));
}

#[rstest]
#[case("(paren")]
#[case("paren)")]
#[case("||")]
#[case("&&")]
#[case("a&&b||c")]
#[case("paren(theses)")]
fn parentheses_and_double_signs_are_ordinary_characters_for_customer_users(#[case] text: &str) {
    assert_eq!(customer_users(text), term(text));
}

#[test]
fn the_words_and_or_work_for_customer_users_too() {
    assert_eq!(customer_users("ann OR bob"), either(["ann", "bob"]));
    assert_eq!(customer_users("(ann OR bob)"), either(["(ann", "bob)"]));
}

#[rstest]
#[case("!a", Search::Not(Box::new(term("a"))))]
#[case("! a", Search::Not(Box::new(term("a"))))]
#[case("!!a", term("a"))]
#[case("a+!b", Search::All(vec![term("a"), Search::Not(Box::new(term("b")))]))]
#[case("a !b", Search::All(vec![term("a"), Search::Not(Box::new(term("b")))]))]
fn an_exclamation_mark_at_the_start_of_a_word_negates(#[case] text: &str, #[case] expected: Search) {
    assert_eq!(customers(text), expected);
    assert_eq!(customer_users(text), expected);
}

#[test]
fn a_negated_group_holds_where_the_group_does_not() {
    assert_eq!(customers("!(a||b)"), Search::Not(Box::new(either(["a", "b"]))));
    assert_eq!(customers("!(!a)"), term("a"));
}

#[rstest]
#[case("(paren")]
#[case("paren)")]
#[case("(a))")]
#[case("()")]
#[case("||")]
#[case("&&")]
#[case("a||")]
#[case("&&a")]
#[case("a&&||b")]
fn a_customer_search_without_sense_finds_nothing(#[case] text: &str) {
    assert_eq!(customers(text), Search::Nothing);
}

#[rstest]
#[case("\\")]
#[case("a\\")]
#[case("+")]
#[case("a+")]
#[case("!")]
#[case("AND")]
fn a_text_without_sense_finds_nothing_in_both_syntaxes(#[case] text: &str) {
    assert_eq!(customers(text), Search::Nothing);
    assert_eq!(customer_users(text), Search::Nothing);
}

#[test]
fn a_search_text_of_more_than_500_characters_is_refused() {
    assert_eq!(customers(&"ä".repeat(500)), term(&"ä".repeat(500)));
    assert_eq!(Search::for_customers(&"ä".repeat(501)), Err(SearchError::TooLong));
    assert_eq!(Search::for_customer_users(&"ä".repeat(501)), Err(SearchError::TooLong));
}

#[test]
fn more_than_32_terms_are_refused() {
    let terms = |count: usize| vec!["a"; count].join("+");
    assert!(Search::for_customer_users(&terms(32)).is_ok());
    assert_eq!(Search::for_customer_users(&terms(33)), Err(SearchError::TooComplex));
    assert_eq!(Search::for_customers(&terms(33)), Err(SearchError::TooComplex));
}

#[test]
fn parentheses_deeper_than_32_are_refused() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(customers(&nested(32)), term("a"));
    assert_eq!(Search::for_customers(&nested(33)), Err(SearchError::TooComplex));
}

#[rstest]
#[case("a\0b")]
#[case("a\tb")]
#[case("acme\n")]
fn control_characters_are_refused(#[case] text: &str) {
    assert_eq!(Search::for_customers(text), Err(SearchError::ControlCharacter));
    assert_eq!(Search::for_customer_users(text), Err(SearchError::ControlCharacter));
}

#[rstest]
#[case("ACME", true)]
#[case("inc", true)]
#[case("acme inc", false)] // no field holds both words in a row
#[case("acme+inc", true)] // each in a field of its own
#[case("acme+bob", false)]
#[case("bob||inc", true)]
#[case("!bob", true)]
#[case("!inc", false)] // one field is enough to be left out
#[case("acme+!inc", false)]
#[case("50%", true)]
#[case("5_%", false)] // no wildcards, unlike in OTOBO
#[case("5*c", false)] // a term looks at one field at a time
#[case("*", true)]
fn a_term_is_looked_for_in_every_field_by_itself(#[case] text: &str, #[case] found: bool) {
    assert_eq!(customers(text).matches(&["acme-50%", "Example Inc"]), found);
}

#[test]
fn the_parts_of_a_pattern_follow_one_another_without_overlap() {
    assert!(customers("ab*ba").matches(&["abba"]));
    assert!(!customers("ab*ba").matches(&["aba"]));
    assert!(customers("a*b*c").matches(&["--A-B-C--"]));
    assert!(!customers("a*c*b").matches(&["abc"]));
}

#[test]
fn a_record_without_fields_is_found_only_by_what_is_absent() {
    assert!(!customers("a").matches(&[]));
    assert!(customers("!a").matches(&[]));
    assert!(customers("").matches(&[]));
    assert!(!customers("||").matches(&[]));
}

#[test]
fn the_like_form_escapes_what_sql_would_read_as_a_wildcard() {
    let Search::Term(pattern) = customers("5_0%*a!b\\c") else {
        panic!("one term");
    };
    assert_eq!(pattern.to_like('!'), "%5!_0!%%a!!b\\c%");
    assert_eq!(pattern.to_like('\\'), "%5\\_0\\%%a!b\\\\c%");
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_fail(text in "[a()&|+! \"\\\\*ANDOR]{0,60}|\\PC{0,80}") {
        for search in [Search::for_customers(&text), Search::for_customer_users(&text)].into_iter().flatten() {
            search.matches(&["acme", "Example Inc"]);
        }
    }

    #[test]
    fn a_quoted_text_is_found_in_itself(text in "[^\\pC\"\\\\]{1,40}") {
        let quoted = format!("\"{text}\"");
        prop_assert!(customers(&quoted).matches(&[&text]));
        prop_assert!(customer_users(&quoted).matches(&[&text]));
    }
}
