//! What making and editing customers and customer users does to the tables of a real OTOBO: exactly these rows differ afterwards.

use deskgraph::store::layout::Product;
use serde_json::json;

use crate::table::{NULL, Row, cell, is};
use crate::writer::Writer;

const CREATE: &str = "mutation($input: CustomerCreateInput!) { customerCreate(input: $input) {
    customer { customerId } userErrors { code path } } }";
const UPDATE: &str =
    "mutation($id: String!, $input: CustomerUpdateInput!) { customerUpdate(customerId: $id, input: $input) {
    customer { customerId url address { country } } userErrors { code path } } }";
const VALIDITY: &str =
    "mutation($id: String!, $validity: Validity!) { customerSetValidity(customerId: $id, validity: $validity) {
    userErrors { code path } } }";
const CREATE_PERSON: &str = "mutation($input: CustomerUserCreateInput!) { customerUserCreate(input: $input) {
    customerUser { login } generatedPassword userErrors { code path } } }";
const UPDATE_PERSON: &str = "mutation($login: String!, $input: CustomerUserUpdateInput!) {
    customerUserUpdate(login: $login, input: $input) { customerUser { login } userErrors { code path } } }";
const PERSON_VALIDITY: &str = "mutation($login: String!, $validity: Validity!) {
    customerUserSetValidity(login: $login, validity: $validity) { userErrors { code path } } }";
const PASSWORD: &str = "mutation($login: String!, $password: String) {
    customerUserSetPassword(login: $login, password: $password) { generatedPassword userErrors { code path } } }";

/// Columns of a new person that hold an empty text where nothing was given.
const EMPTY: [(&str, &str); 9] = [
    ("title", ""),
    ("phone", ""),
    ("fax", ""),
    ("mobile", ""),
    ("street", ""),
    ("zip", ""),
    ("city", ""),
    ("country", ""),
    ("comments", ""),
];

#[tokio::test]
async fn our_own_tables_beside_those_of_otobo_change_nothing_else() {
    for writer in Writer::both("").await.iter() {
        assert!(writer.layout.has_own_tables);
        assert_eq!(writer.layout.product, Product::Otobo11);
        assert_eq!(writer.layout.groups_table, "groups_table");
    }
}

#[tokio::test]
async fn a_new_customer_is_one_row() {
    for writer in Writer::both("").await.iter() {
        for id in ["Example-Customer-Company1", "Example-ä-Company", "カス-Company", "0"] {
            let name = format!("{id} Inc");
            let input = json!({ "customerId": id, "name": name });
            let logged = format!("created Customer {id}");
            let row = [("customer_id", id), ("name", &name), ("valid_id", "1")];
            writer.does((CREATE, json!({ "input": input })), &logged, |all| all.add("customer_company", &row)).await;
        }
    }
}

#[tokio::test]
async fn a_new_customer_has_every_field_and_the_time_of_the_databases_zone() {
    for writer in Writer::both("time_zone = \"Europe/Berlin\"").await.iter() {
        let address = json!({ "street": "1 Main St", "zip": "1", "city": "Köln", "country": "DE" });
        let input = json!({ "customerId": "zone", "name": "Zone", "address": address, "url": "zone.test",
            "comment": "a\nb", "validity": "INVALID_TEMPORARILY" });
        let logged = "created Customer zone";
        writer
            .does((CREATE, json!({ "input": input })), logged, |all| {
                all.add(
                    "customer_company",
                    &[
                        ("customer_id", "zone"),
                        ("name", "Zone"),
                        ("street", "1 Main St"),
                        ("zip", "1"),
                        ("city", "Köln"),
                        ("country", "Germany"),
                        ("url", "zone.test"),
                        ("comments", "a\nb"),
                        ("valid_id", "3"),
                    ],
                );
                let made = all.tables.rows("customer_company", is("customer_id", "zone"));
                assert_eq!(cell(&made[0], "create_time"), "2026-01-15 13:00:00");
            })
            .await;
    }
}

#[tokio::test]
async fn a_customer_that_cannot_be_leaves_nothing() {
    for writer in Writer::both("").await.iter() {
        let name = cell(&writer.tables().rows("customer_company", is("customer_id", "acme"))[0], "name").to_lowercase();
        for (input, errors) in [
            (json!({ "customerId": "AND", "name": "New" }), vec![("NOT_UNIQUE", "input.customerId")]),
            (json!({ "customerId": "and", "name": "New" }), vec![("NOT_UNIQUE", "input.customerId")]),
            // An invalid one counts too.
            (json!({ "customerId": "{BRACES}", "name": "New" }), vec![("NOT_UNIQUE", "input.customerId")]),
            (json!({ "customerId": "new", "name": name }), vec![("NOT_UNIQUE", "input.name")]),
            (
                json!({ "customerId": "", "name": "" }),
                vec![("REQUIRED", "input.customerId"), ("REQUIRED", "input.name")],
            ),
        ] {
            writer.refuses(CREATE, json!({ "input": input }), &errors).await;
        }
    }
}

