//! Filters of LDAP searches: put together from parts, and written by RFC 4515 with every value escaped.

use std::fmt::{Display, Formatter, Write};

use crate::domain::search::{Pattern, Piece};

/// What an entry must fulfil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Nothing: every entry does.
    True,
    /// No entry does.
    False,
    /// A filter from the settings, in parentheses.
    Given(String),
    /// All of these; at least two.
    All(Vec<Filter>),
    /// At least one of these; at least two.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// It has the attribute.
    Present(String),
    /// A value of the attribute is this.
    Equals(String, String),
    /// A value of the attribute looks like this; some piece is a text.
    Like(String, Vec<Piece>),
}

/// Attributes of persons whose values are ASCII by the standard. A directory takes a comparison with anything else for neither true nor
/// false, and then the opposite of a search that contains one finds nothing.
const ASCII_ONLY: [&str; 9] = [
    "mail",
    "rfc822mailbox",
    "telephonenumber",
    "facsimiletelephonenumber",
    "mobile",
    "mobiletelephonenumber",
    "homephone",
    "hometelephonenumber",
    "pager",
];

impl Filter {
    /// All of these.
    pub fn all(parts: impl IntoIterator<Item = Filter>) -> Filter {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Filter::True => {}
                Filter::False => return Filter::False,
                Filter::All(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Filter::True,
            1 => kept.remove(0),
            _ => Filter::All(kept),
        }
    }

    /// At least one of these.
    pub fn any(parts: impl IntoIterator<Item = Filter>) -> Filter {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Filter::False => {}
                Filter::True => return Filter::True,
                Filter::Any(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Filter::False,
            1 => kept.remove(0),
            _ => Filter::Any(kept),
        }
    }

    /// The opposite.
    pub fn not(part: Filter) -> Filter {
        match part {
            Filter::True => Filter::False,
            Filter::False => Filter::True,
            Filter::Not(inner) => *inner,
            other => Filter::Not(Box::new(other)),
        }
    }

    /// A filter from the settings, with or without parentheses around it.
    pub fn given(text: &str) -> Filter {
        let text = text.trim();
        Filter::Given(if text.starts_with('(') { text.to_owned() } else { format!("({text})") })
    }

    /// It has the attribute.
    pub fn present(attribute: &str) -> Filter {
        Filter::Present(attribute.to_owned())
    }

    /// A value of the attribute is this text, in any case.
    pub fn equals(attribute: &str, value: &str) -> Filter {
        match can_hold(attribute, value) {
            true => Filter::Equals(attribute.to_owned(), value.to_owned()),
            false => Filter::False,
        }
    }

    /// A value of the attribute looks like this. A pattern without a text asks for nothing.
    pub fn like(attribute: &str, pattern: &Pattern) -> Filter {
        let texts = || {
            pattern.pieces().iter().filter_map(|piece| if let Piece::Text(text) = piece { Some(text) } else { None })
        };
        if texts().all(String::is_empty) {
            return Filter::True;
        }
        match texts().all(|text| can_hold(attribute, text)) {
            true => Filter::Like(attribute.to_owned(), pattern.pieces().to_vec()),
            false => Filter::False,
        }
    }

    /// A value of the attribute begins with this text.
    pub fn begins(attribute: &str, text: &str) -> Filter {
        Filter::like(attribute, &Pattern::starting_with(text))
    }
}

/// Whether a directory compares an attribute with a text at all.
fn can_hold(attribute: &str, text: &str) -> bool {
    text.is_ascii() || !ASCII_ONLY.contains(&attribute.to_ascii_lowercase().as_str())
}

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            // Every entry has this attribute.
            Filter::True => f.write_str("(objectClass=*)"),
            Filter::False => f.write_str("(!(objectClass=*))"),
            Filter::Given(text) => f.write_str(text),
            Filter::All(parts) => write_list(f, '&', parts),
            Filter::Any(parts) => write_list(f, '|', parts),
            Filter::Not(part) => write!(f, "(!{part})"),
            Filter::Present(attribute) => write!(f, "({attribute}=*)"),
            Filter::Equals(attribute, value) => write!(f, "({attribute}={})", escaped(value)),
            Filter::Like(attribute, pieces) => write!(f, "({attribute}={})", substring(pieces)),
        }
    }
}

