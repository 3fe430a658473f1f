//! What no directory of ours can be made to say, said by a program that answers by a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use deskgraph::config::{Config, LdapConfig, SourceKind};
use deskgraph::domain::record::RecordKind;
use deskgraph::source::record::{Authentication, RecordSource};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{cause, everyone, ldap};

/// What answers one question: operations and, for the last one, what follows it.
type Reply = Vec<Vec<u8>>;

/// A part of a message with its tag and length.
fn part(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).expect("a short message").to_be_bytes();
    [&[tag, 0x82][..], &length, &content].concat()
}

/// The end of a bind (0x61) or of a search (0x65) with a result code.
fn result(operation: u8, code: u8) -> Vec<u8> {
    part(operation, &[&[0x0a, 1, code], &[4, 0], &[4, 0]])
}

/// The end of a page that is not the last one.
fn more() -> Vec<u8> {
    let value = part(0x30, &[&[2, 1, 0], &part(4, &[b"on"])]);
    let control = part(0x30, &[&part(4, &[b"1.2.840.113556.1.4.319"]), &part(4, &[&value])]);
    [result(0x65, 0), part(0xa0, &[&control])].concat()
}

/// A person.
fn person(login: &str, last_name: &str) -> Vec<u8> {
    let attribute = |name: &str, value: &str| {
        part(0x30, &[&part(4, &[name.as_bytes()]), &part(0x31, &[&part(4, &[value.as_bytes()])])])
    };
    let attributes = part(0x30, &[&attribute("uid", login), &attribute("sn", last_name)]);
    part(0x64, &[&part(4, &[format!("uid={login}").as_bytes()]), &attributes])
}

/// The settings of a directory that gives these answers one after the other, the last one again and again.
async fn scripted(replies: Vec<Reply>) -> LdapConfig {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let replies = Arc::new(Mutex::new(VecDeque::from(replies)));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, Arc::clone(&replies)));
        }
    });
    settings(&format!("ldap://{address}"))
}

async fn answer(mut stream: TcpStream, replies: Arc<Mutex<VecDeque<Reply>>>) {
    while let Some((id, operation)) = question(&mut stream).await {
        if ![0x60, 0x63].contains(&operation) {
            continue;
        }
        let reply = {
            let mut replies = replies.lock().expect("no panic");
            let next = replies.front().expect("a reply").clone();
            if replies.len() > 1 {
                replies.pop_front();
            }
            next
        };
        for operation in reply {
            if stream.write_all(&part(0x30, &[&id, &operation])).await.is_err() {
                return;
            }
        }
    }
}

/// The number of a message, as it stands there, and its operation; `None` at the end.
async fn question(stream: &mut TcpStream) -> Option<(Vec<u8>, u8)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).await.ok()?;
    let mut length = usize::from(head[1]);
    if let Some(bytes) = length.checked_sub(0x80) {
        let mut long = vec![0; bytes];
        stream.read_exact(&mut long).await.ok()?;
        length = long.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await.ok()?;
    let (id, rest) = message.split_at(2 + usize::from(message[1]));
    Some((id.to_vec(), rest[0]))
}

fn settings(url: &str) -> LdapConfig {
    let people = "base = 'ou=people'\nkey = 'uid'\nfields = { last_name = 'sn' }";
    let main = "[[source]]\nname = 'Database'\nkind = 'database'";
    let text = format!(
        "{main}\n[[source]]\nname = 'Directory'\nkind = 'ldap'\nurl = '{url}'\n[source.customer_users]\n{people}"
    );
    let sources = Config::parse(&text).expect("the settings are good").sources;
    let found = sources.into_iter().find_map(|source| match source.kind {
        SourceKind::Ldap(config) => Some(config),
        _ => None,
    });
    found.expect("there is a directory")
}

#[tokio::test]
async fn whom_the_directory_does_not_know_or_gives_no_password_is_refused() {
    for (code, is_refused) in [(19, true), (32, true), (48, true), (49, true), (50, true), (53, true), (51, false)] {
        let found = vec![person("ann", "Apple"), result(0x65, 0)];
        let people = ldap(&scripted(vec![found, vec![result(0x61, code)]]).await);
        let outcome = people.authenticate("ann", "secret").await;
        match is_refused {
            true => assert!(matches!(outcome, Ok(Authentication::Refused)), "{code}: {outcome:?}"),
            false => assert!(cause(outcome).contains("rc=51")),
        }
        assert_eq!(people.answered(), 2, "{code}");
    }
}

#[tokio::test]
async fn some_pages_may_be_empty() {
    let empty = vec![vec![more()]; 60];
    let last = vec![person("ann", "Apple"), result(0x65, 0)];
    let people = ldap(&scripted([empty, vec![last]].concat()).await);
    let found = people.all(&everyone(), 3).await.expect("an answer");
    assert_eq!((found.records.len(), found.is_cut), (1, false));
    assert_eq!(people.answered(), 61);

    let endless = ldap(&scripted(vec![vec![more()]]).await);
    let cause = cause(endless.all(&everyone(), 3).await);
    assert!(cause.contains("without entries"), "{cause}");
}

#[tokio::test]
async fn a_list_does_not_replace_what_is_remembered_by_key() {
    let says = |last_name: &str| vec![person("ann", last_name), result(0x65, 0)];
    let people = ldap(&scripted(vec![says("Old"), says("New")]).await);
    let last_name = async || {
        let found = people.by_keys(RecordKind::CustomerUser, &["ann".to_owned()]).await.expect("an answer");
        found[0].fields["last_name"].clone()
    };
    assert_eq!(last_name().await, "Old");
    let listed = people.all(&everyone(), 10).await.expect("an answer");
    assert_eq!(listed.records[0].fields["last_name"], "New");
    assert_eq!(last_name().await, "Old");
    people.forget();
    assert_eq!(last_name().await, "New");
}
