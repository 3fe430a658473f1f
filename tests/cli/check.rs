//! The command `check` explains what it finds: each case has its finding, its reason, what to do, and the line that sums up.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use migration::own_table_names;

use crate::desk::{Desk, Told};

/// Asserts the exit code, the last line, and that all these texts come in this order.
fn assert_told(told: &Told, code: i32, summary: &str, texts: &[&str]) {
    assert_eq!((told.code, told.err.as_str()), (Some(code), ""), "{}", told.out);
    assert_eq!(told.out.lines().last(), Some(summary), "{}", told.out);
    let mut rest = told.out.as_str();
    for text in texts {
        let (_, behind) = rest.split_once(text).unwrap_or_else(|| panic!("`{text}` is missing in\n{}", told.out));
        rest = behind;
    }
}

#[test]
fn a_fresh_directory_has_nothing_to_mend() {
    let desk = Desk::new();
    let texts = [
        "Settings\nok       the settings are valid: the defaults (there is no deskgraph.toml here), and DESKGRAPH_HTTP__LISTEN from",
        "\n\nKeys\nok       there is no signing key in deskgraph.key yet",
        "\n\nNetwork\nok       ",
        "\n\nDatabase\nok       there is no database file deskgraph.db yet: `deskgraph serve` will make it\n",
    ];
    assert_told(&desk.run(&["check"]), 0, "nothing to mend", &texts);
    desk.write("deskgraph.db", "");
    assert_told(
        &desk.run(&["check"]),
        0,
        "nothing to mend",
        &["\nok       SQLite 3", "the database is empty: `deskgraph serve`"],
    );
    assert!(!desk.path().join("deskgraph.key").exists(), "nothing is made");
}

#[test]
fn what_is_there_is_named_in_groups() {
    let desk = Desk::filled();
    desk.write("deskgraph.toml", "[groups]\ncustomer_always_groups = [\"nobodies\"]\n");
    let texts = [
        "valid: those of deskgraph.toml, and ",
        "\n\nTables\nok       the database holds the tables of Deskgraph",
        "changes can be written",
        "queues can be read",
        "note     `groups.customer_always_groups` gives everyone the group `nobodies`, which does not exist\n",
        "         Why:   it has no effect\n         To do: make the group",
    ];
    assert_told(&desk.run(&["check"]), 0, "nothing to mend, 1 to know", &texts);
}

#[test]
fn a_folder_that_is_missing_is_made_by_nobody() {
    let desk =
        Desk::new().with("DESKGRAPH_DATABASE__URL", "sqlite://none/x.db").with("DESKGRAPH_AUTH__KEY_FILE", "nowhere/k");
    let texts = [
        "problem  `auth.key_file` is `nowhere/k`, but there is no such folder",
        "To do: make it (`mkdir -p nowhere`)",
        "problem  `database.url` names the file none/x.db, but there is no such folder",
        "To do: make it (`mkdir -p none`)",
    ];
    assert_told(&desk.run(&["check"]), 1, "2 things to mend", &texts);
}

#[test]
fn keys_that_others_can_read_or_nobody_can_use_are_told() {
    let desk = Desk::new();
    desk.write("deskgraph.key", "no key");
    assert_told(
        &desk.run(&["check"]),
        1,
        "1 thing to mend",
        &["holds no Ed25519 key", "Why:   access tokens are signed with it"],
    );
    std::fs::remove_file(desk.path().join("deskgraph.key")).expect("it can be removed");
    assert_eq!(desk.run(&["key", "list"]).code, Some(1), "there is none to list");
    deskgraph::auth::token::Keys::load_or_create(&desk.path().join("deskgraph.key")).expect("a key");
    assert_told(&desk.run(&["check"]), 0, "nothing to mend", &["the signing key in deskgraph.key can be used\n"]);
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(desk.path().join("deskgraph.key"), open).expect("its mode can be set");
    let texts =
        ["warning  the signing key in deskgraph.key can be used, and read by other users", "`chmod 600 deskgraph.key`"];
    assert_told(&desk.run(&["check"]), 0, "nothing to mend, 1 to look at", &texts);
}

#[test]
fn an_address_that_cannot_be_listened_at_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let desk = Desk::new().with("DESKGRAPH_HTTP__LISTEN", &address);
    let texts = [
        &format!("problem  `http.listen` is {address}, where another program listens already"),
        "Why:",
        "To do: stop that",
    ];
    assert_told(&desk.run(&["check"]), 1, "1 thing to mend", &texts);
    // An address that is set aside for documents (RFC 5737), so that no machine has it.
    let desk = desk.with("DESKGRAPH_HTTP__LISTEN", "192.0.2.1:8080");
    let texts =
        ["problem  `http.listen` is 192.0.2.1:8080, which is no address of this machine", "note     ", "without TLS"];
    assert_told(&desk.run(&["check"]), 1, "1 thing to mend, 1 to know", &texts);
}

