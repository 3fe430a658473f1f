//! Making and editing customer users, and giving them passwords.

use async_graphql::{Context, Object, SimpleObject};

use crate::domain::customer_user_edit::CustomerUserEdit;
use crate::domain::edit::Edit;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::{Checked, Validity};
use crate::graphql::input::{CustomerUserCreateInput, CustomerUserUpdateInput};
use crate::graphql::object::customer_user::CustomerUser;
use crate::graphql::page::{list_cost, usual};
use crate::graphql::scalar::Version;
use crate::graphql::selection::{Selection, customer_user_columns};
use crate::graphql::user_error::{UserError, told};
use crate::loader::CustomerUserByLogin;
use crate::service::Outcome;
use crate::service::customer_user::WithPassword;
use crate::service::deadlock::retry_deadlocks;

/// What came of making or editing a customer user.
#[derive(SimpleObject)]
pub struct CustomerUserPayload {
    /// The person as they are now; null where nothing was done.
    customer_user: Option<CustomerUser>,
    /// The password, shown this once; null where none was generated.
    generated_password: Option<String>,
    /// What went wrong; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

/// Root fields for making and editing customer users.
#[derive(Default)]
pub struct CustomerUserMutation;

#[Object]
impl CustomerUserMutation {
    /// Makes a customer user. Needs an agent with rw in the group admin or users.
    #[graphql(complexity = "1000 + child_complexity")]
    async fn customer_user_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person to be.")] input: CustomerUserCreateInput,
    ) -> Result<CustomerUserPayload> {
        let (login, password, source) = (input.login.clone(), input.password.clone(), input.data_source.clone());
        let (editor, edit) = (ctx.editor()?, CustomerUserEdit::from(input));
        let create = || editor.create_customer_user(&login, edit.clone(), password.clone(), source.as_deref());
        let outcome = retry_deadlocks(create).await;
        payload(ctx, outcome).await
    }

    /// Edits a customer user. A field left out of the input keeps its value, null clears it. Needs an agent with rw in the group admin or
    /// users.
    async fn customer_user_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Username.")] login: String,
        #[graphql(desc = "What becomes different.")] input: CustomerUserUpdateInput,
        #[graphql(desc = "Do nothing unless this is still the person's version.")] if_version: Option<Version>,
    ) -> Result<CustomerUserPayload> {
        update(ctx, &login, input.into(), if_version).await
    }

    /// Switches a customer user on or off; who is not valid cannot sign in. Needs an agent with rw in the group admin or users.
    async fn customer_user_set_validity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Username.")] login: String,
        #[graphql(desc = "What it becomes.")] validity: Validity,
        #[graphql(desc = "Do nothing unless this is still the person's version.")] if_version: Option<Version>,
    ) -> Result<CustomerUserPayload> {
        let edit = CustomerUserEdit { validity: Edit::Set(validity.into()), ..CustomerUserEdit::default() };
        update(ctx, &login, edit, if_version).await
    }

    /// Carries tickets, group relations, additional customers and preferences over to the new login. Needs an agent with rw in the group admin
    /// or users.
    async fn customer_user_rename(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Username.")] login: String,
        #[graphql(desc = "The new username, which no other customer user has in any case.")] new_login: String,
        #[graphql(desc = "Do nothing unless this is still the person's version.")] if_version: Option<Version>,
    ) -> Result<CustomerUserPayload> {
        Checked(&ctx.api().limits).text("login", &login)?;
        let version = if_version.as_ref().map(|version| version.0.as_str());
        let editor = ctx.editor()?;
        let outcome = retry_deadlocks(|| editor.rename_customer_user(&login, &new_login, version)).await;
        payload(ctx, outcome.map(without_password)).await
    }

    /// Gives a customer user a password. It ends their sessions. Needs an agent with rw in the group admin or users.
    #[graphql(complexity = "1000 + child_complexity")]
    async fn customer_user_set_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Username.")] login: String,
        #[graphql(desc = "The password. Generated and returned once when left out.")] password: Option<String>,
    ) -> Result<CustomerUserPayload> {
        Checked(&ctx.api().limits).text("login", &login)?;
        let editor = ctx.editor()?;
        let outcome = retry_deadlocks(|| editor.set_customer_user_password(&login, password.clone())).await;
        if outcome.is_ok() {
            ctx.api().sessions.forget(ctx.store());
        }
        payload(ctx, outcome).await
    }
}

fn without_password(login: String) -> WithPassword {
    WithPassword { login, generated: None }
}

async fn update(
    ctx: &Context<'_>,
    login: &str,
    edit: CustomerUserEdit,
    if_version: Option<Version>,
) -> Result<CustomerUserPayload> {
    Checked(&ctx.api().limits).text("login", login)?;
    let version = if_version.as_ref().map(|version| version.0.as_str());
    let editor = ctx.editor()?;
    let outcome = retry_deadlocks(|| editor.update_customer_user(login, edit.clone(), version)).await;
    payload(ctx, outcome.map(without_password)).await
}

async fn payload(ctx: &Context<'_>, outcome: Outcome<WithPassword>) -> Result<CustomerUserPayload> {
    Ok(match told(outcome)? {
        Err(user_errors) => CustomerUserPayload { customer_user: None, generated_password: None, user_errors },
        Ok(WithPassword { login, generated }) => {
            let columns = customer_user_columns(&Selection::of(ctx).below("customerUser"), &ctx.api().display);
            let customer_user = ctx.find(CustomerUserByLogin(login, columns)).await?.map(CustomerUser);
            CustomerUserPayload { customer_user, generated_password: generated, user_errors: Vec::new() }
        }
    })
}
