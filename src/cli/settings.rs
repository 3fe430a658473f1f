//! Where settings come from, for messages: the file and the variables of the environment.

use std::path::{Path, PathBuf};

use crate::config::{Config, ConfigError, DEFAULT_FILE};

use super::Failure;

/// Variables that begin like settings and are none.
const NO_SETTINGS: [&str; 3] = ["DESKGRAPH_CONFIG", "DESKGRAPH_LOG", "DESKGRAPH_RECORDED_OTOBO"];

/// What was given beside the defaults.
pub struct Given {
    /// The file, if one was named or is there.
    file: Option<PathBuf>,
    /// Names of the variables, in order.
    variables: Vec<String>,
}

impl Given {
    /// What the arguments, the working directory and the environment give.
    pub fn new(file: Option<&Path>, environment: &[(String, String)]) -> Self {
        let default = || Some(PathBuf::from(DEFAULT_FILE)).filter(|file| file.exists());
        let is_setting = |name: &&String| name.starts_with("DESKGRAPH_") && !NO_SETTINGS.contains(&name.as_str());
        let mut variables: Vec<String> = environment.iter().map(|(name, _)| name).filter(is_setting).cloned().collect();
        variables.sort();
        Self { file: file.map(Path::to_path_buf).or_else(default), variables }
    }

    /// In words; no values, which may be secrets.
    pub fn described(&self) -> String {
        let file = match &self.file {
            Some(file) => format!("those of {}", file.display()),
            None => format!("the defaults (there is no {DEFAULT_FILE} here)"),
        };
        match self.variables.len() {
            0 => file,
            _ => format!("{file}, and {} from the environment", self.variables.join(", ")),
        }
    }

    /// Where a setting was given that is not accepted; `None` where the message says so by itself.
    fn place_of(&self, error: &ConfigError) -> Option<String> {
        let setting = match error {
            ConfigError::Value { setting, .. } => setting,
            ConfigError::Unknown { name, .. } if !name.starts_with("DESKGRAPH_") => name,
            _ => return None,
        };
        let variable = variable_of(setting);
        if self.variables.contains(&variable) {
            return Some(format!("it was given by {variable}"));
        }
        let file = self.file.as_ref().filter(|file| mentions(file, setting))?;
        Some(format!("it stands in {}", file.display()))
    }
}

/// Whether a file has the name of a setting somewhere: one that does not fit another may also be a default.
fn mentions(file: &Path, setting: &str) -> bool {
    let name = setting.rsplit('.').next().unwrap_or(setting);
    let name = name.split('[').next().unwrap_or(name);
    std::fs::read_to_string(file).is_ok_and(|text| text.contains(name))
}

/// The variable that a setting such as `http.listen` or `source[1].url` can be given by.
fn variable_of(setting: &str) -> String {
    let path = setting.replace('[', ".").replace(']', "");
    format!("DESKGRAPH_{}", path.replace('.', "__").to_uppercase())
}

/// Reads the settings. What is wrong is told with the place where it stands.
pub fn load(file: Option<&Path>, environment: Vec<(String, String)>) -> Result<(Config, Given), Failure> {
    let given = Given::new(file, &environment);
    match Config::load(file, environment) {
        Ok(config) => Ok((config, given)),
        Err(error) => Err(match given.place_of(&error) {
            Some(place) => anyhow::anyhow!("{error} ({place})"),
            None => error.into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn settings_are_described_without_their_values() {
        let environment = variables(&[
            ("DESKGRAPH_LOG", "debug"),
            ("HOME", "/root"),
            ("DESKGRAPH_HTTP__LISTEN", "127.0.0.1:1"),
            ("DESKGRAPH_DATABASE__URL", "postgres://s3cret"),
        ]);
        let given = Given::new(Some(Path::new("desk.toml")), &environment);
        let expected = "those of desk.toml, and DESKGRAPH_DATABASE__URL, DESKGRAPH_HTTP__LISTEN from the environment";
        assert_eq!(given.described(), expected);
        assert_eq!(Given::new(Some(Path::new("a.toml")), &[]).described(), "those of a.toml");
    }

    #[rstest]
    #[case("", &[("DESKGRAPH_LIMITS__MAX_DEPTH", "x")], "(it was given by DESKGRAPH_LIMITS__MAX_DEPTH)")]
    #[case("[limits]\nmax_depth = 0\n", &[("DESKGRAPH_HTTP__LISTEN", "127.0.0.1:1")], "(it stands in FILE)")]
    #[case("[limits]\nmax_depht = 1\n", &[], "(it stands in FILE)")]
    #[case("[[source]]\nname = \"Database\"\nkind = \"database\"\n", &[("DESKGRAPH_SOURCE__0__KIND", "x")], "(it was given by DESKGRAPH_SOURCE__0__KIND)")]
    #[case("", &[("DESKGRAPH_LIMIT__MAX_DEPTH", "1")], "in the file only")]
    #[case("", &[("DESKGRAPH_LIMITS__MAX_PAGE_SIZE", "10")], "which is 10")]
    fn what_is_wrong_is_told_with_its_place(
        #[case] text: &str,
        #[case] environment: &[(&str, &str)],
        #[case] expected: &str,
    ) {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("it can be written");
        let Err(error) = load(Some(file.path()), variables(environment)) else { panic!("{text} was accepted") };
        let message = error.to_string().replace(&file.path().display().to_string(), "FILE");
        assert!(message.ends_with(expected), "{message}");
    }
}
