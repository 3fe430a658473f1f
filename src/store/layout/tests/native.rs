//! The migrations on every database: what they make, and the rows a new database starts with.

use migration::{Migrator, MigratorTrait, index::OWN};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, SqlErr,
};

use super::scratch::{on_every_database, run};
use super::{Product, layout_of};
use crate::entity::{
    article_sender_type, communication_channel, customer_company, dynamic_field, follow_up_possible, group, group_user,
    queue, ticket_history_type, ticket_lock_type, ticket_priority, ticket_state, ticket_state_type, ticket_type, users,
    valid,
};

async fn migrated(db: &DatabaseConnection) {
    Migrator::up(db, None).await.expect("the migrations pass");
}

/// The names of a table by id.
macro_rules! names {
    ($db:expr, $table:ident) => {
        $table::Entity::find()
            .order_by_asc($table::Column::Id)
            .select_only()
            .columns([$table::Column::Name])
            .into_tuple::<String>()
            .all($db)
            .await
            .expect("the names")
    };
}

#[tokio::test]
async fn a_migrated_database_is_native_with_the_lengths_of_otobo_11() {
    on_every_database(async |db| {
        migrated(&db).await;

        let layout = layout_of(&db).await;

        assert_eq!(layout.product, Product::Native);
        assert!(layout.is_native());
        assert_eq!(layout.groups_table, "groups_table");
        let length = |table, column| layout.lengths.of(table, column);
        assert_eq!(length("customer_user", "login"), Some(191));
        assert_eq!(length("customer_company", "customer_id"), Some(150));
        assert_eq!(length("group_customer_user", "user_id"), Some(100));
        assert_eq!(length("ticket", "title"), Some(191));
        assert_eq!(length("ticket", "queue_id"), None);
        assert_eq!(length("sysconfig_default", "effective_value"), None);
        assert_eq!(length("ticket", "nothing"), None);
        assert!(length("article_data_mime", "a_subject").is_some_and(|n| n >= 3800));
    })
    .await;
}

