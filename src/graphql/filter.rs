//! Filters, orders and searches as clients send them, checked and made into what the domain understands.

use async_graphql::{Enum, InputObject};
use chrono::{DateTime, Utc};

use crate::domain;
use crate::domain::search::{Search, SearchError};
use crate::error::{Error, Result};
use crate::source::customer::CustomerSort;
use crate::source::customer_user::CustomerUserSort;
use crate::store::ticket_query::TicketSort;

use super::settings::Limits;

pub use super::object::ticket::{TicketStateType, TicketView};

/// Whether a record is in use. Nothing is ever deleted; validity switches it off.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::domain::validity::Validity")]
pub enum Validity {
    /// In use.
    Valid,
    /// Switched off.
    Invalid,
    /// Switched off for some time.
    InvalidTemporarily,
}

/// Which way a list is sorted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderDirection {
    /// The smallest, first or oldest in front.
    Asc,
    /// The greatest, last or newest in front.
    Desc,
}

/// Conditions on a text, compared without regard to case. All that is given must hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct StringFilter {
    /// It is exactly this.
    pub eq: Option<String>,
    /// It is one of these; at most 500.
    #[graphql(name = "in")]
    pub any_of: Option<Vec<String>>,
    /// It holds this somewhere; nothing in it is a wildcard.
    pub contains: Option<String>,
    /// It begins with this; nothing in it is a wildcard.
    pub starts_with: Option<String>,
    /// True: it is empty or missing. False: it is neither.
    pub is_empty: Option<bool>,
}

/// Conditions on an instant. All that is given must hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct DateTimeFilter {
    /// At or after this.
    pub since: Option<DateTime<Utc>>,
    /// Before this.
    pub before: Option<DateTime<Utc>>,
}

/// Conditions on customers. All that is given must hold. Without validity, lists hold valid records only.
#[derive(InputObject, Clone, Debug, Default)]
pub struct CustomerFilter {
    /// On the CustomerID.
    pub customer_id: Option<StringFilter>,
    /// On the name.
    pub name: Option<StringFilter>,
    /// On the city.
    pub city: Option<StringFilter>,
    /// On the country as stored.
    pub country: Option<StringFilter>,
    /// One of these; valid ones only where nothing is given.
    pub validity: Option<Vec<Validity>>,
    /// Kept in the data source of this name.
    pub data_source: Option<String>,
    /// Customers with at least one such ticket that the viewer may read.
    pub has_tickets: Option<TicketView>,
    /// On when the record was last changed.
    pub changed_at: Option<DateTimeFilter>,
}

/// Conditions on customer users. All that is given must hold. Without validity, lists hold valid records only.
#[derive(InputObject, Clone, Debug, Default)]
pub struct CustomerUserFilter {
    /// On the username.
    pub login: Option<StringFilter>,
    /// On the e-mail address.
    pub email: Option<StringFilter>,
    /// On the first name.
    pub first_name: Option<StringFilter>,
    /// On the last name.
    pub last_name: Option<StringFilter>,
    /// On the CustomerID of the own customer.
    pub customer_id: Option<StringFilter>,
    /// On the city.
    pub city: Option<StringFilter>,
    /// On the country as stored.
    pub country: Option<StringFilter>,
    /// One of these; valid ones only where nothing is given.
    pub validity: Option<Vec<Validity>>,
    /// Kept in the data source of this name.
    pub data_source: Option<String>,
    /// People with at least one such ticket that the viewer may read.
    pub has_tickets: Option<TicketView>,
    /// On when the record was last changed.
    pub changed_at: Option<DateTimeFilter>,
}

/// Conditions on groups. All that is given must hold. Without validity, lists hold valid groups only.
#[derive(InputObject, Clone, Debug, Default)]
pub struct GroupFilter {
    /// On the name.
    pub name: Option<StringFilter>,
    /// One of these; valid ones only where nothing is given.
    pub validity: Option<Vec<Validity>>,
}

