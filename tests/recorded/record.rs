//! Customers as they are stored, their people, and finding one by its key in other spellings.

use serde_json::{Value, json};

use crate::compare::{Comparison, Set, entries, items, text, texts};
use crate::desk::Desk;

const CUSTOMER: &str = "query($id: String!) { customer(customerId: $id) {
    customerId name url comment validity createdAt changedAt createdBy { login } changedBy { login }
    address { street zip city country }
    valid: customerUsers(first: 1000) { nodes { login customer { customerId } fullName email } }
    all: customerUsers(first: 1000, filter: { validity: [VALID, INVALID, INVALID_TEMPORARILY] }) { nodes { login customer { customerId } customerId } }
} }";

/// Texts that are not stored are empty ones for OTOBO.
fn or_empty(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn valid_id(validity: &Value) -> i64 {
    match text(validity) {
        "VALID" => 1,
        "INVALID" => 2,
        _ => 3,
    }
}

#[tokio::test]
async fn customers_are_as_otobo_reads_them() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        for (id, theirs) in entries(&desk.answers()["customers"]) {
            let answer = desk.ask(&desk.everyone().await, CUSTOMER, json!({ "id": id })).await;
            let (theirs, ours) = (&theirs["company"], &answer["customer"]);
            let address = &ours["address"];
            for (name, ours) in [
                ("CustomerID", &ours["customerId"]),
                ("CustomerCompanyName", &ours["name"]),
                ("CustomerCompanyURL", &ours["url"]),
                ("CustomerCompanyComment", &ours["comment"]),
                ("CustomerCompanyStreet", &address["street"]),
                ("CustomerCompanyZIP", &address["zip"]),
                ("CustomerCompanyCity", &address["city"]),
                ("CustomerCompanyCountry", &address["country"]),
            ] {
                comparison.values(|| desk.place(format!("{id} {name}")), or_empty(&theirs[name]), or_empty(ours));
            }
            comparison.values(|| desk.place(id), theirs["ValidID"].as_i64(), Some(valid_id(&ours["validity"])));
            for (name, ours) in [("CreateTime", &ours["createdAt"]), ("ChangeTime", &ours["changedAt"])] {
                let ours = or_empty(ours).replace('T', " ");
                comparison.values(|| desk.place(format!("{id} {name}")), or_empty(&theirs[name]), &ours[..19]);
            }
        }
    }
    comparison.finish(desks.len() * 340);
}

/// Logins of the people whose own customer it is.
fn own_people(people: &Value, id: &str) -> Set<String> {
    let own = items(&people["nodes"]).iter().filter(|person| person["customer"]["customerId"] == id);
    own.map(|person| text(&person["login"]).to_owned()).collect()
}

#[tokio::test]
async fn the_people_of_a_customer_are_those_of_otobo_and_the_additional_ones() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        let key = |text: &str| desk.store().parent_key(text);
        for (id, theirs) in entries(&desk.answers()["customers"]) {
            let answer = desk.ask(&desk.everyone().await, CUSTOMER, json!({ "id": id })).await;
            let ours = &answer["customer"];
            let place = |what: &str| desk.place(format!("{id} {what}"));
            comparison.sets(|| place("valid"), &texts(&theirs["users_valid"]), &own_people(&ours["valid"], id));
            comparison.sets(|| place("all"), &texts(&theirs["users_all"]), &own_people(&ours["all"], id));
            let ours: Set<String> = items(&ours["all"]["nodes"])
                .iter()
                .filter(|person| key(text(&person["customerId"])) != key(id))
                .map(|person| text(&person["login"]).to_owned())
                .collect();
            let theirs = texts(&theirs["extra_members"]);
            let missing = theirs.iter().filter(|login| !ours.iter().any(|our| key(our) == key(login)));
            // A row may name somebody who does not exist, or whose own customer it is anyway.
            let missing = missing.filter(|login| !own_people(&answer["customer"]["all"], id).contains(*login));
            let missing: Set<&String> = missing.filter(|login| login.as_str() != "ghost-user").collect();
            comparison.sets(|| place("additional"), &Set::new(), &missing);
        }
    }
    comparison.finish(desks.len() * 90);
}

#[tokio::test]
async fn people_are_as_otobo_reads_them() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    let document = "query($login: String!) { customerUser(login: $login) {
        login fullName email firstName lastName customerId validity customers(first: 1000) { nodes { customerId } } } }";
    for desk in &desks {
        let key = |text: &str| desk.store().parent_key(text);
        let existing: Set<String> =
            desk.scratch.column("SELECT customer_id FROM customer_company").iter().map(|id| key(id)).collect();
        for (login, theirs) in entries(&desk.answers()["users"]) {
            let answer = desk.ask(&desk.everyone().await, document, json!({ "login": login })).await;
            let ours = &answer["customerUser"];
            let place = |what: &str| desk.place(format!("{login} {what}"));
            comparison.values(|| place("login"), login, or_empty(&ours["login"]));
            comparison.values(|| place("name"), or_empty(&theirs["name"]), or_empty(&ours["fullName"]));
            let shown = |name: &str| or_empty(&ours[name]);
            let mail = format!("\"{} {}\" <{}>", shown("firstName"), shown("lastName"), shown("email"));
            comparison.values(|| place("mail"), or_empty(&theirs["mail_string"]), &mail);
            comparison.values(
                || place("customer"),
                or_empty(&theirs["user_customer_id"]),
                or_empty(&ours["customerId"]),
            );
            comparison.values(|| place("validity"), theirs["valid_id"].as_i64(), Some(valid_id(&ours["validity"])));
            // We list customers that exist, each once; OTOBO lists ids. Behind the own one it keeps the order of the database, and we our own.
            let theirs = items(&theirs["customer_ids"]).iter().map(|id| key(text(id)));
            let mut theirs: Vec<String> = theirs.filter(|id| existing.contains(id)).collect();
            let ours = items(&ours["customers"]["nodes"]).iter().map(|customer| key(text(&customer["customerId"])));
            let (mut ours, mut seen): (Vec<String>, _) = (ours.collect(), Set::new());
            theirs.retain(|id| seen.insert(id.clone()));
            comparison.values(|| place("own customer"), theirs.first().cloned(), ours.first().cloned());
            theirs.sort();
            ours.sort();
            comparison.values(|| place("customers"), theirs, ours);
        }
    }
    comparison.finish(desks.len() * 1100);
}

#[tokio::test]
async fn customers_and_people_are_found_by_their_key_in_the_spellings_that_otobo_accepts() {
    let desks = Desk::both().await;
    let mut comparison = Comparison::default();
    for desk in &desks {
        for (id, theirs) in entries(&desk.answers()["company_lookup"]) {
            let document = "query($id: String!) { customer(customerId: $id) { customerId } }";
            let answer = desk.ask(&desk.everyone().await, document, json!({ "id": id })).await;
            comparison.values(|| desk.place(id), or_empty(theirs), or_empty(&answer["customer"]["customerId"]));
        }
        for (login, theirs) in entries(&desk.answers()["user_lookup"]) {
            let document = "query($login: String!) { customerUser(login: $login) { login fullName } }";
            let answer = desk.ask(&desk.everyone().await, document, json!({ "login": login })).await;
            let ours = &answer["customerUser"];
            comparison.values(|| desk.place(login), or_empty(&theirs["found"]), or_empty(&ours["login"]));
            comparison.values(|| desk.place(login), or_empty(&theirs["name"]), or_empty(&ours["fullName"]));
        }
    }
    comparison.finish(desks.len() * 35);
}
