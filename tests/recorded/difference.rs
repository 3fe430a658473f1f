//! Where our answers differ from OTOBO's on purpose. Each test states both for the same records, so that a change of either is seen.

use serde_json::{Value, json};

use crate::compare::{Comparison, Set, items, numbers, text, texts};
use crate::desk::{Desk, number_of, numbers_of};
use crate::permission::people;
use crate::search::found;
use crate::ticket::{listed, opened};

fn set<const N: usize>(texts: [&str; N]) -> Set<String> {
    texts.map(str::to_owned).into()
}

/// The numbers of the groups in which a person holds `ro`.
fn readable_groups(person: &Value) -> Set<i64> {
    let rows = items(&person["effectivePermissions"]).iter();
    rows.filter(|row| items(&row["permissions"]).contains(&json!("ro")))
        .map(|row| number_of(&row["group"]["id"]))
        .collect()
}

/// Who is in a group in effect, with `ro`.
async fn members(desk: &Desk, group: &str, field: &str) -> Set<String> {
    let document = format!("query($name: String!) {{ group(name: $name) {{ members: {field} }} }}");
    let answer = desk.ask(&desk.everyone().await, &document, json!({ "name": group })).await;
    let nodes = items(&answer["group"]["members"]["edges"]).iter().map(|edge| &edge["node"]);
    nodes.map(|node| text(&node["key"]).to_owned()).collect()
}

#[tokio::test]
async fn otobo_lists_tickets_of_other_customers_that_it_refuses_to_open_and_we_do_not_list_them() {
    for desk in Desk::all().await.iter().filter(|desk| desk.setting == "on-ctx") {
        let theirs = &desk.answers_here()["users"]["plus+login"];
        let ticket = Set::from([403]);
        assert!(numbers(&theirs["tickets_ro"]).is_superset(&ticket));
        let check = &desk.answers_here()["permission_check"]["plus+login"]["ro"];
        assert!(numbers(&check["denied"]).is_superset(&ticket));
        let viewer = desk.person("plus+login").await.expect("a valid person");
        assert!(!listed(desk, &viewer).await.contains(&403), "{}", desk.place(""));
        assert_eq!(opened(desk, &viewer, &ticket).await, Set::new());
    }
}

#[tokio::test]
async fn a_permission_of_a_customer_in_another_case_counts_for_us_on_postgresql_too() {
    for desk in Desk::all().await.iter().filter(|desk| desk.setting == "on-bare") {
        // The group 14 is stored for `ACME`, the person's customer is `acme`.
        let theirs = numbers(&desk.answers_here()["users"]["000062"]["effective"]["ro"]);
        let expected = if desk.scratch.is_postgres() { Set::from([5, 9]) } else { Set::from([5, 9, 14]) };
        assert_eq!(theirs, expected);
        assert_eq!(readable_groups(&people(desk).await["000062"]), Set::from([5, 9, 14]), "{}", desk.place(""));
    }
}

#[tokio::test]
async fn a_permission_of_a_person_in_another_case_counts_for_us_on_postgresql_too() {
    for desk in Desk::all().await.iter().filter(|desk| desk.setting == "on-bare") {
        // The group 12 is stored for `ŠÁRKA3`, the person is `Šárka3`.
        let theirs = numbers(&desk.answers_here()["users"]["Šárka3"]["raw"]["ro"]);
        assert_eq!(theirs.contains(&12), !desk.scratch.is_postgres());
        assert!(readable_groups(&people(desk).await["Šárka3"]).contains(&12), "{}", desk.place(""));
    }
}

#[tokio::test]
async fn a_customer_named_in_another_case_is_missing_in_otobos_access_list_and_not_in_ours() {
    for desk in Desk::all().await {
        // The person's customer is stored as `MÜLLER GMBH`.
        let theirs = texts(&desk.answers_here()["users"]["cu-74"]["context_customers"]);
        assert_eq!(theirs, Set::new());
        let people = people(&desk).await;
        let ours = items(&people["cu-74"]["customerAccess"]).iter();
        let ours: Set<String> = ours.map(|row| text(&row["customer"]["customerId"]).to_owned()).collect();
        assert_eq!(ours, set(["müller gmbh"]), "{}", desk.place(""));
    }
}

#[tokio::test]
async fn people_of_additional_customers_are_missing_in_otobos_groups_and_not_in_ours() {
    for desk in Desk::all().await.iter().filter(|desk| desk.setting == "on-bare") {
        // The person holds the group through an additional customer, and OTOBO says so when asked for the person.
        let theirs = &desk.answers_here()["group_users"]["17"]["ro"]["effective"];
        assert!(!texts(theirs).contains("c u 138"));
        assert!(numbers(&desk.answers_here()["users"]["c u 138"]["effective"]["ro"]).contains(&17));
        let field = "customerUsers(permission: \"ro\", effective: true, first: 1000) { edges { node { key: login } } }";
        assert!(members(desk, "hr", field).await.contains("c u 138"), "{}", desk.place(""));
    }
}

