//! Which tickets there are for whom: the lists of customer users, tickets opened one by one, and the lists and counts of a customer.

use std::collections::BTreeMap;

use deskgraph::domain::viewer::Viewer;
use deskgraph::graphql::id::GlobalId;
use serde_json::{Value, json};

use crate::compare::{Comparison, Set, entries, items, numbers, text};
use crate::desk::{Desk, number_of, numbers_of};
use crate::spelling::Spelling;

const MINE: &str = "{ tickets(first: 10000) { nodes { id } totalCount } }";
const OPENED: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";

/// Which of these tickets the viewer can open.
pub async fn opened(desk: &Desk, viewer: &Viewer, tickets: &Set<i64>) -> Set<i64> {
    let ids: Vec<String> = tickets.iter().map(|id| GlobalId::Ticket(*id).encode().to_string()).collect();
    let answer = desk.ask(viewer, OPENED, json!({ "ids": ids })).await;
    items(&answer["nodes"]).iter().filter(|node| !node.is_null()).map(|node| number_of(&node["id"])).collect()
}

/// The tickets in the viewer's list.
pub async fn listed(desk: &Desk, viewer: &Viewer) -> Set<i64> {
    let answer = desk.ask(viewer, MINE, json!({})).await;
    let listed: Set<i64> = numbers_of(&answer["tickets"]).into_iter().collect();
    assert_eq!(answer["tickets"]["totalCount"], listed.len(), "{}", desk.place(viewer.login()));
    listed
}

/// The group of every ticket's queue, by ticket.
pub fn groups_of_tickets(desk: &Desk) -> BTreeMap<i64, i64> {
    let rows = desk
        .scratch
        .column("SELECT CONCAT(ticket.id, ' ', queue.group_id) FROM ticket JOIN queue ON queue.id = ticket.queue_id");
    let numbers = rows.iter().map(|row| row.split_once(' ').expect("two numbers"));
    numbers.map(|(ticket, group)| (ticket.parse().expect("a number"), group.parse().expect("a number"))).collect()
}

/// The tickets of a list by OTOBO that OTOBO lets the person open: those in groups where `ro` is held. Its list has others too when a customer
/// of the person reaches other customers.
pub fn that_open(groups: &BTreeMap<i64, i64>, theirs: &Value) -> Set<i64> {
    let held = numbers(&theirs["effective"]["ro"]);
    numbers(&theirs["tickets_ro"]).into_iter().filter(|ticket| held.contains(&groups[ticket])).collect()
}

#[tokio::test]
async fn the_ticket_lists_of_customer_users_are_those_of_otobo() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let (spelling, groups) = (Spelling::of(desk), groups_of_tickets(desk));
        for (login, theirs) in entries(&desk.answers_here()["users"]) {
            if desk.scratch.is_postgres() && spelling.matters_for_person(login) {
                continue;
            }
            let Some(viewer) = desk.person(login).await else { continue };
            comparison.sets(|| desk.place(login), &that_open(&groups, theirs), &listed(desk, &viewer).await);
        }
    }
    comparison.finish(desks.len() * 150);
}

#[tokio::test]
async fn the_tickets_that_a_customer_user_can_open_are_those_of_otobo() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let spelling = Spelling::of(desk);
        for (login, theirs) in entries(&desk.answers_here()["permission_check"]) {
            let Some(viewer) = desk.person(login).await else { continue };
            if desk.scratch.is_postgres() && spelling.matters_for_person(login) {
                continue;
            }
            let (granted, denied) = (numbers(&theirs["ro"]["granted"]), numbers(&theirs["ro"]["denied"]));
            let ours = opened(desk, &viewer, &granted.union(&denied).copied().collect()).await;
            comparison.sets(|| desk.place(login), &granted, &ours);
        }
    }
    comparison.finish(desks.len() * 15);
}

#[tokio::test]
async fn a_customer_user_can_open_exactly_the_tickets_in_the_list() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        for (login, checked) in entries(&desk.answers_here()["permission_check"]) {
            let Some(viewer) = desk.person(login).await else { continue };
            let list = listed(desk, &viewer).await;
            let mut all = numbers(&desk.answers_here()["users"][login]["tickets_ro"]);
            all.extend(numbers(&checked["ro"]["granted"]).into_iter().chain(numbers(&checked["ro"]["denied"])));
            let open = opened(desk, &viewer, &all.union(&list).copied().collect()).await;
            comparison.sets(|| desk.place(login), &list, &open);
        }
    }
    comparison.finish(desks.len() * 20);
}

/// The lists of a customer, as OTOBO's recording calls them and as we are asked for them.
const LISTS: [(&str, &str); 10] = [
    ("open", "view: OPEN"),
    ("closed", "view: CLOSED"),
    ("escalated", "view: ESCALATED"),
    ("reminder", "view: REMINDER_REACHED"),
    ("type_new", "filter: { stateTypes: [NEW] }"),
    ("type_open", "filter: { stateTypes: [OPEN] }"),
    ("type_closed", "filter: { stateTypes: [CLOSED] }"),
    ("customer_open", "filter: { stateTypes: [NEW, OPEN, PENDING_REMINDER, PENDING_AUTO] }"),
    ("open_by_age_down", "view: OPEN, orderBy: { field: CREATED_AT, direction: DESC }"),
    ("open_by_age_up", "view: OPEN, orderBy: { field: CREATED_AT, direction: ASC }"),
];

/// Every list of the customer's tickets, with spelling and number of each ticket.
async fn lists(desk: &Desk, viewer: &Viewer, id: &str) -> Value {
    let fields: Vec<String> = LISTS
        .iter()
        .map(|(name, arguments)| {
            format!("{name}: tickets(first: 10000, {arguments}) {{ nodes {{ id customerId createdAt }} totalCount }}")
        })
        .collect();
    let document = format!(
        "query($id: String!) {{ customer(customerId: $id) {{ {} \
         ticketCounts {{ open closed escalated reminder reminderReached total }} }} }}",
        fields.join(" ")
    );
    desk.ask(viewer, &document, json!({ "id": id })).await["customer"].clone()
}

