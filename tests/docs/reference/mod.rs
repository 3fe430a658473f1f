//! The reference in `docs/reference`, made from the schema: one page for each kind of type, and what each page says of a field.

mod render;
mod types;

use std::fs;
use std::path::{Path, PathBuf};

use deskgraph::config::Config;
use deskgraph::graphql;

use render::{Page, Reference};
use types::Types;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference")
}

/// The pages of a schema.
fn pages(sdl: &str) -> Vec<Page> {
    let config = Config::parse("").expect("the defaults are good");
    Reference::new(Types::of(sdl), config.limits.default_page_size, config.limits.max_page_size).pages()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the environment says that the files are to be written")]
fn the_reference_is_that_of_the_schema() {
    let update = std::env::var_os("UPDATE_SCHEMA").is_some();
    let pages = pages(&graphql::sdl());
    if update {
        fs::create_dir_all(folder()).expect("the folder can be made");
        for page in &pages {
            fs::write(folder().join(page.file), &page.text).expect("the file can be written");
        }
    }
    for page in &pages {
        let text = fs::read_to_string(folder().join(page.file)).unwrap_or_default();
        assert!(text == page.text, "docs/reference/{} is out of date: run this test with UPDATE_SCHEMA=1", page.file);
    }
    let found = fs::read_dir(folder()).expect("there is a folder").map(|entry| entry.expect("an entry").file_name());
    let unknown: Vec<_> = found.filter(|name| !pages.iter().any(|page| page.file == name.as_os_str())).collect();
    assert!(unknown.is_empty(), "nothing makes {unknown:?}");
}

const SMALL: &str = r#"
"Everything that can be read."
type Query {
    "A thing."
    thing("Its name." name: String! = "a", "The first so many." first: Int): Thing! @deprecated(reason: "Ask for things.")
    things: [[Thing!]!]
}
"One | or | another."
type Thing implements Named { "What it is called." name: String, colour: Colour! }
"What has a name." interface Named { name: String }
enum Colour { "As the sky." BLUE RED @deprecated }
input Paint { "Which one." colour: Colour! = RED  layers: Int = 2 }
union Any = Thing
scalar Url
schema { query: Query }
"#;

fn small(file: &str) -> String {
    let page = pages(SMALL).into_iter().find(|page| page.file == file);
    page.unwrap_or_else(|| panic!("there is no {file}")).text
}

#[test]
fn a_field_tells_its_type_its_arguments_with_defaults_and_that_it_is_deprecated() {
    let text = small("queries.md");
    assert!(text.contains("Answers [Thing](objects.md#thing)!\n"), "{text}");
    assert!(text.contains("| `name` | String! | `\"a\"` | Its name. |"), "{text}");
    assert!(
        text.contains("| `first` | Int | [50](../schema-guide.md#pages) | The first so many. 0 to 1,000. |"),
        "{text}"
    );
    assert!(text.contains("**Deprecated.** Ask for things."), "{text}");
    assert!(text.contains("Answers \\[\\[[Thing](objects.md#thing)!\\]!\\]\n"), "{text}");
}

#[test]
fn types_are_linked_both_ways() {
    let text = small("objects.md");
    assert!(text.contains("One | or | another.\n"), "{text}");
    assert!(text.contains("Is a [Named](interfaces.md#named)."), "{text}");
    assert!(text.contains("Answered by [thing](queries.md#thing), [things](queries.md#things)."), "{text}");
    assert!(text.contains("| `colour` | [Colour](enums.md#colour)! | |"), "{text}");
    assert!(small("interfaces.md").contains("[Thing](objects.md#thing)"));
    assert!(small("unions.md").contains("[Thing](objects.md#thing)"));
    assert!(small("inputs.md").contains("| `colour` | [Colour](enums.md#colour)! | `RED` | Which one. |"));
    assert!(small("enums.md").contains("| `RED` | **Deprecated.** No longer supported |"));
    assert!(small("README.md").contains("[Url](scalars.md#url)"));
}

#[test]
fn there_are_pages_only_for_what_there_is() {
    let files: Vec<_> = pages(SMALL).iter().map(|page| page.file).collect();
    let expected =
        ["README.md", "queries.md", "objects.md", "interfaces.md", "unions.md", "inputs.md", "enums.md", "scalars.md"];
    assert_eq!(files, expected);
}
