//! The Markdown of the reference.

use std::fmt::Write;

use async_graphql::Positioned;
use async_graphql::parser::types::{ConstDirective, FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind};

use super::types::{BUILT_IN, PAGES, ROOTS, Types, base, deprecation};

const HEAD: &str = "<!-- Made from schema.graphql by `UPDATE_SCHEMA=1 cargo test --test docs reference`. -->\n\n";

const INTRODUCTION: &str = "# Reference

Everything in the schema, made from [schema.graphql](../../schema.graphql). What holds for all of it - pages, filters, errors, limits - is in
the [guide](../schema-guide.md).

- `!` behind a type: never null, and an argument or input field without a default has to be given. Without `!` it may be null or left out.
- `[Customer!]!` is a list that is never null, of entries that are never null.
- A list that comes in pages has [as many entries](../schema-guide.md#pages) as `first` or `last` says. The numbers here are the defaults of
  `limits.default_page_size` and `limits.max_page_size`; `settings` tells those of a server. What a field costs is told in
  [documents.md](../documents.md#cost).
";

/// A file and what stands in it.
pub struct Page {
    /// Its name.
    pub file: &'static str,
    /// Its text.
    pub text: String,
}

impl Page {
    fn new(file: &'static str, text: &str) -> Self {
        let mut text = text.trim_end().to_owned() + "\n";
        while text.contains("\n\n\n") {
            text = text.replace("\n\n\n", "\n\n");
        }
        Self { file, text }
    }
}

/// Writes the pages.
pub struct Reference {
    types: Types,
    default_page_size: u64,
    max_page_size: String,
}

impl Reference {
    /// The reference of these types.
    pub fn new(types: Types, default_page_size: impl TryInto<u64>, max_page_size: impl TryInto<u64>) -> Self {
        let number = |result: Option<u64>| result.expect("a size is a number");
        let default_page_size = number(default_page_size.try_into().ok());
        Self { types, default_page_size, max_page_size: grouped(number(max_page_size.try_into().ok())) }
    }

    /// All pages that have something on them.
    pub fn pages(&self) -> Vec<Page> {
        let mut pages = vec![self.index()];
        for (root, file, title) in ROOTS {
            if !self.types.fields(root).is_empty() {
                pages.push(Page::new(file, &self.root(root, title)));
            }
        }
        for (file, title) in PAGES {
            let mut text = format!("{HEAD}# {title}\n");
            let mut found = self.types.on(file).peekable();
            if found.peek().is_some() {
                found.for_each(|(name, definition)| self.one_type(&mut text, name, definition));
                pages.push(Page::new(file, &text));
            }
        }
        pages
    }

    fn index(&self) -> Page {
        let mut text = format!("{HEAD}{INTRODUCTION}");
        let mut section = |title: &str, file: &str, links: Vec<String>| {
            if !links.is_empty() {
                line(&mut text, format_args!("\n## [{title}]({file})\n\n{}", links.join(" · ")));
            }
        };
        for (root, file, title) in ROOTS {
            let names = self.types.fields(root).iter().map(|field| &field.node.name.node);
            section(title, file, names.map(|name| format!("[{name}]({file}#{})", name.to_lowercase())).collect());
        }
        for (file, title) in PAGES {
            section(title, file, self.types.on(file).map(|(name, _)| self.types.link(name)).collect());
        }
        Page::new("README.md", &text)
    }

    fn root(&self, root: &str, title: &str) -> String {
        let mut text = format!("{HEAD}# {title}\n");
        for field in self.types.fields(root) {
            let field = &field.node;
            line(&mut text, format_args!("\n## {}\n", field.name.node));
            paragraph(&mut text, &said(&field.description, &field.directives, "\n\n"));
            paragraph(&mut text, &format!("Answers {}", self.types.written(&field.ty.node)));
            if !field.arguments.is_empty() {
                self.values(&mut text, "argument", &field.arguments);
            }
        }
        text
    }

    fn one_type(&self, text: &mut String, name: &str, definition: &TypeDefinition) {
        line(text, format_args!("\n## {name}\n"));
        paragraph(text, &said(&definition.description, &definition.directives, "\n\n"));
        match &definition.kind {
            TypeKind::Object(object) => {
                if let Some(links) = self.links(object.implements.iter().map(|one| one.node.as_str())) {
                    paragraph(text, &format!("Is a {links}."));
                }
                self.users(text, "Answered by", name);
                self.fields(text, name, &object.fields);
            }
            TypeKind::Interface(interface) => {
                self.users(text, "Answered by", name);
                self.fields(text, name, &interface.fields);
                if let Some(links) = self.links(self.types.implementations(name).into_iter()) {
                    paragraph(text, &format!("One of {links}."));
                }
            }
            TypeKind::Union(union) => {
                self.users(text, "Answered by", name);
                if let Some(links) = self.links(union.members.iter().map(|one| one.node.as_str())) {
                    paragraph(text, &format!("One of {links}."));
                }
            }
            TypeKind::InputObject(input) => {
                self.users(text, "Taken by", name);
                self.values(text, "field", &input.fields);
            }
            TypeKind::Enum(values) => {
                self.users(text, "Used by", name);
                text.push_str("| value | |\n|---|---|\n");
                for value in &values.values {
                    let value = &value.node;
                    let said = cell(&said(&value.description, &value.directives, " "));
                    row(text, &[&format!("`{}`", value.value.node), &said]);
                }
            }
            TypeKind::Scalar => self.users(text, "Used by", name),
        }
    }

    fn links<'a>(&self, names: impl Iterator<Item = &'a str>) -> Option<String> {
        let links: Vec<_> = names.map(|name| self.types.link(name)).collect();
        (!links.is_empty()).then(|| links.join(", "))
    }

    /// The places that have to do with a type.
    fn users(&self, text: &mut String, word: &str, name: &str) {
        let users = self.types.users(name);
        if !users.is_empty() && !BUILT_IN.contains(&name) {
            paragraph(text, &format!("{word} {}.", users.join(", ")));
        }
    }

    fn fields(&self, text: &mut String, of: &str, fields: &[Positioned<FieldDefinition>]) {
        text.push_str("| field | type | |\n|---|---|---|\n");
        for field in fields {
            let field = &field.node;
            let mut said = cell(&said(&field.description, &field.directives, " "));
            if !field.arguments.is_empty() {
                let anchor = format!("{of}{}", field.name.node).to_lowercase();
                write!(said, " [Arguments](#{anchor})").expect("a text takes more");
            }
            row(text, &[&format!("`{}`", field.name.node), &self.types.written(&field.ty.node), said.trim()]);
        }
        for field in fields.iter().filter(|field| !field.node.arguments.is_empty()) {
            line(text, format_args!("\n### {of}.{}\n", field.node.name.node));
            self.values(text, "argument", &field.node.arguments);
        }
    }

    fn values(&self, text: &mut String, what: &str, values: &[Positioned<InputValueDefinition>]) {
        line(text, format_args!("| {what} | type | default | |\n|---|---|---|---|"));
        for value in values {
            let value = &value.node;
            let name = value.name.node.as_str();
            let mut said = cell(&said(&value.description, &value.directives, " "));
            let is_count = ["first", "last"].contains(&name) && base(&value.ty.node) == "Int";
            let default = match &value.default_value {
                Some(default) => format!("`{}`", default.node),
                None if is_count && name == "first" => {
                    format!("[{}](../schema-guide.md#pages)", self.default_page_size)
                }
                None => String::new(),
            };
            if is_count {
                write!(said, " 0 to {}.", self.max_page_size).expect("a text takes more");
            }
            row(text, &[&format!("`{name}`"), &self.types.written(&value.ty.node), &default, said.trim()]);
        }
    }
}

fn line(text: &mut String, said: std::fmt::Arguments<'_>) {
    writeln!(text, "{said}").expect("a text takes more");
}

fn row(text: &mut String, cells: &[&str]) {
    let cells: String =
        cells.iter().map(|cell| if cell.is_empty() { " |".to_owned() } else { format!(" {cell} |") }).collect();
    line(text, format_args!("|{cells}"));
}

fn paragraph(text: &mut String, said: &str) {
    if !said.is_empty() {
        line(text, format_args!("{said}\n"));
    }
}

/// The description, and that it is deprecated.
fn said(description: &Option<Positioned<String>>, directives: &[Positioned<ConstDirective>], between: &str) -> String {
    let description = description.as_ref().map(|description| description.node.trim().to_owned());
    let deprecation = deprecation(directives).map(|reason| format!("**Deprecated.** {reason}"));
    let said: Vec<_> = description.into_iter().chain(deprecation).collect();
    without_tags(&said.join(between))
}

/// A text in which nothing is taken for HTML. Between backticks nothing is.
fn without_tags(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(place, part)| if place % 2 == 0 { part.replace('<', "\\<") } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("`")
}

/// A text for a cell of a table: one line, in which nothing ends the cell.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// A number with commas between the thousands.
fn grouped(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}
