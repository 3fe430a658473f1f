//! The tables that the demo data fill, each with the columns that are given. Ids of rows that nothing refers to are left to
//! the database.

/// A table and the columns of a row, in the order of its values.
pub struct Table {
    /// Name of the table.
    pub name: &'static str,
    /// Given columns.
    pub columns: &'static [&'static str],
    /// Whether ids are given by us, so that PostgreSQL's sequence must be moved behind them.
    pub own_ids: bool,
}

const fn table(name: &'static str, columns: &'static [&'static str]) -> Table {
    Table { name, columns, own_ids: false }
}

const fn with_ids(name: &'static str, columns: &'static [&'static str]) -> Table {
    Table { name, columns, own_ids: true }
}

macro_rules! columns {
    ($($column:literal)*) => {
        &[$($column,)* "create_time", "create_by", "change_time", "change_by"]
    };
}

/// Agents.
pub static USERS: Table = with_ids("users", columns!("id" "login" "pw" "title" "first_name" "last_name" "valid_id"));
/// Attributes of agents, the e-mail address among them.
pub static USER_PREFERENCES: Table = table("user_preferences", &["user_id", "preferences_key", "preferences_value"]);
/// Groups.
pub static GROUPS: Table = with_ids("groups_table", columns!("id" "name" "comments" "valid_id"));
/// Rights of agents.
pub static GROUP_USER: Table = table("group_user", columns!("user_id" "group_id" "permission_key"));
/// Roles of agents.
pub static ROLES: Table = with_ids("roles", columns!("id" "name" "comments" "valid_id"));
/// Rights of roles.
pub static GROUP_ROLE: Table = table("group_role", columns!("role_id" "group_id" "permission_key" "permission_value"));
/// Which agent is in which role.
pub static ROLE_USER: Table = table("role_user", columns!("user_id" "role_id"));
/// Queues.
pub static QUEUE: Table = with_ids(
    "queue",
    columns!("id" "name" "group_id" "unlock_timeout" "first_response_time" "first_response_notify" "update_time"
        "update_notify" "solution_time" "solution_notify" "system_address_id" "calendar_name" "salutation_id"
        "signature_id" "follow_up_id" "follow_up_lock" "comments" "valid_id"),
);
/// Companies.
pub static CUSTOMER_COMPANY: Table = table(
    "customer_company",
    columns!("customer_id" "name" "street" "zip" "city" "country" "url" "comments" "valid_id"),
);
/// People of companies.
pub static CUSTOMER_USER: Table = table(
    "customer_user",
    columns!("login" "email" "customer_id" "pw" "title" "first_name" "last_name" "phone" "fax" "mobile" "street"
        "zip" "city" "country" "comments" "valid_id"),
);
/// Attributes of customer users.
pub static CUSTOMER_PREFERENCES: Table =
    table("customer_preferences", &["user_id", "preferences_key", "preferences_value"]);
/// Additional customers of customer users.
pub static CUSTOMER_USER_CUSTOMER: Table = table("customer_user_customer", columns!("user_id" "customer_id"));
/// Rights of customers.
pub static GROUP_CUSTOMER: Table = table(
    "group_customer",
    columns!("customer_id" "group_id" "permission_key" "permission_value" "permission_context"),
);
/// Rights of customer users.
pub static GROUP_CUSTOMER_USER: Table =
    table("group_customer_user", columns!("user_id" "group_id" "permission_key" "permission_value"));
/// Tickets.
pub static TICKET: Table = with_ids(
    "ticket",
    columns!("id" "tn" "title" "queue_id" "ticket_lock_id" "type_id" "user_id" "responsible_user_id"
        "ticket_priority_id" "ticket_state_id" "customer_id" "customer_user_id" "timeout" "until_time"
        "escalation_time" "escalation_update_time" "escalation_response_time" "escalation_solution_time"
        "archive_flag"),
);
/// Heads of articles.
pub static ARTICLE: Table = with_ids(
    "article",
    columns!("id" "ticket_id" "article_sender_type_id" "communication_channel_id" "is_visible_for_customer"
        "search_index_needs_rebuild" "insert_fingerprint"),
);
/// Contents of articles.
pub static ARTICLE_DATA_MIME: Table = table(
    "article_data_mime",
    columns!("article_id" "a_from" "a_reply_to" "a_to" "a_cc" "a_bcc" "a_subject" "a_in_reply_to" "a_references"
        "a_content_type" "a_body" "incoming_time" "content_path"),
);
/// What happened to tickets.
pub static TICKET_HISTORY: Table = table(
    "ticket_history",
    columns!("name" "history_type_id" "ticket_id" "article_id" "type_id" "queue_id" "owner_id" "priority_id"
        "state_id"),
);
/// Counter of ticket numbers.
pub static TICKET_NUMBER_COUNTER: Table = table("ticket_number_counter", &["counter", "counter_uid", "create_time"]);

/// All of them, for what is done to every table at the end.
pub static ALL: [&Table; 19] = [
    &USERS,
    &USER_PREFERENCES,
    &GROUPS,
    &GROUP_USER,
    &ROLES,
    &GROUP_ROLE,
    &ROLE_USER,
    &QUEUE,
    &CUSTOMER_COMPANY,
    &CUSTOMER_USER,
    &CUSTOMER_PREFERENCES,
    &CUSTOMER_USER_CUSTOMER,
    &GROUP_CUSTOMER,
    &GROUP_CUSTOMER_USER,
    &TICKET,
    &ARTICLE,
    &ARTICLE_DATA_MIME,
    &TICKET_HISTORY,
    &TICKET_NUMBER_COUNTER,
];
