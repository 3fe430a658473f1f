//! Ticket numbers: counted without gaps by servers of ours and by another program that takes the same steps, at the same time.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use deskgraph::auth::token::Realm;
use deskgraph::store::Store;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::support::row::*;
use crate::support::{TestApp, now};

/// The day of the tests with system and check digit around a counter.
fn number(counter: i64) -> String {
    const WEIGHTS: [u32; 2] = [1, 2];
    let plain = format!("2026031010{counter:05}");
    let sum: u32 =
        plain.chars().zip(WEIGHTS.iter().cycle()).map(|(digit, w)| digit.to_digit(10).unwrap_or(0) * w).sum();
    let digit = 10 - sum % 10;
    format!("{plain}{}", if digit == 10 { 1 } else { digit })
}

async fn counters(app: &TestApp) -> Vec<i64> {
    integers(app.db(), "SELECT counter FROM ticket_number_counter ORDER BY id").await
}

async fn integers(db: &DatabaseConnection, sql: &str) -> Vec<i64> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a number")).collect()
}

async fn take(store: &Store, offset: i64) -> i64 {
    store.take_counter(offset).await.expect("the database answers").expect("nobody else counts")
}

/// Adds a row of another program.
async fn add_counter(app: &TestApp, counter: i64, uid: &str, time: &str) {
    let columns = "ticket_number_counter (counter, counter_uid, create_time)";
    app.execute(&format!("INSERT INTO {columns} VALUES ({counter}, '{uid}', '{time}')")).await;
}

#[tokio::test]
async fn numbers_are_counted_from_one_on_each_day() {
    let app = TestApp::new().await;
    add_counter(&app, 41, "yesterday", "2026-03-09 23:59:59").await;
    let store = app.store();
    assert_eq!(store.next_ticket_number().await.expect("a number"), number(1));
    assert_eq!(store.next_ticket_number().await.expect("a number"), number(2));
    let tomorrow = app.later(TimeDelta::days(1)).await;
    let first = tomorrow.store().next_ticket_number().await.expect("a number");
    assert_eq!(first[..15], *"202603111000001");
    assert_eq!(counters(&app).await, [41, 1, 2, 1]);
}

#[tokio::test]
async fn the_day_is_that_of_the_zone_of_the_database() {
    let app = TestApp::with("database.time_zone = 'Pacific/Kiritimati'").await;
    add_counter(&app, 41, "before", "2026-03-10 23:59:59").await;
    let number = app.store().next_ticket_number().await.expect("a number");
    assert_eq!(number[..15], *"202603111000001");
    let time = "counter = 1 AND create_time = '2026-03-11 02:00:00'";
    assert_eq!(app.count(&format!("ticket_number_counter WHERE {time}")).await, 1);
}

#[tokio::test]
async fn a_counter_that_never_starts_again_goes_on_over_days() {
    let app = TestApp::with("[tickets]\nnumber_generator = 'auto_increment'\nsystem_id = '54'").await;
    add_counter(&app, 41, "yesterday", "2026-03-09 23:59:59").await;
    assert_eq!(app.store().next_ticket_number().await.expect("a number"), "5400042");
}

#[tokio::test]
async fn an_offset_passes_numbers_over() {
    let app = TestApp::new().await;
    let store = app.store();
    let mut taken = Vec::new();
    for offset in [1, 1, 2, 50] {
        taken.push(take(&store, offset).await);
    }
    assert_eq!(taken, [1, 2, 4, 54]);
}

#[tokio::test]
async fn a_number_that_a_ticket_has_already_is_passed_over() {
    let app = TestApp::new().await;
    for counter in 1..=3 {
        app.add(ticket(&number(counter), "Misc")).await;
    }
    // One, three and seven: what is added doubles.
    assert_eq!(app.store().next_ticket_number().await.expect("a number"), number(7));
}

