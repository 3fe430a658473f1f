//! Finds out which product and version made the tables of a database, from their names and columns
//! alone. Nothing is written, and reading the catalogue needs no more than SELECT on the tables.

mod catalogue;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use migration::search::SEARCH_INDEXES;
use sea_orm::{DatabaseConnection, DbErr};

use catalogue::Catalogue;

/// Tables without which there is no help desk of any version.
const FOUNDATION: [&str; 6] = ["valid", "users", "customer_user", "customer_company", "ticket", "queue"];

/// Tables that OTRS 6 was the first to have.
const SINCE_OTRS_6: [&str; 4] =
    ["customer_user_customer", "group_customer", "communication_channel", "article_data_mime"];

/// The table of groups in OTOBO, in Znuny since 6.1, and in OTRS 6.
const GROUPS: [&str; 3] = ["groups_table", "permission_groups", "groups"];

const OTOBO_CHAT: &str = "article_data_otobo_chat";
const OTRS_CHAT: &str = "article_data_otrs_chat";

/// Who made the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Product {
    /// Our own migrator, with the layout of OTOBO 11.
    Native,
    /// OTOBO 10.0.
    Otobo100,
    /// OTOBO 10.1.
    Otobo101,
    /// OTOBO 11.
    Otobo11,
    /// Znuny 6.1 and later.
    Znuny,
    /// OTRS 6, the community editions made from it, and Znuny 6.0.
    Otrs6,
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Native => "Deskgraph",
            Self::Otobo100 => "OTOBO 10.0",
            Self::Otobo101 => "OTOBO 10.1",
            Self::Otobo11 => "OTOBO 11",
            Self::Znuny => "Znuny 6.1 or later",
            Self::Otrs6 => "OTRS 6 or Znuny 6.0",
        })
    }
}

/// What differs between the databases that we can work with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Who made the tables.
    pub product: Product,
    /// Name of the table of groups.
    pub groups_table: String,
    /// Whether our own tables are there: change log, sessions, API tokens. Without them nothing can be written.
    pub has_own_tables: bool,
    /// The names of the indexes for searches that are there.
    pub search_indexes: Vec<&'static str>,
    /// How long texts may be.
    pub lengths: ColumnLengths,
}

impl Layout {
    /// Whether our own migrator made the tables, so that they may be changed by us.
    pub fn is_native(&self) -> bool {
        self.product == Product::Native
    }
}

/// The lengths of text columns as the database declares them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnLengths(HashMap<String, HashMap<String, usize>>);

impl ColumnLengths {
    /// How many characters surely fit into a column. None means that it is no text, has no limit
    /// or does not exist. The table of groups has the name that the layout gives.
    pub fn of(&self, table: &str, column: &str) -> Option<usize> {
        self.0.get(table)?.get(column).copied()
    }
}

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// No table of a help desk: the native layout may be made here.
    Empty,
    /// A help desk that we can work with.
    Known(Layout),
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// A help desk from before OTRS 6.
    #[error(
        "the database is older than OTRS 6, it has no table {}: upgrade it to OTOBO, Znuny or OTRS 6 first",
        quoted(.missing)
    )]
    TooOld {
        /// The tables that it lacks.
        missing: Vec<String>,
    },
    /// Tables with our names that make no help desk together.
    #[error(
        "the database has some tables of a help desk, but not {}: set `database.url` to a complete OTOBO, Znuny or OTRS 6 database or to an empty one",
        quoted(.missing)
    )]
    Unknown {
        /// The tables that it lacks.
        missing: Vec<String>,
    },
    /// The database did not answer.
    #[error("the tables of the database cannot be listed: {0}")]
    Database(#[from] DbErr),
}

fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Looks at the tables of the database, in one statement.
pub async fn detect(db: &DatabaseConnection) -> Result<Found, LayoutError> {
    let catalogue = catalogue::read(db).await?;
    if is_empty(&catalogue) {
        return Ok(Found::Empty);
    }
    let missing = missing(&catalogue, &FOUNDATION);
    let groups = GROUPS.into_iter().find(|name| catalogue.has(name));
    let Some(groups) = groups.filter(|_| missing.is_empty()) else {
        return Err(LayoutError::Unknown { missing: with_groups(missing, groups) });
    };
    let missing = self::missing(&catalogue, &SINCE_OTRS_6);
    if !missing.is_empty() {
        return Err(LayoutError::TooOld { missing });
    }
    Ok(Found::Known(Layout {
        product: product(&catalogue, groups),
        groups_table: groups.to_owned(),
        has_own_tables: migration::own_table_names().iter().all(|name| catalogue.has(name)),
        search_indexes: SEARCH_INDEXES.iter().map(|index| index.name).filter(|name| catalogue.has(name)).collect(),
        lengths: catalogue.into_lengths(),
    }))
}

/// Tables of other programs do not count, and neither does the note of a migrator that has made
/// nothing yet.
fn is_empty(catalogue: &Catalogue) -> bool {
    let theirs = [OTOBO_CHAT, OTRS_CHAT, "permission_groups", "groups"];
    let mut names = migration::table_names().into_iter().chain(theirs);
    !names.any(|name| catalogue.has(name))
}

fn missing(catalogue: &Catalogue, wanted: &[&str]) -> Vec<String> {
    let missing = wanted.iter().filter(|name| !catalogue.has(name));
    missing.map(|name| (*name).to_owned()).collect()
}

fn with_groups(mut missing: Vec<String>, groups: Option<&str>) -> Vec<String> {
    if groups.is_none() {
        missing.push(GROUPS[0].to_owned());
    }
    missing
}

fn product(catalogue: &Catalogue, groups: &str) -> Product {
    let has_chat = catalogue.has(OTOBO_CHAT) || catalogue.has(OTRS_CHAT);
    // Our own tables may stand beside those of another product, the migrator's note among them. But
    // each of the others has a table for chats, and the native layout has none.
    if catalogue.has(migration::MIGRATION_TABLE) && !has_chat {
        return Product::Native;
    }
    match groups {
        "permission_groups" => Product::Znuny,
        "groups" => Product::Otrs6,
        _ if catalogue.has_column("dynamic_field_value", "index_value") => Product::Otobo11,
        _ if catalogue.has("data_storage") => Product::Otobo101,
        _ => Product::Otobo100,
    }
}
