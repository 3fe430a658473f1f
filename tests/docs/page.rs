//! The pages, and what stands on them: blocks of code, headings, links and names.

use std::fs;
use std::path::{Path, PathBuf};

/// A page in Markdown.
pub struct Page {
    /// Its path from the root of the repository.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Code that stands on a page.
#[derive(Debug, Clone)]
pub struct Block {
    /// The word behind the fence.
    pub language: String,
    /// What stands between the fences.
    pub text: String,
    /// The line of the opening fence.
    pub line: usize,
    /// The heading above it, counted from the beginning of the page.
    pub section: usize,
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages of the documentation that are written by hand: `README.md` and everything in `docs`.
pub fn written() -> Vec<Page> {
    let mut pages = all();
    pages.retain(|page| {
        page.name == "README.md" || page.name.starts_with("docs/") && !page.name.starts_with("docs/reference/")
    });
    pages
}

/// Every page of the repository.
pub fn all() -> Vec<Page> {
    let mut files = Vec::new();
    let is_page = |path: &PathBuf| path.is_file() && path.extension().is_some_and(|kind| kind == "md");
    files.extend(entries(root()).into_iter().filter(is_page));
    for folder in ["docs", "benches", "examples", "fuzz", "tests"] {
        find(&root().join(folder), &mut files);
    }
    files.iter().map(|file| Page::read(file)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        // What npm, Cargo and Python have brought is not ours.
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_foreign = name.starts_with('.') || ["node_modules", "target"].contains(&name.as_str());
        if path.is_dir() && !is_foreign {
            find(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "md") {
            files.push(path);
        }
    }
}

impl Page {
    fn read(file: &Path) -> Self {
        let name = file.strip_prefix(root()).expect("the file is in the repository").display().to_string();
        Self { name, text: fs::read_to_string(file).expect("the page can be read") }
    }

    /// The folder of the page.
    pub fn folder(&self) -> PathBuf {
        root().join(&self.name).parent().expect("a file is in a folder").to_owned()
    }

    /// Its blocks, in their order.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<(Block, usize)> = None;
        let mut section = 0;
        for (number, line) in self.text.lines().enumerate() {
            let indented = line.len() - line.trim_start().len();
            match (&mut open, line.trim_start().strip_prefix("```")) {
                (None, Some(language)) => {
                    let block =
                        Block { language: language.trim().to_owned(), text: String::new(), line: number + 1, section };
                    open = Some((block, indented));
                }
                (None, None) => section += usize::from(line.starts_with('#')),
                (Some(_), Some(_)) => blocks.extend(open.take().map(|(block, _)| block)),
                (Some((block, indent)), None) => {
                    block.text.push_str(line.get(*indent..).unwrap_or_default());
                    block.text.push('\n');
                }
            }
        }
        assert!(open.is_none(), "{} ends within a block", self.name);
        blocks
    }

    /// The lines outside of blocks, with their numbers.
    pub fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_code = false;
        let mut lines = Vec::new();
        for (number, line) in self.text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                is_code = !is_code;
            } else if !is_code {
                lines.push((number + 1, line));
            }
        }
        lines
    }

    /// The anchors of its headings, as GitHub makes them.
    pub fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        for (_, line) in self.prose() {
            let title = line.trim_start_matches('#');
            if title.len() == line.len() || !title.starts_with(' ') {
                continue;
            }
            let anchor = anchor(title.trim());
            let again = anchors.iter().filter(|other| **other == anchor).count();
            anchors.push(if again == 0 { anchor } else { format!("{anchor}-{again}") });
        }
        anchors
    }

    /// What stands between backticks outside of blocks, with the line.
    pub fn names(&self) -> Vec<(usize, &str)> {
        let lines = self.prose().into_iter();
        lines.flat_map(|(number, line)| line.split('`').skip(1).step_by(2).map(move |name| (number, name))).collect()
    }
}

/// The anchor of a heading: of a link its text, letters small, blanks as hyphens, and nothing else but hyphens and underscores.
fn anchor(title: &str) -> String {
    let mut shown = String::new();
    let mut rest = title;
    while let Some((before, link)) = rest.split_once('[') {
        let (text, behind) = link.split_once(']').unwrap_or((link, ""));
        shown.push_str(before);
        shown.push_str(text);
        rest = behind.strip_prefix('(').and_then(|target| target.split_once(')')).map_or(behind, |(_, rest)| rest);
    }
    shown.push_str(rest);
    let kept = shown.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn blocks_are_found_within_lists_too() {
    let text = "# A\n- one:\n\n  ```sh\n  if x; then\n    y\n  fi\n  ```\n## B\n```json\n{}\n```\n".to_owned();
    let blocks = Page { name: "page".to_owned(), text }.blocks();
    assert_eq!(blocks[0].text, "if x; then\n  y\nfi\n");
    assert_eq!((blocks[1].language.as_str(), blocks[1].line, blocks[1].section), ("json", 10, 2));
}

#[test]
fn anchors_are_those_of_github() {
    assert_eq!(anchor("What is kept in memory"), "what-is-kept-in-memory");
    assert_eq!(anchor("Beside OTOBO, Znuny or OTRS 6"), "beside-otobo-znuny-or-otrs-6");
    assert_eq!(anchor("[Queries](queries.md) of `a_b`"), "queries-of-a_b");
}
