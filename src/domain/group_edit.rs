//! Making and editing groups and queues, which both have a name, a remark and a validity.

use super::edit::{Check, Edit, Limit, stored_validity};
use super::permission::PermissionRules;
use super::validity::Validity;
use super::violation::{Violation, ViolationCode};

/// A group or queue as far as it can be edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedDraft {
    /// The name.
    pub name: String,
    /// Internal remark.
    pub comment: Option<String>,
    /// Whether it is in use.
    pub validity: Validity,
}

/// What an edit does to a group or queue. A new one is an edit of nothing.
#[derive(Clone, Debug, Default)]
pub struct NamedEdit {
    /// The name.
    pub name: Edit,
    /// Internal remark.
    pub comment: Edit,
    /// Whether it is in use.
    pub validity: Edit<Validity>,
}

/// Where the name stands in the arguments.
pub const NAME: [&str; 2] = ["input", "name"];
/// What stands between the parts of a queue's name.
const BETWEEN_PARTS: &str = "::";
/// The group whose `rw` makes an agent an administrator.
pub const ADMINISTRATORS: &str = "admin";
/// The group whose `rw` is enough to edit customers and customer users.
pub const EDITORS: &str = "users";

impl NamedEdit {
    /// The record afterwards, and everything that is wrong with it.
    pub fn onto(self, stored: &NamedDraft, is_new: bool, limit: Limit<'_>) -> (NamedDraft, Vec<Violation>) {
        let mut check = Check { is_new, limit, violations: Vec::new() };
        let draft = NamedDraft {
            name: self.name.onto_text(&stored.name),
            comment: self.comment.onto(stored.comment.as_deref()),
            validity: stored_validity(&self.validity, stored.validity, &mut check.violations),
        };
        check.required(&[(&NAME, "name", Some(&draft.name), Some(&stored.name))]);
        check.texts(&[(&["input", "comment"], "comments", draft.comment.as_deref(), stored.comment.as_deref())]);
        (draft, check.violations)
    }
}

impl NamedDraft {
    /// The fields by the names that the API has for them, for the change log.
    pub fn fields(&self) -> [(&'static str, Option<&str>); 3] {
        [("name", Some(&self.name)), ("comment", self.comment.as_deref()), ("validity", Some(self.validity.label()))]
    }
}

/// What keeps a group from being renamed or switched off: rights hang on its name, here or in the settings, and everyone would lose them.
pub fn needed_group(rules: &PermissionRules, stored: &NamedDraft, wanted: &NamedDraft) -> Option<Violation> {
    let name = stored.name.as_str();
    let is_configured =
        rules.always_groups.iter().chain(&rules.customer_always_groups).any(|configured| configured == name);
    if wanted.name != name && (name == ADMINISTRATORS || name == EDITORS) {
        let message = format!("Agents have their rights by the group `{name}`: it has to keep its name.");
        return Some(Violation::new(ViolationCode::Forbidden, &NAME, message));
    }
    if wanted.name != name && is_configured {
        let message =
            format!("The settings of the section `[groups]` name the group `{name}`: take it out of there first.");
        return Some(Violation::new(ViolationCode::Forbidden, &NAME, message));
    }
    if name == ADMINISTRATORS && !wanted.validity.is_valid() {
        let message = "Nobody would be an administrator any more: the group `admin` has to stay valid.";
        return Some(Violation::new(ViolationCode::Forbidden, &["input", "validity"], message));
    }
    None
}

/// The name of the queue above one; `None` for one at the top.
pub fn parent_queue(name: &str) -> Option<&str> {
    name.rsplit_once(BETWEEN_PARTS).map(|(parent, _)| parent)
}

/// What is wrong with the parts of a queue's name.
pub fn wrong_parts(name: &str) -> Option<Violation> {
    let is_blank = |part: &str| part.trim().is_empty();
    if name.is_empty() || !name.split(BETWEEN_PARTS).any(is_blank) {
        return None;
    }
    let message = format!("`{name}` has an empty part: write the names of the queues above it with `::` between them.");
    Some(Violation::new(ViolationCode::Invalid, &NAME, message))
}

/// What is wrong with a new name that would put a queue below itself.
pub fn below_itself(name: &str, new_name: &str) -> Option<Violation> {
    let message = || format!("`{new_name}` would be below `{name}` itself: choose a name beside it.");
    let is_below = new_name.starts_with(&prefix_of_children(name));
    is_below.then(|| Violation::new(ViolationCode::Invalid, &NAME, message()))
}

/// What the names of all queues below one begin with.
pub fn prefix_of_children(name: &str) -> String {
    format!("{name}{BETWEEN_PARTS}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission_key::PermissionKeys;

    fn draft(name: &str, validity: Validity) -> NamedDraft {
        NamedDraft { name: name.into(), comment: None, validity }
    }

    #[test]
    fn a_group_on_whose_name_rights_hang_keeps_it() {
        let rules = PermissionRules {
            keys: PermissionKeys::new(&[]),
            group_support: true,
            always_groups: vec!["everyone".into()],
            customer_always_groups: Vec::new(),
            other_customers_context: false,
        };
        let valid = |name| draft(name, Validity::Valid);
        for name in ["admin", "users", "everyone"] {
            assert!(needed_group(&rules, &valid(name), &valid("other")).is_some(), "{name}");
            assert!(needed_group(&rules, &valid(name), &valid(name)).is_none(), "{name}");
        }
        assert!(needed_group(&rules, &valid("support"), &valid("other")).is_none());
        assert!(needed_group(&rules, &valid("admin"), &draft("admin", Validity::Invalid)).is_some());
        assert!(needed_group(&rules, &valid("users"), &draft("users", Validity::Invalid)).is_none());
    }

    #[test]
    fn a_queue_hangs_below_the_one_its_name_begins_with() {
        assert_eq!(parent_queue("Support::Phone::Night"), Some("Support::Phone"));
        assert_eq!(parent_queue("Support"), None);
        for name in ["::Phone", "Support::", "Support:: ::Night"] {
            assert!(wrong_parts(name).is_some(), "{name}");
        }
        assert!(wrong_parts("Support::Phone").is_none());
        assert!(below_itself("Support", "Support::Phone").is_some());
        assert!(below_itself("Support", "Supporters").is_none());
    }
}
