//! Numbers that are missing among those that were read. Other products give a row its number before they commit it, so a row can appear
//! behind higher ones: its number is looked for again until it appears or until it is clear that it never will.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a missing number is looked for: no transaction of a help desk takes longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The most missing numbers that are looked for; the oldest are given up first.
const MOST: usize = 10_000;

/// How far a table was read, and what is missing below.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The highest number that was read.
    last: i64,
    /// Since when each number is missing.
    missing: BTreeMap<i64, Instant>,
}

impl Place {
    /// The place behind these newest rows, given by their numbers in ascending order.
    pub fn behind(ids: &[i64], now: Instant) -> Self {
        let Some(first) = ids.first() else { return Self::default() };
        let mut place = Self { last: *first, missing: BTreeMap::new() };
        place.advance(&[], ids, now);
        place
    }

    /// The highest number that was read.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// The missing numbers, ascending.
    pub fn missing(&self) -> Vec<i64> {
        self.missing.keys().copied().collect()
    }

    /// The highest number below which nothing is missing.
    pub fn floor(&self) -> i64 {
        self.missing.keys().next().map_or(self.last, |missing| missing - 1)
    }

    /// Notes that rows were read: `late` ones that had been missing, then `new` ones, each in ascending order. Returns for each of them in turn where to
    /// go on reading after it, such that all that come later in this order, or are still missing, are read then.
    pub fn advance(&mut self, late: &[i64], new: &[i64], now: Instant) -> Vec<i64> {
        let before = self.last;
        for id in late {
            self.missing.remove(id);
        }
        self.missing.retain(|_, since| now.duration_since(*since) < PATIENCE);
        for id in new {
            self.note_missing(*id, now);
            self.last = self.last.max(*id);
        }
        let floor = self.missing.keys().next().map_or(i64::MAX, |missing| missing - 1);
        let mut end = before.min(floor);
        let mut positions = Vec::with_capacity(late.len() + new.len());
        for id in late.iter().rev() {
            positions.push(end);
            end = end.min(id - 1);
        }
        positions.reverse();
        positions.extend(new.iter().map(|id| floor.min(*id)));
        positions
    }

    /// Notes what is missing between the last row and this one.
    fn note_missing(&mut self, id: i64, now: Instant) {
        let first = (self.last + 1).max(id.saturating_sub(MOST as i64));
        self.missing.extend((first..id).map(|missing| (missing, now)));
        while self.missing.len() > MOST {
            self.missing.pop_first();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(count: u64) -> impl Fn(Instant) -> Instant {
        move |start| start + Duration::from_secs(count)
    }

    #[test]
    fn reading_goes_on_before_the_first_number_that_is_missing() {
        let now = Instant::now();
        let mut place = Place::behind(&[7, 8, 10], now);
        assert_eq!((place.last(), place.missing(), place.floor()), (10, vec![9], 8));
        assert_eq!(place.advance(&[], &[11, 14], now), [8, 8]);
        assert_eq!(place.missing(), [9, 12, 13]);
        assert_eq!(place.advance(&[9, 13], &[15], now), [11, 11, 11]);
        assert_eq!(place.advance(&[12], &[], now), [15]);
        assert_eq!((place.missing(), place.floor()), (vec![], 15));
    }

    #[test]
    fn a_late_row_is_not_passed_over_for_another_late_one() {
        let now = Instant::now();
        let mut place = Place::behind(&[1, 4], now);
        assert_eq!(place.advance(&[2, 3], &[5], now), [2, 4, 5]);
    }

    #[test]
    fn a_number_that_never_appears_is_given_up() {
        let now = Instant::now();
        let mut place = Place::behind(&[1, 3], now);
        place.advance(&[], &[], second(59)(now));
        assert_eq!(place.missing(), [2]);
        place.advance(&[], &[], second(60)(now));
        assert!(place.missing().is_empty());
    }

    #[test]
    fn a_leap_of_the_numbers_costs_no_more_than_ten_thousand() {
        let now = Instant::now();
        let mut place = Place::behind(&[1], now);
        place.advance(&[], &[i64::MAX - 1], now);
        assert_eq!(place.missing().len(), MOST);
        assert_eq!(place.missing().last(), Some(&(i64::MAX - 2)));
    }

    #[test]
    fn an_empty_table_has_nothing_missing_until_its_first_row() {
        let now = Instant::now();
        let mut place = Place::behind(&[], now);
        assert_eq!((place.last(), place.floor()), (0, 0));
        assert_eq!(place.advance(&[], &[3], now), [0]);
        assert_eq!(place.advance(&[1], &[], now), [1]);
    }
}
