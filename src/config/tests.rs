//! What is accepted: defaults, file and environment, and which of them wins.

mod refusal;

use std::time::Duration;

use chrono::NaiveDate;

use super::*;
use crate::domain::link::{MAP_PLACEHOLDERS, Template};
use crate::domain::record::RecordKind;
use crate::domain::ticket_number::NumberGenerator;
use crate::domain::working_time::{Calendar, Hours, YearDay};

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Loads in an empty directory, so that no file of the machine is read.
fn from_environment(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let directory = tempfile::tempdir().expect("a directory");
    Config::load_in(directory.path(), None, variables(pairs))
}

#[test]
fn the_embedded_defaults_are_the_documented_ones() {
    let config = Config::parse("").expect("the defaults are accepted");

    assert_eq!(config.database.url.expose(), "sqlite://deskgraph.db");
    assert_eq!(config.database.time_zone, chrono_tz::UTC);
    assert_eq!(config.database.max_connections, 10);
    assert_eq!(config.database.connect_timeout, Duration::from_secs(5));

    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
    assert!(config.http.allowed_origins.is_empty());
    assert!(config.http.graphiql);
    assert!(config.http.introspection);
    assert!(config.http.compression);
    assert_eq!((config.http.max_connections, config.http.max_connections_per_address), (16_384, 0));
    assert_eq!(config.http.header_timeout, Duration::from_secs(10));
    assert_eq!(config.http.idle_timeout, Duration::from_secs(75));

    assert_eq!(config.auth.key_file, Path::new("deskgraph.key"));
    assert_eq!(config.auth.issuer, "deskgraph");
    assert_eq!(config.auth.audience, "deskgraph");
    assert_eq!(config.auth.access_token_ttl, Duration::from_secs(15 * 60));
    assert_eq!(config.auth.refresh_token_ttl, Duration::from_secs(30 * 86_400));
    assert_eq!(config.auth.password_hash, "argon2id");
    assert!(!config.auth.accept_plain_passwords);

    assert_eq!(config.passwords.min_size, 8);
    assert!(config.passwords.need_digit);
    assert!(!config.passwords.min_2_lower_2_upper);
    assert!(!config.passwords.min_2_characters);
    assert_eq!(config.passwords.pattern, "");
}

#[test]
fn the_embedded_defaults_of_the_help_desk_are_the_documented_ones() {
    let config = Config::parse("").expect("the defaults are accepted");

    assert!(!config.groups.customer_group_support);
    assert_eq!(config.groups.customer_always_groups, ["users"]);
    assert_eq!(config.groups.customer_company_always_groups, ["users"]);
    assert!(!config.groups.other_customers_context);
    assert_eq!(config.groups.customer_permission_keys, ["ro", "rw"]);

    assert_eq!(config.tickets.open_state_types, ["new", "open", "pending reminder"]);
    assert!(!config.tickets.disable_company_ticket_access);
    assert_eq!(config.tickets.system_id, "10");
    assert_eq!(config.tickets.number_generator, NumberGenerator::DateChecksum);
    assert_eq!(config.tickets.min_counter_size, 5);
    assert!(!config.tickets.use_formatted_counter);
    assert!(!config.tickets.services);

    assert_eq!(config.limits.default_page_size, 50);
    assert_eq!(config.limits.max_page_size, 1000);
    assert_eq!(config.limits.max_depth, 15);
    assert_eq!(config.limits.max_complexity, 20_000);
    assert_eq!(config.limits.request_timeout, Duration::from_secs(30));
    assert_eq!(config.limits.max_body_bytes, 1_048_576);
    assert_eq!(config.limits.max_search_length, 500);
    assert_eq!((config.limits.max_document_bytes, config.limits.max_tokens), (65_536, 4000));
    assert_eq!((config.limits.max_fields, config.limits.max_aliases, config.limits.max_directives), (1000, 50, 50));

    assert_eq!(config.documents.manifest, None);
    assert!(!config.documents.trusted_only);
    assert!(config.documents.automatic);
    assert_eq!(config.documents.cache_bytes, 8_388_608);

    let map = "https://www.openstreetmap.org/search?query={address}";
    assert_eq!(Ok(config.customers.map_url_template.clone()), Template::parse(map, MAP_PLACEHOLDERS));
    assert!(config.customers.links.is_empty());
    assert_eq!(config.customers.name_fields, ["title", "first_name", "last_name"]);
    assert_eq!(config.customers.name_separator, " ");
    assert_eq!(config.customers.customer_search_fields, ["customer_id", "name"]);
    let person_fields = ["login", "first_name", "last_name", "customer_id"];
    assert_eq!(config.customers.customer_user_search_fields, person_fields);

    assert!(config.hooks.after_write_command.is_empty());
    assert_eq!(config.hooks.after_write_url, None);
    assert_eq!(config.hooks.timeout, Duration::from_secs(30));

    assert_only_the_main_database(&config);
}

