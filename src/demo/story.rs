//! Articles and history of a ticket: what was written, and what happened to the ticket meanwhile.

use std::collections::HashMap;

use sea_orm::Value;

use super::{
    DemoError, Setting,
    lookup::Lookup,
    model::{Author, Draft, Message, State},
    structure::Structure,
    write::{Row, row},
};

/// Sender of everything that agents write to customers.
const ADDRESS: &str = "helpdesk@deskgraph.example";

/// Rows by table.
#[derive(Default)]
pub struct StoryRows {
    /// Heads of articles.
    pub articles: Vec<Row>,
    /// Contents of articles.
    pub contents: Vec<Row>,
    /// History.
    pub history: Vec<Row>,
}

/// Writes the stories of tickets and knows the ids for it.
pub struct Scribe<'a> {
    setting: &'a Setting<'a>,
    structure: &'a Structure,
    last_article: i64,
    states: Vec<i16>,
    priorities: HashMap<&'static str, i16>,
    history_types: HashMap<&'static str, i16>,
    channels: HashMap<&'static str, i64>,
    from_agent: i16,
    from_customer: i16,
}

const PRIORITIES: [&str; 5] = ["1 very low", "2 low", "3 normal", "4 high", "5 very high"];
const HISTORY_TYPES: [&str; 11] = [
    "NewTicket",
    "CustomerUpdate",
    "WebRequestCustomer",
    "PhoneCallCustomer",
    "EmailCustomer",
    "FollowUp",
    "SendAnswer",
    "AddNote",
    "StateUpdate",
    "Lock",
    "SetPendingTime",
];

/// What the history rows of one ticket have in common.
struct Page<'a> {
    draft: &'a Draft,
    ticket: i64,
    ticket_type: i16,
    queue: i32,
    priority: i16,
    state: State,
}

impl<'a> Scribe<'a> {
    /// Looks up all ids by name.
    pub fn new(setting: &'a Setting<'a>, structure: &'a Structure, lookup: &Lookup) -> Result<Self, DemoError> {
        let small = |table, names: &[&'static str]| {
            names.iter().map(|name| Ok((*name, lookup.small(table, name)?))).collect::<Result<_, DemoError>>()
        };
        let states: Result<_, DemoError> =
            State::ALL.iter().map(|state| lookup.small("ticket_state", state.name())).collect();
        let channel = |name: &'static str| Ok((name, lookup.id("communication_channel", name)?));
        let channels: Result<_, DemoError> = ["Internal", "Phone", "Email"].into_iter().map(channel).collect();
        Ok(Self {
            setting,
            structure,
            last_article: lookup.last("article"),
            states: states?,
            priorities: small("ticket_priority", &PRIORITIES)?,
            history_types: small("ticket_history_type", &HISTORY_TYPES)?,
            channels: channels?,
            from_agent: lookup.small("article_sender_type", "agent")?,
            from_customer: lookup.small("article_sender_type", "customer")?,
        })
    }

    /// Id of a state.
    pub fn state(&self, state: State) -> i16 {
        let index = State::ALL.iter().position(|known| *known == state);
        self.states[index.unwrap_or_default()]
    }

    /// Id of a priority.
    pub fn priority(&self, name: &str) -> Result<i16, DemoError> {
        let found = self.priorities.get(name).copied();
        found.ok_or_else(|| DemoError::Missing(format!("the priority `{name}`")))
    }

    /// Adds articles and history of one ticket.
    pub fn tell(
        &mut self,
        draft: &Draft,
        ticket: i64,
        number: &str,
        ticket_type: i16,
        rows: &mut StoryRows,
    ) -> Result<(), DemoError> {
        let queue = &self.structure.queues[draft.queue];
        let by_phone = draft.messages.first().is_some_and(|message| message.author == Author::Caller);
        let mut page = Page {
            draft,
            ticket,
            ticket_type,
            queue: queue.id,
            priority: self.priority(draft.priority)?,
            state: if by_phone { State::Open } else { State::New },
        };
        let first = format!("%%{number}%%{}%%{}%%{}%%{ticket}", queue.name, draft.priority, page.state.name());
        self.note(&page, "NewTicket", &first, None, draft.created, 1, rows);
        if let Some(customer) = &draft.customer {
            let mut text = format!("%%CustomerID={customer};");
            if let Some(party) = &draft.party {
                text.push_str(&format!("CustomerUser={};", party.login));
            }
            self.note(&page, "CustomerUpdate", &text, None, draft.created, 1, rows);
        }
        for (index, message) in draft.messages.iter().enumerate() {
            if message.author == Author::Agent && page.state == State::New {
                self.change_state(&mut page, State::Open, message.at, rows);
            }
            self.article(&page, message, index == 0, &queue.name, rows);
        }
        self.end(&mut page, rows);
        Ok(())
    }

