//! The escalation columns of a ticket, built from what its queue, its service level agreement, its articles and its history say.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use deskgraph::auth::token::Realm;
use deskgraph::domain::ticket::EscalationTimes;

use crate::support::row::*;
use crate::support::{TestApp, now};

/// First answer within one hour, further ones within two, the solution within three.
const TIMES: [(&str, i32); 3] = [("first_response_time", 60), ("update_time", 120), ("solution_time", 180)];

/// Friday, half an hour before work ends in the default calendar.
fn friday() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2024, 10, 25).and_then(|day| day.and_hms_opt(20, 30, 0)).expect("the time exists")
}

/// So many minutes after Monday's work begins.
fn monday(minutes: i64) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2024, 10, 28).and_then(|day| day.and_hms_opt(8, 0, 0)).expect("the time exists")
        + TimeDelta::minutes(minutes)
}

fn epoch(time: NaiveDateTime) -> i32 {
    time.and_utc().timestamp().try_into().expect("the time fits the column")
}

/// A server with a ticket of Friday in a queue with all three times.
async fn app(settings: &str) -> TestApp {
    let app = TestApp::with(settings).await;
    let queue = TIMES.into_iter().fold(queue("Urgent", "support"), |row, (column, minutes)| row.with(column, minutes));
    app.add(queue).await;
    app.add(ticket("7001", "Urgent").in_state("open").at(friday())).await;
    app
}

/// Builds the times of a ticket, which must be what the columns hold then.
async fn rebuild(app: &TestApp, number: &str) -> EscalationTimes {
    let root = app.viewer(Realm::Agent, "root@localhost").await;
    let ticket_id = id(app.db(), "ticket", "tn", number).await;
    let transaction = app.store().begin(&root).await.expect("a transaction");
    let times = transaction.rebuild_escalation(ticket_id).await.expect("times");
    transaction.commit().await.expect("the times are kept");
    let EscalationTimes { first_response, update, solution } = times;
    assert_eq!(columns(app, number).await, [times.earliest(), first_response, update, solution]);
    times
}

async fn columns(app: &TestApp, number: &str) -> [i32; 4] {
    let mut found = [0; 4];
    let columns = ["escalation_time", "escalation_response_time", "escalation_update_time", "escalation_solution_time"];
    for (column, found) in columns.into_iter().zip(&mut found) {
        let text = app.text(&format!("SELECT CAST({column} AS CHAR(10)) FROM ticket WHERE tn = '{number}'")).await;
        *found = text.and_then(|text| text.trim().parse().ok()).expect("a number");
    }
    found
}

async fn write(app: &TestApp, sender: &'static str, at: NaiveDateTime) {
    article("7001", "Something.").from(sender).at(at).insert(app.db()).await;
}

async fn set_state(app: &TestApp, state: &str) {
    let state_id = id(app.db(), "ticket_state", "name", state).await;
    app.execute(&format!("UPDATE ticket SET ticket_state_id = {state_id} WHERE tn = '7001'")).await;
    app.add(state_event("7001", "StateUpdate", state)).await;
}

#[tokio::test]
async fn a_new_ticket_escalates_when_the_times_of_its_queue_have_passed_in_working_time() {
    let app = app("").await;
    write(&app, "customer", friday()).await;
    let times = rebuild(&app, "7001").await;
    let expected =
        EscalationTimes { first_response: 1_730_104_200, update: epoch(monday(90)), solution: epoch(monday(150)) };
    assert_eq!(times, expected);
    assert_eq!(times.earliest(), 1_730_104_200);
}

#[tokio::test]
async fn only_an_answer_that_the_customer_can_read_ends_the_first_time() {
    let app = app("").await;
    write(&app, "customer", friday()).await;
    article("7001", "Among us.").internal().at(monday(0)).insert(app.db()).await;
    assert_eq!(rebuild(&app, "7001").await.first_response, epoch(monday(30)));
    write(&app, "system", monday(5)).await;
    assert_eq!(rebuild(&app, "7001").await.first_response, epoch(monday(30)));
    write(&app, "agent", monday(10)).await;
    assert_eq!(rebuild(&app, "7001").await.first_response, 0);
}

