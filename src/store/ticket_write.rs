//! Writing tickets, articles and their history, as OTOBO writes them, within a transaction. Whether a change is right is decided before.

use std::collections::HashMap;

use sea_orm::sea_query::{DynIden, Expr, ExprTrait, IntoIden, Order, Query, UnionType};

use crate::domain::article::Sender;
use crate::domain::ticket::Ticket;
use crate::domain::viewer::Viewer;
use crate::entity::{article, article_data_mime as mime, ticket, ticket_history};
use crate::error::{Error, Result};

use super::column::Columns;
use super::ticket::select_columns;
use super::ticket_query::column;
use super::transaction::{Stamp, insert_row};
use super::{Store, text};

/// The kind of message, which decides how OTOBO shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A note, or what a customer user wrote on a page.
    Internal,
    /// What a customer user said on the phone.
    Phone,
}

/// A new ticket.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// The number that people know it by.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its queue.
    pub queue_id: i32,
    /// Its state.
    pub state_id: i16,
    /// Its priority.
    pub priority_id: i16,
    /// Its customer.
    pub customer_id: String,
    /// The person it is for.
    pub customer_user_login: String,
    /// What it is pending until, in epoch seconds; 0 for nothing.
    pub pending_until: i32,
}

/// A new article.
#[derive(Clone, Debug)]
pub struct NewArticle {
    /// The ticket.
    pub ticket_id: i64,
    /// Who wrote it.
    pub sender: Sender,
    /// What kind of message.
    pub channel: Channel,
    /// Whether customers may read it.
    pub is_visible_for_customer: bool,
    /// From whom, as shown.
    pub from: String,
    /// To whom, as shown.
    pub to: String,
    /// What about.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// A line of a ticket's history.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    /// The name of its type.
    pub kind: &'static str,
    /// What it says.
    pub text: String,
    /// The article it is about.
    pub article_id: Option<i64>,
}

impl HistoryLine {
    /// A line about the ticket as a whole.
    pub fn new(kind: &'static str, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), article_id: None }
    }
}

/// The numbers behind names that are written with tickets.
pub struct TicketWords {
    history: HashMap<String, i16>,
    senders: HashMap<String, i16>,
    channels: HashMap<String, i64>,
    /// The type of new tickets.
    pub type_id: i16,
}

/// The longest text of a line of the history, in characters.
const HISTORY_TEXT: usize = 200;
/// The type of tickets that have no other.
const DEFAULT_TYPE: &str = "Unclassified";
/// The agent that new tickets belong to until someone takes them over.
const NOBODY: i32 = 1;

impl Channel {
    fn name(self) -> &'static str {
        match self {
            Self::Internal => "Internal",
            Self::Phone => "Phone",
        }
    }
}

fn sender_name(sender: Sender) -> &'static str {
    match sender {
        Sender::Agent => "agent",
        Sender::Customer => "customer",
        Sender::System => "system",
    }
}