#[test]
fn environment_wins_over_file_and_file_over_default() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("own.toml");
    std::fs::write(&file, "[limits]\nmax_depth = 20\nmax_page_size = 200\n").expect("a file");
    let environment = variables(&[("DESKGRAPH_LIMITS__MAX_DEPTH", "30")]);

    let config = Config::load(Some(&file), environment).expect("all is accepted");

    assert_eq!(config.limits.max_depth, 30);
    assert_eq!(config.limits.max_page_size, 200);
    assert_eq!(config.limits.default_page_size, 50);
}

#[test]
fn the_file_of_the_working_directory_is_read_when_no_other_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, depth: &str| {
        let file = directory.path().join(name);
        std::fs::write(&file, format!("[limits]\nmax_depth = {depth}\n")).expect("a file");
        file
    };
    write(DEFAULT_FILE, "21");
    let (named, argument) = (write("named.toml", "22"), write("argument.toml", "23"));
    let environment = [("DESKGRAPH_CONFIG".to_owned(), named.display().to_string())];
    let depth = |file: Option<&Path>, environment: &[(String, String)]| {
        let config = Config::load_in(directory.path(), file, environment.to_vec());
        config.expect("all is accepted").limits.max_depth
    };

    assert_eq!(depth(None, &[]), 21);
    assert_eq!(depth(None, &environment), 22);
    assert_eq!(depth(Some(&argument), &environment), 23);
}

#[test]
fn every_type_of_setting_can_come_from_the_environment() {
    let config = from_environment(&[
        ("DESKGRAPH_DATABASE__URL", "postgres://ann:s3cret@db/otobo"),
        ("DESKGRAPH_DATABASE__TIME_ZONE", "Europe/Berlin"),
        ("DESKGRAPH_HTTP__GRAPHIQL", "false"),
        ("DESKGRAPH_HTTP__ALLOWED_ORIGINS", "https://a.example, https://b.example"),
        ("DESKGRAPH_GROUPS__CUSTOMER_ALWAYS_GROUPS", ""),
        ("DESKGRAPH_TICKETS__SYSTEM_ID", "54"),
        ("DESKGRAPH_LIMITS__REQUEST_TIMEOUT", "2m"),
        ("DESKGRAPH_LOG", "debug"),
        ("DESKGRAPH_RECORDED_OTOBO", "/somewhere"),
        ("DESKGRAPHIC", "another program"),
        ("PATH", "/bin"),
    ])
    .expect("all is accepted");

    assert_eq!(config.database.url.kind(), DatabaseKind::Postgres);
    assert_eq!(config.database.time_zone, chrono_tz::Europe::Berlin);
    assert!(!config.http.graphiql);
    assert_eq!(config.http.allowed_origins, ["https://a.example", "https://b.example"]);
    assert!(config.groups.customer_always_groups.is_empty());
    assert_eq!(config.tickets.system_id, "54");
    assert_eq!(config.limits.request_timeout, Duration::from_secs(120));
}

#[test]
fn links_are_read_with_the_kinds_they_are_for() {
    let text = r#"
        [[customers.links]]
        label = "Web search"
        url_template = "https://search.example/?q={name}"
        for = ["customer"]
        [[customers.links]]
        label = "Town"
        url_template = "https://town.example/{city}"
        for = ["customer", "customer_user"]
    "#;
    let links = Config::parse(text).expect("good links").customers.links;
    assert_eq!(links[0].label, "Web search");
    assert_eq!(links[0].shown_for, [RecordKind::Customer]);
    let address = links[0].url_template.fill(|name| (name == "name").then_some("Acme Inc"));
    assert_eq!(address.as_deref(), Some("https://search.example/?q=Acme%20Inc"));
    assert_eq!(links[1].shown_for, [RecordKind::Customer, RecordKind::CustomerUser]);
}

#[test]
fn the_default_working_time_is_that_of_otobo() {
    let config = Config::parse("database.time_zone = 'Europe/Berlin'").expect("a good zone");
    let calendars = config.working_time.calendars(config.database.time_zone);
    assert!(calendars.numbered.is_empty());
    let Calendar { zone, hours, vacation_days, one_time_vacation_days } = calendars.default;
    assert_eq!(zone, chrono_tz::Europe::Berlin);
    assert_eq!(hours[..5], [Hours::of(8..=20); 5]);
    assert_eq!(hours[5..], [Hours::default(); 2]);
    let days = [(1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)].map(|(month, day)| YearDay { month, day });
    assert_eq!(vacation_days, days.into());
    assert_eq!(one_time_vacation_days, NaiveDate::from_ymd_opt(2004, 1, 1).into_iter().collect());
}

