//! The demo data in a real database: SQLite in a temporary file, with the tables of the migrator.

use std::sync::Mutex;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::config::Config;

use super::*;

const NOW: &str = "2026-11-20T10:30:00.700Z";

struct Filled {
    db: DatabaseConnection,
    _folder: tempfile::TempDir,
}

impl Filled {
    async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("demo.db").display());
        let db = Database::connect(url).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        // The times of the first rows come from the machine's clock.
        for table in ["users", "groups_table", "group_user", "queue"] {
            let time = "'2026-01-01 00:00:00'";
            let sql = format!("UPDATE {table} SET create_time = {time}, change_time = {time}");
            db.execute_unprepared(&sql).await.unwrap();
        }
        Self { db, _folder: folder }
    }

    async fn with(size: DemoSize) -> Self {
        let filled = Self::empty().await;
        filled.fill(&size, &rules("")).await.unwrap();
        filled
    }

    async fn fill(&self, size: &DemoSize, rules: &Rules) -> Result<DemoOutcome, DemoError> {
        let hash = |login: &str, password: &str| format!("{login}/{password}");
        fill(&self.db, size, NOW.parse().unwrap(), rules, &hash, &|_| {}).await
    }

    /// The first column of every row, as text.
    async fn texts(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.db.get_database_backend(), sql);
        let rows = self.db.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    async fn count(&self, of: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {of}");
        let statement = Statement::from_string(self.db.get_database_backend(), sql);
        self.db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// Everything in the tables that hold people and tickets.
    async fn content(&self) -> Vec<String> {
        let mut content = Vec::new();
        for table in table::ALL {
            let columns: Vec<_> = table.columns.iter().map(|column| format!("quote({column})")).collect();
            let sql = format!("SELECT {} FROM {} ORDER BY rowid", columns.join(" || "), table.name);
            content.extend(self.texts(&sql).await);
        }
        content
    }
}

/// The rules of a configuration that says only this; the zone is UTC where it says none.
fn rules(config: &str) -> Rules {
    crate::app::rules(&Config::parse(config).unwrap())
}

fn epoch_now() -> i64 {
    NOW.parse::<DateTime<Utc>>().unwrap().timestamp()
}

#[tokio::test]
async fn the_default_set_has_the_sizes_that_were_asked_for() {
    let filled = Filled::empty().await;
    let outcome = filled.fill(&DemoSize::default(), &rules("")).await.unwrap();
    assert_eq!((outcome.customers, outcome.customer_users, outcome.tickets), (40, 160, 900));
    assert_eq!(filled.count("customer_company").await, 40);
    assert_eq!(filled.count("customer_user").await, 160);
    assert_eq!(filled.count("ticket").await, 900);
}

#[tokio::test]
async fn equal_seeds_give_equal_rows_and_other_seeds_do_not() {
    let content = Filled::with(DemoSize::default()).await.content().await;
    let again = Filled::with(DemoSize::default()).await.content().await;
    assert!(content == again, "two fillings with one seed differ");
    let other = DemoSize { seed: 2, ..DemoSize::default() };
    assert!(content != Filled::with(other).await.content().await, "the seed changes nothing");
}

#[tokio::test]
async fn the_cast_is_there_whatever_the_seed_and_however_small_the_set() {
    let none = DemoSize { customers: 0, customer_users: 0, tickets: 0, seed: 99 };
    let filled = Filled::with(none).await;
    assert_eq!(filled.count("customer_company").await, cast::COMPANIES.len() as i64);
    assert_eq!(filled.count("ticket").await, cast_ticket::COUNT as i64);
    let ann = "SELECT pw FROM customer_user WHERE login = 'ann' AND customer_id = 'acme' AND valid_id = 1";
    assert_eq!(filled.texts(ann).await, ["root@localhost/deskgraph-demo"]);
    assert_eq!(filled.count("customer_user WHERE login = 'paula' AND pw IS NULL").await, 1);
    let groups_of_nora = "group_user JOIN users ON users.id = user_id WHERE login = 'nora'";
    assert_eq!(filled.count(groups_of_nora).await, 0);
    let mia = "SELECT customer_id FROM customer_user_customer WHERE user_id = 'mia' ORDER BY 1";
    assert_eq!(filled.texts(mia).await, ["acme", "globex"]);
}

