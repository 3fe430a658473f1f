//! Puts the parts together: configuration, database, rules, schema, router. Used by the commands and by the tests alike.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use chrono::TimeDelta;
use sea_orm::DatabaseConnection;

use crate::auth::issuer::{Issuers, KeyPlace};
use crate::auth::password::{DEFAULT_BCRYPT_COST, PasswordHash, Verifier};
use crate::auth::token::{Keys, Tokens};
use crate::config::{Config, IssuerConfig, KeysConfig};
use crate::document;
use crate::domain::clock::Clock;
use crate::domain::email::EmailRules;
use crate::domain::password_rule::PasswordRules;
use crate::domain::permission::PermissionRules;
use crate::domain::permission_key::PermissionKeys;
use crate::domain::record::RecordKind;
use crate::domain::rules::Rules;
use crate::domain::throttle::ThrottleRules;
use crate::domain::ticket::StateType;
use crate::domain::ticket_number::NumberRules;
use crate::feed::Feed;
use crate::graphql;
use crate::graphql::context::Api;
use crate::graphql::document::DocumentReader;
use crate::graphql::settings::{Display, Limits, Link};
use crate::hook::{Hook, Target};
use crate::http::connection;
use crate::http::documents::{Documents, ManifestError, Policy, Trusted};
use crate::http::router::{Layers, router};
use crate::http::server::{Recorder, Server, Sockets};
use crate::http::websocket::Answers;
use crate::service::editor::EditRules;
use crate::service::session::{SessionRules, Sessions};
use crate::source::Registry;
use crate::source::ldap::LdapSettingError;
use crate::store::Database;
use crate::store::connection::Connect;
use crate::store::layout::Layout;
use crate::store::lines::Lines;
use crate::telemetry::trace::Collector;

/// What the server is made of besides its configuration.
pub struct Parts {
    /// The connection pool.
    pub connection: DatabaseConnection,
    /// Connections for reading beside the pool; `None` where everything goes by the pool.
    pub lines: Option<Lines>,
    /// Which tables there are.
    pub layout: Layout,
    /// The signing keys.
    pub keys: Arc<Keys>,
    /// The data sources.
    pub sources: Arc<Registry>,
    /// The documents of the manifest.
    pub trusted: Arc<Trusted>,
    /// The clock.
    pub clock: Clock,
    /// Records the statements of each request, for tests.
    pub recorder: Option<Recorder>,
}

/// A server, ready to answer.
pub struct App {
    /// Its addresses.
    pub router: Router,
    /// Its database.
    pub database: Arc<Database>,
    /// What its resolvers share.
    pub api: Arc<Api>,
    /// What is new in the database, for those who subscribe.
    pub feed: Arc<Feed>,
    /// The open sockets, to be told when the server stops.
    pub sockets: Sockets,
    /// What is told of writes; `None` where nothing is configured.
    pub hook: Option<Hook>,
}

/// The manifest cannot be used: the whole sentence.
#[derive(Debug, thiserror::Error)]
#[error("`documents.manifest` is `{}`, {error}", file.display())]
pub struct BadManifest {
    file: PathBuf,
    error: ManifestError,
}

impl App {
    /// Puts a server together.
    pub fn new(config: &Config, parts: Parts) -> Self {
        let Parts { connection, lines, layout, keys, sources, trusted, clock, recorder } = parts;
        let fingerprint_key = keys.secret("row fingerprints");
        let database =
            Database::new(connection, layout, config.database.time_zone, rules(config), clock, fingerprint_key);
        let database = database.reading_by(lines);
        let hook = hook(config);
        let database = match &hook {
            Some(hook) => database.telling(Box::new(hook.listener())),
            None => database,
        };
        let passwords = Verifier::new(password_hash(config, &database.layout));
        let database = Arc::new(database);
        let api = Arc::new(Api {
            limits: limits(config),
            display: display(config),
            sessions: sessions(config, &database.layout, keys, Arc::clone(&sources), passwords.clone()),
            sources,
            edit_rules: edit_rules(config, &database.layout, passwords),
        });
        let allowed = config.http.allowed_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
        let allowed_origins: Vec<HeaderValue> = allowed.collect();
        let (feed, sockets) = (Arc::new(Feed::new(Arc::clone(&database))), Sockets::default());
        let server = Server {
            schema: graphql::schema(Arc::clone(&api), config.http.introspection),
            api: Arc::clone(&api),
            database: Arc::clone(&database),
            sdl: graphql::sdl().into(),
            documents: Documents::new(document_reader(config), trusted, document_policy(config)),
            max_complexity: config.limits.max_complexity,
            timeout: config.limits.request_timeout,
            max_body_bytes: config.limits.max_body_bytes,
            body_timeout: config.http.body_timeout,
            feed: Arc::clone(&feed),
            sockets: sockets.clone(),
            sessions: Arc::default(),
            answers: Answers::default(),
            allowed_origins: allowed_origins.clone(),
            trusted_proxies: config.http.trusted_proxies.clone(),
            // The query editor could run nothing where only given documents are run.
            exports: Arc::default(),
            graphiql: config.http.graphiql && !config.documents.trusted_only,
            recorder,
        };
        let Config { http, telemetry, .. } = config;
        let layers = Layers {
            allowed_origins,
            compression: http.compression,
            exports: !config.documents.trusted_only,
            metrics: telemetry.metrics,
            static_dir: http.static_dir.clone(),
        };
        Self { router: router(Arc::new(server), &layers), database, api, feed, sockets, hook }
    }
}

