//! The archive in workerd, with a Workflow and a D1 database.

use super::run_summary::Report;
use super::session::Session;
use crate::toolchain::{self, CHROMIUM};
use anyhow::Result;

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
    session.build()?;
    for folder in ["tests", "www"] {
        toolchain::node_modules(workspace, folder)?;
    }
    let chromium = session.browser(&CHROMIUM)?;
    let sandbox = session.sandbox_program()?;
    // All at once: they wait for processes, retries and pauses most of the time.
    let scripts = [
        ("copies in workerd", "run.mjs", &["copy", "faults"][..]),
        (
            "answers and errors in workerd",
            "run.mjs",
            &["answers", "privacy", "errors"],
        ),
        ("a model", "model.mjs", &[]),
        ("the page", "page.mjs", &[]),
    ]
    .map(|(name, script, parts)| {
        let mut command = workspace.node([&format!("tests/archive/{script}")]);
        command
            .args(parts)
            .env("SOAK_SANDBOX", sandbox)
            .env("SOAK_PACKAGE", workspace.root.join("pkg"))
            .env(CHROMIUM.variable, chromium);
        (format!("the archive: {name}"), command)
    });
    report.scripts(scripts.len(), scripts.into());
    Ok(())
}