#[tokio::test]
async fn a_set_without_generated_customers_still_has_its_tickets() {
    let size = DemoSize { customers: 0, customer_users: 100, tickets: 60, seed: 1 };
    let filled = Filled::with(size).await;
    assert_eq!(filled.count("customer_user").await, cast::PEOPLE.len() as i64);
    assert_eq!(filled.count("ticket").await, 60);
}

#[tokio::test]
async fn every_ticket_state_appears_in_the_cast_and_among_the_generated_tickets() {
    let filled = Filled::with(DemoSize::default()).await;
    for range in [format!("<= {}", cast_ticket::COUNT), format!("> {}", cast_ticket::COUNT)] {
        let states = format!(
            "SELECT DISTINCT s.name FROM ticket t JOIN ticket_state s ON s.id = t.ticket_state_id WHERE t.id {range} ORDER BY 1"
        );
        let mut expected: Vec<_> = model::State::ALL.iter().map(|state| state.name().to_owned()).collect();
        expected.sort();
        assert_eq!(filled.texts(&states).await, expected, "tickets {range}");
    }
}

#[tokio::test]
async fn some_tickets_are_escalated_and_some_reminders_reached_and_some_are_not_yet() {
    let filled = Filled::with(DemoSize::default()).await;
    let now = epoch_now();
    let reminder = "ticket WHERE ticket_state_id = (SELECT id FROM ticket_state WHERE name = 'pending reminder')";
    let minimum = "escalation_time = min(CASE escalation_response_time WHEN 0 THEN 9e9 ELSE escalation_response_time END, \
                   CASE escalation_update_time WHEN 0 THEN 9e9 ELSE escalation_update_time END, \
                   CASE escalation_solution_time WHEN 0 THEN 9e9 ELSE escalation_solution_time END)";
    for (what, of) in [
        ("escalated", format!("ticket WHERE escalation_time BETWEEN 1 AND {now}")),
        ("escalated later", format!("ticket WHERE escalation_time > {now}")),
        ("reminder reached", format!("{reminder} AND until_time BETWEEN 1 AND {now}")),
        ("reminder to come", format!("{reminder} AND until_time > {now}")),
        ("locked", "ticket WHERE ticket_lock_id = 2 AND user_id <> 1".to_owned()),
        ("without customer", "ticket WHERE customer_id IS NULL AND customer_user_id IS NULL".to_owned()),
        ("internal article", "article WHERE is_visible_for_customer = 0".to_owned()),
    ] {
        assert!(filled.count(&of).await > 0, "{what}");
    }
    assert_eq!(filled.count(&format!("ticket WHERE escalation_time <> 0 AND NOT {minimum}")).await, 0);
    let open = "ticket_state_id IN (SELECT id FROM ticket_state WHERE type_id IN (3, 6, 7))";
    assert_eq!(filled.count(&format!("ticket WHERE escalation_time <> 0 AND {open}")).await, 0);
}

#[tokio::test]
async fn every_reference_resolves_except_that_of_nils() {
    let filled = Filled::with(DemoSize::default()).await;
    let broken = Statement::from_string(filled.db.get_database_backend(), "PRAGMA foreign_key_check");
    assert_eq!(filled.db.query_all_raw(broken).await.unwrap().len(), 0);
    for (table, column, target, key) in [
        ("customer_user", "customer_id", "customer_company", "customer_id"),
        ("customer_user_customer", "customer_id", "customer_company", "customer_id"),
        ("customer_user_customer", "user_id", "customer_user", "login"),
        ("group_customer", "customer_id", "customer_company", "customer_id"),
        ("group_customer_user", "user_id", "customer_user", "login"),
        ("customer_preferences", "user_id", "customer_user", "login"),
        ("ticket", "customer_id", "customer_company", "customer_id"),
        ("ticket", "customer_user_id", "customer_user", "login"),
    ] {
        let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} NOT IN (SELECT {key} FROM {target})");
        let strangers = filled.texts(&sql).await;
        assert!(strangers.iter().all(|stranger| stranger == "nowhere"), "{table}.{column}: {strangers:?}");
    }
}