#[test]
fn a_calendar_has_what_it_says_and_else_what_the_default_one_has() {
    let text = r#"
        [working_time]
        hours = { mon = "09:00-12:00, 13:00-24:00", tue = "" }
        [working_time.calendars.1]
        name = "Day and night"
        time_zone = "Europe/Berlin"
        hours = { sat = "00:00-24:00" }
        vacation_days = []
        one_time_vacation_days = ["2026-11-21"]
        [working_time.calendars.9]
        name = "As usual"
    "#;
    let working_time = Config::parse(text).expect("good calendars").working_time;
    let calendars = working_time.calendars(chrono_tz::UTC);
    let default = &calendars.default;
    assert_eq!(default.hours[0], Hours::of((9..12).chain(13..24)));
    assert_eq!(default.hours[1], Hours::default());
    assert_eq!(default.hours[2], Hours::of(8..=20));
    assert_eq!(calendars.named(Some("9")), default);
    let first = calendars.named(Some("1"));
    assert_eq!(first.zone, chrono_tz::Europe::Berlin);
    assert_eq!(first.hours[0], default.hours[0]);
    assert_eq!(first.hours[5], Hours::of(0..24));
    assert!(first.vacation_days.is_empty());
    assert_eq!(first.one_time_vacation_days, NaiveDate::from_ymd_opt(2026, 11, 21).into_iter().collect());
}

#[test]
fn a_hook_is_a_program_with_arguments_or_an_address() {
    let text = r#"
        [hooks]
        after_write_command = ["docker", "exec", "otobo_web_1", "bin/otobo.Console.pl", "Maint::Cache::Delete", ""]
        after_write_url = "https://desk.example:8443/changed?key=1"
        timeout = "2m"
    "#;
    let hooks = Config::parse(text).expect("a good hook").hooks;
    assert_eq!(hooks.after_write_command.len(), 6);
    assert_eq!(hooks.after_write_url.as_deref(), Some("https://desk.example:8443/changed?key=1"));
    assert_eq!(hooks.timeout, Duration::from_secs(120));
}

#[test]
fn without_a_source_there_is_the_database() {
    let config = Config::parse("source = []").expect("no source is accepted");
    assert_only_the_main_database(&config);
}

fn assert_only_the_main_database(config: &Config) {
    let [SourceConfig { name, kind: SourceKind::Main }] = config.sources.as_slice() else {
        panic!("{:?}", config.sources);
    };
    assert_eq!(name, "Database");
}

#[test]
fn the_debug_form_of_the_settings_has_no_password() {
    let config = Config::parse("database.url = 'postgres://ann:s3cret@db/otobo'").expect("a good address");
    assert!(!format!("{config:?}").contains("s3cret"));
}

#[test]
fn every_setting_of_the_default_file_has_a_comment_before_it() {
    let lines: Vec<&str> = DEFAULT_TEXT.lines().collect();
    let undocumented = lines.windows(2).filter(|pair| {
        let is_setting = pair[1].contains(" = ") && !pair[1].starts_with('#');
        // The entry of the list `[[source]]` is documented as a whole.
        let is_source = pair[1].starts_with("name = ") || pair[1].starts_with("kind = ");
        is_setting && !is_source && !pair[0].starts_with('#')
    });
    assert_eq!(undocumented.count(), 0);
}

#[test]
fn a_secret_of_a_source_may_come_from_the_environment() {
    let file = "[[source]]\nname = 'A'\nkind = 'database'\n[[source]]\nname = 'B'\nkind = 'ldap'\nurl = 'ldap://h'\nbind_dn = 'cn=x'\n\
                [source.customer_users]\nbase = 'b'\nkey = 'uid'";
    let with = |name: &str| {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("deskgraph.toml");
        std::fs::write(&path, file).expect("a file");
        Config::load(Some(&path), variables(&[(name, "s3cret")]))
    };
    let config = with("DESKGRAPH_SOURCE__1__BIND_PASSWORD").expect("the password is there");
    assert!(matches!(&config.sources[1].kind, SourceKind::Ldap(ldap) if ldap.bind.is_some()));
    for (name, expected) in [
        ("DESKGRAPH_SOURCE__2__BIND_PASSWORD", "the file has 2 data sources"),
        ("DESKGRAPH_SOURCE__1__BIND_PASSWROD", "there are bind_dn, bind_password"),
    ] {
        let message = with(name).expect_err("it is refused").to_string();
        assert!(message.contains(expected) && !message.contains("s3cret"), "{message}");
    }
}
