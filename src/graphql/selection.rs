//! What the client asks for below a field, so that nothing else is read. Only names count here: aliases and fragments are looked through.

use async_graphql::{Context, SelectionField};

use crate::domain::link::{CUSTOMER_PLACEHOLDERS, CUSTOMER_USER_PLACEHOLDERS};
use crate::entity::{customer_company, customer_user, ticket};
use crate::source::customer::CustomerColumns;
use crate::source::customer_user::CustomerUserColumns;
use crate::store::column::Columns;
use crate::store::page::Wanted;
use crate::store::ticket::TicketColumns;

use super::settings::{Display, Link};

/// Fields selected below one or more fields of the same type.
#[derive(Clone)]
pub struct Selection<'a>(Vec<SelectionField<'a>>);

impl<'a> Selection<'a> {
    /// What is selected below the field being resolved.
    pub fn of(ctx: &'a Context<'a>) -> Self {
        Self(ctx.field().selection_set().collect())
    }

    /// What is selected below the fields of this name.
    pub fn below(&self, name: &str) -> Selection<'a> {
        Selection(self.0.iter().filter(|field| field.name() == name).flat_map(SelectionField::selection_set).collect())
    }

    /// Whether a field of this name is selected.
    pub fn has(&self, name: &str) -> bool {
        self.names().any(|selected| selected == name)
    }

    /// The names of the selected fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(SelectionField::name)
    }

    /// What is selected of the entries of a connection, in `nodes` and in `edges { node }`.
    pub fn entries(&self) -> Selection<'a> {
        let mut fields = self.below("nodes").0;
        fields.extend(self.below("edges").below("node").0);
        Selection(fields)
    }

    /// What a connection needs to have read; `columns` says what one entry needs.
    pub fn wanted<C>(&self, columns: impl FnOnce(&Selection<'a>) -> C) -> Wanted<C> {
        let items = self.names().any(|name| matches!(name, "nodes" | "edges" | "pageInfo"));
        Wanted { columns: columns(&self.entries()), items, total: self.has("totalCount") }
    }
}

/// The columns behind the selected fields of customers.
pub fn customer_columns(selection: &Selection<'_>, display: &Display) -> CustomerColumns {
    use customer_company::Column;
    let links = || used_by(&display.customer_links, CUSTOMER_PLACEHOLDERS).flat_map(customer_field).copied();
    selection.names().fold(Columns::none(), |columns, name| match name {
        "links" => links().fold(columns, Columns::with),
        "version" => Columns::all(),
        "createdAt" => columns.with(Column::CreateTime),
        "createdBy" => columns.with(Column::CreateBy),
        "changedAt" => columns.with(Column::ChangeTime),
        "changedBy" => columns.with(Column::ChangeBy),
        name => customer_field(name).iter().copied().fold(columns, Columns::with),
    })
}

/// The fields of a record that some link needs.
fn used_by<'a>(links: &'a [Link], fields: &'static [&'static str]) -> impl Iterator<Item = &'static str> + 'a {
    fields.iter().copied().filter(|field| links.iter().any(|link| link.template.uses(field)))
}

fn customer_field(name: &str) -> &'static [customer_company::Column] {
    use customer_company::Column;
    match name {
        "name" => &[Column::Name],
        "address" => &[Column::Street, Column::Zip, Column::City, Column::Country],
        "street" => &[Column::Street],
        "zip" => &[Column::Zip],
        "city" => &[Column::City],
        "country" => &[Column::Country],
        "url" | "webUrl" => &[Column::Url],
        "comment" => &[Column::Comments],
        _ => &[],
    }
}

/// The columns behind the selected fields of customer users.
pub fn customer_user_columns(selection: &Selection<'_>, display: &Display) -> CustomerUserColumns {
    use customer_user::Column;
    let links =
        || used_by(&display.customer_user_links, CUSTOMER_USER_PLACEHOLDERS).flat_map(customer_user_field).copied();
    let full_name = || display.name_fields.iter().flat_map(|field| customer_user_field(field)).copied();
    selection.names().fold(Columns::none(), |columns, name| match name {
        "links" => links().fold(columns, Columns::with),
        "fullName" => full_name().fold(columns, Columns::with),
        "version" => Columns::all(),
        "createdAt" => columns.with(Column::CreateTime),
        "createdBy" => columns.with(Column::CreateBy),
        "changedAt" => columns.with(Column::ChangeTime),
        "changedBy" => columns.with(Column::ChangeBy),
        name => customer_user_field(name).iter().copied().fold(columns, Columns::with),
    })
}

fn customer_user_field(name: &str) -> &'static [customer_user::Column] {
    use customer_user::Column;
    match name {
        "title" => &[Column::Title],
        "firstName" | "first_name" => &[Column::FirstName],
        "lastName" | "last_name" => &[Column::LastName],
        "email" => &[Column::Email],
        "phone" => &[Column::Phone],
        "fax" => &[Column::Fax],
        "mobile" => &[Column::Mobile],
        "address" => &[Column::Street, Column::Zip, Column::City, Column::Country],
        "street" => &[Column::Street],
        "zip" => &[Column::Zip],
        "city" => &[Column::City],
        "country" => &[Column::Country],
        "comment" => &[Column::Comments],
        _ => &[],
    }
}

/// The columns behind the selected fields of tickets.
pub fn ticket_columns(selection: &Selection<'_>) -> TicketColumns {
    use ticket::Column;
    selection.names().fold(Columns::none(), |columns, name| match name {
        "number" => columns.with(Column::Tn),
        "title" => columns.with(Column::Title),
        "state" => columns.with(Column::TicketStateId),
        "priority" => columns.with(Column::TicketPriorityId),
        "queue" => columns.with(Column::QueueId),
        "owner" => columns.with(Column::UserId),
        "isLocked" => columns.with(Column::TicketLockId),
        "service" => columns.with(Column::ServiceId),
        "sla" => columns.with(Column::SlaId),
        "escalation" => columns
            .with(Column::EscalationResponseTime)
            .with(Column::EscalationUpdateTime)
            .with(Column::EscalationSolutionTime),
        "pendingUntil" => columns.with(Column::UntilTime),
        "isArchived" => columns.with(Column::ArchiveFlag),
        "createdAt" => columns.with(Column::CreateTime),
        "changedAt" => columns.with(Column::ChangeTime),
        "version" => Columns::all(),
        _ => columns,
    })
}
