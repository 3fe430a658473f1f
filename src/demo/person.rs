//! Customer users: those of the cast and generated ones, with their own rights, additional customers and preferences.

use std::collections::HashSet;

use sea_orm::Value;

use super::{
    DemoError, Setting,
    cast::{self, CastPerson},
    clock::DAY,
    company::{Company, address, since},
    dice::{Dice, Popularity},
    model::{Party, Validity},
    name::plain,
    structure::Structure,
    table,
    write::{Row, Writer, row},
};

/// People that are written at once.
const PIECE: usize = 2_000;

/// The generated people and who is where.
pub struct People {
    parties: Vec<Party>,
    of_company: Vec<Vec<u32>>,
}

impl People {
    /// How many were generated.
    pub fn count(&self) -> usize {
        self.parties.len()
    }

    /// Somebody of a company; None when it has nobody.
    pub fn somebody(&self, company: usize, dice: &mut Dice) -> Option<Party> {
        let people = &self.of_company[company];
        let person = people.get(dice.below(people.len()))?;
        Some(self.parties[*person as usize].clone())
    }
}

/// Rows of one piece, by table.
#[derive(Default)]
struct Rows {
    people: Vec<Row>,
    rights: Vec<Row>,
    additional: Vec<Row>,
    preferences: Vec<Row>,
}

impl Rows {
    async fn write(&mut self, writer: &mut Writer<'_>) -> Result<(), DemoError> {
        let rows = std::mem::take(self);
        let count = rows.people.len();
        writer.insert(&table::CUSTOMER_USER, rows.people).await?;
        writer.insert(&table::GROUP_CUSTOMER_USER, rows.rights).await?;
        writer.insert(&table::CUSTOMER_USER_CUSTOMER, rows.additional).await?;
        writer.insert(&table::CUSTOMER_PREFERENCES, rows.preferences).await?;
        writer.advance(count);
        Ok(())
    }
}

/// Writes all people; `pw` is the stored password of the cast.
pub async fn write(
    setting: &Setting<'_>,
    structure: &Structure,
    companies: &[Company],
    writer: &mut Writer<'_>,
    pw: &str,
) -> Result<People, DemoError> {
    let wanted = setting.size.customer_users.saturating_sub(cast::PEOPLE.len());
    let generated = if companies.is_empty() { 0 } else { wanted };
    writer.phase("customer users", cast::PEOPLE.len() + generated);
    cast_rows(setting, structure, pw)?.write(writer).await?;

    let mut people = People { parties: Vec::with_capacity(generated), of_company: vec![Vec::new(); companies.len()] };
    let mut maker = Maker { dice: setting.dice(3), popularity: Popularity::new(companies.len(), 0.8) };
    let mut rows = Rows::default();
    for number in 1..=generated {
        let Some(company) = maker.popularity.pick(&mut maker.dice) else {
            break;
        };
        let party = maker.person(setting, structure, companies, company, number, &mut rows);
        people.of_company[company].push(people.parties.len() as u32);
        people.parties.push(party);
        if rows.people.len() == PIECE || number == generated {
            rows.write(writer).await?;
        }
    }
    Ok(people)
}

fn cast_rows(setting: &Setting<'_>, structure: &Structure, pw: &str) -> Result<Rows, DemoError> {
    let mut rows = Rows::default();
    let now = setting.clock.now();
    for (index, person) in cast::PEOPLE.iter().enumerate() {
        let CastPerson { login, email, customer, title, first, last, phone, comments, validity, .. } = *person;
        let pw = Value::String(person.has_password.then(|| pw.to_owned()));
        let valid = setting.valid(validity);
        let row = row![login, email, customer, pw, title, first, last, phone, "", "", "", "", "", "", comments, valid];
        rows.people.push(setting.stamped(row));
        for customer in person.additional {
            rows.additional.push(setting.stamped(row![login, *customer]));
        }
        if person.has_password && validity == Validity::Valid {
            let at = now - (index as i64 + 1) * DAY / 2;
            rows.preferences.push(row![login, "UserLastLogin", at.to_string()]);
        }
    }
    rows.preferences.push(row!["juergen.mueller", "UserLanguage", "de"]);
    for (login, group, key, value) in cast::PERSON_RIGHTS {
        rows.rights.push(setting.stamped(row![*login, structure.group(group)?, *key, *value]));
    }
    Ok(rows)
}

