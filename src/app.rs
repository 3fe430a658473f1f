//! Puts the parts together: configuration, database, rules, schema, router. Used by the commands and by the tests alike.

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use sea_orm::DatabaseConnection;

use crate::auth::password::{DEFAULT_BCRYPT_COST, PasswordHash, Verifier};
use crate::auth::token::{Keys, Tokens};
use crate::config::Config;
use crate::domain::clock::Clock;
use crate::domain::email::EmailRules;
use crate::domain::link::RecordKind;
use crate::domain::password_rule::PasswordRules;
use crate::domain::permission::PermissionRules;
use crate::domain::permission_key::PermissionKeys;
use crate::domain::rules::Rules;
use crate::domain::ticket::StateType;
use crate::domain::ticket_number::NumberRules;
use crate::feed::Feed;
use crate::graphql;
use crate::graphql::context::Api;
use crate::graphql::settings::{Display, Limits, Link};
use crate::hook::{Hook, Target};
use crate::http::router::{Layers, router};
use crate::http::server::{Documents, Recorder, Server, Sockets};
use crate::service::editor::EditRules;
use crate::service::session::{SessionRules, Sessions};
use crate::source::SourceInfo;
use crate::store::Database;
use crate::store::connection::Connect;
use crate::store::layout::Layout;

/// What the server is made of besides its configuration.
pub struct Parts {
    /// The connection pool.
    pub connection: DatabaseConnection,
    /// Which tables there are.
    pub layout: Layout,
    /// The signing keys.
    pub keys: Arc<Keys>,
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

/// The most aliases in a document.
const MAX_ALIASES: usize = 100;
/// How many bytes of parsed documents are kept.
const DOCUMENT_CACHE_BYTES: u64 = 4 * 1024 * 1024;

impl App {
    /// Puts a server together.
    pub fn new(config: &Config, parts: Parts) -> Self {
        let Parts { connection, layout, keys, clock, recorder } = parts;
        let fingerprint_key = keys.secret("row fingerprints");
        let database =
            Database::new(connection, layout, config.database.time_zone, rules(config), clock, fingerprint_key);
        let hook = hook(config);
        let database = match &hook {
            Some(hook) => database.telling(Box::new(hook.listener())),
            None => database,
        };
        let (database, passwords) = (Arc::new(database), Verifier::new());
        let api = Arc::new(Api {
            limits: limits(config),
            display: display(config),
            sources: config.sources.iter().map(|source| SourceInfo { name: source.name.clone() }).collect(),
            sessions: sessions(config, &database.layout, keys, passwords.clone()),
            edit_rules: edit_rules(config, &database.layout, passwords),
        });
        let allowed = config.http.allowed_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
        let allowed_origins: Vec<HeaderValue> = allowed.collect();
        let (feed, sockets) = (Arc::new(Feed::new(Arc::clone(&database))), Sockets::default());
        let server = Server {
            schema: graphql::schema(Arc::clone(&api), &api.limits, config.http.introspection),
            api: Arc::clone(&api),
            database: Arc::clone(&database),
            sdl: graphql::sdl(),
            documents: Documents::new(DOCUMENT_CACHE_BYTES),
            timeout: config.limits.request_timeout,
            feed: Arc::clone(&feed),
            sockets: sockets.clone(),
            allowed_origins: allowed_origins.clone(),
            graphiql: config.http.graphiql,
            recorder,
        };
        let layers = Layers { max_body_bytes: config.limits.max_body_bytes, allowed_origins };
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

/// How the configured database is reached.
pub fn connect(config: &Config) -> Connect<'_> {
    let database = &config.database;
    Connect { url: database.url.expose(), max_connections: database.max_connections, timeout: database.connect_timeout }
}

/// Tokens as configured.
fn tokens(config: &Config, keys: Arc<Keys>) -> Tokens {
    let auth = &config.auth;
    Tokens::new(keys, auth.issuer.clone(), auth.audience.clone(), auth.access_token_ttl)
}

/// Signing in as configured.
pub fn sessions(config: &Config, layout: &Layout, keys: Arc<Keys>, passwords: Verifier) -> Sessions {
    let rules = SessionRules {
        accept_plain: config.auth.accept_plain_passwords,
        refresh_ttl: config.auth.refresh_token_ttl,
        password_hash: password_hash(config, layout),
        passwords: password_rules(config),
    };
    Sessions::new(tokens(config, keys), passwords, rules)
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
        max_depth: limits.max_depth,
        max_complexity: limits.max_complexity,
        max_aliases: MAX_ALIASES,
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
