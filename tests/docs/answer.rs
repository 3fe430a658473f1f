//! What a page shows as an answer, and what came.
//!
//! A page shows what was answered whole, but where a part is another one each time or too long to be shown: `".."` is any text or number,
//! `"abc.."` a text that begins so, and a list whose last entry is `".."` may go on.

use serde_json::Value;

/// The rest of a text, or of a list.
const REST: &str = "..";

/// The first place where what is shown is not what came.
pub fn difference(shown: &Value, came: &Value) -> Option<String> {
    compare(shown, came, "answer".to_owned())
}

fn compare(shown: &Value, came: &Value, place: String) -> Option<String> {
    match (shown, came) {
        (Value::String(text), Value::String(found)) if text.ends_with(REST) => (!found
            .starts_with(text.trim_end_matches('.')))
        .then(|| format!("{place}: {text:?} is shown, {found:?} came")),
        (Value::String(text), Value::Number(_)) if text == REST => None,
        (Value::Array(shown), Value::Array(came)) => {
            let is_open = shown.last().is_some_and(|last| last == REST) && came.last().is_none_or(|last| last != REST);
            let listed = if is_open { &shown[..shown.len() - 1] } else { &shown[..] };
            if came.len() < listed.len() || (!is_open && came.len() > listed.len()) {
                return Some(format!("{place}: {} entries are shown, {} came", listed.len(), came.len()));
            }
            let mut pairs = listed.iter().zip(came).enumerate();
            pairs.find_map(|(number, (shown, came))| compare(shown, came, format!("{place}[{number}]")))
        }
        (Value::Object(shown), Value::Object(came)) => {
            let lacking =
                shown.keys().find(|key| !came.contains_key(*key)).map(|key| format!("{place}: no `{key}` came"));
            let unknown = || {
                came.keys().find(|key| !shown.contains_key(*key)).map(|key| format!("{place}: `{key}` is not shown"))
            };
            lacking.or_else(unknown).or_else(|| {
                let mut pairs = shown.iter().map(|(key, shown)| (key, shown, &came[key]));
                pairs.find_map(|(key, shown, came)| compare(shown, came, format!("{place}.{key}")))
            })
        }
        _ => (shown != came).then(|| format!("{place}: {shown} is shown, {came} came")),
    }
}

/// The first line of what is shown that did not come, in the order of what came.
pub fn missing_line<'a>(shown: &'a str, came: &str) -> Option<&'a str> {
    let mut lines = came.lines();
    shown.lines().filter(|line| !line.trim().is_empty()).find(|line| {
        let fits = |found: &str| match line.split_once(REST) {
            Some((before, behind)) => {
                let (before, behind) = (before.trim_end(), behind.trim_start_matches('.'));
                found.starts_with(before) && found.trim_end().ends_with(behind.trim_end())
            }
            None => found.trim_end() == line.trim_end(),
        };
        !lines.any(fits)
    })
}

/// All values in a JSON text, one behind the other.
pub fn values(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    serde_json::Deserializer::from_str(text).into_iter().collect()
}

/// The first value under a key, at whatever depth.
pub fn find<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => {
            let own = fields.get(key).filter(|found| found.is_string() || found.is_number());
            own.or_else(|| fields.values().find_map(|value| find(value, key)))
        }
        Value::Array(entries) => entries.iter().find_map(|value| find(value, key)),
        _ => None,
    }
}

/// Every `userErrors` that is not empty.
pub fn mistakes(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("userErrors").filter(|errors| errors.as_array().is_some_and(|list| !list.is_empty()));
            own.into_iter().chain(fields.values().flat_map(mistakes)).collect()
        }
        Value::Array(entries) => entries.iter().flat_map(mistakes).collect(),
        _ => Vec::new(),
    }
}

/// A text with each `<key>` as the last answer that has this key tells it.
pub fn filled(text: &str, answers: &[Value]) -> String {
    let mut filled = text.to_owned();
    let name = regex::Regex::new("<([a-zA-Z]+)>").expect("an expression");
    for found in name.captures_iter(text) {
        let value = answers.iter().rev().find_map(|answer| find(answer, &found[1]));
        let value = match value {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("no answer so far has `{}`", &found[1]),
        };
        filled = filled.replace(&found[0], &value);
    }
    filled
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_compared_whole() {
        assert_eq!(difference(&json!({"a": [1, "x"]}), &json!({"a": [1, "x"]})), None);
        for other in [
            json!({"a": [1]}),
            json!({"a": [1, "x", 2]}),
            json!({"a": [1, "x"], "b": 1}),
            json!({}),
            json!({"a": [1, null]}),
        ] {
            assert!(difference(&json!({"a": [1, "x"]}), &other).is_some(), "{other}");
        }
    }

    #[test]
    fn what_is_left_out_can_be_anything() {
        let shown = json!({"number": "2026..", "any": "..", "list": [1, ".."]});
        assert_eq!(difference(&shown, &json!({"number": "20261", "any": 5, "list": [1, 2, 3]})), None);
        assert_eq!(difference(&shown, &json!({"number": "2026", "any": "", "list": [1]})), None);
        assert!(difference(&shown, &json!({"number": "2027", "any": 5, "list": [1]})).is_some());
        assert!(difference(&shown, &json!({"number": "2026", "any": null, "list": [1]})).is_some());
        assert!(difference(&shown, &json!({"number": "2026", "any": 5, "list": []})).is_some());
    }

    #[test]
    fn lines_come_in_their_order() {
        assert_eq!(missing_line("a\nb ..\n", "x\na\ny\nb 12\n"), None);
        assert_eq!(missing_line("b\na\n", "a\nb\n"), Some("a"));
    }

    #[test]
    fn a_gap_is_filled_by_the_last_answer() {
        let answers = [json!({"a": {"endCursor": "one"}}), json!({"b": [{"endCursor": "two"}]}), json!({"c": 1})];
        assert_eq!(filled("after: \"<endCursor>\"", &answers), "after: \"two\"");
    }
}
