//! Turns ticket drafts into rows: numbers, ids, escalation times. Articles and history are in `story`.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate};

use crate::domain::{ticket_number::NumberRules, working_time::Calendar};

use super::{
    DemoError, Setting, cast_ticket,
    company::Company,
    generate::Generator,
    lookup::Lookup,
    model::{Author, Draft, Queue},
    person::People,
    story::{Scribe, StoryRows},
    structure::Structure,
    table,
    write::{Row, Writer, row},
};

/// Sets up to this size have articles and history for every ticket; in larger ones only as many of the newest tickets have
/// them, because they would take longer to write than all the rest.
pub const STORIES: usize = 5_000;
/// Tickets that are written at once.
const PIECE: usize = 1_000;

/// Writes the tickets of the cast and the generated ones.
pub async fn write(
    setting: &Setting<'_>,
    structure: &Structure,
    lookup: &Lookup,
    companies: &[Company],
    people: &People,
    writer: &mut Writer<'_>,
) -> Result<usize, DemoError> {
    let generated = setting.size.tickets.saturating_sub(cast_ticket::COUNT);
    writer.phase("tickets", cast_ticket::COUNT + generated);
    let mut desk = Desk::new(setting, structure, lookup)?;
    let mut rows = Rows::default();
    for draft in cast_ticket::drafts(&setting.clock, structure)? {
        desk.put(&draft, true, &mut rows)?;
    }
    rows.write(writer).await?;

    let mut generator = Generator::new(setting, structure, companies, people, generated);
    for index in 0..generated {
        let with_story = index + STORIES >= generated;
        let draft = generator.draft(index, with_story);
        desk.put(&draft, with_story, &mut rows)?;
        if rows.tickets.len() == PIECE {
            rows.write(writer).await?;
        }
    }
    rows.write(writer).await?;
    desk.numbers.write(setting, writer).await?;
    Ok(cast_ticket::COUNT + generated)
}

#[derive(Default)]
struct Rows {
    tickets: Vec<Row>,
    story: StoryRows,
}

impl Rows {
    async fn write(&mut self, writer: &mut Writer<'_>) -> Result<(), DemoError> {
        let rows = std::mem::take(self);
        let count = rows.tickets.len();
        writer.insert(&table::TICKET, rows.tickets).await?;
        writer.insert(&table::ARTICLE, rows.story.articles).await?;
        writer.insert(&table::ARTICLE_DATA_MIME, rows.story.contents).await?;
        writer.insert(&table::TICKET_HISTORY, rows.story.history).await?;
        writer.advance(count);
        Ok(())
    }
}

/// Gives tickets their ids and numbers.
struct Desk<'a> {
    setting: &'a Setting<'a>,
    structure: &'a Structure,
    scribe: Scribe<'a>,
    numbers: Numbers,
    last_ticket: i64,
    unlocked: i16,
    locked: i16,
    ticket_type: i16,
}

impl<'a> Desk<'a> {
    fn new(setting: &'a Setting<'a>, structure: &'a Structure, lookup: &Lookup) -> Result<Self, DemoError> {
        Ok(Self {
            setting,
            structure,
            scribe: Scribe::new(setting, structure, lookup)?,
            numbers: Numbers { used: HashMap::new() },
            last_ticket: lookup.last("ticket"),
            unlocked: lookup.small("ticket_lock_type", "unlock")?,
            locked: lookup.small("ticket_lock_type", "lock")?,
            ticket_type: lookup.small("ticket_type", "Unclassified")?,
        })
    }

    fn put(&mut self, draft: &Draft, with_story: bool, rows: &mut Rows) -> Result<(), DemoError> {
        self.last_ticket += 1;
        let id = self.last_ticket;
        let Setting { clock, rules, .. } = self.setting;
        let number = self.numbers.next(&rules.ticket_number, clock.local(draft.created).date());
        let queue = &self.structure.queues[draft.queue];
        let escalation = Escalation::of(draft, queue, &rules.calendars.default);
        let lock = if draft.is_locked { self.locked } else { self.unlocked };
        let timeout = if draft.is_locked { draft.changed } else { draft.created };
        let [priority, state] = [self.scribe.priority(draft.priority)?, self.scribe.state(draft.state)];
        let login = draft.party.as_ref().map(|party| party.login.clone());
        let row = row![
            id,
            &*number,
            &*draft.title,
            queue.id,
            lock,
            self.ticket_type,
            draft.owner,
            1i32,
            priority,
            state,
            draft.customer.clone(),
            login,
            timeout as i32,
            draft.until as i32,
            escalation.first() as i32,
            escalation.update as i32,
            escalation.response as i32,
            escalation.solution as i32,
            0i16,
        ];
        rows.tickets.push(self.setting.stamped_at(row, draft.created, draft.changed, 1));
        if with_story {
            self.scribe.tell(draft, id, &number, self.ticket_type, &mut rows.story)?;
        }
        Ok(())
    }
}

/// The highest counter in use, for each day; under `None` where the counter never starts again.
struct Numbers {
    used: HashMap<Option<NaiveDate>, i64>,
}

impl Numbers {
    fn next(&mut self, rules: &NumberRules, day: NaiveDate) -> String {
        let counter = self.used.entry(counted_on(rules, day)).or_default();
        *counter += 1;
        rules.number(day, *counter)
    }

