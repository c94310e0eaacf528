//! The archive in workerd, with a Workflow and a D1 database.

use super::run_summary::Report;
use super::session::Session;
use crate::toolchain::{self, CHROMIUM};
use anyhow::Result;

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
    session.dashboard()?;
    toolchain::node_modules(workspace, "tests")?;
    let chromium = session.browser(&CHROMIUM)?;
    let sandbox = session.sandbox_program()?;
    // All at once: they wait for processes, retries and pauses most of the time.
    let run = "tests/archive/run.mjs";
    let scripts = [
        ("copies", &[run, "copy"][..]),
        ("faults and deletions", &[run, "faults", "privacy"]),
        ("answers and errors", &[run, "answers", "errors"]),
        ("a model", &["tests/archive/model.mjs"]),
        ("the page", &["tests/archive/page.mjs"]),
    ]
    .map(|(name, arguments)| {
        let mut command = workspace.node(arguments);
        command
            .env("SOAK_SANDBOX", sandbox)
            .env("SOAK_PACKAGE", workspace.root.join("pkg"))
            .env(CHROMIUM.variable, chromium);
        (format!("the archive: {name}"), command)
    });
    report.scripts(scripts.len(), scripts.into());
    Ok(())
}
