//! What giving customers and customer users another key does to the tables of a real OTOBO: everything that names them follows, and nothing
//! else changes.

use serde_json::json;

use crate::table::{Row, is, is_like};
use crate::writer::{Expected, Writer};

const RENAME: &str = "mutation($id: String!, $new: String!) { customerRename(customerId: $id, newCustomerId: $new) {
    customer { customerId } userErrors { code path } } }";
const RENAME_PERSON: &str =
    "mutation($login: String!, $new: String!) { customerUserRename(login: $login, newLogin: $new) {
    customerUser { login } userErrors { code path } } }";

/// Whether there are rows of this kind.
fn has(all: &Expected<'_>, table: &str, which: impl Fn(&Row) -> bool) -> bool {
    !all.tables.rows(table, which).is_empty()
}

/// What a rename of a customer does: `history` is the line that each ticket gets.
fn renamed(all: &mut Expected<'_>, old: &str, new: &str, history: &str) {
    let id = [("customer_id", new)];
    all.change("customer_company", is_like("customer_id", old), &id);
    all.change("customer_user", is_like("customer_id", old), &id);
    for table in ["group_customer", "customer_user_customer"] {
        if has(all, table, is_like("customer_id", old)) {
            all.tables.edit(table, is_like("customer_id", old), &id);
        }
    }
    if has(all, "ticket", is_like("customer_id", old)) {
        all.move_tickets(is_like("customer_id", old), &id, history);
    }
}

#[tokio::test]
async fn a_customer_gets_another_id_with_all_that_names_it() {
    for writer in Writer::both("").await.iter() {
        // With characters that mean something elsewhere, there and back.
        for (id, other) in [
            ("acme", "max + & # () * <n>"),
            ("Ärzte & Co", "new Ärzte & Co"),
            ("star*corp", "カス star*corp"),
            ("o'brien", "o\\'brien"),
            ("amp&&amp", "AMP&&amp"),
        ] {
            for (old, new) in [(id, other), (other, id)] {
                let rename = (RENAME, json!({ "id": old, "new": new }));
                let history = format!("%%CustomerID={new};");
                writer.does(rename, &format!("renamed Customer {new}"), |all| renamed(all, old, new, &history)).await;
            }
        }
    }
}

#[tokio::test]
async fn a_rename_of_a_customer_moves_all_of_three_hundred_people_and_its_dynamic_fields() {
    for writer in Writer::both("time_zone = \"Europe/Berlin\"").await.iter() {
        let people: Vec<String> = (0..300)
            .map(|number| {
                format!(
                    "('many{number}', 'many{number}@people.test', 'Under_Score', 'A', 'B', 1, '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00', 1)"
                )
            })
            .collect();
        writer.execute(&format!(
            "INSERT INTO customer_user (login, email, customer_id, first_name, last_name, valid_id, create_time, create_by, change_time, change_by)
             VALUES {}",
            people.join(", ")
        ));
        writer.execute(
            "INSERT INTO dynamic_field_obj_id_name (object_name, object_type)
             VALUES ('under_score', 'CustomerCompany'), ('under_score', 'CustomerUser')",
        );
        let rename = (RENAME, json!({ "id": "UNDER_SCORE", "new": "many" }));
        writer
            .does(rename, "renamed Customer many", |all| {
                assert!(all.tables.rows("customer_user", is_like("customer_id", "under_score")).len() > 300);
                renamed(all, "under_score", "many", "%%CustomerID=many;");
                let object =
                    |row: &Row| is("object_name", "under_score")(row) && is("object_type", "CustomerCompany")(row);
                all.tables.edit("dynamic_field_obj_id_name", object, &[("object_name", "many")]);
            })
            .await;
    }
}

#[tokio::test]
async fn a_key_that_is_taken_leaves_everything_as_it_is() {
    for writer in Writer::both("").await.iter() {
        let taken = json!({ "id": "cust-001", "new": "CUST-002" });
        writer.refuses(RENAME, taken, &[("NOT_UNIQUE", "newCustomerId")]).await;
        let taken = json!({ "login": "cu-4", "new": "u2" });
        writer.refuses(RENAME_PERSON, taken, &[("NOT_UNIQUE", "newLogin")]).await;
        // Two tables of relations keep 100 characters, and this person has rows in both.
        let long = json!({ "login": "c u 208", "new": "x".repeat(101) });
        writer.refuses(RENAME_PERSON, long, &[("TOO_LONG", "newLogin"), ("TOO_LONG", "newLogin")]).await;
    }
}

/// What a rename of a person does. The first statement takes the tickets of the own customer, the second all others.
fn person_renamed(all: &mut Expected<'_>, (old, new): (&str, &str), customer_id: &str) {
    all.change("customer_user", is_like("login", old), &[("login", new)]);
    for (table, column) in [
        ("customer_preferences", "user_id"),
        ("group_customer_user", "user_id"),
        ("customer_user_customer", "user_id"),
        ("service_customer_user", "customer_user_login"),
    ] {
        if has(all, table, is_like(column, old)) {
            all.tables.edit(table, is_like(column, old), &[(column, new)]);
        }
    }
    let own = |row: &Row| is_like("customer_user_id", old)(row) && is_like("customer_id", customer_id)(row);
    let others = |row: &Row| is_like("customer_user_id", old)(row) && !is_like("customer_id", customer_id)(row);
    // Those that were moved first must not count among the others where only the case of the login differs.
    let other_ids: Vec<Row> = all.tables.rows("ticket", others);
    if has(all, "ticket", own) {
        let cells = [("customer_id", customer_id), ("customer_user_id", new)];
        all.move_tickets(own, &cells, &format!("%%CustomerID={customer_id};CustomerUser={new};"));
    }
    if !other_ids.is_empty() {
        let others = |row: &Row| other_ids.iter().any(|other| other["id"] == row["id"]);
        all.move_tickets(others, &[("customer_user_id", new)], &format!("%%CustomerUser={new};"));
    }
}

#[tokio::test]
async fn a_person_gets_another_login_with_all_that_names_them() {
    for writer in Writer::both("").await.iter() {
        let customer_of = |login: &str| {
            writer.scratch.column(&format!("SELECT customer_id FROM customer_user WHERE login = '{login}'")).remove(0)
        };
        writer.execute(
            "INSERT INTO service (name, valid_id, create_time, create_by, change_time, change_by)
             VALUES ('Printing', 1, '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00', 1)",
        );
        writer.execute(
            "INSERT INTO service_customer_user (customer_user_login, service_id, create_time, create_by)
             SELECT 'c u 278', id, '2026-01-01 00:00:00', 1 FROM service WHERE name = 'Printing'",
        );
        for (login, other) in
            [("c u 278", "max + & # () *"), ("user113@mail.example", "USER113@mail.example"), ("c u 33", "カス' \\ 33")]
        {
            let customer_id = customer_of(login);
            for (old, new) in [(login, other), (other, login)] {
                let rename = (RENAME_PERSON, json!({ "login": old, "new": new }));
                let logged = format!("renamed CustomerUser {new}");
                writer.does(rename, &logged, |all| person_renamed(all, (old, new), &customer_id)).await;
            }
        }
    }
}