#[tokio::test]
async fn otobo_lists_members_of_groups_that_do_not_exist_and_we_list_records() {
    for desk in Desk::all().await.iter().filter(|desk| desk.setting == "on-bare") {
        let theirs = texts(&desk.answers_here()["group_customers"]["17"]["Ticket::CustomerID::Same"]["ro"]);
        assert_eq!(theirs, set(["Größe-1", "ghost-company", "under_score"]));
        let field =
            "customers(permission: \"ro\", context: SAME_CUSTOMER, first: 1000) { edges { node { key: customerId } } }";
        assert_eq!(members(desk, "hr", field).await, set(["Größe-1", "under_score"]), "{}", desk.place(""));

        assert!(texts(&desk.answers_here()["group_users"]["17"]["ro"]["raw"]).contains("ghost-user"));
        let field = "customerUsers(permission: \"ro\", first: 1000) { edges { node { key: login } } }";
        assert!(!members(desk, "hr", field).await.contains("ghost-user"), "{}", desk.place(""));
    }
}

#[tokio::test]
async fn without_group_support_otobo_answers_with_groups_for_members_and_we_with_people() {
    for desk in Desk::all().await.iter().filter(|desk| desk.setting == "off") {
        let theirs = texts(&desk.answers_here()["group_users"]["14"]["ro"]["effective"]);
        assert!(theirs.is_superset(&set(["1", "10", "11"])), "numbers of groups: {theirs:?}");
        let field = "customerUsers(permission: \"ro\", effective: true, first: 1000) { edges { node { key: login } } }";
        let people: Set<String> =
            desk.scratch.column("SELECT login FROM customer_user WHERE valid_id = 1").into_iter().collect();
        assert_eq!(members(desk, "logistics", field).await, people, "{}", desk.place(""));
    }
}

#[tokio::test]
async fn the_tickets_of_a_customer_in_another_case_count_for_us_on_postgresql_too() {
    for desk in Desk::both().await {
        // 152 tickets are stored for `acme` and 6 for `ACME`.
        let theirs = &desk.answers()["customer_information_center"]["root"]["acme"]["status"]["all"];
        assert_eq!(theirs.as_i64(), Some(if desk.scratch.is_postgres() { 152 } else { 158 }));
        let document = r#"{ customer(customerId: "acme") { ticketCounts { total } } }"#;
        let answer = desk.ask(&desk.everyone().await, document, json!({})).await;
        assert_eq!(answer["customer"]["ticketCounts"]["total"], 158, "{}", desk.place(""));
    }
}

#[tokio::test]
async fn a_reminder_without_a_date_is_reached_for_otobo_and_has_no_date_for_us() {
    for desk in Desk::both().await {
        assert!(numbers(&desk.answers()["customer_ticket_ids"]["acme"]["reminder"]).contains(&1536));
        let document = r#"{ customer(customerId: "acme") {
            reached: tickets(view: REMINDER_REACHED, first: 1000) { nodes { id } }
            set: tickets(view: REMINDER, first: 1000) { nodes { id pendingUntil } } } }"#;
        let answer = desk.ask(&desk.everyone().await, document, json!({})).await;
        assert!(!numbers_of(&answer["customer"]["reached"]).contains(&1536), "{}", desk.place(""));
        let set = items(&answer["customer"]["set"]["nodes"]).iter().find(|ticket| number_of(&ticket["id"]) == 1536);
        assert_eq!(set.expect("set for later")["pendingUntil"], Value::Null, "{}", desk.place(""));
    }
}

#[tokio::test]
async fn agents_list_tickets_that_they_own_in_groups_of_others_and_otobo_only_opens_them() {
    for desk in Desk::both().await {
        // The ticket 110 belongs to agent.anna and lies in the group 16, where she holds nothing.
        assert!(!numbers(&desk.answers()["agent_groups"]["agent.anna"]["ro"]).contains(&16));
        let theirs = &desk.answers()["customer_information_center"]["agent.anna"]["acme"]["status"]["all"];
        let document = r#"{ customer(customerId: "acme") { tickets(first: 1000) { nodes { id owner { login } } } } }"#;
        let viewer = desk.agent("agent.anna").await;
        let answer = desk.ask(&viewer, document, json!({})).await;
        let ours = numbers_of(&answer["customer"]["tickets"]);
        assert!(ours.contains(&110), "{}", desk.place(""));
        assert!(ours.len() as i64 > theirs.as_i64().expect("a count"), "{}", desk.place(""));
        assert_eq!(opened(&desk, &viewer, &Set::from([110])).await, Set::from([110]), "{}", desk.place(""));
    }
}

