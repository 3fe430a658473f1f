//! Generated tickets, one after the other in the order of their making: who asks, about what, where it stands by now.

use super::{
    Setting,
    clock::{DAY, Spread},
    company::Company,
    dice::{Dice, Popularity},
    model::{Author, Draft, Message, Party, State},
    person::People,
    structure::Structure,
    subject::{ANSWERS, AREAS, NOTES, REPLIES, REQUESTS, WORDS},
};

const MINUTE: i64 = 60;

/// Makes the drafts of the generated tickets.
pub struct Generator<'a> {
    setting: &'a Setting<'a>,
    structure: &'a Structure,
    companies: &'a [Company],
    people: &'a People,
    dice: Dice,
    spread: Spread,
    popularity: Popularity,
    area_weights: Vec<u32>,
    queues: Vec<(Vec<usize>, Popularity)>,
}

impl<'a> Generator<'a> {
    /// Prepares `count` tickets.
    pub fn new(
        setting: &'a Setting<'a>,
        structure: &'a Structure,
        companies: &'a [Company],
        people: &'a People,
        count: usize,
    ) -> Self {
        let of_area = |area: usize| {
            let generated = structure.queues.iter().enumerate().skip(structure.first_generated_queue);
            let indexes: Vec<usize> =
                generated.filter(|(_, queue)| queue.area == area).map(|(index, _)| index).collect();
            let popularity = Popularity::new(indexes.len(), 0.7);
            (indexes, popularity)
        };
        Self {
            setting,
            structure,
            companies,
            people,
            dice: setting.dice(4),
            spread: Spread::new(setting.clock, count),
            popularity: Popularity::new(companies.len(), 1.0),
            area_weights: AREAS.iter().map(|area| area.weight).collect(),
            queues: (0..AREAS.len()).map(of_area).collect(),
        }
    }

    /// The ticket number `index` (from 0). `with_story`: with articles even when it is closed; tickets that are not closed
    /// always have them, because the escalation times follow from them.
    pub fn draft(&mut self, index: usize, with_story: bool) -> Draft {
        let mut dice = self.dice.fork(index as u64 + 1);
        let now = self.setting.clock.now();
        let created = self.spread.instant(index, &mut dice);
        let state = state(now - created, &mut dice);
        let area = dice.weighted(&self.area_weights);
        let (customer, party) = self.who(&mut dice);
        let owner = if state == State::New { 1 } else { self.structure.staff.owner(area, &mut dice) };
        let changed = changed(state, created, now, &mut dice);
        let (queues, popularity) = &self.queues[area];
        let queue = popularity.pick(&mut dice).map_or(0, |rank| queues[rank]);
        let mut draft = Draft {
            title: title(area, &mut dice),
            customer,
            party,
            queue,
            state,
            priority: priority(&mut dice),
            owner,
            is_locked: is_locked(state, &mut dice),
            created,
            changed,
            until: until(state, created, now, &mut dice),
            messages: Vec::new(),
        };
        if with_story || !state.is_done() {
            draft.messages = messages(&draft, self.structure, with_story, &mut dice);
        }
        draft
    }

    fn who(&self, dice: &mut Dice) -> (Option<String>, Option<Party>) {
        if dice.percent(1.5) {
            return (None, None);
        }
        let Some(company) = self.popularity.pick(dice) else {
            return (None, None);
        };
        let party = if dice.percent(96.0) { self.people.somebody(company, dice) } else { None };
        (Some(self.companies[company].id.clone()), party)
    }
}

/// Old tickets are mostly done, fresh ones mostly not.
fn state(age: i64, dice: &mut Dice) -> State {
    let days = age / DAY;
    let percent_open = match days {
        0 => 85.0,
        1..=2 => 60.0,
        3..=6 => 45.0,
        7..=29 => 35.0,
        30..=119 => 12.0,
        _ => 3.0,
    };
    if dice.percent(percent_open) {
        let new = if days < 2 { 60 } else { 8 };
        let open =
            [State::New, State::Open, State::PendingReminder, State::PendingAutoSuccess, State::PendingAutoFailure];
        return open[dice.weighted(&[new, 62, 20, 6, 4])];
    }
    let done = [State::ClosedSuccessful, State::ClosedUnsuccessful, State::Merged, State::Removed];
    done[dice.weighted(&[84, 9, 4, 3])]
}

fn changed(state: State, created: i64, now: i64, dice: &mut Dice) -> i64 {
    match state {
        State::New => created,
        // From twenty minutes to three weeks, short times being as usual as long ones.
        _ if state.is_done() => {
            let minutes = 10f64.powf(1.3 + 3.2 * dice.unit());
            (created + minutes as i64 * MINUTE).min(now)
        }
        _ => dice.between(created, now),
    }
}

fn until(state: State, created: i64, now: i64, dice: &mut Dice) -> i64 {
    let later = now + dice.between(60 * MINUTE, 30 * DAY);
    match state {
        State::PendingReminder if dice.percent(35.0) => dice.between(created.max(now - 20 * DAY), now - 1),
        _ if state.is_pending() => later,
        _ => 0,
    }
}

fn is_locked(state: State, dice: &mut Dice) -> bool {
    match state {
        State::Open => dice.percent(55.0),
        _ => state.is_pending() && dice.percent(30.0),
    }
}

fn priority(dice: &mut Dice) -> &'static str {
    const NAMES: [&str; 5] = ["1 very low", "2 low", "3 normal", "4 high", "5 very high"];
    NAMES[dice.weighted(&[2, 10, 70, 14, 4])]
}

fn title(area: usize, dice: &mut Dice) -> String {
    let small = dice.between(2, 40).to_string();
    let document = dice.between(10_000, 99_999).to_string();
    let word = dice.pick(WORDS);
    let title = dice.pick(AREAS[area].titles);
    title.replace("{n}", &small).replace("{d}", &document).replace("{w}", word)
}

/// A conversation from the first question to the last change. Without `with_texts` only its authors and times.
fn messages(draft: &Draft, structure: &Structure, with_texts: bool, dice: &mut Dice) -> Vec<Message> {
    let first = [Author::Customer, Author::Caller, Author::Mail][dice.weighted(&[60, 25, 15])];
    let mut authors = vec![first];
    if draft.state != State::New {
        for _ in 0..=dice.weighted(&[50, 30, 15, 5]) {
            if dice.percent(25.0) {
                authors.push(Author::Note);
            }
            authors.extend([Author::Agent, Author::Customer]);
        }
        // The agent has the last word, except in some tickets that are still open.
        if draft.state != State::Open || dice.percent(60.0) {
            authors.pop();
        }
    }
    let steps = (authors.len() - 1).max(1) as i64;
    let agent = structure.staff.name(draft.owner);
    let messages = authors.into_iter().enumerate().map(|(step, author)| Message {
        author,
        at: draft.created + (draft.changed - draft.created) * step as i64 / steps,
        body: if with_texts { body(author, step == 0, draft, agent, dice) } else { String::new() },
    });
    messages.collect()
}

fn body(author: Author, is_first: bool, draft: &Draft, agent: &str, dice: &mut Dice) -> String {
    let customer = draft.party.as_ref().map_or("", |party| &party.name);
    match author {
        Author::Note => dice.pick(NOTES).to_owned(),
        Author::Agent => format!("Hello {customer},\n\n{}\n\nKind regards\n{agent}", dice.pick(ANSWERS)),
        _ if is_first => format!("Hello,\n\n{}\n\n{}\n\nKind regards\n{customer}", draft.title, dice.pick(REQUESTS)),
        _ => format!("{}\n\n{customer}", dice.pick(REPLIES)),
    }
}
