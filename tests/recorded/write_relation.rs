//! What changing groups, queues and relations does to the tables of a real OTOBO: exactly these rows differ afterwards.

use serde_json::{Value, json};

use crate::table::{NULL, Row, cell, is};
use crate::writer::{Expected, Writer};

const SETTINGS: &str = "[groups]\ncustomer_group_support = true\nother_customers_context = true\n\
    customer_permission_keys = [\"ro\", \"move_into\", \"create\", \"note\", \"owner\", \"priority\", \"rw\"]\n";
const SAME: &str = "Ticket::CustomerID::Same";
const OTHER: &str = "Ticket::CustomerID::Other";

/// A mutation of relations with its arguments, as a document and variables.
fn set(field: &str, arguments: &str) -> (String, Value) {
    (format!("mutation {{ {field}({arguments}) {{ userErrors {{ code path }} }} }}"), json!({}))
}

/// What a holder has in a group afterwards: the customer or person, the group, and the context of a customer.
struct Held<'a> {
    holder: &'a str,
    group: &'a str,
    context: Option<&'a str>,
    keys: &'a [&'a str],
}

/// The rows of one holder in one group are what is given, made anew.
fn holds(all: &mut Expected<'_>, Held { holder, group, context, keys }: &Held<'_>) {
    let (table, column) =
        if context.is_some() { ("group_customer", "customer_id") } else { ("group_customer_user", "user_id") };
    let groups = all.tables.rows("groups_table", is("name", group));
    let group_id = cell(&groups[0], "id");
    let here = |row: &Row| {
        is(column, holder)(row)
            && is("group_id", group_id)(row)
            && context.is_none_or(|name| is("permission_context", name)(row))
    };
    if !all.tables.rows(table, here).is_empty() {
        all.tables.remove(table, here);
    }
    for key in *keys {
        let row = [(column, *holder), ("group_id", group_id), ("permission_key", *key), ("permission_value", "1")];
        let context = context.map(|name| ("permission_context", name));
        all.add(table, &row.into_iter().chain(context).collect::<Vec<_>>());
    }
}

