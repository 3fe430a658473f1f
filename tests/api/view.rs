//! Whole documents, for everyone who can ask.

use serde_json::{Value, json};

use crate::support::client::shown;
use crate::support::{GROUPS_COUNT, TestApp, document};

/// The answer to a document for each of the cast.
async fn for_everyone(app: &TestApp, document: &str, variables: Value) -> Value {
    let mut answers = serde_json::Map::new();
    for (name, client) in app.everyone() {
        answers.insert(name.to_owned(), shown(client.data(document, variables.clone()).await));
    }
    Value::Object(answers)
}

macro_rules! views {
    ($($name:ident: $document:ident, $variables:tt;)*) => {
        $(#[tokio::test]
        async fn $name() {
            let app = TestApp::with(GROUPS_COUNT).await;
            let answers = for_everyone(&app, document::$document, json!($variables)).await;
            insta::assert_json_snapshot!(answers);
        })*
    };
}

views! {
    the_customer_detail_view: CUSTOMER_DETAIL, {"customerId": "ACME"};
    the_customer_user_detail_view: CUSTOMER_USER_DETAIL, {"login": "ann"};
    the_list_of_customers: CUSTOMER_LIST, {};
    the_list_of_people: CUSTOMER_USER_LIST, {};
    the_list_of_open_tickets: TICKET_LIST, {};
    a_ticket: TICKET_DETAIL, {"number": "1001"};
    a_ticket_of_nobody: TICKET_DETAIL, {"number": "1013"};
    the_start_page: MY_TICKETS, {};
    the_tickets_of_ones_companies: COMPANY_TICKETS, {};
    the_widget_about_a_customer: CUSTOMER_INFORMATION, {"customerId": "acme"};
    the_ticket_widgets_of_a_customer: CUSTOMER_TICKETS, {"customerId": "acme", "first": 2};
    the_people_widget_of_a_customer: CUSTOMER_PEOPLE, {"customerId": "acme"};
    the_ticket_widgets_of_a_person: CUSTOMER_USER_TICKETS, {"login": "ann", "first": 2};
    the_members_of_a_group: GROUP_MEMBERS, {"name": "support"};
    a_report: STATISTICS, {"groupBy": ["CUSTOMER", "STATE_TYPE"]};
}
