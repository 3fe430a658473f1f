//! Root fields for groups, queues and the permission matrix.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use futures_util::FutureExt;

use crate::domain::access::Action;
use crate::domain::filter::TextFilter;
use crate::domain::search::Search;
use crate::domain::text::fold;
use crate::domain::validity::Validity;
use crate::error::{Error, Result};
use crate::graphql::context::ContextExt;
use crate::graphql::filter::{Checked, CustomerUserFilter, GroupFilter};
use crate::graphql::object::customer_user::CustomerUser;
use crate::graphql::object::group::Group;
use crate::graphql::object::permission::keys;
use crate::graphql::object::queue::Queue;
use crate::graphql::page::{Connection, PageArguments, PageInfo, list_cost, page_cost, usual};
use crate::graphql::scalar::PermissionKey;
use crate::graphql::selection::{Selection, customer_user_columns};
use crate::loader::StoredPermissionsOf;
use crate::source::customer_user::{CustomerUserList, CustomerUserSort};
use crate::store::page::{Entries, KeyValue, Wanted};
use crate::store::reference::{Named, Reference};

/// Root fields for groups and queues.
#[derive(Default)]
pub struct GroupQuery;

/// A rectangle of effective permissions for reports: customer users by groups.
#[derive(SimpleObject)]
pub struct PermissionMatrix {
    /// The columns, by name: the groups asked for, or else all valid ones.
    groups: Vec<Group>,
    /// The rows, by username.
    rows: Vec<PermissionMatrixRow>,
    /// Where the page of rows stands in the list.
    page_info: PageInfo,
}

/// What one customer user may do in each of the groups.
#[derive(SimpleObject)]
pub struct PermissionMatrixRow {
    /// The person.
    customer_user: CustomerUser,
    /// The configured permissions in effect, in the order of groups.
    cells: Vec<Vec<PermissionKey>>,
}

#[Object]
impl GroupQuery {
    /// A group by its exact name; null where there is none for the viewer.
    async fn group(&self, ctx: &Context<'_>, #[graphql(desc = "The name.")] name: String) -> Option<Result<Group>> {
        find_group(ctx, &name).await.transpose()
    }

    /// The groups that exist for the viewer, by name: all for agents, those they hold a permission in for customer users.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "What must hold.")] filter: Option<GroupFilter>,
    ) -> Result<Connection<Group>> {
        let viewer = ctx.viewer()?;
        let page = PageArguments::forward(first, after).check(&ctx.api().limits)?;
        let (name, validity) = Checked(&ctx.api().limits).group_filter(filter)?;
        let reference = ctx.store().reference().await?;
        let is_meant = |group: &&Arc<Named>| {
            viewer.sees_group(group.id) && validity.contains(&group.validity) && fits(&group.name, &name)
        };
        let found: Vec<&Arc<Named>> = reference.groups().all().iter().filter(is_meant).collect();
        let total = found.len() as i64;
        let sorted = found.into_iter().map(|group| (place_of(group), Arc::clone(group)));
        let entries = Entries { total: Some(total), ..Entries::of_sorted(("groups", false), sorted, &page)? };
        Ok(Connection::new(entries, Group))
    }

    /// A queue by its exact full name; null where there is none for the viewer.
    async fn queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The full name, its parts joined by `::`.")] name: String,
    ) -> Option<Result<Queue>> {
        find_queue(ctx, &name).await.transpose()
    }

    /// The valid queues that exist for the viewer, by name: all for agents, those of their groups for customer users.
    #[graphql(complexity = "list_cost(usual::NAMES, child_complexity)")]
    async fn queues(&self, ctx: &Context<'_>) -> Result<Vec<Queue>> {
        let viewer = ctx.viewer()?;
        let reference = ctx.store().reference().await?;
        Ok(reference.queues().valid().filter(|queue| viewer.sees_group(queue.parent_id)).cloned().map(Queue).collect())
    }

    /// Effective permissions of many customer users at once, by username. For administrators only.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn permission_matrix(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which customer users; all valid ones where nothing is given.")] filter: Option<
            CustomerUserFilter,
        >,
        #[graphql(desc = "Names of the groups that make the columns; all valid ones where nothing is given.")]
        groups: Option<Vec<String>>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Option<Result<PermissionMatrix>> {
        matrix(ctx, filter, groups, PageArguments::forward(first, after)).await.map(Some).transpose()
    }
}

