//! The customer information center: counts and first entries of its widgets, within what an agent may read.

use std::collections::BTreeMap;

use deskgraph::domain::ticket::TicketScope;
use deskgraph::domain::viewer::Viewer;
use serde_json::{Value, json};

use crate::compare::{Comparison, entries, items, text};
use crate::desk::{Desk, number_of};

/// How many entries a widget shows.
const SHOWN: usize = 10;

const WIDGETS: &str = "query($id: String!) { customer(customerId: $id) {
    status_all: tickets(first: 1000) { nodes { id customerId } }
    status_open: tickets(view: OPEN, first: 1000) { nodes { id customerId } }
    status_closed: tickets(view: CLOSED, first: 1000) { nodes { id customerId } }
    status_escalated: tickets(view: ESCALATED, first: 1000) { nodes { id customerId } }
    escalation: tickets(view: ESCALATED, first: 1000, orderBy: { field: ESCALATION, direction: DESC }) { nodes { id customerId } }
    new: tickets(first: 1000, filter: { stateTypes: [NEW] }, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id customerId } }
    open: tickets(first: 1000, filter: { stateTypes: [OPEN] }, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id customerId } }
} }";

/// The agent without the tickets that they only own: OTOBO's widgets leave these out.
fn without_owned(viewer: Viewer) -> Viewer {
    let Viewer::Agent(mut agent) = viewer else { panic!("an agent") };
    if let TicketScope::Agent { agent_id, .. } = &mut agent.tickets {
        *agent_id = -1;
    }
    Viewer::Agent(agent)
}

fn tickets(desk: &Desk, list: &Value, id: &str) -> Vec<i64> {
    let nodes = items(&list["nodes"]).iter();
    let meant = nodes.filter(|node| !desk.scratch.is_postgres() || text(&node["customerId"]) == id);
    meant.map(|node| number_of(&node["id"])).collect()
}

/// The moment at which each ticket is due, by ticket.
fn due_times(desk: &Desk) -> BTreeMap<i64, i64> {
    let rows = desk.scratch.column("SELECT CONCAT(id, ' ', escalation_time) FROM ticket");
    let numbers = rows.iter().map(|row| row.split_once(' ').expect("two numbers"));
    numbers.map(|(ticket, due)| (ticket.parse().expect("a number"), due.parse().expect("a number"))).collect()
}

#[tokio::test]
async fn the_customer_information_center_shows_what_otobo_shows() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let due = due_times(desk);
        for (login, customers) in entries(&desk.answers()["customer_information_center"]) {
            if login == "root" {
                continue; // The system user sees everything in OTOBO; nobody is that with us.
            }
            let viewer = without_owned(desk.agent(login).await);
            for (id, theirs) in entries(customers) {
                let answer = desk.ask(&viewer, WIDGETS, json!({ "id": id })).await;
                let ours = &answer["customer"];
                if ours.is_null() {
                    continue;
                }
                let place = |what: &str| desk.place(format!("{login} {id} {what}"));
                for name in ["all", "open", "closed", "escalated"] {
                    let count = tickets(desk, &ours[format!("status_{name}")], id).len() as i64;
                    comparison.values(|| place(name), theirs["status"][name].as_i64(), Some(count));
                }
                for (widget, name) in [
                    ("0110-CIC-TicketEscalation", "escalation"),
                    ("0120-CIC-TicketNew", "new"),
                    ("0130-CIC-TicketOpen", "open"),
                ] {
                    let (theirs, ours) = (&theirs[widget], tickets(desk, &ours[name], id));
                    comparison.values(|| place(widget), theirs["count"]["all"].as_i64(), Some(ours.len() as i64));
                    let shown: Vec<i64> = items(&theirs["first_shown"]).iter().filter_map(Value::as_i64).collect();
                    let ours: Vec<i64> = ours.into_iter().take(SHOWN).collect();
                    // OTOBO leaves open which of two tickets comes first that are due at the same moment.
                    let in_order = |tickets: Vec<i64>| -> Vec<(Option<i64>, i64)> {
                        let due = tickets.iter().map(|id| due.get(id).filter(|_| name == "escalation").cloned());
                        let mut ordered: Vec<_> = due.zip(tickets.iter().copied()).collect();
                        if name == "escalation" {
                            ordered.sort();
                        }
                        ordered
                    };
                    let is_sorted = ours.is_sorted_by_key(|id| std::cmp::Reverse(due.get(id).cloned()));
                    assert!(name != "escalation" || is_sorted, "{}", place(widget));
                    comparison.values(|| place(widget), in_order(shown), in_order(ours));
                }
            }
        }
    }
    comparison.finish(desks.len() * 900);
}
