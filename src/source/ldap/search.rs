//! One question to a directory: a search that is read in pages of the server (RFC 2696) and never beyond its limit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ldap3::asn1::{PL, parse_tag};
use ldap3::controls::{Control, PagedResults};
use ldap3::{LdapResult, Scope, SearchOptions};

use super::entry::Entry;
use super::pool::{Failure, broken, refused};

/// The most entries of one page of the server: what every directory lets be read at once.
const PAGE: usize = 500;
/// How many references to other directories are passed over in one search.
const MOST_REFERENCES: usize = 10_000;
/// How many pages may come without entries: Active Directory sends some where it has to look far.
const MOST_EMPTY_PAGES: usize = 100;
/// The number of paged results in answers.
const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";

/// A search.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Where.
    pub base: &'a str,
    /// How deep.
    pub scope: Scope,
    /// What for.
    pub filter: String,
    /// What is read of each entry.
    pub attributes: Vec<String>,
    /// How many entries are read at most.
    pub limit: usize,
    /// How long the server may look.
    pub timeout: Duration,
    /// Whether it is part of a sign-in, which does not wait behind lists.
    pub is_sign_in: bool,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Answer {
    /// The entries, in the directory's order.
    pub entries: Vec<Entry>,
    /// Whether there are more than were to be read.
    pub is_cut: bool,
}

/// What is still to come of a search.
enum Rest {
    Nothing,
    /// The search goes on here.
    Behind(Vec<u8>),
    /// There is more than the server gives out.
    Kept,
}

/// Asks on a connection. After a failure the connection must not be used again: something may still be under way on it.
///
/// Every result that arrives is added to `answered`.
pub async fn ask(
    connection: &mut ldap3::Ldap,
    question: &Question<'_>,
    answered: &AtomicU64,
) -> Result<Answer, Failure> {
    let mut answer = Answer::default();
    let (mut cookie, mut pages) = (Vec::new(), 0);
    loop {
        let result = ask_page(connection, question, cookie, &mut answer).await?;
        answered.fetch_add(1, Ordering::Relaxed);
        let rest = rest(question, &result)?;
        pages += 1;
        cookie = match rest {
            Rest::Behind(cookie) if answer.entries.len() <= question.limit => cookie,
            Rest::Nothing => break,
            Rest::Behind(_) | Rest::Kept => {
                answer.is_cut = true;
                break;
            }
        };
        if pages > question.limit + MOST_EMPTY_PAGES {
            return Err(Failure::Answer("the directory sends pages without entries".to_owned()));
        }
    }
    answer.is_cut |= answer.entries.len() > question.limit;
    answer.entries.truncate(question.limit);
    Ok(answer)
}

async fn ask_page(
    connection: &mut ldap3::Ldap,
    question: &Question<'_>,
    cookie: Vec<u8>,
    answer: &mut Answer,
) -> Result<LdapResult, Failure> {
    // One more than may be read, to know whether there are more.
    let missing = (question.limit + 1).saturating_sub(answer.entries.len());
    let size = missing.min(PAGE);
    let paged = PagedResults { size: i32::try_from(size).unwrap_or(i32::MAX), cookie };
    connection.with_controls(paged).with_search_options(options(question));
    let search = connection.streaming_search(question.base, question.scope, &question.filter, &question.attributes);
    let mut stream = search.await.map_err(broken)?;
    let mut references = 0;
    // The library panics where it is asked again after the end.
    while let Some(item) = stream.next().await.map_err(broken)? {
        if item.is_ref() || item.is_intermediate() {
            references += 1;
        } else {
            answer.entries.extend(Entry::read(item.0));
        }
        if answer.entries.len() > question.limit + PAGE || references > MOST_REFERENCES {
            return Err(Failure::Answer("the directory sends more than it was asked for".to_owned()));
        }
    }
    Ok(stream.finish().await)
}

fn options(question: &Question<'_>) -> SearchOptions {
    let seconds = question.timeout.as_secs() + u64::from(question.timeout.subsec_nanos() > 0);
    // A limit that is not greater than a page would make servers ignore the paging.
    let most = question.limit.max(PAGE) + 2;
    SearchOptions::new()
        .timelimit(i32::try_from(seconds.max(1)).unwrap_or(i32::MAX))
        .sizelimit(i32::try_from(most).unwrap_or(i32::MAX))
}

fn rest(question: &Question<'_>, result: &LdapResult) -> Result<Rest, Failure> {
    match result.rc {
        0 => Ok(match result.ctrls.iter().find_map(read_cookie) {
            Some(cookie) if !cookie.is_empty() => Rest::Behind(cookie),
            _ => Rest::Nothing,
        }),
        4 | 11 => Ok(Rest::Kept),
        32 => Err(Failure::Answer(format!("the directory has no base `{}`", question.base))),
        _ => Err(refused("a search", result)),
    }
}

/// Where the search goes on; read by hand, because the library panics on anything unexpected.
fn read_cookie(control: &Control) -> Option<Vec<u8>> {
    let value = control.1.val.as_ref().filter(|_| control.1.ctype == PAGED_RESULTS)?;
    let (_, tag) = parse_tag(value).ok()?;
    let PL::C(parts) = tag.payload else { return None };
    match parts.into_iter().nth(1)?.payload {
        PL::P(cookie) => Some(cookie),
        PL::C(_) => None,
    }
}
