//! Group relations as rows: read whole, compared, and written by deleting and inserting, because their tables have no keys and may hold
//! anything twice. Also the additional customers of people.

use std::collections::BTreeMap;

use sea_orm::DbBackend;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, IntoCondition, Query};

use crate::entity::{customer_user as person, customer_user_customer as assignment};
use crate::error::Result;

use super::grant::{OTHER_CUSTOMERS, SAME_CUSTOMER};
use super::transaction::Stamp;
use super::{Store, text};

/// Which of the two tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Customers in groups.
    Customer,
    /// Customer users in groups.
    Person,
}

/// Which rows of a table a change is about.
#[derive(Clone, Copy, Debug)]
pub enum Side<'a> {
    /// Those of one customer or person.
    Holder(&'a str),
    /// Those of one group.
    Group(i32),
}

/// A place for permissions: one holder in one group and context. Holders are compared by [`Store::parent_key`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The holder's key as compared.
    pub holder: String,
    /// The group.
    pub group_id: i32,
    /// The context as stored; empty for a person.
    pub context: String,
}

/// What is stored in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The spellings of the holder in the rows.
    pub spellings: Vec<String>,
    /// The key and value of every row.
    pub rows: Vec<(String, i16)>,
}

/// What is to be stored in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The place.
    pub place: Place,
    /// The holder as the record spells it.
    pub holder: String,
    /// The spellings whose rows go.
    pub spellings: Vec<String>,
    /// The keys.
    pub keys: Vec<String>,
}

/// How many holders or rows go into one statement.
const CHUNK: usize = 1000;
/// The same for names, of which PostgreSQL and MariaDB take some more.
const NAMES: usize = 4000;

impl Relation {
    /// The table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Customer => "group_customer",
            Self::Person => "group_customer_user",
        }
    }

    /// The column that names the holder.
    pub fn holder(self) -> &'static str {
        match self {
            Self::Customer => "customer_id",
            Self::Person => "user_id",
        }
    }
}

impl Stored {
    /// The keys that count.
    pub fn keys(&self) -> Vec<String> {
        self.rows.iter().filter(|(_, value)| *value == 1).map(|(key, _)| key.clone()).collect()
    }

    /// Whether the rows are exactly these keys, each once and under this spelling.
    pub fn is_exactly(&self, holder: &str, keys: &[String]) -> bool {
        let mut rows: Vec<&str> = self.rows.iter().map(|(key, _)| key.as_str()).collect();
        let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        rows.sort_unstable();
        keys.sort_unstable();
        rows == keys
            && self.rows.iter().all(|(_, value)| *value == 1)
            && self.spellings.iter().all(|spelling| spelling == holder)
    }
}

/// How many names go into one statement. SQLite takes the fewest values, and needs several for a text that is not ASCII.
pub fn names_at_once(backend: DbBackend) -> usize {
    if backend == DbBackend::Sqlite { CHUNK } else { NAMES }
}

impl Store {
    /// How many names go into one statement, see [`names_at_once`].
    pub fn names_at_once(&self) -> usize {
        names_at_once(self.backend())
    }

    /// Everything that is stored on one side, in the contexts that mean something.
    pub async fn relations(&self, relation: Relation, side: Side<'_>) -> Result<BTreeMap<Place, Stored>> {
        let mut select = Query::select();
        select.columns([relation.holder(), "group_id", "permission_key", "permission_value"]);
        match relation {
            Relation::Customer => select.column("permission_context"),
            Relation::Person => select.expr(Expr::cust("''")),
        };
        select.from(relation.table()).cond_where(self.on_side(relation, side));
        let mut found: BTreeMap<Place, Stored> = BTreeMap::new();
        for row in self.rows(&select).await? {
            let spelling: String = row.at(0)?;
            let place = Place { holder: self.parent_key(&spelling), group_id: row.at(1)?, context: row.at(4)? };
            let stored = found.entry(place).or_default();
            if !stored.spellings.contains(&spelling) {
                stored.spellings.push(spelling);
            }
            stored.rows.push((row.at(2)?, row.at(3)?));
        }
        Ok(found)
    }

