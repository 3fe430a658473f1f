//! The table `sysconfig_default`.

use sea_orm::entity::prelude::*;

/// A setting of OTOBO as it was delivered.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sysconfig_default")]
pub struct Model {
    /// Number of the row, counted by the database.
    #[sea_orm(primary_key)]
    pub id: i32,
    /// Name of the setting, unique.
    #[sea_orm(unique)]
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where it stands in the list of settings.
    pub navigation: String,
    /// 1 when hidden from administrators.
    pub is_invisible: i16,
    /// 1 when not to be changed.
    pub is_readonly: i16,
    /// 1 when not to be switched off.
    pub is_required: i16,
    /// 1 when in force.
    pub is_valid: i16,
    /// Level that administrators need to change it.
    pub has_configlevel: i16,
    /// 1 when agents may have their own value, if that is switched on.
    pub user_modification_possible: i16,
    /// 1 when agents have their own value.
    pub user_modification_active: i16,
    /// Where agents change it; None nowhere.
    pub user_preferences_group: Option<String>,
    /// Its definition as XML.
    pub xml_content_raw: String,
    /// Its definition as YAML.
    pub xml_content_parsed: String,
    /// The file that defined it.
    pub xml_filename: String,
    /// The value, as YAML.
    pub effective_value: String,
    /// 1 when the change is not yet in force.
    pub is_dirty: i16,
    /// Key of whoever is changing it; `0` when nobody is.
    pub exclusive_lock_guid: String,
    /// Who is changing it; None when nobody is.
    pub exclusive_lock_user_id: Option<i32>,
    /// Until when; None when nobody is.
    pub exclusive_lock_expiry_time: Option<DateTime>,
    /// When the row was made; without time zone, in that of the database.
    pub create_time: DateTime,
    /// The agent who made the row.
    pub create_by: i32,
    /// When the row was last changed; without time zone, in that of the database.
    pub change_time: DateTime,
    /// The agent who last changed the row.
    pub change_by: i32,
}

impl ActiveModelBehavior for ActiveModel {}
