//! Opening tickets. Answering them and changing their state is in `ticket_reply`.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::article::Sender;
use crate::domain::change::{ChangeKind, EntityType, NewChange};
use crate::domain::customer_user::CustomerUser;
use crate::domain::follow_up::is_pending;
use crate::domain::permission_key::CREATE;
use crate::domain::person_name::{full_name, mail_string};
use crate::domain::text::check_text;
use crate::domain::ticket::{StateType, Ticket, TicketScope};
use crate::domain::validity::Validity;
use crate::domain::viewer::Viewer;
use crate::domain::violation::{Violation, ViolationCode};
use crate::error::Error;
use crate::store::reference::{Named, Reference};
use crate::store::ticket_write::{Channel, HistoryLine, NewArticle, NewTicket};
use crate::store::transaction::Transaction;

use super::editor::Editor;
use super::{Outcome, none_of};

/// A ticket as a client asks for it.
#[derive(Clone, Debug, Default)]
pub struct TicketDraft {
    /// What it is about.
    pub title: String,
    /// The first article.
    pub body: String,
    /// Exact name of the queue.
    pub queue: String,
    /// The person it is for; `None` for the viewer.
    pub customer_user_login: Option<String>,
    /// The customer it is for; `None` for the person's own one.
    pub customer_id: Option<String>,
    /// Exact name of the priority; `None` for the usual one.
    pub priority: Option<String>,
    /// Exact name of the state; `None` for the usual one. For agents.
    pub state: Option<String>,
    /// What it is pending until. For agents, with a pending state.
    pub pending_until: Option<DateTime<Utc>>,
}

/// The priority of tickets whose priority nobody chose.
const USUAL_PRIORITY: &str = "3 normal";
/// The state of tickets that customer users open.
const NEW: &str = "new";
/// The state of tickets that agents open.
const OPEN: &str = "open";
/// How many characters the subject of an article holds on PostgreSQL, the database that holds the fewest.
const MAX_SUBJECT: usize = 3800;
/// The longest text of an article, in characters.
const MAX_TEXT: usize = 100_000;
/// How often another number is tried where one turns out to be taken.
const ATTEMPTS: usize = 16;

/// Everything about a new ticket that was looked up.
struct Settled {
    queue: Arc<Named>,
    state: Arc<Named>,
    priority: Arc<Named>,
    person: CustomerUser,
    customer_id: String,
}

