//! Who is in a group: customers and customer users, by what is stored and by what counts in the end.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::compare::{Comparison, Set, items, text, texts};
use crate::desk::{Desk, number_of};

const GROUPS: &str = "query($key: PermissionKey!) { groups(first: 100, filter: { validity: [VALID, INVALID, INVALID_TEMPORARILY] }) { nodes {
    id validity
    same: customers(permission: $key, context: SAME_CUSTOMER, first: 2000) { edges { node { customerId } } }
    other: customers(permission: $key, context: OTHER_CUSTOMERS, first: 2000) { edges { node { customerId } } }
    stored: customerUsers(permission: $key, first: 2000) { edges { node { login validity } } }
    effective: customerUsers(permission: $key, effective: true, first: 2000) { edges { node { login } } }
} } }";

const PEOPLE: &str = "{ customerUsers(first: 10000) { nodes {
    login
    effectivePermissions { group { id } sources { kind permissions } }
} } }";

/// The groups with their members for a key, by number.
async fn groups(desk: &Desk, key: &str) -> BTreeMap<String, Value> {
    let answer = desk.ask(&desk.everyone().await, GROUPS, json!({ "key": key })).await;
    let groups = items(&answer["groups"]["nodes"]).iter();
    groups.map(|group| (number_of(&group["id"]).to_string(), group.clone())).collect()
}

/// OTOBO lists what is stored, also for customers and people that do not exist and in the spelling of the row. We list records.
fn existing(desk: &Desk, stored: &Set<String>, records: &[String]) -> Set<String> {
    let key = |text: &str| desk.store().parent_key(text);
    let keys: Set<String> = stored.iter().map(|text| key(text)).collect();
    records.iter().filter(|record| keys.contains(&key(record))).cloned().collect()
}

fn members(connection: &Value, name: &str, is_meant: impl Fn(&Value) -> bool) -> Set<String> {
    let nodes = items(&connection["edges"]).iter().map(|edge| &edge["node"]);
    nodes.filter(|node| is_meant(node)).map(|node| text(&node[name]).to_owned()).collect()
}

#[tokio::test]
async fn the_customers_of_a_group_are_those_of_otobo() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in desks.iter().filter(|desk| desk.setting != "off") {
        let customers = desk.scratch.column("SELECT customer_id FROM customer_company");
        for key in ["ro", "note", "rw"] {
            for (id, group) in groups(desk, key).await {
                let Some(theirs) = desk.answers_here()["group_customers"].get(&id) else { continue };
                for (context, field) in [("Ticket::CustomerID::Same", "same"), ("Ticket::CustomerID::Other", "other")] {
                    let ours = members(&group[field], "customerId", |_| group["validity"] == "VALID");
                    let theirs = existing(desk, &texts(&theirs[context][key]), &customers);
                    comparison.sets(|| desk.place(format!("{id} {context} {key}")), &theirs, &ours);
                }
            }
        }
    }
    comparison.finish(desks.len() / 3 * 2 * 70);
}

#[tokio::test]
async fn the_people_stored_in_a_group_are_those_of_otobo() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in desks.iter().filter(|desk| desk.setting != "off") {
        let logins = desk.scratch.column("SELECT login FROM customer_user");
        for key in ["ro", "rw"] {
            for (id, group) in groups(desk, key).await {
                let Some(theirs) = desk.answers_here()["group_users"].get(&id) else { continue };
                let ours = members(&group["stored"], "login", |person| {
                    group["validity"] == "VALID" && person["validity"] == "VALID"
                });
                let theirs = existing(desk, &texts(&theirs[key]["raw"]), &logins);
                comparison.sets(|| desk.place(format!("{id} {key}")), &theirs, &ours);
            }
        }
    }
    comparison.finish(desks.len() / 3 * 2 * 24);
}

#[tokio::test]
async fn everyone_in_a_group_is_found_from_the_person_too() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let people = desk.ask(&desk.everyone().await, PEOPLE, json!({})).await;
        for key in ["ro", "create", "rw"] {
            for (id, group) in groups(desk, key).await {
                let holds = |person: &&Value| {
                    items(&person["effectivePermissions"]).iter().any(|row| {
                        number_of(&row["group"]["id"]).to_string() == id
                            && items(&row["sources"])
                                .iter()
                                .any(|source| items(&source["permissions"]).contains(&json!(key)))
                    })
                };
                let theirs = items(&people["customerUsers"]["nodes"]).iter().filter(holds);
                let theirs = theirs.map(|person| text(&person["login"]).to_owned()).collect();
                let ours = members(&group["effective"], "login", |_| true);
                comparison.sets(|| desk.place(format!("{id} {key}")), &theirs, &ours);
            }
        }
    }
    comparison.finish(desks.len() * 80);
}

#[tokio::test]
async fn the_people_of_a_group_are_those_of_otobo_and_those_of_additional_customers() {
    let desks = Desk::all().await;
    let mut comparison = Comparison::default();
    for desk in desks.iter().filter(|desk| desk.setting != "off") {
        let logins = desk.scratch.column("SELECT login FROM customer_user");
        let document = "{ customerUsers(first: 10000) { nodes { login customerId customer { customerId }
            effectivePermissions { group { id } sources { kind permissions customer { customerId } } } } } }";
        let people = desk.ask(&desk.everyone().await, document, json!({})).await;
        for key in ["ro", "rw"] {
            for (id, group) in groups(desk, key).await {
                let Some(theirs) = desk.answers_here()["group_users"].get(&id) else { continue };
                // What OTOBO counts: stored for the person, or for their own customer.
                let only_additional: Set<String> = items(&people["customerUsers"]["nodes"])
                    .iter()
                    .filter(|person| !holds_as_otobo_counts(person, &id, key))
                    .map(|person| text(&person["login"]).to_owned())
                    .collect();
                let ours =
                    members(&group["effective"], "login", |person| !only_additional.contains(text(&person["login"])));
                let theirs = existing(desk, &texts(&theirs[key]["effective"]), &logins);
                comparison.sets(|| desk.place(format!("{id} {key}")), &theirs, &ours);
            }
        }
    }
    comparison.finish(desks.len() / 3 * 2 * 24);
}

fn holds_as_otobo_counts(person: &Value, group: &str, key: &str) -> bool {
    let rows = items(&person["effectivePermissions"]).iter();
    let mut sources =
        rows.filter(|row| number_of(&row["group"]["id"]).to_string() == group).flat_map(|row| items(&row["sources"]));
    sources.any(|source| {
        let is_counted = match text(&source["kind"]) {
            "CUSTOMER" => source["customer"] == person["customer"],
            kind => kind == "CUSTOMER_USER",
        };
        is_counted && items(&source["permissions"]).contains(&json!(key))
    })
}
