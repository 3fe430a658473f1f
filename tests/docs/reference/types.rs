//! The types of a schema, sorted by name and by page, and who uses them.

use std::collections::BTreeMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Positioned, Value};

/// The pages for types, in the order of the index.
pub const PAGES: [(&str, &str); 6] = [
    ("objects.md", "Objects"),
    ("interfaces.md", "Interfaces"),
    ("unions.md", "Unions"),
    ("inputs.md", "Inputs"),
    ("enums.md", "Enums"),
    ("scalars.md", "Scalars"),
];

/// What each scalar of the language is.
pub const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

/// The root types with their pages, and what their fields are.
pub const ROOTS: [(&str, &str, &str); 3] = [
    ("Query", "queries.md", "Queries"),
    ("Mutation", "mutations.md", "Mutations"),
    ("Subscription", "subscriptions.md", "Subscriptions"),
];

/// The types of a schema.
pub struct Types {
    types: BTreeMap<String, TypeDefinition>,
    users: BTreeMap<String, Vec<String>>,
}

impl Types {
    /// Reads a schema.
    pub fn of(sdl: &str) -> Self {
        let document = parse_schema(sdl).expect("the schema is a schema");
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some((definition.node.name.node.to_string(), definition.node)),
            _ => None,
        });
        let mut types = Self { types: types.collect(), users: BTreeMap::new() };
        types.users = types.find_users();
        types
    }

    /// Every type with its name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &TypeDefinition)> {
        self.types.iter().map(|(name, definition)| (name.as_str(), definition))
    }

    /// The fields of a type that has such.
    pub fn fields(&self, name: &str) -> &[Positioned<FieldDefinition>] {
        match self.types.get(name).map(|definition| &definition.kind) {
            Some(TypeKind::Object(object)) => &object.fields,
            Some(TypeKind::Interface(interface)) => &interface.fields,
            _ => &[],
        }
    }

    /// The page of a type; `None` for those of the language.
    pub fn page(&self, name: &str) -> Option<&'static str> {
        if let Some((_, page, _)) = ROOTS.iter().find(|(root, ..)| *root == name) {
            return Some(page);
        }
        self.types.get(name).map(|definition| match definition.kind {
            TypeKind::Object(_) => PAGES[0].0,
            TypeKind::Interface(_) => PAGES[1].0,
            TypeKind::Union(_) => PAGES[2].0,
            TypeKind::InputObject(_) => PAGES[3].0,
            TypeKind::Enum(_) => PAGES[4].0,
            TypeKind::Scalar => PAGES[5].0,
        })
    }

    /// The types of a page.
    pub fn on<'a>(&'a self, page: &'a str) -> impl Iterator<Item = (&'a str, &'a TypeDefinition)> {
        self.all().filter(move |(name, _)| self.page(name) == Some(page))
    }

    /// The objects that implement an interface.
    pub fn implementations(&self, interface: &str) -> Vec<&str> {
        let implements = |definition: &TypeDefinition| match &definition.kind {
            TypeKind::Object(object) => object.implements.iter().any(|one| one.node == interface),
            _ => false,
        };
        self.all().filter(|(_, definition)| implements(definition)).map(|(name, _)| name).collect()
    }

    /// The places, as links, that answer a type or take it.
    pub fn users(&self, name: &str) -> &[String] {
        self.users.get(name).map_or(&[], Vec::as_slice)
    }

    fn find_users(&self) -> BTreeMap<String, Vec<String>> {
        let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // What can be asked at once comes first.
        let roots = ROOTS.iter().map(|(root, ..)| *root);
        let others = self.types.keys().map(String::as_str).filter(|name| !ROOTS.iter().any(|(root, ..)| root == name));
        for name in roots.chain(others) {
            let mut add = |used: &Type, link: String| {
                let links = users.entry(base(used).to_owned()).or_default();
                if !links.contains(&link) {
                    links.push(link);
                }
            };
            for field in self.fields(name) {
                let link = self.field_link(name, &field.node);
                add(&field.node.ty.node, link.clone());
                field.node.arguments.iter().for_each(|argument| add(&argument.node.ty.node, link.clone()));
            }
            if let Some(TypeKind::InputObject(input)) = self.types.get(name).map(|definition| &definition.kind) {
                input.fields.iter().for_each(|field| add(&field.node.ty.node, self.link(name)));
            }
        }
        users
    }

    fn field_link(&self, of: &str, field: &FieldDefinition) -> String {
        let name = &field.name.node;
        match ROOTS.iter().find(|(root, ..)| *root == of) {
            Some((_, page, _)) => format!("[{name}]({page}#{})", name.to_lowercase()),
            None => self.link(of),
        }
    }

    /// The name of a type as a link.
    pub fn link(&self, name: &str) -> String {
        match self.page(name) {
            Some(page) => format!("[{name}]({page}#{})", name.to_lowercase()),
            None => name.to_owned(),
        }
    }

    /// A type as it is written, with a link.
    pub fn written(&self, ty: &Type) -> String {
        let inner = match &ty.base {
            BaseType::Named(name) => self.link(name),
            BaseType::List(inner) => format!("\\[{}\\]", self.written(inner)),
        };
        if ty.nullable { inner } else { format!("{inner}!") }
    }
}

/// The name in a type.
pub fn base(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => base(inner),
    }
}

/// What a deprecation says; `None` where nothing is deprecated.
pub fn deprecation(directives: &[Positioned<ConstDirective>]) -> Option<String> {
    let directive = directives.iter().find(|directive| directive.node.name.node == "deprecated")?;
    let reason = directive.node.arguments.iter().find(|(name, _)| name.node == "reason");
    let reason = reason.map(|(_, value)| value.node.clone());
    Some(match reason {
        Some(Value::String(reason)) => reason,
        _ => "No longer supported".to_owned(),
    })
}