    fn on_side(&self, relation: Relation, side: Side<'_>) -> Cond {
        let on_side = match side {
            Side::Holder(name) => text::is_one_of(self.backend(), Expr::col(relation.holder()), &[name]),
            Side::Group(group_id) => Expr::col("group_id").eq(group_id),
        };
        match relation {
            Relation::Customer => {
                on_side.and(Expr::col("permission_context").is_in([SAME_CUSTOMER, OTHER_CUSTOMERS])).into_condition()
            }
            Relation::Person => on_side.into_condition(),
        }
    }

    /// Writes places anew: what was there goes, and the keys come. All places are on one side.
    pub async fn rewrite_relations(
        &self,
        relation: Relation,
        side: Side<'_>,
        rewrites: &[Rewrite],
        stamp: Stamp,
    ) -> Result<()> {
        let contexts = match relation {
            Relation::Customer => vec![SAME_CUSTOMER, OTHER_CUSTOMERS],
            Relation::Person => vec![""],
        };
        for context in contexts {
            let here: Vec<&Rewrite> = rewrites.iter().filter(|rewrite| rewrite.place.context == context).collect();
            for some in here.chunks(CHUNK) {
                let mut delete = Query::delete();
                delete.from_table(relation.table()).cond_where(self.on_side(relation, side));
                if relation == Relation::Customer {
                    delete.and_where(Expr::col("permission_context").eq(context));
                }
                match side {
                    Side::Holder(_) => {
                        let groups = some.iter().map(|rewrite| rewrite.place.group_id);
                        delete.and_where(Expr::col("group_id").is_in(text::padded(groups)));
                    }
                    Side::Group(_) => {
                        let spellings = some.iter().flat_map(|rewrite| rewrite.spellings.iter().cloned());
                        delete.and_where(Expr::col(relation.holder()).is_in(text::padded(spellings)));
                    }
                }
                self.execute(&delete).await?;
            }
        }
        self.insert_relations(relation, rewrites, stamp).await
    }

    async fn insert_relations(&self, relation: Relation, rewrites: &[Rewrite], stamp: Stamp) -> Result<()> {
        let rows: Vec<(&Rewrite, &String)> =
            rewrites.iter().flat_map(|rewrite| rewrite.keys.iter().map(move |key| (rewrite, key))).collect();
        for some in rows.chunks(CHUNK) {
            let mut columns = vec![relation.holder(), "group_id", "permission_key", "permission_value"];
            columns.extend(["create_time", "create_by", "change_time", "change_by"]);
            columns.extend((relation == Relation::Customer).then_some("permission_context"));
            let mut insert = Query::insert();
            insert.into_table(relation.table()).columns(columns);
            for (rewrite, key) in some {
                let mut values: Vec<Expr> = vec![
                    rewrite.holder.as_str().into(),
                    rewrite.place.group_id.into(),
                    key.as_str().into(),
                    1i16.into(),
                    stamp.time.into(),
                    stamp.by.into(),
                    stamp.time.into(),
                    stamp.by.into(),
                ];
                values.extend((relation == Relation::Customer).then(|| rewrite.place.context.as_str().into()));
                insert.values_panic(values);
            }
            self.execute(&insert).await?;
        }
        Ok(())
    }

