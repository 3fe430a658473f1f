//! A recorded database under one of the recorded settings: a server over it, and what OTOBO answers there. Its clock stands still at the
//! moment for which OTOBO answered.

use std::sync::{Arc, Mutex};

use async_graphql::{Request, Variables};
use chrono::{DateTime, Utc};
use deskgraph::app::{App, Parts, connect, sources};
use deskgraph::auth::token::Keys;
use deskgraph::config::Config;
use deskgraph::domain::caller::{Caller, Means};
use deskgraph::domain::clock::Clock;
use deskgraph::domain::permission_key::KeySet;
use deskgraph::domain::ticket::TicketScope;
use deskgraph::domain::viewer::{AgentViewer, Viewer};
use deskgraph::graphql::context::RequestContext;
use deskgraph::graphql::id::GlobalId;
use deskgraph::graphql::{self, Schema};
use deskgraph::http::server::Recorder;
use deskgraph::loader::Batches;
use deskgraph::source::Sources;
use deskgraph::store::Store;
use deskgraph::store::layout::{Found, Layout, detect};
use serde_json::Value;

use crate::scratch::{self, Scratch};

/// The recorded settings.
const SETTINGS: [&str; 3] = ["off", "on-bare", "on-ctx"];

/// A recorded database under one of the recorded settings.
pub struct Desk {
    /// The database.
    pub scratch: &'static Scratch,
    /// The name of the setting.
    pub setting: &'static str,
    /// The server.
    pub app: App,
    /// What kind of tables were found.
    pub layout: Layout,
    /// The statements of every request that came by HTTP.
    pub recorder: Recorder,
    schema: Schema,
}

impl Desk {
    /// Both databases under every setting; none without recordings.
    pub async fn all() -> Vec<Desk> {
        Self::under(&SETTINGS).await
    }

    /// Both databases under one setting, for what depends on none.
    pub async fn both() -> Vec<Desk> {
        Self::under(&["on-ctx"]).await
    }

    async fn under(settings: &[&'static str]) -> Vec<Desk> {
        let databases = scratch::all();
        if databases.is_empty() {
            scratch::say_skipped();
        }
        let mut desks = Vec::new();
        for database in databases {
            for setting in settings {
                desks.push(Self::open(database, setting).await);
            }
        }
        desks
    }

    async fn open(scratch: &'static Scratch, setting: &'static str) -> Desk {
        let config = Config::parse(&settings(scratch, setting)).expect("settings");
        let connection = connect(&config).open().await.expect("a connection");
        let Found::Known(layout) = detect(&connection).await.expect("tables") else { panic!("the database is empty") };
        let now = moment(&scratch.answers["meta"]);
        let recorder = Recorder::new(Mutex::default());
        let parts = Parts {
            lines: connect(&config).open_lines(&connection).await,
            connection,
            layout: layout.clone(),
            keys: Arc::new(Keys::generate_in_memory()),
            sources: sources(&config).expect("sources"),
            trusted: Arc::default(),
            clock: Clock::new(move || now),
            recorder: Some(Arc::clone(&recorder)),
        };
        let app = App::new(&config, parts);
        let schema = graphql::schema(Arc::clone(&app.api), false);
        Desk { scratch, setting, app, layout, recorder, schema }
    }

    /// Where we are, for messages.
    pub fn place(&self, of: impl std::fmt::Display) -> String {
        format!("{} {} {of}", self.scratch.name, self.setting)
    }

    /// OTOBO's answers that depend on no setting.
    pub fn answers(&self) -> &'static Value {
        &self.scratch.answers
    }

    /// OTOBO's answers under this setting.
    pub fn answers_here(&self) -> &'static Value {
        &self.scratch.answers["by_setting"][self.setting]
    }

    /// The permission keys, in order.
    pub fn keys(&self) -> Vec<&'static str> {
        crate::compare::items(&self.scratch.answers["meta"]["permission_types"])
            .iter()
            .map(crate::compare::text)
            .collect()
    }

    /// The database as one request sees it.
    pub fn store(&self) -> Store {
        Store::new(Arc::clone(&self.app.database), Arc::default())
    }

    /// Someone who may see everything there is, also the tickets of invalid groups. OTOBO's counterpart is its system user.
    pub async fn everyone(&self) -> Viewer {
        let reference = self.store().reference().await.expect("reference");
        let mut group_ids: Vec<i32> = reference.groups().all().iter().map(|group| group.id).collect();
        group_ids.sort_unstable();
        let permissions = group_ids.iter().map(|id| (*id, KeySet::default())).collect();
        let tickets = TicketScope::Agent { group_ids, agent_id: 0 };
        Viewer::Agent(AgentViewer {
            id: 0,
            login: "system".to_owned(),
            permissions,
            is_administrator: true,
            edits_customers: true,
            tickets,
        })
    }

    /// A valid customer user; `None` for any other.
    pub async fn person(&self, login: &str) -> Option<Viewer> {
        let sources = Sources::new(self.store(), Arc::clone(&self.app.api.sources));
        sources.customer_user_viewer(login).await.expect("a viewer")
    }

    /// A valid agent.
    pub async fn agent(&self, login: &str) -> Viewer {
        self.store().agent_viewer(login).await.expect("a viewer").expect("a valid agent")
    }

    /// The data of an answer, which must have no errors.
    pub async fn ask(&self, viewer: &Viewer, document: &str, variables: Value) -> Value {
        let batches = Batches::default();
        let caller = Caller { viewer: Arc::new(viewer.clone()), means: Means::Token };
        let context =
            RequestContext::new(self.store(), Arc::clone(&self.app.api.sources), Some(caller), batches.clone());
        let request = Request::new(document).variables(Variables::from_json(variables.clone())).data(context);
        let answer = batches.run(self.schema.execute(request)).await;
        assert!(answer.errors.is_empty(), "{} {document} {variables}: {:?}", self.place(""), answer.errors);
        answer.data.into_json().expect("JSON")
    }
}

/// The moment for which OTOBO answered.
pub fn moment(meta: &Value) -> DateTime<Utc> {
    let seconds = meta["now_epoch"].as_i64().expect("a moment");
    DateTime::from_timestamp(seconds, 0).expect("a moment")
}

/// Our settings that mean the same as the recorded ones.
fn settings(scratch: &Scratch, name: &str) -> String {
    let meta = &scratch.answers["meta"];
    let theirs = &meta["settings"][name];
    let is_on = |setting: &str| theirs[setting].as_i64() == Some(1);
    let keys = &meta["permission_types"];
    format!(
        "[database]\nurl = \"{}\"\nmax_connections = 4\n\
         [groups]\ncustomer_group_support = {}\nother_customers_context = {}\n\
         customer_always_groups = {}\ncustomer_company_always_groups = {}\n\
         customer_permission_keys = {keys}\n\
         [limits]\nmax_page_size = 10000\nmax_complexity = 100000000\n",
        scratch.url,
        is_on("support"),
        is_on("ctx"),
        theirs["always"],
        theirs["company"],
    )
}

/// The number behind a global id such as that of a group or ticket.
pub fn number_of(id: &Value) -> i64 {
    match GlobalId::decode(&async_graphql::ID(crate::compare::text(id).to_owned())) {
        Some(GlobalId::Group(number) | GlobalId::Queue(number)) => number.into(),
        Some(GlobalId::Ticket(number)) => number,
        other => panic!("{other:?} has no number"),
    }
}

/// The numbers of the nodes of a connection.
pub fn numbers_of(connection: &Value) -> Vec<i64> {
    crate::compare::items(&connection["nodes"]).iter().map(|node| number_of(&node["id"])).collect()
}
