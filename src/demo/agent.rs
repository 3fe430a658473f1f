//! Roles and agents: those of the cast, with a password, and generated ones, who only own tickets and cannot log in.

use std::collections::HashMap;

use sea_orm::{
    Value,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{
    DemoError, DemoSize, Setting, cast,
    dice::Dice,
    lookup::{IsNew, Lookup},
    model::Validity,
    name, place,
    structure::Group,
    subject::AREAS,
    table,
    write::{Row, Writer, row},
};

/// Who works at the help desk.
pub struct Staff {
    ids: HashMap<String, i32>,
    names: HashMap<i32, String>,
    owners: Vec<Vec<i32>>,
}

impl Staff {
    /// The id of an agent.
    pub fn id(&self, login: &str) -> Result<i32, DemoError> {
        let found = self.ids.get(login).copied();
        found.ok_or_else(|| DemoError::Missing(format!("the agent `{login}`")))
    }

    /// Given and family name of an agent.
    pub fn name(&self, id: i32) -> &str {
        self.names.get(&id).map_or("Help desk", String::as_str)
    }

    /// An agent who works on tickets of an area.
    pub fn owner(&self, area: usize, dice: &mut Dice) -> i32 {
        let owners = &self.owners[area];
        owners[dice.below(owners.len())]
    }
}

/// Makes and writes everything; `pw` is the stored password of the cast.
pub async fn write(
    setting: &Setting<'_>,
    lookup: &mut Lookup,
    groups: &[Group],
    writer: &mut Writer<'_>,
    pw: &str,
) -> Result<Staff, DemoError> {
    let mut builder = Builder {
        setting,
        lookup,
        dice: setting.dice(1),
        pw,
        staff: Staff { ids: HashMap::new(), names: HashMap::new(), owners: vec![Vec::new(); AREAS.len()] },
        rows: Rows::default(),
    };
    let roles = builder.roles(writer, groups).await?;
    builder.equip_root(writer, groups).await?;
    builder.cast(&roles)?;
    builder.generate(&roles)?;
    builder.rows.write(writer).await?;
    Ok(builder.staff)
}

#[derive(Default)]
struct Rows {
    agents: Vec<Row>,
    preferences: Vec<Row>,
    in_groups: Vec<Row>,
    in_roles: Vec<Row>,
}

impl Rows {
    async fn write(self, writer: &mut Writer<'_>) -> Result<(), DemoError> {
        writer.insert(&table::USERS, self.agents).await?;
        writer.insert(&table::USER_PREFERENCES, self.preferences).await?;
        writer.insert(&table::GROUP_USER, self.in_groups).await?;
        writer.insert(&table::ROLE_USER, self.in_roles).await?;
        Ok(())
    }
}

struct Builder<'a> {
    setting: &'a Setting<'a>,
    lookup: &'a mut Lookup,
    dice: Dice,
    pw: &'a str,
    staff: Staff,
    rows: Rows,
}

