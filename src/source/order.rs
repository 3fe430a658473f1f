//! The order of records that are sorted here: the form in which directories compare texts (RFC 4518).

use unicode_normalization::UnicodeNormalization;

/// The most characters that records are sorted by.
const MAX_ORDER: usize = 200;
/// What control characters count as.
const UNPRINTABLE: char = '\u{fffd}';

/// What a value is sorted by where no database sorts. Upper and lower case are the same, as are several blanks and one.
pub fn order_key(value: &str) -> String {
    let mut order = String::new();
    for c in value.nfkc().flat_map(lower) {
        let c = if c.is_control() { UNPRINTABLE } else { c };
        if c != ' ' || !(order.is_empty() || order.ends_with(' ')) {
            order.push(c);
        }
    }
    let end = order.char_indices().nth(MAX_ORDER).map_or(order.len(), |(at, _)| at);
    order[..end].trim_end_matches(' ').to_owned()
}

/// One character for each, as in directories: the capital I with a dot has two in lower case.
fn lower(c: char) -> Option<char> {
    c.to_lowercase().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_that_of_directories() {
        assert_eq!(order_key("  Müller   GmbH "), "müller gmbh");
        assert_eq!(order_key("Mu\u{308}ller"), order_key("MÜLLER"));
        assert_eq!(order_key("İzmir"), "izmir");
        assert_eq!(order_key("a\tb"), "a\u{fffd}b");
        assert_eq!(order_key(&"x".repeat(999)).len(), MAX_ORDER);
    }
}