async fn find_group(ctx: &Context<'_>, name: &str) -> Result<Option<Group>> {
    let viewer = ctx.viewer()?;
    let reference = ctx.store().reference().await?;
    Ok(reference.groups().named(name).filter(|group| viewer.sees_group(group.id)).cloned().map(Group))
}

async fn find_queue(ctx: &Context<'_>, name: &str) -> Result<Option<Queue>> {
    let viewer = ctx.viewer()?;
    let reference = ctx.store().reference().await?;
    Ok(reference.queues().named(name).filter(|queue| viewer.sees_group(queue.parent_id)).cloned().map(Queue))
}

/// Where a group stands in lists: by its name as people read it.
fn place_of(group: &Named) -> Vec<KeyValue> {
    vec![KeyValue::Text(group.name.to_uppercase()), KeyValue::Text(group.name.clone())]
}

fn fits(name: &str, filter: &TextFilter) -> bool {
    let name = fold(name);
    let TextFilter { eq, any_of, contains, starts_with, is_empty } = filter;
    eq.as_ref().is_none_or(|text| fold(text) == name)
        && any_of.as_ref().is_none_or(|all| all.iter().any(|text| fold(text) == name))
        && contains.as_ref().is_none_or(|text| name.contains(&fold(text)))
        && starts_with.as_ref().is_none_or(|text| name.starts_with(&fold(text)))
        && is_empty.is_none_or(|wanted| name.is_empty() == wanted)
}

async fn matrix(
    ctx: &Context<'_>,
    filter: Option<CustomerUserFilter>,
    groups: Option<Vec<String>>,
    page: PageArguments,
) -> Result<PermissionMatrix> {
    let viewer = ctx.viewer()?;
    ctx.allows(Action::ReadMatrix)?;
    let reference = ctx.store().reference().await?;
    let columns = matrix_groups(&reference, groups)?;
    let selection = Selection::of(ctx);
    let list = CustomerUserList {
        search: Search::Everything,
        filter: Checked(&ctx.api().limits).customer_user_filter(filter)?,
        sort: (CustomerUserSort::Login, false),
        page: page.check(&ctx.api().limits)?,
        wanted: Wanted {
            columns: customer_user_columns(&selection.below("rows").below("customerUser"), &ctx.api().display),
            items: true,
            total: false,
        },
    };
    let people = ctx.reader()?.sources.customer_users(viewer, &list).boxed().await?;
    ctx.tell_missing(&people.missing);
    let page_info = PageInfo::of(&people);
    let found = ctx
        .find_all(people.items.iter().map(|(_, person)| StoredPermissionsOf(person.login.clone())).collect())
        .await?;
    let names = &ctx.store().rules().permission.keys;
    let rows = people.items.into_iter().zip(found).map(|((_, person), found)| {
        let held = |group: &Arc<Named>| {
            let row = found.as_ref().and_then(|found| found.1.iter().find(|row| row.group_id == group.id));
            keys(names.configured_in(row.map(|row| row.keys).unwrap_or_default()))
        };
        PermissionMatrixRow { cells: columns.iter().map(held).collect(), customer_user: CustomerUser::from(person) }
    });
    let rows = rows.collect();
    Ok(PermissionMatrix { groups: columns.into_iter().map(Group).collect(), rows, page_info })
}

fn matrix_groups(reference: &Reference, names: Option<Vec<String>>) -> Result<Vec<Arc<Named>>> {
    let Some(names) = names else { return Ok(reference.groups().valid().cloned().collect()) };
    if let Some(unknown) = names.iter().find(|name| reference.groups().named(name).is_none()) {
        return Err(Error::bad_input(format!("there is no group `{unknown}`: give names that `groups` lists")));
    }
    let is_meant = |group: &&Arc<Named>| names.contains(&group.name) && group.validity == Validity::Valid;
    Ok(reference.groups().all().iter().filter(is_meant).cloned().collect())
}