#[tokio::test]
async fn rows_that_others_left_without_counter_get_one() {
    let app = TestApp::new().await;
    add_counter(&app, 0, "old", "2026-03-09 12:00:00").await;
    add_counter(&app, 0, "first", "2026-03-10 11:00:00").await;
    add_counter(&app, 0, "second", "2026-03-10 11:00:00").await;
    assert_eq!(take(&app.store(), 1).await, 3);
    assert_eq!(counters(&app).await, [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_counter_that_another_row_has_is_not_used() {
    let app = TestApp::new().await;
    // As it is when a row comes so late that the one behind it has its counter already.
    add_counter(&app, 2, "ahead", "2026-03-10 11:59:59").await;
    add_counter(&app, 1, "before", "2026-03-10 11:59:59").await;
    let store = app.store();
    assert_eq!(store.take_counter(1).await.expect("the database answers"), None);
    assert_eq!(store.next_ticket_number().await.expect("a number"), number(3));
    assert_eq!(counters(&app).await, [2, 1, 2, 3]);
}

#[tokio::test]
async fn numbers_are_not_counted_within_a_transaction() {
    let app = TestApp::new().await;
    let root = app.viewer(Realm::Agent, "root@localhost").await;
    let transaction = app.store().begin(&root).await.expect("a transaction");
    assert!(transaction.next_ticket_number().await.is_err());
    assert!(counters(&app).await.is_empty());
}

#[tokio::test]
async fn old_counters_are_removed_now_and_then() {
    let app = TestApp::new().await;
    for counter in 60..100 {
        add_counter(&app, counter, &format!("old {counter}"), "2026-03-10 11:49:59").await;
    }
    let later = app.later(TimeDelta::minutes(1)).await.store();
    assert_eq!(take(&later, 1).await, 100);
    assert_eq!(counters(&app).await, (91..=100).collect::<Vec<i64>>());
    assert_eq!(take(&later, 1).await, 101);
    assert_eq!(counters(&app).await.len(), 11);
}

/// A counter as another program takes it, in plain statements.
async fn take_like_otobo(db: &DatabaseConnection, uid: &str) -> i64 {
    let time = now().format("%Y-%m-%d %H:%M:%S");
    let table = "ticket_number_counter";
    let run = async |sql: String| db.execute_unprepared(&sql).await.map(drop).unwrap_or_else(|e| panic!("{sql}: {e}"));
    run(format!("INSERT INTO {table} (counter, counter_uid, create_time) VALUES (0, '{uid}', '{time}')")).await;
    let own = integers(db, &format!("SELECT id FROM {table} WHERE counter_uid = '{uid}'")).await[0];
    tokio::time::sleep(Duration::from_millis(50)).await;
    let today = "create_time >= '2026-03-10 00:00:00'";
    let empty = format!("SELECT id FROM {table} WHERE counter = 0 AND id <= {own} AND {today} ORDER BY id");
    for id in integers(db, &empty).await {
        let before = format!("SELECT counter FROM {table} WHERE id < {id} AND {today} ORDER BY id DESC LIMIT 1");
        let counter = integers(db, &before).await.first().map_or(1, |before| before + 1);
        run(format!("UPDATE {table} SET counter = {counter} WHERE id = {id} AND counter = 0")).await;
    }
    integers(db, &format!("SELECT counter FROM {table} WHERE id = {own}")).await[0]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_and_another_program_count_together() {
    const TASKS: usize = 16;
    const NUMBERS: usize = 25;
    let app = TestApp::new().await;
    let stores = [app.store(), app.beside().await.store()];
    let ours = (0..TASKS).map(|task| {
        let store = stores[task % 2].clone();
        tokio::spawn(async move {
            let mut taken = Vec::new();
            for _ in 0..NUMBERS {
                taken.push(store.next_ticket_number().await.expect("a number"));
            }
            taken
        })
    });
    let db = app.another_pool().await;
    let theirs = tokio::spawn(async move {
        let mut taken = Vec::new();
        for turn in 0..NUMBERS {
            taken.push(number(take_like_otobo(&db, &format!("otobo {turn}")).await));
        }
        taken
    });
    let all = join_all(ours.chain([theirs])).await;
    let all: Vec<String> = all.into_iter().flat_map(|taken| taken.expect("a task ends well")).collect();
    assert_eq!(all.len(), (TASKS + 1) * NUMBERS);
    let unique: BTreeSet<&String> = all.iter().collect();
    assert_eq!(unique.len(), all.len());
    let counters: BTreeSet<i64> = counters(&app).await.into_iter().collect();
    let last = counters.last().copied().unwrap_or_default();
    assert_eq!(counters, (1..=last).collect());
}
