//! What `check` prints: findings in groups, each with what was found, why it matters and what to do, and a line that sums up.

use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// As it should be.
    Fine,
    /// Good to know.
    Note,
    /// The server starts, but something will not work.
    Warning,
    /// The server does not start, or is of no use.
    Problem,
}

/// One thing that was found.
#[derive(Clone, Debug)]
pub struct Finding {
    level: Level,
    what: String,
    why: Option<String>,
    todo: Option<String>,
    lines: Vec<String>,
}

impl Finding {
    fn new(level: Level, what: impl Into<String>) -> Self {
        Self { level, what: what.into(), why: None, todo: None, lines: Vec::new() }
    }

    /// Something that is as it should be.
    pub fn fine(what: impl Into<String>) -> Self {
        Self::new(Level::Fine, what)
    }

    /// Something that is good to know.
    pub fn note(what: impl Into<String>) -> Self {
        Self::new(Level::Note, what)
    }

    /// Something that does not work, without which the server starts.
    pub fn warning(what: impl Into<String>) -> Self {
        Self::new(Level::Warning, what)
    }

    /// Something with which the server does not start, or is of no use.
    pub fn problem(what: impl Into<String>) -> Self {
        Self::new(Level::Problem, what)
    }

    /// Says why it matters.
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Says what to do.
    pub fn advising(mut self, todo: impl Into<String>) -> Self {
        self.todo = Some(todo.into());
        self
    }

    /// Adds lines that are to be copied or compared.
    pub fn with_lines(mut self, lines: Vec<String>) -> Self {
        self.lines = lines;
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Fine => "ok",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Problem => "problem",
        };
        writeln!(f, "{level:<8} {}", self.what)?;
        if let Some(why) = &self.why {
            writeln!(f, "         Why:   {why}")?;
        }
        if let Some(todo) = &self.todo {
            writeln!(f, "         To do: {todo}")?;
        }
        self.lines.iter().try_for_each(|line| writeln!(f, "           {line}"))
    }
}

/// Prints findings as they come, and counts them.
#[derive(Default)]
pub struct Report {
    headline: Option<&'static str>,
    has_group: bool,
    notes: usize,
    warnings: usize,
    problems: usize,
}

impl Report {
    /// Begins a group. Its headline is printed with its first finding.
    pub fn group(&mut self, headline: &'static str) {
        self.headline = Some(headline);
    }

    /// Prints a finding.
    pub fn say(&mut self, finding: Finding) {
        if let Some(headline) = self.headline.take() {
            println!("{}{headline}", if self.has_group { "\n" } else { "" });
            self.has_group = true;
        }
        print!("{finding}");
        match finding.level {
            Level::Fine => {}
            Level::Note => self.notes += 1,
            Level::Warning => self.warnings += 1,
            Level::Problem => self.problems += 1,
        }
    }

    /// Whether there is something with which the server does not start.
    pub fn has_problems(&self) -> bool {
        self.problems > 0
    }

    /// The last line.
    pub fn summary(&self) -> String {
        let mut parts = vec![match self.problems {
            0 => "nothing to mend".to_owned(),
            1 => "1 thing to mend".to_owned(),
            many => format!("{many} things to mend"),
        }];
        if self.warnings > 0 {
            parts.push(format!("{} to look at", self.warnings));
        }
        if self.notes > 0 {
            parts.push(format!("{} to know", self.notes));
        }
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_what_was_found_why_it_matters_and_what_to_do() {
        let finding = Finding::warning("the lamp is out").because("it is dark").advising("change it");
        let finding = finding.with_lines(vec!["one;".to_owned(), "two;".to_owned()]);
        let expected = "warning  the lamp is out\n         Why:   it is dark\n         To do: change it\n           one;\n           two;\n";
        assert_eq!(finding.to_string(), expected);
        assert_eq!(Finding::fine("the lamp is on").to_string(), "ok       the lamp is on\n");
    }

    #[test]
    fn the_last_line_sums_up() {
        let mut report = Report::default();
        report.group("Lamps");
        report.say(Finding::fine("on"));
        assert_eq!((report.summary().as_str(), report.has_problems()), ("nothing to mend", false));
        report.say(Finding::note("new"));
        report.say(Finding::warning("dim"));
        assert_eq!(report.summary(), "nothing to mend, 1 to look at, 1 to know");
        report.say(Finding::problem("out"));
        assert_eq!(report.summary(), "1 thing to mend, 1 to look at, 1 to know");
        report.say(Finding::problem("broken"));
        assert!(report.summary().starts_with("2 things to mend, ") && report.has_problems());
    }
}