/// The tickets of a list. On PostgreSQL OTOBO compares the customer's id exactly, so there only those that spell it so.
fn spelled(desk: &Desk, list: &Value, id: &str) -> Vec<i64> {
    let nodes = items(&list["nodes"]).iter();
    let meant = nodes.filter(|node| !desk.scratch.is_postgres() || text(&node["customerId"]) == id);
    meant.map(|node| number_of(&node["id"])).collect()
}

#[tokio::test]
async fn the_tickets_of_a_customer_are_those_of_otobo() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let everyone = desk.everyone().await;
        // OTOBO takes a reminder without a date for one whose date has come; for us it has none.
        let without_date = desk.scratch.column("SELECT id FROM ticket WHERE until_time = 0");
        let without_date: Set<i64> = without_date.iter().map(|id| id.parse().expect("a number")).collect();
        for (id, theirs) in entries(&desk.answers()["customer_ticket_ids"]) {
            let ours = lists(desk, &everyone, id).await;
            if ours.is_null() {
                continue;
            }
            for (name, _) in LISTS {
                let ours = spelled(desk, &ours[name], id);
                if name.contains("_by_age_") {
                    let theirs: Vec<i64> = items(&theirs[name]).iter().filter_map(Value::as_i64).collect();
                    let ours: Vec<i64> = ours.into_iter().take(theirs.len()).collect();
                    comparison.values(|| desk.place(format!("{id} {name}")), theirs, ours);
                } else {
                    let (mut theirs, ours) = (numbers(&theirs[name]), ours.into_iter().collect());
                    if name == "reminder" {
                        theirs.retain(|ticket| !without_date.contains(ticket));
                    }
                    comparison.sets(|| desk.place(format!("{id} {name}")), &theirs, &ours);
                }
            }
        }
    }
    comparison.finish(desks.len() * 280);
}

#[tokio::test]
async fn every_count_is_the_length_of_its_list() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        for viewer in [desk.everyone().await, desk.agent("agent.anna").await, desk.agent("agent.bert").await] {
            for (id, _) in entries(&desk.answers()["customer_ticket_ids"]) {
                let ours = lists(desk, &viewer, id).await;
                for (name, count) in [
                    ("open", "open"),
                    ("closed", "closed"),
                    ("escalated", "escalated"),
                    ("reminder", "reminderReached"),
                ] {
                    let place = || desk.place(format!("{} {id} {name}", viewer.login()));
                    comparison.values(place, &ours[name]["totalCount"], &ours["ticketCounts"][count]);
                    let listed = ours[name]["nodes"].as_array().map(Vec::len);
                    comparison.values(place, listed, ours["ticketCounts"][count].as_u64().map(|count| count as usize));
                }
            }
        }
    }
    comparison.finish(desks.len() * 800);
}

const PORTAL: &str = "query($login: String!, $customers: [String!]!) {
    my: tickets(first: 10000, filter: { customerUserLogin: { eq: $login } }) { ...shown }
    company: tickets(first: 10000, filter: { customerId: { in: $customers } }) { ...shown }
}
fragment shown on TicketConnection { nodes { id customerId customerUserLogin state { type } } }";

/// The state types whose tickets are open for customer users in OTOBO.
const OPEN_FOR_CUSTOMERS: [&str; 4] = ["NEW", "OPEN", "PENDING_REMINDER", "PENDING_AUTO"];

#[tokio::test]
async fn own_tickets_and_those_of_the_customers_are_as_many_as_otobo_counts() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    // In the context of other customers OTOBO counts tickets that it does not open.
    for desk in desks.iter().filter(|desk| desk.setting != "on-ctx") {
        let spelling = Spelling::of(desk);
        for (login, theirs) in entries(&desk.answers_here()["users"]) {
            let customers = &theirs["context_customers"];
            let is_respelled = spelling.matters_for_person(login)
                || items(customers).iter().any(|id| spelling.matters_for_customer(text(id)));
            if theirs.get("portal").is_none() || is_respelled {
                continue;
            }
            let Some(viewer) = desk.person(login).await else { continue };
            if viewer.login() != login {
                continue;
            }
            let answer = desk.ask(&viewer, PORTAL, json!({ "login": login, "customers": customers })).await;
            // On PostgreSQL OTOBO compares both keys exactly here.
            let is_exact = |list: &str, ticket: &Value| match list {
                "my" => ticket["customerUserLogin"] == login,
                _ => items(customers).contains(&ticket["customerId"]),
            };
            // Where the person has no valid customer, OTOBO counts without any, and we find nothing of no customer.
            let lists: &[&str] = if items(customers).is_empty() { &["my"] } else { &["my", "company"] };
            for &list in lists {
                let tickets = items(&answer[list]["nodes"]).iter();
                let meant = tickets.filter(|ticket| !desk.scratch.is_postgres() || is_exact(list, ticket));
                let (open, closed): (Vec<&Value>, Vec<&Value>) =
                    meant.partition(|ticket| OPEN_FOR_CUSTOMERS.contains(&text(&ticket["state"]["type"])));
                for (state, ours) in [("Open", open), ("Closed", closed)] {
                    let name = format!("{list}_Customer{state}");
                    let place = || desk.place(format!("{login} {name}"));
                    comparison.values(place, theirs["portal"][&name].as_u64(), Some(ours.len() as u64));
                }
            }
        }
    }
    comparison.finish(desks.len() / 3 * 2 * 400);
}
