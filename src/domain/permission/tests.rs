//! OTOBO's own cases for group membership, inheritance and reachable customers, by hand-made rows.

use super::*;

/// Groups 1 to 3 are valid; 4 is not.
fn groups() -> ValidGroups {
    let named = |id, name: &str| GroupName { id, name: name.into() };
    ValidGroups::new(vec![named(1, "g1"), named(2, "g2"), named(3, "g3")])
}

fn rules() -> PermissionRules {
    PermissionRules {
        keys: PermissionKeys::new(&["ro".into(), "move_into".into(), "rw".into()]),
        group_support: true,
        always_groups: Vec::new(),
        customer_always_groups: Vec::new(),
        other_customers_context: true,
    }
}

fn grant(group_id: i32, key: &str) -> Grant {
    Grant { group_id, keys: rules().keys.granted_by(key) }
}

fn person(direct: &[(i32, &str)], customers: &[(&str, &[(i32, &str)])]) -> Holder {
    let grants = |rows: &[(i32, &str)]| rows.iter().map(|(group, key)| grant(*group, key)).collect();
    Holder {
        direct: grants(direct),
        customers: customers
            .iter()
            .map(|(id, rows)| HeldByCustomer { customer_id: (*id).into(), grants: grants(rows) })
            .collect(),
    }
}

fn held(rules: &PermissionRules, person: &Holder, key: &str) -> Vec<i32> {
    let key = rules.keys.one(key).expect("a known key");
    groups_with(&effective_permissions(rules, &groups(), person), key)
}

#[test]
fn a_stored_key_grants_itself_and_nothing_else() {
    let person = person(&[(1, "ro")], &[]);
    assert_eq!(held(&rules(), &person, "ro"), [1]);
    assert!(held(&rules(), &person, "move_into").is_empty());
    assert!(held(&rules(), &person, "rw").is_empty());
}

#[test]
fn a_stored_rw_grants_every_key() {
    let person = person(&[(1, "rw")], &[]);
    for key in ["ro", "move_into", "create", "owner", "priority", "rw"] {
        assert_eq!(held(&rules(), &person, key), [1], "{key}");
    }
}

#[test]
fn an_invalid_group_is_in_no_answer() {
    assert!(held(&rules(), &person(&[(4, "rw")], &[("c", &[(4, "rw")])]), "ro").is_empty());
}

#[test]
fn a_person_holds_what_each_of_their_customers_holds() {
    let person = person(&[(1, "ro"), (2, "ro")], &[("c", &[(3, "rw")]), ("d", &[(2, "rw")])]);
    assert_eq!(held(&rules(), &person, "rw"), [2, 3]);
    assert_eq!(held(&rules(), &person, "ro"), [1, 2, 3]);
}

#[test]
fn each_way_of_holding_a_permission_is_a_source_of_its_own() {
    let person = person(&[(1, "ro")], &[("c", &[(1, "rw")]), ("d", &[(1, "move_into")])]);
    let rules =
        PermissionRules { always_groups: vec!["g1".into()], customer_always_groups: vec!["g1".into()], ..rules() };
    let found = effective_permissions(&rules, &groups(), &person);
    let sources: Vec<_> = found[0]
        .sources
        .iter()
        .map(|source| (source.kind, source.customer_id.as_deref(), rules.keys.configured_in(source.keys)))
        .collect();
    let keys = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        sources,
        [
            (SourceKind::CustomerUser, None, keys(&["ro"])),
            (SourceKind::Customer, Some("c"), keys(&["ro", "move_into", "rw"])),
            (SourceKind::Customer, Some("d"), keys(&["move_into"])),
            (SourceKind::AlwaysGroup, None, keys(&["ro", "move_into", "rw"])),
            (SourceKind::CustomerAlwaysGroup, None, keys(&["ro", "move_into", "rw"])),
        ]
    );
}

#[test]
fn always_groups_give_every_key_to_everyone_even_to_unknown_logins() {
    let rules = PermissionRules { always_groups: vec!["g1".into()], ..rules() };
    assert_eq!(held(&rules, &Holder::default(), "rw"), [1]);
}

#[test]
fn an_always_group_that_does_not_exist_or_is_invalid_is_ignored() {
    let rules = PermissionRules { always_groups: vec!["nowhere".into(), "g4".into()], ..rules() };
    assert!(held(&rules, &Holder::default(), "ro").is_empty());
}