impl Builder<'_> {
    /// One role per area, with rw in all groups of the area and ro in the first group of all, and one invalid role.
    async fn roles(&mut self, writer: &mut Writer<'_>, groups: &[Group]) -> Result<HashMap<String, i32>, DemoError> {
        let mut roles = HashMap::new();
        let (mut rows, mut rights) = (Vec::new(), Vec::new());
        for index in 0..AREAS.len() {
            let name = role_name(index);
            let id = self.role(&name, Validity::Valid, &mut rows);
            for group in groups.iter().filter(|group| group.area == index) {
                rights.push(self.setting.stamped(row![id, group.id, "rw", 1i16]));
            }
            if index > 0 {
                rights.push(self.setting.stamped(row![id, groups[0].id, "ro", 1i16]));
                // As old databases have it: a row that grants nothing.
                rights.push(self.setting.stamped(row![id, groups[0].id, "rw", 0i16]));
            }
            roles.insert(name, id);
        }
        let retired = self.role(cast::INVALID_ROLE, Validity::Invalid, &mut rows);
        rights.push(self.setting.stamped(row![retired, groups[0].id, "rw", 1i16]));
        roles.insert(cast::INVALID_ROLE.to_owned(), retired);
        writer.insert(&table::ROLES, rows).await?;
        writer.insert(&table::GROUP_ROLE, rights).await?;
        Ok(roles)
    }

    fn role(&mut self, name: &str, validity: Validity, rows: &mut Vec<Row>) -> i32 {
        let (id, is_new) = self.lookup.take("roles", name);
        if is_new.0 {
            let valid = self.setting.valid(validity);
            rows.push(self.setting.stamped(row![id, name, Value::String(None), valid]));
        }
        id
    }

    /// The administrator gets the password of the cast and sees everything: rw in every group of the demo data.
    async fn equip_root(&mut self, writer: &mut Writer<'_>, groups: &[Group]) -> Result<(), DemoError> {
        let root = self.lookup.id("users", cast::ADMINISTRATOR)? as i32;
        self.staff.ids.insert(cast::ADMINISTRATOR.to_owned(), root);
        let retired = self.lookup.id("groups_table", cast::INVALID_GROUP)? as i32;
        for group in groups.iter().map(|group| group.id).chain([retired]) {
            let right = self.setting.stamped(row![root, group, "rw"]);
            self.rows.in_groups.push(right);
        }
        let clock = &self.setting.clock;
        let update = Query::update()
            .table("users")
            .value("pw", self.pw)
            .value("change_time", clock.local(clock.now()))
            .and_where(Expr::col("id").eq(root))
            .to_owned();
        Ok(writer.execute(&update).await?)
    }

    fn cast(&mut self, roles: &HashMap<String, i32>) -> Result<(), DemoError> {
        for agent in cast::AGENTS {
            let name = [agent.first, agent.last];
            let id = self.agent(agent.login, name, agent.validity, self.pw)?;
            for (group, key) in agent.rights {
                let group = self.lookup.id("groups_table", group)? as i32;
                let right = self.setting.stamped(row![id, group, *key]);
                self.rows.in_groups.push(right);
            }
            for role in agent.roles {
                let role = self.setting.stamped(row![id, roles[*role]]);
                self.rows.in_roles.push(role);
            }
        }
        Ok(())
    }

    /// Agents who work in one or two areas each.
    fn generate(&mut self, roles: &HashMap<String, i32>) -> Result<(), DemoError> {
        for number in 0..number_of_agents(self.setting.size) {
            let names = place::COUNTRIES[self.dice.below(place::COUNTRIES.len())].names;
            let name = [self.dice.pick(names.first), self.dice.pick(names.last)];
            let login = format!("agent.{}.{}", name::plain(name[1], '-'), number + 1);
            // `*` is the hash of no password.
            let id = self.agent(&login, name, Validity::Valid, "*")?;
            let mut areas = vec![number % AREAS.len(), self.dice.below(AREAS.len())];
            areas.dedup();
            for area in areas {
                let role = roles[&role_name(area)];
                self.rows.in_roles.push(self.setting.stamped(row![id, role]));
                self.staff.owners[area].push(id);
            }
        }
        let anybody = self.staff.id("olga")?;
        let without = self.staff.owners.iter_mut().filter(|owners| owners.is_empty());
        without.for_each(|owners| owners.push(anybody));
        Ok(())
    }

    fn agent(&mut self, login: &str, [first, last]: [&str; 2], validity: Validity, pw: &str) -> Result<i32, DemoError> {
        let (id, is_new) = self.lookup.take("users", login);
        if is_new == IsNew(false) {
            return Err(DemoError::Taken(login.to_owned()));
        }
        let valid = self.setting.valid(validity);
        let row = row![id, login, pw, "", first, last, valid];
        self.rows.agents.push(self.setting.stamped(row));
        let email = format!("{login}@deskgraph.example");
        self.rows.preferences.push(row![id, "UserEmail", email]);
        self.staff.ids.insert(login.to_owned(), id);
        self.staff.names.insert(id, format!("{first} {last}"));
        Ok(id)
    }
}

fn role_name(area: usize) -> String {
    format!("{} team", AREAS[area].queue)
}

fn number_of_agents(size: &DemoSize) -> usize {
    (size.tickets / 2_000).clamp(6, 120)
}
