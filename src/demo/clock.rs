//! Time for the demo data: epoch seconds to the naive time columns, and tickets spread over two years. The present is given from outside.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use super::dice::Dice;

/// Seconds of a day.
pub const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
/// How far back the generated tickets reach, in days.
const REACH: i64 = 730;

/// The present and the zone of the time columns.
#[derive(Clone, Copy)]
pub struct Clock {
    now: i64,
    zone: Tz,
}

impl Clock {
    /// `now` is cut to whole seconds, because the time columns have no fractions.
    pub fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { now: now.timestamp(), zone }
    }

    /// The present, in epoch seconds.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// An instant as the time columns hold it: without zone, in the database's zone.
    pub fn local(&self, epoch: i64) -> NaiveDateTime {
        let instant = Utc.timestamp_opt(epoch, 0).single().unwrap_or_default();
        instant.with_timezone(&self.zone).naive_local()
    }
}

/// Instants of `count` tickets in rising order over the last two years: few at weekends and at night, slowly more per day.
pub struct Spread {
    clock: Clock,
    first_day: i64,
    reached: Vec<f64>,
    count: usize,
}

impl Spread {
    /// Prepares the days.
    pub fn new(clock: Clock, count: usize) -> Self {
        let today = clock.now.div_euclid(DAY);
        let first_day = today - REACH;
        let mut sum = 0.0;
        let reached = (first_day..=today).map(|day| {
            sum += weight_of_day(&clock, day, day - first_day);
            sum
        });
        Self { clock, first_day, reached: reached.collect(), count }
    }

    /// When the ticket number `index` (from 0) was made, in epoch seconds; never later than the present.
    pub fn instant(&self, index: usize, dice: &mut Dice) -> i64 {
        let total = self.reached.last().copied().unwrap_or_default();
        let wanted = (index as f64 + dice.unit()) / self.count.max(1) as f64 * total;
        let day = self.reached.partition_point(|sum| *sum <= wanted).min(self.reached.len() - 1);
        let before = if day == 0 { 0.0 } else { self.reached[day - 1] };
        let fraction = ((wanted - before) / (self.reached[day] - before).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        let midnight = (self.first_day + day as i64) * DAY;
        let end_of_day = (self.clock.now - midnight - 60).clamp(0, DAY - 1);
        midnight + office_second(fraction).min(end_of_day)
    }
}

fn weight_of_day(clock: &Clock, day: i64, age: i64) -> f64 {
    let growth = 1.0 + 0.5 * age as f64 / REACH as f64;
    let noon = (day * DAY + DAY / 2).min(clock.now);
    let elapsed = ((clock.now - day * DAY) as f64 / DAY as f64).clamp(0.0, 1.0);
    match clock.local(noon).weekday() {
        Weekday::Sat | Weekday::Sun => 0.12 * growth * elapsed,
        Weekday::Mon => 1.25 * growth * elapsed,
        _ => growth * elapsed,
    }
}

/// Where in the day a fraction of the day's tickets is reached: 6 % before 6 o'clock, 86 % until 18 o'clock, the rest later.
fn office_second(fraction: f64) -> i64 {
    const CORNERS: [(f64, f64); 4] = [(0.0, 0.0), (0.06, 6.0), (0.92, 18.0), (1.0, 24.0)];
    let hour = CORNERS.windows(2).find(|pair| fraction <= pair[1].0).map_or(24.0, |pair| {
        let ((low, from), (high, to)) = (pair[0], pair[1]);
        from + (fraction - low) / (high - low) * (to - from)
    });
    ((hour * HOUR as f64) as i64).min(DAY - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(now: &str, zone: Tz) -> Clock {
        Clock::new(now.parse().unwrap(), zone)
    }

    #[test]
    fn time_columns_hold_the_time_of_the_databases_zone() {
        let clock = clock("2026-07-01T10:00:00.900Z", chrono_tz::Europe::Berlin);
        assert_eq!(clock.local(clock.now()).to_string(), "2026-07-01 12:00:00");
    }

    #[test]
    fn tickets_are_made_in_rising_order_within_two_years_and_never_in_the_future() {
        let clock = clock("2026-11-21T04:10:00Z", Tz::UTC);
        let spread = Spread::new(clock, 5000);
        let mut dice = Dice::new(1);
        let instants: Vec<i64> = (0..5000).map(|index| spread.instant(index, &mut dice)).collect();
        assert!(instants.is_sorted());
        assert!(instants[0] >= clock.now() - (REACH + 1) * DAY && instants[0] < clock.now() - 700 * DAY);
        assert!(instants[4999] <= clock.now() && instants[4999] > clock.now() - 3 * DAY);
        let weekend = instants.iter().filter(|at| clock.local(**at).weekday().number_from_monday() > 5).count();
        assert!(weekend < 400, "{weekend} of 5000 at weekends");
    }
}
