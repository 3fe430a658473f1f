//! Reads a search text: first into tokens, then into the tree. Knows the two syntaxes, and nothing about records.

use super::{MAX_TERMS, Pattern, Piece, Search, SearchError};

/// Which characters have a meaning.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// All of them.
    Full,
    /// All but `(`, `)`, `&` and `|`.
    WithoutGroups,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Term(Pattern),
}

/// The tree of a text that is not empty. A text without sense is `Search::Nothing`.
pub(super) fn parse(text: &str, syntax: Syntax) -> Result<Search, SearchError> {
    let Some(tokens) = tokens(text, syntax) else {
        return Ok(Search::Nothing);
    };
    let terms = tokens.iter().filter(|token| matches!(token, Token::Term(_))).count();
    if terms > MAX_TERMS || depth(&tokens) > MAX_TERMS {
        return Err(SearchError::TooComplex);
    }
    let mut parser = Parser { tokens: tokens.into_iter().peekable() };
    let search = parser.either();
    let at_end = parser.tokens.next().is_none();
    Ok(search.filter(|_| at_end).unwrap_or(Search::Nothing))
}

/// How deep the parentheses nest.
fn depth(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for token in tokens {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// One method per level of binding. None means that the text makes no sense.
struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

impl Parser {
    fn either(&mut self) -> Option<Search> {
        let mut parts = vec![self.both()?];
        while self.tokens.next_if_eq(&Token::Or).is_some() {
            parts.push(self.both()?);
        }
        Some(Search::any(parts))
    }

    /// Binds closer than `either`, as `AND` in SQL does. Two terms without anything between them must hold both.
    fn both(&mut self) -> Option<Search> {
        let mut parts = vec![self.one()?];
        loop {
            match self.tokens.peek() {
                Some(Token::And) => drop(self.tokens.next()),
                Some(Token::Open | Token::Not | Token::Term(_)) => {}
                Some(Token::Or | Token::Close) | None => return Some(Search::all(parts)),
            }
            parts.push(self.one()?);
        }
    }

    fn one(&mut self) -> Option<Search> {
        let mut negated = false;
        while self.tokens.next_if_eq(&Token::Not).is_some() {
            negated = !negated;
        }
        let search = match self.tokens.next()? {
            Token::Term(pattern) => Search::Term(pattern),
            Token::Open => self.group()?,
            Token::Close | Token::And | Token::Or | Token::Not => return None,
        };
        Some(if negated { search.negated() } else { search })
    }

    fn group(&mut self) -> Option<Search> {
        let search = self.either()?;
        self.tokens.next_if_eq(&Token::Close).map(|_| search)
    }
}

/// The tokens of a text; None when it ends in a `\` that has nothing to take the meaning from.
fn tokens(text: &str, syntax: Syntax) -> Option<Vec<Token>> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { rest: &chars, syntax, at_word_start: true };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        if lexer.rest.is_empty() {
            return Some(tokens);
        }
        let token = match lexer.syntax_token() {
            Some(token) => token,
            None => lexer.term()?,
        };
        tokens.push(token);
    }
}

struct Lexer<'a> {
    rest: &'a [char],
    syntax: Syntax,
    /// Whether a word may begin here: at the start, behind a blank and behind an operator, but not inside a word.
    at_word_start: bool,
}

