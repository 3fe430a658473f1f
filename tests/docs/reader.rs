//! Someone who follows a page from top to bottom, on a machine where nothing has been done before.
//!
//! - `sh`: run in one folder, with the variables of earlier blocks. One that ends in `serve` starts the server of the page, in the place of
//!   the one before. A page that starts none is read beside a server with the demo data and group support.
//! - `text` behind `sh`: its lines were printed, in this order.
//! - `graphql`: fits the schema, and is run as the administrator, or as `ann` below a comment `# as ann`. It must not have errors, unless the
//!   page shows them. A document with the name of one in `tests/documents` is that one.
//! - `json` behind `graphql`, `sh` or `js`: the answer. Before the answer it may be the variables. `<cursor>` in documents, variables and
//!   messages is the `cursor` that came last.
//! - `json` with `query`, `documentId` or `extensions`: the body of a request, which is sent. With the `type` of a message: a message over
//!   WebSocket. Both are of the account that signed in last on the page, or else of the administrator.
//! - `js`: run by Node.js, where there is one with `fetch`.
//! - `toml` and `sql` are checked elsewhere.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::{Value, json};

use crate::page::{self, Block, Page};
use crate::place::{Background, Place, SHOWN_ADDRESS, free_port, has_program};
use crate::socket::Socket;
use crate::{answer, exception, socket};

/// How a page's server is started where the page does not say it.
const USUAL_SERVER: &str = "DESKGRAPH_GROUPS__CUSTOMER_GROUP_SUPPORT=true deskgraph serve --demo";

/// The script that runs a directory until it is ended.
const DIRECTORY: &str = "examples/ldap/start.sh";

/// Programs that commands may use and a machine may lack: the rest of the section is left out then.
const PROGRAMS: [&str; 2] = ["curl", "sqlite3"];

/// Languages whose blocks are not run here.
const OTHERS: [&str; 4] = ["toml", "sql", "text", "mermaid"];

/// How long a subscription may take to begin.
const BEGINNING: Duration = Duration::from_secs(1);

/// How many pages are read at a time.
const AT_ONCE: usize = 3;

/// What came last and may be shown next.
enum Output {
    Text(String),
    Json(Value),
}

