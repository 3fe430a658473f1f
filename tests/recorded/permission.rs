//! What customer users and customers may do: effective permissions and where they come from, the customers that are reached, the queues for
//! new tickets.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::compare::{Comparison, Set, entries, items, numbers, text, texts};
use crate::desk::{Desk, number_of};
use crate::spelling::Spelling;

/// Group numbers by permission key.
type Groups = BTreeMap<String, Set<i64>>;

const PEOPLE: &str =
    "{ customerUsers(first: 10000, filter: { validity: [VALID, INVALID, INVALID_TEMPORARILY] }) { nodes {
    login
    effectivePermissions { group { id } permissions sources { kind permissions } }
    customerAccess { customer { customerId } isDirect }
} } }";

const CUSTOMERS: &str =
    "{ customers(first: 10000, filter: { validity: [VALID, INVALID, INVALID_TEMPORARILY] }) { nodes {
    customerId
    effectivePermissions { group { id } permissions }
    groupPermissions { context permissions group { id validity } }
} } }";

/// Everyone, by login.
pub async fn people(desk: &Desk) -> BTreeMap<String, Value> {
    let answer = desk.ask(&desk.everyone().await, PEOPLE, json!({})).await;
    let people = items(&answer["customerUsers"]["nodes"]).iter();
    people.map(|person| (text(&person["login"]).to_owned(), person.clone())).collect()
}

/// Group numbers by key of rows that have a group and permissions.
fn by_key<'a>(rows: impl Iterator<Item = (&'a Value, &'a Value)>) -> Groups {
    let mut groups = Groups::new();
    for (group, permissions) in rows {
        for key in items(permissions) {
            groups.entry(text(key).to_owned()).or_default().insert(number_of(&group["id"]));
        }
    }
    groups
}

/// The same where the rows are what is stored: `rw` stands for every key.
fn by_key_of_stored<'a>(desk: &Desk, rows: impl Iterator<Item = (&'a Value, &'a Value)>) -> Groups {
    let mut groups = by_key(rows);
    let all = groups.get("rw").cloned().unwrap_or_default();
    for key in desk.keys() {
        groups.entry(key.to_owned()).or_default().extend(&all);
    }
    groups
}

fn effective(holder: &Value) -> Groups {
    by_key(items(&holder["effectivePermissions"]).iter().map(|row| (&row["group"], &row["permissions"])))
}

/// What is held by some of the ways only.
fn held_by(person: &Value, kinds: &[&str]) -> Groups {
    let rows = items(&person["effectivePermissions"]).iter();
    let ways = rows.flat_map(|row| items(&row["sources"]).iter().map(move |source| (&row["group"], source)));
    let meant = ways.filter(|(_, source)| kinds.contains(&text(&source["kind"])));
    by_key(meant.map(|(group, source)| (group, &source["permissions"])))
}

/// Compares group numbers for every key. What is stored in another spelling counts for us and not for OTOBO on PostgreSQL: there we may
/// have more.
fn compare(comparison: &mut Comparison, place: &str, theirs: &Value, ours: &Groups, may_have_more: bool) {
    for (key, groups) in entries(theirs) {
        let (theirs, ours) = (numbers(groups), ours.get(key).cloned().unwrap_or_default());
        let ours = if may_have_more { ours.intersection(&theirs).copied().collect() } else { ours };
        comparison.sets(|| format!("{place} {key}"), &theirs, &ours);
    }
}

#[tokio::test]
async fn effective_permissions_and_their_sources_are_those_of_otobo() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let (people, spelling) = (people(desk).await, Spelling::of(desk));
        for (login, theirs) in entries(&desk.answers_here()["users"]) {
            let Some(person) = people.get(login) else { continue };
            let more = desk.scratch.is_postgres() && spelling.matters_for_person(login);
            let place = |what: &str| desk.place(format!("{login} {what}"));
            compare(&mut comparison, &place("effective"), &theirs["effective"], &effective(person), more);
            let raw = held_by(person, &["CUSTOMER_USER", "ALWAYS_GROUP", "GROUP_SUPPORT_OFF"]);
            compare(&mut comparison, &place("raw"), &theirs["raw"], &raw, more);
            let through = held_by(person, &["CUSTOMER", "CUSTOMER_ALWAYS_GROUP", "GROUP_SUPPORT_OFF"]);
            compare(&mut comparison, &place("through customers"), &theirs["through_customers"], &through, more);
        }
    }
    comparison.finish(desks.len() * 4000);
}

