//! The scalars of the API beside those of the language.

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// An absolute http or https address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub String);

/// An absolute http or https address.
#[Scalar(name = "Url", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An opaque fingerprint of a record as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(pub String);

/// Opaque fingerprint of a record as stored; it changes with every write, also one made by another program on the same database.
#[Scalar(name = "Version")]
impl ScalarType for Version {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// The name of a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionKey(pub String);

/// A permission name in lower case, as configured: ro, move_into, create, note, owner, priority and rw are known everywhere; rw includes
/// all others.
#[Scalar(name = "PermissionKey")]
impl ScalarType for PermissionKey {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

fn text<T: InputType>(value: Value) -> Result<String, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(InputValueError::expected_type(other)),
    }
}
