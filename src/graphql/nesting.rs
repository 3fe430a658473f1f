//! How deeply a document nests its brackets, told in one pass before it is parsed: the parser recurses over values without a limit of its
//! own, so that a few kilobytes of `[` would end the process.

/// The deepest nesting of `{`, `[` and `(` in a document; brackets in strings and comments do not count.
pub fn nesting(document: &str) -> usize {
    let mut rest = document.as_bytes();
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    while let [first, tail @ ..] = rest {
        rest = match first {
            b'#' => after(tail, |byte| matches!(byte, b'\n' | b'\r')),
            b'"' if tail.starts_with(b"\"\"") => after_block_string(&tail[2..]),
            b'"' => after_string(tail),
            b'{' | b'[' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
                tail
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                tail
            }
            _ => tail,
        };
    }
    deepest
}

fn after(text: &[u8], is_end: impl Fn(&u8) -> bool) -> &[u8] {
    text.iter().position(is_end).map_or(&[], |end| &text[end..])
}

/// What follows a string: a quote ends it unless a backslash stands before it, and so does the end of the line.
fn after_string(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [b'\\', _, tail @ ..] => tail,
            [b'"' | b'\n' | b'\r', tail @ ..] => return tail,
            [_, tail @ ..] => tail,
            [] => return &[],
        };
    }
}

/// What follows a block string: three quotes end it unless a backslash stands before them.
fn after_block_string(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [b'\\', b'"', b'"', b'"', tail @ ..] => tail,
            [b'"', b'"', b'"', tail @ ..] => return tail,
            [_, tail @ ..] => tail,
            [] => return &[],
        };
    }
}

#[cfg(test)]
mod tests {
    use super::nesting;

    #[test]
    fn brackets_of_all_kinds_count() {
        assert_eq!(nesting("{ a(b: [{c: 1}]) { d } }"), 4);
        assert_eq!(nesting(""), 0);
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        assert_eq!(
            nesting(
                r#"{ a(b: "[[[\"[[[") # [[[[[
            c }"#
            ),
            2
        );
        assert_eq!(nesting(r#"{ a(b: """[[[ \""" [[[ " [[""") }"#), 2);
        assert_eq!(nesting("{ a(b: \"[[[\n[[ }"), 4);
    }

    #[test]
    fn a_text_that_never_ends_is_read_to_its_end() {
        assert_eq!(nesting(&"[".repeat(100_000)), 100_000);
        assert_eq!(nesting("\"\"\"[[["), 0);
        assert_eq!(nesting("\"\\"), 0);
    }
}
