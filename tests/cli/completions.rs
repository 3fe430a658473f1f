//! Scripts by which shells complete, and the version.

use std::process::Command;

use crate::desk::Desk;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "elvish", "powershell"];

#[test]
fn each_shell_gets_a_script_that_knows_every_command() {
    // Settings that are wrong are of no concern here.
    let desk = Desk::new().with("DESKGRAPH_LIMITS__MAX_DEPTH", "deep");
    let commands =
        ["serve", "migrate", "demo", "check", "schema", "import-settings", "agent", "token", "key", "completions"];
    for shell in SHELLS {
        let told = desk.run(&["completions", shell]);
        assert_eq!((told.code, told.err.as_str()), (Some(0), ""), "{shell}");
        for word in commands.into_iter().chain(["customer-users", "first-name", "expires-in"]) {
            assert!(told.out.contains(word), "{shell}: {word}");
        }
    }
    let told = desk.run(&["completions", "tcsh"]);
    assert_eq!(told.code, Some(2), "{told:?}");
    assert!(told.err.contains("bash, elvish, fish, powershell, zsh"), "{told:?}");
}

#[test]
fn bash_completes_a_command_and_an_option() {
    let desk = Desk::new();
    desk.write("deskgraph.bash", &desk.run(&["completions", "bash"]).out);
    let completed = |words: &str, at: usize| {
        let ask = format!(
            "source ./deskgraph.bash; COMP_WORDS=({words}); COMP_CWORD={at}; _deskgraph deskgraph \"${{COMP_WORDS[{at}]}}\" x; echo ${{COMPREPLY[@]}}"
        );
        let output =
            Command::new("bash").args(["--norc", "-c", &ask]).current_dir(desk.path()).output().expect("bash runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    assert_eq!(completed("deskgraph mig", 1), "migrate\n");
    assert_eq!(completed("deskgraph migrate --st", 2), "--status\n");
}

#[test]
fn the_version_is_told() {
    let told = Desk::new().run(&["--version"]);
    assert_eq!(told.out, concat!("deskgraph ", env!("CARGO_PKG_VERSION"), "\n"));
}