#[test]
fn a_server_that_runs_already_is_no_problem() {
    let desk = Desk::filled();
    let mut server =
        desk.program(&["serve"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the server starts");
    let mut out = std::io::BufReader::new(server.stdout.take().expect("a pipe"));
    let mut address = String::new();
    while !address.starts_with("Deskgraph answers at http://") {
        address.clear();
        assert!(std::io::BufRead::read_line(&mut out, &mut address).expect("text") > 0, "the server goes on");
    }
    let address =
        address.trim().trim_start_matches("Deskgraph answers at http://").trim_end_matches("/graphql").to_owned();
    let told = desk.with("DESKGRAPH_HTTP__LISTEN", &address).run(&["check"]);
    server.kill().expect("the server can be ended");
    server.wait().expect("the server ends");
    assert_told(
        &told,
        0,
        "nothing to mend",
        &[&format!("ok       `http.listen` is {address}, where a Deskgraph answers already")],
    );
}

#[test]
fn a_limit_on_files_is_told() {
    let desk = Desk::new();
    let program = desk.program(&["check"]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 64; exec \"$0\" check"]).arg(program.get_program()).current_dir(desk.path());
    limited.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let out = String::from_utf8(limited.output().expect("it runs").stdout).expect("text");
    assert!(
        out.contains("note     the system lets this user open 64 files, and `http.max_connections` needs 16448"),
        "{out}"
    );
}

#[test]
fn a_database_server_that_is_not_there_is_told_with_its_address() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    for (scheme, server) in [("postgres", "PostgreSQL"), ("mysql", "MariaDB"), ("mariadb", "MariaDB")] {
        let url = format!("{scheme}://ann:s3cret@127.0.0.1:{port}/desk");
        let desk = Desk::new().with("DESKGRAPH_DATABASE__URL", &url).with("DESKGRAPH_DATABASE__CONNECT_TIMEOUT", "1s");
        let told = desk.run(&["check"]);
        let texts = [
            "cannot be opened: nothing answers at 127.0.0.1:",
            "(Connection refused",
            "Why:   without its database",
            &format!("To do: see that {server} runs there"),
        ];
        assert_told(&told, 1, "1 thing to mend", &texts);
        let other = desk.run(&["migrate"]);
        assert_eq!((other.code, other.err.lines().count()), (Some(1), 1), "{other:?}");
        assert!(other.err.contains("nothing answers at") && other.err.contains("; see that"), "{other:?}");
        assert!(!told.out.contains("s3cret") && !other.err.contains("s3cret"), "{told:?} {other:?}");
    }
}

#[test]
fn an_address_of_a_database_that_makes_no_sense_does_not_tell_its_password() {
    for url in ["postgres://ann:s3cret@127.0.0.1:s3cret/desk", "mysql://ann:s3cret@127.0.0.1:port/desk?s3cret"] {
        let told = Desk::new().with("DESKGRAPH_DATABASE__URL", url).run(&["check"]);
        assert_told(
            &told,
            1,
            "1 thing to mend",
            &["cannot be opened: the address is not understood", "Why:", "To do: write it as"],
        );
        assert!(!told.out.contains("s3cret"), "{}", told.out);
    }
}

#[test]
fn a_file_that_is_no_database_is_told() {
    let desk = Desk::new();
    desk.write("deskgraph.db", &"This is a letter. ".repeat(100));
    let texts = ["cannot be opened: ", "Why:", "To do: deskgraph.db is something else than a database of SQLite"];
    assert_told(&desk.run(&["check"]), 1, "1 thing to mend", &texts);
}

#[tokio::test]
async fn half_a_help_desk_is_left_alone() {
    let desk = Desk::new();
    desk.write("deskgraph.db", "");
    desk.execute(&["CREATE TABLE ticket (id INTEGER)"]).await;
    let texts =
        ["problem  the database has some tables of a help desk, but not `valid`", "Why:   nothing is made or changed"];
    assert_told(&desk.run(&["check"]), 1, "1 thing to mend", &texts);
}

/// Lets the tables look like those of OTOBO 11.
async fn let_be_otobo(desk: &Desk) {
    let drops: Vec<String> = own_table_names().iter().map(|table| format!("DROP TABLE {table}")).collect();
    let drops: Vec<&str> = drops.iter().map(String::as_str).collect();
    desk.execute(&drops).await;
    desk.execute(&["DROP TABLE deskgraph_migration", "CREATE TABLE article_data_otobo_chat (id INTEGER)"]).await;
}

