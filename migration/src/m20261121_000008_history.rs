//! What happened to a ticket.

use sea_orm_migration::prelude::*;

use crate::create::create;
use crate::row::{Rows, counted};
use crate::table::{Table, big, big_id, integer, small, small_id, table, text, validity};

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
        table("ticket_history_type", [small_id("id"), text("name", 191), text("comments", 250).null(), validity()])
            .stamped()
            .unique("ticket_history_type_name", "name"),
        table(
            "ticket_history",
            [
                big_id("id"),
                text("name", 200),
                small("history_type_id").references("ticket_history_type"),
                big("ticket_id").references("ticket"),
                big("article_id").null().references("article"),
                small("type_id").references("ticket_type"),
                integer("queue_id").references("queue"),
                integer("owner_id").references("users"),
                small("priority_id").references("ticket_priority"),
                small("state_id").references("ticket_state"),
            ],
        )
        .stamped()
        .index("ticket_history_ticket_id", "ticket_id")
        .index("ticket_history_article_id", "article_id")
        .index("ticket_history_history_type_id", "history_type_id")
        .index("ticket_history_queue_id", "queue_id")
        .index("ticket_history_type_id", "type_id")
        .index("ticket_history_owner_id", "owner_id")
        .index("ticket_history_priority_id", "priority_id")
        .index("ticket_history_state_id", "state_id")
        .index("ticket_history_create_time", "create_time"),
    ]
}

const ROWS: &[Rows] = &[counted(
    "ticket_history_type",
    "id, name, valid_id",
    &[
        "1, 'NewTicket', 1",
        "2, 'FollowUp', 1",
        "3, 'SendAutoReject', 1",
        "4, 'SendAutoReply', 1",
        "5, 'SendAutoFollowUp', 1",
        "6, 'Forward', 1",
        "7, 'Bounce', 1",
        "8, 'SendAnswer', 1",
        "9, 'SendAgentNotification', 1",
        "10, 'SendCustomerNotification', 1",
        "11, 'EmailAgent', 1",
        "12, 'EmailCustomer', 1",
        "13, 'PhoneCallAgent', 1",
        "14, 'PhoneCallCustomer', 1",
        "15, 'AddNote', 1",
        "16, 'Move', 1",
        "17, 'Lock', 1",
        "18, 'Unlock', 1",
        "19, 'Remove', 1",
        "20, 'TimeAccounting', 1",
        "21, 'CustomerUpdate', 1",
        "22, 'PriorityUpdate', 1",
        "23, 'OwnerUpdate', 1",
        "24, 'LoopProtection', 1",
        "25, 'Misc', 1",
        "26, 'SetPendingTime', 1",
        "27, 'StateUpdate', 1",
        "28, 'TicketDynamicFieldUpdate', 1",
        "29, 'WebRequestCustomer', 1",
        "30, 'TicketLinkAdd', 1",
        "31, 'TicketLinkDelete', 1",
        "32, 'SystemRequest', 1",
        "33, 'Merged', 1",
        "34, 'ResponsibleUpdate', 1",
        "35, 'Subscribe', 1",
        "36, 'Unsubscribe', 1",
        "37, 'TypeUpdate', 1",
        "38, 'ServiceUpdate', 1",
        "39, 'SLAUpdate', 1",
        "40, 'ArchiveFlagUpdate', 1",
        "41, 'EscalationSolutionTimeStop', 1",
        "42, 'EscalationResponseTimeStart', 1",
        "43, 'EscalationUpdateTimeStart', 1",
        "44, 'EscalationSolutionTimeStart', 1",
        "45, 'EscalationResponseTimeNotifyBefore', 1",
        "46, 'EscalationUpdateTimeNotifyBefore', 1",
        "47, 'EscalationSolutionTimeNotifyBefore', 1",
        "48, 'EscalationResponseTimeStop', 1",
        "49, 'EscalationUpdateTimeStop', 1",
        "50, 'TitleUpdate', 1",
        "51, 'EmailResend', 1",
        "52, 'ArticleDynamicFieldUpdate', 1",
        "53, 'ArticleEdit', 1",
        "54, 'ArticleRestore', 1",
        "55, 'ArticleDelete', 1",
    ],
)];