#[tokio::test]
async fn the_next_answer_is_due_after_the_last_contact() {
    let app = app("").await;
    assert_eq!(rebuild(&app, "7001").await.update, 0);
    write(&app, "customer", friday()).await;
    write(&app, "customer", monday(10)).await;
    assert_eq!(rebuild(&app, "7001").await.update, epoch(monday(90)));
    write(&app, "agent", monday(20)).await;
    assert_eq!(rebuild(&app, "7001").await.update, epoch(monday(140)));
    write(&app, "customer", monday(40)).await;
    assert_eq!(rebuild(&app, "7001").await.update, epoch(monday(160)));
}

#[tokio::test]
async fn nobody_waits_for_an_answer_while_a_ticket_is_pending() {
    let app = app("").await;
    write(&app, "customer", friday()).await;
    let before = rebuild(&app, "7001").await;
    set_state(&app, "pending reminder").await;
    assert_eq!(rebuild(&app, "7001").await, EscalationTimes { update: 0, ..before });
}

#[tokio::test]
async fn a_closed_ticket_does_not_escalate_and_its_solution_is_not_waited_for_again() {
    let app = app("").await;
    app.add(state_event("7001", "NewTicket", "new")).await;
    write(&app, "customer", friday()).await;
    let before = rebuild(&app, "7001").await;
    set_state(&app, "closed successful").await;
    assert_eq!(rebuild(&app, "7001").await, EscalationTimes::default());
    set_state(&app, "open").await;
    assert_eq!(rebuild(&app, "7001").await, EscalationTimes { solution: 0, ..before });
}

#[tokio::test]
async fn other_events_in_a_closed_state_do_not_count_as_closing() {
    let app = app("").await;
    app.add(state_event("7001", "Misc", "closed successful")).await;
    app.add(state_event("1001", "StateUpdate", "closed successful")).await;
    assert_eq!(rebuild(&app, "7001").await.solution, epoch(monday(150)));
}

#[tokio::test]
async fn an_agreement_replaces_the_queue_where_tickets_have_services() {
    const SERVICES: &str = "[tickets]\nservices = true\n[working_time.calendars.3]\nname = 'Weekend'\nhours = { sat = '10:00-12:00' }\nvacation_days = []";
    let app = app(SERVICES).await;
    app.add(sla("Nothing")).await;
    app.add(sla("Weekend").with("first_response_time", 60).with("calendar_name", "3")).await;
    for (number, agreement) in [("7002", "Nothing"), ("7003", "Weekend")] {
        app.add(ticket(number, "Urgent").at(friday()).with_id_of("sla_id", "sla", agreement)).await;
    }
    assert_eq!(rebuild(&app, "7002").await, EscalationTimes::default());
    let saturday = monday(0) - TimeDelta::days(2) + TimeDelta::minutes(150);
    let expected = EscalationTimes { first_response: epoch(saturday), ..EscalationTimes::default() };
    assert_eq!(rebuild(&app, "7003").await, expected);
    let without_services = app.sibling("").await;
    assert_eq!(rebuild(&without_services, "7002").await.first_response, epoch(monday(30)));
}

#[tokio::test]
async fn a_ticket_of_a_queue_without_times_loses_what_it_had() {
    let app = app("").await;
    assert!(columns(&app, "1001").await[0] != 0);
    assert_eq!(rebuild(&app, "1001").await, EscalationTimes::default());
}

#[tokio::test]
async fn the_ticket_counts_as_changed_only_where_a_time_is_another() {
    let app = app("").await;
    write(&app, "customer", friday()).await;
    let is_changed = async || {
        let time = now().naive_utc().format("%Y-%m-%d %H:%M:%S");
        app.count(&format!("ticket WHERE tn = '7001' AND change_time = '{time}'")).await == 1
    };
    assert!(!is_changed().await);
    rebuild(&app, "7001").await;
    assert!(is_changed().await);
    app.execute("UPDATE ticket SET change_time = '2025-01-01 00:00:00' WHERE tn = '7001'").await;
    write(&app, "customer", monday(5)).await;
    rebuild(&app, "7001").await;
    assert!(!is_changed().await);
    write(&app, "agent", monday(30)).await;
    rebuild(&app, "7001").await;
    assert!(is_changed().await);
}

#[tokio::test]
async fn times_are_read_and_written_in_the_zone_of_the_database() {
    let app = app("database.time_zone = 'America/New_York'").await;
    // 20:30 there, and the calendar is meant there too.
    let expected = epoch(monday(30) + TimeDelta::hours(4));
    assert_eq!(rebuild(&app, "7001").await.first_response, expected);
}
