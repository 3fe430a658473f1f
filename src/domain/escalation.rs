//! When a ticket escalates: the times until which it must be answered, answered again and solved, from the targets of its queue or service
//! level agreement and from what happened to it.
//!
//! OTOBO can stop the clock in some states (`EscalationSuspendStates`). That is not supported: time in such states counts here.

use chrono::{DateTime, Utc};

use super::article::Sender;
use super::ticket::EscalationTimes;
use super::working_time::Calendar;

/// What is asked for, in minutes of working time. `None` and 0 both mean that nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Until the first answer.
    pub first_response: Option<i32>,
    /// Until the next answer.
    pub update: Option<i32>,
    /// Until the solution.
    pub solution: Option<i32>,
}

/// An article, as far as escalations are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Who wrote it.
    pub sender: Sender,
    /// Whether customers may read it.
    pub is_visible: bool,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// What happened to a ticket so far.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The name of the type of its state.
    pub state_type: &'a str,
    /// Its articles, the newest first.
    pub contacts: &'a [Contact],
    /// Whether it was ever in a state of the type `closed`.
    pub was_closed: bool,
}

impl Targets {
    /// Whether anything is asked for.
    pub fn are_set(self) -> bool {
        [self.first_response, self.update, self.solution].into_iter().any(|minutes| minutes.is_some_and(|m| m > 0))
    }
}

/// Whether tickets in states of this type never escalate.
pub fn is_over(state_type: &str) -> bool {
    ["merge", "close", "remove"].into_iter().any(|beginning| state_type.starts_with(beginning))
}

/// When a ticket escalates. A time behind 2038-01-19 does not fit into the columns: it is 0, as if it was not asked for, because any other
/// time would be wrong.
pub fn escalation_times(targets: Targets, calendar: &Calendar, course: &Course<'_>) -> EscalationTimes {
    if is_over(course.state_type) {
        return EscalationTimes::default();
    }
    let due = |minutes: Option<i32>, start: Option<DateTime<Utc>>| {
        let minutes = minutes.filter(|minutes| *minutes > 0);
        let target = minutes.zip(start).and_then(|(m, start)| calendar.add_working_time(start, i64::from(m) * 60));
        target.and_then(|target| i32::try_from(target.timestamp()).ok()).unwrap_or(0)
    };
    let created = Some(course.created_at);
    EscalationTimes {
        first_response: due(targets.first_response, created.filter(|_| !was_answered(course.contacts))),
        update: due(
            targets.update,
            waiting_since(course.contacts).filter(|_| !course.state_type.starts_with("pending")),
        ),
        solution: due(targets.solution, created.filter(|_| !course.was_closed)),
    }
}

impl EscalationTimes {
    /// The nearest time of all, as the column `escalation_time` has it; 0 where none runs.
    pub fn earliest(self) -> i32 {
        [self.first_response, self.update, self.solution].into_iter().filter(|due| *due != 0).min().unwrap_or(0)
    }
}

/// Whether an agent has written something that the customer can read.
fn was_answered(contacts: &[Contact]) -> bool {
    contacts.iter().any(|contact| contact.is_visible && contact.sender == Sender::Agent)
}