struct Reader<'a> {
    page: &'a Page,
    place: Place,
    client: reqwest::Client,
    server: Option<(Background, String)>,
    directory: Option<(Background, u16)>,
    tokens: HashMap<String, String>,
    socket: Option<Socket>,
    answers: Vec<Value>,
    output: Option<Output>,
    /// A section whose rest cannot be followed here.
    given_up: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(page: &'a Page) -> Self {
        Self {
            page,
            place: Place::new(),
            client: reqwest::Client::builder().no_proxy().build().expect("a client"),
            server: None,
            directory: None,
            tokens: HashMap::new(),
            socket: None,
            answers: Vec::new(),
            output: None,
            given_up: None,
        }
    }

    /// Follows the page; what is wrong with it.
    async fn read(mut self) -> Result<(), String> {
        let blocks = self.page.blocks();
        let mut place = 0;
        while let Some(block) = blocks.get(place) {
            place += 1;
            if self.given_up == Some(block.section) || exception::of(&self.page.name, &block.text).is_some() {
                self.output = None;
                continue;
            }
            let rest = &blocks[place..];
            let followed = self.follow(block, rest).await;
            place += followed.map_err(|fault| format!("{}:{}: {fault}", self.page.name, block.line))?;
        }
        Ok(())
    }

    /// Follows a block; how many of those behind it went along.
    async fn follow(&mut self, block: &Block, rest: &[Block]) -> Result<usize, String> {
        match block.language.as_str() {
            "sh" => self.shell(block).await?,
            "graphql" => return self.document(block, rest).await,
            "json" => self.json(block, rest).await?,
            "js" => self.script(block).await?,
            "text" => {
                if let Some(Output::Text(came)) = self.output.take() {
                    let missing = answer::missing_line(&block.text, &came);
                    return missing.map_or(Ok(0), |line| Err(format!("`{line}` was not printed\n{came}")));
                }
            }
            other if OTHERS.contains(&other) => {}
            other => return Err(format!("nothing is known of `{other}`")),
        }
        Ok(0)
    }

    async fn shell(&mut self, block: &Block) -> Result<(), String> {
        if block.text.contains(DIRECTORY) {
            return self.start_directory(block).await;
        }
        if is_server(block) {
            return self.start_server(&block.text).await;
        }
        if !self.page.blocks().iter().any(is_server) {
            self.host().await?;
        }
        let lacks = |name: &&str| block.text.contains(&format!("{name} ")) && !has_program(name);
        if PROGRAMS.iter().any(lacks) {
            self.given_up = Some(block.section);
            return Ok(());
        }
        let mut text = block.text.clone();
        if text.contains(SHOWN_ADDRESS) {
            text = text.replace(SHOWN_ADDRESS, &self.host().await?);
        }
        let said = self.place.run(&text).await?;
        self.output = Some(Output::Text(said.replace(self.host_so_far(), SHOWN_ADDRESS)));
        Ok(())
    }

    async fn start_directory(&mut self, block: &Block) -> Result<(), String> {
        if !has_program("slapd") {
            self.given_up = Some(block.section);
            return Ok(());
        }
        let port = free_port();
        let environment = [("LDAP_PORT", port.to_string())];
        let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
        let (directory, _) = self.place.start(&block.text, &environment, "The directory is on").await?;
        self.directory = Some((directory, port));
        Ok(())
    }

    async fn start_server(&mut self, text: &str) -> Result<(), String> {
        self.server = None;
        self.socket = None;
        self.tokens.clear();
        let text = text.replace(SHOWN_ADDRESS, "127.0.0.1:0");
        let port = self.directory.as_ref().map_or(0, |(_, port)| *port);
        let source = format!("ldap://127.0.0.1:{port}");
        let is_beside = text.contains("examples/ldap/deskgraph.toml");
        let environment = [("DESKGRAPH_SOURCE__1__URL", source.as_str())];
        let environment = if is_beside { &environment[..] } else { &[] };
        let (server, address) = self.place.start(&text, environment, "Deskgraph answers at http://").await?;
        let host = address.trim_end_matches("/graphql").to_owned();
        self.output = Some(Output::Text(server.said.replace(&host, SHOWN_ADDRESS)));
        self.server = Some((server, host));
        Ok(())
    }

    fn host_so_far(&self) -> &str {
        self.server.as_ref().map_or(SHOWN_ADDRESS, |(_, host)| host)
    }

    /// Where the server is, which is started now if the page has not started one.
    async fn host(&mut self) -> Result<String, String> {
        if self.server.is_none() {
            self.start_server(USUAL_SERVER).await?;
        }
        Ok(self.host_so_far().to_owned())
    }

    /// A token of somebody, who may be an agent or a customer user.
    async fn token(&mut self, login: &str) -> Result<String, String> {
        if let Some(token) = self.tokens.get(login) {
            return Ok(token.clone());
        }
        let agent = self.place.run(&format!("deskgraph token {login}")).await;
        let token = match agent {
            Ok(token) => token,
            Err(_) => self.place.run(&format!("deskgraph token {login} --realm customer")).await?,
        };
        self.tokens.insert(login.to_owned(), token.trim().to_owned());
        Ok(token.trim().to_owned())
    }

    /// The token that came last on the page; that of the administrator where none came.
    async fn signed_in(&mut self) -> Result<String, String> {
        let token = self.answers.iter().rev().find_map(|answer| answer::find(answer, "accessToken")?.as_str());
        match token {
            Some(token) => Ok(token.to_owned()),
            None => self.token("root@localhost").await,
        }
    }

    async fn post(&mut self, login: Option<&str>, body: &Value) -> Result<Value, String> {
        let host = self.host().await?;
        let token = match login {
            Some(login) => self.token(login).await?,
            None => self.signed_in().await?,
        };
        let request = self.client.post(format!("http://{host}/graphql")).bearer_auth(token).json(body);
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let answer: Value = answer.json().await.map_err(|error| error.to_string())?;
        self.answers.push(answer.clone());
        Ok(answer)
    }

    async fn document(&mut self, block: &Block, rest: &[Block]) -> Result<usize, String> {
        same_as_the_file(&block.text)?;
        self.host().await?;
        let text = answer::filled(&block.text, &self.answers);
        let parsed = async_graphql::parser::parse_query(&text).map_err(|error| error.to_string())?;
        let has_variables =
            parsed.operations.iter().any(|(_, operation)| !operation.node.variable_definitions.is_empty());
        let mut used = 0;
        let mut shown = Vec::new();
        for block in rest.iter().take(2).take_while(|block| block.language == "json") {
            shown.extend(answer::values(&block.text).map_err(|error| error.to_string())?);
        }
        let mut variables = json!({});
        if has_variables && shown.first().is_some_and(|first| !is_answer(first)) {
            let filled = answer::filled(&rest[0].text, &self.answers);
            variables = serde_json::from_str(&filled).map_err(|error| error.to_string())?;
            used = 1;
            shown.remove(0);
        }
        let login = text.lines().find_map(|line| line.strip_prefix("# as ")).unwrap_or("root@localhost").to_owned();
        let is_subscription = parsed
            .operations
            .iter()
            .any(|(_, operation)| operation.node.ty == async_graphql::parser::types::OperationType::Subscription);
        if is_subscription {
            // It is followed by messages; here it only has to fit the schema, which a refusal by its kind of transport tells.
            let answer = self.post(Some(&login), &json!({"query": text, "variables": variables})).await?;
            let code = &answer["errors"][0]["extensions"]["code"];
            return if code == "BAD_USER_INPUT" { Ok(used) } else { Err(answer.to_string()) };
        }
        let answer = self.post(Some(&login), &json!({"query": text, "variables": variables})).await?;
        if !shown.first().is_some_and(is_answer) {
            no_errors(&answer)?;
        }
        self.output = Some(Output::Json(answer));
        Ok(used)
    }

    async fn json(&mut self, block: &Block, rest: &[Block]) -> Result<(), String> {
        let shown = answer::values(&block.text).map_err(|error| error.to_string())?;
        let first = shown.first().ok_or("there is nothing")?;
        if socket::is_sent(first).is_some() {
            return self.conversation(shown).await;
        }
        let is_body = ["query", "documentId", "extensions"].iter().any(|key| first.get(key).is_some());
        if is_body && !is_answer(first) {
            let body = answer::filled(&block.text, &self.answers);
            let body: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
            let answer = self.post(None, &body).await?;
            if rest.first().is_none_or(|next| next.language != "json") {
                no_errors(&answer)?;
            }
            self.output = Some(Output::Json(answer));
            return Ok(());
        }
        let came = match self.output.take() {
            Some(Output::Json(came)) => came,
            Some(Output::Text(text)) => {
                let came: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
                self.answers.push(came.clone());
                came
            }
            None => return Err("it is no answer to anything: see `exception`".to_owned()),
        };
        answer::difference(first, &came).map_or(Ok(()), |difference| Err(format!("{difference}\n{came}")))
    }

    /// Sends and awaits messages.
    async fn conversation(&mut self, messages: Vec<Value>) -> Result<(), String> {
        for shown in messages {
            if shown["type"] == "connection_init" {
                self.socket = Some(Socket::open(&self.host().await?).await);
            }
            let is_sent = socket::is_sent(&shown).ok_or_else(|| format!("{shown} is no message"))?;
            let mut message = shown.clone();
            if is_sent {
                let filled = answer::filled(&shown.to_string(), &self.answers);
                message = serde_json::from_str(&filled).map_err(|error| error.to_string())?;
            }
            let socket = self.socket.as_mut().ok_or("no socket was opened")?;
            if is_sent {
                socket.send(&message).await;
                if message["type"] == "subscribe" {
                    // Nothing tells that a subscription has begun, and what happens before is not told.
                    tokio::time::sleep(BEGINNING).await;
                }
            } else {
                let came = socket.next().await?;
                if let Some(difference) = answer::difference(&shown, &came) {
                    return Err(format!("{difference}\n{came}"));
                }
                self.answers.push(came["payload"].clone());
            }
        }
        Ok(())
    }

    async fn script(&mut self, block: &Block) -> Result<(), String> {
        // Before 18 it had no `fetch`.
        let knows_fetch = "node --eval 'process.exit(typeof fetch === \"function\" ? 0 : 1)'";
        if !has_program("node") || self.place.run(knows_fetch).await.is_err() {
            self.given_up = Some(block.section);
            return Ok(());
        }
        let host = self.host().await?;
        let text = block.text.replace(SHOWN_ADDRESS, &host);
        let said = self.place.run(&format!("node --input-type=module <<'SCRIPT'\n{text}\nSCRIPT")).await?;
        self.output = Some(Output::Text(said));
        Ok(())
    }
}

