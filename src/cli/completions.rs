//! The command `completions`: scripts by which shells complete commands and options.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::arguments::Arguments;

/// The name that the program is called by.
const PROGRAM: &str = "deskgraph";

/// The script for a shell.
pub fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), PROGRAM, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
