//! What stands below each `--help`: examples, all of which can be run as they are, and where settings come from.

macro_rules! settings {
    () => {
        "\
Settings:
  Read from FILE, from deskgraph.toml of the working directory without it, and over that from the environment:
  DESKGRAPH_HTTP__LISTEN is `listen` of [http]. config.default.toml has all of them with their defaults."
    };
}

macro_rules! help {
    ($($line:literal)*) => {
        concat!("Examples:\n", $("  ", $line, "\n",)* "\n", settings!())
    };
}

pub const PROGRAM: &str = help!(
    "deskgraph serve --demo                                    a server with demo data, to try"
    "deskgraph --config /etc/deskgraph/deskgraph.toml check    what would not work, and what to do about it"
    "deskgraph token root@localhost                            an access token, to ask with"
    "deskgraph migrate --help                                  more about a command"
);

pub const SERVE: &str = help!(
    "deskgraph serve"
    "deskgraph serve --demo"
    "deskgraph --config /etc/deskgraph/deskgraph.toml serve"
    "DESKGRAPH_HTTP__LISTEN=0.0.0.0:8080 DESKGRAPH_DATABASE__URL=postgres://deskgraph:secret@db/deskgraph deskgraph serve"
);

pub const MIGRATE: &str = help!(
    "deskgraph migrate --status   what would be done"
    "deskgraph migrate"
    "deskgraph migrate --quiet    for scripts"
);

pub const DEMO: &str = help!(
    "deskgraph demo"
    "DESKGRAPH_DATABASE__URL=sqlite://try.db deskgraph demo"
    "deskgraph demo --customers 20000 --customer-users 200000 --tickets 1000000"
);

pub const CHECK: &str = help!(
    "deskgraph check"
    "DESKGRAPH_DATABASE__URL=mysql://deskgraph:secret@127.0.0.1/otobo deskgraph check"
);

pub const SCHEMA: &str = concat!("Examples:\n", "  deskgraph schema > schema.graphql\n");

pub const IMPORT_SETTINGS: &str = help!(
    "DESKGRAPH_DATABASE__URL=postgres://deskgraph:secret@127.0.0.1/otobo deskgraph import-settings > deskgraph.toml"
);

pub const AGENT: &str = help!(
    "deskgraph agent add ann --first-name Ann --last-name Archer --administrator"
    "deskgraph agent password ann"
);

pub const AGENT_ADD: &str = help!(
    "deskgraph agent add ann --first-name Ann --last-name Archer"
    "deskgraph agent add ann --first-name Ann --last-name Archer --administrator < password.txt"
);

pub const AGENT_PASSWORD: &str = help!(
    "deskgraph agent password ann                  asks for it, or generates one"
    "deskgraph agent password ann < password.txt"
);

pub const TOKEN: &str = help!(
    "deskgraph token root@localhost"
    "deskgraph token ann --realm customer --expires-in 30m"
);

pub const KEY: &str = help!(
    "deskgraph key list"
    "deskgraph key rotate"
);

pub const KEY_LIST: &str = help!("deskgraph key list");

pub const KEY_ROTATE: &str = help!(
    "deskgraph key rotate"
    "deskgraph key rotate --in 10m   where servers have copies of the file that arrive later"
);

pub const KEY_REMOVE: &str = help!("deskgraph key remove 6f1c2b7a");

pub const COMPLETIONS: &str = concat!(
    "Examples:\n",
    "  deskgraph completions bash > ~/.local/share/bash-completion/completions/deskgraph\n",
    "  deskgraph completions zsh > /usr/local/share/zsh/site-functions/_deskgraph\n",
    "  deskgraph completions fish > ~/.config/fish/completions/deskgraph.fish\n",
    "  deskgraph completions elvish >> ~/.config/elvish/rc.elv\n",
    "  deskgraph completions powershell >> $PROFILE\n",
);

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory, Parser};

    use crate::cli::arguments::Arguments;
    use crate::config::Config;

    /// Every command with the commands in it.
    fn all(command: Command) -> Vec<Command> {
        let below: Vec<Command> = command.get_subcommands().cloned().collect();
        std::iter::once(command).chain(below.into_iter().flat_map(all)).collect()
    }

    fn examples(command: &Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{}", command.get_name()));
        examples.lines().take_while(|line| !line.is_empty()).map(|line| line.trim().to_owned()).collect()
    }

    /// The variables and the arguments of a line, without redirections and the remark behind it.
    fn split(example: &str) -> (Vec<(String, String)>, Vec<&str>) {
        let line = example.split("  ").next().unwrap_or_default();
        let line = line.split([' ', '\n']).take_while(|word| ![">", ">>", "<"].contains(word));
        let (variables, arguments): (Vec<&str>, Vec<&str>) = line.partition(|word| word.starts_with("DESKGRAPH_"));
        let pair = |word: &&str| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        (variables.iter().filter_map(pair).collect(), arguments)
    }

    #[test]
    fn every_example_is_accepted_and_one_of_its_command() {
        for command in all(Arguments::command()) {
            let (name, examples) = (command.get_name(), examples(&command));
            assert!(!examples.is_empty(), "{name}");
            for example in examples {
                let (variables, arguments) = split(&example);
                assert_eq!(arguments.first(), Some(&"deskgraph"), "{example}");
                assert!(arguments.contains(&name), "{name}: {example}");
                match Arguments::try_parse_from(arguments) {
                    Ok(_) => {}
                    Err(error) => assert_eq!(error.kind(), clap::error::ErrorKind::DisplayHelp, "{example}: {error}"),
                }
                let file = tempfile::NamedTempFile::new().expect("a file");
                Config::load(Some(file.path()), variables).unwrap_or_else(|error| panic!("{example}: {error}"));
            }
        }
    }

    /// The lines of a document that are to be typed into a shell and begin with the program.
    fn typed(document: &str) -> Vec<String> {
        let blocks = document.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
        let lines = blocks.flat_map(str::lines).filter(|line| line.starts_with("deskgraph "));
        lines.map(str::to_owned).collect()
    }

    #[test]
    fn every_command_of_the_documents_is_accepted() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("the file can be read");
        let pages = std::fs::read_dir(root.join("docs")).expect("documents").map(|page| page.expect("a page").path());
        let pages = pages.filter(|page| page.extension().is_some_and(|ending| ending == "md"));
        let mut typed: Vec<String> =
            pages.chain([root.join("README.md")]).flat_map(|page| typed(&read(&page))).collect();
        let unit = read(&root.join("examples/deploy/deskgraph.service"));
        typed.extend(unit.lines().filter_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/")).map(str::to_owned));
        assert!(typed.len() > 8, "{typed:?}");
        for line in typed {
            if let Err(error) = Arguments::try_parse_from(split(&line).1) {
                panic!("{line}: {error}");
            }
        }
    }

    #[test]
    fn help_says_where_settings_come_from() {
        for command in all(Arguments::command()) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let needs_none = ["schema", "completions"].contains(&command.get_name());
            assert_eq!(help.contains("DESKGRAPH_HTTP__LISTEN is `listen`"), !needs_none, "{}", command.get_name());
        }
    }
}
