//! The stages of the test, one module each, and what they share.

mod consumers;
mod docs;
mod e2e;
mod example;
mod lint;
mod native;
mod package;
mod report;
mod runtimes;
mod session;
mod tables;
mod wasm;

use crate::process;
use crate::verdict::{self, Part};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
pub(crate) use report::Report;
use session::Session;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// A part of the test that can be run alone. Stages run in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Stage {
    /// Format, lints, types
    Lint,
    /// Rust tests of all packages
    Native,
    /// Rust tests of the crate as wasm, in Node and in Chromium
    Wasm,
    /// What ships, its size, and the documentation's code
    Package,
    /// The packed npm package in Node, workerd, Bun, Deno, Chromium and Firefox; named, also in every place of browsers
    Runtimes,
    /// Real projects that use the packed npm package: those that take seconds; named, all
    Consumers,
    /// The page in Chromium
    E2e,
    /// The documentation of the crate
    Docs,
}

const ALL: [Stage; 8] = [
    Stage::Lint,
    Stage::Native,
    Stage::Wasm,
    Stage::Package,
    Stage::Runtimes,
    Stage::Consumers,
    Stage::E2e,
    Stage::Docs,
];

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Lint => "lint",
            Stage::Native => "native",
            Stage::Wasm => "wasm",
            Stage::Package => "package",
            Stage::Runtimes => "runtimes",
            Stage::Consumers => "consumers",
            Stage::E2e => "e2e",
            Stage::Docs => "docs",
        }
    }

    fn run(self, session: &Session<'_>, report: &mut Report) {
        match self {
            Stage::Lint => lint::run(session, report),
            Stage::Native => native::run(session, report),
            Stage::Wasm => wasm::run(session, report),
            Stage::Package => package::run(session, report),
            Stage::Runtimes => runtimes::run(session, report),
            Stage::Consumers => consumers::run(session, report),
            Stage::E2e => e2e::run(session, report),
            Stage::Docs => docs::run(session, report),
        }
    }
}

/// What the command was asked for.
#[derive(clap::Args)]
pub(crate) struct Asked {
    /// What to run; everything, if none is named
    #[arg(value_enum)]
    stages: Vec<Stage>,
    /// Write the tables of docs/runtimes.md by the named stages `runtimes` and `consumers`, instead of checking them
    #[arg(long, requires = "stages")]
    write_tables: bool,
}

/// The named stages, each once, in order; all, if none is named.
fn selected(stages: &[Stage]) -> Vec<Stage> {
    ALL.into_iter()
        .filter(|stage| stages.is_empty() || stages.contains(stage))
        .collect()
}

/// Runs the stages, whatever becomes of the ones before, and tells at the end.
pub(crate) fn run(workspace: &Workspace, asked: &Asked) -> Result<ExitCode> {
    let session = Session::new(workspace, asked);
    let parts = perform(&session, &selected(&asked.stages));
    if process::interrupted() {
        return Ok(ExitCode::FAILURE);
    }
    Ok(verdict::conclude("stage", &parts))
}

/// The stages that a release takes, on one tarball, which is then left at the path.
pub(crate) fn tarball(workspace: &Workspace, path: &Path) -> Vec<Part> {
    let asked = Asked {
        stages: vec![
            Stage::Package,
            Stage::Runtimes,
            Stage::Consumers,
            Stage::Docs,
        ],
        write_tables: false,
    };
    let session = Session::new(workspace, &asked);
    let mut parts = perform(&session, &asked.stages);
    if !process::interrupted() {
        parts.push(part("tarball", |report| {
            report.check("tarball", keep(&session, path));
        }));
    }
    parts
}

/// What was tested, under the name that its version wants.
fn keep(session: &Session<'_>, path: &Path) -> Result<()> {
    let name = path.file_name().context("no file")?;
    fs::copy(session.packed()?.join(name), path).context("npm pack gave it another name")?;
    Ok(())
}

fn perform(session: &Session<'_>, stages: &[Stage]) -> Vec<Part> {
    let running = stages.iter().take_while(|_| !process::interrupted());
    running
        .map(|stage| part(stage.name(), |report| stage.run(session, report)))
        .collect()
}

/// Does one part of a run, and counts.
pub(crate) fn part(name: &'static str, work: impl FnOnce(&mut Report)) -> Part {
    eprintln!("\n== {name}");
    let (start, mut report) = (Instant::now(), Report::new(name));
    work(&mut report);
    let result = report.finish();
    Part {
        name,
        count: result.count,
        duration: start.elapsed(),
        failures: result.failures,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn nothing_named_is_everything_in_order() {
        assert_eq!(selected(&[]), ALL);
        assert!(ALL.is_sorted());
        assert_eq!(ALL, Stage::value_variants());
    }

    #[test]
    fn named_stages_run_once_and_in_order() {
        assert_eq!(
            selected(&[Stage::E2e, Stage::Native, Stage::E2e]),
            [Stage::Native, Stage::E2e]
        );
    }

    #[test]
    fn names_are_those_of_the_command_line() {
        for stage in ALL {
            assert_eq!(Stage::from_str(stage.name(), false), Ok(stage));
        }
    }
}
