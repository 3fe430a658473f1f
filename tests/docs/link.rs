//! Every link within the repository leads somewhere, and every file that a page names is there.

use std::path::PathBuf;

use crate::page::{self, Page};

/// The targets of the links and pictures of a page, with their lines.
fn targets(page: &Page) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in page.prose() {
        let links = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let pictures = ["src=\"", "srcset=\"", "href=\""];
        let pictures =
            pictures.iter().flat_map(|word| line.split(word).skip(1).filter_map(|rest| rest.split('"').next()));
        found.extend(links.chain(pictures).map(|target| (number, target)));
    }
    found
}

/// What is wrong with a target; `None` where it leads somewhere.
fn fault(page: &Page, target: &str, pages: &[Page]) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = if file.is_empty() { page::root().join(&page.name) } else { page.folder().join(file) };
    let Ok(path) = path.canonicalize() else { return Some("there is no such file".to_owned()) };
    if !path.starts_with(page::root().canonicalize().expect("the root is there")) {
        return Some("it leads out of the repository".to_owned());
    }
    let anchor = anchor?;
    let of = |page: &&Page| page::root().join(&page.name).canonicalize().is_ok_and(|other| other == path);
    match pages.iter().find(of) {
        Some(page) if page.anchors().iter().any(|other| other == anchor) => None,
        Some(page) => Some(format!("{} has no heading for it", page.name)),
        None => Some("only pages have headings".to_owned()),
    }
}

#[test]
fn every_link_leads_somewhere() {
    let pages = page::all();
    let mut faults = Vec::new();
    for page in &pages {
        for (line, target) in targets(page) {
            let fault = fault(page, target, &pages);
            faults.extend(fault.map(|fault| format!("{}:{line}: `{target}`: {fault}", page.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_page_can_be_reached_from_the_readme() {
    let pages = page::all();
    let mut reached = vec!["README.md".to_owned()];
    let mut next = 0;
    while let Some(page) = reached.get(next).and_then(|name| pages.iter().find(|page| page.name == *name)) {
        next += 1;
        for (_, target) in targets(page) {
            let file = target.split('#').next().unwrap_or_default();
            let Ok(path) = page.folder().join(file).canonicalize() else { continue };
            let Ok(name) = path.strip_prefix(page::root().canonicalize().expect("the root is there")) else { continue };
            let name = name.display().to_string();
            if pages.iter().any(|page| page.name == name) && !reached.contains(&name) {
                reached.push(name);
            }
        }
    }
    let is_lost = |page: &&Page| page.name.starts_with("docs/") && !reached.contains(&page.name);
    let lost: Vec<_> = pages.iter().filter(is_lost).map(|page| &page.name).collect();
    assert!(lost.is_empty(), "no way leads to {lost:?}");
}

/// Where a file may lie that is named without a link; `None` for what is no name of a file.
fn places(name: &str) -> Option<Vec<PathBuf>> {
    let is_path = name.chars().all(|c| c.is_ascii_alphanumeric() || "/_-.".contains(c)) && name.contains('/');
    let first = name.split('/').next().unwrap_or_default();
    let is_root = ["src", "tests", "docs", "examples", "benches", "fuzz", "migration", ".ci"].contains(&first);
    let is_source = name.ends_with(".rs");
    (is_path && (is_root || is_source)).then(|| vec![page::root().join(name), page::root().join("src").join(name)])
}

#[test]
fn every_file_that_is_named_is_there() {
    let mut faults = Vec::new();
    for page in page::written() {
        for (line, name) in page.names() {
            let is_missing = places(name).is_some_and(|places| !places.iter().any(|path| path.exists()));
            faults.extend(is_missing.then(|| format!("{}:{line}: `{name}` is not there", page.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
