//! The stages of the test, one module each, and what they share.

mod docs;
mod e2e;
mod lint;
mod native;
mod package;
mod report;
mod runtimes;
mod session;
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
    /// The packed npm package in Node and workerd, the README's code, what ships and its size
    Package,
    /// The packed npm package in all other runtimes: newer Node, Bun, Deno, Chromium, Firefox. Only when it is named: it
    /// takes minutes
    Runtimes,
    /// The page in Chromium
    E2e,
    /// The documentation of the crate
    Docs,
}

const ALL: [Stage; 7] = [
    Stage::Lint,
    Stage::Native,
    Stage::Wasm,
    Stage::Package,
    Stage::Runtimes,
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
            Stage::E2e => e2e::run(session, report),
            Stage::Docs => docs::run(session, report),
        }
    }
}

/// What was asked for, each stage once, in order; if nothing was, everything but what only runs when it is named.
fn selected(stages: &[Stage]) -> Vec<Stage> {
    ALL.into_iter()
        .filter(|stage| match stages {
            [] => *stage != Stage::Runtimes,
            named => named.contains(stage),
        })
        .collect()
}

/// Runs the stages, whatever becomes of the ones before, and tells at the end.
pub(crate) fn run(workspace: &Workspace, stages: &[Stage]) -> Result<ExitCode> {
    let session = Session::new(workspace);
    let parts = perform(&session, &selected(stages));
    if process::interrupted() {
        return Ok(ExitCode::FAILURE);
    }
    Ok(verdict::conclude("stage", &parts))
}

/// The stages that a release takes, on one tarball, which is then left at the path.
pub(crate) fn tarball(workspace: &Workspace, path: &Path) -> Vec<Part> {
    let session = Session::new(workspace);
    let mut parts = perform(&session, &[Stage::Package, Stage::Docs]);
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
    fn nothing_named_is_everything_else_in_order() {
        assert_eq!(selected(&[]).len(), ALL.len() - 1);
        assert!(!selected(&[]).contains(&Stage::Runtimes));
        assert!(ALL.is_sorted() && selected(&[]).is_sorted());
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
