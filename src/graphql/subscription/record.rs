//! Following customers and customer users.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject, Subscription};
use futures_util::Stream;

use crate::domain;
use crate::domain::access::{Access, Action, may};
use crate::domain::change::EntityType;
use crate::error::Result;
use crate::feed::event::{Event, Happening, Log};
use crate::feed::watch::{Subject, is_same};
use crate::graphql::context::ContextExt;
use crate::graphql::object::change::Change;
use crate::graphql::object::customer::Customer;
use crate::graphql::object::customer_user::CustomerUser;
use crate::graphql::selection::{Selection, customer_columns, customer_user_columns};
use crate::loader::{CustomerById, CustomerUserByLogin};
use crate::store::feed::ChangeRow;

use super::{check, current_event, cursor_of};

/// Following customers and customer users.
#[derive(Default)]
pub struct RecordSubscription;

/// A customer was made or has changed.
#[derive(SimpleObject)]
pub struct CustomerEvent {
    /// Where the subscriber is: give it as `since` after a reconnect, and nothing in between is lost.
    cursor: String,
    /// What was changed; who changed which fields is for administrators only.
    change: Change,
    /// The customer as it is now; null where it no longer exists for the viewer.
    customer: Option<Customer>,
}

/// A customer user was made or has changed.
#[derive(SimpleObject)]
pub struct CustomerUserEvent {
    /// Where the subscriber is: give it as `since` after a reconnect, and nothing in between is lost.
    cursor: String,
    /// What was changed; who changed which fields is for administrators only.
    change: Change,
    /// The person as they are now; null where they no longer exist for the viewer.
    customer_user: Option<CustomerUser>,
}

#[Subscription]
impl RecordSubscription {
    /// Changes of customers that are made through this API. For agents only; of `change` those who are no administrators get neither `actor` nor
    /// `fields`, which are empty for them. After a reconnect with `since` some events may come twice.
    async fn customer_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only this customer, by its CustomerID in any case, before or after a renaming; any where null."
        )]
        customer_id: Option<String>,
        #[graphql(
            desc = "The cursor of the last event before a reconnect, at most seven days old: events since then come first. From now on where null."
        )]
        since: Option<String>,
    ) -> Result<impl Stream<Item = CustomerEvent>> {
        ctx.viewer()?;
        ctx.allows(Action::FollowRecords)?;
        check(ctx, &[("customerId", &customer_id)])?;
        ctx.store().require_log()?;
        let subject = Subject::Records { entity: EntityType::Customer, key: customer_id };
        let found = match current_event(ctx, subject, since.as_deref())? {
            Some(event) => find_customer(ctx, event).await?,
            None => None,
        };
        Ok(futures_util::stream::iter(found))
    }

    /// Changes of customer users that are made through this API, of their permissions and additional customers too. For agents only; of `change`
    /// those who are no administrators get neither `actor` nor `fields`, which are empty for them. After a reconnect with `since` some events may
    /// come twice.
    async fn customer_user_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only this person, by username in any case, before or after a renaming; any where null.")]
        login: Option<String>,
        #[graphql(
            desc = "Only people whose own customer is this one, before or after the change, by CustomerID in any case; any where null."
        )]
        customer_id: Option<String>,
        #[graphql(
            desc = "The cursor of the last event before a reconnect, at most seven days old: events since then come first. From now on where null."
        )]
        since: Option<String>,
    ) -> Result<impl Stream<Item = CustomerUserEvent>> {
        ctx.viewer()?;
        ctx.allows(Action::FollowRecords)?;
        check(ctx, &[("login", &login), ("customerId", &customer_id)])?;
        ctx.store().require_log()?;
        let subject = Subject::Records { entity: EntityType::CustomerUser, key: login };
        let found = match current_event(ctx, subject, since.as_deref())? {
            Some(event) => find_customer_user(ctx, event, customer_id.as_deref()).await?,
            None => None,
        };
        Ok(futures_util::stream::iter(found))
    }
}

async fn find_customer(ctx: &Context<'_>, event: &Event) -> Result<Option<CustomerEvent>> {
    let Happening::Change(row) = &event.what else { return Ok(None) };
    let columns = customer_columns(&Selection::of(ctx).below("customer"), &ctx.api().display);
    let customer = ctx.find(CustomerById(row.present_key.clone(), columns)).await?.map(Customer);
    let (cursor, change) = (cursor_of(ctx, Log::Changes, event), shown(ctx, &row.change));
    Ok(Some(CustomerEvent { cursor, change, customer }))
}

/// The event with its person, if they are, or with this change were, of the customer.
async fn find_customer_user(
    ctx: &Context<'_>,
    event: &Event,
    customer_id: Option<&str>,
) -> Result<Option<CustomerUserEvent>> {
    let Happening::Change(row) = &event.what else { return Ok(None) };
    let columns = customer_user_columns(&Selection::of(ctx).below("customerUser"), &ctx.api().display);
    let found = ctx.find(CustomerUserByLogin(row.present_key.clone(), columns)).await?;
    let owner = found.as_ref().map(|person| person.customer_id.as_str());
    if !customer_id.is_none_or(|wanted| owners(row, owner).any(|owner| is_same(ctx.store(), wanted, owner))) {
        return Ok(None);
    }
    let (cursor, change) = (cursor_of(ctx, Log::Changes, event), shown(ctx, &row.change));
    Ok(Some(CustomerUserEvent { cursor, change, customer_user: found.map(CustomerUser) }))
}

/// The own customers of a person now, before and after a change.
fn owners<'a>(row: &'a ChangeRow, now: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    let fields = row.change.fields.iter().filter(|field| field.field == "customerId");
    fields.flat_map(|field| [field.before.as_deref(), field.after.as_deref()]).flatten().chain(now)
}

/// The change as far as the viewer may read it.
fn shown(ctx: &Context<'_>, change: &domain::change::Change) -> Change {
    let mut change = change.clone();
    if may(ctx.maybe_viewer(), Action::ReadRelations) != Access::Allowed {
        change.actor.clear();
        change.fields.clear();
    }
    Change(Arc::new(change))
}
