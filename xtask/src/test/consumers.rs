//! Real projects under tests/consumers: installed, built and run as their users would.

use super::run_summary::Report;
use super::session::Session;
use super::stage::Stage;
use super::{runtimes_tables, rust_worker};
use crate::toolchain::{self, CHROMIUM, WEBKIT, XVFB};
use anyhow::Result;

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    toolchain::node_modules(session.workspace, "tests")?;
    for browser in [CHROMIUM, WEBKIT, XVFB] {
        session.browser(&browser)?;
    }
    let (packed, sandbox) = (session.packed()?, session.sandbox()?);
    let is_named = session.is_named(Stage::Consumers);
    let mut command = session.script("tests/consumers/run.mjs", &sandbox, packed);
    // Kept between runs, because the installation takes longest.
    let consumers = session.workspace.target.join("consumers");
    command.env("CONSUMERS_DIR", &consumers);
    if is_named {
        command.env("PATH", rust_worker::path(session.workspace)?);
        let mut clippy = rust_worker::clippy(session.workspace, &consumers);
        report.command("clippy of the Worker in Rust", &mut clippy);
    } else {
        command.arg("fast");
    }
    report.script("projects that use the package", &mut command);
    report.check(
        "traffic complies with the contract",
        sandbox.check_contract(),
    );
    runtimes_tables::check(session, report, "consumers", is_named);
    Ok(())
}
