//! `cargo xtask soak`: the long tests. Each scenario but `differential` and `fuzz` is a script in tests/soak.

use crate::process;
use crate::selection::{self, selected};
use crate::test::run_summary::{self, Part};
use crate::test::test_counts::{self, TestCounts};
use crate::workspace::{CRATE, Workspace};
use crate::{bench, build, fuzz, sandbox, toolchain};
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Scenario {
    /// 200,000 rows while 50 a second are inserted, in each order of the API
    Inserts,
    /// Histories while a fifth of the requests fail, by each fault and by a mix of all; then each fault at each request
    Faults,
    /// The reader stops after the first page
    Stop,
    /// A response of 50 rows is truncated at every byte
    Truncation,
    /// 100 pages at 100 ms of latency, compared with the vendor's own client for Node
    Speed,
    /// A summary of 1,000,000 messages in the memory of one of 100,000, and 1,000 pages in that of 10
    Memory,
    /// Pages compared with those of serde_json, and with JSON.parse in Node, Bun and Chromium, for a million generated
    /// responses each
    Differential,
    /// Coverage-guided fuzzing of the readers of responses, dates, credentials and options; needs a C++ compiler
    Fuzz,
}

#[derive(Args)]
pub(crate) struct Options {
    /// The scenarios to run; all, if none is named
    #[arg(value_enum)]
    scenarios: Vec<Scenario>,
    /// The rows of a history, instead of the scenario's own number
    #[arg(long, value_parser = clap::value_parser!(u32).range(1000..))]
    rows: Option<u32>,
    /// The seconds of fuzzing in total; two readers are fuzzed in parallel
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(2..))]
    seconds: u32,
    /// The number of responses to compare
    #[arg(long, default_value_t = 1_000_000)]
    documents: u32,
}

impl Scenario {
    fn run(
        self,
        workspace: &Workspace,
        options: &Options,
        builds: Option<&Builds>,
    ) -> Result<TestCounts> {
        let Some(builds) = builds.filter(|_| self != Scenario::Fuzz) else {
            return fuzz::run(workspace, options.seconds);
        };
        if self == Scenario::Differential {
            return differential(workspace, options.documents);
        }
        if self == Scenario::Speed {
            toolchain::node_modules(workspace, "tests/soak/vendor")?;
        }
        let mut script = workspace.node([format!("tests/soak/{}.mjs", selection::name(&self))]);
        if let Some(rows) = options.rows {
            script.args(["--rows", &rows.to_string()]);
        }
        script
            .env("SOAK_SANDBOX", &builds.sandbox)
            .env("SOAK_PACKAGE", &builds.package);
        run_script(&mut script)
    }
}

fn differential(workspace: &Workspace, documents: u32) -> Result<TestCounts> {
    let mut native = workspace.cargo(["test", "--package", CRATE, "--test", "differential"]);
    native
        .args(["--", "--nocapture"])
        .env("DIFFERENTIAL_DOCUMENTS", documents.to_string());
    let (_, output) = process::tee(&mut native)?;
    let mut counts = test_counts::of_rust_tests(&output);
    if counts.total() == 0 {
        bail!("the native tests did not run");
    }
    toolchain::node_modules(workspace, "benches")?;
    let mut script = workspace.node(["benches/differential.mjs"]);
    script
        .arg(format!("--documents={documents}"))
        .env("BENCH_BUILT", bench::build_parser(workspace)?);
    counts += run_script(&mut script)?;
    Ok(counts)
}

/// The builds that the scripts use.
struct Builds {
    sandbox: PathBuf,
    package: PathBuf,
}

impl Builds {
    fn build(workspace: &Workspace) -> Result<Self> {
        build::run(workspace)?;
        Ok(Self {
            sandbox: sandbox::build(workspace)?,
            package: workspace.root.join("pkg"),
        })
    }
}

/// Runs a script, and reads the counts in its last line.
fn run_script(script: &mut Command) -> Result<TestCounts> {
    let (status, output) = process::tee(script)?;
    match test_counts::of_script(&output) {
        Some(counts) if status.success() || counts.failed > 0 => Ok(counts),
        _ => bail!("{status}; the last line: expected `N passed, N failed` that fits"),
    }
}

/// Runs the scenarios. A failure does not stop the next.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let scenarios = selected(&options.scenarios);
    let needs_builds = scenarios.iter().any(|one| *one != Scenario::Fuzz);
    let builds = needs_builds.then(|| Builds::build(workspace)).transpose()?;
    let mut parts = Vec::new();
    for scenario in scenarios {
        let name = selection::name(&scenario);
        eprintln!("\n== {name}");
        let start = Instant::now();
        let result = scenario.run(workspace, options, builds.as_ref());
        if process::interrupted() {
            return Ok(ExitCode::FAILURE);
        }
        let failures = result.as_ref().err();
        let failures = failures.map(|error| format!("{name}: {error:#}"));
        parts.push(Part {
            counts: result.unwrap_or(TestCounts::new(0, 1)),
            duration: start.elapsed(),
            failures: failures.into_iter().collect(),
            name,
        });
    }
    Ok(run_summary::conclude("scenario", &parts))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn script_that_breaks_off_is_an_error() {
        let run = |text: &str| run_script(Command::new("sh").args(["-c", text]));
        assert_eq!(run("echo 2 passed, 0 failed").unwrap().passed, 2);
        assert_eq!(run("echo 2 passed, 1 failed; exit 1").unwrap().failed, 1);
        assert!(run("echo 2 passed, 0 failed; exit 1").is_err());
        assert!(run("echo ok").is_err());
    }
}
