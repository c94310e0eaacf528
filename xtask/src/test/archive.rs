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
    for (name, path) in [
        ("the archive in workerd", "tests/archive/run.mjs"),
        ("the archive against a model", "tests/archive/model.mjs"),
        ("the page with the archive", "tests/archive/page.mjs"),
    ] {
        let mut script = workspace.node([path]);
        script
            .env("SOAK_SANDBOX", session.sandbox_program()?)
            .env("SOAK_PACKAGE", workspace.root.join("pkg"))
            .env(CHROMIUM.variable, chromium);
        report.script(name, &mut script);
    }
    Ok(())
}
