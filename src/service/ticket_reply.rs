//! Answering tickets, and changing their state.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::article::Sender;
use crate::domain::change::ChangeKind;
use crate::domain::follow_up::{
    Answered, Effect, FollowUpPolicy, FollowUpRefusal, PENDING_RESET, UNLOCK_TIME_RESET, ends_waiting,
    restarts_lock_time, unlocks,
};
use crate::domain::permission_key::{NOTE, READ_WRITE};
use crate::domain::person_name::mail_string;
use crate::domain::ticket::{StateType, Ticket};
use crate::domain::viewer::Viewer;
use crate::domain::violation::{Violation, ViolationCode};
use crate::error::Error;
use crate::source::customer_user::CustomerUserColumns;
use crate::store::Store;
use crate::store::reference::{Named, Reference};
use crate::store::ticket_write::{Channel, HistoryLine, NewArticle, TicketWords};
use crate::store::transaction::Transaction;

use super::editor::Editor;
use super::ticket::{epoch, one_line, plain, tell, wrong_text};
use super::{Outcome, none_of};

/// An answer as a client asks for it.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// What about; `None` repeats the title.
    pub subject: Option<String>,
    /// The text.
    pub body: String,
    /// Whether customers may read it. Counts for agents; what customer users write is theirs to read.
    pub is_visible_for_customer: bool,
    /// The state afterwards; `None` for what follows by itself.
    pub state: Option<String>,
    /// What it is pending until, with a pending state. For agents.
    pub pending_until: Option<DateTime<Utc>>,
}

/// A ticket that is being changed, with the lines for its history so far.
struct Work<'a> {
    ticket: Ticket,
    lines: Vec<HistoryLine>,
    restart_timeout: bool,
    reference: &'a Reference,
    lock_ids: (i16, i16),
}

/// State types that customer users may choose. Domain rule 7.5: OTOBO offers open and closed.
const FOR_CUSTOMERS: [StateType; 2] = [StateType::Open, StateType::Closed];