#[tokio::test]
async fn an_edit_of_a_customer_writes_what_differs_and_no_ticket() {
    for writer in Writer::both("").await.iter() {
        let edit = json!({ "id": "FOO@bar.example", "input": { "name": "X- updated", "url": null, "comment": "new" } });
        let row = || is("customer_id", "foo@bar.example");
        writer
            .does((UPDATE, edit), "updated Customer foo@bar.example", |all| {
                all.change("customer_company", row(), &[("name", "X- updated"), ("url", NULL), ("comments", "new")]);
            })
            .await;
        for country in ["United States of America", "Germany"] {
            let edit = json!({ "id": "foo@bar.example", "input": { "address": { "country": country } } });
            let stored = writer.tables().rows("customer_company", row());
            assert_ne!(stored[0]["country"].as_deref(), Some(country));
            let payload = writer
                .does((UPDATE, edit), "updated Customer foo@bar.example", |all| {
                    all.change("customer_company", row(), &[("country", country)]);
                })
                .await;
            assert_eq!(payload["customer"]["address"]["country"], country);
        }
        let off = json!({ "id": "foo@bar.example", "validity": "INVALID" });
        writer
            .does((VALIDITY, off.clone()), "validity_changed Customer foo@bar.example", |all| {
                all.change("customer_company", row(), &[("valid_id", "2")]);
            })
            .await;
        // The same once more is no change.
        writer.refuses(VALIDITY, off, &[]).await;
    }
}

fn person(login: &str, email: &str, customer_id: &str) -> serde_json::Value {
    json!({ "login": login, "firstName": "First", "lastName": "Last", "email": email, "customerId": customer_id })
}

/// What a person's password is stored as; null is an empty text.
fn stored_password(writer: &Writer, login: &str) -> String {
    let rows = writer.tables().rows("customer_user", is("login", login));
    rows[0]["pw"].clone().unwrap_or_default()
}

#[tokio::test]
async fn a_new_person_is_one_row_with_a_password_that_otobo_reads() {
    let passwords = ["[auth]\npassword_hash = \"argon2id\"", "[auth]\npassword_hash = \"sha2\""];
    for (settings, ending) in passwords.into_iter().zip(["bcrypt", "sha2"]) {
        for writer in Writer::both(settings).await.iter() {
            for (number, login) in ["new ä", "new カス", "new_&"].into_iter().enumerate() {
                let login = format!("{login} {ending}");
                let email = format!("{ending}{number}@people.test");
                let mut input = person(&login, &email, "A B C");
                input["password"] = json!("secret");
                let create = (CREATE_PERSON, json!({ "input": input }));
                writer
                    .does(create, &format!("created CustomerUser {login}"), |all| {
                        let pw = stored_password(writer, &login);
                        let given = [
                            ("login", login.as_str()),
                            ("email", &email),
                            ("customer_id", "a b c"),
                            ("pw", &pw),
                            ("first_name", "First"),
                            ("last_name", "Last"),
                            ("valid_id", "1"),
                        ];
                        all.add("customer_user", &[&given[..], &EMPTY].concat());
                    })
                    .await;
                let pw = stored_password(writer, &login);
                let is_right = if ending == "sha2" {
                    pw == "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
                } else {
                    let parts: Vec<&str> = pw.split(':').collect();
                    parts.len() == 4 && parts[..2] == ["BCRYPT", "12"] && (parts[2].len(), parts[3].len()) == (16, 31)
                };
                assert!(is_right, "{pw}");
            }
        }
    }
}

