//! The numbers that people know tickets by: how one is made of the day, the digits of the system and a counter. Where the counter comes
//! from is told in `store::ticket_number`.

use chrono::{Datelike, NaiveDate};

/// How ticket numbers are made, with the names that the setting has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberGenerator {
    /// Day, system, counter of the day and a check digit.
    DateChecksum,
    /// Day, system and counter of the day.
    Date,
    /// System and a counter that never starts again.
    AutoIncrement,
}

/// How ticket numbers look here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberRules {
    /// What they are made of.
    pub generator: NumberGenerator,
    /// The digits that tell the numbers of this system from those of others.
    pub system_id: String,
    /// To how many digits a counter is filled up with noughts. With a check digit there are always five.
    pub min_counter_size: usize,
    /// Whether the counter behind a date without check digit is filled up.
    pub use_formatted_counter: bool,
}

/// The digits of a counter before a check digit.
const CHECKED_COUNTER_SIZE: usize = 5;

impl NumberGenerator {
    /// Every way to make numbers, by its name in the configuration.
    pub const NAMES: [(&str, Self); 3] =
        [("date_checksum", Self::DateChecksum), ("date", Self::Date), ("auto_increment", Self::AutoIncrement)];

    /// The one with this name; `None` where there is none.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, generator)| generator)
    }

    /// Whether the counter starts at 1 on each day.
    pub fn restarts_daily(self) -> bool {
        self != Self::AutoIncrement
    }
}

impl NumberRules {
    /// The number with this counter. The day is that of the zone of the database.
    pub fn number(&self, day: NaiveDate, counter: i64) -> String {
        let Self { system_id, min_counter_size, .. } = self;
        let date = format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
        match self.generator {
            NumberGenerator::DateChecksum => {
                let number = format!("{date}{system_id}{counter:0CHECKED_COUNTER_SIZE$}");
                let digit = check_digit(&number);
                format!("{number}{digit}")
            }
            NumberGenerator::Date if self.use_formatted_counter => {
                format!("{date}{system_id}{counter:0min_counter_size$}")
            }
            NumberGenerator::Date => format!("{date}{system_id}{counter}"),
            NumberGenerator::AutoIncrement => format!("{system_id}{counter:0min_counter_size$}"),
        }
    }
}

/// The digit that OTOBO puts behind a number: every second digit counts twice, and what the sum lacks to the next ten is the digit. A lack
/// of ten becomes 1 and not 0; numbers would not be those of OTOBO otherwise.
fn check_digit(number: &str) -> u32 {
    let digits = number.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip([1, 2].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    match 10 - sum % 10 {
        10 => 1,
        digit => digit,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn rules(generator: NumberGenerator, system_id: &str) -> NumberRules {
        NumberRules { generator, system_id: system_id.to_owned(), min_counter_size: 5, use_formatted_counter: false }
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("the day exists")
    }

    #[rstest]
    #[case((2002, 6, 23), "10", 1, "2002062310000012")]
    #[case((2024, 10, 24), "10", 1, "2024102410000015")]
    #[case((2024, 10, 24), "10", 5, "2024102410000051")]
    #[case((2024, 10, 24), "10", 6, "2024102410000061")]
    #[case((2024, 10, 24), "10", 42, "2024102410000426")]
    #[case((2025, 1, 1), "10", 12345, "2025010110123451")]
    #[case((2024, 12, 31), "54", 123_456, "20241231541234562")]
    fn a_check_digit_stands_behind_day_system_and_counter(
        #[case] (y, m, d): (i32, u32, u32),
        #[case] system_id: &str,
        #[case] counter: i64,
        #[case] expected: &str,
    ) {
        assert_eq!(rules(NumberGenerator::DateChecksum, system_id).number(day(y, m, d), counter), expected);
    }

    #[rstest]
    #[case((2016, 1, 1), 1, "201601011000001")]
    #[case((2016, 1, 1), 4, "201601011000004")]
    #[case((2016, 1, 2), 1, "201601021000001")]
    #[case((2016, 12, 12), 1, "201612121000001")]
    #[case((2017, 1, 1), 1, "201701011000001")]
    fn a_date_with_a_filled_counter_is_the_same_without_the_digit(
        #[case] (y, m, d): (i32, u32, u32),
        #[case] counter: i64,
        #[case] expected: &str,
    ) {
        let day = day(y, m, d);
        let formatted = NumberRules { use_formatted_counter: true, ..rules(NumberGenerator::Date, "10") };
        assert_eq!(formatted.number(day, counter), expected);
        let checked = rules(NumberGenerator::DateChecksum, "10").number(day, counter);
        assert_eq!(checked.len(), 16);
        assert_eq!(checked[..15], *expected);
    }

    #[test]
    fn a_plain_counter_has_no_noughts() {
        assert_eq!(rules(NumberGenerator::Date, "10").number(day(2016, 1, 1), 1), "20160101101");
    }

    #[test]
    fn a_counter_that_never_starts_again_stands_without_day() {
        let number = |counter| rules(NumberGenerator::AutoIncrement, "10").number(day(2016, 1, 1), counter);
        assert_eq!(number(7), "1000007");
        assert_eq!(number(1_234_567), "101234567");
        let short = NumberRules { min_counter_size: 1, ..rules(NumberGenerator::AutoIncrement, "10") };
        assert_eq!(short.number(day(2016, 1, 1), 7), "107");
    }
}
