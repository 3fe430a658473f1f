//! Lists over the main database and the directory.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{logins, over};
use crate::support::people::{self, login};
use crate::support::row::*;
use crate::support::slapd::Slapd;
use crate::support::{TestApp, cast};

const PEOPLE: &str = "query($first: Int, $after: String, $last: Int, $before: String, $search: String,
    $filter: CustomerUserFilter, $orderBy: CustomerUserOrder) {
    customerUsers(first: $first, after: $after, last: $last, before: $before, search: $search, filter: $filter, orderBy: $orderBy) {
        totalCount nodes { login lastName dataSource { name } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

/// The list of people with these variables.
async fn list(app: &TestApp, given: Value) -> Value {
    let mut variables = json!({"first": null, "after": null, "last": null, "before": null, "search": null, "filter": null, "orderBy": null});
    variables.as_object_mut().expect("an object").extend(given.as_object().expect("an object").clone());
    app.as_administrator().data(PEOPLE, variables).await["customerUsers"].take()
}

/// Follows the pages of the list of people to the end.
async fn walk(app: &TestApp, size: i32, backward: bool, more: Value) -> Vec<String> {
    let (mut cursor, mut all) = (Value::Null, Vec::new());
    loop {
        let page = match backward {
            true => json!({"last": size, "before": cursor}),
            false => json!({"first": size, "after": cursor}),
        };
        let mut variables = more.clone();
        variables.as_object_mut().expect("an object").extend(page.as_object().expect("an object").clone());
        let list = list(app, variables).await;
        let (names, info) = (logins(&list), &list["pageInfo"]);
        let (has_more, end) = match backward {
            true => (&info["hasPreviousPage"], &info["startCursor"]),
            false => (&info["hasNextPage"], &info["endCursor"]),
        };
        all = if backward { [names, all].concat() } else { [all, names].concat() };
        if has_more == &json!(false) {
            return all;
        }
        assert!(end.is_string(), "a list that goes on has a cursor to go on from");
        cursor = end.clone();
    }
}

fn everybody() -> BTreeSet<String> {
    let valid = (1..=people::SMALL).filter(|number| !people::is_locked(*number)).map(login);
    valid.chain(cast::PEOPLE.map(str::to_owned)).collect()
}

#[tokio::test]
async fn pages_of_both_sources_hold_everyone_once_in_both_directions() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let sorted: Vec<String> = everybody().into_iter().collect();
    for size in [7, 50] {
        for backward in [false, true] {
            assert_eq!(walk(&app, size, backward, json!({})).await, sorted, "{size} {backward}");
        }
        let mut reversed = walk(&app, size, false, json!({"orderBy": {"field": "LOGIN", "direction": "DESC"}})).await;
        reversed.reverse();
        assert_eq!(reversed, sorted);
    }
    for field in ["LAST_NAME", "EMAIL", "CUSTOMER_ID", "CREATED_AT"] {
        let found = walk(&app, 9, false, json!({"orderBy": {"field": field}})).await;
        assert_eq!(found.len(), sorted.len(), "{field}");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), everybody(), "{field}");
    }
}

#[tokio::test]
async fn a_login_that_both_know_is_the_main_databases() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    app.add(customer_user("U0001", "globex")).await;
    app.add(customer_user("u0002", "globex").invalid()).await;
    let root = app.as_administrator();
    let list = list(&app, json!({"first": 1000, "filter": {"login": {"startsWith": "u000"}}})).await;
    let found: Vec<(String, Value)> = list["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| (node["login"].as_str().expect("a login").to_owned(), node["dataSource"]["name"].clone()))
        .collect();
    let mut wanted = vec![("U0001".to_owned(), json!("Database"))];
    wanted.extend((3..10).map(|number| (login(number), json!("Directory"))));
    assert_eq!(found, wanted);
    let walked = walk(&app, 2, false, json!({"filter": {"login": {"startsWith": "u000"}}})).await;
    assert_eq!(walked, wanted.iter().map(|(login, _)| login.clone()).collect::<Vec<_>>());
    let known = root
        .ask(
            "{ a: customerUser(login: \"u0001\") { login customerId } b: customerUser(login: \"u0002\") { validity } }",
        )
        .await;
    assert_eq!(known, json!({"a": {"login": "U0001", "customerId": "globex"}, "b": {"validity": "INVALID"}}));
}

