//! Views, escalation and the scope of customer users, with a clock that stands still.

use super::*;
use crate::domain::permission::{EffectivePermission, PermissionRules};
use crate::domain::permission_key::PermissionKeys;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000, 0).expect("a time")
}

#[test]
fn a_time_counts_as_reached_a_full_minute_later() {
    let ends = |seconds_ago: i32| EscalationTimes { solution: 1_000_000 - seconds_ago, ..EscalationTimes::default() };
    assert!(!ends(30).nearest(now()).unwrap().is_escalated);
    assert!(ends(60).nearest(now()).unwrap().is_escalated);
}

#[test]
fn the_nearest_running_escalation_is_told_and_zero_is_none() {
    let times = EscalationTimes { first_response: 0, update: 500, solution: 400 };
    assert_eq!(times.nearest(now()).map(|escalation| escalation.kind), Some(EscalationKind::Solution));
    assert_eq!(EscalationTimes::default().nearest(now()), None);
    assert_eq!(pending_until(0), None);
}

#[test]
fn open_and_closed_add_up_to_all() {
    let state = |is_open, is_reminder| StateCount { is_open, is_reminder, total: 2, escalated: 1, time_reached: 1 };
    let mut counts = TicketCounts::default();
    counts.add(state(true, false));
    counts.add(state(true, true));
    counts.add(state(false, false));
    assert_eq!(counts, TicketCounts { open: 4, closed: 2, escalated: 3, reminder: 2, reminder_reached: 1, total: 6 });
}

fn rules() -> PermissionRules {
    PermissionRules {
        keys: PermissionKeys::new(&["ro".into(), "rw".into()]),
        group_support: true,
        always_groups: Vec::new(),
        customer_always_groups: Vec::new(),
        other_customers_context: true,
    }
}

/// `jdoe` of `c` with `ro` in group 1, reaching `d` in groups 1 and 2.
fn scope(company_tickets: bool) -> TicketScope {
    let rules = rules();
    let permissions = [EffectivePermission { group_id: 1, keys: rules.keys.granted_by("ro"), sources: Vec::new() }];
    let same_context = [(1, "d".to_owned()), (2, "d".to_owned())];
    let reach = CustomerUserReach {
        permissions: &permissions,
        customer_ids: &["c".to_owned()],
        reaching: &[1, 2],
        same_context: &same_context,
    };
    TicketScope::of_customer_user(&rules, company_tickets, "jdoe", &reach)
}

fn ticket(group_id: i32, customer: Option<&str>, login: Option<&str>) -> TicketPlace {
    TicketPlace {
        group_id,
        owner_id: 1,
        customer_id: customer.map(Into::into),
        customer_user_login: login.map(Into::into),
    }
}

#[test]
fn own_tickets_and_those_of_own_customers_are_seen_in_held_groups() {
    assert!(scope(true).contains(&ticket(1, None, Some("JDoe"))));
    assert!(scope(true).contains(&ticket(1, Some("C"), Some("someone"))));
    assert!(!scope(true).contains(&ticket(2, Some("c"), Some("jdoe"))));
    assert!(!scope(true).contains(&ticket(1, Some("x"), None)));
}

#[test]
fn tickets_of_other_customers_are_seen_only_where_the_group_is_held_too() {
    assert!(scope(true).contains(&ticket(1, Some("d"), None)));
    assert!(!scope(true).contains(&ticket(2, Some("d"), None)));
}

#[test]
fn with_company_tickets_off_only_own_ones_are_seen() {
    assert!(scope(false).contains(&ticket(1, Some("c"), Some("jdoe"))));
    assert!(!scope(false).contains(&ticket(1, Some("c"), Some("someone"))));
    assert!(!scope(false).contains(&ticket(1, Some("d"), None)));
}

#[test]
fn an_agent_sees_the_queues_of_their_groups_and_what_they_own() {
    let scope = TicketScope::Agent { group_ids: vec![1], agent_id: 7 };
    assert!(scope.contains(&ticket(1, None, None)));
    assert!(!scope.contains(&ticket(2, None, None)));
    assert!(scope.contains(&TicketPlace { owner_id: 7, ..ticket(2, None, None) }));
}