#[tokio::test]
async fn every_ticket_of_a_small_set_has_its_first_article_and_history_and_nothing_in_the_future() {
    let filled = Filled::with(DemoSize::default()).await;
    let new = "SELECT h.ticket_id FROM ticket_history h JOIN ticket_history_type y ON y.id = h.history_type_id WHERE y.name = 'NewTicket'";
    assert_eq!(filled.count(&format!("ticket WHERE id NOT IN ({new})")).await, 0);
    let first = "(SELECT min(create_time) FROM article WHERE ticket_id = ticket.id)";
    assert_eq!(filled.count(&format!("ticket WHERE {first} IS NULL OR {first} <> create_time")).await, 0);
    assert_eq!(
        filled.count("article WHERE id NOT IN (SELECT article_id FROM article_data_mime WHERE a_body <> '')").await,
        0
    );
    assert_eq!(
        filled
            .count("article WHERE id NOT IN (SELECT article_id FROM ticket_history WHERE article_id IS NOT NULL)")
            .await,
        0
    );
    let last = "(SELECT state_id FROM ticket_history WHERE ticket_id = ticket.id ORDER BY id DESC LIMIT 1)";
    assert_eq!(filled.count(&format!("ticket WHERE ticket_state_id <> {last}")).await, 0);
    for table in ["ticket", "article", "ticket_history", "customer_user", "customer_company"] {
        let late = format!("{table} WHERE change_time > '2026-11-20 10:30:00' OR create_time > change_time");
        assert_eq!(filled.count(&late).await, 0, "{table}");
    }
}

#[tokio::test]
async fn time_columns_hold_whole_seconds_of_the_databases_zone() {
    let filled = Filled::empty().await;
    filled.fill(&DemoSize::default(), &rules("database.time_zone = 'Europe/Berlin'")).await.unwrap();
    let first = "SELECT CAST(create_time AS TEXT) FROM ticket WHERE title = 'Rocket skates do not brake'";
    assert_eq!(filled.texts(first).await, ["2026-11-20 11:20:00"]);
    let number = "SELECT tn FROM ticket WHERE title = 'Rocket skates do not brake'";
    assert!(filled.texts(number).await[0].starts_with("202611201000001"));
    let used = filled.count("ticket WHERE tn LIKE '2026112010%'").await;
    assert_eq!(filled.count(&format!("ticket_number_counter WHERE counter = {used}")).await, 1);
}

#[tokio::test]
async fn ticket_numbers_are_those_of_the_configuration_and_leave_their_counter_behind() {
    let filled = Filled::empty().await;
    let tickets = "[tickets]\nsystem_id = '54'\nnumber_generator = 'auto_increment'\nmin_counter_size = 5";
    filled.fill(&DemoSize::default(), &rules(tickets)).await.unwrap();
    let ends = "SELECT min(tn) || ' ' || max(tn) FROM ticket";
    assert_eq!(filled.texts(ends).await, ["5400001 5400900"]);
    assert_eq!(filled.count("ticket_number_counter WHERE counter = 900").await, 1);
}

#[tokio::test]
async fn tickets_escalate_by_the_configured_calendar() {
    let filled = Filled::empty().await;
    let night = "{ mon = '00:00-02:00', tue = '', wed = '', thu = '', fri = '', sat = '', sun = '' }";
    filled.fill(&DemoSize::default(), &rules(&format!("working_time.hours = {night}"))).await.unwrap();
    let monday_night =
        "strftime('%w', escalation_time - 1, 'unixepoch') = '1' AND (escalation_time - 1) % 86400 < 7200";
    assert!(filled.count("ticket WHERE escalation_time <> 0").await > 0);
    assert_eq!(filled.count(&format!("ticket WHERE escalation_time <> 0 AND NOT ({monday_night})")).await, 0);
}

#[tokio::test]
async fn a_database_with_customers_is_refused_in_one_line_that_says_what_to_do() {
    let filled = Filled::with(DemoSize::default()).await;
    let before = filled.content().await;
    let error = filled.fill(&DemoSize::default(), &rules("")).await.unwrap_err();
    assert!(matches!(error, DemoError::NotEmpty("customers")));
    assert!(error.to_string().contains("database.url") && !error.to_string().contains('\n'));
    assert_eq!(filled.content().await, before);
}

