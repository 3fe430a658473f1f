//! Reads one layer of settings, a file or the environment, and refuses what has no counterpart in the defaults: unknown
//! names and values of another type. What a value may be is the business of the sections.

use std::collections::HashMap;

use config::{File, FileFormat, Source, Value, ValueKind};

use super::error::one_line;
use super::{ConfigError, issuer, source, working_time};

/// The settings of one layer by section.
pub(super) type Layer = HashMap<String, Value>;

/// A setting whose entries are tables, and the names in those. They cannot be given by environment.
const LISTS_OF_TABLES: [(&str, &[&str]); 1] = [("customers.links", &["label", "url_template", "for"])];

/// The list of data sources. What stands directly in an entry can be given by environment, so that a secret need not stand in a file.
const SOURCES: &str = "source";

/// The list of issuers besides ourselves. It stands in the file only, as all tables do.
const ISSUERS: &str = "auth.external_issuer";

/// Settings that are tables of their own, of numbered calendars. They stand in the file only, as all tables do.
const CALENDARS: &str = "working_time.calendars";

/// What a calendar may have.
const CALENDAR: &str = r#"
name = ""
time_zone = ""
hours = { mon = "", tue = "", wed = "", thu = "", fri = "", sat = "", sun = "" }
vacation_days = []
one_time_vacation_days = []
"#;

const PREFIX: &str = "DESKGRAPH_";

/// Names for the environment that are no settings: the configuration file, the log filter, what programs that ask the server are told of it, and
/// the directory with recorded answers of an OTOBO that tests may read.
const OTHER_VARIABLES: [&str; 5] =
    [FILE_VARIABLE, "DESKGRAPH_LOG", "DESKGRAPH_TOKEN", "DESKGRAPH_URL", "DESKGRAPH_RECORDED_OTOBO"];

/// The environment's name for the configuration file.
pub(super) const FILE_VARIABLE: &str = "DESKGRAPH_CONFIG";

/// Reads a text in TOML; `file` is its name for messages.
pub(super) fn read(text: &str, file: &str) -> Result<Layer, ConfigError> {
    let read = File::from_str(text, FileFormat::Toml).collect();
    read.map_err(|error| ConfigError::Syntax { file: file.to_owned(), reason: reason(&error.to_string()) })
}

/// The place and the cause. The lines between them quote the file, and it may hold a password.
fn reason(message: &str) -> String {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let place = lines.next().unwrap_or_default();
    let place = place.strip_prefix("TOML parse error at ").unwrap_or(place);
    match lines.next_back() {
        Some(cause) => one_line(&format!("{place}: {cause}")),
        None => one_line(place),
    }
}

/// Refuses settings that the defaults do not have, and values of another type than the default.
pub(super) fn check(given: &Layer, defaults: &Layer) -> Result<(), ConfigError> {
    for (section, value) in sorted(given) {
        let Some(default) = defaults.get(section) else {
            return Err(unknown(section, format!("there are {}", names(defaults))));
        };
        match (&value.kind, &default.kind) {
            (ValueKind::Table(given), ValueKind::Table(defaults)) => check_section(section, given, defaults)?,
            (_, ValueKind::Table(_)) => {
                return Err(ConfigError::given(section, value, format!("a section `[{section}]`")));
            }
            _ => check_type(section, value, default)?,
        }
    }
    Ok(())
}

fn check_section(section: &str, given: &Layer, defaults: &Layer) -> Result<(), ConfigError> {
    for (key, value) in sorted(given) {
        let setting = format!("{section}.{key}");
        let Some(default) = defaults.get(key) else {
            return Err(unknown(&setting, format!("in `[{section}]` there are {}", names(defaults))));
        };
        check_type(&setting, value, default)?;
    }
    Ok(())
}

fn check_calendars(calendars: &Layer) -> Result<(), ConfigError> {
    let fields = read(CALENDAR, "(calendar)")?;
    for (number, calendar) in sorted(calendars) {
        let setting = format!("{CALENDARS}.{number}");
        if working_time::calendar_number(number).is_none() {
            return Err(unknown(&setting, "calendars have numbers from 1 to 9".to_owned()));
        }
        let ValueKind::Table(calendar) = &calendar.kind else {
            return Err(ConfigError::given(&setting, calendar, format!("a section `[{setting}]`")));
        };
        check_section(&setting, calendar, &fields)?;
    }
    Ok(())
}

