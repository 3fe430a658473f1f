//! Our check against the answers of a real OTOBO, where they have been recorded: the directory that the variable
//! `DESKGRAPH_RECORDED_OTOBO` names holds them in `passwords.json`. Without it nothing is compared.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::verify;

#[derive(Deserialize)]
struct Recording {
    hashes: Vec<Record>,
}

/// What OTOBO stored for one password, and which passwords it then accepted (1) or refused (0).
#[derive(Deserialize)]
struct Record {
    accepts: BTreeMap<String, u8>,
    crypt_type: String,
    login: String,
    stored: String,
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tells where the recorded answers are")]
fn a_password_is_accepted_exactly_where_otobo_accepts_it() {
    let Some(directory) = std::env::var_os("DESKGRAPH_RECORDED_OTOBO") else {
        eprintln!("skipped: DESKGRAPH_RECORDED_OTOBO does not name a directory with recorded answers");
        return;
    };
    let file = Path::new(&directory).join("passwords.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|cause| panic!("{}: {cause}", file.display()));
    let recording: Recording = serde_json::from_str(&text).expect("the recording has its known shape");
    let mut differences = Vec::new();
    let mut compared = 0;
    for record in &recording.hashes {
        for (password, accepted) in &record.accepts {
            // OTOBO stores `*0` where a login cannot be a salt, and then accepts every password for it. We never do.
            let expected = *accepted == 1 && record.stored != "*0";
            let ours = verify(&record.stored, &record.login, password, record.crypt_type == "plain");
            compared += 1;
            if ours != expected {
                differences.push(format!("{} {} {password:?}", record.crypt_type, record.stored));
            }
        }
    }
    assert!(compared > 100, "only {compared} recorded answers");
    assert!(differences.is_empty(), "{differences:#?}");
}
