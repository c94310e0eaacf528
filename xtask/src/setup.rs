//! Makes sure that the machine has what the commands need. Each function costs next to nothing when it has.

use crate::process::{self, step};
use crate::workspace::{WASM, Workspace, npm};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The oldest major version of Node that the project's tools run on.
const OLDEST_NODE: u32 = 20;

/// The Rust target that ships. Rustup may be set up not to install by itself what rust-toolchain.toml lists.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    let mut rustc = Command::new("rustc");
    rustc
        .current_dir(&workspace.root)
        .args(["--print", "target-libdir", "--target", WASM]);
    if process::capture(&mut rustc).is_ok_and(|folder| Path::new(folder.trim()).exists()) {
        return Ok(());
    }
    rustup(workspace, &["target", "add", WASM])
}

/// The target that this machine itself is.
pub(crate) fn host() -> Result<String> {
    let told = process::capture(Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

/// rustfmt and clippy, which a minimal installation of Rust lacks.
pub(crate) fn rust_linters(workspace: &Workspace) -> Result<()> {
    let there = |tool| {
        let mut command = workspace.cargo([tool, "--version"]);
        process::capture(command.stderr(Stdio::null())).is_ok()
    };
    if there("fmt") && there("clippy") {
        return Ok(());
    }
    rustup(workspace, &["component", "add", "rustfmt", "clippy"])
}

fn rustup(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let name = format!("rustup {}", arguments.join(" "));
    step(&name, || {
        process::run(
            Command::new("rustup")
                .current_dir(&workspace.root)
                .args(arguments),
        )
    })
    .with_context(|| {
        format!("this Rust lacks a part that the project needs: install it as `{name}` does")
    })
}

/// Node and npm.
pub(crate) fn node() -> Result<()> {
    let wanted = format!(
        "install Node {OLDEST_NODE} or newer, with npm, from nodejs.org or your system's packages"
    );
    let version =
        process::capture(Command::new("node").arg("--version")).with_context(|| wanted.clone())?;
    match major(&version) {
        Some(major) if major >= OLDEST_NODE => {}
        _ => bail!("Node {} is too old: {wanted}", version.trim()),
    }
    process::capture(npm().arg("--version")).context(wanted)?;
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// The node_modules of a folder, exactly as its lock file says. A copy of that file, left among the modules, tells
/// whether they are.
pub(crate) fn node_modules(workspace: &Workspace, folder: &str) -> Result<()> {
    let lock = workspace.root.join(folder).join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("{folder}/package-lock.json"))?;
    let stamp = workspace
        .root
        .join(folder)
        .join("node_modules/.installed-package-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    node()?;
    step(&format!("npm ci in {folder}"), || {
        process::run(&mut workspace.npm(folder, ["ci", "--no-audit", "--no-fund"]))?;
        Ok(fs::write(&stamp, &wanted)?)
    })
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn node_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.17.0"), Some(8));
        assert_eq!(major("20"), None);
        assert_eq!(major(""), None);
    }
}
