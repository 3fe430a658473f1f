//! Making and editing customers.

use async_graphql::{Context, Object, SimpleObject};

use crate::domain::customer_edit::CustomerEdit;
use crate::domain::edit::Edit;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::{Checked, Validity};
use crate::graphql::input::{CustomerCreateInput, CustomerUpdateInput};
use crate::graphql::object::customer::Customer;
use crate::graphql::page::{list_cost, usual};
use crate::graphql::scalar::Version;
use crate::graphql::selection::{Selection, customer_columns};
use crate::graphql::user_error::{UserError, told};
use crate::loader::CustomerById;
use crate::service::Outcome;
use crate::service::deadlock::retry_deadlocks;

/// What came of making or editing a customer.
#[derive(SimpleObject)]
pub struct CustomerPayload {
    /// The customer as it is now; null where nothing was done.
    customer: Option<Customer>,
    /// What went wrong; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

/// Root fields for making and editing customers.
#[derive(Default)]
pub struct CustomerMutation;

#[Object]
impl CustomerMutation {
    /// Makes a customer. Needs an agent with rw in the group admin or users.
    async fn customer_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer to be.")] input: CustomerCreateInput,
    ) -> Result<CustomerPayload> {
        let (id, source) = (input.customer_id.clone(), input.data_source.clone());
        let (editor, edit) = (ctx.editor()?, CustomerEdit::from(input));
        let outcome = retry_deadlocks(|| editor.create_customer(&id, edit.clone(), source.as_deref())).await;
        payload(ctx, outcome).await
    }

    /// Edits a customer. A field left out of the input keeps its value, null clears it. Needs an agent with rw in the group admin or users.
    async fn customer_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "CustomerID.")] customer_id: String,
        #[graphql(desc = "What becomes different.")] input: CustomerUpdateInput,
        #[graphql(desc = "Do nothing unless this is still the customer's version.")] if_version: Option<Version>,
    ) -> Result<CustomerPayload> {
        update(ctx, &customer_id, input.into(), if_version).await
    }

    /// Switches a customer on or off. Its people, tickets and group permissions stay as they are. Needs an agent with rw in the group admin
    /// or users.
    async fn customer_set_validity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "CustomerID.")] customer_id: String,
        #[graphql(desc = "What it becomes.")] validity: Validity,
        #[graphql(desc = "Do nothing unless this is still the customer's version.")] if_version: Option<Version>,
    ) -> Result<CustomerPayload> {
        let edit = CustomerEdit { validity: Edit::Set(validity.into()), ..CustomerEdit::default() };
        update(ctx, &customer_id, edit, if_version).await
    }

    /// Carries tickets, customer users and group relations over to the new CustomerID. Needs an agent with rw in the group admin or users.
    async fn customer_rename(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "CustomerID.")] customer_id: String,
        #[graphql(desc = "The new CustomerID, which no other customer has in any case.")] new_customer_id: String,
        #[graphql(desc = "Do nothing unless this is still the customer's version.")] if_version: Option<Version>,
    ) -> Result<CustomerPayload> {
        Checked(&ctx.api().limits).text("customerId", &customer_id)?;
        let version = if_version.as_ref().map(|version| version.0.as_str());
        let editor = ctx.editor()?;
        let outcome = retry_deadlocks(|| editor.rename_customer(&customer_id, &new_customer_id, version)).await;
        payload(ctx, outcome).await
    }
}

async fn update(
    ctx: &Context<'_>,
    id: &str,
    edit: CustomerEdit,
    if_version: Option<Version>,
) -> Result<CustomerPayload> {
    Checked(&ctx.api().limits).text("customerId", id)?;
    let version = if_version.as_ref().map(|version| version.0.as_str());
    let editor = ctx.editor()?;
    let outcome = retry_deadlocks(|| editor.update_customer(id, edit.clone(), version)).await;
    payload(ctx, outcome).await
}

async fn payload(ctx: &Context<'_>, outcome: Outcome<String>) -> Result<CustomerPayload> {
    Ok(match told(outcome)? {
        Err(user_errors) => CustomerPayload { customer: None, user_errors },
        Ok(id) => {
            let columns = customer_columns(&Selection::of(ctx).below("customer"), &ctx.api().display);
            let customer = ctx.find(CustomerById(id, columns)).await?.map(Customer);
            CustomerPayload { customer, user_errors: Vec::new() }
        }
    })
}
