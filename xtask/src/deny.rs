//! cargo-deny over all workspaces of the project, where it is installed: it takes minutes to compile.

use crate::process;
use crate::workspace::{OTHERS, Workspace};
use anyhow::{Context, Result};
use std::iter;
use std::process::{Command, Stdio};

/// What deny.toml has for the first workspace is not all met in the others.
const NOT_MET: [&str; 3] = [
    "advisory-not-detected",
    "license-not-encountered",
    "unused-wrapper",
];

/// Licences, bans and sources, as `crate::policy` has them. None, if cargo-deny is not installed.
pub(crate) fn rules(workspace: &Workspace) -> Option<Result<()>> {
    all(workspace, &["--offline"], &["bans", "licenses", "sources"])
}

/// Known vulnerabilities, crates without maintainers, and yanked versions. The database is downloaded: it changes while the
/// project does not. None, if cargo-deny is not installed.
pub(crate) fn advisories(workspace: &Workspace) -> Option<Result<()>> {
    all(workspace, &[], &["advisories"])
}

fn all(workspace: &Workspace, options: &[&str], checks: &[&str]) -> Option<Result<()>> {
    let mut version = workspace.cargo(["deny", "--version"]);
    if process::capture(version.stderr(Stdio::null())).is_err() {
        eprintln!("skipped: cargo deny, which is not installed");
        return None;
    }
    let mut folders = iter::once(".").chain(OTHERS);
    Some(folders.try_for_each(|folder| {
        process::run(&mut one(workspace, folder, options, checks)).context(folder)
    }))
}

fn one(workspace: &Workspace, folder: &str, options: &[&str], checks: &[&str]) -> Command {
    let mut command = workspace.cargo(["deny", "--workspace", "--manifest-path"]);
    command.arg(format!("{folder}/Cargo.toml")).args(options);
    command.args(["check", "--hide-inclusion-graph"]);
    if OTHERS.contains(&folder) {
        command.args(NOT_MET.iter().flat_map(|lint| ["--allow", lint]));
    }
    command.args(checks);
    command
}