fn write_list(f: &mut Formatter<'_>, sign: char, parts: &[Filter]) -> std::fmt::Result {
    write!(f, "({sign}")?;
    parts.iter().try_for_each(|part| part.fmt(f))?;
    f.write_char(')')
}

/// The pieces with one asterisk for any text: two in a row are no filter.
fn substring(pieces: &[Piece]) -> String {
    let mut written = String::new();
    for piece in pieces {
        match piece {
            Piece::Any if written.ends_with('*') => {}
            Piece::Any => written.push('*'),
            Piece::Text(text) => written.push_str(&escaped(text)),
        }
    }
    written
}

/// A value as it stands in a filter.
fn escaped(value: &str) -> String {
    let mut written = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '*' | '(' | ')' | '\\' | '\0' => {
                let _ = write!(written, "\\{:02x}", u32::from(c));
            }
            other => written.push(other),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::containing_text(text)
    }

    #[test]
    fn every_value_is_spelled_and_never_syntax() {
        let cases = [
            ("*)(uid=*", "(uid=\\2a\\29\\28uid=\\2a)"),
            ("a\\b", "(uid=a\\5cb)"),
            ("a\0b", "(uid=a\\00b)"),
            ("müller", "(uid=müller)"),
        ];
        for (value, expected) in cases {
            assert_eq!(Filter::equals("uid", value).to_string(), expected);
        }
    }

    #[test]
    fn a_pattern_keeps_its_order() {
        let pieces = vec![Piece::Text("a*".into()), Piece::Any, Piece::Text("b".into()), Piece::Any];
        assert_eq!(Filter::Like("cn".into(), pieces).to_string(), "(cn=a\\2a*b*)");
        assert_eq!(Filter::like("cn", &pattern("x")).to_string(), "(cn=*x*)");
        assert_eq!(Filter::like("cn", &pattern("")), Filter::True);
    }

    #[test]
    fn what_is_certain_is_left_out() {
        let a = || Filter::present("a");
        assert_eq!(Filter::all([Filter::True, a()]), a());
        assert_eq!(Filter::all([Filter::False, a()]), Filter::False);
        assert_eq!(Filter::any([Filter::False, a()]), a());
        assert_eq!(Filter::any([Filter::True, a()]), Filter::True);
        assert_eq!(Filter::not(Filter::not(a())), a());
        assert_eq!(Filter::all([a(), Filter::present("b")]).to_string(), "(&(a=*)(b=*))");
    }

    #[test]
    fn a_filter_of_the_settings_may_lack_its_parentheses() {
        assert_eq!(Filter::given("objectClass=person").to_string(), "(objectClass=person)");
        assert_eq!(Filter::given(" (&(a=b)(c=d)) ").to_string(), "(&(a=b)(c=d))");
    }

    #[test]
    fn an_ascii_attribute_is_not_asked_for_other_letters() {
        assert_eq!(Filter::like("Mail", &pattern("ü")), Filter::False);
        assert_eq!(Filter::equals("mail", "ü"), Filter::False);
        assert_ne!(Filter::equals("cn", "ü"), Filter::False);
    }

    proptest! {
        #[test]
        fn any_value_is_one_comparison(value in any::<String>()) {
            let text = Filter::Equals("cn".into(), value.clone()).to_string();
            prop_assert!(ldap3::parse_filter(&text).is_ok());
            let inner = &text[4..text.len() - 1];
            prop_assert!(!inner.contains(['*', '(', ')', '\0']));
            let unescaped = ldap3::ldap_unescape(inner).expect("it can be read");
            prop_assert_eq!(unescaped.as_ref(), value.as_str());
        }

        #[test]
        fn any_pattern_is_one_comparison(value in "\\PC{1,20}", other in "\\PC{1,20}") {
            let pieces = vec![Piece::Any, Piece::Text(value), Piece::Any, Piece::Text(other), Piece::Any];
            let text = Filter::Like("cn".into(), pieces).to_string();
            prop_assert!(ldap3::parse_filter(&text).is_ok());
            prop_assert_eq!(text.matches('*').count(), 3);
        }
    }
}