#[tokio::test]
async fn a_person_without_a_password_gets_one_that_is_told_once() {
    for writer in Writer::both("[auth]\npassword_hash = \"sha2\"").await.iter() {
        let input = person("generated", "generated@people.test", "AND");
        let payload = writer.run(CREATE_PERSON, json!({ "input": input })).await;
        assert!(payload["generatedPassword"].as_str().is_some_and(|password| password.len() >= 20), "{payload}");
        assert_eq!(stored_password(writer, "generated").len(), 64);
        let change = json!({ "login": "GENERATED", "password": "secret" });
        writer.execute("INSERT INTO customer_preferences VALUES ('generated', 'UserLastPwChangeTime', '1')");
        writer
            .does((PASSWORD, change), "password_changed CustomerUser generated", |all| {
                let pw = stored_password(writer, "generated");
                all.change("customer_user", is("login", "generated"), &[("pw", &pw)]);
                all.tables.remove("customer_preferences", is("user_id", "generated"));
            })
            .await;
        assert_eq!(
            stored_password(writer, "generated"),
            "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
        );
    }
}

#[tokio::test]
async fn a_person_who_cannot_be_leaves_nothing() {
    for writer in Writer::both("").await.iter() {
        writer.run(CREATE_PERSON, json!({ "input": person("first", "first@people.test", "acme") })).await;
        for (input, error) in [
            (person("someone", "FIRST@people.test", "acme"), ("NOT_UNIQUE", "input.email")),
            (person("CU-4", "someone@people.test", "acme"), ("NOT_UNIQUE", "input.login")),
            (person("someone", "someone@people.test", "nowhere at all"), ("NOT_FOUND", "input.customerId")),
            (person("someone", "x@example.com", "acme"), ("INVALID", "input.email")),
            (person("someone", "a..b@test.org", "acme"), ("INVALID", "input.email")),
        ] {
            writer.refuses(CREATE_PERSON, json!({ "input": input }), &[error]).await;
        }
        let taken = json!({ "login": "cu-4", "input": { "email": "first@PEOPLE.test" } });
        writer.refuses(UPDATE_PERSON, taken, &[("NOT_UNIQUE", "input.email")]).await;
        let unknown = json!({ "login": "cu-4", "input": { "customerId": "nowhere at all" } });
        writer.refuses(UPDATE_PERSON, unknown, &[("NOT_FOUND", "input.customerId")]).await;
        // The own address is no change.
        let own = json!({ "login": "CU-4", "input": { "email": "mail4@müller.example" } });
        writer.refuses(UPDATE_PERSON, own, &[]).await;
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_is_accepted_of_who_is_not_valid() {
    for writer in Writer::both("").await.iter() {
        let mut input = person("off", "a..b@test.org", "acme");
        input["validity"] = json!("INVALID");
        writer.run(CREATE_PERSON, json!({ "input": input })).await;
        let mut input = person("local", "root@localhost", "acme");
        input["password"] = json!("secret");
        let payload = writer.run(CREATE_PERSON, json!({ "input": input })).await;
        assert_eq!(payload["customerUser"]["login"], "local");
        let stored =
            writer.scratch.column("SELECT email FROM customer_user WHERE login IN ('off', 'local') ORDER BY email");
        assert_eq!(stored, ["a..b@test.org", "root@localhost"]);
    }
}

#[tokio::test]
async fn an_edit_of_a_person_writes_what_differs_and_moves_the_tickets_of_the_old_customer() {
    for writer in Writer::both("time_zone = \"Europe/Berlin\"").await.iter() {
        let row = || is("login", "paul.novák.322");
        let names = json!({ "login": "paul.novák.322", "input": { "firstName": "New", "title": null, "email": "paul@people.test" } });
        writer
            .does((UPDATE_PERSON, names), "updated CustomerUser paul.novák.322", |all| {
                all.change(
                    "customer_user",
                    row(),
                    &[("first_name", "New"), ("title", ""), ("email", "paul@people.test")],
                );
            })
            .await;
        let moved = json!({ "login": "PAUL.novák.322", "input": { "customerId": "DOT.dot" } });
        writer
            .does((UPDATE_PERSON, moved), "updated CustomerUser paul.novák.322", |all| {
                all.change("customer_user", row(), &[("customer_id", "dot.dot")]);
                let tickets = |ticket: &Row| {
                    is("customer_user_id", "paul.novák.322")(ticket) && is("customer_id", "zürich ag")(ticket)
                };
                assert!(all.tables.rows("ticket", tickets).len() > 1);
                let history = "%%CustomerID=dot.dot;CustomerUser=paul.novák.322;";
                all.move_tickets(tickets, &[("customer_id", "dot.dot")], history);
            })
            .await;
        let off = json!({ "login": "paul.novák.322", "validity": "INVALID_TEMPORARILY" });
        writer
            .does((PERSON_VALIDITY, off), "validity_changed CustomerUser paul.novák.322", |all| {
                all.change("customer_user", row(), &[("valid_id", "3")]);
            })
            .await;
    }
}
