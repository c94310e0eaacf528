//! Rust tests of all packages.

use super::run_summary::Report;
use super::session::Session;
use super::{cargo_commands, e2e};
use anyhow::Result;

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
    e2e::start(session);
    report.rust_tests(
        "cargo test crate, rows and sandbox",
        &mut cargo_commands::test_crate_and_sandbox(workspace),
    );
    report.rust_tests(
        "cargo test xtask",
        &mut cargo_commands::test_xtask(workspace),
    );
    Ok(())
}