impl Store {
    /// The numbers behind the names that are written with tickets, in one statement.
    pub async fn ticket_words(&self) -> Result<TicketWords> {
        let of = |kind: i32, table: &'static str| {
            let mut select = Query::select();
            select.expr(Expr::cust(kind.to_string())).column("name").from(table);
            select.expr(Expr::col("id").cast_as(self.integer_type())).take()
        };
        let mut all = of(0, "ticket_history_type");
        for (kind, table) in [(1, "article_sender_type"), (2, "communication_channel"), (3, "ticket_type")] {
            all.union(UnionType::All, of(kind, table));
        }
        let mut words =
            TicketWords { history: HashMap::new(), senders: HashMap::new(), channels: HashMap::new(), type_id: 1 };
        for row in self.rows(&all).await? {
            let (kind, name, id): (i32, String, i32) = (row.at(0)?, row.at(1)?, row.at(2)?);
            let small = || i16::try_from(id).map_err(Error::internal);
            match kind {
                0 => drop(words.history.insert(name, small()?)),
                1 => drop(words.senders.insert(name, small()?)),
                2 => drop(words.channels.insert(name, id.into())),
                _ if name == DEFAULT_TYPE => words.type_id = small()?,
                _ => {}
            }
        }
        Ok(words)
    }

    /// The ticket of this number that exists for the viewer, whole, kept from other writers until the transaction ends.
    pub async fn lock_ticket(&self, viewer: &Viewer, number: &str) -> Result<Option<Ticket>> {
        let reference = self.reference().await?;
        let mut select = Query::select();
        select.from(ticket::Entity).cond_where(self.ticket_scope(viewer.tickets(), &reference));
        select.and_where(column(ticket::Column::Tn).eq(number)).lock_exclusive();
        let columns = select_columns(&mut select, Columns::all());
        self.rows(&select).await?.first().map(|row| self.read_ticket(row, 0, &columns)).transpose()
    }

    /// Writes a new ticket and returns its number in the database; `None` where the number is taken.
    pub async fn insert_ticket(&self, new: &NewTicket, words: &TicketWords, stamp: Stamp) -> Result<Option<i64>> {
        use ticket::Column as Ticket;
        let limit = self.database().layout.lengths.of("ticket", "title").unwrap_or(usize::MAX);
        // OTOBO cuts a title that is too long; the article has it whole.
        let title: String = new.title.chars().take(limit).collect();
        let mut row: Vec<(DynIden, Expr)> = vec![
            (Ticket::Tn.into_iden(), new.number.as_str().into()),
            (Ticket::Title.into_iden(), title.into()),
            (Ticket::QueueId.into_iden(), new.queue_id.into()),
            (Ticket::TicketLockId.into_iden(), self.lock_id(false).await?.into()),
            (Ticket::TypeId.into_iden(), words.type_id.into()),
            (Ticket::UserId.into_iden(), NOBODY.into()),
            (Ticket::ResponsibleUserId.into_iden(), NOBODY.into()),
            (Ticket::TicketPriorityId.into_iden(), new.priority_id.into()),
            (Ticket::TicketStateId.into_iden(), new.state_id.into()),
            (Ticket::CustomerId.into_iden(), new.customer_id.as_str().into()),
            (Ticket::CustomerUserId.into_iden(), new.customer_user_login.as_str().into()),
            (Ticket::UntilTime.into_iden(), new.pending_until.into()),
            (Ticket::ArchiveFlag.into_iden(), 0i16.into()),
        ];
        let times = [
            Ticket::Timeout,
            Ticket::EscalationTime,
            Ticket::EscalationUpdateTime,
            Ticket::EscalationResponseTime,
            Ticket::EscalationSolutionTime,
        ];
        row.extend(times.map(|column| (column.into_iden(), 0i32.into())));
        row.extend(stamp.columns());
        self.insert_numbered(insert_row(ticket::Entity, row)).await
    }

    /// Writes an article with its text and returns its number. It counts as seen by the agent who wrote it, and as unseen by all others.
    pub async fn insert_article(&self, new: &NewArticle, words: &TicketWords, stamp: Stamp) -> Result<i64> {
        use article::Column as Article;
        let missing = |name: &str| Error::internal(format!("the database knows no article `{name}`"));
        let sender = sender_name(new.sender);
        let channel = new.channel.name();
        let fingerprint = format!("deskgraph-{}", uuid::Uuid::new_v4().simple());
        let mut row: Vec<(DynIden, Expr)> = vec![
            (Article::TicketId.into_iden(), new.ticket_id.into()),
            (
                Article::ArticleSenderTypeId.into_iden(),
                (*words.senders.get(sender).ok_or_else(|| missing(sender))?).into(),
            ),
            (
                Article::CommunicationChannelId.into_iden(),
                (*words.channels.get(channel).ok_or_else(|| missing(channel))?).into(),
            ),
            (Article::IsVisibleForCustomer.into_iden(), i16::from(new.is_visible_for_customer).into()),
            // The other program's task for this builds the index of full texts.
            (Article::SearchIndexNeedsRebuild.into_iden(), 1i16.into()),
            (Article::InsertFingerprint.into_iden(), fingerprint.into()),
        ];
        row.extend(stamp.columns());
        let id = self.insert_numbered(insert_row(article::Entity, row)).await?;
        let id = id.ok_or_else(|| Error::internal("the article was not written"))?;
        self.insert_text(id, new, stamp).await?;
        self.mark_seen(new.ticket_id, id, stamp).await?;
        Ok(id)
    }

    async fn insert_text(&self, article_id: i64, new: &NewArticle, stamp: Stamp) -> Result<()> {
        use mime::Column as Mime;
        let mut row: Vec<(DynIden, Expr)> = vec![
            (Mime::ArticleId.into_iden(), article_id.into()),
            (Mime::AFrom.into_iden(), new.from.as_str().into()),
            (Mime::ATo.into_iden(), new.to.as_str().into()),
            (Mime::ASubject.into_iden(), new.subject.as_str().into()),
            (Mime::AContentType.into_iden(), "text/plain; charset=utf-8".into()),
            (Mime::ABody.into_iden(), new.body.as_str().into()),
            (Mime::IncomingTime.into_iden(), i32::try_from(self.now().timestamp()).unwrap_or(i32::MAX).into()),
            (Mime::ContentPath.into_iden(), stamp.time.format("%Y/%m/%d").to_string().into()),
        ];
        let empty = [Mime::AReplyTo, Mime::ACc, Mime::ABcc, Mime::AMessageId, Mime::AInReplyTo, Mime::AReferences];
        row.extend(empty.map(|column| (column.into_iden(), "".into())));
        row.extend(stamp.columns());
        self.execute(&insert_row(mime::Entity, row)).await.map(drop)
    }

    /// A new article takes the mark from everybody; its writer has seen it, and so the ticket if there is nothing else to see.
    async fn mark_seen(&self, ticket_id: i64, article_id: i64, stamp: Stamp) -> Result<()> {
        let mut delete = Query::delete();
        delete.from_table("ticket_flag").and_where(Expr::col("ticket_id").eq(ticket_id));
        self.execute(delete.and_where(Expr::col("ticket_key").eq("Seen"))).await?;
        let flag = |table: &'static str, id: (&'static str, i64), key: &'static str, value: &'static str| {
            let row: Vec<(DynIden, Expr)> = vec![
                (id.0.into_iden(), id.1.into()),
                (key.into_iden(), "Seen".into()),
                (value.into_iden(), "1".into()),
                ("create_time".into_iden(), stamp.time.into()),
                ("create_by".into_iden(), stamp.by.into()),
            ];
            insert_row(table, row)
        };
        self.execute(&flag("article_flag", ("article_id", article_id), "article_key", "article_value")).await?;
        let flag_of = |column: &'static str| Expr::col(("article_flag", column));
        let mut seen = Query::select();
        seen.expr(Expr::cust("1")).from("article_flag").and_where(flag_of("article_id").equals(("article", "id")));
        seen.and_where(flag_of("article_key").eq("Seen")).and_where(flag_of("create_by").eq(stamp.by));
        let mut unseen = Query::select();
        unseen.expr(Expr::cust("1")).from(article::Entity).limit(1);
        unseen.and_where(Expr::col("ticket_id").eq(ticket_id)).and_where(Expr::exists(seen).not());
        if self.rows(&unseen).await?.is_empty() {
            self.execute(&flag("ticket_flag", ("ticket_id", ticket_id), "ticket_key", "ticket_value")).await?;
        }
        Ok(())
    }

    /// Writes lines into the history of a ticket, which say what the ticket is like by now.
    pub async fn insert_history(
        &self,
        ticket: &Ticket,
        lines: &[HistoryLine],
        words: &TicketWords,
        stamp: Stamp,
    ) -> Result<()> {
        use ticket_history::Column as History;
        let mut insert = Query::insert();
        insert.into_table(ticket_history::Entity).columns([
            History::Name,
            History::HistoryTypeId,
            History::TicketId,
            History::ArticleId,
            History::TypeId,
            History::QueueId,
            History::OwnerId,
            History::PriorityId,
            History::StateId,
            History::CreateTime,
            History::CreateBy,
            History::ChangeTime,
            History::ChangeBy,
        ]);
        for line in lines {
            // An upgraded database may lack a kind; OTOBO would not write such a line either.
            let Some(kind) = words.history.get(line.kind) else { continue };
            insert.values_panic([
                line.text.chars().take(HISTORY_TEXT).collect::<String>().into(),
                (*kind).into(),
                ticket.id.into(),
                line.article_id.into(),
                ticket.type_id.unwrap_or(1).into(),
                ticket.queue_id.into(),
                ticket.owner_id.into(),
                ticket.priority_id.into(),
                ticket.state_id.into(),
                stamp.time.into(),
                stamp.by.into(),
                stamp.time.into(),
                stamp.by.into(),
            ]);
        }
        if lines.iter().any(|line| words.history.contains_key(line.kind)) {
            self.execute(&insert).await?;
        }
        Ok(())
    }

    /// Writes what can change about a ticket: state, lock and what it is pending until; with `timeout` the time of the lock starts anew.
    pub async fn update_ticket(&self, ticket: &Ticket, restart_timeout: bool, stamp: Stamp) -> Result<()> {
        use self::ticket::Column as Ticket;
        let mut update = Query::update();
        update.table(self::ticket::Entity).and_where(Expr::col(Ticket::Id).eq(ticket.id));
        update.value(Ticket::TicketStateId, ticket.state_id).value(Ticket::TicketLockId, ticket.lock_id);
        update.value(Ticket::UntilTime, ticket.pending_until);
        if restart_timeout {
            update.value(Ticket::Timeout, i32::try_from(self.now().timestamp()).unwrap_or(i32::MAX));
        }
        update.value(Ticket::ChangeTime, stamp.time).value(Ticket::ChangeBy, stamp.by);
        self.execute(&update).await.map(drop)
    }

    /// The number of the lock type that means locked, or unlocked.
    pub async fn lock_id(&self, is_locked: bool) -> Result<i16> {
        let name = if is_locked { "lock" } else { "unlock" };
        let id = self.reference().await?.lock_named(name);
        id.ok_or_else(|| Error::internal(format!("the table `ticket_lock_type` has no row `{name}`")))
    }

    /// Who wrote the newest article of a ticket that no program wrote.
    pub async fn last_sender(&self, ticket_id: i64, words: &TicketWords) -> Result<Option<Sender>> {
        let human = [Sender::Agent, Sender::Customer].map(sender_name);
        let ids: Vec<i16> = human.iter().filter_map(|name| words.senders.get(*name)).copied().collect();
        let mut select = Query::select();
        select.column("article_sender_type_id").from(article::Entity).and_where(Expr::col("ticket_id").eq(ticket_id));
        select.and_where(Expr::col("article_sender_type_id").is_in(text::padded(ids)));
        select.order_by("id", Order::Desc).limit(1);
        let found: Option<i16> = self.rows(&select).await?.first().map(|row| row.at(0)).transpose()?;
        let name = words.senders.iter().find(|(_, id)| Some(**id) == found);
        Ok(name.map(|(name, _)| Sender::from_name(name)))
    }

    /// What the queue of a ticket does with answers to closed tickets: the name of its policy, and whether they are locked to their owner again.
    pub async fn follow_up_of_queue(&self, queue_id: i32) -> Result<(String, bool)> {
        let mut select = Query::select();
        select.columns([("follow_up_possible", "name"), ("queue", "follow_up_lock")]).from("queue").inner_join(
            "follow_up_possible",
            Expr::col(("follow_up_possible", "id")).equals(("queue", "follow_up_id")),
        );
        select.and_where(Expr::col(("queue", "id")).eq(queue_id));
        let rows = self.rows(&select).await?;
        rows.first().map_or(Ok((String::new(), false)), |row| Ok((row.at(0)?, row.at::<i16>(1)? == 1)))
    }
}
