//! One SeaORM entity per table of the help desk: columns and nothing else. The file has the name of
//! the table, except `group` for `groups_table`.
//!
//! The columns are those that all supported layouts have. Numbers have the sizes of the columns,
//! because PostgreSQL does not convert them: SMALLINT is `i16`, but the id of a table that counts
//! small ids is `i32`, since OTOBO makes it `serial` there. Times have no zone: they are in the zone
//! that the database's OTOBO is set to. Long texts which OTOBO keeps as LONGBLOB on MariaDB and TEXT
//! on PostgreSQL are read and written as `String`.

pub mod article;
pub mod article_data_mime;
pub mod article_data_mime_attachment;
pub mod article_data_mime_plain;
pub mod article_data_mime_send_error;
pub mod article_flag;
pub mod article_search_index;
pub mod article_sender_type;
pub mod communication_channel;
pub mod customer_company;
pub mod customer_preferences;
pub mod customer_user;
pub mod customer_user_customer;
pub mod deskgraph_api_token;
pub mod deskgraph_attempt;
pub mod deskgraph_change;
pub mod deskgraph_lock;
pub mod deskgraph_session;
pub mod dynamic_field;
pub mod dynamic_field_obj_id_name;
pub mod dynamic_field_value;
pub mod follow_up_possible;
pub mod group;
pub mod group_customer;
pub mod group_customer_user;
pub mod group_role;
pub mod group_user;
pub mod personal_queues;
pub mod queue;
pub mod queue_preferences;
pub mod role_user;
pub mod roles;
pub mod salutation;
pub mod service;
pub mod service_customer_user;
pub mod service_preferences;
pub mod service_sla;
pub mod sessions;
pub mod signature;
pub mod sla;
pub mod sla_preferences;
pub mod sysconfig_default;
pub mod sysconfig_deployment;
pub mod sysconfig_modified;
pub mod system_address;
pub mod system_data;
pub mod ticket;
pub mod ticket_flag;
pub mod ticket_history;
pub mod ticket_history_type;
pub mod ticket_index;
pub mod ticket_lock_index;
pub mod ticket_lock_type;
pub mod ticket_number_counter;
pub mod ticket_priority;
pub mod ticket_state;
pub mod ticket_state_type;
pub mod ticket_type;
pub mod ticket_watcher;
pub mod time_accounting;
pub mod user_preferences;
pub mod users;
pub mod valid;