fn check_type(setting: &str, value: &Value, default: &Value) -> Result<(), ConfigError> {
    let expected = match (&default.kind, &value.kind) {
        (ValueKind::Boolean(_), ValueKind::Boolean(_))
        | (ValueKind::I64(_), ValueKind::I64(_))
        | (ValueKind::String(_), ValueKind::String(_)) => return Ok(()),
        (ValueKind::Array(_), ValueKind::Array(entries)) => {
            return check_entries(setting, value, entries);
        }
        (ValueKind::Table(_), ValueKind::Table(given)) if setting == CALENDARS => return check_calendars(given),
        (ValueKind::Table(defaults), ValueKind::Table(given)) => return check_section(setting, given, defaults),
        (ValueKind::Table(_), _) => "a table, which stands in the file",
        (ValueKind::Boolean(_), _) => "`true` or `false`",
        (ValueKind::I64(_), _) => "a whole number",
        (ValueKind::String(_), _) => "a text in quotes",
        (_, _) => "a list",
    };
    Err(ConfigError::given(setting, value, expected))
}

fn check_entries(setting: &str, list: &Value, entries: &[Value]) -> Result<(), ConfigError> {
    match setting {
        SOURCES => return check_tables(setting, entries, source::TEMPLATE),
        ISSUERS => return check_tables(setting, entries, issuer::TEMPLATE),
        _ => {}
    }
    let Some(fields) = fields_of(setting) else {
        let all_texts = entries.iter().all(is_text);
        let error = || ConfigError::given(setting, list, "a list of texts in quotes");
        return all_texts.then_some(()).ok_or_else(error);
    };
    for (number, entry) in entries.iter().enumerate() {
        check_table(&format!("{setting}[{number}]"), entry, fields)?;
    }
    Ok(())
}

fn check_tables(list: &str, entries: &[Value], template: &str) -> Result<(), ConfigError> {
    let fields = read(template, "(template)")?;
    for (number, entry) in entries.iter().enumerate() {
        let setting = format!("{list}[{number}]");
        let ValueKind::Table(entry) = &entry.kind else {
            return Err(ConfigError::given(&setting, entry, format!("a table, written as `[[{list}]]`")));
        };
        check_section(&setting, entry, &fields)?;
    }
    Ok(())
}

/// The names in the tables of such a list; None for every other setting.
fn fields_of(setting: &str) -> Option<&'static [&'static str]> {
    let list = LISTS_OF_TABLES.into_iter().find(|(name, _)| *name == setting);
    list.map(|(_, fields)| fields)
}

fn check_table(setting: &str, entry: &Value, fields: &[&str]) -> Result<(), ConfigError> {
    let ValueKind::Table(table) = &entry.kind else {
        return Err(ConfigError::given(setting, entry, format!("a table with {}", fields.join(", "))));
    };
    for (key, value) in sorted(table) {
        let setting = format!("{setting}.{key}");
        if !fields.contains(&key.as_str()) {
            return Err(unknown(&setting, format!("there are {}", fields.join(", "))));
        }
        let is_list = matches!(&value.kind, ValueKind::Array(texts) if texts.iter().all(is_text));
        let (is_right, expected) = match key.as_str() {
            "for" => (is_list, "a list of texts in quotes"),
            _ => (is_text(value), "a text in quotes"),
        };
        if !is_right {
            return Err(ConfigError::given(&setting, value, expected));
        }
    }
    Ok(())
}

fn is_text(value: &Value) -> bool {
    matches!(value.kind, ValueKind::String(_))
}

/// The settings among these variables, by name. Refuses a variable that begins like ours and is no setting, since it is
/// most likely a misspelt one; all others are passed over.
pub(super) fn from_environment(
    variables: &[(String, String)],
    defaults: &Layer,
) -> Result<Vec<(String, Value)>, ConfigError> {
    let mut settings = Vec::new();
    let ours = variables.iter().filter(|(name, _)| name.starts_with(PREFIX));
    for (name, text) in ours.filter(|(name, _)| !OTHER_VARIABLES.contains(&name.as_str())) {
        let (setting, default) = match of_source(name)? {
            Some(found) => found,
            None => find(name, defaults).map(|(setting, default)| (setting, default.clone()))?,
        };
        let value = from_text(&setting, text, &default)?;
        settings.push((setting, value));
    }
    Ok(settings)
}

