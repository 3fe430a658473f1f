//! Inputs of mutations, made into edits: a field left out keeps its value, null clears it.

use async_graphql::{InputObject, MaybeUndefined};
use chrono::{DateTime, Utc};

use crate::domain::customer_edit::CustomerEdit;
use crate::domain::customer_user_edit::CustomerUserEdit;
use crate::domain::edit::{self, Edit};
use crate::domain::group_edit::NamedEdit;
use crate::service::ticket::TicketDraft;
use crate::service::ticket_reply::Reply;

use super::filter::Validity;

/// A postal address. A field left out keeps its value, null clears it.
#[derive(InputObject)]
pub struct AddressInput {
    /// Street and number.
    street: MaybeUndefined<String>,
    /// Postal code.
    zip: MaybeUndefined<String>,
    /// City.
    city: MaybeUndefined<String>,
    /// Country name or ISO code; stored as its name.
    country: MaybeUndefined<String>,
}

/// A new customer.
#[derive(InputObject)]
pub struct CustomerCreateInput {
    /// CustomerID: any text of one line that no other customer has in any case.
    pub(super) customer_id: String,
    /// The name, which no other customer has in any case.
    name: String,
    /// Name of the data source to keep it in; the first that can be written where nothing is given.
    pub(super) data_source: Option<String>,
    /// The postal address; none where nothing is given.
    address: Option<AddressInput>,
    /// The web address, which may be any text; none where nothing is given.
    url: Option<String>,
    /// Internal remark; none where nothing is given.
    comment: Option<String>,
    /// Whether the customer is in use.
    #[graphql(default_with = "Validity::Valid")]
    validity: Validity,
}

/// An edit of a customer. A field left out keeps its value; null clears it.
#[derive(InputObject)]
pub struct CustomerUpdateInput {
    /// The name, which no other customer has in any case; it cannot be cleared.
    name: MaybeUndefined<String>,
    /// The postal address; null clears all of it.
    address: MaybeUndefined<AddressInput>,
    /// The web address, which may be any text.
    url: MaybeUndefined<String>,
    /// Internal remark.
    comment: MaybeUndefined<String>,
    /// Whether the customer is in use; it cannot be cleared.
    validity: MaybeUndefined<Validity>,
}

/// A new customer user.
#[derive(InputObject)]
pub struct CustomerUserCreateInput {
    /// Username, which no other customer user of any data source has in any case.
    pub(super) login: String,
    /// Password. Generated and returned once when left out.
    pub(super) password: Option<String>,
    /// Form of address; none where nothing is given.
    title: Option<String>,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// E-mail address, which no other customer user has.
    email: String,
    /// CustomerID of the own customer, which must exist.
    customer_id: String,
    /// Name of the data source to keep the person in; the first that can be written where nothing is given.
    pub(super) data_source: Option<String>,
    /// Phone number; none where nothing is given.
    phone: Option<String>,
    /// Fax number; none where nothing is given.
    fax: Option<String>,
    /// Mobile number; none where nothing is given.
    mobile: Option<String>,
    /// The postal address; none where nothing is given.
    address: Option<AddressInput>,
    /// Internal remark; none where nothing is given.
    comment: Option<String>,
    /// Whether the person is active. Only valid ones can sign in.
    #[graphql(default_with = "Validity::Valid")]
    validity: Validity,
}

/// An edit of a customer user. A field left out keeps its value; null clears it.
#[derive(InputObject)]
pub struct CustomerUserUpdateInput {
    /// Form of address.
    title: MaybeUndefined<String>,
    /// First name; it cannot be cleared.
    first_name: MaybeUndefined<String>,
    /// Last name; it cannot be cleared.
    last_name: MaybeUndefined<String>,
    /// E-mail address, which no other customer user has; it cannot be cleared.
    email: MaybeUndefined<String>,
    /// CustomerID of the own customer, which must exist; it cannot be cleared. Tickets that the person has under the old one move along.
    customer_id: MaybeUndefined<String>,
    /// Phone number.
    phone: MaybeUndefined<String>,
    /// Fax number.
    fax: MaybeUndefined<String>,
    /// Mobile number.
    mobile: MaybeUndefined<String>,
    /// The postal address; null clears all of it.
    address: MaybeUndefined<AddressInput>,
    /// Internal remark.
    comment: MaybeUndefined<String>,
    /// Whether the person is active; it cannot be cleared. Only valid ones can sign in.
    validity: MaybeUndefined<Validity>,
}

