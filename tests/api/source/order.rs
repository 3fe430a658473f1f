//! Three sources in every order: the main database, a directory and another database.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::MAIN;
use crate::support::TestApp;
use crate::support::crm::Crm;
use crate::support::people::{self, login};
use crate::support::row::*;
use crate::support::slapd::Slapd;

/// The other database as an entry of the list of sources.
pub fn crm_source(crm: &Crm) -> String {
    format!(
        "[[source]]\nname = \"CRM\"\nkind = \"database\"\nurl = '{}'\ntimeout = \"20s\"\n\
         [source.customer_users]\ntable = \"crm_person\"\nkey = \"username\"\nvalid = \"aktiv\"\n\
         fields = {{ first_name = \"vorname\", last_name = \"nachname\", email = \"mail\", customer_id = \"firma\" }}\n",
        crm.url
    )
}

/// Who each source knows, in small letters, and whether they are valid.
fn known(name: &str) -> Vec<(String, bool)> {
    let of =
        |names: &[&str], is_valid: bool| names.iter().map(|name| ((*name).to_owned(), is_valid)).collect::<Vec<_>>();
    match name {
        "Database" => [of(&["ann", "bob", "gus", "mia", "nils", "u0007"], true), of(&["ivy", "u0008"], false)].concat(),
        "CRM" => {
            [of(&["ann", "bob", "jörg", "100%", "a_b", r"back\slash"], true), of(&["celine", "o'hara"], false)].concat()
        }
        _ => (1..=people::SMALL).map(|number| (login(number), !people::is_locked(number))).collect(),
    }
}

/// Who is in the list, and from where: of each login the first source that knows it decides.
fn wanted(order: [&str; 3]) -> Vec<(String, String)> {
    let mut first: BTreeMap<String, (String, bool)> = BTreeMap::new();
    for source in order {
        for (login, is_valid) in known(source) {
            first.entry(login).or_insert((source.to_owned(), is_valid));
        }
    }
    first.into_iter().filter(|(_, (_, is_valid))| *is_valid).map(|(login, (source, _))| (login, source)).collect()
}

/// The people of Acme, by pages of a size.
async fn people_of_acme(app: &TestApp, size: i32) -> Vec<String> {
    const LIST: &str = "query($first: Int!, $after: String) { customer(customerId: \"acme\") {
        customerUsers(first: $first, after: $after) { nodes { login } pageInfo { hasNextPage endCursor } } } }";
    let (root, mut after, mut all) = (app.as_administrator(), Value::Null, Vec::new());
    loop {
        let list = root.data(LIST, json!({"first": size, "after": after})).await["customer"]["customerUsers"].take();
        all.extend(super::logins(&list).into_iter().map(|login| login.to_lowercase()));
        if list["pageInfo"]["hasNextPage"] == json!(false) {
            return all;
        }
        assert!(list["pageInfo"]["endCursor"].is_string(), "a list that goes on has a cursor to go on from");
        after = list["pageInfo"]["endCursor"].clone();
    }
}

