//! Editing a record: what is kept, cleared and set, how a text is checked before it is stored, and what came out as changed.

use super::change::FieldChange;
use super::country;
use super::text::{check_text, fold};
use super::validity::Validity;
use super::violation::{Violation, ViolationCode};

/// What an edit does to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T = String> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It becomes empty.
    Clear,
    /// It becomes this.
    Set(T),
}

impl Edit<String> {
    /// The text afterwards, without blanks around it; `None` for an empty one.
    pub fn onto(&self, stored: Option<&str>) -> Option<String> {
        match self {
            Self::Keep => stored.map(str::to_owned),
            Self::Clear => None,
            Self::Set(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        }
    }

    /// The same for a field that always has a text; an empty one is for the check to refuse.
    pub fn onto_text(&self, stored: &str) -> String {
        self.onto(Some(stored)).unwrap_or_default()
    }
}

/// What an edit does to a postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressEdit {
    /// Street and number.
    pub street: Edit,
    /// Postal code.
    pub zip: Edit,
    /// City.
    pub city: Edit,
    /// Country, by name or ISO code.
    pub country: Edit,
}

impl Edit<AddressEdit> {
    /// The edits of the single fields.
    pub fn fields(self) -> AddressEdit {
        match self {
            Self::Keep => AddressEdit::default(),
            Self::Clear => {
                AddressEdit { street: Edit::Clear, zip: Edit::Clear, city: Edit::Clear, country: Edit::Clear }
            }
            Self::Set(address) => address,
        }
    }
}

/// How many characters fit into the column of this name; `None` where there is no limit.
pub type Limit<'a> = &'a (dyn Fn(&str) -> Option<usize> + Sync);

/// A text field of an input: where it stands in the arguments, which column it goes to, its text and the one that is stored.
pub type TextField<'a> = (&'a [&'a str], &'a str, Option<&'a str>, Option<&'a str>);

/// Checks the texts of one input and collects what is wrong.
pub struct Check<'a> {
    /// Whether the record is new, so that nothing is stored yet.
    pub is_new: bool,
    /// How long texts may be.
    pub limit: Limit<'a>,
    /// What is wrong so far.
    pub violations: Vec<Violation>,
}

