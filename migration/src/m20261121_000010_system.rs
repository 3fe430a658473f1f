//! OTOBO's settings and its sessions.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::table::{Table, big_id, blob, by, id, integer, small, table, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, &tables(), &[]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The tables of this area, in the order in which they can be made.
pub(crate) fn tables() -> Vec<Table> {
    vec![
        table(
            "sysconfig_default",
            [
                id("id"),
                text("name", 191),
                blob("description"),
                text("navigation", 200),
                small("is_invisible"),
                small("is_readonly"),
                small("is_required"),
                small("is_valid"),
                small("has_configlevel"),
                small("user_modification_possible"),
                small("user_modification_active"),
                text("user_preferences_group", 250).null(),
                blob("xml_content_raw"),
                blob("xml_content_parsed"),
                text("xml_filename", 250),
                blob("effective_value"),
                small("is_dirty"),
                text("exclusive_lock_guid", 32),
                integer("exclusive_lock_user_id").null().references("users"),
                time("exclusive_lock_expiry_time").null(),
            ],
        )
        .stamped()
        .unique("sysconfig_default_name", "name"),
        table(
            "sysconfig_modified",
            [
                id("id"),
                integer("sysconfig_default_id").references("sysconfig_default"),
                text("name", 191),
                integer("user_id").null().references("users"),
                small("is_valid"),
                small("user_modification_active"),
                blob("effective_value"),
                small("is_dirty"),
                small("reset_to_default"),
            ],
        )
        .stamped()
        .unique("sysconfig_modified_per_user", "sysconfig_default_id, user_id"),
        table(
            "sysconfig_deployment",
            [
                id("id"),
                text("comments", 250).null(),
                integer("user_id").null().references("users"),
                blob("effective_value"),
                time("create_time"),
                by("create_by"),
            ],
        ),
        table("system_data", [text("data_key", 160).primary(), blob("data_value").null()]).stamped(),
        table(
            "sessions",
            [
                big_id("id"),
                text("session_id", 100),
                text("data_key", 100),
                text("data_value", 10000).null(),
                small("serialized").null(),
            ],
        )
        .index("sessions_session_id_data_key", "session_id, data_key")
        .index("sessions_data_key", "data_key"),
    ]
}