impl Editor<'_> {
    /// Answers a ticket: customer users follow up, which may open it again, and agents write a note.
    pub async fn reply(&self, number: &str, reply: &Reply) -> Outcome<String> {
        let transaction = self.store.begin(self.viewer).await?;
        let reference = transaction.reference().await?;
        let ticket = self.lock_ticket(&transaction, number).await?;
        let mut violations = self.wrong_reply(&reference, &ticket, reply);
        let state =
            self.wanted_state(&reference, reply.state.as_deref(), reply.pending_until, &["input"], &mut violations);
        none_of(violations)?;
        let mut work = self.begin_work(&transaction, ticket, &reference).await?;
        let words = transaction.ticket_words().await?;
        match self.viewer {
            Viewer::CustomerUser(_) => self.follow_up(&transaction, &mut work, state.as_ref()).await?,
            Viewer::Agent(_) => {
                if let Some(state) = &state {
                    work.set_state(self, state, reply.pending_until)?;
                }
            }
        }
        self.write_article(&transaction, &mut work, reply, &words).await?;
        self.finish(transaction, work, &words).await
    }

    /// Changes the state of a ticket.
    pub async fn set_ticket_state(
        &self,
        number: &str,
        state: &str,
        pending_until: Option<DateTime<Utc>>,
        if_version: Option<&str>,
    ) -> Outcome<String> {
        let transaction = self.store.begin(self.viewer).await?;
        let reference = transaction.reference().await?;
        let ticket = self.lock_ticket(&transaction, number).await?;
        if if_version.is_some_and(|version| version != ticket.version) {
            return Err(Violation::version_conflict().into());
        }
        let mut violations: Vec<Violation> =
            self.refused(&reference, &ticket, READ_WRITE).into_iter().chain(gone(&reference, &ticket)).collect();
        let state = self.wanted_state(&reference, Some(state), pending_until, &[], &mut violations);
        none_of(violations)?;
        let words = transaction.ticket_words().await?;
        let mut work = self.begin_work(&transaction, ticket, &reference).await?;
        if let Some(state) = &state {
            work.set_state(self, state, pending_until)?;
        }
        if work.lines.is_empty() {
            return Ok(number.to_owned());
        }
        self.finish(transaction, work, &words).await
    }

    fn wrong_reply(&self, reference: &Reference, ticket: &Ticket, reply: &Reply) -> Vec<Violation> {
        let mut violations: Vec<Violation> = Vec::new();
        let needed = if self.viewer.is_customer_user() { READ_WRITE } else { NOTE };
        violations.extend(self.refused(reference, ticket, needed));
        violations.extend(wrong_text(&reply.body, &["input", "body"], true));
        if let Some(subject) = reply.subject.as_deref().filter(|subject| !subject.trim().is_empty()) {
            violations.extend(wrong_text(subject, &["input", "subject"], false));
        }
        violations.extend(gone(reference, ticket));
        let changes_state = reply.state.is_some() && !self.viewer.is_customer_user();
        violations.extend(self.refused(reference, ticket, READ_WRITE).filter(|_| changes_state));
        violations.dedup();
        violations
    }

    /// What keeps the viewer from changing a ticket that they see.
    fn refused(&self, reference: &Reference, ticket: &Ticket, key: &str) -> Option<Violation> {
        let message =
            || format!("You may read ticket `{}`, but this needs `{key}` in its queue's group.", ticket.number);
        let may = self.may_in_queue(reference, ticket, key);
        (!may).then(|| Violation::new(ViolationCode::Forbidden, &["number"], message()))
    }

    /// The state that is asked for, if it may be chosen.
    fn wanted_state(
        &self,
        reference: &Reference,
        name: Option<&str>,
        pending_until: Option<DateTime<Utc>>,
        path: &[&str],
        violations: &mut Vec<Violation>,
    ) -> Option<Arc<Named>> {
        let at = |part| [path, &[part]].concat();
        let Some(name) = name else {
            let message = "`pendingUntil` goes with a pending `state`: give both or none.";
            violations
                .extend(pending_until.map(|_| Violation::new(ViolationCode::Invalid, &at("pendingUntil"), message)));
            return None;
        };
        let state = self.chosen_state(reference, name, pending_until, path, violations)?;
        let state_type = reference.state_type(&state);
        let is_offered = match self.viewer {
            Viewer::CustomerUser(_) => FOR_CUSTOMERS.contains(&state_type),
            // Merging is more than a state.
            Viewer::Agent(_) => state_type != StateType::Merged,
        };
        if !is_offered {
            let message = format!("`{name}` cannot be chosen here: give another state that `ticketStates` lists.");
            violations.push(Violation::new(ViolationCode::Invalid, &at("state"), message));
        }
        Some(state)
    }

    async fn begin_work<'r>(
        &self,
        transaction: &Transaction,
        ticket: Ticket,
        reference: &'r Reference,
    ) -> Outcome<Work<'r>> {
        let lock_ids = (transaction.lock_id(true).await?, transaction.lock_id(false).await?);
        Ok(Work { ticket, lines: Vec::new(), restart_timeout: false, reference, lock_ids })
    }

    /// What the answer of a customer user does to lock and state. Domain rule 7.5.
    async fn follow_up(
        &self,
        transaction: &Transaction,
        work: &mut Work<'_>,
        chosen: Option<&Arc<Named>>,
    ) -> Outcome<()> {
        let (policy, is_locked_again) = transaction.follow_up_of_queue(work.ticket.queue_id).await?;
        let answered = Answered {
            state_type: work.state_type(),
            policy: FollowUpPolicy::from_name(&policy),
            is_locked_again,
            owner_id: work.ticket.owner_id,
            owner_is_there: transaction.agent_is_there(work.ticket.owner_id).await?,
            is_locked: work.reference.is_locked(work.ticket.lock_id),
        };
        let effects = answered.effects(chosen.map(|state| state.name.as_str())).map_err(no_follow_up)?;
        for effect in effects {
            match effect {
                Effect::Unlock => work.unlock(),
                Effect::Lock => work.lock(),
                Effect::SetState(name) => {
                    let state = work.reference.states().named(&name).cloned();
                    let state = state.ok_or_else(|| Error::internal(format!("there is no ticket state `{name}`")))?;
                    work.set_only_state(&state)?;
                }
            }
        }
        Ok(())
    }

    async fn write_article(
        &self,
        transaction: &Transaction,
        work: &mut Work<'_>,
        reply: &Reply,
        words: &TicketWords,
    ) -> Outcome<()> {
        let (sender, kind, from) = match self.viewer {
            Viewer::CustomerUser(person) => {
                let sources = self.sources.within(Store::clone(transaction));
                let person = sources.customer_user(self.viewer, &person.login, CustomerUserColumns::all()).await?;
                (Sender::Customer, "FollowUp", person.map(|person| self.mail_string(&person)).unwrap_or_default())
            }
            Viewer::Agent(agent) => (Sender::Agent, "AddNote", self.agent_string(transaction, agent.id).await?),
        };
        let previous = transaction.last_sender(work.ticket.id, words).await?;
        let subject = reply.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
        let article = NewArticle {
            ticket_id: work.ticket.id,
            sender,
            channel: Channel::Internal,
            is_visible_for_customer: reply.is_visible_for_customer || sender == Sender::Customer,
            from,
            to: String::new(),
            subject: subject.map_or_else(|| format!("Re: {}", work.ticket.title), str::to_owned),
            body: plain(&reply.body),
        };
        let id = transaction.insert_article(&article, words, transaction.stamp()).await?;
        work.lines.push(HistoryLine { kind, text: "%%".to_owned(), article_id: Some(id) });
        if restarts_lock_time(sender, previous) {
            work.restart_timeout = true;
            work.lines.push(HistoryLine::new("Misc", UNLOCK_TIME_RESET));
        }
        Ok(())
    }

    async fn agent_string(&self, transaction: &Transaction, id: i32) -> Outcome<String> {
        let agent = transaction.agents_by_id(&[id]).await?.into_iter().next();
        let name = agent.map(|agent| agent.full_name).unwrap_or_default();
        Ok(match transaction.agent_email(id).await? {
            Some(email) => one_line(&mail_string(&name, &email)),
            None => one_line(&name),
        })
    }

    /// Stores what was done, in one go.
    async fn finish(&self, mut transaction: Transaction, work: Work<'_>, words: &TicketWords) -> Outcome<String> {
        let stamp = transaction.stamp();
        transaction.update_ticket(&work.ticket, work.restart_timeout, stamp).await?;
        transaction.insert_history(&work.ticket, &work.lines, words, stamp).await?;
        transaction.rebuild_escalation(work.ticket.id).await?;
        tell(&mut transaction, ChangeKind::Updated, &work.ticket.number);
        transaction.commit().await?;
        Ok(work.ticket.number)
    }
}

