//! The tools for the example of a Worker in Rust.

use crate::workspace::{WASM, Workspace};
use anyhow::{Context, Result};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Clippy of the example, in the folder where its test builds it, so that the dependencies compile once for both.
pub(super) fn clippy(workspace: &Workspace, consumers: &Path) -> Command {
    let mut command = workspace.cargo(["clippy", "--release", "--locked", "--target", WASM]);
    command
        .args(["--manifest-path", "examples/rust-worker/Cargo.toml"])
        .arg("--target-dir")
        .arg(consumers.join("rust-worker/target"))
        .args(["--", "--deny", "warnings"]);
    command
}

/// PATH with the tool `wasm-bindgen`, as users have installed it. This program is the tool, in the right version.
pub(super) fn path(workspace: &Workspace) -> Result<OsString> {
    let folder = workspace.target.join("tools");
    fs::create_dir_all(&folder)?;
    write_script(&folder, &env::current_exe()?)?;
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [folder].into_iter().chain(env::split_paths(&path));
    env::join_paths(folders.collect::<Vec<PathBuf>>()).context("PATH")
}

#[cfg(unix)]
fn write_script(folder: &Path, program: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let script = folder.join("wasm-bindgen");
    let program = program.display();
    let text = format!("#!/bin/sh\nexec '{program}' wasm-bindgen \"$@\"\n");
    fs::write(&script, text)?;
    let executable = fs::Permissions::from_mode(0o755);
    Ok(fs::set_permissions(&script, executable)?)
}

#[cfg(not(unix))]
fn write_script(folder: &Path, program: &Path) -> Result<()> {
    let text = format!("@\"{}\" wasm-bindgen %*\r\n", program.display());
    Ok(fs::write(folder.join("wasm-bindgen.cmd"), text)?)
}
