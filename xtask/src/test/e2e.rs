//! The dashboard in Chromium and WebKit.

use super::background::{self, Script};
use super::run_summary::Report;
use super::session::Session;
use super::stage::Stage;
use crate::toolchain::{CHROMIUM, WEBKIT, XVFB};
use anyhow::{Context, Result};

/// The tests, as a script for each browser. The slower one comes first.
pub(super) fn scripts(session: &Session<'_>) -> Result<Vec<Script>> {
    session.dashboard()?;
    for browser in [CHROMIUM, WEBKIT, XVFB] {
        session.browser(&browser)?;
    }
    let scripts = [("chromium", "Chromium"), ("webkit", "WebKit")];
    let scripts = scripts.map(|(argument, browser)| {
        let sandbox = session.sandbox().context("sandbox")?;
        let mut command = session.script("tests/e2e/run.mjs", &sandbox, session.packed()?);
        command.arg(argument);
        // Some tests start sandboxes of their own.
        command.env("SOAK_SANDBOX", session.sandbox_program()?);
        // The slow tests.
        if session.is_named(Stage::E2e) {
            command.env("E2E_FULL", "1");
        }
        Ok(Script {
            name: format!("the dashboard in {browser}"),
            command,
            sandbox,
        })
    });
    scripts.into_iter().collect()
}

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    background::finish(session, Stage::E2e, report)
}