/// The hook as configured, waiting for writes.
fn hook(config: &Config) -> Option<Hook> {
    let hooks = &config.hooks;
    let is_wanted = !hooks.after_write_command.is_empty() || hooks.after_write_url.is_some();
    is_wanted.then(|| {
        Hook::start(Target {
            command: hooks.after_write_command.clone(),
            url: hooks.after_write_url.clone(),
            timeout: hooks.timeout,
        })
    })
}

/// Where traces go as configured; `None` for nowhere.
pub fn collector(config: &Config) -> Option<Collector> {
    let telemetry = &config.telemetry;
    let endpoint = telemetry.traces_url.clone()?;
    let sample_ratio = f64::from(telemetry.trace_percent) / 100.0;
    Some(Collector { endpoint, service_name: telemetry.service_name.clone(), sample_ratio })
}

/// What connections may take, as configured.
pub fn connection_limits(config: &Config) -> connection::Limits {
    let http = &config.http;
    connection::Limits {
        max_connections: http.max_connections,
        max_connections_per_address: http.max_connections_per_address,
        max_requests: http.max_requests,
        max_header_bytes: http.max_header_bytes,
        header_timeout: http.header_timeout,
        idle_timeout: http.idle_timeout,
        write_timeout: http.write_timeout,
        stop_timeout: http.stop_timeout,
    }
}

/// How the configured database is reached.
pub fn connect(config: &Config) -> Connect<'_> {
    let database = &config.database;
    Connect {
        url: database.url.expose(),
        max_connections: database.max_connections,
        timeout: database.connect_timeout,
        statement_limit: None,
    }
}

/// The same for a server, whose statements end with the requests that they are for.
pub fn connect_to_serve(config: &Config) -> Connect<'_> {
    Connect { statement_limit: Some(config.limits.request_timeout), ..connect(config) }
}

/// Tokens as configured.
fn tokens(config: &Config, keys: Arc<Keys>) -> Tokens {
    let auth = &config.auth;
    Tokens::new(keys, auth.issuer.clone(), auth.audience.clone(), auth.access_token_ttl)
}

/// Who else makes access tokens, as configured; none is asked yet.
pub fn issuers(config: &Config) -> Issuers {
    Issuers::new(config.auth.external_issuers.iter().map(|IssuerConfig { rules, keys, allow_http }| {
        let allow_http = *allow_http;
        let place = match keys {
            KeysConfig::Described => KeyPlace::Discovery { issuer: rules.issuer.clone(), allow_http },
            KeysConfig::Url(url) => KeyPlace::Url { url: url.clone(), allow_http },
            KeysConfig::File(file) => KeyPlace::File(file.clone()),
        };
        (rules.clone(), place)
    }))
}

/// Signing in as configured.
pub fn sessions(
    config: &Config,
    layout: &Layout,
    keys: Arc<Keys>,
    sources: Arc<Registry>,
    passwords: Verifier,
) -> Sessions {
    let rules = SessionRules {
        accept_plain: config.auth.accept_plain_passwords,
        refresh_ttl: config.auth.refresh_token_ttl,
        password_hash: password_hash(config, layout),
        passwords: password_rules(config),
        throttle: throttle_rules(config),
    };
    Sessions::new(tokens(config, keys), issuers(config), sources, passwords, rules)
}

/// The data sources as configured; none is asked yet.
pub fn sources(config: &Config) -> Result<Arc<Registry>, LdapSettingError> {
    Registry::new(&config.sources, &rules(config)).map(Arc::new)
}

/// The documents of the manifest as configured, each of them checked; none without one.
pub fn trusted(config: &Config) -> Result<Arc<Trusted>, BadManifest> {
    let Some(file) = &config.documents.manifest else { return Ok(Arc::default()) };
    let trusted = Trusted::load(file, &document_reader(config));
    trusted.map(Arc::new).map_err(|error| BadManifest { file: file.clone(), error })
}

