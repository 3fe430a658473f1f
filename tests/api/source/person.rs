//! People of the directory as records: their view, what they hold, who sees them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{over, with_groups};
use crate::support::row::*;
use crate::support::slapd::Slapd;

const DETAIL: &str = r#"{ customer(customerId: "acme") { name customerUsers(first: 50, filter: {login: {startsWith: "u0"}}) { totalCount nodes {
    login fullName email customer { name } customers { nodes { customerId } } dataSource { name }
    ticketCounts { open } effectivePermissions { group { name } permissions } } } } }"#;

#[tokio::test]
async fn someone_of_the_directory_has_tickets_permissions_and_relations_under_their_login() {
    let Some(slapd) = Slapd::start() else { return };
    let app = with_groups(&slapd).await;
    app.add(ticket("2001", "Support").of("acme", "u0005").in_state("open")).await;
    app.add(person_grant("u0005", "sales", "rw")).await;
    app.add(additional_customer("u0005", "globex")).await;
    let person = app
        .as_administrator()
        .ask(
            r#"{ customerUser(login: "U0005") { login firstName lastName email phone address { city } customerId validity version
                createdAt customer { name } customers { nodes { customerId } } dataSource { name kind isReadOnly }
                tickets { nodes { number customerUser { login } } } ticketCounts { open closed }
                groupPermissions { group { name } permissions }
                effectivePermissions { group { name } permissions sources { kind customer { customerId } } }
                customerAccess { customer { customerId } isDirect } } }"#,
        )
        .await;
    insta::assert_json_snapshot!(person);
}

#[tokio::test]
async fn a_detail_view_of_fifty_people_costs_two_searches_and_as_many_statements_as_of_one() {
    let Some(slapd) = Slapd::shared() else { return };
    let app = over(slapd).await;
    let directory = app.directory();
    let root = app.as_administrator();
    let before = directory.effort().0;
    let many = root.cost(DETAIL, json!({})).await;
    assert_eq!(root.ask(DETAIL).await["customer"]["customerUsers"]["nodes"].as_array().map(Vec::len), Some(50));
    let searches = directory.effort().0 - before;
    let one = root.cost(&DETAIL.replace("first: 50", "first: 3"), json!({})).await;
    assert!(searches <= 2 * 2, "{searches} searches for two views");
    assert_eq!(many, one);
}

#[tokio::test]
async fn people_of_many_customers_in_both_sources_cost_as_much_as_those_of_one() {
    let Some(slapd) = Slapd::start() else { return };
    let app = with_groups(&slapd).await;
    // Eight of Acme's people are some of the database and some of the directory.
    let list = "query($first: Int) { customers(first: $first) { nodes { name
        customerUsers(first: 8) { nodes { login dataSource { name } effectivePermissions { group { name } } } } } } }";
    let root = app.as_administrator();
    let directory = app.directory();
    let cost = async |first: i32| {
        let before = directory.effort().0;
        let statements = root.cost(list, json!({"first": first})).await;
        (statements, directory.effort().0 - before)
    };
    let (one, many) = (cost(1).await, cost(4).await);
    assert!(many.0 <= one.0 && one.0 > 1, "statements: {one:?} for one, {many:?} for four");
    assert!(many.1 <= one.1 && one.1 > 0, "searches: {one:?} for one, {many:?} for four");
}

