use proptest::prelude::*;

use super::*;
use crate::source::order::order_key;

fn dimension() -> Dimension {
    Dimension { attribute: Some("sn".into()), own: None, is_optional: true }
}

/// The values of pieces one after the other; panics where a value is in none or in two.
fn place_of(pieces: &[Piece], value: &str) -> usize {
    let places: Vec<usize> = (0..pieces.len()).filter(|at| pieces[*at].contains(value)).collect();
    assert_eq!(places.len(), 1, "{value:?} in {pieces:?}");
    places[0]
}

/// Divides again and again, the side of the first value each time, until nothing is left to divide.
fn divided(values: &[String], by_width: bool, unknown: Option<Direction>) -> Vec<Piece> {
    let mut whole = Vec::new();
    let mut windows = vec![dimension().root()];
    let mut count = 0;
    while let Some(pieces) = windows.pop() {
        let inside: Vec<&str> = values
            .iter()
            .map(String::as_str)
            .filter(|value| pieces.iter().any(|piece| piece.contains(value)))
            .collect();
        if inside.len() <= 1 {
            whole.extend(pieces);
            continue;
        }
        count += 1;
        assert!(count < 2_000, "it goes on forever");
        let division =
            if by_width { divide_by_width(pieces.clone()) } else { divide_by_sample(pieces.clone(), &inside, unknown) };
        match division {
            Division::Two(before, behind) => windows.extend([behind, before]),
            Division::Whole => whole.extend(pieces),
            Division::TooLong => unreachable!("the values are short"),
        }
    }
    whole
}

#[test]
fn the_alphabet_is_in_order() {
    assert!(ALPHABET.is_sorted());
    for c in ['a', 'z', '9', '~', 'ä', 'ß', 'ÿ', 'ł', 'ž', 'ș', 'ж', 'ώ'] {
        assert!(ALPHABET.binary_search(&c).is_ok(), "{c}");
    }
    assert!(ALPHABET.iter().all(|c| !c.is_uppercase()));
}

#[test]
fn everything_is_no_condition() {
    assert_eq!(dimension().filter(&dimension().root()), Filter::True);
}

#[test]
fn a_range_asks_for_each_of_its_characters() {
    let piece = Piece::Range { prefix: "a".into(), from: 'x', to: Some('{') };
    assert_eq!(dimension().filter(&[piece]).to_string(), "(|(sn=ax*)(sn=ay*)(sn=az*))");
    let piece = Piece::Range { prefix: String::new(), from: '(', to: Some('*') };
    assert_eq!(dimension().filter(&[piece]).to_string(), "(|(sn=\\28*)(sn=\\29*))");
}

#[test]
fn other_characters_are_asked_for_by_the_opposite() {
    let piece = Piece::Range { prefix: "a".into(), from: 'џ', to: None };
    let filter = dimension().filter(&[piece]).to_string();
    assert!(filter.starts_with("(|(sn=aџ*)(&(sn=a*)(!(|(sn=a *)(sn=a!*)"), "{filter}");
    assert!(filter.contains("(sn=aä*)") && filter.ends_with("(sn=a)))))"), "{filter}");
}

#[test]
fn a_value_that_only_one_may_see_is_absent_for_the_others() {
    let own = Some(Filter::equals("uid", "ann"));
    let dimension = Dimension { own, ..dimension() };
    assert_eq!(dimension.root(), [Piece::Absent, Piece::Present]);
    assert_eq!(dimension.filter(&[Piece::Present]).to_string(), "(&(uid=ann)(sn=*))");
    assert_eq!(dimension.filter(&[Piece::Absent]).to_string(), "(|(!(sn=*))(sn= )(!(uid=ann)))");
}

#[test]
fn only_the_part_between_two_values_is_kept() {
    let range = |from, to| Piece::Range { prefix: "a".into(), from, to };
    let all = range(' ', None);
    assert_eq!(all.between(Some("af"), Some("ak")), Some(range('f', Some('l'))));
    assert_eq!(all.between(Some("b"), None), None);
    assert_eq!(all.between(None, Some("a")), None);
    assert_eq!(all.between(Some("Z"), Some("zz")), Some(all.clone()));
    assert_eq!(Piece::Absent.between(Some("a"), None), None);
    assert_eq!(Piece::Absent.between(Some(""), None), Some(Piece::Absent));
    assert_eq!(Piece::Exact("b".into()).between(Some("b"), Some("b")), Some(Piece::Exact("b".into())));
}

#[test]
fn a_single_value_cannot_be_divided() {
    assert_eq!(divide_by_sample(vec![Piece::Exact("a".into())], &["a", "a"], None), Division::Whole);
    assert_eq!(divide_by_width(vec![Piece::Absent]), Division::Whole);
}

#[test]
fn a_common_beginning_that_is_too_long_is_not_divided() {
    let sample = "x".repeat(100);
    let mut pieces = dimension().root();
    for _ in 0..1_000 {
        match divide_by_sample(pieces, &[&sample, &sample], None) {
            Division::Two(before, behind) => {
                let is_before = before.iter().any(|piece| piece.contains(&sample));
                pieces = if is_before { before } else { behind };
            }
            Division::TooLong => return,
            Division::Whole => panic!("it is divided further than it should be"),
        }
    }
    panic!("it goes on forever");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_value_is_in_one_piece_and_the_pieces_are_in_order(
        values in prop::collection::vec("([a-c]{0,3}|[ -~]{0,4}|[äöüß°жω日€]{0,2}|\\PC{0,3})", 0..60),
        by_width: bool,
        unknown in 0..3usize,
    ) {
        let mut values: Vec<String> = values.iter().map(|value| order_key(value)).collect();
        values.sort();
        values.dedup();
        let unknown = [None, Some(Direction::Ascending), Some(Direction::Descending)][unknown];
        let pieces = divided(&values, by_width, unknown);
        let places: Vec<usize> = values.iter().map(|value| place_of(&pieces, value)).collect();
        prop_assert!(places.is_sorted(), "{values:?} {pieces:?}");
    }

    #[test]
    fn nothing_between_two_values_is_lost(
        values in prop::collection::vec("[a-cä°]{0,3}", 1..20), low in "[a-cä°]{0,3}", high in "[a-cä°]{0,3}",
    ) {
        let pieces = divided(&values, false, None);
        for value in values.iter().filter(|value| **value >= low && **value <= high) {
            let kept = pieces.iter().filter_map(|piece| piece.between(Some(&low), Some(&high)));
            prop_assert_eq!(kept.filter(|piece| piece.contains(value)).count(), 1);
        }
    }
}