#[tokio::test]
async fn migrating_again_changes_nothing() {
    on_every_database(async |db| {
        migrated(&db).await;
        migrated(&db).await;

        let pending = Migrator::get_pending_migrations_read_only(&db).await;

        assert!(pending.expect("the state").is_empty());
        assert_eq!(names!(&db, valid).len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_lists_of_a_new_database_are_those_of_otobo() {
    on_every_database(async |db| {
        migrated(&db).await;

        assert_eq!(names!(&db, valid), ["valid", "invalid", "invalid-temporarily"]);
        assert_eq!(names!(&db, group), ["users", "admin", "stats"]);
        assert_eq!(names!(&db, queue), ["Postmaster", "Raw", "Junk", "Misc"]);
        assert_eq!(names!(&db, ticket_type), ["Unclassified"]);
        assert_eq!(names!(&db, ticket_lock_type), ["unlock", "lock", "tmp_lock"]);
        assert_eq!(names!(&db, ticket_priority), ["1 very low", "2 low", "3 normal", "4 high", "5 very high"]);
        assert_eq!(names!(&db, follow_up_possible), ["possible", "reject", "new ticket"]);
        assert_eq!(names!(&db, article_sender_type), ["agent", "system", "customer"]);
        assert_eq!(names!(&db, communication_channel), ["Email", "Phone", "Internal", "Chat"]);
        let history = names!(&db, ticket_history_type);
        assert_eq!(history.len(), 55);
        assert_eq!((history[0].as_str(), history[20].as_str()), ("NewTicket", "CustomerUpdate"));
        assert_eq!(history[54], "ArticleDelete");
    })
    .await;
}

#[tokio::test]
async fn the_states_of_a_new_database_mean_what_they_mean_in_otobo() {
    on_every_database(async |db| {
        migrated(&db).await;
        let types = names!(&db, ticket_state_type);
        let states =
            ticket_state::Entity::find().order_by_asc(ticket_state::Column::Id).all(&db).await.expect("the states");

        let means = |state: &ticket_state::Model| {
            let place = usize::try_from(state.type_id).expect("an id") - 1;
            format!("{}: {}", state.name, types[place])
        };

        assert_eq!(
            states.iter().map(means).collect::<Vec<_>>(),
            [
                "new: new",
                "closed successful: closed",
                "closed unsuccessful: closed",
                "open: open",
                "removed: removed",
                "pending reminder: pending reminder",
                "pending auto close+: pending auto",
                "pending auto close-: pending auto",
                "merged: merged",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_agent_administrates_but_has_no_password() {
    on_every_database(async |db| {
        migrated(&db).await;

        let agents = users::Entity::find().all(&db).await.expect("the agents");
        let grants =
            group_user::Entity::find().order_by_asc(group_user::Column::GroupId).all(&db).await.expect("the grants");

        assert_eq!(agents.len(), 1);
        assert_eq!((agents[0].id, agents[0].login.as_str()), (1, "root@localhost"));
        assert_eq!(agents[0].pw, "*");
        assert_eq!(agents[0].create_time, agents[0].change_time);
        let grants = grants.iter().map(|g| (g.user_id, g.group_id, g.permission_key.as_str()));
        assert_eq!(grants.collect::<Vec<_>>(), [(1, 1, "rw"), (1, 2, "rw"), (1, 3, "rw")]);
    })
    .await;
}

#[tokio::test]
async fn long_texts_are_read_alike_on_every_database() {
    on_every_database(async |db| {
        migrated(&db).await;

        let fields = dynamic_field::Entity::find().all(&db).await.expect("the fields");
        let chat = communication_channel::Entity::find()
            .filter(communication_channel::Column::Name.eq("Chat"))
            .one(&db)
            .await
            .expect("an answer")
            .expect("the channel");

        assert_eq!(fields.len(), 2);
        assert_eq!(fields[0].config.as_deref(), Some("---\nDefaultValue: ''\n"));
        assert!(chat.channel_data.ends_with("\n- article_data_otobo_chat\n"));
    })
    .await;
}

#[tokio::test]
async fn ids_go_on_after_the_first_rows() {
    on_every_database(async |db| {
        migrated(&db).await;
        let first = valid::Entity::find().one(&db).await.expect("an answer").expect("a row");
        let row = ticket_state::ActiveModel {
            name: Set("waiting".to_owned()),
            type_id: Set(2),
            valid_id: Set(1),
            create_time: Set(first.create_time),
            create_by: Set(1),
            change_time: Set(first.change_time),
            change_by: Set(1),
            ..Default::default()
        };

        let result = ticket_state::Entity::insert(row).exec(&db).await.expect("a new state");

        assert_eq!(result.last_insert_id, 10);
    })
    .await;
}

#[tokio::test]
async fn foreign_keys_hold_from_the_first_table_to_the_last() {
    on_every_database(async |db| {
        migrated(&db).await;
        let statements = [
            "UPDATE valid SET create_by = 99",
            "UPDATE users SET valid_id = 99",
            "UPDATE queue SET group_id = 99",
            "DELETE FROM communication_channel WHERE id = 99",
        ];

        for (place, sql) in statements.into_iter().enumerate() {
            let outcome = db.execute_unprepared(sql).await;
            let broken = outcome.err().and_then(|error| error.sql_err());
            let is_key = matches!(broken, Some(SqlErr::ForeignKeyConstraintViolation(_)));
            assert_eq!(is_key, place < 3, "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_customer_id_in_other_case_is_taken_except_on_postgresql() {
    on_every_database(async |db| {
        migrated(&db).await;
        let insert = |id: &str, name: &str| {
            format!(
                "INSERT INTO customer_company (customer_id, name, valid_id, create_time, create_by, \
                 change_time, change_by) VALUES ('{id}', '{name}', 1, '2026-01-15 12:00:00', 1, \
                 '2026-01-15 12:00:00', 1)"
            )
        };
        run(&db, &insert("acme", "Acme")).await;

        let second = db.execute_unprepared(&insert("ACME", "Another")).await;
        let found = customer_company::Entity::find_by_id("Acme").one(&db).await;

        let exact = db.get_database_backend() == DbBackend::Postgres;
        assert_eq!(second.is_ok(), exact);
        assert_eq!(found.expect("an answer").is_none(), exact);
    })
    .await;
}

#[tokio::test]
async fn the_indexes_of_our_own_are_made() {
    on_every_database(async |db| {
        migrated(&db).await;
        let backend = db.get_database_backend();

        for index in OWN {
            let again = db.execute_unprepared(&index.create_statement(backend)).await;
            // Only a name that is taken may be refused.
            assert_eq!(again.is_err(), index.is_wanted(backend), "{}", index.name);
        }
    })
    .await;
}
