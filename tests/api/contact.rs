//! Contact data: a customer user reads, finds and sorts by nobody's but their own.

use serde_json::json;

use crate::support::client::texts;
use crate::support::{TestApp, document};

#[tokio::test]
async fn customer_users_read_their_own_contact_data_only() {
    let app = TestApp::new().await;
    let query = "{ a: customerUser(login: \"ann\") { ...C } b: customerUser(login: \"bob\") { ...C } }
        fragment C on CustomerUser { email phone fax mobile address { street zip city country countryCode mapUrl } }";
    app.execute("UPDATE customer_user SET phone = '1', fax = '2', mobile = '3', street = 'a', zip = 'b', city = 'c', country = 'Germany'").await;
    let found = app.as_customer_user("ann").ask(query).await;
    assert_eq!(found["a"]["address"]["countryCode"], "DE");
    assert_eq!(found["a"]["email"], "ann@acme.example");
    let nothing =
        json!({"street": null, "zip": null, "city": null, "country": null, "countryCode": null, "mapUrl": null});
    assert_eq!(found["b"], json!({"email": "", "phone": null, "fax": null, "mobile": null, "address": nothing}));
    assert_eq!(app.as_agent("olga").ask(query).await["b"]["email"], "bob@acme.example");
}

#[tokio::test]
async fn customer_users_find_nobody_by_contact_data_of_others() {
    let app = TestApp::with("[customers]\ncustomer_user_search_fields = [\"login\", \"email\"]\n").await;
    let ann = app.as_customer_user("ann");
    let logins = async |arguments: &str| {
        let found = ann.ask(&format!("{{ customerUsers({arguments}) {{ totalCount nodes {{ login }} }} }}")).await;
        texts(&found["customerUsers"]["nodes"], "login")
    };
    assert_eq!(logins("filter: {email: {contains: \"example\"}}").await, ["ann"]);
    assert_eq!(logins("search: \"example\"").await, ["ann"]);
    let by_email = logins("orderBy: {field: EMAIL, direction: DESC}").await;
    assert_eq!(by_email.first().map(String::as_str), Some("ann"));
    let everyone = logins("first: 50").await;
    assert!(everyone.len() > 1 && by_email.len() == everyone.len());
}

#[tokio::test]
async fn a_document_of_a_client_shows_no_contact_data_of_colleagues() {
    let app = TestApp::new().await;
    let text =
        app.as_customer_user("ann").run(document::CUSTOMER_DETAIL, json!({"customerId": "acme"})).await.to_string();
    assert!(text.contains("ann@acme.example") && !text.contains("bob@acme.example"));
}
