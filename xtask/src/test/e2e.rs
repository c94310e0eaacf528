//! The dashboard in Chromium and WebKit.

use super::run_summary::Report;
use super::session::{BackgroundTests, Session};
use super::stage::Stage;
use crate::process::{self, step};
use crate::toolchain::{self, CHROMIUM, WEBKIT, XVFB};
use anyhow::{Context, Result, anyhow};
use std::thread;

const TESTS: &str = "the dashboard in Chromium and WebKit";

/// Starts the tests in the background, if they are a part of this run and not yet running. They wait more than they work, so
/// other stages run meanwhile.
pub(super) fn start(session: &Session<'_>) {
    if session.has(Stage::E2e) && session.e2e.borrow().is_none() {
        session.e2e.replace(Some(spawn(session)));
    }
}

fn spawn(session: &Session<'_>) -> Result<BackgroundTests> {
    session.build()?;
    toolchain::node_modules(session.workspace, "www").context("node_modules of www")?;
    for browser in [CHROMIUM, WEBKIT, XVFB] {
        session.browser(&browser)?;
    }
    // A sandbox of its own, whose traffic is the dashboard's.
    let sandbox = session.sandbox().context("sandbox")?;
    let mut command = session.script("tests/e2e/run.mjs", &sandbox, session.packed()?);
    // Some tests start sandboxes of their own.
    command.env("SOAK_SANDBOX", session.sandbox_program()?);
    // The slow tests.
    if session.is_named(Stage::E2e) {
        command.env("E2E_FULL", "1");
    }
    let thread = thread::spawn(move || step(TESTS, || process::collect(&mut command)));
    Ok(BackgroundTests { sandbox, thread })
}

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let started = session.e2e.take().unwrap_or_else(|| spawn(session));
    let BackgroundTests { sandbox, thread } = started.context(TESTS)?;
    let result = thread
        .join()
        .map_err(|_| anyhow!("its thread has panicked"));
    report.collected(TESTS, result.flatten());
    report.check(
        "traffic complies with the contract",
        sandbox.check_contract(),
    );
    Ok(())
}
