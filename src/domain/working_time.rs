//! Working time: calendars with hours, vacation days and a zone, and how long something takes when only their hours count. Whole days and
//! weeks are passed over at once where the clocks do not change; the result is that of a walk from hour to hour.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// How far ahead a target is looked for. A calendar in which nearly nothing counts would keep the walk going for centuries.
const HORIZON: i64 = 100 * 366 * DAY;

/// The hours of a day that count, one bit for each: bit 8 is the time from 8:00:00 to 8:59:59.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hours(u32);

/// A day of any year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearDay {
    /// The month, from 1.
    pub month: u32,
    /// Its day, from 1.
    pub day: u32,
}

impl YearDay {
    /// The day of the year that a date is.
    pub fn of(date: NaiveDate) -> Self {
        Self { month: date.month(), day: date.day() }
    }
}

/// When work is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The zone in which hours and days are meant.
    pub zone: Tz,
    /// The hours of each day of the week, from Monday.
    pub hours: [Hours; 7],
    /// Days of every year on which nothing counts.
    pub vacation_days: BTreeSet<YearDay>,
    /// Single days on which nothing counts.
    pub one_time_vacation_days: BTreeSet<NaiveDate>,
}

/// The calendars of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendars {
    /// The one that counts where no other is named.
    pub default: Calendar,
    /// The others by the number that queues and service level agreements name them with.
    pub numbered: BTreeMap<u8, Calendar>,
}

impl Calendars {
    /// The calendar of a queue or service level agreement. The default one where none is named, or one that is not configured.
    pub fn named(&self, name: Option<&str>) -> &Calendar {
        let number: Option<u8> = name.and_then(|name| name.trim().parse().ok());
        number.and_then(|number| self.numbered.get(&number)).unwrap_or(&self.default)
    }
}

impl Hours {
    /// These hours, from 0 to 23; others are left out.
    pub fn of(hours: impl IntoIterator<Item = u32>) -> Self {
        Self(hours.into_iter().filter(|hour| *hour < 24).fold(0, |bits, hour| bits | 1 << hour))
    }

    /// Whether this hour counts.
    pub fn contains(self, hour: u32) -> bool {
        hour < 24 && self.0 & 1 << hour != 0
    }

    /// How many seconds of a day count.
    fn seconds(self) -> i64 {
        i64::from(self.0.count_ones()) * HOUR
    }
}

/// A stretch of time and how much of it counts, both in seconds.
#[derive(Clone, Copy)]
struct Step {
    length: i64,
    working: i64,
}

impl Calendar {
    /// The instant at which so many seconds of working time have passed since `start`. It is exact: work that ends with the day is due at
    /// that minute, not in the next morning. Without any working hour, and for no seconds, it is `start`.
    ///
    /// `None` where that is more than a hundred years ahead.
    pub fn add_working_time(&self, start: DateTime<Utc>, seconds: i64) -> Option<DateTime<Utc>> {
        if self.hours.iter().all(|hours| hours.seconds() == 0) {
            return Some(start);
        }
        let (mut at, mut rest) = (start.timestamp(), seconds);
        let horizon = at + HORIZON;
        while rest > 0 && at < horizon {
            let step = self.step(at, |step| step.working < rest);
            let ends_within = step.working == step.length && rest < step.length;
            at += if ends_within { rest } else { step.length };
            rest -= step.working;
        }
        if rest > 0 { None } else { DateTime::from_timestamp(at, 0) }
    }

    /// How many seconds of working time lie between the two; 0 where `stop` is not later.
    pub fn working_time(&self, start: DateTime<Utc>, stop: DateTime<Utc>) -> i64 {
        let (mut at, stop, mut sum) = (start.timestamp(), stop.timestamp(), 0);
        while at < stop {
            let step = self.step(at, |step| at + step.length <= stop);
            sum += step.working.min(stop - at);
            at += step.length;
        }
        sum
    }

    /// The longest stretch from here that may be taken as a whole: a week or a day that `may_take` allows, else the rest of the hour.
    fn step(&self, at: i64, may_take: impl Fn(Step) -> bool) -> Step {
        let local = self.local(at);
        if local.time() == NaiveTime::MIN {
            for days in [7, 1] {
                let step = Step { length: days * DAY, working: self.working_seconds(local.date(), days) };
                if may_take(step) && self.local(at + step.length) == local + TimeDelta::days(days) {
                    return step;
                }
            }
        }
        let length = HOUR - i64::from(local.minute()) * 60 - i64::from(local.second());
        let counts = self.hours_of(local.date()).contains(local.hour());
        Step { length, working: if counts { length } else { 0 } }
    }

    fn working_seconds(&self, first: NaiveDate, days: i64) -> i64 {
        (0..days).map(|day| self.hours_of(first + TimeDelta::days(day)).seconds()).sum()
    }

    /// The hours that count on a day: none on a vacation day.
    fn hours_of(&self, date: NaiveDate) -> Hours {
        let hours = self.hours[date.weekday().num_days_from_monday() as usize];
        let is_free = hours == Hours::default()
            || self.vacation_days.contains(&YearDay::of(date))
            || self.one_time_vacation_days.contains(&date);
        if is_free { Hours::default() } else { hours }
    }

    fn local(&self, epoch: i64) -> NaiveDateTime {
        let utc = DateTime::from_timestamp(epoch, 0).unwrap_or_default().naive_utc();
        utc + TimeDelta::seconds(i64::from(self.zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()))
    }
}

#[cfg(test)]
mod tests;
