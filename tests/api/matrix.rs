//! Two tables that reviewers can read: who may ask for what at the root, from real requests, and what settings and stored rows come to.
//! `UPDATE_MATRIX=1` writes them anew.

use deskgraph::domain::permission::{
    Grant, GroupName, HeldByCustomer, Holder, PermissionRules, ValidGroups, effective_permissions,
};
use deskgraph::domain::permission_key::PermissionKeys;
use serde_json::{Value, json};

use crate::support::client::{Client, code_of, texts};
use crate::support::row::{agent, agent_grant};
use crate::support::{GROUPS_COUNT, TestApp};

fn compare(name: &str, text: &str) {
    let file = format!("{}/tests/matrix/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(&file, text).expect("the table can be written");
    }
    let stored = std::fs::read_to_string(&file).expect("the table is there");
    assert!(
        stored == text,
        "{file} is out of date: run this test with UPDATE_MATRIX=1 and read what changed. Now:\n{text}"
    );
}

/// A table with columns as wide as they need be.
fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// A question for every root field, about something that is Ann's, Acme's or open to her.
const QUESTIONS: [(&str, &str); 28] = [
    ("viewer", "viewer { role }"),
    ("settings", "settings { maxPageSize }"),
    ("node of a customer", "node(id: \"Q3VzdG9tZXI6YWNtZQ\") { id }"),
    ("node of another customer", "node(id: \"Q3VzdG9tZXI6Z2xvYmV4\") { id }"),
    ("node of an agent", "node(id: \"QWdlbnQ6MQ\") { id }"),
    ("nodes", "nodes(ids: [\"Q3VzdG9tZXI6YWNtZQ\"]) { id }"),
    ("dataSources", "dataSources { name }"),
    ("dataSources.isReachable", "dataSources { isReachable }"),
    ("customer", "customer(customerId: \"acme\") { name }"),
    ("customer.comment", "customer(customerId: \"acme\") { comment }"),
    ("customer.groupPermissions", "customer(customerId: \"acme\") { groupPermissions { permissions } }"),
    ("customer.effectivePermissions", "customer(customerId: \"acme\") { effectivePermissions { permissions } }"),
    ("customer.changes", "customer(customerId: \"acme\") { changes { pageInfo { hasNextPage } } }"),
    ("customers", "customers { totalCount }"),
    ("customerUser", "customerUser(login: \"ann\") { login }"),
    ("customerUser.effectivePermissions", "customerUser(login: \"ann\") { effectivePermissions { permissions } }"),
    ("customerUser.changes", "customerUser(login: \"ann\") { changes { pageInfo { hasNextPage } } }"),
    ("customerUsers", "customerUsers { totalCount }"),
    ("group", "group(name: \"support\") { name }"),
    ("group.customerUsers", "group(name: \"support\") { customerUsers { totalCount } }"),
    ("group.changes", "group(name: \"support\") { changes { pageInfo { hasNextPage } } }"),
    ("queues", "queues { name }"),
    ("ticket", "ticket(number: \"1001\") { number }"),
    ("ticket.owner", "ticket(number: \"1001\") { owner { login } }"),
    ("tickets", "tickets { totalCount }"),
    ("ticketStatistics", "ticketStatistics(groupBy: [STATE]) { keys }"),
    ("permissionMatrix", "permissionMatrix { groups { name } }"),
    ("changes", "changes { pageInfo { hasNextPage } }"),
];

/// Whether anything but names of fields and nulls is in an answer.
fn has_content(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(fields) => fields.values().any(has_content),
        Value::Array(entries) => entries.iter().any(has_content),
        _ => true,
    }
}