/// What a field of an update does.
fn edit<T, U>(given: MaybeUndefined<T>, read: impl FnOnce(T) -> U) -> Edit<U> {
    match given {
        MaybeUndefined::Undefined => Edit::Keep,
        MaybeUndefined::Null => Edit::Clear,
        MaybeUndefined::Value(value) => Edit::Set(read(value)),
    }
}

fn text(given: MaybeUndefined<String>) -> Edit {
    edit(given, |text| text)
}

/// What a field of a new record does.
fn new_text(given: Option<String>) -> Edit {
    given.map_or(Edit::Keep, Edit::Set)
}

fn address(given: AddressInput) -> edit::AddressEdit {
    let AddressInput { street, zip, city, country } = given;
    edit::AddressEdit { street: text(street), zip: text(zip), city: text(city), country: text(country) }
}

impl From<CustomerCreateInput> for CustomerEdit {
    fn from(input: CustomerCreateInput) -> Self {
        Self {
            name: Edit::Set(input.name),
            address: input.address.map_or(Edit::Keep, |given| Edit::Set(address(given))),
            url: new_text(input.url),
            comment: new_text(input.comment),
            validity: Edit::Set(input.validity.into()),
        }
    }
}

impl From<CustomerUpdateInput> for CustomerEdit {
    fn from(input: CustomerUpdateInput) -> Self {
        Self {
            name: text(input.name),
            address: edit(input.address, address),
            url: text(input.url),
            comment: text(input.comment),
            validity: edit(input.validity, Into::into),
        }
    }
}

impl From<CustomerUserCreateInput> for CustomerUserEdit {
    fn from(input: CustomerUserCreateInput) -> Self {
        Self {
            title: new_text(input.title),
            first_name: Edit::Set(input.first_name),
            last_name: Edit::Set(input.last_name),
            email: Edit::Set(input.email),
            customer_id: Edit::Set(input.customer_id),
            phone: new_text(input.phone),
            fax: new_text(input.fax),
            mobile: new_text(input.mobile),
            address: input.address.map_or(Edit::Keep, |given| Edit::Set(address(given))),
            comment: new_text(input.comment),
            validity: Edit::Set(input.validity.into()),
        }
    }
}

impl From<CustomerUserUpdateInput> for CustomerUserEdit {
    fn from(input: CustomerUserUpdateInput) -> Self {
        Self {
            title: text(input.title),
            first_name: text(input.first_name),
            last_name: text(input.last_name),
            email: text(input.email),
            customer_id: text(input.customer_id),
            phone: text(input.phone),
            fax: text(input.fax),
            mobile: text(input.mobile),
            address: edit(input.address, address),
            comment: text(input.comment),
            validity: edit(input.validity, Into::into),
        }
    }
}

/// A new group.
#[derive(InputObject)]
pub struct GroupCreateInput {
    /// The name, which no other group has in any case.
    name: String,
    /// Internal remark; none where nothing is given.
    comment: Option<String>,
    /// Whether the group is in use.
    #[graphql(default_with = "Validity::Valid")]
    validity: Validity,
}

/// An edit of a group. A field left out keeps its value; null clears it.
#[derive(InputObject)]
pub struct GroupUpdateInput {
    /// The name, which no other group has in any case; it cannot be cleared, and groups on whose name rights hang keep it.
    name: MaybeUndefined<String>,
    /// Internal remark.
    comment: MaybeUndefined<String>,
    /// Whether the group is in use; it cannot be cleared.
    validity: MaybeUndefined<Validity>,
}

