//! What every part of the demo data needs to know: the size, the present, the ids of the validities.

use chrono::{DateTime, Utc};

use crate::domain::rules::Rules;

use super::{
    DemoError, DemoSize,
    clock::{Clock, DAY},
    dice::Dice,
    lookup::Lookup,
    model::Validity,
    write::{Row, row},
};

/// Age of the help desk and of the cast, in days.
const FOUNDED: i64 = 1_095;

/// The conditions of one filling.
pub struct Setting<'a> {
    /// How much to make.
    pub size: &'a DemoSize,
    /// The present.
    pub clock: Clock,
    /// What ticket numbers look like, and when work is done.
    pub rules: &'a Rules,
    valid: [i16; 3],
}

impl<'a> Setting<'a> {
    /// Takes the ids of the validities from the database.
    pub fn new(size: &'a DemoSize, now: DateTime<Utc>, rules: &'a Rules, lookup: &Lookup) -> Result<Self, DemoError> {
        let id = |validity: Validity| lookup.small("valid", validity.name());
        let valid = [id(Validity::Valid)?, id(Validity::Invalid)?, id(Validity::InvalidTemporarily)?];
        Ok(Self { size, clock: Clock::new(now, rules.calendars.default.zone), rules, valid })
    }

    /// The id of a validity.
    pub fn valid(&self, validity: Validity) -> i16 {
        let [valid, invalid, temporarily] = self.valid;
        match validity {
            Validity::Valid => valid,
            Validity::Invalid => invalid,
            Validity::InvalidTemporarily => temporarily,
        }
    }

    /// A stream of chance for one part of the data.
    pub fn dice(&self, part: u64) -> Dice {
        Dice::new(self.size.seed).fork(part)
    }

    /// A row with its four last columns: made by agent 1 when the help desk was founded.
    pub fn stamped(&self, row: Row) -> Row {
        let founded = self.clock.now() - FOUNDED * DAY;
        self.stamped_at(row, founded, founded, 1)
    }

    /// A row with its four last columns: when (epoch seconds) it was made and changed, and by which agent.
    pub fn stamped_at(&self, mut row: Row, created: i64, changed: i64, by: i32) -> Row {
        row.extend(row![self.clock.local(created), by, self.clock.local(changed), by]);
        row
    }
}