#[tokio::test]
async fn filters_and_searches_reach_both_and_one_source_can_be_meant_alone() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let find = async |variables: Value| logins(&list(&app, variables).await);
    let acme = json!({"customerId": {"eq": "ACME"}});
    assert_eq!(find(json!({"filter": acme, "first": 4})).await, ["ann", "bob", "u0005", "u0010"]);
    let alone = |name: &str| json!({"filter": {"dataSource": name, "customerId": {"eq": "acme"}}, "first": 2});
    assert_eq!(find(alone("Directory")).await, ["u0005", "u0010"]);
    assert_eq!(find(alone("Database")).await, ["ann", "bob"]);
    assert_eq!(find(alone("Nowhere")).await, Vec::<String>::new());
    assert_eq!(find(json!({"search": "u000*+!u0001"})).await.len(), 8);
    assert_eq!(find(json!({"search": "MÜLLER", "first": 3})).await, ["u0002", "u0004", "u0006"]);
    for injected in ["*)(uid=*", "u0001)(|(uid=*", "\\2a", "u0001\\"] {
        assert_eq!(find(json!({"filter": {"login": {"eq": injected}}})).await, Vec::<String>::new(), "{injected}");
    }
    assert_eq!(find(json!({"filter": {"validity": ["INVALID"]}})).await, ["ivy", "u0050"]);
    let changed = json!({"filter": {"changedAt": {"since": "2000-01-01T00:00:00Z"}}});
    assert_eq!(find(changed).await, ["ann", "bob", "gus", "mia", "nils"], "when an entry was changed is not known");
    assert_eq!(list(&app, json!({"first": 0})).await["totalCount"], everybody().len());
}

#[tokio::test]
async fn people_with_tickets_are_found_wherever_they_are_kept() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    app.add(ticket("2001", "Support").of("acme", "u0005").in_state("open")).await;
    app.add(ticket("2002", "Support").of("globex", "u0006").in_state("closed successful")).await;
    let list = list(&app, json!({"filter": {"hasTickets": "OPEN", "login": {"startsWith": "u"}}})).await;
    assert_eq!(logins(&list), ["u0005"]);
    assert_eq!(list["totalCount"], 1);
}

#[tokio::test]
async fn customers_of_both_sources_are_one_list() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let root = app.as_administrator();
    let list = root.ask("{ customers { totalCount nodes { customerId name dataSource { name kind } } } }").await;
    let nodes = list["customers"]["nodes"].as_array().expect("a list");
    let shown: Vec<_> =
        nodes.iter().map(|node| (node["customerId"].clone(), node["dataSource"]["name"].clone())).collect();
    let of = |id: &str, source: &str| (json!(id), json!(source));
    let wanted =
        [of("acme", "Database"), of("globex", "Database"), of("hooli", "Directory"), of("umbrella", "Directory")];
    assert_eq!(shown, wanted, "Initech of the main database is invalid and not to be had from the directory");
    assert_eq!(list["customers"]["totalCount"], 7, "each source is counted by itself");
    let hooli = root.ask("{ customer(customerId: \"HOOLI\") { customerId name address { city } createdAt version dataSource { kind isReadOnly } customerUsers(first: 1) { totalCount nodes { login } } } }").await;
    insta::assert_json_snapshot!(hooli);
}

#[tokio::test]
async fn five_thousand_people_are_paged_without_being_read_whole() {
    let Some(slapd) = Slapd::shared() else { return };
    let app = over(slapd).await;
    let directory = app.directory();
    let root = app.as_administrator();
    let mut after = Value::Null;
    for _ in 0..3 {
        let before = directory.effort();
        let query = "query($after: String) { customerUsers(first: 50, after: $after) { nodes { login } pageInfo { endCursor } } }";
        let list = root.data(query, json!({"after": after})).await;
        assert_eq!(logins(&list["customerUsers"]).len(), 50);
        after = list["customerUsers"]["pageInfo"]["endCursor"].clone();
        let now = directory.effort();
        assert!(now.0 - before.0 <= 40, "{} searches", now.0 - before.0);
        assert!(now.1 - before.1 < 2500, "{} entries", now.1 - before.1);
    }
}