async fn walk(app: &TestApp, size: i32, backward: bool) -> Vec<(String, String)> {
    const LIST: &str = "query($first: Int, $after: String, $last: Int, $before: String) {
        customerUsers(first: $first, after: $after, last: $last, before: $before) {
            nodes { login dataSource { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let (root, mut cursor, mut all) = (app.as_administrator(), Value::Null, Vec::new());
    loop {
        let variables = match backward {
            true => json!({"first": null, "after": null, "last": size, "before": cursor}),
            false => json!({"first": size, "after": cursor, "last": null, "before": null}),
        };
        let list = root.data(LIST, variables).await["customerUsers"].take();
        let text = |value: &Value| value.as_str().expect("a text").to_lowercase();
        let nodes = list["nodes"].as_array().expect("a list").iter();
        let page: Vec<_> = nodes
            .map(|node| (text(&node["login"]), node["dataSource"]["name"].as_str().expect("a name").to_owned()))
            .collect();
        all = if backward { [page, all].concat() } else { [all, page].concat() };
        let (more, end) = if backward { ("hasPreviousPage", "startCursor") } else { ("hasNextPage", "endCursor") };
        if list["pageInfo"][more] == json!(false) {
            return all;
        }
        cursor = list["pageInfo"][end].clone();
    }
}

#[tokio::test]
async fn a_list_goes_on_from_a_cursor_that_came_with_the_lists_of_many_customers() {
    let crm = Crm::new().await;
    for number in 0..250 {
        let last_name = ["Öz", "oz", "O z", "O-z"][number % 4];
        let row = format!("('k{number:03}', 'Kim', '{last_name}{}', NULL, 'acme', NULL, 1)", number % 7);
        crm.execute(&format!("INSERT INTO crm_person VALUES {row}")).await;
    }
    let app = TestApp::with(&format!("{MAIN}{}", crm_source(&crm))).await;
    let root = app.as_administrator();
    for field in ["LOGIN", "LAST_NAME"] {
        let people = |first: i32, after: &Value| {
            format!(
                "customerUsers(first: {first}, after: {after}, orderBy: {{field: {field}}}) {{ nodes {{ login }} pageInfo {{ endCursor }} }}"
            )
        };
        let of_one = async |first: i32, after: &Value| {
            let document = format!("{{ customer(customerId: \"acme\") {{ {} }} }}", people(first, after));
            root.ask(&document).await["customer"]["customerUsers"].take()
        };
        let of_many = async |first: i32, after: &Value| {
            let document = format!(
                "{{ customers(first: 10, orderBy: {{field: NAME}}) {{ nodes {{ customerId {} }} }} }}",
                people(first, after)
            );
            let mut answer = root.ask(&document).await;
            let nodes = answer["customers"]["nodes"].as_array_mut().expect("a list");
            let acme = nodes.iter_mut().find(|node| node["customerId"] == "acme").expect("it is there");
            acme["customerUsers"].take()
        };
        // All 252 are read at once for several customers, and not for one.
        let begun = [of_many(50, &Value::Null).await, of_one(50, &Value::Null).await];
        for begun in begun {
            let first: Vec<String> = super::logins(&begun);
            let rest = of_one(300, &begun["pageInfo"]["endCursor"]).await;
            let also = of_many(300, &begun["pageInfo"]["endCursor"]).await;
            assert_eq!(super::logins(&rest), super::logins(&also), "{field}");
            let mut all = [first, super::logins(&rest)].concat();
            assert_eq!(all.len(), 253, "{field}");
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 253, "{field}");
        }
    }
    crm.remove().await;
}

#[tokio::test]
async fn whatever_the_order_everyone_is_listed_once_and_the_first_source_counts() {
    let Some(slapd) = Slapd::start() else { return };
    let crm = Crm::new().await;
    let main = TestApp::new().await;
    main.add(customer_user("U0007", "globex")).await;
    main.add(customer_user("u0008", "globex").invalid()).await;
    for order in [["Database", "Directory", "CRM"], ["CRM", "Directory", "Database"], ["Directory", "Database", "CRM"]]
    {
        let entry = |name: &&str| match *name {
            "Database" => MAIN.to_owned(),
            "CRM" => crm_source(&crm),
            _ => slapd.source("Directory"),
        };
        let app = main.sibling(&order.iter().map(entry).collect::<String>()).await;
        let whole = walk(&app, 1000, false).await;
        let mut sorted = whole.clone();
        sorted.sort();
        assert_eq!(sorted, wanted(order), "{order:?}");
        for (size, backward) in [(4, false), (9, true)] {
            assert_eq!(walk(&app, size, backward).await, whole, "{order:?} {size} {backward}");
        }
        for (login, source) in [("gus", None), ("u0006", Some("Directory"))] {
            let client = source.map_or_else(|| app.as_customer_user(login), |source| app.as_person_of(source, login));
            let seen = "{ customerUsers(first: 1000) { totalCount nodes { login } }
                customers(first: 5) { nodes { customerUsers(first: 500) { totalCount nodes { login } } } } }";
            let seen = client.ask(seen).await;
            let customer = &seen["customers"]["nodes"][0]["customerUsers"];
            for list in [&seen["customerUsers"], customer] {
                assert_eq!(
                    list["totalCount"],
                    super::logins(list).len(),
                    "{order:?} {login}: a number tells of nobody hidden"
                );
            }
        }
        let of_acme = people_of_acme(&app, 1000).await;
        for size in [1, 5] {
            assert_eq!(people_of_acme(&app, size).await, of_acme, "{order:?} {size}");
        }
        assert!(of_acme.contains(&"ann".to_owned()) && of_acme.contains(&"u0005".to_owned()), "{of_acme:?}");
        let view =
            "{ customerUser(login: \"ANN\") { login dataSource { name } effectivePermissions { group { name } } } }";
        let ann = app.as_administrator().ask(view).await["customerUser"].take();
        let keeper = wanted(order).into_iter().find(|(login, _)| login == "ann").map(|(_, source)| source);
        assert_eq!(ann["dataSource"]["name"].as_str().map(str::to_owned), keeper, "{order:?}");
    }
    crm.remove().await;
}
