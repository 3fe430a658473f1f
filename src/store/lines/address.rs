//! The address of the database as the driver for reading wants it. What the pool's driver makes of an address counts; where it asks for more
//! than is understood here, everything goes by the pool.

use std::path::PathBuf;
use std::str::FromStr;

use reqwest::Url;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::{Check, client_config};

/// What is asked for beside host, user, password and database.
struct Extras {
    password: Option<String>,
    authorities: Option<PathBuf>,
}

/// How to connect; `None` where the address asks for something else.
pub(super) fn understood(url: &str) -> Option<(Config, MakeRustlsConnect)> {
    let Extras { password, authorities } = extras(&Url::parse(url).ok()?)?;
    let options = PgConnectOptions::from_str(url).ok()?;
    let mut config = Config::new();
    match options.get_socket() {
        Some(folder) => config.host_path(folder),
        None => config.host(options.get_host().trim_matches(['[', ']'])),
    };
    config.port(options.get_port()).user(options.get_username());
    config.dbname(options.get_database().unwrap_or(options.get_username()));
    if let Some(options) = options.get_options() {
        config.options(options);
    }
    if let Some(name) = options.get_application_name() {
        config.application_name(name);
    }
    let (mode, check) = match options.get_ssl_mode() {
        PgSslMode::Disable => (SslMode::Disable, Check::Nothing),
        PgSslMode::Allow | PgSslMode::Prefer => (SslMode::Prefer, Check::Nothing),
        PgSslMode::Require => (SslMode::Require, Check::Nothing),
        PgSslMode::VerifyFull => (SslMode::Require, Check::Name { authorities }),
        PgSslMode::VerifyCa => return None,
    };
    config.ssl_mode(mode);
    if let Some(password) = password {
        config.password(password);
    }
    Some((config, MakeRustlsConnect::new(client_config(check)?)))
}

/// The password, and what else stands behind the `?`; `None` where that is something unknown.
fn extras(url: &Url) -> Option<Extras> {
    // The driver takes off what is written with `%`.
    let base = Config::from_str(url.as_str().split('?').next()?).ok()?;
    let password = base.get_password().and_then(|password| String::from_utf8(password.to_vec()).ok());
    let mut extras = Extras { password, authorities: None };
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "password" => extras.password = Some(value.into_owned()),
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => extras.authorities = Some(PathBuf::from(value.as_ref())),
            "sslmode" | "ssl-mode" | "host" | "hostaddr" | "port" | "dbname" | "user" | "application_name" => {}
            "options" => {}
            name if name.starts_with("options[") => {}
            _ => return None,
        }
    }
    Some(extras)
}
