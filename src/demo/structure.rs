//! The help desk's groups and queues. Small sets have one group per area; large ones also have groups and queues per site.

use std::collections::HashSet;

use super::{
    DemoError, DemoSize, Setting,
    agent::{self, Staff},
    cast,
    lookup::{IsNew, Lookup},
    model::{Queue, Validity},
    name,
    subject::{AREAS, Area, SITES, Targets},
    table,
    write::{Row, Writer, row},
};

/// What tickets and rights refer to.
pub struct Structure {
    /// Valid groups of the help desk, in the order of their making.
    pub groups: Vec<Group>,
    invalid_group: i32,
    /// All queues that tickets may be in.
    pub queues: Vec<Queue>,
    /// Where in `queues` those begin that generated tickets use.
    pub first_generated_queue: usize,
    /// The agents.
    pub staff: Staff,
}

/// A group of one area, at one site or (None) for all.
pub struct Group {
    /// Id in the database.
    pub id: i32,
    /// Index of its area.
    pub area: usize,
    name: String,
    site: Option<&'static str>,
}

impl Structure {
    /// The index of a queue.
    pub fn queue(&self, name: &str) -> Result<usize, DemoError> {
        let found = self.queues.iter().position(|queue| queue.name == name);
        found.ok_or_else(|| DemoError::Missing(format!("the queue `{name}`")))
    }

    /// The id of a group, valid or not.
    pub fn group(&self, name: &str) -> Result<i32, DemoError> {
        if name == cast::INVALID_GROUP {
            return Ok(self.invalid_group);
        }
        let found = self.groups.iter().find(|group| group.name == name);
        found.map(|group| group.id).ok_or_else(|| DemoError::Missing(format!("the group `{name}`")))
    }
}

/// Makes and writes groups, queues, roles and agents; `pw` is the stored password of the cast.
pub async fn write(
    setting: &Setting<'_>,
    lookup: &mut Lookup,
    writer: &mut Writer<'_>,
    pw: &str,
) -> Result<Structure, DemoError> {
    writer.phase("help desk", 3);
    let mut builder = Builder { setting, lookup };
    let (groups, invalid_group) = builder.groups(writer).await?;
    writer.advance(1);
    let (queues, first_generated_queue) = builder.queues(writer, &groups).await?;
    writer.advance(1);
    let staff = agent::write(setting, lookup, &groups, writer, pw).await?;
    writer.advance(1);
    Ok(Structure { groups, invalid_group, queues, first_generated_queue, staff })
}

struct Builder<'a> {
    setting: &'a Setting<'a>,
    lookup: &'a mut Lookup,
}

impl Builder<'_> {
    async fn groups(&mut self, writer: &mut Writer<'_>) -> Result<(Vec<Group>, i32), DemoError> {
        let wanted = number_of_groups(self.setting.size);
        let central = AREAS.iter().enumerate().map(|(area, _)| (None, area));
        let local = SITES.iter().flat_map(|site| (0..AREAS.len()).map(move |area| (Some(*site), area)));
        let mut rows = Vec::new();
        let mut groups = Vec::new();
        for (site, area) in central.chain(local).take(wanted) {
            let name = match site {
                None => AREAS[area].group.to_owned(),
                Some(site) => format!("{}-{}", AREAS[area].group, name::plain(site, '-')),
            };
            let comment = format!("{} {}", AREAS[area].queue, site.unwrap_or("everywhere"));
            let id = self.group(&name, &comment, Validity::Valid, &mut rows);
            groups.push(Group { id, name, area, site });
        }
        let invalid = self.group(cast::INVALID_GROUP, "No longer in use.", Validity::Invalid, &mut rows);
        writer.insert(&table::GROUPS, rows).await?;
        Ok((groups, invalid))
    }

    fn group(&mut self, name: &str, comment: &str, validity: Validity, rows: &mut Vec<Row>) -> i32 {
        let (id, is_new) = self.lookup.take("groups_table", name);
        if is_new.0 {
            let valid = self.setting.valid(validity);
            rows.push(self.setting.stamped(row![id, name, comment, valid]));
        }
        id
    }

    async fn queues(&mut self, writer: &mut Writer<'_>, groups: &[Group]) -> Result<(Vec<Queue>, usize), DemoError> {
        let mut queues = Vec::new();
        for name in ["Raw", "Junk", "Misc"] {
            let id = self.lookup.id("queue", name)? as i32;
            queues.push(Queue { id, name: name.to_owned(), area: 0, targets: None });
        }
        let mut rows = Vec::new();
        let legacy = self.lookup.id("groups_table", cast::INVALID_GROUP)? as i32;
        let (id, row) = self.queue(cast::INVALID_QUEUE, legacy, &AREAS[0], None, Validity::Invalid)?;
        rows.extend(row);
        queues.push(Queue { id, name: cast::INVALID_QUEUE.to_owned(), area: 0, targets: None });
        let first_generated = queues.len();
        let mut sites = HashSet::new();
        for group in groups {
            if let Some(site) = group.site.filter(|site| sites.insert(*site)) {
                let (_, row) = self.queue(site, group.id, &AREAS[group.area], None, Validity::Valid)?;
                rows.extend(row);
            }
            for name in queue_names(group, groups.len()) {
                let area = &AREAS[group.area];
                let (id, row) = self.queue(&name, group.id, area, area.targets, Validity::Valid)?;
                rows.extend(row);
                queues.push(Queue { id, name, area: group.area, targets: area.targets });
            }
        }
        writer.insert(&table::QUEUE, rows).await?;
        Ok((queues, first_generated))
    }

    fn queue(
        &mut self,
        name: &str,
        group: i32,
        area: &Area,
        targets: Option<Targets>,
        validity: Validity,
    ) -> Result<(i32, Option<Row>), DemoError> {
        let (id, is_new) = self.lookup.take("queue", name);
        if is_new == IsNew(false) {
            return Ok((id, None));
        }
        let minutes = |of: fn(&Targets) -> i32| targets.as_ref().map(of).filter(|minutes| *minutes > 0);
        let (first, update, solution) = (minutes(|t| t.first_response), minutes(|t| t.update), minutes(|t| t.solution));
        let notify = |minutes: Option<i32>| minutes.map(|_| 80i16);
        let follow_up = self.lookup.small("follow_up_possible", area.follow_up)?;
        let valid = self.setting.valid(validity);
        let row = row![
            id,
            name,
            group,
            0i32,
            first,
            notify(first),
            update,
            notify(update),
            solution,
            notify(solution),
            1i16,
            "",
            1i16,
            1i16,
            follow_up,
            0i16,
            format!("{} tickets", area.queue),
            valid,
        ];
        Ok((id, Some(self.setting.stamped(row))))
    }
}

/// One group per area at least, one more for every hundred customers, 200 at most.
pub fn number_of_groups(size: &DemoSize) -> usize {
    (size.customers / 100).clamp(AREAS.len(), 200)
}

/// Four queues per group in small sets, ten in the largest.
fn queue_names(group: &Group, groups: usize) -> Vec<String> {
    let area = &AREAS[group.area];
    let first = match group.site {
        None => area.queue.to_owned(),
        Some(site) => format!("{site}::{}", area.queue),
    };
    let count = 3 + groups.saturating_sub(AREAS.len()) * 6 / (200 - AREAS.len());
    let topics = area.topics.iter().take(count).map(|topic| format!("{first}::{topic}"));
    std::iter::once(first.clone()).chain(topics).collect()
}
