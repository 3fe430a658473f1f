//! Searches with an index find what searches without one find, which is what the rule says.

use deskgraph::domain::search::Search;
use deskgraph::store::layout::{Found, detect};
use migration::search::SEARCH_INDEXES;
use migration::{Migrator, MigratorTrait};
use sea_orm::DbBackend;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Client, texts};
use crate::support::database::{build, execute, open};
use crate::support::row::{customer, customer_user};

/// More people of one name than are looked at before the index is.
const CROWD: usize = 1100;

/// First names, last names and customers of people that a search may take for one another.
const PEOPLE: [(&str, &str, &str); 12] = [
    ("Änne", "Müller", "acme"),
    ("ANNE", "MÜLLER", "globex"),
    ("Anna", "Mueller", "acme"),
    ("Ann", "a Müll", "acme"),
    ("100%", "Wool_Worth", "acme"),
    ("O'Neill", "\"Tip\" \\ Top", "acme"),
    ("Στέφανος", "ΟΔΥΣΣΕΎΣ", "acme"),
    ("Наталья", "ЩЕРБАК", "globex"),
    ("გიორგი", "Straße", "acme"),
    ("株式会社", "山田太郎", "acme"),
    ("ab", "cd", "acme"),
    ("Jean-Luc", "Abc!Def", "acme"),
];

const TEXTS: [&str; 34] = [
    "müller",
    "MÜLL",
    "mül",
    "mueller",
    "anna",
    "ann a",
    "nemül",
    "anne+müller",
    "anne+!müller",
    "müller||tip",
    "m*ller",
    "an*mül",
    "wool_",
    "100%",
    "00%",
    "l_w",
    "neill",
    "\"o'neill\"",
    "tip\\\"",
    "\\\\ t",
    "στέφ",
    "οδυσσεύ",
    "щерб",
    "наталья",
    "გიორ",
    "straße",
    "STRASSE",
    "株式会",
    "山田",
    "abcd",
    "ab",
    "jean-luc",
    "c!d",
    "lobe",
];

async fn logins(client: &Client<'_>, search: &str, first: usize) -> (Vec<String>, Value) {
    const LIST: &str = "query($search: String, $first: Int) { customerUsers(search: $search, first: $first, orderBy: {field: LOGIN}) { totalCount nodes { login } } }";
    let found = client.data(LIST, json!({"search": search, "first": first})).await;
    (texts(&found["customerUsers"]["nodes"], "login"), found["customerUsers"]["totalCount"].clone())
}

/// A desk with people of these names, and a crowd before and behind them in the list.
async fn desk() -> TestApp {
    let app = TestApp::new().await;
    crowd(&app, "aa", "Schmidt").await;
    for (number, (first, last, customer)) in PEOPLE.iter().enumerate() {
        let person = customer_user(&format!("p{number:02}"), customer).with("first_name", *first);
        person.with("last_name", *last).insert(app.db()).await;
    }
    app
}

/// Many people of one name.
async fn crowd(app: &TestApp, prefix: &str, last_name: &str) {
    let columns = "first_name, last_name, email, customer_id, valid_id, create_time, create_by, change_time, change_by";
    let rows = (0..CROWD).map(|number| {
        let login = format!("{prefix}{number:04}");
        format!("('{login}', 'X', '{last_name}', '{login}@acme.example', 'acme', 1, '2026-01-01 00:00:00', 1, '2026-01-01 00:00:00', 1)")
    });
    let rows = rows.collect::<Vec<_>>().join(", ");
    app.execute(&format!("INSERT INTO customer_user (login, {columns}) VALUES {rows}")).await;
}

/// The people whom the rule finds, as far as they are of the desk's own.
fn expected(search: &str) -> Vec<String> {
    let search = Search::for_customer_users(search).expect("a search");
    let people = PEOPLE
        .iter()
        .enumerate()
        .map(|(number, (first, last, customer))| (format!("p{number:02}"), *first, *last, *customer));
    let found = people.filter(|(login, first, last, customer)| search.matches(&[login, first, last, customer]));
    found.map(|(login, ..)| login).collect()
}

#[tokio::test]
async fn an_index_finds_what_the_rule_says() {
    let app = desk().await;
    // MariaDB takes more texts for equal than the rule.
    let is_exact = app.db().get_database_backend() != DbBackend::MySql;
    let without = app.without_search_indexes().await;
    let (with, without) = (app.as_administrator(), without.as_administrator());
    for text in TEXTS {
        let (found, total) = logins(&with, text, 50).await;
        let own: Vec<String> = found.iter().filter(|login| login.starts_with('p')).cloned().collect();
        if is_exact {
            assert_eq!(own, expected(text), "{text}");
        }
        assert_eq!((found, total), logins(&without, text, 50).await, "{text}");
    }
}

#[tokio::test]
async fn frequent_texts_are_paged_through_in_both_directions_and_counted() {
    let app = desk().await;
    crowd(&app, "zz", "Zumwald").await;
    let root = app.as_administrator();
    // One stands at the beginning of the list, the other behind a thousand people.
    for (text, prefix) in [("schm", "aa"), ("zumw", "zz")] {
        let all: Vec<String> = (0..CROWD).map(|number| format!("{prefix}{number:04}")).collect();
        assert_eq!(paged_through(&root, text, "first: 300, after").await, all, "{text}");
        let backwards = paged_through(&root, text, "last: 300, before").await;
        assert_eq!(backwards, all.rchunks(300).flatten().cloned().collect::<Vec<_>>(), "{text}");
    }
}

