//! What is refused, and in which words.

use std::path::Path;

use rstest::rstest;

use super::from_environment;
use crate::config::Config;

/// The message that refuses a text.
fn refusal(text: &str) -> String {
    let message = Config::parse(text).expect_err("the text is refused").to_string();
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

#[test]
fn a_named_file_that_is_missing_is_an_error() {
    let error = Config::load(Some(Path::new("/nowhere/own.toml")), []).expect_err("there is no such file");
    assert!(error.to_string().starts_with("configuration file `/nowhere/own.toml` cannot be read: "), "{error}");
}

#[rstest]
#[case("DESKGRAPH_LIMIT__MAX_DEPTH", "3")]
#[case("DESKGRAPH_LIMITS_MAX_DEPTH", "3")]
#[case("DESKGRAPH_limits__max_depth", "3")]
#[case("DESKGRAPH_", "3")]
#[case("DESKGRAPH_SOURCE", "Database")]
#[case("DESKGRAPH_CUSTOMERS__LINKS", "x")]
#[case("DESKGRAPH_DATABASE_URL", "postgres://ann:s3cret@db/otobo")]
fn a_variable_like_ours_that_is_no_setting_is_refused_by_name(#[case] name: &str, #[case] value: &str) {
    let message = from_environment(&[(name, value)]).expect_err("no setting").to_string();
    assert!(message.starts_with(&format!("`{name}` is not a setting; ")), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}

#[rstest]
#[case(
    "DESKGRAPH_LIMITS__MAX_DEPTH",
    "deep",
    "setting `limits.max_depth`: `deep` is not accepted; expected a whole number"
)]
#[case("DESKGRAPH_HTTP__GRAPHIQL", "yes", "setting `http.graphiql`: `yes` is not accepted; expected `true` or `false`")]
#[case(
    "DESKGRAPH_LIMITS__MAX_PAGE_SIZE",
    "0",
    "setting `limits.max_page_size`: `0` is not accepted; expected a whole number from 1 to 10000"
)]
fn a_bad_value_from_the_environment_is_refused(#[case] name: &str, #[case] value: &str, #[case] expected: &str) {
    assert_eq!(from_environment(&[(name, value)]).expect_err("bad").to_string(), expected);
}

#[rstest]
#[case(
    "[limit]\nmax_depth = 3",
    "`limit` is not a setting; there are auth, customers, database, documents, groups, hooks, http, limits, passwords, source, telemetry, tickets, working_time"
)]
#[case(
    "[database]\nurls = 'x'",
    "`database.urls` is not a setting; in `[database]` there are connect_timeout, max_connections, time_zone, url"
)]
#[case(
    "[Limits]\nmax_depth = 3",
    "`Limits` is not a setting; there are auth, customers, database, documents, groups, hooks, http, limits, passwords, source, telemetry, tickets, working_time"
)]
#[case(
    "[[source]]\nname = 'A'\nkind = 'database'\nhost = 'b'",
    "`source[0].host` is not a setting; in `[source[0]]` there are bind_dn, bind_password, bind_password_file, ca_file, cache_ttl, customer_users, customers, kind, max_connections, name, size_limit, start_tls, timeout, url"
)]
fn an_unknown_setting_is_refused_with_the_names_that_exist(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(refusal(text), expected);
}

#[rstest]
#[case("limits = 3", "setting `limits`: `3` is not accepted; expected a section `[limits]`")]
#[case("[limits]\nmax_depth = '3'", "setting `limits.max_depth`: `3` is not accepted; expected a whole number")]
#[case("[limits]\nmax_depth = 3.5", "setting `limits.max_depth`: `3.5` is not accepted; expected a whole number")]
#[case("[limits]\nmax_depth = true", "setting `limits.max_depth`: `true` is not accepted; expected a whole number")]
#[case("[http]\ngraphiql = 1", "setting `http.graphiql`: `1` is not accepted; expected `true` or `false`")]
#[case("[tickets]\nsystem_id = 10", "setting `tickets.system_id`: `10` is not accepted; expected a text in quotes")]
#[case("[http]\nallowed_origins = 'x'", "setting `http.allowed_origins`: `x` is not accepted; expected a list")]
#[case(
    "[groups]\ncustomer_always_groups = [1]",
    "setting `groups.customer_always_groups`: `[1]` is not accepted; expected a list of texts in quotes"
)]
#[case("source = ['A']", "setting `source[0]`: `A` is not accepted; expected a table, written as `[[source]]`")]
#[case(
    "[[source]]\nname = 5\nkind = 'database'",
    "setting `source[0].name`: `5` is not accepted; expected a text in quotes"
)]
#[case("[[source]]\nname = 'A'", "setting `source[0].kind`: `(nothing)` is not accepted; expected a value")]
fn a_value_of_the_wrong_type_is_refused(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(refusal(text), expected);
}