/// Since when the next answer is waited for: the last article of an agent, or, where customers wrote after it, the first of theirs. Only what
/// customers can read counts; where nothing does, it is the newest article of all. `None` for a ticket without articles.
fn waiting_since(contacts: &[Contact]) -> Option<DateTime<Utc>> {
    let counted = contacts.iter().filter(|contact| contact.is_visible && contact.sender != Sender::System);
    let unanswered = counted.clone().take_while(|contact| contact.sender == Sender::Customer).last();
    let since = unanswered.or_else(|| counted.clone().next()).or_else(|| contacts.first());
    since.map(|contact| contact.at)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use chrono_tz::Tz;
    use rstest::rstest;

    use super::*;
    use crate::domain::working_time::Hours;

    const MINUTES: Targets = Targets { first_response: Some(60), update: Some(120), solution: Some(180) };

    /// Every hour counts, so that times can be read off.
    fn always() -> Calendar {
        let hours = [Hours::of(0..24); 7];
        Calendar { zone: Tz::UTC, hours, vacation_days: Default::default(), one_time_vacation_days: Default::default() }
    }

    /// So many minutes after noon of a day.
    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_144_000, 0).expect("the time exists") + TimeDelta::minutes(minutes)
    }

    fn contact(sender: Sender, minutes: i64) -> Contact {
        Contact { sender, is_visible: true, at: at(minutes) }
    }

    fn internal(sender: Sender, minutes: i64) -> Contact {
        Contact { is_visible: false, ..contact(sender, minutes) }
    }

    fn times(targets: Targets, state_type: &str, was_closed: bool, contacts: &[Contact]) -> [i64; 4] {
        let course = Course { created_at: at(0), state_type, contacts, was_closed };
        let times = escalation_times(targets, &always(), &course);
        let minutes = |due: i32| if due == 0 { 0 } else { (i64::from(due) - at(0).timestamp()) / 60 };
        [times.first_response, times.update, times.solution, times.earliest()].map(minutes)
    }

    use Sender::{Agent, Customer, System};

    #[rstest]
    #[case(&[contact(Customer, 0)], [60, 120, 180, 60])]
    #[case(&[], [60, 0, 180, 60])]
    #[case(&[contact(Agent, 10), contact(Customer, 0)], [0, 130, 180, 130])]
    #[case(&[internal(Agent, 10), contact(Customer, 0)], [60, 120, 180, 60])]
    #[case(&[contact(System, 10), contact(Customer, 0)], [60, 120, 180, 60])]
    fn an_answer_that_customers_can_read_ends_the_first_target(
        #[case] contacts: &[Contact],
        #[case] expected: [i64; 4],
    ) {
        assert_eq!(times(MINUTES, "open", false, contacts), expected);
    }

    #[rstest]
    #[case(&[contact(Customer, 20), contact(Customer, 10)], 10)]
    #[case(&[contact(Agent, 30), contact(Customer, 20), contact(Customer, 10)], 30)]
    #[case(&[contact(Customer, 40), contact(Agent, 30), contact(Customer, 20)], 40)]
    #[case(&[contact(Customer, 50), internal(Agent, 45), contact(Customer, 40), contact(Agent, 30)], 40)]
    #[case(&[contact(System, 50), contact(Agent, 30)], 30)]
    #[case(&[internal(Customer, 50), contact(Agent, 30)], 30)]
    #[case(&[internal(Agent, 50), internal(Agent, 30)], 50)]
    #[case(&[contact(System, 50), contact(System, 30)], 50)]
    fn the_next_answer_is_waited_for_since_the_last_contact(#[case] contacts: &[Contact], #[case] since: i64) {
        assert_eq!(times(Targets { update: Some(120), ..Targets::default() }, "open", false, contacts)[1], since + 120);
    }

    #[rstest]
    #[case("new", [60, 120, 180, 60])]
    #[case("pending reminder", [60, 0, 180, 60])]
    #[case("pending auto", [60, 0, 180, 60])]
    #[case("closed", [0; 4])]
    #[case("merged", [0; 4])]
    #[case("removed", [0; 4])]
    fn the_type_of_the_state_decides_what_runs(#[case] state_type: &str, #[case] expected: [i64; 4]) {
        assert_eq!(times(MINUTES, state_type, false, &[contact(Customer, 0)]), expected);
    }

    #[test]
    fn the_solution_of_a_ticket_that_was_closed_once_is_not_waited_for_again() {
        assert_eq!(times(MINUTES, "open", true, &[contact(Customer, 0)]), [60, 120, 0, 60]);
    }

    #[rstest]
    #[case(Targets::default())]
    #[case(Targets { first_response: Some(0), update: Some(0), solution: Some(0) })]
    #[case(Targets { first_response: Some(-5), update: None, solution: None })]
    fn nothing_runs_where_nothing_is_asked_for(#[case] targets: Targets) {
        assert!(!targets.are_set());
        assert_eq!(times(targets, "open", false, &[contact(Customer, 0)]), [0; 4]);
    }

    #[test]
    fn a_time_that_does_not_fit_the_columns_is_none() {
        let years = |years: i32| Targets { solution: Some(years * 366 * 24 * 60), ..Targets::default() };
        assert!(times(years(11), "open", false, &[])[2] > 0);
        assert_eq!(times(years(13), "open", false, &[]), [0; 4]);
        assert_eq!(times(Targets { solution: Some(i32::MAX), ..Targets::default() }, "open", false, &[]), [0; 4]);
    }
}