/// A change for every root field that writes; `{n}` is another name for everyone who tries.
const CHANGES: [(&str, &str); 31] = [
    ("login", "login(realm: CUSTOMER, login: \"stranger\", password: \"wrong\") { userErrors { code } }"),
    ("sessionRefresh", "sessionRefresh(refreshToken: \"wrong\") { userErrors { code } }"),
    ("logout", "logout { userErrors { code } }"),
    ("passwordChange", "passwordChange(current: \"wrong\", new: \"another 1\") { userErrors { code } }"),
    ("apiTokenCreate", "apiTokenCreate(name: \"{n}\") { userErrors { code } }"),
    ("apiTokenRevoke", "apiTokenRevoke(id: \"wrong\") { userErrors { code } }"),
    ("customerCreate", "customerCreate(input: { customerId: \"{n}\", name: \"{n}\" }) { userErrors { code } }"),
    ("customerUpdate", "customerUpdate(customerId: \"acme\", input: { url: \"{n}\" }) { userErrors { code } }"),
    (
        "customerUpdate of nothing",
        "customerUpdate(customerId: \"none\", input: { url: \"{n}\" }) { userErrors { code } }",
    ),
    ("customerSetValidity", "customerSetValidity(customerId: \"acme\", validity: VALID) { userErrors { code } }"),
    ("customerRename", "customerRename(customerId: \"acme\", newCustomerId: \"acme\") { userErrors { code } }"),
    (
        "customerUserCreate",
        "customerUserCreate(input: { login: \"{n}\", firstName: \"A\", lastName: \"B\", email: \"{n}@acme.test\", customerId: \"acme\" }) { userErrors { code } }",
    ),
    ("customerUserUpdate", "customerUserUpdate(login: \"bob\", input: { phone: \"{n}\" }) { userErrors { code } }"),
    (
        "customerUserUpdate of oneself",
        "customerUserUpdate(login: \"ann\", input: { phone: \"{n}\" }) { userErrors { code } }",
    ),
    ("customerUserSetValidity", "customerUserSetValidity(login: \"bob\", validity: VALID) { userErrors { code } }"),
    ("customerUserRename", "customerUserRename(login: \"bob\", newLogin: \"bob\") { userErrors { code } }"),
    ("customerUserSetPassword", "customerUserSetPassword(login: \"bob\", password: \"{n}\") { userErrors { code } }"),
    ("customerUserSetCustomers", "customerUserSetCustomers(login: \"bob\", customerIds: []) { userErrors { code } }"),
    ("groupCreate", "groupCreate(input: { name: \"{n}\" }) { userErrors { code } }"),
    ("groupUpdate", "groupUpdate(name: \"sales\", input: { comment: \"{n}\" }) { userErrors { code } }"),
    ("customerSetGroups", "customerSetGroups(customerId: \"acme\", entries: [], mode: ADD) { userErrors { code } }"),
    (
        "customerSetGroups, dry run",
        "customerSetGroups(customerId: \"acme\", entries: [], dryRun: true) { userErrors { code } }",
    ),
    ("groupSetCustomers", "groupSetCustomers(group: \"sales\", entries: [], mode: ADD) { userErrors { code } }"),
    ("customerUserSetGroups", "customerUserSetGroups(login: \"bob\", entries: [], mode: ADD) { userErrors { code } }"),
    (
        "groupSetCustomerUsers",
        "groupSetCustomerUsers(group: \"sales\", entries: [], mode: ADD) { userErrors { code } }",
    ),
    ("queueCreate", "queueCreate(input: { name: \"{n}\", group: \"sales\" }) { userErrors { code } }"),
    ("queueUpdate", "queueUpdate(name: \"Misc\", input: { comment: \"{n}\" }) { userErrors { code } }"),
    (
        "ticketCreate",
        "ticketCreate(input: { title: \"A\", body: \"B\", queue: \"Sales\", customerUserLogin: \"ann\" }) { userErrors { code } }",
    ),
    ("ticketReply", "ticketReply(number: \"1004\", input: { body: \"B\" }) { userErrors { code } }"),
    ("ticketReply, read only", "ticketReply(number: \"1001\", input: { body: \"B\" }) { userErrors { code } }"),
    ("ticketSetState", "ticketSetState(number: \"1004\", state: \"open\") { userErrors { code } }"),
];

/// What came of a change: done, the code of what the person may put right, or that of the error.
async fn change_outcome(client: &Client<'_>, change: &str, name: &str) -> String {
    let response = client.run(&format!("mutation {{ {} }}", change.replace("{n}", name)), json!({})).await;
    let payload = response["data"].as_object().and_then(|data| data.values().next()).unwrap_or(&Value::Null);
    match (code_of(&response).as_str(), payload["userErrors"][0]["code"].as_str()) {
        ("", Some(code)) => code.to_lowercase(),
        ("", None) => "done".to_owned(),
        (code, _) => code.to_lowercase(),
    }
}

#[tokio::test]
async fn who_may_change_what() {
    let app = TestApp::with(GROUPS_COUNT).await;
    app.add(agent("ed")).await;
    app.add(agent_grant("ed", "users", "rw")).await;
    let make = "mutation { apiTokenCreate(name: \"reports\") { secret } }";
    let read_only = app.as_administrator().ask(make).await["apiTokenCreate"]["secret"].take();
    let clients = [
        ("administrator", app.as_administrator()),
        ("agent, rw users", app.as_agent("ed")),
        ("agent", app.as_agent("olga")),
        ("customer user", app.as_customer_user("ann")),
        ("read-only token", app.with_token(read_only.as_str().expect("a secret"))),
        ("nobody", app.anonymous()),
    ];
    let schema = app.as_administrator().ask("{ __schema { mutationType { fields { name } } } }").await;
    for field in texts(&schema["__schema"]["mutationType"]["fields"], "name") {
        let is_here = CHANGES.iter().any(|(name, _)| name.split([' ', ',']).next() == Some(field.as_str()));
        assert!(is_here, "`{field}` has no line");
    }
    let mut rows = vec![std::iter::once("").chain(clients.iter().map(|(name, _)| *name)).map(str::to_owned).collect()];
    for (line, (name, change)) in CHANGES.iter().enumerate() {
        let mut row: Vec<String> = vec![(*name).to_owned()];
        for (position, (_, client)) in clients.iter().enumerate() {
            row.push(change_outcome(client, change, &format!("new{line}x{position}")).await);
        }
        rows.push(row);
    }
    compare("change.txt", &table(&rows));
}

