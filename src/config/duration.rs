//! Durations as people write them: a whole number and a unit. Also used for durations on the command line.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a duration such as `30s`, `15m`, `1h` or `30d`: a whole number directly followed by a unit.
///
/// The error says what is accepted. A duration of zero and one of more than ten thousand days are refused.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    const LONGEST: u64 = 10_000 * 86_400;
    let unit = text.chars().next_back().ok_or(DurationError)?;
    let (_, seconds) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or(DurationError)?;
    let digits = &text[..text.len() - unit.len_utf8()];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DurationError);
    }
    let number: u64 = digits.parse().map_err(|_| DurationError)?;
    let seconds = number.checked_mul(seconds).ok_or(DurationError)?;
    if !(1..=LONGEST).contains(&seconds) {
        return Err(DurationError);
    }
    Ok(Duration::from_secs(seconds))
}

/// The text is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a duration such as `30s`, `15m`, `1h` or `30d`")]
pub struct DurationError;

/// Whole seconds with the largest unit that fits: what `parse` reads.
fn write(seconds: u64) -> String {
    let fits = |(_, length): &(char, u64)| seconds.is_multiple_of(*length);
    let (unit, length) = UNITS.into_iter().find(fits).unwrap_or(('s', 1));
    format!("{}{unit}", seconds / length)
}

/// For settings: a duration between two numbers of seconds.
pub(super) fn within<'de, const LEAST: u64, const MOST: u64, D>(deserializer: D) -> Result<Duration, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    let duration = parse(&text).map_err(D::Error::custom)?;
    if !(LEAST..=MOST).contains(&duration.as_secs()) {
        let (least, most) = (write(LEAST), write(MOST));
        return Err(D::Error::custom(format!("a duration from {least} to {most}")));
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1s", 1)]
    #[case("30s", 30)]
    #[case("15m", 900)]
    #[case("1h", 3_600)]
    #[case("30d", 2_592_000)]
    #[case("090m", 5_400)]
    fn a_number_with_a_unit_is_a_duration(#[case] text: &str, #[case] seconds: u64) {
        assert_eq!(parse(text), Ok(Duration::from_secs(seconds)));
    }

    #[rstest]
    #[case("")]
    #[case("s")]
    #[case("15")]
    #[case("0s")]
    #[case("-1m")]
    #[case("+1m")]
    #[case("1.5h")]
    #[case("15 m")]
    #[case(" 15m")]
    #[case("15M")]
    #[case("15min")]
    #[case("1h30m")]
    #[case("15ü")]
    #[case("10001d")]
    #[case("99999999999999999999d")]
    #[case("18446744073709551615h")]
    fn any_other_text_is_no_duration(#[case] text: &str) {
        assert_eq!(parse(text), Err(DurationError));
    }

    #[rstest]
    #[case(90)]
    #[case(3_600)]
    #[case(86_400)]
    #[case(86_401)]
    fn what_is_written_reads_as_the_same_duration(#[case] seconds: u64) {
        assert_eq!(parse(&write(seconds)), Ok(Duration::from_secs(seconds)));
    }

    #[test]
    fn a_duration_is_written_with_the_largest_unit_that_fits() {
        assert_eq!(write(86_400), "1d");
        assert_eq!(write(5_400), "90m");
        assert_eq!(write(61), "61s");
    }
}