#[rstest]
#[case("database.time_zone", "'Mars/Base'", "a time zone such as `UTC` or `Europe/Berlin`")]
#[case("database.max_connections", "0", "a whole number from 1 to 1000")]
#[case("database.max_connections", "-1", "a whole number from 1 to 1000")]
#[case("database.connect_timeout", "'1h'", "a duration from 1s to 5m")]
#[case("http.listen", "'localhost'", "an IP address and port such as `127.0.0.1:8080`")]
#[case("http.max_connections", "0", "a whole number from 1 to 1000000")]
#[case("http.max_header_bytes", "100", "a whole number from 8192 to 262144")]
#[case("http.header_timeout", "'11m'", "a duration from 1s to 10m")]
#[case("http.idle_timeout", "'0s'", "a duration such as `30s`, `15m`, `1h` or `30d`")]
#[case("auth.issuer", "' '", "a text that is not empty and has no control characters")]
#[case("auth.key_file", "''", "a text that is not empty and has no control characters")]
#[case("auth.access_token_ttl", "'15'", "a duration such as `30s`, `15m`, `1h` or `30d`")]
#[case("auth.refresh_token_ttl", "'500d'", "a duration from 1s to 365d")]
#[case("auth.attempts_per_account", "-1", "a whole number from 0 to 1000")]
#[case("auth.longest_wait", "'30s'", "a duration from 1m to 1d")]
#[case("auth.password_hash", "'plain'", "one of argon2id, bcrypt, sha2, sha512, sha1, apr1, md5, crypt")]
#[case("passwords.min_size", "0", "a whole number from 1 to 128")]
#[case("passwords.min_size", "129", "a whole number from 1 to 128")]
#[case("passwords.pattern", "'('", "a regular expression, or an empty text for none")]
#[case("tickets.system_id", "'1a'", "one to ten digits in quotes, such as \"10\"")]
#[case("tickets.number_generator", "'random'", "one of date_checksum, date, auto_increment")]
#[case("tickets.min_counter_size", "0", "a whole number from 1 to 20")]
#[case("working_time.hours", "'08:00-21:00'", "a table, which stands in the file")]
#[case("limits.max_page_size", "10001", "a whole number from 1 to 10000")]
#[case("limits.max_depth", "0", "a whole number from 1 to 100")]
#[case("limits.max_complexity", "0", "a whole number from 1 to 100000000")]
#[case("limits.max_document_bytes", "100", "a whole number from 1024 to 1048576")]
#[case("limits.max_tokens", "10", "a whole number from 100 to 100000")]
#[case("limits.max_fields", "0", "a whole number from 1 to 100000")]
#[case("limits.max_aliases", "-1", "a whole number from 0 to 10000")]
#[case("limits.max_directives", "10001", "a whole number from 0 to 10000")]
#[case("documents.cache_bytes", "1", "a whole number from 65536 to 1073741824")]
#[case("documents.trusted_only", "true", "`false`, or a manifest of the documents to run as `documents.manifest`")]
#[case("limits.request_timeout", "'2h'", "a duration from 1s to 1h")]
#[case("limits.max_body_bytes", "10", "a whole number from 1024 to 67108864")]
#[case("limits.max_search_length", "501", "a whole number from 1 to 500")]
#[case(
    "customers.map_url_template",
    "'https://m.example/'",
    "an http or https address with the placeholder `{address}`"
)]
#[case(
    "customers.map_url_template",
    "'javascript:{address}'",
    "an http or https address with placeholders in braces: an absolute http or https address, with placeholders only behind the host"
)]
#[case(
    "customers.map_url_template",
    "'https://m.example/{address}/{pw}'",
    "an http or https address with placeholders in braces: there is no placeholder `{pw}`"
)]
fn an_impossible_value_is_refused(#[case] setting: &str, #[case] value: &str, #[case] expected: &str) {
    let message = refusal(&format!("{setting} = {value}"));
    let value = value.trim_matches('\'');
    assert_eq!(message, format!("setting `{setting}`: `{value}` is not accepted; expected {expected}"));
}