async fn give_setting(desk: &Desk, id: u32, name: &str, value: &str) {
    let sql = format!(
        "INSERT INTO sysconfig_default (id, name, description, navigation, is_invisible, is_readonly, is_required, is_valid, has_configlevel,
            user_modification_possible, user_modification_active, xml_content_raw, xml_content_parsed, xml_filename, effective_value, is_dirty,
            exclusive_lock_guid, create_time, create_by, change_time, change_by)
         VALUES ({id}, '{name}', '', '', 0, 0, 0, 1, 0, 0, 0, '', '', '', '--- {value}', 0, '', '2026-01-01', 1, '2026-01-01', 1)"
    );
    desk.execute(&[&sql]).await;
}

#[tokio::test]
async fn beside_another_product_its_settings_are_compared_and_what_is_missing_is_told() {
    let desk = Desk::filled();
    let_be_otobo(&desk).await;
    give_setting(&desk, 1, "CustomerGroupSupport", "1").await;
    give_setting(&desk, 2, "OTOBOTimeZone", "UTC").await;
    let texts = [
        "the tables of OTOBO 11",
        "nothing written until `deskgraph migrate` was run\n         Why:   ",
        "To do: nothing, if Deskgraph is to read only",
        "warning  these settings are others than those that OTOBO 11 has in the database:\n         Why:   who sees what",
        "`deskgraph import-settings`",
        "\n           groups.customer_group_support is false here, and true there\n",
        "Speed\nnote     these indexes would make large lists faster",
    ];
    let told = desk.run(&["check"]);
    assert_told(&told, 0, "nothing to mend, 1 to look at, 2 to know", &texts);
    assert!(!told.out.contains("database.time_zone is"), "{}", told.out);
    let told = desk.with("DESKGRAPH_GROUPS__CUSTOMER_GROUP_SUPPORT", "true").run(&["check"]);
    assert_told(&told, 0, "nothing to mend, 2 to know", &["ok       the settings go with those that OTOBO 11 has"]);
}

#[tokio::test]
async fn tickets_of_the_future_are_taken_for_a_wrong_zone() {
    let desk = Desk::filled();
    assert_told(&desk.run(&["check"]), 0, "nothing to mend", &[]);
    let newest = "UPDATE ticket SET create_time = datetime('now', '+2 hours') WHERE id = (SELECT max(id) FROM ticket)";
    desk.execute(&[newest]).await;
    let texts = [
        "warning  the newest ticket was made at ",
        "which in the zone UTC is still to come",
        "To do: set `database.time_zone`",
    ];
    assert_told(&desk.run(&["check"]), 0, "nothing to mend, 1 to look at", &texts);
    // Three hours ahead of UTC all year.
    let there = desk.with("DESKGRAPH_DATABASE__TIME_ZONE", "Europe/Istanbul");
    assert_told(&there.run(&["check"]), 0, "nothing to mend", &[]);
}

#[test]
fn a_source_that_does_not_answer_is_to_be_looked_at() {
    let desk = Desk::filled();
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    desk.write(
        "deskgraph.toml",
        &format!(
            "[[source]]\nname = \"Database\"\nkind = \"database\"\n[[source]]\nname = \"Directory\"\nkind = \"ldap\"\nurl = \"ldap://127.0.0.1:{port}\"
             [source.customer_users]\nbase = \"dc=x\"\nkey = \"uid\"\nfields = {{ first_name = \"givenName\" }}\n"
        ),
    );
    let texts = [
        "Data sources\nwarning  the data source `Directory`: it does not answer",
        "Why:   the server starts",
        "To do: compare",
    ];
    assert_told(&desk.run(&["check"]), 0, "nothing to mend, 1 to look at", &texts);
}

#[test]
fn a_setting_that_is_not_accepted_is_told_with_its_place_in_one_line() {
    let desk = Desk::new().with("DESKGRAPH_LIMITS__MAX_DEPTH", "deep");
    let told = desk.run(&["check"]);
    let expected = "deskgraph: setting `limits.max_depth`: `deep` is not accepted; expected a whole number (it was given by DESKGRAPH_LIMITS__MAX_DEPTH)\n";
    assert_eq!((told.code, told.out.as_str(), told.err.as_str()), (Some(1), "", expected));
}

#[test]
fn pages_that_are_not_there_are_told_before_a_browser_looks_for_them() {
    let desk = Desk::new();
    desk.write("deskgraph.toml", "[http]\nstatic_dir = \"dist\"\n");
    let texts = [
        "problem  `http.static_dir` is `dist`, where no `index.html` is\n",
        "         Why:   browsers would find nothing, so `serve` stops with this line\n         To do: name the folder",
    ];
    assert_told(&desk.run(&["check"]), 1, "1 thing to mend", &texts);
    let refused = desk.run(&["serve"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("where no `index.html` is: name the folder of the built pages"), "{}", refused.err);
}
