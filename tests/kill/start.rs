//! Starts that cannot be: one line says why and what to do, and the exit code is not 0.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::place::Place;
use crate::server::refused_start;

/// How long a start may take that cannot be.
const PATIENCE: Duration = Duration::from_secs(20);

/// The one line that a start says which cannot be.
async fn complaint(place: &Place) -> String {
    let began = Instant::now();
    let (code, said) = refused_start(place).await;
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    assert_eq!(code, Some(1), "{said}");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with('{')).collect();
    assert_eq!(lines.len(), 1, "{said}");
    lines[0].to_owned()
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    for url in
        ["postgres://desk:s3cret@127.0.0.1:1/desk", "mysql://desk:s3cret@127.0.0.1:1/desk", "sqlite:///nowhere/desk.db"]
    {
        let mut place = Place::file();
        url.clone_into(&mut place.url);
        let said = complaint(&place).await;
        assert!(said.contains("database.url") && !said.contains("s3cret"), "{said}");
    }
}

#[tokio::test]
async fn a_password_that_the_database_refuses_is_said_and_not_told() {
    let Some(mut place) = Place::on_server().await else {
        return println!("skipped: TEST_DATABASE_URL names no database server");
    };
    let url = place.url.clone();
    let authority = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address");
    let host = authority.rsplit('@').next().expect("a host");
    place.url = url.replacen(authority, &format!("nobody:s3cret@{host}"), 1);
    let said = complaint(&place).await;
    assert!(said.contains("database.url") && !said.contains("s3cret"), "{said}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let place = Place::file();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let (code, said) = crate::server::refused_start_at(&place, &address).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("http.listen") && said.contains(&address), "{said}");
}

#[tokio::test]
async fn a_key_file_that_holds_no_key_is_named_and_left_alone() {
    let place = Place::file();
    let key = place.folder.path().join("deskgraph.key");
    std::fs::write(&key, "no key").expect("a file");
    let said = complaint(&place).await;
    assert!(said.contains("auth.key_file"), "{said}");
    assert_eq!(std::fs::read_to_string(&key).expect("a file"), "no key");
}

#[tokio::test]
async fn a_setting_that_cannot_be_is_named_with_what_can() {
    let place = Place::file();
    place.configure("[limits]\nmax_depth = 0\n");
    let said = complaint(&place).await;
    assert!(said.contains("limits.max_depth") && said.contains("from 1 to 100"), "{said}");
}

#[tokio::test]
async fn a_folder_that_nobody_may_write_to_is_said() {
    let place = Place::file();
    let folder = place.folder.path();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o555)).expect("the mode can be set");
    if std::fs::write(folder.join("probe"), "").is_ok() {
        return println!("skipped: this account may write everywhere");
    }
    let said = complaint(&place).await;
    assert!(said.contains("database.url"), "{said}");
}