#[tokio::test]
async fn the_first_agent_sees_every_ticket_in_otobo_and_those_of_their_groups_with_us() {
    for desk in Desk::both().await {
        let theirs = &desk.answers()["customer_information_center"]["root"]["acme"]["status"]["all"];
        assert_eq!(theirs.as_i64(), Some(if desk.scratch.is_postgres() { 152 } else { 158 }));
        let document = r#"{ customer(customerId: "acme") { ticketCounts { total } } }"#;
        let answer = desk.ask(&desk.agent("root@localhost").await, document, json!({})).await;
        assert_eq!(answer["customer"]["ticketCounts"]["total"], 119, "{}", desk.place(""));
    }
}

#[tokio::test]
async fn a_person_who_is_not_valid_has_a_ticket_list_in_otobo_and_cannot_sign_in_with_us() {
    for desk in Desk::all().await.iter().filter(|desk| desk.setting == "on-bare") {
        assert_eq!(numbers(&desk.answers_here()["users"]["000104"]["tickets_ro"]).len(), 3);
        assert!(desk.person("000104").await.is_none(), "{}", desk.place(""));
    }
}

#[tokio::test]
async fn percent_and_underscore_match_everything_in_otobo_and_themselves_with_us() {
    let mut comparison = Comparison::default();
    let desks = Desk::both().await;
    for desk in &desks {
        let (percent, underscore) = (set(["100%", "percent%20", "under_score"]), set(["under_score"]));
        for (term, expected) in [("%", percent), ("_", underscore)] {
            assert_eq!(texts(&desk.answers()["search"][term]["companies"]["valid=0"]).len(), 60);
            let ours = found(desk, "companies", term, true).await;
            comparison.sets(|| desk.place(term), &expected, &ours);
        }
        assert_eq!(texts(&desk.answers()["search"]["%"]["users"]["valid=0"]).len(), 250);
        let ours = found(desk, "users", "%", true).await;
        let all = desk.scratch.column("SELECT CONCAT(login, ' ', customer_id, ' ', login) FROM customer_user");
        let holding = all.iter().filter(|texts| texts.contains('%')).count();
        comparison.values(|| desk.place("people with %"), holding, ours.len());
    }
    comparison.finish(desks.len() * 3);
}

#[tokio::test]
async fn an_empty_search_finds_no_people_in_otobo_and_everyone_with_us() {
    for desk in Desk::both().await {
        assert_eq!(texts(&desk.answers()["search"][""]["users"]["valid=1"]).len(), 0);
        assert_eq!(found(&desk, "users", "", false).await.len(), 344, "{}", desk.place(""));
        assert_eq!(texts(&desk.answers()["search"][""]["companies"]["valid=1"]).len(), 49);
        assert_eq!(found(&desk, "companies", "", false).await.len(), 49, "{}", desk.place(""));
    }
}

#[tokio::test]
async fn a_search_for_people_is_cut_at_250_in_otobo_and_paged_with_us() {
    for desk in Desk::both().await {
        assert_eq!(texts(&desk.answers()["search"]["e"]["users"]["valid=0"]).len(), 250);
        assert!(found(&desk, "users", "e", true).await.len() > 250, "{}", desk.place(""));
    }
}

#[tokio::test]
async fn a_login_without_a_record_has_customers_in_otobo_and_is_nobody_with_us() {
    for desk in Desk::both().await {
        assert_eq!(texts(&desk.answers()["user_lookup"]["ghost-user"]["customer_ids"]), set(["acme"]));
        let document = r#"{ customerUser(login: "ghost-user") { login } }"#;
        let answer = desk.ask(&desk.everyone().await, document, json!({})).await;
        assert_eq!(answer["customerUser"], Value::Null, "{}", desk.place(""));
    }
}

#[tokio::test]
async fn the_people_of_a_customer_are_its_own_in_otobo_and_the_additional_ones_too_with_us() {
    for desk in Desk::both().await {
        let theirs = &desk.answers()["customers"]["$dollar"];
        assert_eq!(texts(&theirs["users_valid"]), set(["Jürgen325", "françois.nowak.42", "igor.müller.287"]));
        assert_eq!(texts(&theirs["extra_members"]), set(["000328", "U268", "cu-263"]));
        let document = r#"{ customer(customerId: "$dollar") { customerUsers(first: 100) { nodes { login } } } }"#;
        let answer = desk.ask(&desk.everyone().await, document, json!({})).await;
        let nodes = items(&answer["customer"]["customerUsers"]["nodes"]).iter();
        let ours: Set<String> = nodes.map(|node| text(&node["login"]).to_owned()).collect();
        let valid: Set<String> =
            desk.scratch.column("SELECT login FROM customer_user WHERE valid_id = 1").into_iter().collect();
        let own = texts(&theirs["users_valid"]);
        let all: Set<String> = own.union(&texts(&theirs["extra_members"])).cloned().collect();
        assert_eq!(ours, all.intersection(&valid).cloned().collect(), "{}", desk.place(""));
        assert!(ours.len() > 3, "{}", desk.place(""));
    }
}