impl Check<'_> {
    /// Checks texts that may be empty.
    pub fn texts(&mut self, fields: &[TextField<'_>]) {
        for field in fields {
            let found = self.wrong(field, false);
            self.violations.extend(found);
        }
    }

    /// Checks texts that may not be empty.
    pub fn required(&mut self, fields: &[TextField<'_>]) {
        for field in fields {
            let found = self.wrong(field, true);
            self.violations.extend(found);
        }
    }

    /// What is wrong with a text; nothing with one that is stored already.
    fn wrong(&self, (path, column, text, stored): &TextField<'_>, is_required: bool) -> Option<Violation> {
        let (text, name) = (text.unwrap_or_default(), path.last().copied().unwrap_or_default());
        if !self.is_new && stored.unwrap_or_default() == text {
            return None;
        }
        let (code, message) = if text.is_empty() {
            if !is_required {
                return None;
            }
            (ViolationCode::Required, format!("`{name}` may not be empty."))
        } else if check_text(text, *column == "comments").is_err() {
            (ViolationCode::Invalid, format!("`{name}` has a control character: take it out."))
        } else {
            let (limit, length) = ((self.limit)(column)?, text.chars().count());
            if length <= limit {
                return None;
            }
            (
                ViolationCode::TooLong,
                format!("`{name}` has {length} characters, but at most {limit} are kept: shorten it."),
            )
        };
        Some(Violation::new(code, path, message))
    }
}

/// The country as it is stored: by its English name, whether the name or the ISO code was given. One that is stored already stays, whatever it is.
pub fn stored_country(
    edit: &Edit,
    stored: Option<&str>,
    path: &[&str],
    violations: &mut Vec<Violation>,
) -> Option<String> {
    let text = edit.onto(stored)?;
    if stored.is_some_and(|stored| fold(stored) == fold(&text)) {
        return stored.map(str::to_owned);
    }
    match country::find(&text) {
        Some(country) => Some(country.name.to_owned()),
        None => {
            let message =
                format!("`{text}` is no country: give a name or a two-letter code that `settings.countries` lists.");
            violations.push(Violation::new(ViolationCode::Invalid, path, message));
            None
        }
    }
}

/// The validity afterwards; clearing it is a mistake.
pub fn stored_validity(edit: &Edit<Validity>, stored: Validity, violations: &mut Vec<Violation>) -> Validity {
    match edit {
        Edit::Keep => stored,
        Edit::Set(validity) => *validity,
        Edit::Clear => {
            let message = "`validity` may not be null: leave it out to keep it.";
            violations.push(Violation::new(ViolationCode::Required, &["input", "validity"], message));
            stored
        }
    }
}

/// The fields of a record that an edit has changed. Both lists name the same fields in the same order.
pub fn changed_fields<'a>(
    before: impl IntoIterator<Item = (&'static str, Option<&'a str>)>,
    after: impl IntoIterator<Item = (&'static str, Option<&'a str>)>,
) -> Vec<FieldChange> {
    let pairs = before.into_iter().zip(after);
    let changed = pairs.filter(|((_, before), (_, after))| before != after);
    changed.map(|((name, before), (_, after))| FieldChange::new(name, before, after)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, stored: Option<&str>, is_required: bool) -> Option<ViolationCode> {
        let mut check = Check { is_new: stored.is_none(), limit: &|_| Some(5), violations: Vec::new() };
        let field: TextField<'_> = (&["input", "name"], "name", Some(text), stored);
        if is_required {
            check.required(&[field])
        } else {
            check.texts(&[field])
        }
        check.violations.first().map(|violation| violation.code)
    }

    #[test]
    fn a_text_is_kept_cleared_or_set_without_the_blanks_around_it() {
        assert_eq!(Edit::Keep.onto(Some("old")), Some("old".to_owned()));
        assert_eq!(Edit::Clear.onto(Some("old")), None);
        assert_eq!(Edit::Set(" new ".to_owned()).onto(Some("old")), Some("new".to_owned()));
        assert_eq!(Edit::Set("  ".to_owned()).onto(Some("old")), None);
    }

    #[test]
    fn a_text_is_checked_unless_it_is_stored_already() {
        assert_eq!(check("Acme", None, true), None);
        assert_eq!(check("", None, true), Some(ViolationCode::Required));
        assert_eq!(check("", None, false), None);
        assert_eq!(check("a\u{0}b", None, true), Some(ViolationCode::Invalid));
        assert_eq!(check("Ärger!", None, true), Some(ViolationCode::TooLong));
        assert_eq!(check("Ärger", None, true), None);
        assert_eq!(check("far too long", Some("far too long"), true), None);
        assert_eq!(check("", Some(""), true), None);
    }

    #[test]
    fn a_country_is_stored_by_name_and_an_old_one_survives() {
        let stored = |edit: &str, stored| {
            let mut violations = Vec::new();
            let country = stored_country(&Edit::Set(edit.to_owned()), stored, &["input"], &mut violations);
            (country, violations.len())
        };
        assert_eq!(stored("de", None), (Some("Germany".to_owned()), 0));
        assert_eq!(stored("GERMANY", Some("USA")), (Some("Germany".to_owned()), 0));
        assert_eq!(stored("usa", Some("USA")), (Some("USA".to_owned()), 0));
        assert_eq!(stored("USA", None), (None, 1));
        assert_eq!(stored("", Some("USA")), (None, 0));
    }

    #[test]
    fn only_changed_fields_are_told() {
        let before = [("name", Some("Acme")), ("url", None)];
        let after = [("name", Some("Acme")), ("url", Some("https://acme.test"))];
        assert_eq!(changed_fields(before, after), [FieldChange::new("url", None, Some("https://acme.test"))]);
    }
}