/// Conditions on tickets. All that is given must hold.
#[derive(InputObject, Clone, Debug, Default)]
pub struct TicketFilter {
    /// On the ticket number.
    pub number: Option<StringFilter>,
    /// On the title.
    pub title: Option<StringFilter>,
    /// In a state of one of these types.
    pub state_types: Option<Vec<TicketStateType>>,
    /// In one of the queues with these full names.
    pub queues: Option<Vec<String>>,
    /// On the CustomerID.
    pub customer_id: Option<StringFilter>,
    /// On the username of the person.
    pub customer_user_login: Option<StringFilter>,
    /// On when the ticket was made.
    pub created_at: Option<DateTimeFilter>,
    /// On when it was last changed.
    pub changed_at: Option<DateTimeFilter>,
    /// True: archived ones only. False: only others.
    pub is_archived: Option<bool>,
}

macro_rules! order {
    ($(#[$field_doc:meta])* $field:ident for $sort:ty { $($(#[$doc:meta])* $value:ident),* $(,)? }, $(#[$order_doc:meta])* $order:ident, $default:literal) => {
        $(#[$field_doc])*
        #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $field { $($(#[$doc])* $value),* }

        $(#[$order_doc])*
        #[derive(InputObject, Clone, Copy, Debug)]
        pub struct $order {
            /// What to sort by.
            pub field: $field,
            /// Which way.
            #[graphql(default_with = $default)]
            pub direction: OrderDirection,
        }

        impl $order {
            /// What to sort by, and whether the greatest comes first.
            pub fn sort(self) -> ($sort, bool) {
                (match self.field { $($field::$value => <$sort>::$value),* }, self.direction == OrderDirection::Desc)
            }
        }
    };
}

order! {
    /// What customers can be sorted by.
    CustomerOrderField for CustomerSort {
        /// The CustomerID.
        CustomerId,
        /// The name.
        Name,
        /// The city; customers without one count as having an empty one.
        City,
        /// The country as stored; customers without one count as having an empty one.
        Country,
        /// When they were made.
        CreatedAt,
        /// When they were last changed.
        ChangedAt,
    },
    /// How customers are sorted; the CustomerID breaks ties.
    CustomerOrder, "OrderDirection::Asc"
}

order! {
    /// What customer users can be sorted by.
    CustomerUserOrderField for CustomerUserSort {
        /// The username.
        Login,
        /// The first name.
        FirstName,
        /// The last name.
        LastName,
        /// The e-mail address.
        Email,
        /// The CustomerID of the own customer.
        CustomerId,
        /// When the record was made.
        CreatedAt,
        /// When it was last changed.
        ChangedAt,
    },
    /// How customer users are sorted.
    CustomerUserOrder, "OrderDirection::Asc"
}

order! {
    /// What tickets can be sorted by.
    TicketOrderField for TicketSort {
        /// The ticket number.
        Number,
        /// The title.
        Title,
        /// When they were made.
        CreatedAt,
        /// When they were last changed.
        ChangedAt,
        /// The nearest escalation; tickets without one count as earliest.
        Escalation,
        /// What they are pending until; tickets that are not pending count as earliest.
        PendingUntil,
        /// The priority.
        Priority,
    },
    /// How tickets are sorted.
    TicketOrder, "OrderDirection::Desc"
}

/// The most texts that one `in` may hold.
const MAX_IN: usize = 500;

/// Checks what clients send to look for.
#[derive(Clone, Copy)]
pub struct Checked<'a>(pub &'a Limits);

impl Checked<'_> {
    /// A search for customers.
    pub fn customer_search(self, text: Option<String>) -> Result<Search> {
        self.search(text, Search::for_customers)
    }

    /// A search for customer users.
    pub fn customer_user_search(self, text: Option<String>) -> Result<Search> {
        self.search(text, Search::for_customer_users)
    }

    fn search(self, text: Option<String>, parse: fn(&str) -> Result<Search, SearchError>) -> Result<Search> {
        let Some(text) = text else { return Ok(Search::Everything) };
        self.text("search", &text)?;
        parse(&text).map_err(|error| Error::bad_input(format!("`search` cannot be used: {error}")))
    }

    /// A text argument: not too long, and without control characters, which no stored text has and PostgreSQL refuses.
    pub fn text(self, name: &str, text: &str) -> Result<()> {
        if text.chars().count() > self.0.max_search_length {
            return Err(Error::LimitExceeded(format!(
                "`{name}` has more than {} characters: give less",
                self.0.max_search_length
            )));
        }
        domain::text::check_text(text, false)
            .map_err(|_| Error::bad_input(format!("`{name}` holds a control character: leave it out")))
    }

    fn string(self, name: &str, filter: Option<StringFilter>) -> Result<domain::filter::TextFilter> {
        let StringFilter { eq, any_of, contains, starts_with, is_empty } = filter.unwrap_or_default();
        if any_of.as_ref().is_some_and(|all| all.len() > MAX_IN) {
            return Err(Error::LimitExceeded(format!("`filter.{name}.in` has more than {MAX_IN} texts: ask in parts")));
        }
        for text in eq.iter().chain(any_of.iter().flatten()).chain(&contains).chain(&starts_with) {
            self.text(&format!("filter.{name}"), text)?;
        }
        Ok(domain::filter::TextFilter { eq, any_of, contains, starts_with, is_empty })
    }

    fn names(self, name: &str, names: Option<Vec<String>>) -> Result<Option<Vec<String>>> {
        if names.as_ref().is_some_and(|all| all.len() > MAX_IN) {
            return Err(Error::LimitExceeded(format!("`filter.{name}` has more than {MAX_IN} names: ask in parts")));
        }
        for text in names.iter().flatten() {
            self.text(&format!("filter.{name}"), text)?;
        }
        Ok(names)
    }

    /// A filter on customers.
    pub fn customer_filter(self, filter: Option<CustomerFilter>) -> Result<domain::filter::CustomerFilter> {
        let CustomerFilter { customer_id, name, city, country, validity, data_source, has_tickets, changed_at } =
            filter.unwrap_or_default();
        Ok(domain::filter::CustomerFilter {
            customer_id: self.string("customerId", customer_id)?,
            name: self.string("name", name)?,
            city: self.string("city", city)?,
            country: self.string("country", country)?,
            validity: validities(validity),
            data_source,
            has_tickets: has_tickets.map(Into::into),
            changed_at: time(changed_at),
        })
    }

    /// A filter on customer users.
    pub fn customer_user_filter(
        self,
        filter: Option<CustomerUserFilter>,
    ) -> Result<domain::filter::CustomerUserFilter> {
        let CustomerUserFilter {
            login,
            email,
            first_name,
            last_name,
            customer_id,
            city,
            country,
            validity,
            data_source,
            has_tickets,
            changed_at,
        } = filter.unwrap_or_default();
        Ok(domain::filter::CustomerUserFilter {
            login: self.string("login", login)?,
            email: self.string("email", email)?,
            first_name: self.string("firstName", first_name)?,
            last_name: self.string("lastName", last_name)?,
            customer_id: self.string("customerId", customer_id)?,
            city: self.string("city", city)?,
            country: self.string("country", country)?,
            validity: validities(validity),
            data_source,
            has_tickets: has_tickets.map(Into::into),
            changed_at: time(changed_at),
        })
    }

    /// A filter on groups: on the name, and the validities that count.
    pub fn group_filter(
        self,
        filter: Option<GroupFilter>,
    ) -> Result<(domain::filter::TextFilter, Vec<domain::validity::Validity>)> {
        let GroupFilter { name, validity } = filter.unwrap_or_default();
        Ok((
            self.string("name", name)?,
            validities(validity).unwrap_or_else(|| vec![domain::validity::Validity::Valid]),
        ))
    }

    /// A filter on tickets.
    pub fn ticket_filter(self, filter: Option<TicketFilter>) -> Result<domain::filter::TicketFilter> {
        let TicketFilter {
            number,
            title,
            state_types,
            queues,
            customer_id,
            customer_user_login,
            created_at,
            changed_at,
            is_archived,
        } = filter.unwrap_or_default();
        Ok(domain::filter::TicketFilter {
            number: self.string("number", number)?,
            title: self.string("title", title)?,
            state_types: state_types.map(|types| types.into_iter().map(Into::into).collect()),
            queues: self.names("queues", queues)?,
            customer_id: self.string("customerId", customer_id)?,
            customer_user_login: self.string("customerUserLogin", customer_user_login)?,
            created_at: time(created_at),
            changed_at: time(changed_at),
            is_archived,
        })
    }
}

fn validities(given: Option<Vec<Validity>>) -> Option<Vec<domain::validity::Validity>> {
    given.map(|all| all.into_iter().map(Into::into).collect())
}

fn time(filter: Option<DateTimeFilter>) -> domain::filter::TimeFilter {
    let DateTimeFilter { since, before } = filter.unwrap_or_default();
    domain::filter::TimeFilter { since, before }
}
