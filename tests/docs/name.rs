//! Settings, commands and options that a page names exist, and files of settings that it shows are good.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use deskgraph::config::{Config, ConfigError, DEFAULT_TEXT};
use regex::Regex;

use crate::page;

/// What reads like a setting, with the prefix of those given by environment, but stands for all of them.
const ANY_VARIABLE: [&str; 2] = ["DESKGRAPH_SECTION__NAME", "DESKGRAPH_"];

/// Whether a setting can be given by this variable.
fn is_variable(name: &str) -> bool {
    let file = page::root().join("examples/ldap/deskgraph.toml");
    let variable = (name.to_owned(), "1".to_owned());
    ANY_VARIABLE.contains(&name) || !matches!(Config::load(Some(&file), [variable]), Err(ConfigError::Unknown { .. }))
}

#[test]
fn every_variable_is_a_setting() {
    let variable = Regex::new("DESKGRAPH_[A-Z0-9_]*").expect("an expression");
    let mut faults = Vec::new();
    for page in page::written() {
        for found in variable.find_iter(&page.text).map(|found| found.as_str()) {
            faults.extend((!is_variable(found)).then(|| format!("{}: {found} is no setting", page.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(!is_variable("DESKGRAPH_HTTP__LISTENS") && !is_variable("DESKGRAPH_SOURCE__1__BIND_PASSWORT"));
}

/// Whether `section.name` is a setting; `None` where there is no such section.
fn is_setting(defaults: &toml::Table, name: &str) -> Option<bool> {
    let mut parts = name.split('.');
    let mut found = defaults.get(parts.next()?)?.as_table()?;
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        match found.get(part) {
            Some(toml::Value::Table(table)) if parts.peek().is_some() => found = table,
            Some(_) => return Some(parts.peek().is_none() || part == "calendars"),
            None => return Some(part == "*"),
        }
    }
    Some(true)
}

#[test]
fn every_setting_that_is_named_exists() {
    let defaults: toml::Table = DEFAULT_TEXT.parse().expect("the defaults are TOML");
    let setting = Regex::new(r"^\[{0,2}([a-z_]+(?:\.[a-z0-9_]+)+)\]{0,2}(?: = .*)?$").expect("an expression");
    let mut faults = Vec::new();
    for page in page::written() {
        for (line, name) in page.names() {
            let Some(name) = setting.captures(name).map(|found| found[1].to_owned()) else { continue };
            let is_unknown = is_setting(&defaults, &name) == Some(false);
            faults.extend(is_unknown.then(|| format!("{}:{line}: `{name}` is no setting", page.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(is_setting(&defaults, "http.listen"), Some(true));
    assert_eq!(is_setting(&defaults, "http.listens"), Some(false));
}

#[test]
fn every_file_of_settings_is_good() {
    let main = "[[source]]\nname = \"Database\"\nkind = \"database\"\n";
    let mut faults = Vec::new();
    for page in page::written() {
        for block in page.blocks().into_iter().filter(|block| block.language == "toml") {
            // A page may show one source without the main database, which has to be there too.
            let lacks_main = block.text.starts_with("[[source]]") && !block.text.contains("kind = \"database\"\n\n");
            let text = if lacks_main { format!("{main}{}", block.text) } else { block.text };
            let fault = Config::parse(&text).err();
            faults.extend(fault.map(|fault| format!("{}:{}: {fault}", page.name, block.line)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What the program says of its commands.
#[derive(Default)]
struct Help(HashMap<Vec<String>, String>);

impl Help {
    fn of(&mut self, command: &[String]) -> &str {
        self.0.entry(command.to_vec()).or_insert_with(|| {
            let mut program = Command::new(env!("CARGO_BIN_EXE_deskgraph"));
            let output = program.args(command).arg("--help").current_dir(std::env::temp_dir()).output();
            String::from_utf8(output.expect("the program starts").stdout).expect("help is text")
        })
    }

    /// The commands below a command.
    fn commands(&mut self, command: &[String]) -> Vec<String> {
        let text = self.of(command);
        let listed = text.split("Commands:\n").nth(1).unwrap_or_default();
        let lines = listed.lines().take_while(|line| line.starts_with("  "));
        lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    }

    /// What is wrong with the words behind `deskgraph`; `None` where nothing is.
    fn fault(&mut self, words: &[&str]) -> Option<String> {
        let mut command: Vec<String> = Vec::new();
        let mut options = Vec::new();
        let mut words = words.iter().map(|word| word.trim_start_matches('[').trim_end_matches(']')).peekable();
        while let Some(word) = words.next() {
            let word = word.split('=').next().unwrap_or_default();
            if word == "--config" {
                words.next();
            } else if word.starts_with("--") {
                options.push(word.to_owned());
            } else if self.commands(&command).iter().any(|known| known == word) {
                command.push(word.to_owned());
            } else if command.is_empty() && word != "COMMAND" {
                return Some(format!("there is no command `{word}`"));
            } else if self.commands(&command).iter().any(|known| known != "help") && word != "COMMAND" {
                return Some(format!("`{}` has no `{word}`", command.join(" ")));
            }
        }
        let help = self.of(&command).to_owned();
        let unknown = options.into_iter().find(|option| !help.contains(option.as_str()));
        unknown.map(|option| format!("`{}` has no `{option}`", command.join(" ")))
    }
}

/// The words of each call of the program in a shell's text.
fn calls(text: &str) -> Vec<Vec<&str>> {
    let program = r"(?:cargo run --release (?:--quiet )?--|(?:^|[ \t(]|bin/)deskgraph)";
    let program = Regex::new(&format!("(?m){program}")).expect("an expression");
    let call = |found: regex::Match<'_>| {
        let rest = text[found.end()..].split(['\n', '|', '<', '>', '#', ')', '&', ';']).next().unwrap_or_default();
        rest.split_whitespace().map(|word| word.trim_matches(['\'', '"'])).collect()
    };
    // Elsewhere it is the name of a user, a volume or a container.
    let is_call = |words: &Vec<&str>| words.first().is_none_or(|first| !["--", "deskgraph"].contains(first));
    let has_words = |found: &regex::Match<'_>| text[found.end()..].starts_with([' ', '\t']);
    program.find_iter(text).filter(has_words).map(call).filter(is_call).collect()
}

#[test]
fn calls_are_found_among_other_words() {
    let text = "sudo -u deskgraph -- deskgraph --config a.toml check\nTOKEN=$(deskgraph token ann)\npsql /deskgraph x\ndocker exec deskgraph deskgraph migrate > log\n";
    assert_eq!(calls(text), [vec!["--config", "a.toml", "check"], vec!["token", "ann"], vec!["migrate"]]);
}

#[test]
fn every_command_and_option_that_is_named_exists() {
    let mut help = Help::default();
    let mut faults = Vec::new();
    let top = help.commands(&[]);
    for page in page::written() {
        let blocks = page.blocks();
        let shells = blocks.iter().filter(|block| block.language == "sh");
        let mut found: Vec<(usize, Vec<&str>)> =
            shells.flat_map(|block| calls(&block.text).into_iter().map(|words| (block.line, words))).collect();
        for (line, name) in page.names() {
            if let Some(rest) = name.strip_prefix("deskgraph ") {
                found.push((line, rest.split_whitespace().collect()));
            }
        }
        // The table of the commands has them without the program.
        for (line, text) in page.prose() {
            let Some(cell) = text.strip_prefix("| `").and_then(|rest| rest.split('`').next()) else { continue };
            let words: Vec<_> = cell.split(' ').collect();
            if words.len() > 1 && top.iter().any(|command| command == words[0]) {
                found.push((line, words));
            }
        }
        for (line, words) in found {
            let fault = help.fault(&words);
            faults.extend(fault.map(|fault| format!("{}:{line}: {words:?}: {fault}", page.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(help.fault(&["serv"]).is_some() && help.fault(&["serve", "--demos"]).is_some());
    assert!(help.fault(&["key", "rotated"]).is_some() && help.fault(&["key", "rotate", "--in", "1h"]).is_none());
}

#[test]
fn every_shell_block_is_good_bash() {
    let mut faults = Vec::new();
    for page in page::written() {
        for block in page.blocks().into_iter().filter(|block| block.language == "sh") {
            let output = Command::new("bash").args(["-n", "-c", &block.text]).current_dir(Path::new("/")).output();
            let output = output.expect("there is a bash");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            faults.extend((!output.status.success()).then(|| format!("{}:{}: {said}", page.name, block.line)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