#[rstest]
#[case("http.allowed_origins = ['https://a.example/']", "http.allowed_origins")]
#[case("http.trusted_proxies = ['10.0.0.0/33']", "http.trusted_proxies")]
#[case("http.trusted_proxies = ['proxy.example']", "http.trusted_proxies")]
#[case("groups.customer_always_groups = ['a', 'a']", "groups.customer_always_groups")]
#[case("groups.customer_company_always_groups = ['']", "groups.customer_company_always_groups")]
#[case("groups.customer_permission_keys = ['ro']", "groups.customer_permission_keys")]
#[case("groups.customer_permission_keys = ['RO', 'ro', 'rw']", "groups.customer_permission_keys")]
#[case("groups.customer_permission_keys = ['rw']", "groups.customer_permission_keys")]
#[case("tickets.open_state_types = []", "tickets.open_state_types")]
#[case("tickets.open_state_types = ['opened']", "tickets.open_state_types")]
#[case("tickets.open_state_types = ['open', 'open']", "tickets.open_state_types")]
#[case("customers.name_fields = ['pw']", "customers.name_fields")]
#[case("customers.name_separator = \"\\n\"", "customers.name_separator")]
#[case("customers.customer_search_fields = ['comments']", "customers.customer_search_fields")]
#[case("customers.customer_user_search_fields = []", "customers.customer_user_search_fields")]
#[case("limits.default_page_size = 1001", "limits.default_page_size")]
#[case("auth.refresh_token_ttl = '1m'", "auth.refresh_token_ttl")]
fn an_impossible_list_or_combination_is_refused_by_name(#[case] text: &str, #[case] setting: &str) {
    let message = refusal(text);
    assert!(message.starts_with(&format!("setting `{setting}`: `")), "{message}");
}

#[test]
fn the_largest_page_may_be_as_small_as_the_default_page() {
    let config = Config::parse("limits.max_page_size = 50").expect("equal is accepted");
    assert_eq!(config.limits.max_page_size, config.limits.default_page_size);
    assert!(refusal("limits.max_page_size = 49").contains("no more than `limits.max_page_size`, which is 49"));
}

#[rstest]
#[case(
    "label = 'A', url_template = 'https://a.example/{login}', for = ['customer', 'customer_user']",
    "there is no placeholder `{login}`"
)]
#[case(
    "label = 'A', url_template = 'ftp://a.example/', for = ['customer']",
    "`url_template` to be an http or https address"
)]
#[case("label = 'A', url_template = 'https://a.example/', for = []", "`for` to be a list of")]
#[case("label = 'A', url_template = 'https://a.example/', for = ['agent']", "`for` to be a list of")]
#[case("label = 'A', url_template = 'https://a.example/', for = 'customer'", "a list of texts in quotes")]
#[case("label = '', url_template = 'https://a.example/', for = ['customer']", "a text that is not empty")]
#[case("label = 'A', url_template = 'https://a.example/'", "a value")]
#[case("label = 'A', url = 'https://a.example/', for = ['customer']", "there are label, url_template, for")]
fn a_bad_link_is_refused_by_place(#[case] link: &str, #[case] reason: &str) {
    let message = refusal(&format!("customers.links = [{{ {link} }}]"));
    assert!(message.contains("`customers.links[0]") && message.contains(reason), "{message}");
}

