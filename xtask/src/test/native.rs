//! Rust tests of all packages.

use super::cargo_commands;
use super::run_summary::Report;
use super::session::Session;
use anyhow::Result;

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
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
