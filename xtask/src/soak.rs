//! `cargo xtask soak`: the long tests. Each scenario but `differential` and `fuzz` is a script in tests/soak.

use crate::selection::{self, selected};
use crate::test::run_summary::{self, Report};
use crate::toolchain::{self, CHROMIUM};
use crate::workspace::{CRATE, Workspace};
use crate::{bench, build, fuzz, sandbox};
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

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
    /// The archive's proof with 1,000,000 messages: exactness, crashes, faults, answers and their times
    Archive,
    /// A summary of 1,000,000 messages in the memory of one of 100,000, and 1,000 pages in that of 10
    Memory,
    /// 500 requests through a relay in workerd, 50 at a time, 12 times while requests fail, in flat memory
    Relay,
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
    /// The messages of the archive; a million writes its table into docs/archive.md
    #[arg(long, value_parser = clap::value_parser!(u32).range(10_000..))]
    messages: Option<u32>,
    /// The seconds of fuzzing in total; two readers are fuzzed in parallel
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(2..))]
    seconds: u32,
    /// The number of responses to compare
    #[arg(long, default_value_t = 1_000_000)]
    documents: u32,
}

/// Builds what the scenarios need, and runs them.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let scenarios = selected(&options.scenarios);
    let sandbox = if scenarios == [Scenario::Fuzz] {
        PathBuf::new()
    } else {
        build::run(workspace)?;
        sandbox::build(workspace)?
    };
    let parts = run_summary::run_parts(&scenarios, |scenario, report| match scenario {
        Scenario::Fuzz => fuzz::run(workspace, options.seconds, report),
        Scenario::Differential => differential(workspace, options.documents, report),
        _ => script(*scenario, workspace, options, &sandbox, report),
    });
    Ok(run_summary::conclude("scenario", &parts))
}

fn script(
    scenario: Scenario,
    workspace: &Workspace,
    options: &Options,
    sandbox: &Path,
    report: &mut Report,
) -> Result<()> {
    if scenario == Scenario::Speed {
        toolchain::node_modules(workspace, "tests/soak/vendor")?;
    }
    if scenario == Scenario::Archive {
        for folder in ["tests", "www"] {
            toolchain::node_modules(workspace, folder)?;
        }
    }
    let path = format!("tests/soak/{}.mjs", selection::name(&scenario));
    let mut script = workspace.node([&path]);
    if let Some(messages) = options.messages.filter(|_| scenario == Scenario::Archive) {
        script.args(["--messages", &messages.to_string()]);
    }
    if let Some(rows) = options.rows.filter(|_| scenario != Scenario::Archive) {
        script.args(["--rows", &rows.to_string()]);
    }
    script
        .env("SOAK_SANDBOX", sandbox)
        .env("SOAK_PACKAGE", workspace.root.join("pkg"));
    report.script(&path, &mut script);
    if scenario == Scenario::Archive {
        archive_page(workspace, sandbox, report)?;
    }
    Ok(())
}

/// Measures the dashboard with a large archive.
fn archive_page(workspace: &Workspace, sandbox: &Path, report: &mut Report) -> Result<()> {
    build::dashboard(workspace)?;
    let path = "tests/archive/page.mjs";
    let mut script = workspace.node([path, "--messages", "200000"]);
    script
        .env("SOAK_SANDBOX", sandbox)
        .env("SOAK_PACKAGE", workspace.root.join("pkg"))
        .env(CHROMIUM.variable, CHROMIUM.locate()?);
    report.script(path, &mut script);
    Ok(())
}

fn differential(workspace: &Workspace, documents: u32, report: &mut Report) -> Result<()> {
    let mut native = workspace.cargo(["test", "--package", CRATE, "--test", "differential"]);
    native
        .args(["--", "--nocapture"])
        .env("DIFFERENTIAL_DOCUMENTS", documents.to_string());
    report.rust_tests("differential tests in Rust", &mut native);
    toolchain::node_modules(workspace, "benches")?;
    let mut script = workspace.node(["benches/differential.mjs"]);
    script
        .arg(format!("--documents={documents}"))
        .env("BENCH_BUILT", bench::build_parser(workspace)?);
    report.script("benches/differential.mjs", &mut script);
    Ok(())
}
