//! The people of every test and what they hold. All of it is in the template, so tests only add what is special to them.
//!
//! - Groups: users, admin and stats from the first rows; support and sales; closed, which is not valid.
//! - Queues: four of users from the first rows; Support and Support::Phone of support, Sales of sales; Support::Old, which is not valid.
//! - Customers: Acme and Globex; Initech, which is not valid.
//! - At Acme: Ann, who may write in sales herself; Bob. At Globex: Gus; Ivy, who is not valid. At Initech: Mia, who also has Acme. Nils
//!   belongs to a customer that does not exist.
//! - Acme holds ro in support and rw in closed; Globex holds rw in sales, and ro in support for tickets of others.
//! - Agents: root, who administrates; Olga, who holds ro in support, and rw in sales by the role seller; Otto, who is not valid.
//! - Tickets: see `TICKETS`.

use sea_orm::DatabaseConnection;

use super::now;
use super::row::*;

/// The people who are valid.
pub const PEOPLE: [&str; 5] = ["ann", "bob", "gus", "mia", "nils"];

/// Number, queue, state, customer and person of every ticket; an empty text is none.
pub const TICKETS: [(&str, &str, &str, &str, &str); 14] = [
    ("1001", "Support", "new", "acme", "ann"),
    ("1002", "Support", "open", "acme", "bob"),
    ("1003", "Support::Phone", "closed successful", "acme", "ann"),
    ("1004", "Sales", "open", "acme", "ann"),
    ("1005", "Sales", "pending reminder", "acme", "bob"),
    ("1006", "Misc", "open", "acme", "ann"),
    ("1007", "Support", "pending reminder", "globex", "gus"),
    ("1008", "Sales", "open", "globex", "gus"),
    ("1009", "Support", "merged", "globex", "ivy"),
    ("1010", "Support", "new", "initech", "mia"),
    ("1011", "Sales", "pending auto close+", "initech", "ann"),
    ("1012", "Support", "open", "nowhere", "nils"),
    ("1013", "Raw", "removed", "", ""),
    ("1014", "Support::Old", "open", "Acme", "Ann"),
];

/// Writes all of it.
pub async fn write(db: &DatabaseConnection) {
    for row in groups().into_iter().chain(agents()).chain(customers()).chain(grants()).chain(tickets()) {
        row.insert(db).await;
    }
    article("1001", "The printer is on fire.").insert(db).await;
    article("1001", "Ann always says that.").internal().insert(db).await;
    article("1001", "Please try another printer.").insert(db).await;
    article("1007", "Only for colleagues.").internal().insert(db).await;
    customer_preference("ann", "UserLastLogin", "1773130000").insert(db).await;
}

fn groups() -> Vec<Row> {
    vec![
        group("support").with("comments", "First line."),
        group("sales"),
        group("closed").invalid(),
        queue("Support", "support").with("comments", "By mail."),
        queue("Support::Phone", "support"),
        queue("Support::Old", "support").invalid(),
        queue("Sales", "sales"),
    ]
}

fn agents() -> Vec<Row> {
    vec![
        agent("olga"),
        agent("otto").invalid(),
        agent_grant("olga", "support", "ro"),
        agent_grant("otto", "support", "rw"),
        role("seller"),
        role_grant("seller", "sales", "rw"),
        role_member("seller", "olga"),
    ]
}

fn customers() -> Vec<Row> {
    let acme = customer("acme", "Acme Corporation")
        .with("street", "1 Desert Road")
        .with("zip", "86001")
        .with("city", "Flagstaff")
        .with("country", "United States of America")
        .with("url", "https://acme.example")
        .with("comments", "Largest customer.");
    let ann = customer_user("ann", "acme")
        .with("title", "Dr.")
        .with("first_name", "Ann")
        .with("last_name", "Archer")
        .with("phone", "+1 928 555 0101")
        .with("city", "Flagstaff")
        .with("country", "Germany")
        .with("comments", "Head of purchasing.");
    vec![
        acme,
        customer("globex", "Globex International").with("city", "London"),
        customer("initech", "Initech").invalid(),
        ann,
        customer_user("bob", "acme"),
        customer_user("gus", "globex"),
        customer_user("ivy", "globex").invalid(),
        customer_user("mia", "initech"),
        customer_user("nils", "nowhere"),
        additional_customer("mia", "acme"),
    ]
}

fn grants() -> Vec<Row> {
    vec![
        customer_grant("acme", "support", "ro"),
        customer_grant("acme", "closed", "rw"),
        customer_grant("globex", "sales", "rw"),
        others_grant("globex", "support", "ro"),
        person_grant("gus", "support", "ro"),
        person_grant("ann", "sales", "rw"),
        person_grant("nils", "support", "create"),
    ]
}

fn tickets() -> Vec<Row> {
    let minute = 60;
    let noon = i32::try_from(now().timestamp()).expect("the time fits the column");
    let place = |(position, (number, queue, state, customer, person)): (usize, (&str, &str, &str, &str, &str))| {
        let made = day(2026, 2, 1 + position as u32 / 2);
        let row = ticket(number, queue).in_state(state).at(made);
        let row = if customer.is_empty() { row } else { row.of(customer, person) };
        match number {
            "1001" => row
                .with("escalation_time", noon - 10 * minute)
                .with("escalation_response_time", noon - 10 * minute)
                .with("escalation_solution_time", noon + 60 * minute),
            "1002" => {
                row.with("escalation_time", noon + 30 * minute).with("escalation_update_time", noon + 30 * minute)
            }
            "1005" => row.with("until_time", noon - 5 * minute),
            "1006" => row.with_id_of("user_id", "users", "olga").with("ticket_lock_id", 2),
            "1007" => row.with("until_time", noon + 5 * minute),
            "1003" => row.with("archive_flag", 1).with("title", Option::<String>::None),
            _ => row,
        }
    };
    TICKETS.into_iter().enumerate().map(place).collect()
}