#[tokio::test]
async fn the_customers_that_a_person_reaches_are_those_of_otobo() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let (people, spelling) = (people(desk).await, Spelling::of(desk));
        for (login, theirs) in entries(&desk.answers_here()["users"]) {
            let Some(person) = people.get(login) else { continue };
            let theirs = texts(&theirs["context_customers"]);
            let rows = items(&person["customerAccess"]).iter();
            let ours: Set<String> = rows.map(|row| text(&row["customer"]["customerId"]).to_owned()).collect();
            // OTOBO looks for the customer under exactly the stored spelling, on every database.
            let ours =
                ours.into_iter().filter(|id| theirs.contains(id) || !spelling.matters_for_customer(id)).collect();
            comparison.sets(|| desk.place(login), &theirs, &ours);
        }
    }
    comparison.finish(desks.len() * 190);
}

#[tokio::test]
async fn what_a_customer_holds_is_what_otobo_says() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let spelling = Spelling::of(desk);
        let answer = desk.ask(&desk.everyone().await, CUSTOMERS, json!({})).await;
        for customer in items(&answer["customers"]["nodes"]) {
            let id = text(&customer["customerId"]);
            let Some(theirs) = desk.answers_here()["customer_groups"].get(id) else { continue };
            let more = desk.scratch.is_postgres() && spelling.matters_for_customer(id);
            let same = &theirs["Ticket::CustomerID::Same"];
            compare(&mut comparison, &desk.place(format!("{id} same")), same, &effective(customer), more);
            if desk.setting != "off" {
                let rows = items(&customer["groupPermissions"]).iter();
                let counting =
                    rows.filter(|row| row["context"] == "OTHER_CUSTOMERS" && row["group"]["validity"] == "VALID");
                let ours = by_key_of_stored(desk, counting.map(|row| (&row["group"], &row["permissions"])));
                let other = &theirs["Ticket::CustomerID::Other"];
                compare(&mut comparison, &desk.place(format!("{id} other")), other, &ours, more);
            }
        }
    }
    comparison.finish(desks.len() * 200);
}

#[tokio::test]
async fn the_queues_for_new_tickets_are_those_of_otobo() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        for (login, theirs) in entries(&desk.answers_here()["queues"]) {
            let Some(viewer) = desk.person(login).await else { continue };
            let answer = desk.ask(&viewer, "{ viewer { createQueues { id } } }", json!({})).await;
            let ours = items(&answer["viewer"]["createQueues"]).iter().map(|queue| number_of(&queue["id"])).collect();
            comparison.sets(|| desk.place(login), &numbers(&theirs["create"]), &ours);
        }
    }
    comparison.finish(desks.len() * 20);
}

#[tokio::test]
async fn the_queues_that_a_person_reads_are_the_valid_ones_of_their_groups() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let queues = desk.ask(&desk.everyone().await, "{ queues { id group { id } } }", json!({})).await;
        let (people, spelling) = (people(desk).await, Spelling::of(desk));
        for (login, theirs) in entries(&desk.answers_here()["queues"]) {
            let Some(person) = people.get(login) else { continue };
            if spelling.matters_for_person(login) {
                continue;
            }
            let held = effective(person);
            for (key, theirs) in entries(theirs) {
                let groups = held.get(key).cloned().unwrap_or_default();
                let queues = items(&queues["queues"]).iter();
                let ours = queues.filter(|queue| groups.contains(&number_of(&queue["group"]["id"])));
                let ours = ours.map(|queue| number_of(&queue["id"])).collect();
                comparison.sets(|| desk.place(format!("{login} {key}")), &numbers(theirs), &ours);
            }
        }
    }
    comparison.finish(desks.len() * 80);
}

#[tokio::test]
async fn what_agents_hold_is_what_otobo_says() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        for (login, theirs) in entries(&desk.answers()["agent_groups"]) {
            // The recording calls root@localhost by the first half of its name.
            let login = if login == "root" { "root@localhost" } else { login };
            let found = desk.store().agent_viewer(login).await.expect("a viewer");
            for (key, groups) in entries(theirs) {
                let wanted = desk.store().rules().permission.keys.one(key).expect("a key");
                let ours = found.as_ref().map(|agent| agent.groups_with(wanted)).unwrap_or_default();
                let ours = ours.into_iter().map(i64::from).collect();
                comparison.sets(|| desk.place(format!("{login} {key}")), &numbers(groups), &ours);
            }
        }
    }
    comparison.finish(desks.len() * 35);
}
