//! Working hours, vacation days and calendars of another product's settings as our section `[working_time]`.

use std::collections::BTreeSet;

use serde_yaml_ng::Value;
use toml::{Table, Value as Toml};

use crate::store::sysconfig::Settings;

use super::text;

/// The days of the week as the other products and we abbreviate them.
const DAYS: [(&str, &str); 7] =
    [("Mon", "mon"), ("Tue", "tue"), ("Wed", "wed"), ("Thu", "thu"), ("Fri", "fri"), ("Sat", "sat"), ("Sun", "sun")];

/// The section, as far as the settings say something. A calendar without name is not in use there, so it is left out.
pub(super) fn translated(settings: &Settings) -> Table {
    let mut section = calendar(settings, "");
    let mut calendars = Table::new();
    for number in 1..=9 {
        let setting = format!("TimeZone::Calendar{number}");
        let name = text(settings.get(&format!("{setting}Name")));
        let Some(name) = name.filter(|name| name.as_str().is_some_and(|name| !name.trim().is_empty())) else {
            continue;
        };
        let mut own = calendar(settings, &format!("::Calendar{number}"));
        own.insert("name".to_owned(), name);
        let zone = text(settings.get(&setting));
        let zone = zone.filter(|zone| zone.as_str().is_some_and(|zone| zone.parse::<chrono_tz::Tz>().is_ok()));
        own.extend(zone.map(|zone| ("time_zone".to_owned(), zone)));
        calendars.insert(number.to_string(), Toml::Table(own));
    }
    if !calendars.is_empty() {
        section.insert("calendars".to_owned(), Toml::Table(calendars));
    }
    section
}

/// What a calendar and the default one have alike; the names of their settings end differently.
fn calendar(settings: &Settings, suffix: &str) -> Table {
    let get = |name: &str| settings.get(&format!("{name}{suffix}"));
    let values = [
        ("hours", get("TimeWorkingHours").and_then(hours)),
        ("vacation_days", get("TimeVacationDays").and_then(|days| days_below(days, 2))),
        ("one_time_vacation_days", get("TimeVacationDaysOneTime").and_then(|days| days_below(days, 3))),
    ];
    values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Lists of hours by day of the week; a day that is not there has none.
fn hours(value: &Value) -> Option<Toml> {
    let days = value.as_mapping()?;
    let of_day = |name: &str| days.get(name).and_then(Value::as_sequence).map(|hours| spans(hours)).unwrap_or_default();
    let week = DAYS.map(|(theirs, ours)| (ours.to_owned(), Toml::String(of_day(theirs))));
    Some(Toml::Table(week.into_iter().collect()))
}

/// Hours as `08:00-12:00, 13:00-17:00`; each of them lasts until the next one begins.
fn spans(hours: &[Value]) -> String {
    let hours: BTreeSet<i64> = hours.iter().filter_map(whole).filter(|hour| (0..24).contains(hour)).collect();
    let begins = hours.iter().filter(|hour| !hours.contains(&(*hour - 1)));
    let ends = hours.iter().map(|hour| hour + 1).filter(|end| !hours.contains(end));
    let spans: Vec<String> = begins.zip(ends).map(|(from, to)| format!("{from:02}:00-{to:02}:00")).collect();
    spans.join(", ")
}

/// Days from tables in tables, so many deep: of months, or of years with months.
fn days_below(value: &Value, depth: usize) -> Option<Toml> {
    let mut found = Vec::new();
    collect(value, depth, "", &mut found)?;
    Some(Toml::Array(found.into_iter().map(Toml::String).collect()))
}

/// `None` where it is no table.
fn collect(value: &Value, depth: usize, before: &str, found: &mut Vec<String>) -> Option<()> {
    if depth == 0 {
        // A day without a name is one that was taken out.
        found.extend(Some(before.to_owned()).filter(|_| value.as_str().is_some_and(|name| !name.is_empty())));
        return Some(());
    }
    for (key, below) in value.as_mapping()? {
        let Some(key) = whole(key) else { continue };
        let separator = if before.is_empty() { "" } else { "-" };
        collect(below, depth - 1, &format!("{before}{separator}{key:02}"), found);
    }
    Some(())
}

/// Numbers are stored as texts or as numbers.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::config::Config;
    use crate::domain::working_time::{Hours, YearDay};

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let value = |text: &str| serde_yaml_ng::from_str(text).expect("YAML");
        pairs.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect()
    }

    #[test]
    fn calendars_are_taken_over_as_our_configuration() {
        let settings = settings(&[
            ("TimeWorkingHours", "---\nMon:\n- '8'\n- '9'\n- '13'\nTue: []\nWed:\n- 22\n- 23\n"),
            ("TimeVacationDays", "---\n'1':\n  '1': New Year\n12:\n  24: Christmas Eve\n  '25': ''\n"),
            ("TimeVacationDaysOneTime", "---\n'2004':\n  '1':\n    '1': Once\n"),
            ("TimeZone::Calendar1", "--- Europe/Berlin\n"),
            ("TimeZone::Calendar1Name", "--- Factory\n"),
            ("TimeWorkingHours::Calendar1", "---\nSun:\n- '0'\n"),
            ("TimeVacationDays::Calendar1", "---\n'5':\n  '1': Labour Day\n"),
            ("TimeZone::Calendar2Name", "--- ''\n"),
            ("TimeWorkingHours::Calendar2", "---\nSun:\n- '1'\n"),
            ("TimeZone::Calendar3", "--- Mars/Base\n"),
            ("TimeZone::Calendar3Name", "--- Mars\n"),
        ]);
        let file = Table::from_iter([("working_time".to_owned(), Toml::Table(translated(&settings)))]);
        let text = toml::to_string(&file).expect("TOML");
        let config = Config::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let calendars = config.working_time.calendars(chrono_tz::UTC);

        let default = &calendars.default;
        assert_eq!(default.hours[0], Hours::of([8, 9, 13]));
        assert_eq!(default.hours[2], Hours::of([22, 23]));
        assert_eq!([1, 3, 4, 5, 6].map(|day| default.hours[day]), [Hours::default(); 5]);
        let days = [(1, 1), (12, 24)].map(|(month, day)| YearDay { month, day });
        assert_eq!(default.vacation_days, days.into());
        assert_eq!(default.one_time_vacation_days, NaiveDate::from_ymd_opt(2004, 1, 1).into_iter().collect());

        assert_eq!(calendars.numbered.keys().copied().collect::<Vec<u8>>(), [1, 3]);
        let first = &calendars.numbered[&1];
        assert_eq!(first.zone, chrono_tz::Europe::Berlin);
        assert_eq!(first.hours[6], Hours::of([0]));
        assert_eq!(first.hours[0], Hours::default());
        assert_eq!(first.vacation_days, [YearDay { month: 5, day: 1 }].into());
        assert_eq!(calendars.numbered[&3].zone, chrono_tz::UTC);
    }

    #[test]
    fn what_is_not_set_is_left_out() {
        assert!(translated(&settings(&[("TimeWorkingHours", "--- ~"), ("TimeVacationDays", "--- x")])).is_empty());
    }
}
