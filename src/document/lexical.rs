//! A document before it is parsed: one pass over its bytes that bounds length, tokens, words and nesting, because the parser recurses over
//! values without a limit of its own, so that a few kilobytes of `[` would end the process. On the way `\u{...}` becomes what the parser reads.

use std::borrow::Cow;

use async_graphql::Pos;

use super::{Limits, Refusal};

/// The deepest nesting of brackets. `limits.max_depth` narrows what the parser accepts within it further.
pub const MAX_NESTING: usize = 60;
/// The longest name or number, in bytes.
pub const MAX_WORD: usize = 256;

/// The text for the parser, whose lines and columns are those of the document, and how many tokens it has. An error where a limit is passed, and
/// for strings without end and escapes of what is no character: the parser would try to read what stands behind the quote in other ways.
pub fn scan<'a>(text: &'a str, limits: &Limits) -> Result<(Cow<'a, str>, usize), Refusal> {
    if text.len() > limits.max_bytes {
        return Err(Refusal::limit(format!(
            "the document has more than {} bytes: give values as `variables`, or ask in parts",
            limits.max_bytes
        )));
    }
    let mut scanner = Scanner { text, at: 0, tokens: 0, nesting: 0, rewritten: String::new(), copied: 0 };
    while let Some(byte) = scanner.peek(0) {
        scanner.step(byte)?;
        if scanner.tokens > limits.max_tokens {
            return Err(Refusal::limit(format!(
                "the document has more than {} tokens: give values as `variables`, or ask in parts",
                limits.max_tokens
            )));
        }
    }
    let tokens = scanner.tokens;
    Ok((scanner.finish(), tokens))
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    tokens: usize,
    nesting: usize,
    rewritten: String,
    /// How much of the text is in `rewritten`.
    copied: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// Passes what begins with this byte.
    fn step(&mut self, byte: u8) -> Result<(), Refusal> {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => self.at += 1,
            b'#' => self.at += length(self.rest(), |byte| !matches!(byte, b'\n' | b'\r')),
            b'"' => {
                self.tokens += 1;
                return if self.rest().starts_with(b"\"\"\"") { self.block_string() } else { self.string() };
            }
            b'{' | b'[' | b'(' => {
                self.open()?;
                self.at += 1;
            }
            b'}' | b']' | b')' => {
                self.tokens += 1;
                self.nesting = self.nesting.saturating_sub(1);
                self.at += 1;
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => return self.name(),
            b'-' | b'0'..=b'9' => return self.number(),
            _ => {
                self.tokens += 1;
                self.at += 1;
            }
        }
        Ok(())
    }

    fn open(&mut self) -> Result<(), Refusal> {
        self.tokens += 1;
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            let message = format!("the document nests more than {MAX_NESTING} brackets: ask for less at a time");
            return Err(Refusal::limit(message).at([self.position(self.at)]));
        }
        Ok(())
    }

    fn name(&mut self) -> Result<(), Refusal> {
        let length = length(self.rest(), |byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let name = &self.text[self.at..self.at + length];
        // The parser takes `nulltrue` for two values: what stands behind the first one may be as many as it has characters.
        self.tokens += ["true", "false", "null"].iter().find_map(|value| name.strip_prefix(value)).map_or(0, str::len);
        self.word(length)
    }

    /// Passes a number. What the parser takes for a second one is a token of its own.
    fn number(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let sign = usize::from(rest[0] == b'-');
        if let [b'0', b'0'..=b'9', ..] = &rest[sign..] {
            let message = "a number with several digits does not begin with 0";
            return Err(Refusal::syntax(message).at([self.position(self.at)]));
        }
        let whole = sign + digits(&rest[sign..]);
        let fraction = match &rest[whole..] {
            [b'.', behind @ ..] if digits(behind) > 0 => 1 + digits(behind),
            _ => 0,
        };
        let exponent = match &rest[whole + fraction..] {
            [b'e' | b'E', b'+' | b'-', behind @ ..] if digits(behind) > 0 => 2 + digits(behind),
            [b'e' | b'E', behind @ ..] if digits(behind) > 0 => 1 + digits(behind),
            _ => 0,
        };
        self.word(whole + fraction + exponent)
    }

    fn word(&mut self, length: usize) -> Result<(), Refusal> {
        self.tokens += 1;
        if length > MAX_WORD {
            let message = format!("the document has a name or number of more than {MAX_WORD} characters");
            return Err(Refusal::limit(message).at([self.position(self.at)]));
        }
        self.at += length;
        Ok(())
    }

    /// Passes a block string: three quotes end it unless a backslash stands before them. It has no other escapes.
    fn block_string(&mut self) -> Result<(), Refusal> {
        let begin = self.at;
        self.at += 3;
        loop {
            match self.rest() {
                [b'\\', b'"', b'"', b'"', ..] => self.at += 4,
                [b'"', b'"', b'"', ..] => {
                    self.at += 3;
                    return Ok(());
                }
                [_, ..] => self.at += 1,
                [] => return Err(self.endless(begin, "has no end: three quotes end it")),
            }
        }
    }

    /// Passes a string: a quote ends it unless a backslash stands before it. It may not go on in another line.
    fn string(&mut self) -> Result<(), Refusal> {
        let begin = self.at;
        self.at += 1;
        let mut saved = 0;
        loop {
            match self.rest() {
                [b'\\', b'u', ..] => saved += self.unicode_escape()?,
                [b'\\', _, ..] => self.at += 2,
                [b'"', ..] => {
                    self.at += 1;
                    self.fill(saved);
                    return Ok(());
                }
                [] | [b'\n' | b'\r', ..] => return Err(self.endless(begin, "has no end in its line")),
                [_, ..] => self.at += 1,
            }
        }
    }

    /// Rewrites `\u{...}` and surrogate pairs, which the parser does not know, as the character itself; how many characters that saved. Other
    /// escapes are left to the parser.
    fn unicode_escape(&mut self) -> Result<usize, Refusal> {
        let begin = self.at;
        let code = match self.peek(2) {
            Some(b'{') => {
                let digits = length(&self.rest()[3..], u8::is_ascii_hexdigit);
                if digits == 0 || self.peek(3 + digits) != Some(b'}') {
                    return Err(self.bad_escape("has to hold hexadecimal digits between `{` and `}`"));
                }
                self.at += digits + 4;
                // Anything that is too long for the number is out of range too; noughts before it are not.
                u32::from_str_radix(&self.text[begin + 3..begin + 3 + digits], 16).unwrap_or(u32::MAX)
            }
            _ => match self.surrogate_pair() {
                Some(code) => {
                    self.at += 12;
                    code
                }
                None => {
                    self.at += 2;
                    return Ok(0);
                }
            },
        };
        let end = std::mem::replace(&mut self.at, begin);
        let Some(character) = char::from_u32(code) else { return Err(self.bad_escape("stands for no character")) };
        self.rewritten.push_str(&self.text[self.copied..begin]);
        let written = written(character, &mut self.rewritten);
        (self.at, self.copied) = (end, end);
        Ok(end - begin - written)
    }

    /// The character that two escapes of four digits stand for together.
    fn surrogate_pair(&self) -> Option<u32> {
        let unit = |from: usize| {
            let digits = self.text.get(self.at + from..self.at + from + 6)?.strip_prefix("\\u")?;
            u32::from_str_radix(digits, 16).ok()
        };
        let (first, second) = (unit(0)?, unit(6)?);
        let is_pair = (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&second);
        is_pair.then(|| 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }

    fn endless(&self, begin: usize, what: &str) -> Refusal {
        Refusal::syntax(format!("a string {what}")).at([self.position(begin)])
    }

    fn bad_escape(&self, what: &str) -> Refusal {
        Refusal::syntax(format!("the escape `\\u` {what}")).at([self.position(self.at)])
    }

    /// Writes blanks behind a string that became shorter, so that columns stay what they are.
    fn fill(&mut self, saved: usize) {
        if saved > 0 {
            self.rewritten.push_str(&self.text[self.copied..self.at]);
            self.rewritten.extend(std::iter::repeat_n(' ', saved));
            self.copied = self.at;
        }
    }

    fn position(&self, at: usize) -> Pos {
        let before = &self.text.as_bytes()[..at];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        // Bytes that go on with a character are not counted.
        let column = before[begin..].iter().filter(|byte| (**byte & 0xC0) != 0x80).count() + 1;
        Pos { line, column }
    }

    fn finish(mut self) -> Cow<'a, str> {
        if self.copied == 0 {
            return Cow::Borrowed(self.text);
        }
        self.rewritten.push_str(&self.text[self.copied..]);
        Cow::Owned(self.rewritten)
    }
}

