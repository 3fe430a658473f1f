//! What stands on the pages and cannot be run, and why. Shell text is still checked as bash, and its commands and options must exist.

/// A block that is not run.
pub struct Exception {
    page: &'static str,
    begins: &'static str,
    /// Why not.
    pub reason: &'static str,
}

const fn on(page: &'static str, begins: &'static str, reason: &'static str) -> Exception {
    Exception { page, begins, reason }
}

/// The blocks that are not run.
const EXCEPTIONS: &[Exception] = &[
    on("README.md", "cargo test", "these tests are part of it"),
    on("README.md", "(cd examples/customer-center", "it wants packages of npm"),
    on("README.md", "deskgraph demo --customers 20000", "it takes minutes"),
    on("docs/otobo.md", "export DESKGRAPH_DATABASE__URL=postgres:", "it wants a database of OTOBO"),
    on("docs/deployment.md", "{\"timestamp\"", "a line of the log"),
    on("docs/deployment.md", "[{\"entityKey\"", "what a program is told"),
    on("docs/sign-in.md", "{\"level\"", "a line of the log"),
    on("docs/deployment.md", "cd /var/lib/deskgraph", "it wants the service to be installed"),
    on("docs/deployment.md", "docker exec", "it wants Docker"),
    on("docs/deployment.md", "deskgraph completions", "it writes to folders of the system"),
    on("docs/upgrading.md", "pg_dump", "it wants a server"),
    on("docs/upgrading.md", "mariadb-dump", "it wants a server"),
    on("docs/upgrading.md", "pg_restore", "it wants a server"),
];

/// The exception for a block; `None` where it is run.
pub fn of(page: &str, text: &str) -> Option<usize> {
    EXCEPTIONS.iter().position(|exception| exception.page == page && text.starts_with(exception.begins))
}

#[test]
fn every_exception_is_needed() {
    let pages = crate::page::written();
    for exception in EXCEPTIONS {
        let page = pages.iter().find(|page| page.name == exception.page);
        let blocks = page.unwrap_or_else(|| panic!("there is no {}", exception.page)).blocks();
        let is_there = blocks.iter().any(|block| block.text.starts_with(exception.begins));
        assert!(is_there && !exception.reason.is_empty(), "{}: no block begins `{}`", exception.page, exception.begins);
    }
}