#[test]
fn the_groups_of_every_customer_count_only_for_those_who_have_a_customer() {
    let rules = PermissionRules { customer_always_groups: vec!["g2".into()], ..rules() };
    assert_eq!(held(&rules, &person(&[], &[("c", &[])]), "rw"), [2]);
    assert!(held(&rules, &person(&[], &[]), "rw").is_empty());
}

#[test]
fn without_group_support_every_valid_group_is_open() {
    let rules = PermissionRules { group_support: false, ..rules() };
    assert_eq!(held(&rules, &Holder::default(), "priority"), [1, 2, 3]);
}

#[test]
fn a_customer_passes_on_its_own_grants_and_the_groups_of_every_customer() {
    let rules =
        PermissionRules { always_groups: vec!["g3".into()], customer_always_groups: vec!["g2".into()], ..rules() };
    let customer = HeldByCustomer { customer_id: "c".into(), grants: vec![grant(1, "ro")] };
    let found = customer_permissions(&rules, &groups(), customer);
    assert_eq!(groups_with(&found, rules.keys.one("ro").unwrap()), [1, 2]);
}

#[test]
fn rows_are_sorted_by_the_name_of_the_group_whatever_its_case() {
    let named = |id, name: &str| GroupName { id, name: name.into() };
    let groups = ValidGroups::new(vec![named(1, "Zeta"), named(2, "alpha"), named(3, "Beta")]);
    let found =
        effective_permissions(&PermissionRules { group_support: false, ..rules() }, &groups, &Holder::default());
    assert_eq!(found.iter().map(|row| row.group_id).collect::<Vec<_>>(), [2, 3, 1]);
}

#[test]
fn an_explanation_names_the_ways_or_the_obstacle() {
    let rules = rules();
    let found = effective_permissions(&rules, &groups(), &person(&[(1, "ro")], &[]));
    let key = |name| rules.keys.one(name).unwrap();
    assert_eq!(explain(&found, 1, key("ro")).unwrap()[0].kind, SourceKind::CustomerUser);
    assert_eq!(explain(&found, 1, key("rw")), Err(Obstacle::WeakerPermissionOnly));
    assert_eq!(explain(&found, 2, key("ro")), Err(Obstacle::NotAssigned));
}

fn row(customer: &str, group_id: i32, key: &str) -> CustomerGrant {
    CustomerGrant { customer_id: customer.into(), grant: grant(group_id, key) }
}

/// The ids reached with `c` as own customer, which holds `other` for tickets of other customers.
fn reached(other: &[CustomerGrant], same: &[CustomerGrant]) -> Vec<String> {
    let reaching = reaching_groups(&rules(), &groups(), other);
    customer_access(&rules(), &["c".into()], &reaching, same).into_iter().map(|access| access.customer_id).collect()
}

#[test]
fn the_own_customer_is_always_reached() {
    assert_eq!(reached(&[], &[]), ["c"]);
}

#[test]
fn other_customers_are_reached_in_groups_where_both_hold_ro() {
    let same =
        [row("c", 1, "ro"), row("c2", 1, "move_into"), row("c3", 1, "ro"), row("c4", 1, "rw"), row("c5", 2, "ro")];
    assert_eq!(reached(&[row("c", 1, "ro")], &same), ["c", "c3", "c4"]);
    assert_eq!(reached(&[row("c", 1, "rw")], &same), ["c", "c3", "c4"]);
    assert_eq!(reached(&[row("c", 1, "move_into")], &same), ["c"]);
}

#[test]
fn an_own_customer_can_be_reached_directly_and_through_a_group() {
    let found = customer_access(&rules(), &["C".into()], &[1], &[row("c", 1, "ro")]);
    assert_eq!(found, [CustomerAccess { customer_id: "C".into(), is_direct: true, group_ids: vec![1] }]);
}

#[test]
fn other_customers_are_out_of_reach_while_the_context_or_group_support_is_off() {
    for rules in [
        PermissionRules { other_customers_context: false, ..rules() },
        PermissionRules { group_support: false, ..rules() },
    ] {
        assert!(reaching_groups(&rules, &groups(), &[row("c", 1, "rw")]).is_empty());
    }
}

#[test]
fn own_and_additional_customers_are_listed_once_whatever_their_case() {
    assert_eq!(customer_ids("acme", &["ACME".into(), "globex".into()]), ["acme", "globex"]);
    assert_eq!(customer_ids("", &["globex".into()]), ["globex"]);
}