/// A new queue.
#[derive(InputObject)]
pub struct QueueCreateInput {
    /// Full path, its parts joined by `::`; the queues above it must exist.
    name: String,
    /// Exact name of the group whose permissions count for its tickets.
    pub(super) group: String,
    /// Internal remark; none where nothing is given.
    comment: Option<String>,
    /// Whether the queue is in use.
    #[graphql(default_with = "Validity::Valid")]
    validity: Validity,
}

/// An edit of a queue. A field left out keeps its value; null clears it.
#[derive(InputObject)]
pub struct QueueUpdateInput {
    /// Full path, its parts joined by `::`; it cannot be cleared. The queues below follow.
    name: MaybeUndefined<String>,
    /// Exact name of the group whose permissions count for its tickets; it cannot be cleared.
    group: MaybeUndefined<String>,
    /// Internal remark.
    comment: MaybeUndefined<String>,
    /// Whether the queue is in use; it cannot be cleared.
    validity: MaybeUndefined<Validity>,
}

fn new_named(name: String, comment: Option<String>, validity: Validity) -> NamedEdit {
    NamedEdit { name: Edit::Set(name), comment: new_text(comment), validity: Edit::Set(validity.into()) }
}

impl From<GroupCreateInput> for NamedEdit {
    fn from(input: GroupCreateInput) -> Self {
        new_named(input.name, input.comment, input.validity)
    }
}

impl From<QueueCreateInput> for NamedEdit {
    fn from(input: QueueCreateInput) -> Self {
        new_named(input.name, input.comment, input.validity)
    }
}

impl From<GroupUpdateInput> for NamedEdit {
    fn from(input: GroupUpdateInput) -> Self {
        Self { name: text(input.name), comment: text(input.comment), validity: edit(input.validity, Into::into) }
    }
}

impl QueueUpdateInput {
    /// The edit of what groups have too, and that of the group.
    pub(super) fn into_edits(self) -> (NamedEdit, Edit) {
        let Self { name, group, comment, validity } = self;
        (NamedEdit { name: text(name), comment: text(comment), validity: edit(validity, Into::into) }, text(group))
    }
}

/// A new ticket.
#[derive(InputObject)]
pub struct TicketCreateInput {
    /// What it is about, in one line. The ticket keeps as much as its column holds, the article all of it.
    title: String,
    /// The text of the first article.
    body: String,
    /// Exact full name of the queue, one of `viewer { createQueues }`.
    queue: String,
    /// The person it is for: needed from agents, the viewer for customer users.
    customer_user_login: Option<String>,
    /// The customer it is for, where the person has several; their own one where nothing is given.
    customer_id: Option<String>,
    /// Exact name of the priority; `3 normal` where nothing is given.
    priority: Option<String>,
    /// Exact name of the state, for agents; `open` where nothing is given. Tickets of customer users are new.
    state: Option<String>,
    /// What it is pending until, for agents: needed with a pending state.
    pending_until: Option<DateTime<Utc>>,
}

/// An answer to a ticket.
#[derive(InputObject)]
pub struct TicketReplyInput {
    /// What about, in one line; `Re:` and the title where nothing is given.
    subject: Option<String>,
    /// The text.
    body: String,
    /// Whether customers may read it, for agents; what customer users write is always visible to them.
    #[graphql(default = true)]
    is_visible_for_customer: bool,
    /// Exact name of the state afterwards, which needs rw. Where nothing is given, the answer of a customer user opens a ticket again.
    state: Option<String>,
    /// What it is pending until: needed with a pending state.
    pending_until: Option<DateTime<Utc>>,
}

impl From<TicketCreateInput> for TicketDraft {
    fn from(input: TicketCreateInput) -> Self {
        let TicketCreateInput { title, body, queue, customer_user_login, customer_id, priority, state, pending_until } =
            input;
        Self { title, body, queue, customer_user_login, customer_id, priority, state, pending_until }
    }
}

impl From<TicketReplyInput> for Reply {
    fn from(input: TicketReplyInput) -> Self {
        let TicketReplyInput { subject, body, is_visible_for_customer, state, pending_until } = input;
        Self { subject, body, is_visible_for_customer, state, pending_until }
    }
}
