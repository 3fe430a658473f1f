//! Global ids: the type of a record and its key, opaque to clients.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What a global id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GlobalId {
    /// A customer, by its id.
    Customer(String),
    /// A customer user, by login.
    CustomerUser(String),
    /// A group, by number.
    Group(i32),
    /// A queue, by number.
    Queue(i32),
    /// An agent, by number.
    Agent(i32),
    /// A ticket, by number in the database.
    Ticket(i64),
    /// An article, by number.
    Article(i64),
    /// A ticket state, by number.
    TicketState(i32),
    /// A ticket priority, by number.
    TicketPriority(i32),
    /// A data source, by name.
    DataSource(String),
    /// An API token, by number.
    ApiToken(i64),
    /// A change, by number.
    Change(i64),
}

impl GlobalId {
    /// The id as clients see it.
    pub fn encode(&self) -> ID {
        let text = match self {
            Self::Customer(id) => format!("Customer:{id}"),
            Self::CustomerUser(login) => format!("CustomerUser:{login}"),
            Self::Group(id) => format!("Group:{id}"),
            Self::Queue(id) => format!("Queue:{id}"),
            Self::Agent(id) => format!("Agent:{id}"),
            Self::Ticket(id) => format!("Ticket:{id}"),
            Self::Article(id) => format!("Article:{id}"),
            Self::TicketState(id) => format!("TicketState:{id}"),
            Self::TicketPriority(id) => format!("TicketPriority:{id}"),
            Self::DataSource(name) => format!("DataSource:{name}"),
            Self::ApiToken(id) => format!("ApiToken:{id}"),
            Self::Change(id) => format!("Change:{id}"),
        };
        ID(URL_SAFE_NO_PAD.encode(text))
    }

    /// What an id of a client stands for; `None` for a text that is no id of ours, which then names nothing.
    pub fn decode(id: &ID) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id.as_bytes()).ok()?).ok()?;
        let (kind, key) = text.split_once(':')?;
        let known = match kind {
            "Customer" => Self::Customer(key.to_owned()),
            "CustomerUser" => Self::CustomerUser(key.to_owned()),
            "Group" => Self::Group(key.parse().ok()?),
            "Queue" => Self::Queue(key.parse().ok()?),
            "Agent" => Self::Agent(key.parse().ok()?),
            "Ticket" => Self::Ticket(key.parse().ok()?),
            "Article" => Self::Article(key.parse().ok()?),
            "TicketState" => Self::TicketState(key.parse().ok()?),
            "TicketPriority" => Self::TicketPriority(key.parse().ok()?),
            "DataSource" => Self::DataSource(key.to_owned()),
            "ApiToken" => Self::ApiToken(key.parse().ok()?),
            "Change" => Self::Change(key.parse().ok()?),
            _ => return None,
        };
        Some(known).filter(|_| !key.contains('\0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_for_what_it_was_made_of() {
        for id in
            [GlobalId::Customer("müller: & söhne".into()), GlobalId::Ticket(7), GlobalId::DataSource("Database".into())]
        {
            assert_eq!(GlobalId::decode(&id.encode()), Some(id));
        }
    }

    #[test]
    fn a_text_that_is_no_id_stands_for_nothing() {
        for text in ["", "acme", "Customer:acme", "Q3VzdG9tZXI", "VGlja2V0Ong"] {
            assert_eq!(GlobalId::decode(&ID(text.into())), None, "{text}");
        }
    }
}
