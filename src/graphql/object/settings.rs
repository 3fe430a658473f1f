//! What clients may know of the configuration.

use async_graphql::SimpleObject;

use crate::domain::country;
use crate::domain::rules::Rules;
use crate::graphql::page::list_cost;
use crate::graphql::scalar::PermissionKey;
use crate::graphql::settings::Limits;

use super::address::Country;
use super::permission::keys;
use super::ticket::TicketStateType;

/// What clients may know of the configuration.
#[derive(SimpleObject)]
pub struct Settings {
    /// Whether groups count for customers; when off, every valid group is open to every customer user.
    customer_group_support: bool,
    /// Groups that every customer user holds.
    customer_always_groups: Vec<String>,
    /// Groups that every customer holds.
    customer_company_always_groups: Vec<String>,
    /// Whether the OTHER_CUSTOMERS context counts.
    other_customers_context: bool,
    /// The permissions that customers and customer users can be given, in order.
    customer_permission_keys: Vec<PermissionKey>,
    /// State types that count as open.
    open_state_types: Vec<TicketStateType>,
    /// Entries that a list without first and last holds; first and last may ask for up to maxPageSize.
    default_page_size: i32,
    /// The most entries that first or last may ask for.
    max_page_size: i32,
    /// The countries of ISO 3166-1, by name.
    #[graphql(complexity = "list_cost(country::all().len(), child_complexity)")]
    countries: Vec<Country>,
}

impl Settings {
    /// The settings of this server.
    pub fn new(rules: &Rules, limits: &Limits) -> Self {
        let permission = &rules.permission;
        let size = |size: u64| i32::try_from(size).unwrap_or(i32::MAX);
        Self {
            customer_group_support: permission.group_support,
            customer_always_groups: permission.always_groups.clone(),
            customer_company_always_groups: permission.customer_always_groups.clone(),
            other_customers_context: permission.other_customers_context,
            customer_permission_keys: keys(permission.keys.configured_names().to_vec()),
            open_state_types: rules.open_state_types.iter().copied().map(TicketStateType::from).collect(),
            default_page_size: size(limits.default_page_size),
            max_page_size: size(limits.max_page_size),
            countries: country::all().iter().map(Country::from).collect(),
        }
    }
}
