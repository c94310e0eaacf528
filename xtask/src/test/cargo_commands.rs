//! The commands of cargo that several stages share. They are the same in all of them, so that everything compiles once.

use crate::build::compile::cargo_for_wasm;
use crate::process::{self, step};
use crate::sandbox;
use crate::workspace::{CRATE, ROWS, WASM, Workspace};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The test target of the sandbox.
const SANDBOX_TESTS: &str = "api";

/// The tests of the crate, the rows and the sandbox. With all features: signing changes nothing else, and the lints compile the
/// crate without it. In one command, so that all packages use the same features of their dependencies.
pub(super) fn test_crate_and_sandbox(workspace: &Workspace) -> Command {
    let mut command = workspace.cargo_linted(["test", "--no-fail-fast", "--package", "sandbox"]);
    command.args(["--package", ROWS]);
    command.args(["--package", CRATE, "--features", &format!("{CRATE}/sign")]);
    command
}

/// The sandbox's program, from the build of the tests. Built alone, its dependencies would have fewer features, and compile
/// once more.
pub(super) fn build_sandbox(workspace: &Workspace) -> Result<PathBuf> {
    step("build sandbox", || {
        let mut command = test_crate_and_sandbox(workspace);
        process::run(command.args(["--no-run", "--test", SANDBOX_TESTS]))?;
        Ok(sandbox::program(workspace))
    })
}

pub(super) fn test_xtask(workspace: &Workspace) -> Command {
    workspace.cargo_linted(["test", "--no-fail-fast", "--package", "xtask"])
}

/// The wasm tests, in Node if the environment does not name a browser.
pub(super) fn test_wasm(workspace: &Workspace) -> Command {
    // Without --quiet, which the runner refuses.
    let mut command = workspace.cargo_linted(["test", "--no-fail-fast", "--package", CRATE]);
    command.args(["--features", "sign", "--target", WASM]);
    for name in &workspace.wasm_tests {
        command.args(["--test", name]);
    }
    // Variables of the shell must not choose the environment of these tests.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("WASM_BINDGEN_")
            || text.ends_with("DRIVER")
            || text.ends_with("DRIVER_REMOTE")
        {
            command.env_remove(&name);
        }
    }
    command.env_remove("NO_HEADLESS");
    cargo_for_wasm(command)
}