#[tokio::test]
async fn a_database_that_has_an_agent_of_the_cast_is_refused_and_groups_are_shared() {
    let filled = Filled::empty().await;
    let columns = "(login, pw, first_name, last_name, valid_id, create_time, create_by, change_time, change_by)";
    let times = "1, '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00', 1";
    let agent = format!("INSERT INTO users {columns} VALUES ('Olga', '*', 'Olga', 'Other', {times})");
    filled.db.execute_unprepared(&agent).await.unwrap();
    let error = filled.fill(&DemoSize::default(), &rules("")).await.unwrap_err();
    assert!(matches!(error, DemoError::Taken(login) if login == "olga"));
    assert_eq!(filled.count("groups_table").await, 3);

    let rename = "UPDATE users SET login = 'else' WHERE login = 'Olga'";
    filled.db.execute_unprepared(rename).await.unwrap();
    let columns = "(name, valid_id, create_time, create_by, change_time, change_by)";
    let group = format!("INSERT INTO groups_table {columns} VALUES ('Support', {times})");
    filled.db.execute_unprepared(&group).await.unwrap();
    filled.fill(&DemoSize::default(), &rules("")).await.unwrap();
    assert_eq!(filled.count("groups_table WHERE name = 'support' COLLATE NOCASE").await, 1);
}

#[tokio::test]
async fn a_filling_that_fails_leaves_the_database_as_it_was() {
    let filled = Filled::empty().await;
    filled.db.execute_unprepared("DROP TABLE ticket_history").await.unwrap();
    let error = filled.fill(&DemoSize::default(), &rules("")).await.unwrap_err();
    assert!(matches!(error, DemoError::Database(_)), "{error}");
    assert_eq!(filled.count("customer_company").await, 0);
    assert_eq!(filled.count("users").await, 1);
}

#[tokio::test]
async fn a_large_set_has_more_groups_and_says_when_it_was_written_in_part() {
    let size = DemoSize { customers: 1500, customer_users: 3000, tickets: 16_000, seed: 1 };
    let filled = Filled::empty().await;
    let indexes = "SELECT name || coalesce(sql, '') FROM sqlite_master WHERE type = 'index' ORDER BY name";
    let before = filled.texts(indexes).await;
    filled.fill(&size, &rules("")).await.unwrap();
    assert_eq!(filled.texts(indexes).await, before);
    assert_eq!(filled.count("groups_table WHERE valid_id = 1").await, 3 + 15);
    assert_eq!(filled.count("customer_company").await, 1500);
    let stories = filled.count("ticket WHERE id IN (SELECT ticket_id FROM article)").await;
    assert_eq!(stories, (ticket::STORIES + cast_ticket::COUNT) as i64);
    let top = "(SELECT count(*) AS n FROM ticket GROUP BY customer_id ORDER BY 1 DESC LIMIT 1) WHERE n > 500";
    assert_eq!(filled.count(top).await, 1);

    let broken = Filled::empty().await;
    broken.db.execute_unprepared("DROP TABLE ticket_number_counter").await.unwrap();
    let error = broken.fill(&size, &rules("")).await.unwrap_err();
    assert!(error.to_string().contains("delete the database"), "{error}");
}

#[tokio::test]
async fn progress_reaches_the_end_of_every_phase() {
    let seen = Mutex::new(Vec::<Progress>::new());
    let filled = Filled::empty().await;
    let note = |progress| seen.lock().unwrap().push(progress);
    let hash = |_: &str, _: &str| "*".to_owned();
    fill(&filled.db, &DemoSize::default(), NOW.parse().unwrap(), &rules(""), &hash, &note).await.unwrap();
    let seen = seen.into_inner().unwrap();
    let ends: Vec<_> = seen.iter().filter(|p| p.done == p.total).map(|p| (p.phase, p.total)).collect();
    assert_eq!(
        ends,
        [("help desk", 3), ("customers", 40), ("customer users", 160), ("tickets", 900), ("statistics", 19)]
    );
}