impl Work<'_> {
    fn state_type(&self) -> StateType {
        let state = self.reference.states().get(self.ticket.state_id.into());
        state.map_or(StateType::Other, |state| self.reference.state_type(state))
    }

    fn unlock(&mut self) {
        self.ticket.lock_id = self.lock_ids.1;
        self.lines.push(HistoryLine::new("Unlock", "%%unlock"));
    }

    fn lock(&mut self) {
        self.ticket.lock_id = self.lock_ids.0;
        self.restart_timeout = true;
        self.lines.push(HistoryLine::new("Lock", "%%lock"));
        self.lines.push(HistoryLine::new("Misc", UNLOCK_TIME_RESET));
    }

    /// Gives the ticket a state, and takes away what it was pending until where that is over.
    fn set_only_state(&mut self, state: &Named) -> Outcome<()> {
        let id = i16::try_from(state.id).map_err(Error::internal)?;
        if id != self.ticket.state_id {
            let old = self.reference.states().get(self.ticket.state_id.into());
            let old = old.map_or_else(String::new, |state| state.name.clone());
            self.ticket.state_id = id;
            self.lines.push(HistoryLine::new("StateUpdate", format!("%%{old}%%{}%%", state.name)));
        }
        if ends_waiting(self.reference.state_type(state), self.ticket.pending_until) {
            self.ticket.pending_until = 0;
            self.lines.push(HistoryLine::new("SetPendingTime", PENDING_RESET));
        }
        Ok(())
    }

    /// The same for a state that an agent chose: with its time, and without the lock where the ticket is done.
    fn set_state(&mut self, editor: &Editor<'_>, state: &Named, pending_until: Option<DateTime<Utc>>) -> Outcome<()> {
        self.set_only_state(state)?;
        if unlocks(&state.name) && self.reference.is_locked(self.ticket.lock_id) {
            self.unlock();
        }
        if let Some(until) = pending_until.filter(|until| epoch(Some(*until)) != self.ticket.pending_until) {
            self.ticket.pending_until = epoch(Some(until));
            self.lines.push(HistoryLine::new("SetPendingTime", editor.pending_text(until)));
        }
        Ok(())
    }
}

/// Why a ticket cannot be changed any more.
fn gone(reference: &Reference, ticket: &Ticket) -> Option<Violation> {
    let state = reference.states().get(ticket.state_id.into())?;
    let is_gone = matches!(reference.state_type(state), StateType::Removed | StateType::Merged);
    is_gone.then(|| no_follow_up(FollowUpRefusal::IsGone))
}

fn no_follow_up(refusal: FollowUpRefusal) -> Violation {
    let message = match refusal {
        FollowUpRefusal::IsGone => "The ticket was removed or merged into another one: it cannot be changed any more.",
        FollowUpRefusal::IsClosed => "The ticket is closed, and its queue takes no answers to closed tickets.",
        FollowUpRefusal::WantsNewTicket => {
            "The ticket is closed, and its queue takes no answers to closed tickets: open a new one."
        }
    };
    Violation::new(ViolationCode::Forbidden, &["number"], message)
}