async fn outcome(client: &Client<'_>, question: &str) -> String {
    let response = client.run(&format!("{{ {question} }}"), json!({})).await;
    match code_of(&response).as_str() {
        "" if has_content(&response["data"]) => "allowed".to_owned(),
        "" => "hidden".to_owned(),
        code => code.to_lowercase(),
    }
}

#[tokio::test]
async fn who_may_ask_for_what() {
    let app = TestApp::with(GROUPS_COUNT).await;
    let clients = [
        ("administrator", app.as_administrator()),
        ("agent", app.as_agent("olga")),
        ("the person", app.as_customer_user("ann")),
        ("a colleague", app.as_customer_user("bob")),
        ("a stranger", app.as_customer_user("gus")),
        ("nobody", app.anonymous()),
    ];
    let mut rows = vec![std::iter::once("").chain(clients.iter().map(|(name, _)| *name)).map(str::to_owned).collect()];
    for (name, question) in QUESTIONS {
        let mut row: Vec<String> = vec![name.to_owned()];
        for (_, client) in &clients {
            row.push(outcome(client, question).await);
        }
        rows.push(row);
    }
    compare("access.txt", &table(&rows));
}

/// Grants in words, such as `users:ro sales:rw`.
fn grants(text: &str, keys: &PermissionKeys) -> Vec<Grant> {
    let number = |name: &str| GROUPS.iter().position(|known| *known == name).expect("a known group") as i32 + 1;
    let grant = |words: &str| {
        let (group, key) = words.split_once(':').expect("a group and a key");
        Grant { group_id: number(group), keys: keys.granted_by(key) }
    };
    text.split_whitespace().map(grant).collect()
}

/// The groups of the table; `closed` is not valid.
const GROUPS: [&str; 4] = ["sales", "support", "users", "closed"];
/// What is stored: for the person, for the own customer, for an additional one.
const STORED: [[&str; 3]; 9] = [
    ["", "", ""],
    ["sales:ro", "", ""],
    ["sales:rw", "", ""],
    ["sales:note", "", ""],
    ["closed:rw", "closed:rw", ""],
    ["", "support:ro", ""],
    ["", "support:ro", "support:rw"],
    ["support:ro", "support:create", "sales:ro"],
    ["users:ro sales:ro", "users:rw", ""],
];

fn rules(settings: &str) -> PermissionRules {
    let names = |wanted: &str, name: &str| if settings.contains(wanted) { vec![name.to_owned()] } else { Vec::new() };
    PermissionRules {
        keys: PermissionKeys::new(&["ro", "create", "rw"].map(str::to_owned)),
        group_support: settings != "off",
        always_groups: names("always", "users"),
        customer_always_groups: names("company", "support"),
        other_customers_context: true,
    }
}

fn effective(rules: &PermissionRules, [person, own, additional]: [&str; 3]) -> String {
    let valid = GROUPS[..3].iter().zip(1..).map(|(name, id)| GroupName { id, name: (*name).to_owned() });
    let held = |id: &str, text| HeldByCustomer { customer_id: id.to_owned(), grants: grants(text, &rules.keys) };
    let holder =
        Holder { direct: grants(person, &rules.keys), customers: vec![held("own", own), held("more", additional)] };
    let found = effective_permissions(rules, &ValidGroups::new(valid.collect()), &holder);
    let words = found.iter().map(|held| {
        let sources = held.sources.iter().map(|source| {
            let customer = source.customer_id.as_ref().map_or(String::new(), |id| format!(" {id}"));
            format!("{:?}{customer}={}", source.kind, rules.keys.configured_in(source.keys).join("+"))
        });
        format!("{}: {}", GROUPS[held.group_id as usize - 1], sources.collect::<Vec<_>>().join(", "))
    });
    words.collect::<Vec<_>>().join("; ")
}

#[test]
fn what_settings_and_stored_rows_come_to() {
    let mut rows = vec![["settings", "person", "own customer", "additional", "effective"].map(str::to_owned).to_vec()];
    for settings in ["off", "on", "on, always", "on, company", "on, always, company"] {
        for stored in STORED {
            let mut row = vec![settings.to_owned()];
            row.extend(stored.map(|text| if text.is_empty() { "-".to_owned() } else { text.to_owned() }));
            row.push(effective(&rules(settings), stored));
            rows.push(row);
        }
    }
    compare("effective_permission.txt", &table(&rows));
}
