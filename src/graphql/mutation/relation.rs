//! Changing who is in which group, from both sides, and the additional customers of people.

use std::collections::HashMap;

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};

use crate::domain::relation::Mode;
use crate::error::Result;
use crate::graphql::context::ContextExt;
use crate::graphql::filter::Checked;
use crate::graphql::object::customer_user::CustomerUser;
use crate::graphql::object::group::Group;
use crate::graphql::object::permission::{PermissionContext, keys};
use crate::graphql::page::{list_cost, usual};
use crate::graphql::scalar::PermissionKey;
use crate::graphql::selection::{Selection, customer_user_columns};
use crate::graphql::user_error::{UserError, told};
use crate::loader::CustomerUserByLogin;
use crate::service::Outcome;
use crate::service::deadlock::retry_deadlocks;
use crate::service::impact::Impact;
use crate::service::relation::{Entry, How};
use crate::store::relation::Relation;

/// How the entries of a change go together with what is stored.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Mode")]
pub enum RelationMode {
    /// The entries are all there is afterwards.
    Replace,
    /// The entries are added.
    Add,
    /// The entries are taken away.
    Remove,
}

/// The permissions of a customer in one group.
#[derive(InputObject)]
pub struct CustomerGroupInput {
    /// Exact name of the group.
    group: String,
    /// Which tickets it is about.
    #[graphql(default_with = "PermissionContext::SameCustomer")]
    context: PermissionContext,
    /// Configured permissions; rw stands for all. Without any, all are taken away.
    permissions: Vec<PermissionKey>,
}

/// The permissions of one customer in a group.
#[derive(InputObject)]
pub struct GroupCustomerInput {
    /// CustomerID.
    customer_id: String,
    /// Which tickets it is about.
    #[graphql(default_with = "PermissionContext::SameCustomer")]
    context: PermissionContext,
    /// Configured permissions; rw stands for all. Without any, all are taken away.
    permissions: Vec<PermissionKey>,
}

/// The permissions of a customer user in one group.
#[derive(InputObject)]
pub struct CustomerUserGroupInput {
    /// Exact name of the group.
    group: String,
    /// Configured permissions; rw stands for all. Without any, all are taken away.
    permissions: Vec<PermissionKey>,
}

/// The permissions of one customer user in a group.
#[derive(InputObject)]
pub struct GroupCustomerUserInput {
    /// Username.
    login: String,
    /// Configured permissions; rw stands for all. Without any, all are taken away.
    permissions: Vec<PermissionKey>,
}

/// What came of changing relations. With dryRun nothing is stored, and impact says what would change.
#[derive(SimpleObject)]
pub struct PermissionPayload {
    /// What changes for whom; null where nothing was done.
    impact: Option<PermissionImpact>,
    /// What went wrong; empty where nothing did.
    #[graphql(complexity = "list_cost(usual::USER_ERRORS, child_complexity)")]
    user_errors: Vec<UserError>,
}

/// What a change of relations means for people.
pub struct PermissionImpact {
    gaining_count: i32,
    losing_count: i32,
    changes: Vec<PermissionImpactChange>,
}

/// What a change of relations means for the effective permissions of valid customer users.
#[Object]
impl PermissionImpact {
    /// How many customer users gain a permission.
    async fn gaining_count(&self) -> i32 {
        self.gaining_count
    }

    /// How many customer users lose a permission.
    async fn losing_count(&self) -> i32 {
        self.losing_count
    }

    /// What changes for whom, by login and then by group: the first 1000.
    #[graphql(complexity = "list_cost(1000, child_complexity)")]
    async fn changes(&self) -> &[PermissionImpactChange] {
        &self.changes
    }
}

/// What changes for one customer user in one group.
#[derive(SimpleObject)]
pub struct PermissionImpactChange {
    /// The person.
    customer_user: CustomerUser,
    /// The group.
    group: Group,
    /// Configured permissions that the person does not have before.
    gained: Vec<PermissionKey>,
    /// Configured permissions that the person does not have afterwards.
    lost: Vec<PermissionKey>,
}

/// Root fields for changing relations.
#[derive(Default)]
pub struct RelationMutation;