#[rstest]
#[case(
    "hours.mon = '8-20'",
    "hours.mon`: `8-20` is not accepted; expected full hours such as `08:00-12:00, 13:00-17:00`"
)]
#[case("hours.mon = '08:00-08:00'", "hours.mon`: `08:00-08:00` is not accepted")]
#[case("hours.mon = '08:30-17:00'", "hours.mon`: `08:30-17:00` is not accepted")]
#[case(
    "vacation_days = ['02-30']",
    "vacation_days`: `[02-30]` is not accepted; expected a list of month and day such as `12-24`"
)]
#[case("vacation_days = ['1-1']", "vacation_days`: `[1-1]` is not accepted")]
#[case(
    "one_time_vacation_days = ['12-24']",
    "one_time_vacation_days`: `[12-24]` is not accepted; expected a list of dates such as `2026-12-24`"
)]
#[case("hours.mon = 8", "hours.mon`: `8` is not accepted; expected a text in quotes")]
#[case("hours.monday = ''", "hours.monday` is not a setting")]
#[case("calendars.0.name = 'Zero'", "calendars.0` is not a setting; calendars have numbers from 1 to 9")]
#[case("calendars.10.name = 'Ten'", "calendars.10` is not a setting; calendars have numbers from 1 to 9")]
#[case("calendars.1 = 'One'", "calendars.1`: `One` is not accepted; expected a section `[working_time.calendars.1]`")]
#[case(
    "calendars.1.zone = 'UTC'",
    "calendars.1.zone` is not a setting; in `[working_time.calendars.1]` there are hours, name,"
)]
#[case("calendars.1.time_zone = 'UTC'", "calendars.1.name`: `(nothing)` is not accepted; expected a value")]
#[case(
    "calendars.1 = { name = 'One', time_zone = 'Mars' }",
    "calendars.1.time_zone`: `Mars` is not accepted; expected a time zone"
)]
#[case(
    "calendars.1 = { name = 'One', hours = { sun = 'x' } }",
    "calendars.1.hours.sun`: `x` is not accepted; expected full hours"
)]
#[case(
    "calendars.1 = { name = 'One', vacation_days = ['x'] }",
    "calendars.1.vacation_days`: `[x]` is not accepted; expected a list of month"
)]
fn working_time_that_cannot_be_is_refused_by_place(#[case] text: &str, #[case] expected: &str) {
    let message = refusal(&format!("[working_time]\n{text}"));
    assert!(message.contains(&format!("`working_time.{expected}")), "{message}");
}

#[test]
fn a_source_has_a_name_of_its_own() {
    let source = "[[source]]\nname = 'A'\nkind = 'database'\n";
    assert_eq!(Config::parse(source).expect("one source").sources.len(), 1);
    assert_eq!(
        refusal(&source.repeat(2)),
        "setting `source[1].name`: `A` is not accepted; expected a name that no other source has"
    );
}

