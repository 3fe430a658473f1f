//! A directory in which the program is run, with its database in it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;

/// The directory. Nothing else gives settings.
pub struct Desk {
    pub directory: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command has done.
#[derive(Debug)]
pub struct Told {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Desk {
    /// An empty one.
    pub fn new() -> Self {
        let desk = Self {
            directory: TempDir::new().expect("there is a directory for temporary files"),
            variables: Vec::new(),
        };
        desk.with("DESKGRAPH_HTTP__LISTEN", "127.0.0.1:0")
    }

    /// One with the demo data.
    pub fn filled() -> Self {
        let desk = Self::new();
        let told = desk.run(&["demo", "--customers", "1", "--customer-users", "1", "--tickets", "1"]);
        assert_eq!(told.code, Some(0), "{told:?}");
        desk
    }

    /// The same with a variable of the environment.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path().join(file), text).expect("the file can be written");
    }

    /// The program, not yet started.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_deskgraph"));
        program.current_dir(self.path()).args(arguments).stdin(Stdio::null());
        program.envs(self.variables.iter().map(|(name, value)| (name, value)));
        program
    }

    /// What a command prints, and how it ends.
    pub fn run(&self, arguments: &[&str]) -> Told {
        let Output { status, stdout, stderr } = self.program(arguments).output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Told { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// Changes the database behind the program's back.
    pub async fn execute(&self, statements: &[&str]) {
        let url = format!("sqlite://{}", self.path().join("deskgraph.db").display());
        let connection: DatabaseConnection = Database::connect(url).await.expect("the database opens");
        for sql in statements {
            connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        connection.close().await.expect("the database closes");
    }
}
