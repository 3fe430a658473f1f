//! Whether a record is switched on. The ids of the three values are looked up by name where the database is read.

use serde::Serialize;

/// Whether a record is in use. Domain rule: OTOBO knows exactly these three, by the names in its table `valid`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Validity {
    /// In use.
    Valid,
    /// Switched off.
    #[default]
    Invalid,
    /// Switched off for some time, for example during a long leave.
    InvalidTemporarily,
}

impl Validity {
    /// All values, in the order in which OTOBO numbers them.
    pub const ALL: [Validity; 3] = [Validity::Valid, Validity::Invalid, Validity::InvalidTemporarily];

    /// The value behind a name of the table `valid`; None for any other text.
    pub fn from_name(name: &str) -> Option<Validity> {
        Validity::ALL.into_iter().find(|validity| validity.name() == name)
    }

    /// The name in the table `valid`.
    pub fn name(self) -> &'static str {
        match self {
            Validity::Valid => "valid",
            Validity::Invalid => "invalid",
            Validity::InvalidTemporarily => "invalid-temporarily",
        }
    }

    /// The name in the API and in the change log.
    pub fn label(self) -> &'static str {
        match self {
            Validity::Valid => "VALID",
            Validity::Invalid => "INVALID",
            Validity::InvalidTemporarily => "INVALID_TEMPORARILY",
        }
    }

    /// Whether the record is in use; both other values count as switched off alike.
    pub fn is_valid(self) -> bool {
        self == Validity::Valid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_stored_names_are_known() {
        assert_eq!(Validity::from_name("valid"), Some(Validity::Valid));
        assert_eq!(Validity::from_name("invalid"), Some(Validity::Invalid));
        assert_eq!(Validity::from_name("invalid-temporarily"), Some(Validity::InvalidTemporarily));
    }

    #[test]
    fn any_other_name_is_no_validity() {
        for name in ["", "Valid", "valid ", "1", "invalid_temporarily"] {
            assert_eq!(Validity::from_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn only_valid_counts_as_in_use() {
        let in_use: Vec<Validity> = Validity::ALL.into_iter().filter(|validity| validity.is_valid()).collect();
        assert_eq!(in_use, [Validity::Valid]);
    }
}
