//! Articles: what is written in a ticket, how it came, and the time spent on it.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::row::{Rows, counted};
use crate::table::{Table, big, big_id, blob, by, decimal, integer, small, small_id, table, text, time, validity};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, &tables(), ROWS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The tables of this area, in the order in which they can be made.
pub(crate) fn tables() -> Vec<Table> {
    vec![
        table("article_sender_type", [small_id("id"), text("name", 191), text("comments", 250).null(), validity()])
            .stamped()
            .unique("article_sender_type_name", "name"),
        table(
            "communication_channel",
            [
                big_id("id"),
                text("name", 191),
                text("module", 200),
                text("package_name", 200),
                blob("channel_data"),
                validity(),
            ],
        )
        .stamped()
        .unique("communication_channel_name", "name"),
        table(
            "article",
            [
                big_id("id"),
                big("ticket_id").references("ticket"),
                small("article_sender_type_id").references("article_sender_type"),
                big("communication_channel_id").references("communication_channel"),
                small("is_visible_for_customer"),
                small("search_index_needs_rebuild").default("1"),
                text("insert_fingerprint", 64).null(),
            ],
        )
        .stamped()
        .index("article_ticket_id", "ticket_id")
        .index("article_article_sender_type_id", "article_sender_type_id")
        .index("article_communication_channel_id", "communication_channel_id")
        .index("article_search_index_needs_rebuild", "search_index_needs_rebuild"),
        table(
            "article_flag",
            [
                big("article_id").references("article"),
                text("article_key", 50),
                text("article_value", 50).null(),
                time("create_time"),
                by("create_by"),
            ],
        )
        .index("article_flag_article_id_create_by", "article_id, create_by")
        .index("article_flag_article_id", "article_id"),
        table(
            "article_data_mime",
            [
                big_id("id"),
                big("article_id").references("article"),
                text("a_from", 1800000).null(),
                text("a_reply_to", 1800000).null(),
                text("a_to", 1800000).null(),
                text("a_cc", 1800000).null(),
                text("a_bcc", 1800000).null(),
                text("a_subject", 3800).null(),
                text("a_message_id", 3800).null(),
                text("a_message_id_md5", 32).null(),
                text("a_in_reply_to", 1800000).null(),
                text("a_references", 1800000).null(),
                text("a_content_type", 250).null(),
                text("a_body", 1800000).null(),
                integer("incoming_time"),
                text("content_path", 250).null(),
            ],
        )
        .stamped()
        .index("article_data_mime_message_id_md5", "a_message_id_md5")
        .index("article_data_mime_article_id", "article_id"),
        table("article_data_mime_plain", [big_id("id"), big("article_id").references("article"), blob("body")])
            .stamped()
            .index("article_data_mime_plain_article_id", "article_id"),
        table(
            "article_data_mime_attachment",
            [
                big_id("id"),
                big("article_id").references("article"),
                text("filename", 250).null(),
                text("content_size", 30).null(),
                text("content_type", 450).null(),
                text("content_id", 250).null(),
                text("content_alternative", 50).null(),
                text("disposition", 15).null(),
                blob("content").null(),
            ],
        )
        .stamped()
        .index("article_data_mime_attachment_article_id", "article_id"),
        table(
            "article_data_mime_send_error",
            [
                big_id("id"),
                big("article_id").references("article"),
                text("message_id", 191).null(),
                text("log_message", 1800000).null(),
                time("create_time"),
            ],
        )
        .index("article_data_mime_transmission_message_id", "message_id")
        .index("article_data_mime_transmission_article_id", "article_id"),
        table(
            "article_search_index",
            [
                big_id("id"),
                big("ticket_id").references("ticket"),
                big("article_id").references("article"),
                text("article_key", 191),
                text("article_value", 1800000).null(),
            ],
        )
        .index("article_search_index_ticket_id", "ticket_id, article_key")
        .index("article_search_index_article_id", "article_id, article_key"),
        table(
            "time_accounting",
            [
                big_id("id"),
                big("ticket_id").references("ticket"),
                big("article_id").null().references("article"),
                decimal("time_unit", 10, 2),
            ],
        )
        .stamped()
        .index("time_accounting_ticket_id", "ticket_id"),
    ]
}

const ROWS: &[Rows] = &[
    counted("article_sender_type", "id, name, valid_id", &["1, 'agent', 1", "2, 'system', 1", "3, 'customer', 1"]),
    counted(
        "communication_channel",
        "id, name, module, package_name, channel_data, valid_id",
        &[
            "1, 'Email', 'Kernel::System::CommunicationChannel::Email', 'Framework', '---\nArticleDataArticleIDField: article_id\nArticleDataTables:\n- article_data_mime\n- article_data_mime_plain\n- article_data_mime_attachment\n- article_data_mime_send_error\n', 1",
            "2, 'Phone', 'Kernel::System::CommunicationChannel::Phone', 'Framework', '---\nArticleDataArticleIDField: article_id\nArticleDataTables:\n- article_data_mime\n- article_data_mime_plain\n- article_data_mime_attachment\n- article_data_mime_send_error\n', 1",
            "3, 'Internal', 'Kernel::System::CommunicationChannel::Internal', 'Framework', '---\nArticleDataArticleIDField: article_id\nArticleDataTables:\n- article_data_mime\n- article_data_mime_plain\n- article_data_mime_attachment\n- article_data_mime_send_error\n', 1",
            "4, 'Chat', 'Kernel::System::CommunicationChannel::Chat', 'Framework', '---\nArticleDataArticleIDField: article_id\nArticleDataTables:\n- article_data_otobo_chat\n', 1",
        ],
    ),
];