/// Whether the shell goes on as a server.
fn is_server(block: &Block) -> bool {
    let last = block.text.lines().last().unwrap_or_default();
    let runs = ["cargo run", "deskgraph"].iter().any(|word| last.contains(word)) && last.contains(" serve");
    block.language == "sh" && runs
}

/// Whether it is what the server answers, and not variables.
fn is_answer(value: &Value) -> bool {
    value.get("data").or(value.get("errors")).is_some()
}

fn no_errors(answer: &Value) -> Result<(), String> {
    let mistakes = answer::mistakes(answer);
    if answer["errors"].is_null() && mistakes.is_empty() { Ok(()) } else { Err(answer.to_string()) }
}

/// A document with the name of one in `tests/documents` is the same as there.
fn same_as_the_file(text: &str) -> Result<(), String> {
    let folder = page::root().join("tests/documents");
    for entry in fs::read_dir(&folder).expect("there are documents") {
        let file = entry.expect("an entry").path();
        let document = fs::read_to_string(&file).expect("the document can be read");
        let body = document.lines().skip_while(|line| line.starts_with('#')).collect::<Vec<_>>().join("\n");
        let name = |text: &str| text.split(['(', '{']).next().map(|head| head.trim().to_owned());
        let shown = text.lines().skip_while(|line| line.starts_with('#')).collect::<Vec<_>>().join("\n");
        if name(&body) == name(&shown) && body.trim() != shown.trim() {
            return Err(format!("{} says otherwise", file.display()));
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_and_query_does_what_its_page_says() {
    let pages = page::written();
    let read = stream::iter(&pages).map(|page| Reader::new(page).read()).buffer_unordered(AT_ONCE);
    let faults: Vec<_> = read.filter_map(async |result| result.err()).collect().await;
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}
