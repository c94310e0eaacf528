//! Rust tests of all packages.

use super::report::Report;
use super::session::Session;
use crate::process::{self, step};
use crate::sandbox;
use crate::workspace::{CRATE, ROWS, Workspace};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The sandbox's tests as one program.
const TESTS_OF_SANDBOX: &str = "api";

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let workspace = session.workspace;
    session.begin_page();
    report.rust_tests(
        "cargo test crate, rows and sandbox",
        &mut crate_and_sandbox(workspace),
    );
    report.rust_tests("cargo test xtask", &mut xtask(workspace));
}

pub(super) fn xtask(workspace: &Workspace) -> Command {
    workspace.cargo_linted(["test", "--no-fail-fast", "--package", "xtask"])
}

/// With all features: what signing adds changes nothing else, and the lints compile the crate without it. In one command, so
/// that both use the same dependencies with the same features, which are then compiled once.
pub(super) fn crate_and_sandbox(workspace: &Workspace) -> Command {
    let mut command = workspace.cargo_linted(["test", "--no-fail-fast", "--package", "sandbox"]);
    command.args(["--package", ROWS]);
    command.args(["--package", CRATE, "--features", &format!("{CRATE}/sign")]);
    command
}

/// The sandbox's program, which cargo has made for the tests. Built by itself, it would be compiled once more: without the
/// tests' own dependencies, what it shares with them has fewer features.
pub(super) fn sandbox(workspace: &Workspace) -> Result<PathBuf> {
    step("build sandbox", || {
        let mut command = crate_and_sandbox(workspace);
        process::run(command.args(["--no-run", "--test", TESTS_OF_SANDBOX]))?;
        Ok(sandbox::program(workspace))
    })
}