impl Editor<'_> {
    /// Opens a ticket and returns its number. Domain rules 7.4 and 7.6: what a customer user opens is new and written by them; what an agent
    /// opens is open and was said on the phone.
    pub async fn create_ticket(&self, draft: &TicketDraft) -> Outcome<String> {
        self.store.require_own_tables()?;
        for _ in 0..ATTEMPTS {
            // Numbers are counted outside of the transaction, so that everyone sees them at once; what is refused below leaves a gap.
            let number = match self.check_draft(draft).await {
                Ok(()) => self.store.next_ticket_number().await?,
                Err(refusal) => return Err(refusal),
            };
            if let Some(number) = self.try_create(draft, number).await? {
                return Ok(number);
            }
        }
        Err(Error::internal("no free ticket number was found").into())
    }

    /// Refuses what is wrong before a number is spent on it.
    async fn check_draft(&self, draft: &TicketDraft) -> Outcome<()> {
        let reference = self.store.reference().await?;
        self.settle(self.store, &reference, draft).await.map(drop)
    }

    /// Writes the ticket; `None` where its number is taken.
    async fn try_create(&self, draft: &TicketDraft, number: String) -> Outcome<Option<String>> {
        let mut transaction = self.store.begin(self.viewer).await?;
        let reference = transaction.reference().await?;
        let settled = self.settle(&transaction, &reference, draft).await?;
        let (words, stamp) = (transaction.ticket_words().await?, transaction.stamp());
        let small = |named: &Named| i16::try_from(named.id).map_err(Error::internal);
        let new = NewTicket {
            number: number.clone(),
            title: draft.title.trim().to_owned(),
            queue_id: settled.queue.id,
            state_id: small(&settled.state)?,
            priority_id: small(&settled.priority)?,
            customer_id: settled.customer_id.clone(),
            customer_user_login: settled.person.login.clone(),
            pending_until: epoch(draft.pending_until),
        };
        let Some(id) = transaction.insert_ticket(&new, &words, stamp).await? else { return Ok(None) };
        let by_agent = !self.viewer.is_customer_user();
        let article_id = transaction.insert_article(&self.first_article(id, draft, &settled), &words, stamp).await?;
        let customer = format!("%%CustomerID={};CustomerUser={};", settled.customer_id, settled.person.login);
        let created =
            format!("%%{number}%%{}%%{}%%{}%%{id}", settled.queue.name, settled.priority.name, settled.state.name);
        let mut lines = vec![HistoryLine::new("NewTicket", created), HistoryLine::new("CustomerUpdate", customer)];
        if let Some(until) = draft.pending_until {
            lines.push(HistoryLine::new("SetPendingTime", self.pending_text(until)));
        }
        let kind = if by_agent { "PhoneCallCustomer" } else { "WebRequestCustomer" };
        lines.push(HistoryLine { kind, text: "%%".to_owned(), article_id: Some(article_id) });
        let ticket = Ticket {
            id,
            type_id: Some(words.type_id),
            queue_id: new.queue_id,
            owner_id: 1,
            priority_id: new.priority_id,
            state_id: new.state_id,
            ..Ticket::default()
        };
        transaction.insert_history(&ticket, &lines, &words, stamp).await?;
        transaction.rebuild_escalation(id).await?;
        tell(&mut transaction, ChangeKind::Created, &number);
        transaction.commit().await?;
        Ok(Some(number))
    }

    fn first_article(&self, ticket_id: i64, draft: &TicketDraft, settled: &Settled) -> NewArticle {
        let channel = if self.viewer.is_customer_user() { Channel::Internal } else { Channel::Phone };
        NewArticle {
            ticket_id,
            sender: Sender::Customer,
            channel,
            is_visible_for_customer: true,
            from: self.mail_string(&settled.person),
            to: settled.queue.name.clone(),
            subject: draft.title.trim().to_owned(),
            body: plain(&draft.body),
        }
    }

    /// Looks up everything that a draft names, and tells everything that is wrong with it.
    async fn settle(
        &self,
        store: &crate::store::Store,
        reference: &Reference,
        draft: &TicketDraft,
    ) -> Outcome<Settled> {
        let mut violations = Vec::new();
        violations.extend(wrong_text(&draft.title, &["input", "title"], false));
        violations.extend(wrong_text(&draft.body, &["input", "body"], true));
        let queue = self.offered_queue(reference, &draft.queue);
        violations.extend(queue.is_none().then(|| queue_refused(&draft.queue)));
        let priority = draft.priority.as_deref().unwrap_or(USUAL_PRIORITY);
        let found_priority = reference.priorities().valid().find(|row| row.name == priority).cloned();
        violations.extend(
            found_priority.is_none().then(|| Violation::not_found(&["input", "priority"], "priority", priority)),
        );
        let state = self.new_state(reference, draft, &mut violations);
        let person = self.person_of(store, draft, &mut violations).await?;
        let customer_id = match &person {
            Some(person) => self.customer_of(store, person, draft, &mut violations).await?,
            None => None,
        };
        none_of(violations)?;
        match (queue, state, found_priority, person, customer_id) {
            (Some(queue), Some(state), Some(priority), Some(person), Some(customer_id)) => {
                Ok(Settled { queue, state, priority, person, customer_id })
            }
            _ => Err(Error::internal("something is missing that nothing was said about").into()),
        }
    }

    /// The queue of this name, if the viewer may open tickets there.
    fn offered_queue(&self, reference: &Reference, name: &str) -> Option<Arc<Named>> {
        let create = self.store.rules().permission.keys.one(CREATE).unwrap_or_default();
        let groups = self.viewer.groups_with(create);
        let is_offered = |queue: &&Arc<Named>| {
            queue.validity == Validity::Valid
                && groups.contains(&queue.parent_id)
                && reference.valid_groups.contains(queue.parent_id)
        };
        reference.queues().named(name).filter(is_offered).cloned()
    }

    /// The state of a new ticket. Only agents choose one.
    fn new_state(
        &self,
        reference: &Reference,
        draft: &TicketDraft,
        violations: &mut Vec<Violation>,
    ) -> Option<Arc<Named>> {
        if self.viewer.is_customer_user() {
            for (name, is_given) in [("state", draft.state.is_some()), ("pendingUntil", draft.pending_until.is_some())]
            {
                let message = || format!("`{name}` is for agents: leave it out.");
                violations
                    .extend(is_given.then(|| Violation::new(ViolationCode::Forbidden, &["input", name], message())));
            }
            return reference.states().named(NEW).cloned();
        }
        let name = draft.state.as_deref().unwrap_or(OPEN);
        let state = self.chosen_state(reference, name, draft.pending_until, &["input"], violations)?;
        if matches!(reference.state_type(&state), StateType::Merged | StateType::Removed) {
            let message = format!("A new ticket cannot be `{name}`: give another state that `ticketStates` lists.");
            violations.push(Violation::new(ViolationCode::Invalid, &["input", "state"], message));
        }
        Some(state)
    }

    /// A valid state by name, with the time that a pending one needs.
    pub(super) fn chosen_state(
        &self,
        reference: &Reference,
        name: &str,
        pending_until: Option<DateTime<Utc>>,
        path: &[&str],
        violations: &mut Vec<Violation>,
    ) -> Option<Arc<Named>> {
        let at = |part| [path, &[part]].concat();
        let state = reference.states().named(name).filter(|state| state.validity == Validity::Valid).cloned();
        let Some(state) = state else {
            violations.push(Violation::not_found(&at("state"), "ticket state", name));
            return None;
        };
        let wrong = |code, message: String| Violation::new(code, &at("pendingUntil"), message);
        match (is_pending(reference.state_type(&state)), pending_until) {
            (true, None) => {
                violations.push(wrong(ViolationCode::Required, format!("`{name}` needs a time: give `pendingUntil`.")))
            }
            (false, Some(_)) => violations
                .push(wrong(ViolationCode::Invalid, format!("`{name}` waits for no time: leave `pendingUntil` out."))),
            (true, Some(until)) if until <= self.store.now() || until.timestamp() > i64::from(i32::MAX) => {
                violations.push(wrong(
                    ViolationCode::Invalid,
                    "`pendingUntil` has to be in the future, and before 2038.".to_owned(),
                ));
            }
            _ => {}
        }
        Some(state)
    }

    /// The person that a ticket is for: the viewer, or whom an agent names.
    async fn person_of(
        &self,
        store: &crate::store::Store,
        draft: &TicketDraft,
        violations: &mut Vec<Violation>,
    ) -> Outcome<Option<CustomerUser>> {
        let path = ["input", "customerUserLogin"];
        let login = match (self.viewer, draft.customer_user_login.as_deref()) {
            (Viewer::CustomerUser(person), None) => person.login.as_str(),
            (Viewer::CustomerUser(person), Some(login)) if self.is_same(&person.login, login) => person.login.as_str(),
            (Viewer::CustomerUser(_), Some(_)) => {
                let message = "Tickets for others are opened by agents: leave `customerUserLogin` out.";
                violations.push(Violation::new(ViolationCode::Forbidden, &path, message));
                return Ok(None);
            }
            (Viewer::Agent(_), Some(login)) => login,
            (Viewer::Agent(_), None) => {
                let message = "`customerUserLogin` is missing: name the person that the ticket is for.";
                violations.push(Violation::new(ViolationCode::Required, &path, message));
                return Ok(None);
            }
        };
        let sources = self.sources.within(store.clone());
        let found = sources.customer_user(self.viewer, login, crate::store::column::Columns::all()).await?;
        violations.extend(found.is_none().then(|| Violation::not_found(&path, "customer user", login)));
        Ok(found)
    }

    /// The customer that a ticket is for: the person's own one, or one that they have besides.
    async fn customer_of(
        &self,
        store: &crate::store::Store,
        person: &CustomerUser,
        draft: &TicketDraft,
        violations: &mut Vec<Violation>,
    ) -> Outcome<Option<String>> {
        let Some(wanted) = draft.customer_id.as_deref() else { return Ok(Some(person.customer_id.clone())) };
        let key = self.store.parent_key(&person.login);
        let additional = store.additional_customers(std::slice::from_ref(&person.login)).await?.remove(&key);
        let ids = std::iter::once(person.customer_id.clone()).chain(additional.unwrap_or_default());
        let found = ids.into_iter().find(|id| self.is_same(id, wanted));
        if found.is_none() {
            let message =
                format!("`{wanted}` is no customer of `{}`: give one of theirs, or leave it out.", person.login);
            violations.push(Violation::new(ViolationCode::NotFound, &["input", "customerId"], message));
        }
        Ok(found)
    }

    /// The name of a person with their address, as articles show it.
    pub(super) fn mail_string(&self, person: &CustomerUser) -> String {
        let names = self.rules.name_fields.iter().filter_map(|field| person.field(field));
        one_line(&mail_string(&full_name(names, &self.rules.name_separator), &person.email))
    }

    /// A time as the history tells it: in the zone of the database.
    pub(super) fn pending_text(&self, until: DateTime<Utc>) -> String {
        format!("%%{}", self.store.naive(until).format("%Y-%m-%d %H:%M"))
    }

    /// Whether the viewer holds a permission on the group of a ticket's queue, or owns the ticket, which is as good. Customer users change
    /// tickets of their own and of their customers only: those of other customers they may read at most.
    pub(super) fn may_in_queue(&self, reference: &Reference, ticket: &Ticket, key: &str) -> bool {
        let key = self.store.rules().permission.keys.one(key).unwrap_or_default();
        let group_id = reference.queues().get(ticket.queue_id).map_or(0, |queue| queue.parent_id);
        let is_owner = matches!(self.viewer, Viewer::Agent(agent) if agent.id == ticket.owner_id);
        let is_within_reach = match self.viewer.tickets() {
            TicketScope::CustomerUser { login, customer_ids, .. } => {
                let same = |name: &str, of: &Option<String>| of.as_deref().is_some_and(|of| self.is_same(of, name));
                same(login, &ticket.customer_user_login) || customer_ids.iter().any(|id| same(id, &ticket.customer_id))
            }
            TicketScope::Agent { .. } => true,
        };
        is_owner || (is_within_reach && self.viewer.groups_with(key).contains(&group_id))
    }

    /// The ticket of this number for writing, if it exists for the viewer.
    pub(super) async fn lock_ticket(&self, transaction: &Transaction, number: &str) -> Outcome<Ticket> {
        let found = transaction.lock_ticket(self.viewer, number).await?;
        Ok(found.ok_or_else(|| Violation::not_found(&["number"], "ticket", number))?)
    }
}

