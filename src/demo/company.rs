//! Companies: those of the cast and generated ones, and the groups they may use.

use std::collections::HashSet;

use sea_orm::Value;

use super::{
    DemoError, Setting,
    cast::{self, CastCompany},
    clock::DAY,
    dice::Dice,
    model::Validity,
    name::plain,
    place::{COUNTRIES, Country},
    structure::Structure,
    table,
    write::{Row, Writer, row},
};

/// Grants for the customer's own tickets.
const SAME: &str = "Ticket::CustomerID::Same";
/// Grants for tickets of other customers.
const OTHER: &str = "Ticket::CustomerID::Other";

/// A generated company, as far as its people and tickets need it.
pub struct Company {
    /// CustomerID.
    pub id: String,
    /// Domain of its e-mail addresses.
    pub domain: String,
    /// Where it is.
    pub country: &'static Country,
}

/// Writes the cast's and the generated companies with their rights; yields the generated ones, the most popular first.
pub async fn write(
    setting: &Setting<'_>,
    structure: &Structure,
    writer: &mut Writer<'_>,
) -> Result<Vec<Company>, DemoError> {
    let generated = setting.size.customers.saturating_sub(cast::COMPANIES.len());
    writer.phase("customers", cast::COMPANIES.len() + generated);
    let rows = cast::COMPANIES.iter().map(|company| cast_row(setting, company)).collect();
    writer.insert(&table::CUSTOMER_COMPANY, rows).await?;
    let mut rights = cast_rights(setting, structure)?;
    writer.advance(cast::COMPANIES.len());

    let mut maker = Maker::new(setting.dice(2));
    let mut companies = Vec::with_capacity(generated);
    let mut rows = Vec::with_capacity(generated);
    for _ in 0..generated {
        let (company, row) = maker.company(setting);
        maker.rights(setting, structure, &company, &mut rights);
        companies.push(company);
        rows.push(row);
    }
    // In the table the large customers must not come first.
    maker.dice.shuffle(&mut rows);
    writer.insert(&table::CUSTOMER_COMPANY, rows).await?;
    writer.insert(&table::GROUP_CUSTOMER, rights).await?;
    writer.advance(generated);
    Ok(companies)
}

fn cast_row(setting: &Setting<'_>, company: &CastCompany) -> Row {
    let CastCompany { id, name, street, zip, city, country, url, comments, validity } = *company;
    let text = |text: &str| Value::String((!text.is_empty()).then(|| text.to_owned()));
    let valid = setting.valid(validity);
    let row = row![id, name, text(street), text(zip), text(city), text(country), text(url), text(comments), valid];
    setting.stamped(row)
}

fn cast_rights(setting: &Setting<'_>, structure: &Structure) -> Result<Vec<Row>, DemoError> {
    let right = |&(customer, group, key, value, other): &(&str, &str, &str, i16, bool)| {
        let context = if other { OTHER } else { SAME };
        Ok(setting.stamped(row![customer, structure.group(group)?, key, value, context]))
    };
    cast::CUSTOMER_RIGHTS.iter().map(right).collect()
}

struct Maker {
    dice: Dice,
    number: usize,
    ids: HashSet<String>,
    names: HashSet<String>,
}

impl Maker {
    fn new(dice: Dice) -> Self {
        Self {
            dice,
            number: 0,
            ids: cast::COMPANIES.iter().map(|company| company.id.to_owned()).collect(),
            names: cast::COMPANIES.iter().map(|company| comparable(company.name)).collect(),
        }
    }

    fn company(&mut self, setting: &Setting<'_>) -> (Company, Row) {
        self.number += 1;
        let weights: Vec<u32> = COUNTRIES.iter().map(|country| country.weight).collect();
        let country = &COUNTRIES[self.dice.weighted(&weights)];
        let (name, base) = self.name(country);
        let slug = plain(&base, '-');
        let id = self.id(&slug);
        let domain = format!("{slug}.example");
        let address = self.address(country);
        let [street, zip, city] = &address;
        let url = self.dice.percent(60.0).then(|| format!("https://www.{domain}"));
        let comment = self.dice.percent(12.0).then(|| self.dice.pick(COMMENTS).to_owned());
        let valid = setting.valid(self.validity());
        let row = row![&*id, name, &**street, &**zip, &**city, country.name, url, comment, valid];
        let (created, changed) = since(setting, &mut self.dice);
        (Company { id, domain, country }, setting.stamped_at(row, created, changed, 1))
    }

