//! The documents that stand in files because clients could use them as they are.

macro_rules! documents {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(pub const $name: &str = include_str!(concat!("../../documents/", $file, ".graphql"));)*

        /// Every document with its name.
        pub const ALL: &[(&str, &str)] = &[$(($file, $name)),*];
    };
}

documents! {
    ANSWER_TICKET = "answer_ticket",
    COMPANY_TICKETS = "company_tickets",
    CUSTOMER_DETAIL = "customer_detail",
    CUSTOMER_INFORMATION = "customer_information",
    CUSTOMER_LIST = "customer_list",
    CUSTOMER_LOOKUP = "customer_lookup",
    CUSTOMER_PEOPLE = "customer_people",
    CUSTOMER_TICKETS = "customer_tickets",
    CUSTOMER_USER_DETAIL = "customer_user_detail",
    CUSTOMER_USER_LIST = "customer_user_list",
    CUSTOMER_USER_TICKETS = "customer_user_tickets",
    GROUP_MEMBERS = "group_members",
    MY_TICKETS = "my_tickets",
    NODES = "nodes",
    OPEN_TICKET = "open_ticket",
    PERMISSION_MATRIX = "permission_matrix",
    SETTINGS = "settings",
    STATISTICS = "statistics",
    TICKET_CHANGED = "ticket_changed",
    TICKET_DETAIL = "ticket_detail",
    TICKET_LIST = "ticket_list",
}