    /// Writes which additional customers come and go of a person. Rows of those that stay are left as they are.
    pub async fn change_assignments(
        &self,
        login: &str,
        (stored, wanted): (&[String], &[String]),
        stamp: Stamp,
    ) -> Result<()> {
        let only_in = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter().filter(|id| !other.contains(id)).cloned().collect()
        };
        for some in only_in(stored, wanted).chunks(CHUNK) {
            let mut delete = Query::delete();
            delete.from_table(assignment::Entity);
            delete.and_where(text::is_one_of(self.backend(), Expr::col(assignment::Column::UserId), &[login]));
            delete.and_where(Expr::col(assignment::Column::CustomerId).is_in(text::padded(some.iter().cloned())));
            self.execute(&delete).await?;
        }
        for some in only_in(wanted, stored).chunks(CHUNK) {
            let mut insert = Query::insert();
            insert.into_table(assignment::Entity);
            insert.columns(["user_id", "customer_id", "create_time", "create_by", "change_time", "change_by"]);
            for id in some {
                insert.values_panic([
                    login.into(),
                    id.as_str().into(),
                    stamp.time.into(),
                    stamp.by.into(),
                    stamp.time.into(),
                    stamp.by.into(),
                ]);
            }
            self.execute(&insert).await?;
        }
        Ok(())
    }

    /// The valid people whose own or additional customer is one of these, by login as stored.
    pub async fn valid_people_of(&self, customer_ids: &[String]) -> Result<Vec<String>> {
        let valid_ids = self.reference().await?.valid_ids(&[crate::domain::validity::Validity::Valid]);
        let (backend, column) = (self.backend(), |column| Expr::col((person::Entity, column)));
        let mut logins = Vec::new();
        for ids in customer_ids.chunks(self.names_at_once()) {
            let mut own = Query::select();
            own.expr(column(person::Column::Login)).from(person::Entity);
            own.and_where(text::is_one_of(backend, column(person::Column::CustomerId), ids));
            own.and_where(column(person::Column::ValidId).is_in(valid_ids.clone()));
            let assigned = |column| Expr::col((assignment::Entity, column));
            let mut additional = Query::select();
            additional.expr(column(person::Column::Login)).from(assignment::Entity).inner_join(
                person::Entity,
                text::folded(backend, column(person::Column::Login))
                    .eq(text::folded(backend, assigned(assignment::Column::UserId))),
            );
            additional.and_where(text::is_one_of(backend, assigned(assignment::Column::CustomerId), ids));
            additional.and_where(column(person::Column::ValidId).is_in(valid_ids.clone()));
            own.union(sea_orm::sea_query::UnionType::Distinct, additional);
            for row in self.rows(&own).await? {
                logins.push(row.at::<String>(0)?);
            }
        }
        logins.sort_unstable();
        logins.dedup();
        Ok(logins)
    }

    /// Those of these people who are valid, by login as stored.
    pub async fn valid_people(&self, logins: &[String]) -> Result<Vec<String>> {
        let valid_ids = self.reference().await?.valid_ids(&[crate::domain::validity::Validity::Valid]);
        let mut found = Vec::new();
        for some in logins.chunks(self.names_at_once()) {
            let mut select = Query::select();
            select.column(person::Column::Login).from(person::Entity);
            select.and_where(text::is_one_of(self.backend(), Expr::col(person::Column::Login), some));
            select.and_where(Expr::col(person::Column::ValidId).is_in(valid_ids.clone()));
            for row in self.rows(&select).await? {
                found.push(row.at::<String>(0)?);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Customer ids or logins as their records spell them, by what the database takes for equal.
    pub async fn spelled(&self, relation: Relation, names: &[String]) -> Result<BTreeMap<String, String>> {
        let (table, column) = match relation {
            Relation::Customer => ("customer_company", "customer_id"),
            Relation::Person => ("customer_user", "login"),
        };
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for some in names.chunks(self.names_at_once()) {
            let mut select = Query::select();
            select.column(column).from(table);
            select.and_where(text::is_one_of(self.backend(), Expr::col(column), some));
            for row in self.rows(&select).await? {
                let name: String = row.at(0)?;
                let key = self.parent_key(&name);
                // Where the database keeps names apart that differ in case only, the one that was asked for exactly is meant.
                if !found.contains_key(&key) || names.contains(&name) {
                    found.insert(key, name);
                }
            }
        }
        Ok(found)
    }
}