#[rstest]
#[case("kind = 'file'", "source[1].kind`: `file` is not accepted; expected `database` or `ldap`")]
#[case("kind = 'ldap'", "source[1].url`: `(nothing)` is not accepted")]
#[case("kind = 'ldap'\nurl = 'ldap://h'", "source[1]`: `B` is not accepted; expected a table `[source.customers]`")]
#[case(
    "kind = 'ldap'\nurl = 'postgres://u:s3cret@db/x'",
    "source[1].url`: `...` is not accepted; expected an address that begins with ldap:// or ldaps://"
)]
#[case("kind = 'ldap'\nurl = 'ldaps://h'\nstart_tls = true", "source[1].start_tls`: `true` is not accepted")]
#[case(
    "kind = 'ldap'\nurl = 'ldap://h'\nsize_limit = 0\n[source.customers]\nbase='b'\nkey='o'",
    "source[1].size_limit`: `0`"
)]
#[case(
    "kind = 'ldap'\nurl = 'ldap://h'\ntimeout = 'x'\n[source.customers]\nbase='b'\nkey='o'",
    "source[1].timeout`: `x`"
)]
#[case(
    "kind = 'ldap'\nurl = 'ldap://h'\nbind_dn = 'cn=x'\n[source.customers]\nbase='b'\nkey='o'",
    "source[1].bind_dn`: `cn=x`"
)]
#[case("kind = 'ldap'\nurl = 'ldap://h'\n[source.customers]\nbase='b'", "source[1].customers.key`: `(nothing)`")]
#[case(
    "kind = 'ldap'\nurl = 'ldap://h'\n[source.customers]\nbase='b'\nkey='o'\nscope='x'",
    "source[1].customers.scope`: `x`"
)]
#[case(
    "kind = 'database'",
    "source`: `2 sources of kind `database` without `url`` is not accepted; expected exactly one"
)]
#[case("kind = 'database'\nurl = 's3cret'\n[source.customers]\ntable = 't'", "source[1].url`: `...` is not accepted")]
#[case("kind = 'database'\nurl = 'sqlite:x'\n[source.customers]", "source[1].customers.table`: `(nothing)`")]
fn a_source_that_cannot_be_is_refused(#[case] text: &str, #[case] expected: &str) {
    let message = refusal(&format!("[[source]]\nname = 'A'\nkind = 'database'\n[[source]]\nname = 'B'\n{text}"));
    assert!(message.starts_with(&format!("setting `{expected}")), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}

#[rstest]
#[case("start_tls = false", "start_tls`: `false`")]
#[case("ca_file = '/ca.pem'", "ca_file`: `/ca.pem`")]
#[case("bind_dn = 'cn=x'", "bind_dn`: `cn=x`")]
#[case("bind_password = 's3cret'", "bind_password`: `...`")]
#[case("bind_password_file = '/pw'", "bind_password_file`: `/pw`")]
#[case("size_limit = 5", "size_limit`: `5`")]
#[case("cache_ttl = '5s'", "cache_ttl`: `5s`")]
#[case("customers.base = 'b'", "customers.base`: `b`")]
#[case("customers.scope = 'sub'", "customers.scope`: `sub`")]
#[case("customer_users.filter = 'active = 1'", "customer_users.filter`: `active = 1`")]
#[case("customers.valid_filter = 'x'", "customers.valid_filter`: `x`")]
#[case("customers.search = ['a', 'b']", "customers.search`: `a, b`")]
fn what_a_database_does_not_have_is_refused(#[case] setting: &str, #[case] expected: &str) {
    let database = "kind = 'database'\nurl = 'sqlite:x'\ncustomers.table = 't'\ncustomer_users.table = 't'";
    let message = refusal(&format!("[[source]]\nname = 'A'\n{database}\n{setting}"));
    let has = match expected.starts_with("customer") {
        true => "a table of a database has only fields, key, table, valid",
        false => {
            "a source of kind `database` has only customer_users, customers, kind, max_connections, name, timeout, url"
        }
    };
    assert_eq!(message, format!("setting `source[0].{expected} is not accepted; expected nothing: {has}"));
}

#[rstest]
#[case("customers.table = 't'", "customers.table`: `t`")]
#[case("customers.valid = 'active'", "customers.valid`: `active`")]
fn what_a_directory_does_not_have_is_refused(#[case] setting: &str, #[case] expected: &str) {
    let directory = "kind = 'ldap'\nurl = 'ldap://h'\ncustomers.base = 'b'\ncustomers.key = 'k'";
    let message = refusal(&format!("[[source]]\nname = 'A'\n{directory}\n{setting}"));
    let has = "a source of kind `ldap` has only base, fields, filter, key, scope, search, valid_filter";
    assert_eq!(message, format!("setting `source[0].{expected} is not accepted; expected nothing: {has}"));
}

#[rstest]
#[case("start_tls = true", "start_tls`: `true`")]
#[case("bind_password = 's3cret'", "bind_password`: `...`")]
#[case("timeout = '5s'", "timeout`: `5s`")]
#[case("max_connections = 3", "max_connections`: `3`")]
#[case("cache_ttl = '5s'", "cache_ttl`: `5s`")]
#[case("customers.table = 't'", "customers`: `(a table)`")]
fn the_main_database_has_no_more_than_its_name_and_kind(#[case] setting: &str, #[case] expected: &str) {
    let message = refusal(&format!("[[source]]\nname = 'A'\nkind = 'database'\n{setting}"));
    let reason = "without `url` the source is the main database, which has only kind, name";
    assert_eq!(message, format!("setting `source[0].{expected} is not accepted; expected nothing: {reason}"));
}

#[rstest]
#[case("kind = 'ldap'\nurl = 'ldap://h'\ncustomers = { base = 'b', key = 'k' }")]
#[case("kind = 'database'\nurl = 'sqlite:x'\ncustomers.table = 't'")]
fn a_source_is_waited_for_a_minute_at_most(#[case] source: &str) {
    let text = |timeout: &str| {
        let main = "[[source]]\nname = 'A'\nkind = 'database'";
        format!("{main}\n[[source]]\nname = 'B'\n{source}\ntimeout = '{timeout}'")
    };
    for timeout in ["1s", "60s", "1m"] {
        Config::parse(&text(timeout)).expect("it is accepted");
    }
    for timeout in ["61s", "2m"] {
        let expected =
            format!("setting `source[1].timeout`: `{timeout}` is not accepted; expected a duration from 1s to 60s");
        assert_eq!(refusal(&text(timeout)), expected);
    }
}

#[rstest]
#[case("[[source]]\nname = 'A'\nkind = 'ldap'\nurl = 'ldap://h'\nbind_password = 3", "source[0].bind_password`: `...`")]
#[case("[[source]]\nnaem = 'A'", "source[0].naem")]
#[case(
    "[[source]]\nname = 'A'\n[source.customer_users.fields]\nshoe_size = 'x'",
    "source[0].customer_users.fields.shoe_size"
)]
#[case("[[source]]\nname = 'A'\n[source.customer_users]\nsearch = 'uid'", "source[0].customer_users.search`: `uid`")]
fn what_no_source_has_is_refused_by_its_place(#[case] text: &str, #[case] expected: &str) {
    let message = refusal(text);
    assert!(message.contains(expected) && !message.contains("s3cret"), "{message}");
}