async fn gives(writer: &Writer, (field, arguments): (&str, &str), logged: &str, held: &[Held<'_>]) {
    let (document, variables) = set(field, arguments);
    let expected = |all: &mut Expected<'_>| held.iter().for_each(|held| holds(all, held));
    writer.does((&document, variables), logged, expected).await;
}

#[tokio::test]
async fn a_person_gets_groups_and_loses_them() {
    for writer in Writer::both(SETTINGS).await.iter() {
        let change = async |entries: &str, keys: &[&str]| {
            let arguments =
                format!("login: \"CU-67\", mode: ADD, entries: [{{ group: \"vip-desk\", permissions: [{entries}] }}]");
            let held = Held { holder: "cu-67", group: "vip-desk", context: None, keys };
            gives(writer, ("customerUserSetGroups", &arguments), "permissions_changed Group vip-desk", &[held]).await;
        };
        change("\"ro\"", &["ro"]).await;
        change("\"move_into\"", &["ro", "move_into"]).await;
        change("\"ro\", \"rw\"", &["rw"]).await;
        let (document, variables) = set("customerUserSetGroups", "login: \"cu-67\", entries: []");
        // The one in the group `hr` was there before.
        assert_eq!(writer.tables().rows("group_customer_user", is("user_id", "cu-67")).len(), 2);
        writer
            .does((&document, variables), "permissions_changed Group vip-desk", |all| {
                all.tables.remove("group_customer_user", is("user_id", "cu-67"));
            })
            .await;
    }
}

#[tokio::test]
async fn a_group_gets_people_and_loses_them() {
    for writer in Writer::both(SETTINGS).await.iter() {
        let add = "group: \"it-internal\", mode: ADD, entries: [{ login: \"c u 33\", permissions: [\"note\"] },
            { login: \"u2\", permissions: [\"rw\", \"ro\"] }]";
        let held = |holder, keys| Held { holder, group: "it-internal", context: None, keys };
        let logged = "permissions_changed Group it-internal";
        let before = writer.tables();
        let of = |holder: &str| -> Vec<String> {
            let group = before.rows("groups_table", is("name", "it-internal"));
            let here = before
                .rows("group_customer_user", |row| is("user_id", holder)(row) && row["group_id"] == group[0]["id"]);
            here.iter().map(|row| cell(row, "permission_key").to_owned()).collect()
        };
        assert!(of("c u 33").is_empty() && of("U2").is_empty(), "the test begins with nothing");
        gives(writer, ("groupSetCustomerUsers", add), logged, &[held("c u 33", &["note"]), held("U2", &["rw"])]).await;
        let remove = "group: \"it-internal\", mode: REMOVE, entries: [{ login: \"C U 33\", permissions: [\"note\"] }, { login: \"U2\", permissions: [] }]";
        gives(writer, ("groupSetCustomerUsers", remove), logged, &[held("c u 33", &[]), held("U2", &[])]).await;
    }
}

#[tokio::test]
async fn a_customer_gets_groups_in_both_contexts() {
    for writer in Writer::both(SETTINGS).await.iter() {
        let held = |context, keys| Held { holder: "cust-002", group: "logistics", context: Some(context), keys };
        let logged = "permissions_changed Group logistics";
        let entry = |context: &str, key: &str| {
            format!("{{ group: \"logistics\", context: {context}, permissions: [\"{key}\"] }}")
        };
        let add =
            |entries: &[String]| format!("customerId: \"CUST-002\", mode: ADD, entries: [{}]", entries.join(", "));
        let same = add(&[entry("SAME_CUSTOMER", "ro")]);
        gives(writer, ("customerSetGroups", &same), logged, &[held(SAME, &["ro"])]).await;
        let both = add(&[entry("SAME_CUSTOMER", "rw"), entry("OTHER_CUSTOMERS", "ro")]);
        gives(writer, ("customerSetGroups", &both), logged, &[held(SAME, &["rw"]), held(OTHER, &["ro"])]).await;
        // What is in the other context stays as it was.
        let other = add(&[entry("OTHER_CUSTOMERS", "rw")]);
        gives(writer, ("customerSetGroups", &other), logged, &[held(OTHER, &["rw"])]).await;
        // A dry run and a change to what is there already write nothing.
        let dry = "customerId: \"cust-002\", dryRun: true, entries: []";
        for arguments in [dry, other.as_str()] {
            let (document, variables) = set("customerSetGroups", arguments);
            writer.refuses(&document, variables, &[]).await;
        }
        let (document, variables) = set("customerSetGroups", "customerId: \"cust-002\", entries: []");
        let last = writer.tables().rows("group_customer", is("customer_id", "cust-002"));
        let groups =
            writer.tables().rows("groups_table", |group| last.iter().any(|row| row["group_id"] == group["id"]));
        let last = groups.iter().map(|group| cell(group, "name")).max().expect("it has groups");
        writer
            .does((&document, variables), &format!("permissions_changed Group {last}"), |all| {
                all.tables.remove("group_customer", is("customer_id", "cust-002"));
            })
            .await;
    }
}

#[tokio::test]
async fn a_group_gets_customers() {
    for writer in Writer::both(SETTINGS).await.iter() {
        let held = |holder, keys| Held { holder, group: "o'group", context: Some(SAME), keys };
        let add = "group: \"o'group\", mode: ADD, entries: [{ customerId: \"éclair\", permissions: [\"ro\"] },
            { customerId: \"TRAIL.\", permissions: [\"create\", \"note\"] }]";
        let before = writer.tables().rows("group_customer", |row| is("group_id", "28")(row));
        assert!(before.iter().all(|row| !["éclair", "trail."].contains(&cell(row, "customer_id"))));
        let expected = [held("éclair", &["ro"]), held("trail.", &["create", "note"])];
        gives(writer, ("groupSetCustomers", add), "permissions_changed Group o'group", &expected).await;
    }
}

#[tokio::test]
async fn additional_customers_come_and_go_and_the_others_stay_as_they_are() {
    for writer in Writer::both(SETTINGS).await.iter() {
        let login = "000048";
        let logged = format!("permissions_changed CustomerUser {login}");
        let change = |mode: &str, ids: &str| {
            set("customerUserSetCustomers", &format!("login: \"{login}\", mode: {mode}, customerIds: [{ids}]"))
        };
        let row = |customer_id: &'static str| {
            move |row: &Row| is("user_id", login)(row) && is("customer_id", customer_id)(row)
        };
        let (document, variables) = change("ADD", "\"AND\", \"cust-003\"");
        writer
            .does((&document, variables), &logged, |all| {
                for id in ["AND", "cust-003"] {
                    all.add("customer_user_customer", &[("user_id", login), ("customer_id", id)]);
                }
            })
            .await;
        let (document, variables) = change("REMOVE", "\"and\"");
        writer
            .does((&document, variables), &logged, |all| all.tables.remove("customer_user_customer", row("AND")))
            .await;
        let (document, variables) = change("REPLACE", "\"star*corp\", \"dot.dot\"");
        writer
            .does((&document, variables), &logged, |all| {
                all.tables.remove("customer_user_customer", row("cust-003"));
                all.tables.remove("customer_user_customer", row("amp&&amp"));
                all.add("customer_user_customer", &[("user_id", login), ("customer_id", "dot.dot")]);
            })
            .await;
    }
}

#[tokio::test]
async fn relations_that_cannot_be_leave_everything_as_it_is() {
    for writer in Writer::both(SETTINGS).await.iter() {
        let long = "y".repeat(101);
        let made = writer
            .run(
                "mutation($login: String!) { customerUserCreate(input: { login: $login, firstName: \"A\", lastName: \"B\",
                    email: \"long@people.test\", customerId: \"AND\" }) { userErrors { code } } }",
                json!({ "login": long }),
            )
            .await;
        assert_eq!(made["userErrors"], json!([]));
        let entry = "entries: [{ group: \"hr\", permissions: [\"ro\"] }]";
        for (field, arguments, error) in [
            ("customerUserSetGroups", format!("login: \"{long}\", {entry}"), ("TOO_LONG", "login")),
            ("customerUserSetCustomers", format!("login: \"{long}\", customerIds: [\"acme\"]"), ("TOO_LONG", "login")),
            ("customerUserSetGroups", format!("login: \"no one\", {entry}"), ("NOT_FOUND", "login")),
            ("customerSetGroups", format!("customerId: \"no one\", {entry}"), ("NOT_FOUND", "customerId")),
            ("groupSetCustomers", "group: \"no group\", entries: []".to_owned(), ("NOT_FOUND", "group")),
            (
                "customerUserSetGroups",
                "login: \"U2\", entries: [{ group: \"no group\", permissions: [\"ro\"] }]".to_owned(),
                ("NOT_FOUND", "entries.0.group"),
            ),
            (
                "customerUserSetGroups",
                "login: \"U2\", entries: [{ group: \"hr\", permissions: [\"fly\"] }]".to_owned(),
                ("INVALID", "entries.0.permissions"),
            ),
        ] {
            let (document, variables) = set(field, &arguments);
            writer.refuses(&document, variables, &[error]).await;
        }
    }
}

#[tokio::test]
async fn a_group_and_a_queue_are_one_row_each() {
    for writer in Writer::both("time_zone = \"Europe/Berlin\"").await.iter() {
        let (document, variables) = set("groupCreate", "input: { name: \"third level\", comment: \"New.\" }");
        writer
            .does((&document, variables), "created Group third level", |all| {
                all.add("groups_table", &[("name", "third level"), ("comments", "New."), ("valid_id", "1")]);
            })
            .await;
        let (document, variables) =
            set("groupUpdate", "name: \"third level\", input: { name: \"Third\", comment: null, validity: INVALID }");
        writer
            .does((&document, variables), "renamed Group Third", |all| {
                let cells = [("name", "Third"), ("comments", NULL), ("valid_id", "2")];
                all.change("groups_table", is("name", "third level"), &cells);
            })
            .await;
        let (document, variables) = set("queueCreate", "input: { name: \"Billing::Late\", group: \"billing\" }");
        writer
            .does((&document, variables), "created Queue Billing::Late", |all| {
                let noughts =
                    ["unlock_timeout", "first_response_time", "update_time", "solution_time", "follow_up_lock"];
                let ones = ["system_address_id", "salutation_id", "signature_id", "follow_up_id", "valid_id"];
                let given = [("name", "Billing::Late"), ("group_id", "5")];
                let numbers = noughts.map(|column| (column, "0")).into_iter().chain(ones.map(|column| (column, "1")));
                all.add("queue", &given.into_iter().chain(numbers).collect::<Vec<_>>());
            })
            .await;
        let (document, variables) =
            set("queueUpdate", "name: \"Billing\", input: { name: \"Invoices\", group: \"hr\" }");
        writer
            .does((&document, variables), "renamed Queue Invoices", |all| {
                all.change("queue", is("name", "Billing"), &[("name", "Invoices"), ("group_id", "17")]);
                all.change("queue", is("name", "Billing::Late"), &[("name", "Invoices::Late")]);
            })
            .await;
    }
}
