//! What is asked beside the main database: data sources and issuers. The server starts without them, so that what is wrong there is
//! no problem of its start.

use crate::config::Config;

use super::report::{Finding, Report};

/// Asks every data source besides the main database.
pub async fn check_sources(config: &Config, report: &mut Report) {
    let sources = match crate::app::sources(config) {
        Ok(sources) => sources,
        Err(error) => {
            let why = "`serve` stops with this line, because it could not ask that source";
            return report.say(Finding::problem(error.to_string()).because(why));
        }
    };
    for source in sources.all() {
        let mut is_first = true;
        for finding in source.inspect().await {
            let text = format!("the data source `{}`: {}", source.name, finding.text);
            if finding.is_fine {
                report.say(Finding::fine(text));
                continue;
            }
            let warning = Finding::warning(text);
            // Once for each source is enough.
            report.say(if is_first { explained(warning, &source.name) } else { warning });
            is_first = false;
        }
    }
}

fn explained(warning: Finding, name: &str) -> Finding {
    warning
        .because("the server starts, but what this concerns is missing from lists, and whoever it concerns may not be able to sign in")
        .advising(format!("compare it with the `[[source]]` named \"{name}\"; docs/data-sources.md says what each setting means"))
}

/// Asks every issuer besides ourselves for its keys.
pub async fn check_issuers(config: &Config, report: &mut Report) {
    for issuer in crate::app::issuers(config).all() {
        let name = issuer.name();
        let (keys, passed_over) = match issuer.inspect().await {
            Ok(found) => found,
            Err(error) => {
                report.say(without_keys(format!("the issuer `{name}`: {error}")));
                continue;
            }
        };
        report.say(match keys {
            0 => without_keys(format!("the issuer `{name}`: none of its keys can be used")),
            _ => Finding::fine(format!("the issuer `{name}`: {keys} keys can be used")),
        });
        for reason in passed_over {
            let why = "tokens that were signed with that key are refused";
            report.say(Finding::note(format!("the issuer `{name}`: {reason}")).because(why));
        }
    }
}

fn without_keys(text: String) -> Finding {
    Finding::warning(text)
        .because("its tokens are refused until its keys can be read; everything else works")
        .advising("see whether the address in its `[[auth.external_issuer]]` can be reached from this machine, and answers with keys")
}
