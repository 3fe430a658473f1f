//! Bars of long commands: on a terminal they are there, and where output goes elsewhere there is nothing of them.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::desk::Desk;

const BAR: [char; 2] = ['█', '░'];

/// Runs a command whose standard error is a terminal: its exit code, and what was on the terminal.
fn on_a_terminal(desk: &Desk, arguments: &[&str]) -> (Option<i32>, String) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).expect("it is ours");
    unlockpt(&ours).expect("it can be used");
    let name = ptsname(&ours, Vec::new()).expect("it has a name");
    let name = name.to_str().expect("text").to_owned();
    let theirs = File::options().read(true).write(true).open(name).expect("it can be opened");
    let mut program = desk.program(arguments);
    program.env("TERM", "xterm").env_remove("NO_COLOR").stdout(Stdio::null()).stderr(theirs);
    let mut running = program.spawn().expect("the program runs");
    // The other end stays open for as long as this holds it.
    drop(program);
    let mut seen = Vec::new();
    let mut terminal = File::from(ours);
    let mut piece = [0; 4096];
    // Reading fails when nobody has the other end any more.
    while let Ok(length @ 1..) = terminal.read(&mut piece) {
        seen.extend_from_slice(&piece[..length]);
    }
    (running.wait().expect("the program ends").code(), String::from_utf8_lossy(&seen).into_owned())
}

#[test]
fn a_terminal_shows_how_far_tables_and_demo_data_are() {
    let desk = Desk::new();
    let (code, seen) = on_a_terminal(&desk, &["migrate"]);
    assert!(code == Some(0) && seen.contains("tables") && seen.contains("/14") && seen.contains(BAR), "{seen:?}");
    let (code, seen) = on_a_terminal(&desk, &["demo"]);
    assert!(!seen.contains("0/0"), "{seen:?}");
    assert!(code == Some(0) && seen.contains("tickets") && seen.contains("/900") && seen.contains(BAR), "{seen:?}");
}

#[test]
fn a_pipe_gets_no_bar() {
    let desk = Desk::new();
    for (arguments, beginning) in
        [(["migrate"], "The tables are up to date: 14 steps"), (["demo"], "\nAccounts of the demo data")]
    {
        let told = desk.run(&arguments);
        assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
        assert!(told.out.starts_with(beginning) && !told.out.contains(BAR), "{told:?}");
    }
}

#[test]
fn quiet_commands_print_nothing_but_why_they_could_not() {
    let desk = Desk::new();
    for arguments in [["migrate", "--quiet"], ["demo", "--quiet"]] {
        let told = desk.run(&arguments);
        assert_eq!((told.code, told.out.as_str(), told.err.as_str()), (Some(0), "", ""), "{arguments:?}");
    }
    let fresh = Desk::new();
    assert_eq!(on_a_terminal(&fresh, &["migrate", "--quiet"]), (Some(0), String::new()));
    assert_eq!(on_a_terminal(&fresh, &["demo", "--quiet"]), (Some(0), String::new()));
    let again = desk.run(&["demo", "--quiet"]);
    assert_eq!((again.code, again.out.as_str(), again.err.lines().count()), (Some(1), "", 1), "{again:?}");
    assert_eq!(desk.run(&["migrate", "--quiet", "--status"]).code, Some(2));
}
