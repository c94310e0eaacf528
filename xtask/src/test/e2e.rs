//! The dashboard in Chromium and WebKit.

use super::background::{self, Script};
use super::run_summary::Report;
use super::session::Session;
use super::stage::Stage;
use crate::toolchain::{self, CHROMIUM, WEBKIT, XVFB};
use anyhow::{Context, Result};

/// The tests, as a script that runs in the background.
pub(super) fn scripts(session: &Session<'_>) -> Result<Vec<Script>> {
    session.build()?;
    toolchain::node_modules(session.workspace, "www").context("node_modules of www")?;
    for browser in [CHROMIUM, WEBKIT, XVFB] {
        session.browser(&browser)?;
    }
    let sandbox = session.sandbox().context("sandbox")?;
    let mut command = session.script("tests/e2e/run.mjs", &sandbox, session.packed()?);
    // Some tests start sandboxes of their own.
    command.env("SOAK_SANDBOX", session.sandbox_program()?);
    // The slow tests.
    if session.is_named(Stage::E2e) {
        command.env("E2E_FULL", "1");
    }
    let name = "the dashboard in Chromium and WebKit".to_owned();
    Ok(vec![Script {
        name,
        command,
        sandbox,
    }])
}

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    background::finish(session, Stage::E2e, report)
}