/// Tells the hook of a ticket. The change log has no entry for it: tickets have a history of their own.
pub(super) fn tell(transaction: &mut Transaction, kind: ChangeKind, number: &str) {
    let fields = Vec::new();
    transaction.tell(NewChange { kind, entity: EntityType::Ticket, key: number.to_owned(), fields });
}

/// Seconds since 1970, as the columns of tickets hold them; 0 for no time.
pub(super) fn epoch(time: Option<DateTime<Utc>>) -> i32 {
    time.and_then(|time| i32::try_from(time.timestamp()).ok()).unwrap_or(0)
}

/// A text for an article: line ends as they are stored.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A header of an article has one line.
pub(super) fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

/// What is wrong with a text of a ticket: it may not be blank.
pub(super) fn wrong_text(text: &str, path: &[&str], multiline: bool) -> Option<Violation> {
    let name = path.last().copied().unwrap_or_default();
    if text.trim().is_empty() {
        return Some(Violation::new(ViolationCode::Required, path, format!("`{name}` may not be empty.")));
    }
    let (length, most) = (text.chars().count(), if multiline { MAX_TEXT } else { MAX_SUBJECT });
    if length > most {
        let message = format!("`{name}` has {length} characters, but at most {most} are kept: shorten it.");
        return Some(Violation::new(ViolationCode::TooLong, path, message));
    }
    let message = format!("`{name}` has a control character: take it out.");
    check_text(text, multiline).err().map(|_| Violation::new(ViolationCode::Invalid, path, message))
}

fn queue_refused(name: &str) -> Violation {
    let message = format!(
        "You cannot open tickets in a queue `{name}`: `viewer {{ createQueues {{ name }} }}` lists those where you can."
    );
    Violation::new(ViolationCode::NotFound, &["input", "queue"], message)
}
