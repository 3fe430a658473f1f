//! Whether the settings go with what another program has written: its own settings, and the times of its tickets.

use chrono::{NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::cli::import::{WANTED, translated};
use crate::config::Config;
use crate::store::layout::Product;
use crate::store::{Database, Store};

use super::report::{Finding, Report};

/// How far a ticket may be in the future, for clocks that differ.
const CLOCK_LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// A setting that both have: section, name, and its value in words.
type Setting = (&'static str, &'static str, fn(&Config) -> String);

/// Those that decide about answers. How passwords are stored may differ: every form is read.
const COMPARED: [Setting; 12] = [
    ("database", "time_zone", |config| config.database.time_zone.to_string()),
    ("groups", "customer_group_support", |config| config.groups.customer_group_support.to_string()),
    ("groups", "customer_always_groups", |config| list(&config.groups.customer_always_groups)),
    ("groups", "customer_company_always_groups", |config| list(&config.groups.customer_company_always_groups)),
    ("groups", "customer_permission_keys", |config| list(&config.groups.customer_permission_keys)),
    ("groups", "other_customers_context", |config| config.groups.other_customers_context.to_string()),
    ("tickets", "open_state_types", |config| list(&config.tickets.open_state_types)),
    ("tickets", "disable_company_ticket_access", |config| config.tickets.disable_company_ticket_access.to_string()),
    ("tickets", "system_id", |config| config.tickets.system_id.clone()),
    ("tickets", "number_generator", |config| format!("{:?}", config.tickets.number_generator)),
    ("tickets", "min_counter_size", |config| config.tickets.min_counter_size.to_string()),
    ("tickets", "services", |config| config.tickets.services.to_string()),
];

/// Compares them.
pub async fn check(config: &Config, store: &Store, database: &Database, report: &mut Report) {
    let product = database.layout.product;
    if product != Product::Native {
        check_settings(config, store, product, report).await;
    }
    if let Ok(Some(newest)) = newest_ticket(database).await {
        report_future(newest, config.database.time_zone, report);
    }
}

/// Settings of ours that say something else than those of the other program. What cannot be read there is not compared.
async fn check_settings(config: &Config, store: &Store, product: Product, report: &mut Report) {
    let Ok(settings) = store.foreign_settings(&WANTED).await else { return };
    let imported = translated(&settings);
    let text = toml::to_string(&imported).unwrap_or_default();
    let Ok(theirs) = Config::parse(&text) else { return };
    let is_said = |section: &str, name: &str| imported.get(section).is_some_and(|section| section.get(name).is_some());
    let said: Vec<&Setting> = COMPARED.iter().filter(|(section, name, _)| is_said(section, name)).collect();
    let differences: Vec<String> = said.iter().filter_map(|setting| difference(setting, config, &theirs)).collect();
    if said.is_empty() {
        return;
    }
    if differences.is_empty() {
        return report.say(Finding::fine(format!("the settings go with those that {product} has in the database")));
    }
    report.say(
        Finding::warning(format!("these settings are others than those that {product} has in the database:"))
            .because("who sees what, which tickets are open, and times and numbers of tickets follow from them")
            .advising("take over what is not meant to differ: `deskgraph import-settings` prints theirs as a configuration file")
            .with_lines(differences),
    );
}

fn difference(setting: &Setting, ours: &Config, theirs: &Config) -> Option<String> {
    let (section, name, shown) = setting;
    let (ours, theirs) = (shown(ours), shown(theirs));
    (ours != theirs).then(|| format!("{section}.{name} is {ours} here, and {theirs} there"))
}

fn list(names: &[String]) -> String {
    format!("[{}]", names.join(", "))
}

/// When the ticket was made that was made last.
async fn newest_ticket(database: &Database) -> Result<Option<NaiveDateTime>, DbErr> {
    let connection = &database.connection;
    let question = "SELECT create_time FROM ticket ORDER BY id DESC LIMIT 1";
    let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), question)).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

/// A ticket that is still to come was written in another zone.
fn report_future(newest: NaiveDateTime, zone: Tz, report: &mut Report) {
    let now = Utc::now().with_timezone(&zone).naive_local();
    if newest <= now + CLOCK_LEEWAY {
        return;
    }
    report.say(
        Finding::warning(format!("the newest ticket was made at {newest}, which in the zone {zone} is still to come"))
            .because("then all times in the answers are wrong, and so are escalations")
            .advising("set `database.time_zone` to the zone of the program that writes there, such as OTOBO's `OTOBOTimeZone`"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_that_differs_is_told_with_both_values() {
        let config = |text: &str| Config::parse(text).expect("a configuration");
        let ours = config("");
        for (section, text) in [
            ("database", "time_zone = \"Europe/Berlin\""),
            (
                "groups",
                "customer_group_support = true\ncustomer_always_groups = []\ncustomer_company_always_groups = []\ncustomer_permission_keys = [\"ro\", \"rw\", \"x\"]\nother_customers_context = true",
            ),
            (
                "tickets",
                "open_state_types = [\"new\"]\ndisable_company_ticket_access = true\nsystem_id = \"11\"\nnumber_generator = \"date\"\nmin_counter_size = 7\nservices = true",
            ),
        ] {
            let theirs = config(&format!("[{section}]\n{text}\n"));
            for setting in COMPARED.iter().filter(|setting| setting.0 == section) {
                assert_eq!(difference(setting, &ours, &ours), None);
                let told = difference(setting, &ours, &theirs).unwrap_or_else(|| panic!("{}", setting.1));
                assert!(told.starts_with(&format!("{section}.{} is ", setting.1)), "{told}");
            }
        }
    }

    #[test]
    fn a_list_is_shown_as_it_is_written() {
        assert_eq!(list(&["ro".to_owned(), "rw".to_owned()]), "[ro, rw]");
    }
}
