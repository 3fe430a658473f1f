//! Agents as records: their names and validity. What they may do is in `viewer`.

use std::collections::HashMap;

use chrono::NaiveDate;
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

    /// The e-mail address of an agent, which is among their preferences; `None` where none is stored.
    pub async fn agent_email(&self, id: i32) -> Result<Option<String>> {
        let found = self.agent_preferences(id, "UserEmail").await?;
        Ok(found.into_iter().map(|(_, value)| value).find(|value| !value.is_empty()))
    }

    /// Whether an agent is valid and in office: out of office are those whose preferences say so for a time that includes now.
    pub async fn agent_is_there(&self, id: i32) -> Result<bool> {
        let agent = self.agents_by_id(&[id]).await?.into_iter().next();
        if !agent.is_some_and(|agent| agent.validity.is_valid()) {
            return Ok(false);
        }
        let preferences: HashMap<String, String> =
            self.agent_preferences(id, "OutOfOffice").await?.into_iter().collect();
        Ok(!is_out_of_office(&preferences, self.naive(self.now()).date()))
    }

    /// The preferences of an agent whose names begin so.
    async fn agent_preferences(&self, id: i32, prefix: &str) -> Result<Vec<(String, String)>> {
        let mut select = Query::select();
        select.columns(["preferences_key", "preferences_value"]).from("user_preferences");
        select.and_where(Expr::col("user_id").eq(id)).and_where(Expr::col("preferences_value").is_not_null());
        let rows = self.rows(&select).await?;
        let read = |row: &super::Row| Ok((row.at::<String>(0)?, String::from_utf8_lossy(&row.bytes(1)?).into_owned()));
        let all: Vec<(String, String)> = rows.iter().map(read).collect::<Result<_>>()?;
        Ok(all.into_iter().filter(|(key, _)| key.starts_with(prefix)).collect())
    }
}

/// Whether the preferences put a day into the agent's time out of office, its first and last day included.
fn is_out_of_office(preferences: &HashMap<String, String>, today: NaiveDate) -> bool {
    let number = |key: &str| preferences.get(&format!("OutOfOffice{key}"))?.parse::<u32>().ok();
    let day = |end: &str| {
        let year = i32::try_from(number(&format!("{end}Year"))?).ok()?;
        NaiveDate::from_ymd_opt(year, number(&format!("{end}Month"))?, number(&format!("{end}Day"))?)
    };
    let is_on = number("") == Some(1);
    is_on && day("Start").is_some_and(|start| start <= today) && day("End").is_some_and(|end| today <= end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn out_of_office_is_who_says_so_for_today() {
        let preferences = |on: &str| {
            let keys = ["", "StartYear", "StartMonth", "StartDay", "EndYear", "EndMonth", "EndDay"];
            let values = [on, "2026", "3", "9", "2026", "3", "11"];
            keys.iter().zip(values).map(|(key, value)| (format!("OutOfOffice{key}"), value.to_owned())).collect()
        };
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
        let out = |on, on_day| is_out_of_office(&preferences(on), day(on_day));
        assert_eq!([8, 9, 11, 12].map(|day| out("1", day)), [false, true, true, false]);
        assert!(!out("0", 10));
        assert!(!is_out_of_office(&HashMap::new(), day(10)));
    }
}