/// The logins on all pages, page by page.
async fn paged_through(root: &Client<'_>, text: &str, part: &str) -> Vec<String> {
    let document = format!(
        "query($text: String!, $place: String) {{ customerUsers(search: $text, {part}: $place) {{ totalCount nodes {{ login }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let (more, next) =
        if part.starts_with("first") { ("hasNextPage", "endCursor") } else { ("hasPreviousPage", "startCursor") };
    let (mut seen, mut place) = (Vec::new(), Value::Null);
    loop {
        let page = root.data(&document, json!({"text": text, "place": place})).await["customerUsers"].clone();
        assert_eq!(page["totalCount"], CROWD);
        seen.extend(texts(&page["nodes"], "login"));
        place = page["pageInfo"][next].clone();
        if page["pageInfo"][more] == false {
            return seen;
        }
    }
}

#[tokio::test]
async fn what_is_written_is_found_at_once() {
    const CREATE: &str = "mutation { customerUserCreate(input: { login: \"zoe\", email: \"zoe@acme.example\", firstName: \"Zoe\", lastName: \"Zweig\", customerId: \"acme\" }) { userErrors { code } } }";
    const UPDATE: &str =
        "mutation { customerUserUpdate(login: \"zoe\", input: { lastName: \"Ahorn\" }) { userErrors { code } } }";
    const RENAME: &str = "mutation { customerUserRename(login: \"zoe\", newLogin: \"zorro\") { userErrors { code } } }";
    let app = TestApp::new().await;
    let root = app.as_administrator();
    let found = async |text: &str| logins(&root, text, 10).await.0;
    assert_eq!(found("zweig").await, Vec::<String>::new());
    root.data(CREATE, json!({})).await;
    assert_eq!(found("zweig").await, ["zoe"]);
    root.data(UPDATE, json!({})).await;
    assert_eq!((found("zweig").await, found("ahorn").await), (vec![], vec!["zoe".to_owned()]));
    root.data(RENAME, json!({})).await;
    assert_eq!((found("zoe+ahorn+!zorro").await, found("orr").await), (vec![], vec!["zorro".to_owned()]));
}

#[tokio::test]
async fn customers_are_found_by_an_index_too() {
    let app = TestApp::new().await;
    for (id, name) in [("K-1", "Zimmermann & Söhne"), ("zimt", "Gewürze"), ("K-2", "Zim")] {
        customer(id, name).insert(app.db()).await;
    }
    let root = app.as_administrator();
    let found = async |text: &str| {
        let list = "query($text: String!) { customers(search: $text) { totalCount nodes { customerId } } }";
        let found = root.data(list, json!({"text": text})).await;
        let ids = texts(&found["customers"]["nodes"], "customerId");
        assert_eq!(found["customers"]["totalCount"], ids.len());
        ids
    };
    assert_eq!(found("zim").await, ["K-1", "K-2", "zimt"]);
    assert_eq!(found("zim+!k-1").await, ["K-2", "zimt"]);
    assert_eq!(found("zim(mer||t)").await, ["K-1", "zimt"]);
    assert_eq!(found("söhn").await, ["K-1"]);
    const RENAME: &str =
        "mutation { customerRename(customerId: \"K-1\", newCustomerId: \"holzbau\") { userErrors { code } } }";
    root.data(RENAME, json!({})).await;
    assert_eq!((found("söhn").await, found("holzb").await), (vec!["holzbau".to_owned()], vec!["holzbau".to_owned()]));
}

#[tokio::test]
async fn who_may_not_add_the_extension_has_tables_without_the_indexes() {
    let server = std::env::var("TEST_DATABASE_URL").unwrap_or_default();
    let Some((address, _)) = server.strip_prefix("postgres").and(server.rsplit_once('/')) else {
        return println!("skipped: TEST_DATABASE_URL names no PostgreSQL");
    };
    let name = format!("dgtest_{}_{}", build().0, uuid::Uuid::new_v4().simple());
    let outside = open(&server, 1).await;
    execute(&outside, &format!("CREATE DATABASE {name}")).await;
    let inside = open(&format!("{address}/{name}"), 1).await;
    execute(&inside, &format!("CREATE ROLE {name}; GRANT CREATE ON SCHEMA public TO {name}; SET ROLE {name}")).await;
    Migrator::up(&inside, None).await.expect("the tables can be made");
    let found = detect(&inside).await.expect("a layout");
    execute(&inside, "RESET ROLE").await;
    for index in SEARCH_INDEXES {
        // What `check` proposes can be done later, by someone who may.
        for statement in index.create_statements(DbBackend::Postgres) {
            let extension = migration::search::POSTGRES_EXTENSION;
            execute(&inside, &format!("{extension}; {statement}")).await;
        }
    }
    let later = detect(&inside).await.expect("a layout");
    inside.close().await.expect("the connection can be closed");
    execute(&outside, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    execute(&outside, &format!("DROP ROLE {name}")).await;
    let indexes = |found: Found| match found {
        Found::Known(layout) => layout.search_indexes,
        Found::Empty => panic!("there are no tables"),
    };
    assert_eq!(indexes(found), Vec::<&str>::new());
    assert_eq!(indexes(later), SEARCH_INDEXES.map(|index| index.name));
}
