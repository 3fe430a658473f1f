//! Agents as records: their names and validity. What they may do is in `viewer`.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::domain::agent::Agent;
use crate::entity::users::{Column, Entity};
use crate::error::Result;

use super::{Store, text};

impl Store {
    /// The agents with these numbers, in no particular order.
    pub async fn agents_by_id(&self, ids: &[i32]) -> Result<Vec<Agent>> {
        let reference = self.reference().await?;
        let mut select = Query::select();
        select.columns([Column::Id, Column::Login, Column::FirstName, Column::LastName, Column::ValidId]).from(Entity);
        select.and_where(Expr::col(Column::Id).is_in(text::padded(ids.iter().copied())));
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| {
                let (first_name, last_name): (String, String) = (row.at(2)?, row.at(3)?);
                let full_name = format!("{first_name} {last_name}");
                Ok(Agent {
                    id: row.at(0)?,
                    login: row.at(1)?,
                    full_name: full_name.trim().to_owned(),
                    validity: reference.validity(row.at(4)?),
                })
            })
            .collect()
    }
}