impl Lexer<'_> {
    fn skip_blanks(&mut self) {
        let blanks = self.rest.iter().take_while(|c| c.is_whitespace()).count();
        self.advance(blanks);
        self.at_word_start |= blanks > 0;
    }

    fn advance(&mut self, count: usize) {
        self.rest = &self.rest[count..];
    }

    /// Takes an operator, a parenthesis or a quoted term, if one stands here.
    fn syntax_token(&mut self) -> Option<Token> {
        if let Some((token, length)) = self.operator() {
            self.advance(length);
            self.at_word_start = true;
            return Some(token);
        }
        let (pattern, length) = self.quoted()?;
        self.advance(length);
        self.at_word_start = false;
        Some(Token::Term(pattern))
    }

    /// The operator or parenthesis that stands here, and its length.
    fn operator(&self) -> Option<(Token, usize)> {
        let groups = self.syntax == Syntax::Full;
        match self.rest {
            ['+', ..] => Some((Token::And, 1)),
            ['!', ..] if self.at_word_start => Some((Token::Not, 1)),
            ['(', ..] if groups => Some((Token::Open, 1)),
            [')', ..] if groups => Some((Token::Close, 1)),
            ['&', '&', ..] if groups => Some((Token::And, 2)),
            ['|', '|', ..] if groups => Some((Token::Or, 2)),
            ['A', 'N', 'D', after @ ..] if self.is_word(after) => Some((Token::And, 3)),
            ['O', 'R', after @ ..] if self.is_word(after) => Some((Token::Or, 2)),
            _ => None,
        }
    }

    /// Whether the characters before `after` are a word of their own: `AND` is an operator, `ANDREA` is a name.
    fn is_word(&self, after: &[char]) -> bool {
        let ends = match after {
            [] => true,
            ['(' | ')', ..] => self.syntax == Syntax::Full,
            [c, ..] => c.is_whitespace(),
        };
        self.at_word_start && ends
    }

    /// The term in quotes that begins here, and its length with the quotes; None when the quote is never closed or stands
    /// inside a word, where it is an ordinary character.
    fn quoted(&self) -> Option<(Pattern, usize)> {
        if self.rest.first() != Some(&'"') || !self.at_word_start {
            return None;
        }
        let mut term = TermBuilder::default();
        let mut at = 1;
        loop {
            match self.rest.get(at..)? {
                ['"', ..] => return Some((term.finish(), at + 1)),
                ['\\', c @ ('"' | '\\'), ..] => {
                    term.push(*c);
                    at += 2;
                }
                [c, ..] => {
                    term.push(*c);
                    at += 1;
                }
                [] => return None,
            }
        }
    }

    /// Takes ordinary characters up to the next token, with the blanks between them. None: see `tokens`.
    fn term(&mut self) -> Option<Token> {
        let mut term = TermBuilder::default();
        loop {
            match self.rest {
                ['\\'] => return None,
                ['\\', c, ..] if has_meaning(*c) => {
                    term.push(*c);
                    self.advance(2);
                }
                ['*', ..] => {
                    term.push_any();
                    self.advance(1);
                }
                [c, ..] => {
                    term.push(*c);
                    self.advance(1);
                }
                [] => return Some(Token::Term(term.finish())),
            }
            self.at_word_start = false;
            if let Some(blanks) = self.blanks_inside_term() {
                self.rest[..blanks].iter().for_each(|c| term.push(*c));
                self.advance(blanks);
            } else {
                return Some(Token::Term(term.finish()));
            }
        }
    }

    /// How many blanks stand here (often none) when the term goes on behind them; None when another token or the end follows.
    fn blanks_inside_term(&self) -> Option<usize> {
        let mut ahead = Lexer { rest: self.rest, syntax: self.syntax, at_word_start: self.at_word_start };
        ahead.skip_blanks();
        let goes_on = !ahead.rest.is_empty() && ahead.operator().is_none() && ahead.quoted().is_none();
        goes_on.then(|| self.rest.len() - ahead.rest.len())
    }
}

/// Whether `\` can take a meaning from this character. Before any other it is an ordinary character itself.
fn has_meaning(c: char) -> bool {
    matches!(c, '(' | ')' | '&' | '|' | '+' | '!' | '*' | '"' | '\\')
}

/// Collects the characters of one term.
#[derive(Default)]
struct TermBuilder {
    pieces: Vec<Piece>,
    text: String,
}

impl TermBuilder {
    fn push(&mut self, c: char) {
        self.text.push(c);
    }

    fn push_any(&mut self) {
        self.end_text();
        self.pieces.push(Piece::Any);
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    fn finish(mut self) -> Pattern {
        self.end_text();
        Pattern::containing(self.pieces)
    }
}