    /// Leaves a counter behind, so that the first real ticket does not have to try all numbers that are used up.
    async fn write(&self, setting: &Setting<'_>, writer: &mut Writer<'_>) -> Result<(), DemoError> {
        let now = setting.clock.local(setting.clock.now());
        if let Some(used) = self.used.get(&counted_on(&setting.rules.ticket_number, now.date())) {
            let row = row![*used, format!("demo-{}", setting.clock.now()), now];
            writer.insert(&table::TICKET_NUMBER_COUNTER, vec![row]).await?;
        }
        Ok(())
    }
}

/// The day that a counter belongs to; `None` where it never starts again.
fn counted_on(rules: &NumberRules, day: NaiveDate) -> Option<NaiveDate> {
    rules.generator.restarts_daily().then_some(day)
}

/// When a ticket escalates, in epoch seconds; 0: never.
#[derive(Debug, Default, PartialEq, Eq)]
struct Escalation {
    response: i64,
    update: i64,
    solution: i64,
}

impl Escalation {
    /// Domain rule: nothing escalates once it is closed, merged or removed; the first response counts until an agent has
    /// answered; the update counts from the last contact and not while pending; the solution counts from the creation.
    fn of(draft: &Draft, queue: &Queue, calendar: &Calendar) -> Self {
        let Some(targets) = queue.targets.filter(|_| !draft.state.is_done()) else {
            return Self::default();
        };
        let after = |start: i64, minutes: i32| if minutes == 0 { 0 } else { due(calendar, start, minutes) };
        let is_answered = draft.messages.iter().any(|message| message.author == Author::Agent);
        let contact = last_contact(draft).filter(|_| !draft.state.is_pending());
        Self {
            response: if is_answered { 0 } else { after(draft.created, targets.first_response) },
            update: contact.map_or(0, |at| after(at, targets.update)),
            solution: after(draft.created, targets.solution),
        }
    }

    fn first(&self) -> i64 {
        let times = [self.response, self.update, self.solution];
        times.into_iter().filter(|at| *at != 0).min().unwrap_or_default()
    }
}

/// When so many minutes of working time have passed; 0 where that is too far ahead for the calendar to tell.
fn due(calendar: &Calendar, start: i64, minutes: i32) -> i64 {
    let start = DateTime::from_timestamp(start, 0).unwrap_or_default();
    calendar.add_working_time(start, i64::from(minutes) * 60).map_or(0, |due| due.timestamp())
}

/// Domain rule: the last answer of an agent, or, when the customer wrote after it, the first of those messages; only internal
/// notes: the newest of them.
fn last_contact(draft: &Draft) -> Option<i64> {
    let mut contact = draft.messages.last()?.at;
    let mut customer_waits = false;
    for message in draft.messages.iter().rev().filter(|message| message.author != Author::Note) {
        if message.author.is_customer() {
            contact = message.at;
            customer_waits = true;
        } else {
            return Some(if customer_waits { contact } else { message.at });
        }
    }
    Some(contact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::demo::{
        model::{Message, State},
        subject::Targets,
    };

    const DAY: i64 = 86_400;

    fn draft(state: State, thread: &[(Author, i64)]) -> Draft {
        let messages = thread.iter().map(|(author, at)| Message { author: *author, at: *at, body: String::new() });
        Draft {
            title: String::new(),
            customer: None,
            party: None,
            queue: 0,
            state,
            priority: "3 normal",
            owner: 1,
            is_locked: false,
            created: thread[0].1,
            changed: 0,
            until: 0,
            messages: messages.collect(),
        }
    }

    fn escalation(draft: &Draft) -> Escalation {
        let targets = Some(Targets { first_response: 60, update: 120, solution: 600 });
        let queue = Queue { id: 1, name: String::new(), area: 0, targets };
        let rules = crate::app::rules(&Config::parse("").unwrap());
        Escalation::of(draft, &queue, &rules.calendars.default)
    }

    /// Tuesday 2026-11-17, 09:00 UTC.
    const TUESDAY: i64 = 1_794_906_000;

    #[test]
    fn a_new_ticket_waits_for_response_update_and_solution() {
        let ticket = draft(State::New, &[(Author::Customer, TUESDAY)]);
        let escalation = escalation(&ticket);
        assert_eq!(escalation.response, TUESDAY + 3600);
        assert_eq!(escalation.update, TUESDAY + 7200);
        assert_eq!(escalation.solution, TUESDAY + 36_000);
        assert_eq!(escalation.first(), TUESDAY + 3600);
    }

    #[test]
    fn an_answer_ends_the_wait_for_a_response_and_renews_the_update() {
        let thread = [(Author::Customer, TUESDAY), (Author::Agent, TUESDAY + 600), (Author::Note, TUESDAY + DAY)];
        let escalation = escalation(&draft(State::Open, &thread));
        assert_eq!((escalation.response, escalation.update), (0, TUESDAY + 600 + 7200));
    }

    #[test]
    fn the_first_of_several_unanswered_messages_counts() {
        let thread = [
            (Author::Customer, TUESDAY),
            (Author::Agent, TUESDAY + 600),
            (Author::Customer, TUESDAY + 1200),
            (Author::Mail, TUESDAY + 1800),
        ];
        assert_eq!(escalation(&draft(State::Open, &thread)).update, TUESDAY + 1200 + 7200);
    }

    #[test]
    fn pending_tickets_need_no_update_and_closed_ones_nothing_at_all() {
        let thread = [(Author::Customer, TUESDAY)];
        assert_eq!(escalation(&draft(State::PendingReminder, &thread)).update, 0);
        assert_eq!(escalation(&draft(State::Merged, &thread)), Escalation::default());
    }
}