#[rstest]
#[case("database.url = 'oracle://ann:s3cret@db/otobo'", "`oracle:...`")]
#[case("database.url = 's3cret'", "`...`")]
#[case("database.url = ['postgres://ann:s3cret@db/otobo']", "`...`")]
#[case("database.url = 'postgres://ann:s3cret@db/otobo", "line 1")]
#[case("database.url = 'postgres://ann:s3cret@db/otobo'\ndatabase.url = 's3cret'", "line 2")]
#[case("[database.url]\npostgres = 's3cret'", "`...`")]
fn a_refused_database_url_does_not_show_its_password(#[case] text: &str, #[case] shown: &str) {
    let message = refusal(text);
    assert!(message.contains(shown) && !message.contains("s3cret"), "{message}");
}

#[test]
fn a_text_that_is_not_toml_is_refused_with_its_line() {
    assert!(
        refusal("[limits]\nmax_depth = = 3")
            .starts_with("configuration file `(text)` is not valid TOML: line 2, column ")
    );
}

#[test]
fn a_long_value_is_shortened_and_kept_on_one_line() {
    let message = refusal(&format!("auth.password_hash = \"{}\\n\"", "x".repeat(500)));
    assert!(message.len() < 300, "{message}");
    assert!(refusal("auth.password_hash = \"a\\nb\"").contains("`a b`"));
}

#[rstest]
#[case("after_write_command = ['']", "hooks.after_write_command")]
#[case("after_write_command = [' ', 'x']", "hooks.after_write_command")]
#[case("after_write_command = [\"sh\", \"a\\u0000b\"]", "hooks.after_write_command")]
#[case("after_write_command = 'sh'", "hooks.after_write_command")]
#[case("after_write_url = 'desk.example'", "hooks.after_write_url")]
#[case("after_write_url = 'ftp://desk.example/'", "hooks.after_write_url")]
#[case("after_write_url = 'file:///etc/passwd'", "hooks.after_write_url")]
#[case("timeout = '0s'", "hooks.timeout")]
#[case("timeout = '2h'", "hooks.timeout")]
fn a_hook_that_cannot_be_is_refused(#[case] text: &str, #[case] setting: &str) {
    let message = refusal(&format!("[hooks]\n{text}"));
    assert!(message.starts_with(&format!("setting `{setting}`: ")), "{message}");
}
