//! Runs cargo-deny on all workspaces of the project, if it is installed.

use crate::process;
use crate::workspace::{OTHER_WORKSPACES, Workspace};
use anyhow::{Context, Result};
use std::iter;
use std::process::Stdio;

/// Lints about entries of deny.toml that only the main workspace needs.
const UNUSED_ENTRIES: [&str; 3] = [
    "advisory-not-detected",
    "license-not-encountered",
    "unused-wrapper",
];

/// Checks licences, bans and sources. `None` if cargo-deny is not installed.
pub(crate) fn rules(workspace: &Workspace) -> Option<Result<()>> {
    check(workspace, &["--offline"], &["bans", "licenses", "sources"])
}

/// Checks for vulnerabilities, unmaintained crates and yanked versions, by a database that cargo-deny downloads. `None` if
/// cargo-deny is not installed.
pub(crate) fn advisories(workspace: &Workspace) -> Option<Result<()>> {
    check(workspace, &[], &["advisories"])
}

fn check(workspace: &Workspace, options: &[&str], checks: &[&str]) -> Option<Result<()>> {
    let mut version = workspace.cargo(["deny", "--version"]);
    if process::capture(version.stderr(Stdio::null())).is_err() {
        eprintln!("skipped cargo deny: it is not installed");
        return None;
    }
    let mut folders = iter::once(".").chain(OTHER_WORKSPACES);
    Some(folders.try_for_each(|folder| {
        let mut command = workspace.cargo(["deny", "--workspace", "--manifest-path"]);
        command
            .arg(format!("{folder}/Cargo.toml"))
            .args(options)
            .args(["check", "--hide-inclusion-graph"]);
        if folder != "." {
            command.args(UNUSED_ENTRIES.iter().flat_map(|lint| ["--allow", lint]));
        }
        process::run(command.args(checks)).context(folder)
    }))
}
