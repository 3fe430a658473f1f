//! The command `import-settings`: the settings of another product's database as our configuration file.

mod working_time;

use std::sync::Arc;

use anyhow::bail;
use serde_yaml_ng::Value;
use toml::{Table, Value as Toml};

use crate::config::Config;
use crate::domain::clock::Clock;
use crate::store::layout::Product;
use crate::store::sysconfig::Settings;
use crate::store::{Database, Store};

use super::{Failure, database};

/// Beginnings of the names of the settings that we have a counterpart for.
pub(super) const WANTED: [&str; 13] = [
    "CustomerGroup",
    "System::Customer::Permission",
    "Ticket::ViewableStateType",
    "Ticket::Frontend::CustomerDisableCompanyTicketAccess",
    "Ticket::NumberGenerator",
    "Ticket::Service",
    "SystemID",
    "TimeWorkingHours",
    "TimeVacationDays",
    "TimeZone::Calendar",
    "OTOBOTimeZone",
    "OTRSTimeZone",
    "Customer::AuthModule::DB::CryptType",
];

/// Prints a configuration file made of what the database says; settings on disk are not seen.
pub async fn import_settings(config: &Config) -> Result<(), Failure> {
    let (connection, layout) = database::open_known(config).await?;
    if layout.product == Product::Native {
        bail!(
            "this database is Deskgraph's own and holds no settings to import: name that of OTOBO, Znuny or OTRS 6 in `database.url`"
        );
    }
    let product = layout.product;
    let database = Database::new(
        connection,
        layout,
        config.database.time_zone,
        crate::app::rules(config),
        Clock::new(chrono::Utc::now),
        [0; 32],
    );
    let store = Store::new(Arc::new(database), Arc::default());
    let Ok(settings) = store.foreign_settings(&WANTED).await else {
        bail!(
            "the settings cannot be read: may the user of `database.url` SELECT from `sysconfig_default` and `sysconfig_modified`?"
        );
    };
    if settings.is_empty() {
        bail!(
            "`sysconfig_default` of this database holds none of the settings that count here: copy them by hand into a file like config.default.toml"
        );
    }
    println!(
        "# Settings of {product}, as its database holds them. What its Kernel/Config.pm says differently is not known here."
    );
    print!("{}", toml::to_string(&translated(&settings))?);
    Ok(())
}

/// The settings as our configuration, as far as they say something.
pub(super) fn translated(settings: &Settings) -> Table {
    let mut file = Table::new();
    let mut set = |section: &str, name: &str, value: Option<Toml>| {
        if let Some(value) = value {
            let section = file.entry(section).or_insert_with(|| Toml::Table(Table::new()));
            if let Toml::Table(section) = section {
                section.insert(name.to_owned(), value);
            }
        }
    };
    let get = |name: &str| settings.get(name);
    set("database", "time_zone", text(get("OTOBOTimeZone").or(get("OTRSTimeZone"))));
    set("auth", "password_hash", Some(Toml::String(hash_type(get("Customer::AuthModule::DB::CryptType")))));
    set("groups", "customer_group_support", flag(get("CustomerGroupSupport")));
    set("groups", "customer_always_groups", list(get("CustomerGroupAlwaysGroups")));
    set("groups", "customer_company_always_groups", list(get("CustomerGroupCompanyAlwaysGroups")));
    set("groups", "customer_permission_keys", list(get("System::Customer::Permission")));
    let other =
        get("CustomerGroupPermissionContext###100-CustomerID-other").map(|context| Toml::Boolean(is_enabled(context)));
    set("groups", "other_customers_context", other);
    set("tickets", "open_state_types", list(get("Ticket::ViewableStateType")));
    set("tickets", "disable_company_ticket_access", flag(get("Ticket::Frontend::CustomerDisableCompanyTicketAccess")));
    set("tickets", "system_id", text(get("SystemID")));
    set("tickets", "number_generator", generator(get("Ticket::NumberGenerator")));
    set("tickets", "min_counter_size", number(get("Ticket::NumberGenerator::MinCounterSize")));
    set("tickets", "use_formatted_counter", flag(get("Ticket::NumberGenerator::Date::UseFormattedCounter")));
    set("tickets", "services", flag(get("Ticket::Service")));
    for (name, value) in working_time::translated(settings) {
        set("working_time", &name, Some(value));
    }
    file
}

/// How ticket numbers are made, from the name of a Perl module. `None` for one that we have no counterpart of.
fn generator(value: Option<&Value>) -> Option<Toml> {
    let name = match value?.as_str()?.rsplit("::").next()? {
        "DateChecksum" => "date_checksum",
        "Date" => "date",
        "AutoIncrement" => "auto_increment",
        _ => return None,
    };
    Some(Toml::String(name.to_owned()))
}

fn number(value: Option<&Value>) -> Option<Toml> {
    match text(value)? {
        Toml::String(text) => text.parse().ok().map(Toml::Integer),
        _ => None,
    }
}

/// A context counts when its setting is on and names a value.
fn is_enabled(context: &Value) -> bool {
    context.get("Value").and_then(Value::as_str).is_some_and(|value| !value.is_empty())
}

/// The format of new passwords; an unknown one falls back to the product's default.
fn hash_type(value: Option<&Value>) -> String {
    let known = ["bcrypt", "sha2", "sha512", "sha1", "apr1", "md5", "crypt"];
    let named = value.and_then(Value::as_str).filter(|name| known.contains(name));
    named.unwrap_or("sha2").to_owned()
}

fn text(value: Option<&Value>) -> Option<Toml> {
    match value? {
        Value::String(text) => Some(Toml::String(text.clone())),
        Value::Number(number) => Some(Toml::String(number.to_string())),
        _ => None,
    }
}

/// Checkboxes are stored as the texts 0 and 1.
fn flag(value: Option<&Value>) -> Option<Toml> {
    match text(value)? {
        Toml::String(text) => Some(Toml::Boolean(text == "1")),
        _ => None,
    }
}

fn list(value: Option<&Value>) -> Option<Toml> {
    let items = value?.as_sequence()?.iter();
    Some(Toml::Array(items.filter_map(Value::as_str).map(|item| Toml::String(item.to_owned())).collect()))
}
