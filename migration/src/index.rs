//! The indexes that our queries want and OTOBO's layout lacks. The native layout gets them; for a
//! database of another program they are only proposed.

use sea_orm_migration::sea_orm::DbBackend;

/// An index of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name, which begins with `deskgraph_`.
    pub name: &'static str,
    /// The table it is on.
    pub table: &'static str,
    /// Its columns in order, as PostgreSQL wants them. `lower(..)` stands around text that is
    /// compared and ordered without case; the other two do so by the column's collation.
    pub columns: &'static str,
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
        let columns = self.columns_on(backend);
        format!("CREATE INDEX {} ON {} ({columns})", self.name, self.table)
    }

    fn columns_on(&self, backend: DbBackend) -> String {
        match backend {
            DbBackend::Postgres => self.columns.to_owned(),
            _ => without_repeats(&self.columns.replace("lower(", "").replace(')', "")),
        }
    }
}

/// What is an expression on PostgreSQL and its column besides is one column elsewhere.
fn without_repeats(columns: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for column in columns.split(", ") {
        if !kept.contains(&column) {
            kept.push(column);
        }
    }
    kept.join(", ")
}

/// The statements that make all of them on tables which have none of them yet.
pub(crate) fn script(backend: DbBackend) -> String {
    let wanted = || OWN.iter().filter(move |index| index.is_wanted(backend));
    if backend != DbBackend::MySql {
        return wanted().map(|index| index.create_statement(backend) + ";\n").collect();
    }
    // One statement per table took about a third of the time that one per index took.
    let mut tables: Vec<&str> = wanted().map(|index| index.table).collect();
    tables.dedup();
    let alter = |table: &str| {
        let here = wanted().filter(|index| index.table == table);
        let added: Vec<String> =
            here.map(|index| format!("ADD INDEX {} ({})", index.name, index.columns_on(backend))).collect();
        format!("ALTER TABLE {table} {};\n", added.join(", "))
    };
    tables.into_iter().map(alter).collect()
}

const fn own(name: &'static str, table: &'static str, columns: &'static str) -> Index {
    Index { name, table, columns, only_on_postgres: false }
}

const fn on_postgres(name: &'static str, table: &'static str, columns: &'static str) -> Index {
    Index { name, table, columns, only_on_postgres: true }
}

/// All of them, those of one table together. Every key stays below MariaDB's limit of 3072 bytes also with the longer columns of
/// Znuny and OTRS 6, so none is cut to a prefix, which would keep it from answering alone.
pub const OWN: &[Index] = &[
    own("deskgraph_ticket_customer", "ticket", "lower(customer_id), ticket_state_id, create_time, id"),
    // Everything that counting the tickets of a customer reads, so that the large ones are counted from the index alone. PostgreSQL does
    // so only where the column stands beside the expression on it.
    own(
        "deskgraph_ticket_customer_count",
        "ticket",
        "lower(customer_id), ticket_state_id, queue_id, user_id, escalation_time, until_time, customer_id",
    ),
    own("deskgraph_ticket_customer_user", "ticket", "lower(customer_user_id), ticket_state_id, create_time, id"),
    own("deskgraph_ticket_state", "ticket", "ticket_state_id, create_time, id"),
    own("deskgraph_ticket_queue", "ticket", "queue_id, ticket_state_id, create_time, id"),
    own("deskgraph_ticket_create_time", "ticket", "create_time, id"),
    own("deskgraph_ticket_change_time", "ticket", "change_time, id"),
    own("deskgraph_ticket_escalation_time", "ticket", "escalation_time, id"),
    own("deskgraph_ticket_until_time", "ticket", "until_time, id"),
    own("deskgraph_ticket_title", "ticket", "lower(title), id"),
    own("deskgraph_customer_user_customer_id", "customer_user", "lower(customer_id), lower(login)"),
    // Likewise for counting the people of a customer.
    own("deskgraph_customer_user_customer_count", "customer_user", "lower(customer_id), valid_id, id, customer_id"),
    own("deskgraph_customer_user_login", "customer_user", "lower(login), id"),
    own("deskgraph_customer_user_first_name", "customer_user", "lower(first_name), id"),
    own("deskgraph_customer_user_last_name", "customer_user", "lower(last_name), id"),
    own("deskgraph_customer_user_email", "customer_user", "lower(email), id"),
    own("deskgraph_customer_user_create_time", "customer_user", "create_time, id"),
    own("deskgraph_customer_user_change_time", "customer_user", "change_time, id"),
    // The other two find a customer by the primary key, which ignores case there.
    on_postgres("deskgraph_customer_company_id", "customer_company", "lower(customer_id)"),
    own("deskgraph_customer_company_name", "customer_company", "lower(name), customer_id"),
    own("deskgraph_customer_company_city", "customer_company", "lower(city), customer_id"),
    own("deskgraph_customer_company_country", "customer_company", "lower(country), customer_id"),
    own("deskgraph_customer_company_create_time", "customer_company", "create_time, customer_id"),
    own("deskgraph_customer_company_change_time", "customer_company", "change_time, customer_id"),
    own("deskgraph_group_customer_user_login", "group_customer_user", "lower(user_id), group_id, permission_key"),
    own("deskgraph_group_customer_user_group", "group_customer_user", "group_id, permission_key, lower(user_id)"),
    own(
        "deskgraph_group_customer_customer",
        "group_customer",
        "lower(customer_id), permission_context, group_id, permission_key",
    ),
    own(
        "deskgraph_group_customer_group",
        "group_customer",
        "group_id, permission_context, permission_key, lower(customer_id)",
    ),
    own("deskgraph_customer_user_customer_login", "customer_user_customer", "lower(user_id), lower(customer_id)"),
    own("deskgraph_customer_user_customer_customer", "customer_user_customer", "lower(customer_id), lower(user_id)"),
    own("deskgraph_customer_preferences_login", "customer_preferences", "lower(user_id), preferences_key"),
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
    fn every_index_is_on_a_table_of_the_layout() {
        let tables = crate::table_names();
        for index in OWN {
            assert!(tables.contains(&index.table), "{}", index.name);
        }
    }

    #[test]
    fn only_postgresql_compares_by_lower() {
        let index = own("deskgraph_x", "customer_user", "lower(login), id");
        assert_eq!(
            index.create_statement(DbBackend::Postgres),
            "CREATE INDEX deskgraph_x ON customer_user (lower(login), id)"
        );
        assert_eq!(index.create_statement(DbBackend::MySql), "CREATE INDEX deskgraph_x ON customer_user (login, id)");
    }

    #[test]
    fn a_column_beside_its_expression_is_named_once_elsewhere() {
        let index = own("deskgraph_x", "ticket", "lower(customer_id), queue_id, customer_id");
        assert_eq!(
            index.create_statement(DbBackend::Postgres),
            "CREATE INDEX deskgraph_x ON ticket (lower(customer_id), queue_id, customer_id)"
        );
        assert_eq!(
            index.create_statement(DbBackend::Sqlite),
            "CREATE INDEX deskgraph_x ON ticket (customer_id, queue_id)"
        );
    }

    #[test]
    fn an_index_for_postgresql_alone_is_not_wanted_elsewhere() {
        let index = on_postgres("deskgraph_x", "customer_company", "lower(customer_id)");
        assert!(index.is_wanted(DbBackend::Postgres));
        assert!(!index.is_wanted(DbBackend::Sqlite));
        assert!(!index.is_wanted(DbBackend::MySql));
    }
}
