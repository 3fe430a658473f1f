//! What is in the database: whose tables, of which version, whether they can be read, and which indexes are missing.

use std::sync::Arc;

use migration::index::OWN;
use migration::search::{POSTGRES_EXTENSION, SEARCH_INDEXES};
use sea_orm::{DatabaseConnection, DbBackend};

use crate::cli::database::check_version;
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::store::layout::Layout;
use crate::store::{Database, Store};

use super::product;
use super::report::{Finding, Report};

/// Looks at tables that make a help desk.
pub async fn check(config: &Config, connection: DatabaseConnection, layout: Layout, report: &mut Report) {
    report.group("Tables");
    let (product, groups_table) = (layout.product, &layout.groups_table);
    report.say(Finding::fine(format!("the database holds the tables of {product}, with groups in `{groups_table}`")));
    let is_current = check_own_tables(&connection, &layout, report).await;
    let proposals = if is_current { proposals(connection.get_database_backend(), &layout) } else { Vec::new() };
    check_reading(config, connection, layout, report).await;
    report.group("Speed");
    proposals.into_iter().for_each(|proposal| report.say(proposal));
}

/// Whether the native tables are those of this version, and whether anything can be written beside another product.
async fn check_own_tables(connection: &DatabaseConnection, layout: &Layout, report: &mut Report) -> bool {
    let version = check_version(connection, layout).await;
    report.say(match &version {
        Err(error) => Finding::problem(crate::cli::one_line(error))
            .because("this version reads and writes what those tables do not have, so `serve` stops with this line"),
        Ok(()) if layout.has_own_tables => Finding::fine("our own tables are there: changes can be written"),
        Ok(()) => Finding::note("our own tables are missing: all can be read, but nothing written until `deskgraph migrate` was run")
            .because("without the change log, locks and sessions of ours, a change would be neither noted nor safe")
            .advising("nothing, if Deskgraph is to read only; else `deskgraph migrate`, which leaves the tables of the other program alone"),
    });
    version.is_ok()
}

/// Reads the tables that every answer needs.
async fn check_reading(config: &Config, connection: DatabaseConnection, layout: Layout, report: &mut Report) {
    let (rules, clock) = (crate::app::rules(config), Clock::new(chrono::Utc::now));
    let database = Database::new(connection, layout, config.database.time_zone, rules, clock, [0; 32]);
    let database = Arc::new(database);
    let store = Store::new(Arc::clone(&database), Arc::default());
    let Ok(reference) = store.reference().await else {
        report.say(
            Finding::problem("groups, queues, states and priorities cannot be read")
                .because("every answer needs them")
                .advising("GRANT the user of `database.url` SELECT on all tables; docs/otobo.md has the statements"),
        );
        return;
    };
    let groups = reference.groups();
    report.say(Finding::fine(format!(
        "{} groups and {} queues can be read",
        groups.all().len(),
        reference.queues().all().len()
    )));
    report.say(match groups.named("admin") {
        Some(_) => Finding::fine("the group `admin`, whose members are administrators, is there"),
        None => Finding::problem("there is no group `admin`")
            .because("who has `rw` in it is an administrator: without it there are none")
            .advising("let a group have this name again, or make one in the program that these tables belong to; then give administrators `rw` in it"),
    });
    let always = [
        ("customer_always_groups", &config.groups.customer_always_groups),
        ("customer_company_always_groups", &config.groups.customer_company_always_groups),
    ];
    for (setting, names) in always {
        for name in names.iter().filter(|name| groups.named(name).is_none()) {
            report.say(
                Finding::note(format!("`groups.{setting}` gives everyone the group `{name}`, which does not exist"))
                    .because("it has no effect")
                    .advising("make the group, or take its name out of the setting"),
            );
        }
    }
    product::check(config, &store, &database, report).await;
}

/// Indexes that are missing. Beside another product they are only proposed: its tables are its own. Those for searches may be missing in
/// ours too, once all steps are done that would make them.
fn proposals(backend: DbBackend, layout: &Layout) -> Vec<Finding> {
    let missing = SEARCH_INDEXES.iter().filter(|index| !layout.search_indexes.contains(&index.name));
    let mut for_searches: Vec<String> = missing.flat_map(|index| index.create_statements(backend)).collect();
    if backend == DbBackend::Postgres && !for_searches.is_empty() {
        for_searches.insert(0, POSTGRES_EXTENSION.to_owned());
    }
    let wanted = OWN.iter().filter(|index| !layout.is_native() && index.is_wanted(backend));
    let for_lists = wanted.map(|index| index.create_statement(backend)).collect();
    let proposals = [("large lists", for_lists), ("searches", for_searches)];
    proposals
        .into_iter()
        .filter(|(_, statements)| !statements.is_empty())
        .map(|(what, all)| propose(what, &all))
        .collect()
}

fn propose(what: &str, statements: &[String]) -> Finding {
    let what = format!("these indexes would make {what} faster; the database stays as it is unless you create them:");
    Finding::note(what).with_lines(statements.iter().map(|statement| format!("{statement};")).collect())
}
