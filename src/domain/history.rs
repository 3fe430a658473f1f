//! Which rows of a ticket's history are worth telling, and to whom.

/// Who is told of something that happened to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Agents only: customer users must not even notice.
    Agents,
    /// Everyone who may read the ticket.
    Everyone,
}

/// Who is told of a row of the history, by the name of its type; `None` where nobody is. `article` says whether the article that the row is
/// about is meant for customers, `None` where it is about no article.
pub fn audience(history_type: &str, article: Option<bool>) -> Option<Audience> {
    match history_type {
        "NewTicket" | "StateUpdate" | "Move" | "PriorityUpdate" | "TitleUpdate" | "CustomerUpdate" => {
            Some(Audience::Everyone)
        }
        "OwnerUpdate" | "ResponsibleUpdate" | "Lock" | "Unlock" | "SetPendingTime" | "Merged" | "TypeUpdate"
        | "ServiceUpdate" | "SLAUpdate" | "ArchiveFlagUpdate" => Some(Audience::Agents),
        // These may name an article, but neither the ticket nor what stands in the article is different after them.
        "SendAgentNotification"
        | "TimeAccounting"
        | "Misc"
        | "LoopProtection"
        | "TicketLinkAdd"
        | "TicketLinkDelete" => None,
        _ => article.map(|is_visible| if is_visible { Audience::Everyone } else { Audience::Agents }),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("NewTicket", None, Some(Audience::Everyone))]
    #[case("StateUpdate", None, Some(Audience::Everyone))]
    #[case("OwnerUpdate", None, Some(Audience::Agents))]
    #[case("Lock", None, Some(Audience::Agents))]
    #[case("FollowUp", Some(true), Some(Audience::Everyone))]
    #[case("AddNote", Some(true), Some(Audience::Everyone))]
    #[case("AddNote", Some(false), Some(Audience::Agents))]
    #[case("AddNote", None, None)]
    #[case("ArticleOfAnotherProduct", Some(false), Some(Audience::Agents))]
    #[case("SendAgentNotification", Some(true), None)]
    #[case("TimeAccounting", Some(true), None)]
    #[case("TicketLinkAdd", None, None)]
    #[case("Subscribe", None, None)]
    fn internal_things_are_for_agents(
        #[case] history_type: &str,
        #[case] article: Option<bool>,
        #[case] expected: Option<Audience>,
    ) {
        assert_eq!(audience(history_type, article), expected);
    }
}
