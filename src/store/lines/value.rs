//! Parameters of statements, with the types that the pool's driver gives them.

use std::error::Error;

use bytes::BytesMut;
use sea_orm::Value;
use sea_orm::sea_query::ArrayType;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A parameter.
#[derive(Debug)]
pub(super) struct Parameter(pub(super) Value);

type Written = Result<IsNull, Box<dyn Error + Sync + Send>>;

impl Parameter {
    /// Its type; one that is unknown is left to the database, which then finds that it cannot be written.
    pub(super) fn sql_type(&self) -> Type {
        match &self.0 {
            Value::Bool(_) => Type::BOOL,
            Value::SmallInt(_) => Type::INT2,
            Value::Int(_) => Type::INT4,
            Value::BigInt(_) | Value::Unsigned(_) | Value::BigUnsigned(_) => Type::INT8,
            Value::String(_) => Type::TEXT,
            Value::Bytes(_) => Type::BYTEA,
            Value::ChronoDateTime(_) => Type::TIMESTAMP,
            Value::Array(ArrayType::SmallInt, _) => Type::INT2_ARRAY,
            Value::Array(ArrayType::Int, _) => Type::INT4_ARRAY,
            Value::Array(ArrayType::BigInt, _) => Type::INT8_ARRAY,
            Value::Array(ArrayType::String, _) => Type::TEXT_ARRAY,
            _ => Type::UNKNOWN,
        }
    }
}

impl ToSql for Parameter {
    fn to_sql(&self, sql_type: &Type, out: &mut BytesMut) -> Written {
        match &self.0 {
            Value::Bool(value) => value.to_sql(sql_type, out),
            Value::SmallInt(value) => value.to_sql(sql_type, out),
            Value::Int(value) => value.to_sql(sql_type, out),
            Value::BigInt(value) => value.to_sql(sql_type, out),
            Value::Unsigned(value) => value.map(i64::from).to_sql(sql_type, out),
            Value::BigUnsigned(value) => value.map(i64::try_from).transpose()?.to_sql(sql_type, out),
            Value::String(value) => value.as_deref().to_sql(sql_type, out),
            Value::Bytes(value) => value.as_deref().to_sql(sql_type, out),
            Value::ChronoDateTime(value) => value.to_sql(sql_type, out),
            Value::Array(_, Some(values)) => {
                let members: Vec<Parameter> = values.iter().cloned().map(Parameter).collect();
                members.to_sql(sql_type, out)
            }
            Value::Array(_, None) => Ok(IsNull::Yes),
            value => Err(format!("a parameter of an unknown kind: {value:?}").into()),
        }
    }

    /// What [`Self::sql_type`] says, so that nothing else is asked for.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