    /// A name that no other company has, and its part without legal form.
    fn name(&mut self, country: &Country) -> (String, String) {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let last = self.dice.pick(country.names.last);
            let trade = self.dice.pick(country.trades);
            let base = match self.dice.below(4) {
                0 => format!("{last} {trade}"),
                1 => format!("{trade} {}", country.cities[self.dice.below(country.cities.len())].1),
                2 => format!("{last} & {}", self.dice.pick(country.names.last)),
                _ => format!("{last} & {} {trade}", self.dice.pick(country.names.last)),
            };
            // Large sets use up the short combinations.
            let base = if attempt > 3 { format!("{base} {}", self.number) } else { base };
            let name = format!("{base} {}", self.dice.pick(country.forms));
            if self.names.insert(comparable(&name)) {
                return (name, base);
            }
        }
    }

    /// Three styles, as in a house whose habits have changed: words, numbers, and numbers with a letter.
    fn id(&mut self, slug: &str) -> String {
        match self.dice.weighted(&[60, 20, 20]) {
            0 if self.ids.insert(slug.to_owned()) => slug.to_owned(),
            0 | 1 => format!("K-{:05}", self.number),
            _ => format!("{}", 20_000 + self.number),
        }
    }

    fn address(&mut self, country: &Country) -> [String; 3] {
        address(country, &mut self.dice)
    }

    fn validity(&mut self) -> Validity {
        match self.dice.weighted(&[960, 33, 7]) {
            0 => Validity::Valid,
            1 => Validity::Invalid,
            _ => Validity::InvalidTemporarily,
        }
    }

    /// Six of ten companies have one to six groups; a few of those see other customers' tickets in one of them.
    fn rights(&mut self, setting: &Setting<'_>, structure: &Structure, company: &Company, rows: &mut Vec<Row>) {
        if !self.dice.percent(60.0) {
            return;
        }
        let count = 1 + self.dice.weighted(&[40, 25, 15, 10, 6, 4]);
        let groups: HashSet<usize> = (0..count).map(|_| self.dice.below(structure.groups.len())).collect();
        let mut groups: Vec<usize> = groups.into_iter().collect();
        groups.sort_unstable();
        for group in &groups {
            let key = if self.dice.percent(30.0) { "rw" } else { "ro" };
            rows.push(setting.stamped(row![&*company.id, structure.groups[*group].id, key, 1i16, SAME]));
        }
        if self.dice.percent(8.0) {
            let group = structure.groups[groups[0]].id;
            rows.push(setting.stamped(row![&*company.id, group, "ro", 1i16, OTHER]));
        }
    }
}

const COMMENTS: &[&str] = &[
    "Prefers answers by telephone.",
    "Invoices by post only.",
    "Framework contract until the end of next year.",
    "Bitte nur vormittags anrufen.",
    "Taken over by another company; ask before changing the name.",
    "Pilot customer.",
];

/// Street with house number, post code and city.
pub fn address(country: &Country, dice: &mut Dice) -> [String; 3] {
    let (zip, city) = country.cities[dice.below(country.cities.len())];
    let (street, number) = (dice.pick(country.streets), dice.between(1, 180));
    let street = if country.number_first { format!("{number} {street}") } else { format!("{street} {number}") };
    [street, dice.digits(zip), city.to_owned()]
}

/// When a record was made and last changed: mostly long before the oldest ticket, in part later.
pub fn since(setting: &Setting<'_>, dice: &mut Dice) -> (i64, i64) {
    let now = setting.clock.now();
    let days = if dice.percent(80.0) { dice.between(731, 1090) } else { dice.between(1, 730) };
    let created = now - days * DAY + dice.between(0, DAY - 1);
    let changed = if dice.percent(35.0) { dice.between(created, now) } else { created };
    (created, changed)
}

/// A name as MariaDB compares it, or coarser: without case, accents and punctuation.
fn comparable(name: &str) -> String {
    let plain = plain(name, ' ');
    plain.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("ss", "s")
}
