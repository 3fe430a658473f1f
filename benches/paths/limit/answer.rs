//! The answers, and how rows become answers, whatever database they come from.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use serde::Serialize;

/// The JSON of GraphQL.
#[derive(Serialize)]
pub struct Data<T> {
    pub data: T,
}

#[derive(Serialize)]
pub struct Detail {
    pub customer: Option<Customer>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    pub customer_id: String,
    pub name: String,
    pub address: Address,
    pub url: Option<String>,
    pub comment: Option<String>,
    pub validity: &'static str,
    pub ticket_counts: Counts,
    pub tickets: Nodes<Ticket>,
    pub customer_users: Nodes<Person>,
}

#[derive(Serialize)]
pub struct Address {
    pub street: Option<String>,
    pub zip: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
}

#[derive(Serialize)]
pub struct Counts {
    open: i64,
    closed: i64,
    total: i64,
}

#[derive(Serialize)]
pub struct Nodes<T> {
    pub nodes: Vec<T>,
}

#[derive(Serialize)]
pub struct Name {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    number: String,
    title: String,
    created_at: String,
    state: Name,
    queue: Name,
    priority: Name,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    login: String,
    first_name: String,
    last_name: String,
    email: String,
    effective_permissions: Vec<Permission>,
}

#[derive(Serialize)]
pub struct Permission {
    group: Name,
    permissions: Vec<&'static str>,
}

#[derive(Serialize)]
pub struct List {
    pub customers: Nodes<Listed>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    customer_id: String,
    name: String,
    ticket_counts: Open,
    customer_users: Total,
}

#[derive(Serialize)]
struct Open {
    open: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    total_count: i64,
}

#[derive(Serialize)]
pub struct LookUp {
    pub customer: Option<Short>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Short {
    pub customer_id: String,
    pub name: String,
    pub url: Option<String>,
    pub comment: Option<String>,
    pub validity: &'static str,
}

/// An open ticket as read.
pub struct TicketRow {
    pub number: String,
    pub title: Option<String>,
    pub created: NaiveDateTime,
    pub state: i16,
    pub queue: i32,
    pub priority: i16,
}

/// A person as read.
pub struct PersonRow {
    pub login: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub customer: String,
}

/// What is stored about groups: of a person (2) or a customer (3), or an additional customer (1) of a person.
pub struct GrantRow {
    pub kind: i32,
    pub holder: String,
    pub what: String,
    pub group: i32,
}

/// The small tables, read once at the start.
pub struct Names {
    pub open: Vec<i16>,
    pub states: HashMap<i32, String>,
    pub queues: HashMap<i32, String>,
    pub priorities: HashMap<i32, String>,
    /// The valid groups by name.
    groups: Vec<(i32, String)>,
    place: HashMap<i32, usize>,
    /// The group that everybody holds with all keys.
    everybody: Option<usize>,
}

/// The settings of the help desk that count here are those by default.
const OPEN: [&str; 3] = ["new", "open", "pending reminder"];
const EVERYBODY: &str = "users";
const READ: u8 = 1;
const WRITE: u8 = 2;

impl Names {
    /// States with the names of their types, and the other tables, each with number and name.
    pub fn new(
        states: Vec<(i32, String, String)>,
        queues: Vec<(i32, String)>,
        priorities: Vec<(i32, String)>,
        mut groups: Vec<(i32, String)>,
    ) -> Self {
        groups.sort_by_cached_key(|(_, name)| (name.to_uppercase(), name.clone()));
        let open = states.iter().filter(|(_, _, kind)| OPEN.contains(&kind.as_str()));
        Self {
            open: open.map(|(id, _, _)| *id as i16).collect(),
            states: states.into_iter().map(|(id, name, _)| (id, name)).collect(),
            queues: queues.into_iter().collect(),
            priorities: priorities.into_iter().collect(),
            place: groups.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect(),
            everybody: groups.iter().position(|(_, name)| name == EVERYBODY),
            groups,
        }
    }

    pub fn counts(&self, by_state: impl Iterator<Item = (i16, i64)>) -> Counts {
        let mut counts = Counts { open: 0, closed: 0, total: 0 };
        for (state, count) in by_state {
            *if self.open.contains(&state) { &mut counts.open } else { &mut counts.closed } += count;
            counts.total += count;
        }
        counts
    }

    pub fn ticket(&self, row: TicketRow) -> Ticket {
        let name = |names: &HashMap<i32, String>, id: i32| Name { name: names.get(&id).cloned().unwrap_or_default() };
        Ticket {
            number: row.number,
            title: row.title.unwrap_or_default(),
            created_at: row.created.and_utc().to_rfc3339(),
            state: name(&self.states, row.state.into()),
            queue: name(&self.queues, row.queue),
            priority: name(&self.priorities, row.priority.into()),
        }
    }

    pub fn people(&self, rows: Vec<PersonRow>, grants: &[GrantRow]) -> Vec<Person> {
        rows.into_iter().map(|row| self.person(row, grants)).collect()
    }

    fn person(&self, row: PersonRow, grants: &[GrantRow]) -> Person {
        let mut held = vec![0; self.groups.len()];
        let is_of = |grant: &&GrantRow, kind: i32, holder: &str| {
            grant.kind == kind && grant.holder.eq_ignore_ascii_case(holder)
        };
        let assigned = grants.iter().filter(|grant| is_of(grant, 1, &row.login)).map(|grant| grant.what.as_str());
        let customers: Vec<&str> = assigned.chain([row.customer.as_str()]).filter(|id| !id.is_empty()).collect();
        for grant in grants {
            let is_theirs = is_of(&grant, 2, &row.login) || customers.iter().any(|customer| is_of(&grant, 3, customer));
            if let Some(place) = self.place.get(&grant.group).filter(|_| is_theirs) {
                held[*place] |= match grant.what.as_str() {
                    "rw" => READ | WRITE,
                    "ro" => READ,
                    _ => 0,
                };
            }
        }
        if let Some(place) = self.everybody {
            held[place] = READ | WRITE;
        }
        let permissions = self.groups.iter().zip(held).filter(|(_, held)| *held != 0);
        let permissions = permissions.map(|((_, name), held)| Permission {
            group: Name { name: name.clone() },
            permissions: [("ro", READ), ("rw", WRITE)]
                .into_iter()
                .filter(|(_, key)| held & key != 0)
                .map(|(name, _)| name)
                .collect(),
        });
        Person {
            effective_permissions: permissions.collect(),
            login: row.login,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
        }
    }

    pub fn list(rows: Vec<(String, String)>, open: &HashMap<String, i64>, people: &HashMap<String, i64>) -> List {
        let listed = |(customer_id, name): (String, String)| {
            let key = customer_id.to_lowercase();
            let count = |counts: &HashMap<String, i64>| counts.get(&key).copied().unwrap_or(0);
            Listed {
                ticket_counts: Open { open: count(open) },
                customer_users: Total { total_count: count(people) },
                customer_id,
                name,
            }
        };
        List { customers: Nodes { nodes: rows.into_iter().map(listed).collect() } }
    }
}

/// A text that is not empty.
pub fn text(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

pub fn validity(valid_id: i16) -> &'static str {
    match valid_id {
        1 => "VALID",
        2 => "INVALID",
        _ => "INVALID_TEMPORARILY",
    }
}
