//! Demo data: fills a database of the native layout with a recurring cast and with generated companies, people and tickets.
//! It only writes rows; making the tables and hashing passwords is done elsewhere.
//!
//! # The cast
//!
//! The cast is the same in every set and for every seed; all its accounts have the password `deskgraph-demo`.
//!
//! *Companies.* Acme (`acme`), the large customer, with Ann (`ann`: rw in `billing`, ro in `security` of her own) and Bob
//! (`bob`: nothing of his own); Tess (`tess`) is temporarily invalid. Acme has rw in `support` and ro in `billing`. Acme Holding
//! (`acme-holding`) with Hedda (`hedda`) also sees the support tickets of other customers. Globex (`globex`) with Gus (`gus`: rw
//! in `sales`) and Ivy (`ivy`), who is invalid; ro in `support`, ro and rw in `network`. Initech (`initech`) with Ines (`ines`)
//! and Mia (`mia`), who has two additional customers, Acme and Globex. Companies with umlauts and accents are
//! `mueller-soehne`, `lefevre`, `zolw` and `smoerrebroed`; `öznur` is a login with an umlaut. The id of `10023` is a number, that of
//! `office@blumen-koenig.example` an e-mail address. `neuland` has nobody and nothing, `oldco` is invalid, `winterschlaf`
//! temporarily invalid. Paula (`paula`) has no password. Nils (`nils`) belongs to a customer id that does not exist.
//!
//! *Agents.* `root@localhost` is the administrator and has rw in every group; Adam (`adam`) has rw in `admin` too; Olga (`olga`) has rw in `support`, ro in
//! `billing`, ro and note in `hardware`; Ulf (`ulf`) may edit customers (rw in `users`); Rita (`rita`) has the role `Support team`
//! only; Nora (`nora`) has no group; Iris (`iris`) is invalid. The group `legacy` and its queue are invalid as well.
//!
//! *Tickets.* Every state, escalated and not, reminders reached and to come, locked and free, without person and without
//! customer; `cast_ticket` lists them. Generated tickets never belong to companies or people of the cast.

mod agent;
mod cast;
mod cast_ticket;
mod clock;
mod company;
mod dice;
mod generate;
mod index;
mod lookup;
mod model;
mod name;
mod person;
mod place;
mod setting;
mod story;
mod structure;
mod subject;
mod table;
#[cfg(test)]
mod tests;
mod ticket;
mod write;

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DbErr};

use crate::domain::rules::Rules;

use lookup::Lookup;
use setting::Setting;
use write::Writer;

/// How much to make. The cast is always complete, so very small numbers are exceeded by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoSize {
    /// Companies, those of the cast included.
    pub customers: usize,
    /// People of companies, those of the cast included.
    pub customer_users: usize,
    /// Tickets, those of the cast included. Above 5,000 only as many of the newest ones have articles and history.
    pub tickets: usize,
    /// Equal seeds at the same time give equal data.
    pub seed: u64,
}

impl Default for DemoSize {
    fn default() -> Self {
        Self { customers: 40, customer_users: 160, tickets: 900, seed: 1 }
    }
}

impl DemoSize {
    /// Whether the set is written in several transactions, so that a failure leaves a part of it behind.
    fn is_large(&self) -> bool {
        self.customers + self.customer_users + self.tickets > 20_000
    }
}

/// Which log-in an account belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// Agents.
    Agent,
    /// Customer users.
    Customer,
}

/// An account that can log in after the filling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Login.
    pub login: String,
    /// Password in plain text.
    pub password: &'static str,
    /// Where it logs in.
    pub realm: Realm,
}

impl Account {
    fn new(login: &str, realm: Realm) -> Self {
        Self { login: login.to_owned(), password: cast::PASSWORD, realm }
    }
}

/// What is there after the filling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOutcome {
    /// `root@localhost`.
    pub administrator: Account,
    /// Olga, who has few groups.
    pub agent: Account,
    /// Ann of Acme.
    pub customer_user: Account,
    /// Companies written.
    pub customers: usize,
    /// People written.
    pub customer_users: usize,
    /// Tickets written.
    pub tickets: usize,
}

/// How far a filling is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is being written.
    pub phase: &'static str,
    /// Steps of the phase that are done.
    pub done: usize,
    /// Steps of the phase.
    pub total: usize,
}

/// Why the demo data were not written. Each is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database has data that the demo data would mix with.
    #[error(
        "the database already has {0}: demo data are only written to an empty one, name a new database in `database.url`"
    )]
    NotEmpty(&'static str),
    /// An agent of the cast exists already.
    #[error(
        "the database already has an agent `{0}`: demo data are only written to an empty one, name a new database in `database.url`"
    )]
    Taken(String),
    /// The database lacks one of its first rows.
    #[error("{0} is missing: demo data need the tables and first rows that `deskgraph migrate` makes")]
    Missing(String),
    /// Nothing was written.
    #[error("the demo data could not be written, the database is as it was: {0}")]
    Database(#[from] DbErr),
    /// A large set was written in part.
    #[error("the demo data were only written in part, delete the database and make it anew: {0}")]
    Partly(DbErr),
}

/// Fills the database.
///
/// `now` is the present that the times are counted from; `rules` say what ticket numbers look like, when work is done, and in
/// which zone the naive time columns are. `hash` makes the stored form of a password for a login; it is called once, because all
/// accounts of the cast have the same password. Generated people have none. `progress` is called often: it must be quick.
///
/// A set of usual size is written completely or not at all; a large one (more than 20,000 records) in pieces.
pub async fn fill(
    db: &DatabaseConnection,
    size: &DemoSize,
    now: DateTime<Utc>,
    rules: &Rules,
    hash: &(dyn Fn(&str, &str) -> String + Sync),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<DemoOutcome, DemoError> {
    lookup::refuse_filled(db).await?;
    let mut lookup = Lookup::read(db).await?;
    let setting = Setting::new(size, now, rules, &lookup)?;
    let pw = hash(cast::ADMINISTRATOR, cast::PASSWORD);
    let outcome = write_all(db, &setting, &mut lookup, &pw, progress).await;
    outcome.map_err(|error| match error {
        DemoError::Database(cause) if size.is_large() => DemoError::Partly(cause),
        other => other,
    })
}

async fn write_all(
    db: &DatabaseConnection,
    setting: &Setting<'_>,
    lookup: &mut Lookup,
    pw: &str,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<DemoOutcome, DemoError> {
    let mut writer = Writer::begin(db, setting.size.is_large(), progress).await?;
    let structure = structure::write(setting, lookup, &mut writer, pw).await?;
    let companies = company::write(setting, &structure, &mut writer).await?;
    let people = person::write(setting, &structure, &companies, &mut writer, pw).await?;
    let tickets = ticket::write(setting, &structure, lookup, &companies, &people, &mut writer).await?;
    writer.finish().await?;
    Ok(DemoOutcome {
        administrator: Account::new(cast::ADMINISTRATOR, Realm::Agent),
        agent: Account::new("olga", Realm::Agent),
        customer_user: Account::new("ann", Realm::Customer),
        customers: cast::COMPANIES.len() + companies.len(),
        customer_users: cast::PEOPLE.len() + people.count(),
        tickets,
    })
}
