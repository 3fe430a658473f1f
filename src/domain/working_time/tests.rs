//! Known targets, and the walk over days and weeks held against one from hour to hour.

use chrono_tz::Tz;
use proptest::prelude::*;
use rstest::rstest;

use super::*;

const WORKDAY: std::ops::RangeInclusive<u32> = 8..=20;

fn vacation_days() -> BTreeSet<YearDay> {
    let days = [(1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)];
    days.map(|(month, day)| YearDay { month, day }).into()
}

fn calendar(zone: Tz, workday: Hours, weekend: Hours) -> Calendar {
    let hours = [workday, workday, workday, workday, workday, weekend, weekend];
    let once = NaiveDate::from_ymd_opt(2004, 1, 1).into_iter().collect();
    Calendar { zone, hours, vacation_days: vacation_days(), one_time_vacation_days: once }
}

fn default_calendar() -> Calendar {
    calendar(Tz::UTC, Hours::of(WORKDAY), Hours::default())
}

fn around_the_clock() -> Calendar {
    calendar(Tz::UTC, Hours::of(0..24), Hours::of(0..24))
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

const MINUTE: i64 = 60;

#[rstest]
#[case("2024-10-25T20:30:00Z", 60 * MINUTE, "2024-10-28T08:30:00Z")]
#[case("2024-10-26T10:00:00Z", 60 * MINUTE, "2024-10-28T09:00:00Z")]
#[case("2024-10-24T12:00:00Z", 24 * HOUR, "2024-10-28T10:00:00Z")]
#[case("2024-10-24T20:00:00Z", 60 * MINUTE, "2024-10-24T21:00:00Z")]
#[case("2024-10-24T21:00:00Z", MINUTE, "2024-10-25T08:01:00Z")]
#[case("2024-12-23T20:00:00Z", 2 * HOUR, "2024-12-27T09:00:00Z")]
#[case("2024-10-24T12:00:00Z", 0, "2024-10-24T12:00:00Z")]
#[case("2024-10-26T12:00:00Z", -5, "2024-10-26T12:00:00Z")]
fn nights_weekends_and_vacation_days_do_not_count(#[case] start: &str, #[case] seconds: i64, #[case] target: &str) {
    assert_eq!(default_calendar().add_working_time(time(start), seconds), Some(time(target)));
}

#[rstest]
#[case("2015-02-17T12:00:00Z", 730 * DAY, "2017-02-28T12:00:00Z")]
#[case("2015-02-17T12:00:00Z", 90 * DAY, "2015-05-19T12:00:00Z")]
#[case("2015-02-21T22:00:00Z", 6 * HOUR, "2015-02-22T04:00:00Z")]
#[case("2015-02-20T22:10:05Z", 4 * DAY + 6 * HOUR + 20 * MINUTE + 15, "2015-02-25T04:30:20Z")]
fn around_the_clock_only_vacation_days_do_not_count(#[case] start: &str, #[case] seconds: i64, #[case] target: &str) {
    assert_eq!(around_the_clock().add_working_time(time(start), seconds), Some(time(target)));
    assert_eq!(around_the_clock().working_time(time(start), time(target)), seconds);
}

#[test]
fn the_first_target_is_the_instant_that_others_compute() {
    let target = default_calendar().add_working_time(time("2024-10-25T20:30:00Z"), HOUR);
    assert_eq!(target.map(|target| target.timestamp()), Some(1_730_104_200));
}

#[test]
fn local_hours_count_when_the_clocks_change() {
    let split = Hours::of((8..=12).chain(14..=17));
    let berlin = calendar(Tz::Europe__Berlin, split, Hours::default());
    let (start, target) = (time("2015-03-27T11:00:00Z"), time("2015-03-31T07:00:00Z"));
    assert_eq!(berlin.add_working_time(start, 15 * HOUR), Some(target));
    assert_eq!(berlin.working_time(start, target), 15 * HOUR);
}

#[test]
fn without_working_hours_nothing_is_added() {
    let none = calendar(Tz::UTC, Hours::default(), Hours::default());
    let start = time("2024-10-25T20:30:00Z");
    assert_eq!(none.add_working_time(start, HOUR), Some(start));
    assert_eq!(none.working_time(start, start + TimeDelta::days(30)), 0);
}

#[test]
fn a_time_that_ends_before_it_begins_has_no_working_time() {
    let start = time("2024-10-24T12:00:00Z");
    assert_eq!(default_calendar().working_time(start, start), 0);
    assert_eq!(default_calendar().working_time(start, start - TimeDelta::hours(1)), 0);
    assert_eq!(default_calendar().working_time(start, start + TimeDelta::seconds(7)), 7);
}

#[test]
fn a_single_vacation_day_counts_in_its_year_only() {
    let date = |year| NaiveDate::from_ymd_opt(year, 10, 24).expect("a day");
    let calendar = Calendar { one_time_vacation_days: [date(2024)].into(), ..around_the_clock() };
    let day = |year: i32| time(&format!("{year}-10-24T00:00:00Z"));
    assert_eq!(calendar.working_time(day(2024), day(2024) + TimeDelta::days(1)), 0);
    assert_eq!(calendar.working_time(day(2023), day(2023) + TimeDelta::days(1)), DAY);
}

/// One hour in the week, which is a vacation day of some years.
fn one_hour_a_week() -> Calendar {
    let mut hours = [Hours::default(); 7];
    hours[0] = Hours::of([8]);
    Calendar { hours, zone: Tz::Europe__Berlin, ..default_calendar() }
}

#[test]
fn a_target_more_than_a_hundred_years_ahead_is_none() {
    let start = time("2024-10-25T20:30:00Z");
    assert_eq!(one_hour_a_week().add_working_time(start, 20_000 * HOUR), None);
    let all_free = (1..=12).flat_map(|month| (1..=31).map(move |day| YearDay { month, day })).collect();
    let never = Calendar { vacation_days: all_free, ..default_calendar() };
    assert_eq!(never.add_working_time(start, 1), None);
}

#[test]
fn a_hundred_years_are_walked_in_weeks() {
    let (calendar, start) = (one_hour_a_week(), time("2024-10-25T20:30:00Z").timestamp());
    let (mut at, mut steps) = (start, 0);
    while at < start + HORIZON {
        at += calendar.step(at, |_| true).length;
        steps += 1;
    }
    // 5229 weeks, and the days and hours around two changes of the clocks in each year.
    assert!(steps < 15_000, "{steps}");
}

#[test]
fn a_calendar_that_is_not_configured_is_the_default_one() {
    let special = calendar(Tz::Europe__Berlin, Hours::of(0..24), Hours::default());
    let calendars = Calendars { default: default_calendar(), numbered: [(9, special.clone())].into() };
    assert_eq!(calendars.named(Some("9")), &special);
    for name in [None, Some(""), Some("8"), Some("nine")] {
        assert_eq!(calendars.named(name), &default_calendar());
    }
}

/// The walk as it is described: from each instant to the next full hour.
fn hourly(calendar: &Calendar, start: i64, mut is_done: impl FnMut(i64, i64, bool) -> Option<i64>) -> i64 {
    let mut at = start;
    loop {
        let local = calendar.local(at);
        let length = HOUR - i64::from(local.minute() * 60 + local.second());
        let of_year = YearDay { month: local.month(), day: local.day() };
        let is_free =
            calendar.vacation_days.contains(&of_year) || calendar.one_time_vacation_days.contains(&local.date());
        let weekday = calendar.hours[local.weekday().num_days_from_monday() as usize];
        if let Some(result) = is_done(at, length, !is_free && weekday.contains(local.hour())) {
            return result;
        }
        at += length;
    }
}

fn add_hourly(calendar: &Calendar, start: i64, seconds: i64) -> i64 {
    let mut rest = seconds;
    hourly(calendar, start, |at, length, counts| {
        if rest == 0 {
            return Some(at);
        }
        let used = if counts { length.min(rest) } else { 0 };
        rest -= used;
        (rest == 0 && used > 0).then_some(at + used)
    })
}

fn sum_hourly(calendar: &Calendar, start: i64, stop: i64) -> i64 {
    let mut sum = 0;
    hourly(calendar, start, |at, length, counts| {
        if at >= stop {
            return Some(sum);
        }
        sum += if counts { length.min(stop - at) } else { 0 };
        None
    })
}

/// Zones with unusual clocks: half an hour, midnight, Ramadan, a day that was left out.
const ZONES: [Tz; 9] = [
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::Africa__Cairo,
    Tz::Africa__Casablanca,
    Tz::Pacific__Apia,
    Tz::Asia__Kathmandu,
    Tz::America__Sao_Paulo,
];

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let hours = || prop_oneof![Just(0u32), 0..1u32 << 24, Just(0x001f_ff00), Just(0x00ff_ffff)].prop_map(Hours);
    let zone = prop::sample::select(ZONES.to_vec());
    let once = prop::collection::btree_set(0..9_000i64, 0..10)
        .prop_map(|days| days.into_iter().map(|day| NaiveDate::default() + TimeDelta::days(11_000 + day)).collect());
    let weeks = prop::array::uniform7(hours()).prop_filter("somebody works", |week| week.iter().any(|day| day.0 != 0));
    (zone, weeks, once).prop_map(|(zone, hours, one_time_vacation_days)| Calendar {
        zone,
        hours,
        vacation_days: vacation_days(),
        one_time_vacation_days,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn passing_over_days_and_weeks_changes_no_target(
        calendar in any_calendar(), start in 1_000_000_000..1_900_000_000i64, seconds in 0..20 * DAY,
    ) {
        let target = calendar.add_working_time(time_of(start), seconds).map(|target| target.timestamp());
        prop_assert_eq!(target, Some(add_hourly(&calendar, start, seconds)));
    }

    #[test]
    fn passing_over_days_and_weeks_changes_no_sum(
        calendar in any_calendar(), start in 1_000_000_000..1_900_000_000i64, length in 0..500 * DAY,
    ) {
        let sum = calendar.working_time(time_of(start), time_of(start + length));
        prop_assert_eq!(sum, sum_hourly(&calendar, start, start + length));
    }

    #[test]
    fn the_time_to_a_target_is_what_was_added(
        calendar in any_calendar(), start in 1_000_000_000..1_900_000_000i64, seconds in 0..60 * DAY,
    ) {
        let start = time_of(start);
        let target = calendar.add_working_time(start, seconds).expect("within a hundred years");
        prop_assert_eq!(calendar.working_time(start, target), seconds);
    }
}

fn time_of(epoch: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(epoch, 0).expect("the time exists")
}