#[Object]
impl RelationMutation {
    /// Changes the group permissions of a customer. An entry without permissions takes them away. REPLACE also clears every group and
    /// context that is not named. For administrators only.
    async fn customer_set_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "CustomerID.")] customer_id: String,
        #[graphql(desc = "One for each group and context; at most 10,000.")] entries: Vec<CustomerGroupInput>,
        #[graphql(desc = "How they go together with what is stored.", default_with = "RelationMode::Replace")]
        mode: RelationMode,
        #[graphql(desc = "Only say what would change.", default = false)] dry_run: bool,
    ) -> Result<PermissionPayload> {
        Checked(&ctx.api().limits).text("customerId", &customer_id)?;
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|CustomerGroupInput { group, context, permissions }| entry(group, Some(context), permissions))
            .collect();
        let how = how(ctx, mode, dry_run);
        let editor = ctx.editor()?;
        payload(ctx, retry_deadlocks(|| editor.set_groups(Relation::Customer, &customer_id, &entries, how)).await).await
    }

    /// Changes which customers have permissions in a group. An entry without permissions takes them away. REPLACE also clears every customer
    /// that is not named. For administrators only.
    async fn group_set_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Exact name of the group.")] group: String,
        #[graphql(desc = "One for each customer and context; at most 10,000.")] entries: Vec<GroupCustomerInput>,
        #[graphql(desc = "How they go together with what is stored.", default_with = "RelationMode::Replace")]
        mode: RelationMode,
        #[graphql(desc = "Only say what would change.", default = false)] dry_run: bool,
    ) -> Result<PermissionPayload> {
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|GroupCustomerInput { customer_id, context, permissions }| {
                entry(customer_id, Some(context), permissions)
            })
            .collect();
        check_names(ctx, "customerId", &entries)?;
        let how = how(ctx, mode, dry_run);
        let editor = ctx.editor()?;
        payload(ctx, retry_deadlocks(|| editor.set_members(Relation::Customer, &group, &entries, how)).await).await
    }

    /// Changes the group permissions of a customer user. An entry without permissions takes them away. REPLACE also clears every group that is
    /// not named. For administrators only.
    async fn customer_user_set_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Username.")] login: String,
        #[graphql(desc = "One for each group; at most 10,000.")] entries: Vec<CustomerUserGroupInput>,
        #[graphql(desc = "How they go together with what is stored.", default_with = "RelationMode::Replace")]
        mode: RelationMode,
        #[graphql(desc = "Only say what would change.", default = false)] dry_run: bool,
    ) -> Result<PermissionPayload> {
        Checked(&ctx.api().limits).text("login", &login)?;
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|CustomerUserGroupInput { group, permissions }| entry(group, None, permissions))
            .collect();
        let how = how(ctx, mode, dry_run);
        let editor = ctx.editor()?;
        payload(ctx, retry_deadlocks(|| editor.set_groups(Relation::Person, &login, &entries, how)).await).await
    }

    /// Changes which customer users have permissions of their own in a group. An entry without permissions takes them away. REPLACE also
    /// clears every customer user who is not named. For administrators only.
    async fn group_set_customer_users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Exact name of the group.")] group: String,
        #[graphql(desc = "One for each customer user; at most 10,000.")] entries: Vec<GroupCustomerUserInput>,
        #[graphql(desc = "How they go together with what is stored.", default_with = "RelationMode::Replace")]
        mode: RelationMode,
        #[graphql(desc = "Only say what would change.", default = false)] dry_run: bool,
    ) -> Result<PermissionPayload> {
        let entries: Vec<Entry> = entries
            .into_iter()
            .map(|GroupCustomerUserInput { login, permissions }| entry(login, None, permissions))
            .collect();
        check_names(ctx, "login", &entries)?;
        let how = how(ctx, mode, dry_run);
        let editor = ctx.editor()?;
        payload(ctx, retry_deadlocks(|| editor.set_members(Relation::Person, &group, &entries, how)).await).await
    }

    /// Changes the additional customers of a customer user; the own customer is not named here. For administrators only.
    async fn customer_user_set_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Username.")] login: String,
        #[graphql(desc = "CustomerIDs; at most 10,000.")] customer_ids: Vec<String>,
        #[graphql(desc = "How they go together with what is stored.", default_with = "RelationMode::Replace")]
        mode: RelationMode,
        #[graphql(desc = "Only say what would change.", default = false)] dry_run: bool,
    ) -> Result<PermissionPayload> {
        let checked = Checked(&ctx.api().limits);
        checked.text("login", &login)?;
        for id in &customer_ids {
            checked.text("customerIds", id)?;
        }
        let how = how(ctx, mode, dry_run);
        let editor = ctx.editor()?;
        payload(ctx, retry_deadlocks(|| editor.set_customers(&login, &customer_ids, how)).await).await
    }
}

fn entry(name: String, context: Option<PermissionContext>, permissions: Vec<PermissionKey>) -> Entry {
    let keys = permissions.into_iter().map(|key| key.0).collect();
    Entry { name, context: context.map_or("", PermissionContext::stored), keys }
}

fn check_names(ctx: &Context<'_>, argument: &str, entries: &[Entry]) -> Result<()> {
    let checked = Checked(&ctx.api().limits);
    entries.iter().try_for_each(|entry| checked.text(argument, &entry.name).map(drop))
}

fn how(ctx: &Context<'_>, mode: RelationMode, dry_run: bool) -> How {
    How { mode: mode.into(), dry_run, with_impact: Selection::of(ctx).has("impact") }
}

async fn payload(ctx: &Context<'_>, outcome: Outcome<Impact>) -> Result<PermissionPayload> {
    Ok(match told(outcome)? {
        Err(user_errors) => PermissionPayload { impact: None, user_errors },
        Ok(found) => PermissionPayload { impact: Some(impact(ctx, found).await?), user_errors: Vec::new() },
    })
}

async fn impact(ctx: &Context<'_>, impact: Impact) -> Result<PermissionImpact> {
    ctx.tell_missing(&impact.missing);
    let selection = Selection::of(ctx).below("impact").below("changes").below("customerUser");
    let columns = customer_user_columns(&selection, &ctx.api().display);
    let mut logins: Vec<CustomerUserByLogin> =
        impact.changes.iter().map(|(login, _)| CustomerUserByLogin(login.clone(), columns)).collect();
    logins.dedup();
    let people = ctx.find_all(logins).await?.into_iter().flatten();
    let people: HashMap<String, CustomerUser> =
        people.map(|person| (person.login.clone(), CustomerUser(person))).collect();
    let reference = ctx.store().reference().await?;
    let names = &ctx.store().rules().permission.keys;
    let changes = impact.changes.into_iter().filter_map(|(login, change)| {
        Some(PermissionImpactChange {
            customer_user: people.get(&login)?.clone(),
            group: Group(reference.groups().get(change.group_id)?.clone()),
            gained: keys(names.configured_in(change.gained)),
            lost: keys(names.configured_in(change.lost)),
        })
    });
    let count = |people: usize| i32::try_from(people).unwrap_or(i32::MAX);
    Ok(PermissionImpact {
        gaining_count: count(impact.gaining),
        losing_count: count(impact.losing),
        changes: changes.collect(),
    })
}