fn document_reader(config: &Config) -> DocumentReader {
    let limits = &config.limits;
    let limits = document::Limits {
        max_bytes: limits.max_document_bytes,
        max_tokens: limits.max_tokens,
        max_fields: limits.max_fields,
        max_depth: limits.max_depth,
        max_aliases: limits.max_aliases,
        max_directives: limits.max_directives,
    };
    DocumentReader::new(limits, config.http.introspection)
}

fn document_policy(config: &Config) -> Policy {
    let documents = &config.documents;
    Policy { trusted_only: documents.trusted_only, automatic: documents.automatic, cache_bytes: documents.cache_bytes }
}

fn throttle_rules(config: &Config) -> ThrottleRules {
    let auth = &config.auth;
    ThrottleRules {
        per_account: auth.attempts_per_account,
        per_address: auth.attempts_per_address,
        longest_wait: TimeDelta::from_std(auth.longest_wait).expect("the duration was checked"),
    }
}

fn password_rules(config: &Config) -> PasswordRules {
    let passwords = &config.passwords;
    let pattern = Some(&passwords.pattern).filter(|pattern| !pattern.is_empty());
    PasswordRules {
        min_size: passwords.min_size,
        need_digit: passwords.need_digit,
        min_2_lower_2_upper: passwords.min_2_lower_2_upper,
        min_2_characters: passwords.min_2_characters,
        pattern: pattern.map(|pattern| pattern.parse().expect("the pattern was checked")),
    }
}

/// The rules of the domain as configured.
pub fn rules(config: &Config) -> Rules {
    let groups = &config.groups;
    Rules {
        permission: PermissionRules {
            keys: PermissionKeys::new(&groups.customer_permission_keys),
            group_support: groups.customer_group_support,
            always_groups: groups.customer_always_groups.clone(),
            customer_always_groups: groups.customer_company_always_groups.clone(),
            other_customers_context: groups.other_customers_context,
        },
        open_state_types: config.tickets.open_state_types.iter().map(|name| StateType::from_name(name)).collect(),
        ticket_number: number_rules(config),
        services: config.tickets.services,
        calendars: config.working_time.calendars(config.database.time_zone),
        company_tickets: !config.tickets.disable_company_ticket_access,
        customer_search_fields: config.customers.customer_search_fields.clone(),
        customer_user_search_fields: config.customers.customer_user_search_fields.clone(),
    }
}

fn number_rules(config: &Config) -> NumberRules {
    let tickets = &config.tickets;
    NumberRules {
        generator: tickets.number_generator,
        system_id: tickets.system_id.clone(),
        min_counter_size: tickets.min_counter_size,
        use_formatted_counter: tickets.use_formatted_counter,
    }
}

/// The form in which new passwords are stored. No other product reads argon2id, so beside one it is bcrypt instead.
pub fn password_hash(config: &Config, layout: &Layout) -> PasswordHash {
    match config.auth.password_hash.parse().expect("the format was checked") {
        PasswordHash::Argon2id if !layout.is_native() => PasswordHash::Bcrypt { cost: DEFAULT_BCRYPT_COST },
        configured => configured,
    }
}

fn edit_rules(config: &Config, layout: &Layout, passwords: Verifier) -> EditRules {
    let customers = &config.customers;
    let (accepted, refused) = (&customers.accepted_email_addresses, &customers.refused_email_addresses);
    EditRules {
        email: EmailRules::new(customers.check_email_addresses, accepted, refused).expect("the patterns were checked"),
        unique_email: customers.unique_email_addresses,
        password_hash: password_hash(config, layout),
        name_fields: customers.name_fields.clone(),
        name_separator: customers.name_separator.clone(),
        passwords,
    }
}

fn limits(config: &Config) -> Limits {
    let limits = &config.limits;
    Limits {
        default_page_size: limits.default_page_size as u64,
        max_page_size: limits.max_page_size as u64,
        max_search_length: limits.max_search_length,
    }
}

fn display(config: &Config) -> Display {
    let customers = &config.customers;
    let links = |kind: RecordKind| {
        let shown = customers.links.iter().filter(|link| link.shown_for.contains(&kind));
        shown.map(|link| Link { label: link.label.clone(), template: link.url_template.clone() }).collect()
    };
    Display {
        name_fields: customers.name_fields.clone(),
        name_separator: customers.name_separator.clone(),
        map: customers.map_url_template.clone(),
        customer_links: links(RecordKind::Customer),
        customer_user_links: links(RecordKind::CustomerUser),
    }
}