#[tokio::test]
async fn customer_users_see_the_people_of_their_customers_in_both_sources_without_contact_data() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let list = "{ customerUsers(first: 1000) { totalCount nodes { login email customerId phone } } }";
    let seen = app.as_person_of("Directory", "u0005").ask(list).await;
    let nodes = seen["customerUsers"]["nodes"].as_array().expect("a list");
    assert!(nodes.iter().all(|node| node["customerId"] == "acme" || node["login"] == "mia"), "{nodes:?}");
    let with_mail: Vec<_> = nodes.iter().filter(|node| node["email"] != "").map(|node| &node["login"]).collect();
    assert_eq!(with_mail, ["u0005"]);
    assert_eq!(seen["customerUsers"]["totalCount"], nodes.len());
    let probe = r#"{ mail: customerUsers(filter: {email: {contains: "u0010"}}) { totalCount nodes { login } }
        own: customerUsers(filter: {email: {contains: "u0005"}}) { nodes { login } }
        hidden: customerUser(login: "u0006") { login } search: customerUsers(search: "u0010@acme") { totalCount } }"#;
    let probed = app.as_customer_user("ann").ask(probe).await;
    assert_eq!(probed["mail"], json!({"totalCount": 0, "nodes": []}));
    assert_eq!(probed["hidden"], json!(null));
    assert_eq!(probed["search"]["totalCount"], 0);
    let own = app.as_person_of("Directory", "u0005").ask(probe).await;
    assert_eq!(own["own"]["nodes"], json!([{"login": "u0005"}]));
}

#[tokio::test]
async fn cursors_tell_customer_users_no_address_of_others() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let list = "{ customer(customerId: \"acme\") {
        customerUsers(first: 50, orderBy: {field: EMAIL}) { edges { cursor node { login dataSource { name } } } } } }";
    let seen = app.as_person_of("Directory", "u0005").ask(list).await;
    let edges = seen["customer"]["customerUsers"]["edges"].as_array().expect("a list");
    let is_other =
        |edge: &&Value| edge["node"]["dataSource"]["name"] == "Directory" && edge["node"]["login"] != "u0005";
    let others: Vec<_> = edges.iter().filter(is_other).collect();
    assert!(others.len() > 3, "{edges:?}");
    for edge in others {
        let cursor = URL_SAFE_NO_PAD.decode(edge["cursor"].as_str().expect("a text")).expect("cursors are base64");
        let cursor = String::from_utf8(cursor).expect("a text");
        assert_eq!(cursor.matches('@').count(), cursor.matches("u0005@").count(), "{cursor}");
    }
}

#[tokio::test]
async fn what_the_main_database_hides_is_not_to_be_had_from_the_directory() {
    let Some(slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    // In the directory this is somebody of Acme.
    app.add(customer_user("u0010", "globex")).await;
    let ann = app.as_customer_user("ann");
    assert_eq!(ann.ask("{ customerUser(login: \"u0010\") { login } }").await["customerUser"], json!(null));
    let list = ann.ask("{ customerUsers(filter: {login: {eq: \"u0010\"}}) { nodes { login } } }").await;
    assert_eq!(list["customerUsers"]["nodes"], json!([]));
}

#[tokio::test]
async fn a_group_lists_its_people_wherever_they_are_kept() {
    let Some(slapd) = Slapd::start() else { return };
    let app = with_groups(&slapd).await;
    for row in [
        person_grant("u0001", "sales", "ro"),
        person_grant("nobody", "sales", "ro"),
        customer_grant("hooli", "sales", "ro"),
    ] {
        app.add(row).await;
    }
    let list = "query($effective: Boolean!) { group(name: \"sales\") { customerUsers(effective: $effective, first: 8) {
        totalCount edges { node { login dataSource { name } } permissions } pageInfo { hasNextPage } } } }";
    let root = app.as_administrator();
    insta::assert_json_snapshot!(root.data(list, json!({"effective": false})).await);
    insta::assert_json_snapshot!(root.data(list, json!({"effective": true})).await);
}

#[tokio::test]
async fn the_sources_are_listed_in_their_order() {
    let Some(mut slapd) = Slapd::start() else { return };
    let app = over(&slapd).await;
    let list = "{ dataSources { name kind isReadOnly holdsCustomers holdsCustomerUsers isReachable } }";
    insta::assert_json_snapshot!(app.as_administrator().ask(list).await);
    assert_eq!(app.as_agent("olga").ask(list).await["dataSources"][1]["isReachable"], json!(null));
    slapd.stop();
    assert_eq!(app.as_administrator().ask(list).await["dataSources"][1]["isReachable"], false);
}
