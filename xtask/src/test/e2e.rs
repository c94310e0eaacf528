//! The page in Chromium.

use super::report::Report;
use super::session::Session;
use crate::process::{self, step};
use crate::sandbox::Sandbox;
use crate::setup;
use anyhow::{Context, Result, anyhow};
use std::process::ExitStatus;
use std::thread::{self, JoinHandle};

/// The tests of the page, under way.
pub(super) struct Begun {
    /// Its traffic is the page's.
    sandbox: Sandbox,
    work: JoinHandle<Result<(ExitStatus, String)>>,
}

/// Begins the tests of the page, which wait more than they work: another stage may go on meanwhile.
pub(super) fn begin(session: &Session<'_>) -> Result<Begun> {
    session.build()?;
    setup::node_modules(session.workspace, "www").context("www's tools")?;
    session.browsers().context("Chromium")?;
    let sandbox = session.sandbox().context("sandbox")?;
    let mut command = session.script("tests/e2e/run.mjs", &sandbox, session.packed()?);
    let work = thread::spawn(move || step(TESTS, || process::collect(&mut command)));
    Ok(Begun { sandbox, work })
}

const TESTS: &str = "the page in Chromium";

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let begun = session.take_page().unwrap_or_else(|| begin(session));
    let Some(Begun { sandbox, work }) = report.need(TESTS, begun) else {
        return;
    };
    let outcome = work.join().map_err(|_| anyhow!("its thread has panicked"));
    report.collected(TESTS, outcome.flatten());
    report.check("traffic keeps to the contract", sandbox.check_contract());
}
