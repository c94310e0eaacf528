//! What takes long: histories while messages arrive and while requests fail, readers that stop, replies cut off at every
//! byte, speed, memory, and fuzzing.
//!
//! Each scenario but the last is a script in tests/soak, and closes with a line that is counted.

use crate::count::{self, Count};
use crate::process;
use crate::verdict::{self, Part};
use crate::workspace::{CRATE, Workspace};
use crate::{bench, fuzz, package, sandbox, setup};
use anyhow::{Result, bail};
use clap::Args;
use std::process::{Command, ExitCode};
use std::time::Instant;

/// One row of the table of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Scenario {
    /// 200,000 rows while 50 a second arrive, in each order of the API
    Inserts,
    /// Histories while a fifth of the requests fail, by every fault in turn and by all of them mixed; then every fault at
    /// every request
    Faults,
    /// The reader stops after the first page
    Stop,
    /// A reply of 50 rows is cut off at every byte
    Truncation,
    /// 100 pages at 100 ms of latency, beside the vendor's own client for Node
    Speed,
    /// A summary of 1,000,000 messages in the memory of one of 100,000, and 1,000 pages in that of few
    Memory,
    /// Pages against those of serde_json, and against JSON.parse in Node, Bun and Chromium, of a million generated replies
    /// each
    Differential,
    /// Readers of replies, dates, credentials and options under coverage-guided fuzzing; takes a C++ compiler
    Fuzz,
}

const ALL: [Scenario; 8] = [
    Scenario::Inserts,
    Scenario::Faults,
    Scenario::Stop,
    Scenario::Truncation,
    Scenario::Speed,
    Scenario::Memory,
    Scenario::Differential,
    Scenario::Fuzz,
];

/// What is asked for.
#[derive(Args)]
pub(crate) struct Options {
    /// What to run; everything, if none is named
    #[arg(value_enum)]
    scenarios: Vec<Scenario>,
    /// Rows that a history has, where the scenario's own figure is too many
    #[arg(long, value_parser = clap::value_parser!(u32).range(1000..))]
    rows: Option<u32>,
    /// Seconds of fuzzing in all; two readers are fuzzed at the same time
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(2..))]
    seconds: u32,
    /// Replies that are compared
    #[arg(long, default_value_t = 1_000_000)]
    documents: u32,
}

impl Scenario {
    fn name(self) -> &'static str {
        match self {
            Scenario::Inserts => "inserts",
            Scenario::Faults => "faults",
            Scenario::Stop => "stop",
            Scenario::Truncation => "truncation",
            Scenario::Speed => "speed",
            Scenario::Memory => "memory",
            Scenario::Differential => "differential",
            Scenario::Fuzz => "fuzz",
        }
    }

    /// `tools` are there for scripts.
    fn run(self, workspace: &Workspace, options: &Options, tools: Option<&Tools>) -> Result<Count> {
        let Some(tools) = tools.filter(|_| self != Scenario::Fuzz) else {
            return fuzz::run(workspace, options.seconds);
        };
        if self == Scenario::Differential {
            return differential(workspace, options.documents);
        }
        if self == Scenario::Speed {
            setup::node_modules(workspace, "tests/soak/vendor")?;
        }
        let mut script = workspace.node([format!("tests/soak/{}.mjs", self.name())]);
        if let Some(rows) = options.rows {
            script.arg("--rows").arg(rows.to_string());
        }
        told(tools.give(&mut script))
    }
}

fn differential(workspace: &Workspace, documents: u32) -> Result<Count> {
    let mut native = workspace.cargo(["test", "--package", CRATE, "--test", "differential"]);
    native
        .args(["--", "--nocapture"])
        .env("DIFFERENTIAL_DOCUMENTS", documents.to_string());
    let (_, output) = process::tee(&mut native)?;
    let mut count = count::of_rust_tests(&output);
    if count.total() == 0 {
        bail!("the native part did not run");
    }
    setup::node_modules(workspace, "benches")?;
    let mut script = workspace.node(["benches/differential.mjs"]);
    script
        .arg(format!("--documents={documents}"))
        .env("BENCH_BUILT", bench::door(workspace)?);
    count += told(&mut script)?;
    Ok(count)
}

/// What the scripts run.
struct Tools {
    sandbox: std::path::PathBuf,
    package: std::path::PathBuf,
}

impl Tools {
    fn build(workspace: &Workspace) -> Result<Self> {
        package::build(workspace)?;
        Ok(Self {
            sandbox: sandbox::build(workspace)?,
            package: workspace.root.join("pkg"),
        })
    }

    fn give<'a>(&self, script: &'a mut Command) -> &'a mut Command {
        script
            .env("SOAK_SANDBOX", &self.sandbox)
            .env("SOAK_PACKAGE", &self.package)
    }
}

/// What a script tells in its closing line.
fn told(script: &mut Command) -> Result<Count> {
    let (status, output) = process::tee(script)?;
    match count::of_script(&output) {
        Some(count) if status.success() || count.failed > 0 => Ok(count),
        _ => bail!("ended with {status} and without a sound closing line"),
    }
}

/// Runs the scenarios, whatever becomes of the ones before, and tells at the end.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut scripts = selected(&options.scenarios).filter(|scenario| *scenario != Scenario::Fuzz);
    let tools = scripts.next().map(|_| Tools::build(workspace));
    let tools = tools.transpose()?;
    let mut parts = Vec::new();
    for scenario in selected(&options.scenarios) {
        eprintln!("\n== {}", scenario.name());
        let start = Instant::now();
        let mut failures = Vec::new();
        let count = scenario
            .run(workspace, options, tools.as_ref())
            .unwrap_or_else(|error| {
                failures.push(format!("{}: {error:#}", scenario.name()));
                Count {
                    passed: 0,
                    failed: 1,
                }
            });
        if process::interrupted() {
            return Ok(ExitCode::FAILURE);
        }
        parts.push(Part {
            name: scenario.name(),
            count,
            duration: start.elapsed(),
            failures,
        });
    }
    Ok(verdict::conclude("scenario", &parts))
}

/// What was asked for, each once, in order; everything if nothing was.
fn selected(scenarios: &[Scenario]) -> impl Iterator<Item = Scenario> {
    ALL.into_iter()
        .filter(|scenario| scenarios.is_empty() || scenarios.contains(scenario))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn scenarios_are_selected_once_and_in_order() {
        let asked = [Scenario::Stop, Scenario::Inserts, Scenario::Stop];
        assert_eq!(
            selected(&asked).collect::<Vec<_>>(),
            [Scenario::Inserts, Scenario::Stop]
        );
        assert_eq!(selected(&[]).count(), ALL.len());
    }

    #[cfg(unix)]
    #[test]
    fn a_script_that_breaks_off_is_an_error() {
        let script = |text: &str| told(Command::new("sh").args(["-c", text]));
        assert_eq!(script("echo 2 passed, 0 failed").unwrap().passed, 2);
        assert_eq!(script("echo 2 passed, 1 failed; exit 1").unwrap().failed, 1);
        assert!(script("echo 2 passed, 0 failed; exit 1").is_err());
        assert!(script("echo ok").is_err());
    }
}