fn digits(bytes: &[u8]) -> usize {
    length(bytes, u8::is_ascii_digit)
}

fn length(bytes: &[u8], belongs: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().position(|byte| !belongs(byte)).unwrap_or(bytes.len())
}

/// Writes a character into a string and says how many characters that took: never more than its escape has.
fn written(character: char, text: &mut String) -> usize {
    let escaped = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        other => {
            text.push(other);
            return 1;
        }
    };
    text.push_str(escaped);
    2
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::super::{Kind, tests::LIMITS};
    use super::*;

    fn kind(text: &str) -> Option<Kind> {
        scan(text, &LIMITS).err().map(|refusal| refusal.kind)
    }

    #[test]
    fn brackets_of_all_kinds_are_bounded() {
        for (open, close) in [("[", "]"), ("{a:", "}"), ("(", ")"), ("{", "}")] {
            let nested = |times: usize| open.repeat(times) + &close.repeat(times);
            assert_eq!(kind(&nested(MAX_NESTING)), None);
            assert_eq!(kind(&nested(MAX_NESTING + 1)), Some(Kind::Limit));
        }
        assert_eq!(kind(&"[]".repeat(1000)), None);
    }

    #[rstest]
    #[case::string(r#"{ a(b: "[\"[") }"#)]
    #[case::comment("{ a # [\n }")]
    #[case::block(r#"{ a(b: """[ \""" [ " [""") }"#)]
    fn brackets_in_strings_and_comments_do_not_count(#[case] text: &str) {
        assert_eq!(kind(&text.replace('[', &"[".repeat(MAX_NESTING + 1))), None);
    }

    #[rstest]
    #[case::line("{ a(b: \"c\n[[[\") }", 8)]
    #[case::text("{ a(b: \"c\\\") }", 8)]
    #[case::block(r#"{ a(b: ["""c" [[[]]] ]) }"#, 9)]
    #[case::quote("{ a(b: [\"\"\"\"\"]) }", 9)]
    fn a_string_has_an_end(#[case] text: &str, #[case] column: usize) {
        let refusal = scan(text, &LIMITS).expect_err("it has none");
        assert_eq!((refusal.kind, refusal.locations), (Kind::Syntax, vec![Pos { line: 1, column }]));
    }

    #[rstest]
    #[case("a_1", 1)]
    #[case("k...A...A", 9)]
    #[case("a.b", 3)]
    #[case("a-1", 2)]
    #[case("-1.5e+30", 1)]
    #[case("1-2-3", 3)]
    #[case("1.5-2", 2)]
    #[case("0-0", 2)]
    #[case("1...A", 5)]
    #[case("1e5e5", 2)]
    #[case("null", 1)]
    #[case("nulltrue", 5)]
    fn a_token_is_no_more_than_one(#[case] text: &str, #[case] expected: usize) {
        assert_eq!(scan(text, &LIMITS).map(|(_, tokens)| tokens), Ok(expected));
    }

    #[rstest]
    #[case("00")]
    #[case("-01.5")]
    fn a_number_does_not_begin_with_noughts(#[case] text: &str) {
        assert_eq!(kind(text), Some(Kind::Syntax));
    }

    #[test]
    fn tokens_bytes_and_words_are_bounded() {
        assert_eq!(kind(&"a ".repeat(LIMITS.max_tokens)), None);
        assert_eq!(kind(&"a ".repeat(LIMITS.max_tokens + 1)), Some(Kind::Limit));
        assert_eq!(kind(&", ".repeat(LIMITS.max_tokens)), None);
        assert_eq!(kind(&" ".repeat(LIMITS.max_bytes + 1)), Some(Kind::Limit));
        for letter in ["a", "1"] {
            assert_eq!(kind(&letter.repeat(MAX_WORD)), None);
            assert_eq!(kind(&letter.repeat(MAX_WORD + 1)), Some(Kind::Limit));
        }
    }

    #[test]
    fn a_refusal_says_where() {
        let refusal = scan("{ é(a: \"\\u{D800}\") }", &LIMITS).expect_err("it is no character");
        assert_eq!(refusal.locations, [Pos { line: 1, column: 9 }]);
        let refusal = scan(&format!("{{\n {}", "[".repeat(MAX_NESTING)), &LIMITS).expect_err("it nests too deep");
        assert_eq!(refusal.locations, [Pos { line: 2, column: MAX_NESTING + 1 }]);
    }

    #[rstest]
    #[case(r#""\u{1F600}""#, "\"😀\"        ")]
    #[case(r#""\uD83D\uDE00""#, "\"😀\"           ")]
    #[case(r#""\u{0000041}""#, "\"A\"          ")]
    #[case(r#""\u{22}\u{5C}\u{A}\u{d}""#, r#""\"\\\n\r"              "#)]
    #[case(r#""\u0041 \\u{41}""#, r#""\u0041 \\u{41}""#)]
    #[case(r#""""\u{41}""""#, r#""""\u{41}""""#)]
    #[case("# \\u{41}", "# \\u{41}")]
    fn escapes_become_characters_and_nothing_moves(#[case] text: &str, #[case] expected: &str) {
        let (scanned, _) = scan(text, &LIMITS).expect("it is good");
        assert_eq!(scanned.trim_end(), expected.trim_end());
        assert_eq!(scanned.chars().count(), text.chars().count());
    }

    #[rstest]
    #[case(r#""\u{D800}""#)]
    #[case(r#""\u{110000}""#)]
    #[case(r#""\u{FFFFFFFFFF}""#)]
    #[case(r#""\u{}""#)]
    #[case(r#""\u{12""#)]
    #[case(r#""\u{x}""#)]
    fn escapes_of_no_character_are_refused(#[case] text: &str) {
        assert_eq!(kind(text), Some(Kind::Syntax));
    }

    /// What texts are made of that are hard to pass.
    const PIECES: [&str; 18] = [
        "[", "]", "(", "{", "}", "\"", "\"\"\"", "#", "\\", "\\u", "\\u{", "\\uD83D", "\\uDE00", "d800", "10", "é😀",
        "\n", " ",
    ];

    proptest! {
        #[test]
        fn any_text_is_passed_to_its_end(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40)) {
            let text = pieces.concat();
            if let Ok((scanned, _)) = scan(&text, &LIMITS) {
                drop(parse_query(&scanned));
            }
        }

        #[test]
        fn every_character_can_be_escaped(character: char) {
            let text = format!("{{ a(b: \"\\u{{{:x}}}\") }}", u32::from(character));
            let (scanned, _) = scan(&text, &LIMITS).expect("it is good");
            let document = parse_query(&scanned).expect("it is good");
            let shown = format!("{document:?}");
            let expected = format!("{:?}", async_graphql::Value::from(character.to_string()));
            prop_assert!(shown.contains(&expected), "{shown} {expected}");
        }
    }
}
