//! Settings of the section `[working_time]`: which hours and days count until a ticket escalates, for the default calendar and for those
//! that queues and service level agreements name by number.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, de::Error};

use super::{database, value};
use crate::domain::working_time::{Calendar, Calendars, Hours, YearDay};

/// The default calendar, and the others.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingTimeConfig {
    /// Working hours of each day of the week.
    pub hours: HoursConfig,
    /// Days of every year that do not count.
    #[serde(deserialize_with = "vacation_days")]
    pub vacation_days: BTreeSet<YearDay>,
    /// Single days that do not count.
    #[serde(deserialize_with = "dates")]
    pub one_time_vacation_days: BTreeSet<NaiveDate>,
    /// More calendars by their number, from 1 to 9.
    #[serde(deserialize_with = "calendars")]
    pub calendars: BTreeMap<u8, CalendarConfig>,
}

/// Working hours of each day of the week. None is a day that is left out.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HoursConfig {
    /// Monday.
    #[serde(deserialize_with = "hours")]
    pub mon: Option<Hours>,
    /// Tuesday.
    #[serde(deserialize_with = "hours")]
    pub tue: Option<Hours>,
    /// Wednesday.
    #[serde(deserialize_with = "hours")]
    pub wed: Option<Hours>,
    /// Thursday.
    #[serde(deserialize_with = "hours")]
    pub thu: Option<Hours>,
    /// Friday.
    #[serde(deserialize_with = "hours")]
    pub fri: Option<Hours>,
    /// Saturday.
    #[serde(deserialize_with = "hours")]
    pub sat: Option<Hours>,
    /// Sunday.
    #[serde(deserialize_with = "hours")]
    pub sun: Option<Hours>,
}

/// A calendar with a number. What it leaves out is as in the default one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarConfig {
    /// What people call it.
    #[serde(deserialize_with = "value::text")]
    pub name: String,
    /// The zone of its hours and days; None for that of the database.
    #[serde(default, deserialize_with = "time_zone")]
    pub time_zone: Option<Tz>,
    /// Working hours; a day that is left out is as in the default calendar.
    #[serde(default)]
    pub hours: HoursConfig,
    /// Days of every year that do not count; None for those of the default calendar.
    #[serde(default, deserialize_with = "own_vacation_days")]
    pub vacation_days: Option<BTreeSet<YearDay>>,
    /// Single days that do not count; None for those of the default calendar.
    #[serde(default, deserialize_with = "own_dates")]
    pub one_time_vacation_days: Option<BTreeSet<NaiveDate>>,
}

/// The numbers that calendars can have.
const NUMBERS: std::ops::RangeInclusive<u8> = 1..=9;

impl WorkingTimeConfig {
    /// The calendars; `zone` is that of the database, in which the default one is meant.
    pub fn calendars(&self, zone: Tz) -> Calendars {
        let default = Calendar {
            zone,
            hours: self.hours.week().map(Option::unwrap_or_default),
            vacation_days: self.vacation_days.clone(),
            one_time_vacation_days: self.one_time_vacation_days.clone(),
        };
        let numbered = self.calendars.iter().map(|(number, own)| (*number, own.over(&default))).collect();
        Calendars { default, numbered }
    }
}

impl HoursConfig {
    /// The days from Monday.
    fn week(&self) -> [Option<Hours>; 7] {
        [self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun]
    }
}

impl CalendarConfig {
    fn over(&self, default: &Calendar) -> Calendar {
        let mut hours = default.hours;
        for (hours, own) in hours.iter_mut().zip(self.hours.week()) {
            *hours = own.unwrap_or(*hours);
        }
        let once = self.one_time_vacation_days.as_ref().unwrap_or(&default.one_time_vacation_days);
        Calendar {
            zone: self.time_zone.unwrap_or(default.zone),
            hours,
            vacation_days: self.vacation_days.as_ref().unwrap_or(&default.vacation_days).clone(),
            one_time_vacation_days: once.clone(),
        }
    }
}

/// The hours of a text such as `08:00-12:00, 13:00-17:00`; empty for none. None where it is no such text.
pub fn parse_hours(text: &str) -> Option<Hours> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let spans: Option<Vec<(u32, u32)>> = parts.map(span).collect();
    Some(Hours::of(spans?.into_iter().flat_map(|(from, to)| from..to)))
}

fn span(text: &str) -> Option<(u32, u32)> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (full_hour(from.trim())?, full_hour(to.trim())?);
    (from < to).then_some((from, to))
}

/// The hour of a text such as `08:00`; 24 for `24:00`, the end of the day.
fn full_hour(text: &str) -> Option<u32> {
    if text == "24:00" {
        return Some(24);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    (time.minute() == 0).then(|| time.hour())
}

fn hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Hours>, D::Error> {
    let error = "full hours such as `08:00-12:00, 13:00-17:00`, or an empty text for none";
    let text = String::deserialize(deserializer)?;
    parse_hours(&text).map(Some).ok_or_else(|| D::Error::custom(error))
}

fn time_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Tz>, D::Error> {
    database::time_zone(deserializer).map(Some)
}

fn vacation_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<YearDay>, D::Error> {
    let days = Vec::<String>::deserialize(deserializer)?;
    let days = days.iter().map(|text| {
        // Every day exists in a leap year.
        let date = NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d").ok()?;
        Some(YearDay::of(date)).filter(|_| text.len() == 5)
    });
    days.collect::<Option<_>>().ok_or_else(|| D::Error::custom("a list of month and day such as `12-24`"))
}

fn dates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<NaiveDate>, D::Error> {
    let dates = Vec::<String>::deserialize(deserializer)?;
    let dates = dates.iter().map(|text| {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        date.filter(|_| text.len() == 10)
    });
    dates.collect::<Option<_>>().ok_or_else(|| D::Error::custom("a list of dates such as `2026-12-24`"))
}

fn own_vacation_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BTreeSet<YearDay>>, D::Error> {
    vacation_days(deserializer).map(Some)
}

fn own_dates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BTreeSet<NaiveDate>>, D::Error> {
    dates(deserializer).map(Some)
}

/// The names were checked before: see `layer`.
fn calendars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<u8, CalendarConfig>, D::Error> {
    let calendars = BTreeMap::<String, CalendarConfig>::deserialize(deserializer)?;
    let numbered = calendars.into_iter().map(|(number, calendar)| Some((calendar_number(&number)?, calendar)));
    numbered.collect::<Option<_>>().ok_or_else(|| D::Error::custom("calendars with numbers from 1 to 9"))
}

/// The number of a calendar; None where there can be none of this name.
pub(super) fn calendar_number(name: &str) -> Option<u8> {
    name.parse().ok().filter(|number| NUMBERS.contains(number) && name.len() == 1)
}
