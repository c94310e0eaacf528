//! `cargo xtask test`: the stages, one module each.

mod archive;
mod background;
mod cargo_commands;
mod consumers;
mod docs;
mod e2e;
mod lint;
mod native;
mod package;
pub(crate) mod run_summary;
mod runtimes;
mod runtimes_tables;
mod rust_worker;
mod session;
mod stage;
pub(crate) mod test_counts;
mod wasm;

use crate::process;
use crate::selection::selected;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use run_summary::Report;
use session::Session;
use stage::Stage;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

pub(crate) use stage::Options;

/// Runs the stages.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> ExitCode {
    let session = Session::new(workspace, options);
    let parts = run_stages(&session, &selected(&options.stages));
    run_summary::conclude("stage", &parts)
}

/// Runs the stages of a release, and copies the tarball that they tested.
pub(crate) fn run_for_release(workspace: &Workspace, tarball: &Path) -> Vec<Report> {
    let options = Options {
        stages: vec![
            Stage::Package,
            Stage::Consumers,
            Stage::Docs,
            Stage::Runtimes,
        ],
        write_tables: false,
    };
    let session = Session::new(workspace, &options);
    let mut parts = run_stages(&session, &options.stages);
    if !process::interrupted() {
        parts.push(Report::of("tarball", |report| {
            report.check("tarball", copy_tarball(&session, tarball));
            Ok(())
        }));
    }
    parts
}

/// Fails if npm named the tarball otherwise, by another version.
fn copy_tarball(session: &Session<'_>, path: &Path) -> Result<()> {
    let name = path.file_name().context("no file name")?;
    fs::copy(session.packed()?.join(name), path).context("npm pack named the tarball otherwise")?;
    Ok(())
}

fn run_stages(session: &Session<'_>, stages: &[Stage]) -> Vec<Report> {
    let parts = run_summary::run_parts(stages, |stage, report| {
        // The lints start it themselves, after their quick checks.
        if *stage != Stage::Lint {
            background::start(session);
        }
        match stage {
            Stage::Lint => lint::run(session, report),
            Stage::Native => native::run(session, report),
            Stage::Wasm => wasm::run(session, report),
            Stage::Package => package::run(session, report),
            Stage::Consumers => consumers::run(session, report),
            Stage::Archive => archive::run(session, report),
            Stage::Docs => docs::run(session, report),
            Stage::Runtimes => runtimes::run(session, report),
            Stage::E2e => e2e::run(session, report),
        }
    });
    // An interrupted run leaves scripts.
    if let Some(background) = session.background.take() {
        background.join();
    }
    parts
}