struct Maker {
    dice: Dice,
    popularity: Popularity,
}

impl Maker {
    fn person(
        &mut self,
        setting: &Setting<'_>,
        structure: &Structure,
        companies: &[Company],
        company: usize,
        number: usize,
        rows: &mut Rows,
    ) -> Party {
        let Company { id, domain, country } = &companies[company];
        let names = country.names;
        let (first, last) = (self.dice.pick(names.first), self.dice.pick(names.last));
        let login = format!("{}.{}.{number}", plain(first, '-'), plain(last, '-'));
        let email = format!("{login}@{domain}");
        let title = if self.dice.percent(25.0) { self.dice.pick(names.titles) } else { "" };
        let [phone, fax, mobile] = [80.0, 5.0, 35.0].map(|percent| self.number(country.calling, percent));
        let has_address = self.dice.percent(40.0);
        let [street, zip, city] = if has_address { address(country, &mut self.dice) } else { Default::default() };
        let land = if has_address { country.name } else { "" };
        let valid = setting.valid(self.validity());
        let (created, changed) = since(setting, &mut self.dice);
        let row = row![
            &*login,
            &*email,
            &**id,
            Value::String(None),
            title,
            first,
            last,
            phone,
            fax,
            mobile,
            street,
            zip,
            city,
            land,
            "",
            valid,
        ];
        rows.people.push(setting.stamped_at(row, created, changed, 1));
        self.rights(setting, structure, &login, rows);
        self.additional(setting, companies, company, &login, rows);
        self.preferences(setting, &login, created, rows);
        Party { name: format!("{first} {last}"), login, email }
    }

    fn number(&mut self, calling: &str, percent: f64) -> String {
        if !self.dice.percent(percent) {
            return String::new();
        }
        let digits = self.dice.digits("## 555 ####");
        format!("{calling} {digits}")
    }

    fn validity(&mut self) -> Validity {
        match self.dice.weighted(&[95, 4, 1]) {
            0 => Validity::Valid,
            1 => Validity::Invalid,
            _ => Validity::InvalidTemporarily,
        }
    }

    /// One of ten people has groups of their own.
    fn rights(&mut self, setting: &Setting<'_>, structure: &Structure, login: &str, rows: &mut Rows) {
        if !self.dice.percent(10.0) {
            return;
        }
        let mut groups = HashSet::new();
        for _ in 0..=self.dice.weighted(&[60, 30, 10]) {
            let group = structure.groups[self.dice.below(structure.groups.len())].id;
            let key = if self.dice.percent(40.0) { "rw" } else { "ro" };
            if groups.insert(group) {
                rows.rights.push(setting.stamped(row![login, group, key, 1i16]));
            }
        }
    }

    /// One of twenty people has one or two additional customers.
    fn additional(&mut self, setting: &Setting<'_>, companies: &[Company], own: usize, login: &str, rows: &mut Rows) {
        if !self.dice.percent(5.0) {
            return;
        }
        let mut taken = HashSet::from([own]);
        for _ in 0..=self.dice.weighted(&[75, 25]) {
            let other = self.dice.below(companies.len());
            if taken.insert(other) {
                rows.additional.push(setting.stamped(row![login, &*companies[other].id]));
            }
        }
    }

    fn preferences(&mut self, setting: &Setting<'_>, login: &str, created: i64, rows: &mut Rows) {
        if self.dice.percent(40.0) {
            let at = self.dice.between(created, setting.clock.now());
            rows.preferences.push(row![login, "UserLastLogin", at.to_string()]);
        }
        if self.dice.percent(20.0) {
            let language = self.dice.pick(&["de", "en", "fr", "pl", "es"]);
            rows.preferences.push(row![login, "UserLanguage", language]);
        }
    }
}
