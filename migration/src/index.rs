//! The indexes that our queries want and OTOBO's layout lacks. The native layout gets them; for a
//! database of another program they are only proposed.

use sea_orm_migration::sea_orm::DbBackend;

use Part::{Folded, Plain};

/// A column of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Compared as it stands.
    Plain(&'static str),
    /// Compared without case: by `lower()` on PostgreSQL, by the column's collation elsewhere.
    Folded(&'static str),
}

/// An index of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name, which begins with `deskgraph_`.
    pub name: &'static str,
    /// The table it is on.
    pub table: &'static str,
    /// Its columns, in order.
    pub columns: &'static [Part],
    /// True where only PostgreSQL lacks it.
    pub only_on_postgres: bool,
}

impl Index {
    /// Whether this database has a use for it.
    pub fn is_wanted(&self, backend: DbBackend) -> bool {
        backend == DbBackend::Postgres || !self.only_on_postgres
    }

    /// The statement that makes it, without a semicolon.
    pub fn create_statement(&self, backend: DbBackend) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|part| match (part, backend) {
                (Folded(column), DbBackend::Postgres) => format!("lower({column})"),
                (Folded(column) | Plain(column), _) => (*column).to_owned(),
            })
            .collect();
        let (name, table) = (self.name, self.table);
        format!("CREATE INDEX {name} ON {table} ({})", columns.join(", "))
    }
}

const fn own(name: &'static str, table: &'static str, columns: &'static [Part]) -> Index {
    Index {
        name,
        table,
        columns,
        only_on_postgres: false,
    }
}

const fn on_postgres(name: &'static str, table: &'static str, columns: &'static [Part]) -> Index {
    Index {
        name,
        table,
        columns,
        only_on_postgres: true,
    }
}