/// Refuses variables of data sources that do not stand in the file.
pub(super) fn check_source_variables(
    variables: &[(String, String)],
    given: &Layer,
    defaults: &Layer,
) -> Result<(), ConfigError> {
    let list = given.get(SOURCES).or_else(|| defaults.get(SOURCES));
    let count = list.and_then(|list| list.clone().into_array().ok()).map_or(0, |entries| entries.len());
    for (name, _) in variables {
        let rest = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix("SOURCE__"));
        let number = rest.and_then(|rest| rest.split_once("__")).and_then(|(number, _)| number.parse::<usize>().ok());
        if number.is_some_and(|number| number >= count) {
            let hint = format!("the file has {count} data sources, counted from 0, and the environment adds none");
            return Err(unknown(name, hint));
        }
    }
    Ok(())
}

/// The setting of a data source that a variable such as `DESKGRAPH_SOURCE__1__BIND_PASSWORD` stands for, and an example of its value.
fn of_source(variable: &str) -> Result<Option<(String, Value)>, ConfigError> {
    let rest = variable.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix("SOURCE__"));
    let Some((number, key)) = rest.and_then(|rest| rest.split_once("__")) else { return Ok(None) };
    let mut fields = read(source::TEMPLATE, "(source)")?;
    fields.retain(|_, value| !matches!(value.kind, ValueKind::Table(_)));
    let (number, key) = (number.parse::<u8>().ok(), key.to_lowercase());
    match (number, fields.get(&key)) {
        (Some(number), Some(example)) => Ok(Some((format!("{SOURCES}[{number}].{key}"), example.clone()))),
        _ => {
            let hint = format!(
                "a variable of the first source is named like DESKGRAPH_SOURCE__0__URL, and there are {}",
                names(&fields)
            );
            Err(unknown(variable, hint))
        }
    }
}

/// The setting that a variable stands for, and its default.
fn find<'a>(variable: &str, defaults: &'a Layer) -> Result<(String, &'a Value), ConfigError> {
    for (section, value) in defaults {
        let ValueKind::Table(keys) = &value.kind else {
            continue;
        };
        for (key, default) in keys {
            let setting = format!("{section}.{key}");
            let is_meant = variable == format!("{PREFIX}{}__{}", section.to_uppercase(), key.to_uppercase());
            if is_meant && setting != ISSUERS && fields_of(&setting).is_none() {
                return Ok((setting, default));
            }
        }
    }
    let hint = "a variable is named like DESKGRAPH_LIMITS__MAX_DEPTH for `limits.max_depth`, and lists of tables stand in the file only";
    Err(unknown(variable, hint.to_owned()))
}

/// The value of a variable, read as the type that the default has.
fn from_text(setting: &str, text: &str, default: &Value) -> Result<Value, ConfigError> {
    let value = match &default.kind {
        ValueKind::Boolean(_) => text.parse().ok().map(ValueKind::Boolean),
        ValueKind::I64(_) => text.parse().ok().map(ValueKind::I64),
        ValueKind::Array(_) => {
            let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            Some(ValueKind::Array(entries.map(Value::from).collect()))
        }
        _ => None,
    };
    let value = Value::new(None, value.unwrap_or_else(|| ValueKind::String(text.to_owned())));
    check_type(setting, &value, default)?;
    Ok(value)
}

fn unknown(name: &str, hint: String) -> ConfigError {
    ConfigError::Unknown { name: one_line(name), hint }
}

/// In order, so that the same mistakes give the same message.
fn sorted(layer: &Layer) -> Vec<(&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = layer.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    entries
}

fn names(layer: &Layer) -> String {
    let names: Vec<&str> = sorted(layer).into_iter().map(|(name, _)| name.as_str()).collect();
    names.join(", ")
}
