//! What the rules about documents need to know of the schema: which type each field has, and which types are interfaces of which. The types of
//! introspection are not among them; what is said of an unknown type holds for them.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    BaseType, OperationType, SchemaDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::parser::{Error, parse_schema};

/// The types that every schema has for arguments and variables.
const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// The types of a schema.
#[derive(Default)]
pub struct SchemaTypes {
    fields: HashMap<String, HashMap<String, Type>>,
    /// Interfaces by the object type that has them.
    interfaces: HashMap<String, HashSet<String>>,
    /// Types of arguments, those without which no schema is left out.
    inputs: HashSet<String>,
    roots: Option<SchemaDefinition>,
}

impl SchemaTypes {
    /// Reads them from the schema as text.
    pub fn parse(sdl: &str) -> Result<Self, Error> {
        let mut types = Self::default();
        for definition in parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => types.roots = Some(schema.node),
                TypeSystemDefinition::Type(definition) => types.add(definition.node),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(types)
    }

    fn add(&mut self, definition: TypeDefinition) {
        let name = definition.name.node.to_string();
        let fields = match definition.kind {
            TypeKind::Object(object) => {
                let interfaces = object.implements.iter().map(|name| name.node.to_string()).collect();
                self.interfaces.insert(name.clone(), interfaces);
                object.fields
            }
            TypeKind::Interface(interface) => interface.fields,
            TypeKind::Union(_) => return,
            TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => {
                self.inputs.insert(name);
                return;
            }
        };
        let fields = fields.into_iter().map(|field| (field.node.name.node.to_string(), field.node.ty.node)).collect();
        self.fields.insert(name, fields);
    }

    /// The type at the root of operations of this kind; `None` where there are none.
    pub fn root(&self, kind: OperationType) -> Option<&str> {
        let roots = self.roots.as_ref()?;
        let root = match kind {
            OperationType::Query => &roots.query,
            OperationType::Mutation => &roots.mutation,
            OperationType::Subscription => &roots.subscription,
        };
        root.as_ref().map(|name| name.node.as_str())
    }

    /// The type of a field; `None` where it is not known.
    pub fn field(&self, of: Option<&str>, name: &str) -> Option<&Type> {
        self.fields.get(of?)?.get(name)
    }

    /// Whether a type is an object type or an interface.
    pub fn has_fields(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// Whether variables can be of a type.
    pub fn is_input(&self, name: &str) -> bool {
        BUILT_IN.contains(&name) || self.inputs.contains(name)
    }

    /// Whether a type is an object type, or one that is not known.
    pub fn is_object(&self, name: Option<&str>) -> bool {
        name.is_none_or(|name| self.interfaces.contains_key(name) || !self.fields.contains_key(name))
    }

    /// Whether a fragment on `condition` is about an object of this type; always, where the type is not known.
    pub fn applies(&self, condition: &str, object: Option<&str>) -> bool {
        let Some(object) = object else { return true };
        condition == object || self.interfaces.get(object).is_none_or(|interfaces| interfaces.contains(condition))
    }
}

/// The name of a type without its lists and exclamation marks.
pub fn base(mut found: &Type) -> &str {
    loop {
        match &found.base {
            BaseType::Named(name) => return name,
            BaseType::List(entry) => found = entry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::types;
    use super::*;

    #[test]
    fn fields_and_interfaces_are_those_of_the_text() {
        let types = types();
        assert_eq!(types.root(OperationType::Mutation), Some("Mutation"));
        assert_eq!(
            types.field(Some("Query"), "nodes").map(|found| (found.to_string(), base(found))),
            Some(("[Node!]!".into(), "Node"))
        );
        assert_eq!(types.field(Some("Query"), "none"), None);
        assert_eq!(types.field(None, "nodes"), None);
        assert!(types.is_input("Colour") && types.is_input("ID") && !types.is_input("Cat") && !types.is_input("None"));
        assert!(types.is_object(Some("Cat")) && !types.is_object(Some("Node")) && types.is_object(None));
        assert!(types.applies("Node", Some("Cat")) && types.applies("Cat", Some("Cat")));
        assert!(!types.applies("Dog", Some("Cat")) && types.applies("Dog", None));
    }
}
