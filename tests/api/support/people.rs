//! The people of the directory that tests read: several thousand ordinary ones, and some whose names are a trap.

use std::fmt::Write;

/// The entry above all others.
pub const BASE: &str = "dc=example,dc=org";
/// How many people a directory has that belongs to one test.
pub const SMALL: usize = 60;
/// How many people the directory has that tests share.
pub const LARGE: usize = 5_000;

/// Logins that are a trap for filters, orders or both. They are below `ou=awkward`.
#[rustfmt::skip]
pub const AWKWARD: [&str; 40] = [
    "a*", "a*b", "a(b)", "a\\b", "a)(uid=*", "*", "(", ")", "\\", "Zoe", "zoe-b", "zoe_b", "zoe.b", "Anna Lena", "anna", "annab", "ANNA-B",
    "anna b c", "Ägidius", "änne", "ärmel", "Öttl", "ölaf", "über", "ß", "ssa", "1", "10", "2", "9z", "éclair", "łukasz", "жанна", "日本", "日出",
    "~tilde", "{brace}", "a'b\"c", "a,b+c", "x@example.org",
];

const FIRST_NAMES: [&str; 8] = ["Anna", "Jörg", "Björn", "Zoë", "Carla", "Dieter", "Émile", "Sören"];
const LAST_NAMES: [&str; 9] = ["Müller", "Maier", "Özil", "Schäfer", "Weiß", "Ångström", "Berg", "Łapa", "Ähren"];
const COMPANIES: [&str; 5] = ["acme", "globex", "initech", "umbrella", "hooli"];

/// The login of a person by number, from 1.
pub fn login(number: usize) -> String {
    format!("u{number:04}")
}

/// Whether a person may not sign in: every 50th.
pub fn is_locked(number: usize) -> bool {
    number.is_multiple_of(50)
}

/// The customer of a person.
pub fn company(number: usize) -> &'static str {
    COMPANIES[number % COMPANIES.len()]
}

/// The last name of a person: one half bears the same one.
pub fn last_name(number: usize) -> &'static str {
    if number.is_multiple_of(2) { LAST_NAMES[0] } else { LAST_NAMES[number % LAST_NAMES.len()] }
}

/// The directory with this many ordinary people. The password of everyone is their login.
pub fn ldif(people: usize) -> String {
    let mut text = String::new();
    entry(
        &mut text,
        BASE,
        &[("objectClass", "dcObject"), ("objectClass", "organization"), ("dc", "example"), ("o", "Example")],
    );
    let reader = [("objectClass", "organizationalRole"), ("objectClass", "simpleSecurityObject")];
    entry(
        &mut text,
        &format!("cn=reader,{BASE}"),
        &[&reader[..], &[("cn", "reader"), ("userPassword", "reader")]].concat(),
    );
    for unit in ["people", "awkward", "companies", "twins", "left", "right"] {
        let above = if ["left", "right"].contains(&unit) { format!("ou=twins,{BASE}") } else { BASE.to_owned() };
        entry(&mut text, &format!("ou={unit},{above}"), &[("objectClass", "organizationalUnit"), ("ou", unit)]);
    }
    for company in COMPANIES {
        let (name, city) = (format!("{company} Société"), ("l", "Zürich"));
        let attributes = [("objectClass", "organization"), ("o", company), ("description", &name), city];
        entry(&mut text, &format!("o={company},ou=companies,{BASE}"), &attributes);
    }
    (1..=people).for_each(|number| ordinary(&mut text, number));
    for (number, login) in AWKWARD.iter().enumerate() {
        let above = format!("ou=awkward,{BASE}");
        person(
            &mut text,
            &format!("cn=awkward {number},{above}"),
            &[("uid", login), ("sn", login), ("givenName", "Awk")],
        );
    }
    for side in ["left", "right"] {
        person(&mut text, &format!("uid=twin,ou={side},ou=twins,{BASE}"), &[("uid", "twin"), ("sn", side)]);
    }
    let elsewhere = [("objectClass", "referral"), ("objectClass", "extensibleObject"), ("cn", "elsewhere")];
    let reference = [("ref", "ldap://127.0.0.1:1/ou=people,dc=example,dc=net"), ("uid", "elsewhere")];
    entry(&mut text, &format!("cn=elsewhere,ou=people,{BASE}"), &[&elsewhere[..], &reference].concat());
    text
}

fn ordinary(text: &mut String, number: usize) {
    let login = login(number);
    let (mail, phone) = (format!("{login}@{}.example", company(number)), format!("+49 30 {number:06}"));
    let mut attributes = vec![
        ("uid", login.as_str()),
        ("givenName", FIRST_NAMES[number % FIRST_NAMES.len()]),
        ("sn", last_name(number)),
        ("mail", &mail),
        ("o", company(number)),
    ];
    if !number.is_multiple_of(3) {
        attributes.push(("telephoneNumber", &phone));
    }
    if is_locked(number) {
        attributes.push(("description", "locked"));
    }
    person(text, &format!("uid={login},ou=people,{BASE}"), &attributes);
}

fn person(text: &mut String, name: &str, attributes: &[(&str, &str)]) {
    let password = attributes.iter().find(|(attribute, _)| *attribute == "uid").map_or("", |(_, login)| login);
    let common = name.split([',', '=']).nth(1).unwrap_or(name);
    let more = [("objectClass", "inetOrgPerson"), ("cn", common), ("userPassword", password)];
    entry(text, name, &[&more[..], attributes].concat());
}

fn entry(text: &mut String, name: &str, attributes: &[(&str, &str)]) {
    use base64::Engine;
    let _ = writeln!(text, "dn: {name}");
    for (attribute, value) in attributes {
        let value = base64::engine::general_purpose::STANDARD.encode(value);
        let _ = writeln!(text, "{attribute}:: {value}");
    }
    text.push('\n');
}