    fn end(&self, page: &mut Page<'_>, rows: &mut StoryRows) {
        let draft = page.draft;
        if draft.is_locked {
            self.note(page, "Lock", "%%lock", None, draft.changed, draft.owner, rows);
        }
        if draft.state != page.state {
            self.change_state(page, draft.state, draft.changed, rows);
        }
        if draft.until != 0 {
            let until = self.setting.clock.local(draft.until).format("%%%%%Y-%m-%d %H:%M").to_string();
            self.note(page, "SetPendingTime", &until, None, draft.changed, draft.owner, rows);
        }
    }

    fn change_state(&self, page: &mut Page<'_>, to: State, at: i64, rows: &mut StoryRows) {
        let text = format!("%%{}%%{}%%", page.state.name(), to.name());
        page.state = to;
        self.note(page, "StateUpdate", &text, None, at, page.draft.owner, rows);
    }

    /// One history row; texts longer than the column are cut, as OTOBO does.
    #[allow(clippy::too_many_arguments)] // one per column, all different for each caller
    fn note(
        &self,
        page: &Page<'_>,
        kind: &str,
        text: &str,
        article: Option<i64>,
        at: i64,
        by: i32,
        rows: &mut StoryRows,
    ) {
        let text: String = text.chars().take(200).collect();
        let state = self.state(page.state);
        let row = row![
            text,
            self.history_types[kind],
            page.ticket,
            article,
            page.ticket_type,
            page.queue,
            page.draft.owner,
            page.priority,
            state,
        ];
        rows.history.push(self.setting.stamped_at(row, at, at, by));
    }

    fn article(&mut self, page: &Page<'_>, message: &Message, is_first: bool, queue: &str, rows: &mut StoryRows) {
        self.last_article += 1;
        let id = self.last_article;
        let draft = page.draft;
        let (channel, kind) = match message.author {
            Author::Customer if is_first => ("Internal", "WebRequestCustomer"),
            Author::Customer => ("Internal", "FollowUp"),
            Author::Caller => ("Phone", "PhoneCallCustomer"),
            Author::Mail => ("Email", "EmailCustomer"),
            Author::Agent => ("Email", "SendAnswer"),
            Author::Note => ("Internal", "AddNote"),
        };
        let sender = if message.author.is_customer() { self.from_customer } else { self.from_agent };
        let by = if matches!(message.author, Author::Customer | Author::Mail) { 1 } else { draft.owner };
        let visible = i16::from(message.author != Author::Note);
        let head = row![id, page.ticket, sender, self.channels[channel], visible, 1i16, Value::String(None)];
        rows.articles.push(self.setting.stamped_at(head, message.at, message.at, by));

        let agent = self.structure.staff.name(draft.owner);
        let customer = draft.party.as_ref();
        let customer = customer
            .map_or("unknown@sender.example".to_owned(), |party| format!("\"{}\" <{}>", party.name, party.email));
        let agent = format!("\"{agent}\" <{ADDRESS}>");
        let text = match message.author {
            Author::Agent => format!("%%{customer}"),
            _ => "%%".to_owned(),
        };
        let (from, to) = match message.author {
            Author::Agent => (agent, customer),
            Author::Note => (agent, queue.to_owned()),
            _ => (customer, queue.to_owned()),
        };
        let subject = if is_first { draft.title.clone() } else { format!("Re: {}", draft.title) };
        let path = self.setting.clock.local(message.at).format("%Y/%m/%d").to_string();
        let content = row![
            id,
            from,
            "",
            to,
            "",
            "",
            subject,
            "",
            "",
            "text/plain; charset=utf-8",
            &*message.body,
            message.at as i32,
            path,
        ];
        rows.contents.push(self.setting.stamped_at(content, message.at, message.at, by));
        self.note(page, kind, &text, Some(id), message.at, by, rows);
    }
}