/// All of them. Every key stays below MariaDB's limit of 3072 bytes also with the longer columns of
/// Znuny and OTRS 6, so none is cut to a prefix, which would keep it from answering alone.
pub const OWN: &[Index] = &[
    own(
        "deskgraph_ticket_customer",
        "ticket",
        &[
            Folded("customer_id"),
            Plain("ticket_state_id"),
            Plain("create_time"),
            Plain("id"),
        ],
    ),
    own(
        "deskgraph_ticket_customer_user",
        "ticket",
        &[
            Folded("customer_user_id"),
            Plain("ticket_state_id"),
            Plain("create_time"),
            Plain("id"),
        ],
    ),
    own(
        "deskgraph_ticket_state",
        "ticket",
        &[Plain("ticket_state_id"), Plain("create_time"), Plain("id")],
    ),
    own(
        "deskgraph_ticket_queue",
        "ticket",
        &[
            Plain("queue_id"),
            Plain("ticket_state_id"),
            Plain("create_time"),
            Plain("id"),
        ],
    ),
    own(
        "deskgraph_ticket_create_time",
        "ticket",
        &[Plain("create_time"), Plain("id")],
    ),
    own(
        "deskgraph_ticket_change_time",
        "ticket",
        &[Plain("change_time"), Plain("id")],
    ),
    own(
        "deskgraph_ticket_escalation_time",
        "ticket",
        &[Plain("escalation_time"), Plain("id")],
    ),
    own(
        "deskgraph_ticket_until_time",
        "ticket",
        &[Plain("until_time"), Plain("id")],
    ),
    own(
        "deskgraph_ticket_title",
        "ticket",
        &[Folded("title"), Plain("id")],
    ),
    own(
        "deskgraph_customer_user_customer_id",
        "customer_user",
        &[Folded("customer_id"), Folded("login")],
    ),
    own(
        "deskgraph_customer_user_login",
        "customer_user",
        &[Folded("login"), Plain("id")],
    ),
    own(
        "deskgraph_customer_user_first_name",
        "customer_user",
        &[Folded("first_name"), Plain("id")],
    ),
    own(
        "deskgraph_customer_user_last_name",
        "customer_user",
        &[Folded("last_name"), Plain("id")],
    ),
    own(
        "deskgraph_customer_user_email",
        "customer_user",
        &[Folded("email"), Plain("id")],
    ),
    own(
        "deskgraph_customer_user_create_time",
        "customer_user",
        &[Plain("create_time"), Plain("id")],
    ),
    own(
        "deskgraph_customer_user_change_time",
        "customer_user",
        &[Plain("change_time"), Plain("id")],
    ),
    // The other two find a customer by the primary key, which ignores case there.
    on_postgres(
        "deskgraph_customer_company_id",
        "customer_company",
        &[Folded("customer_id")],
    ),
    own(
        "deskgraph_customer_company_name",
        "customer_company",
        &[Folded("name"), Plain("customer_id")],
    ),
    own(
        "deskgraph_customer_company_city",
        "customer_company",
        &[Folded("city"), Plain("customer_id")],
    ),
    own(
        "deskgraph_customer_company_country",
        "customer_company",
        &[Folded("country"), Plain("customer_id")],
    ),
    own(
        "deskgraph_customer_company_create_time",
        "customer_company",
        &[Plain("create_time"), Plain("customer_id")],
    ),
    own(
        "deskgraph_customer_company_change_time",
        "customer_company",
        &[Plain("change_time"), Plain("customer_id")],
    ),
    own(
        "deskgraph_group_customer_user_login",
        "group_customer_user",
        &[
            Folded("user_id"),
            Plain("group_id"),
            Plain("permission_key"),
        ],
    ),
    own(
        "deskgraph_group_customer_user_group",
        "group_customer_user",
        &[
            Plain("group_id"),
            Plain("permission_key"),
            Folded("user_id"),
        ],
    ),
    own(
        "deskgraph_group_customer_customer",
        "group_customer",
        &[
            Folded("customer_id"),
            Plain("permission_context"),
            Plain("group_id"),
            Plain("permission_key"),
        ],
    ),
    own(
        "deskgraph_group_customer_group",
        "group_customer",
        &[
            Plain("group_id"),
            Plain("permission_context"),
            Plain("permission_key"),
            Folded("customer_id"),
        ],
    ),
    own(
        "deskgraph_customer_user_customer_login",
        "customer_user_customer",
        &[Folded("user_id"), Folded("customer_id")],
    ),
    own(
        "deskgraph_customer_user_customer_customer",
        "customer_user_customer",
        &[Folded("customer_id"), Folded("user_id")],
    ),
    own(
        "deskgraph_customer_preferences_login",
        "customer_preferences",
        &[Folded("user_id"), Plain("preferences_key")],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_short_enough_for_postgresql() {
        for (place, index) in OWN.iter().enumerate() {
            assert!(index.name.starts_with("deskgraph_"), "{}", index.name);
            assert!(index.name.len() < 64, "{}", index.name);
            assert!(OWN[..place].iter().all(|other| other.name != index.name));
        }
    }

    #[test]
    fn only_postgresql_compares_by_lower() {
        let index = own(
            "deskgraph_x",
            "customer_user",
            &[Folded("login"), Plain("id")],
        );
        assert_eq!(
            index.create_statement(DbBackend::Postgres),
            "CREATE INDEX deskgraph_x ON customer_user (lower(login), id)"
        );
        assert_eq!(
            index.create_statement(DbBackend::MySql),
            "CREATE INDEX deskgraph_x ON customer_user (login, id)"
        );
    }

    #[test]
    fn an_index_for_postgresql_alone_is_not_wanted_elsewhere() {
        let index = on_postgres("deskgraph_x", "customer_company", &[Folded("customer_id")]);
        assert!(index.is_wanted(DbBackend::Postgres));
        assert!(!index.is_wanted(DbBackend::Sqlite));
        assert!(!index.is_wanted(DbBackend::MySql));
    }
}
