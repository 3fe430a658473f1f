//! Collects what differs, so that a test reports all of it at once.

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde_json::Value;

/// Ids or texts, in order.
pub type Set<T> = BTreeSet<T>;

/// How many differences a failing test prints.
const PRINTED: usize = 15;

/// What differs so far, and how much was compared.
#[derive(Default)]
pub struct Comparison {
    differences: Vec<String>,
    compared: usize,
}

impl Comparison {
    /// Compares two sets; `place` says whose they are.
    pub fn sets<T: Ord + Debug>(&mut self, place: impl FnOnce() -> String, theirs: &Set<T>, ours: &Set<T>) {
        self.compared += 1;
        if theirs != ours {
            let missing: Vec<&T> = theirs.difference(ours).collect();
            let added: Vec<&T> = ours.difference(theirs).collect();
            self.differences.push(format!("{}: only OTOBO has {missing:?}, only we have {added:?}", place()));
        }
    }

    /// Compares two values.
    pub fn values<T: PartialEq + Debug>(&mut self, place: impl FnOnce() -> String, theirs: T, ours: T) {
        self.compared += 1;
        if theirs != ours {
            self.differences.push(format!("{}: OTOBO has {theirs:?}, we have {ours:?}", place()));
        }
    }

    /// Fails where anything differed, and where so little was compared that the test says nothing.
    pub fn finish(self, at_least: usize) {
        let shown: Vec<&str> = self.differences.iter().take(PRINTED).map(String::as_str).collect();
        assert!(
            self.differences.is_empty(),
            "{} of {} differ:\n{}",
            self.differences.len(),
            self.compared,
            shown.join("\n")
        );
        assert!(self.compared >= at_least, "only {} were compared", self.compared);
    }
}

/// The numbers of a list.
pub fn numbers(list: &Value) -> Set<i64> {
    items(list).iter().map(|item| item.as_i64().expect("a number")).collect()
}

/// The texts of a list, or the keys of an object.
pub fn texts(list: &Value) -> Set<String> {
    match list {
        Value::Object(object) => object.keys().cloned().collect(),
        list => items(list).iter().map(|item| item.as_str().expect("a text").to_owned()).collect(),
    }
}

/// The entries of a list.
pub fn items(list: &Value) -> &[Value] {
    list.as_array().unwrap_or_else(|| panic!("a list: {list}"))
}

/// The entries of an object.
pub fn entries(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    object.as_object().unwrap_or_else(|| panic!("an object: {object}")).iter().map(|(key, value)| (key.as_str(), value))
}

/// A text.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}
