//! What the example of a Worker in Rust is built with.

use super::session::Session;
use crate::workspace::WASM;
use anyhow::{Context, Result};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Clippy of the example, in the folder where its test builds it: most of what it needs is compiled once for both.
pub(super) fn clippy(session: &Session<'_>, consumers: &Path) -> Command {
    let mut command = session.workspace.cargo(["clippy", "--release", "--locked"]);
    command
        .args(["--target", WASM, "--manifest-path"])
        .arg("examples/rust-worker/Cargo.toml")
        .arg("--target-dir")
        .arg(consumers.join("rust-worker/target"))
        .args(["--", "--deny", "warnings"]);
    command
}

/// PATH, with the tool `wasm-bindgen` in it as its users have installed it: this program's own, of the right version.
pub(super) fn path(session: &Session<'_>) -> Result<OsString> {
    let folder = session.workspace.target.join("tools");
    fs::create_dir_all(&folder)?;
    tool(&folder, &env::current_exe()?)?;
    let before = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = [folder]
        .into_iter()
        .chain(env::split_paths(&before))
        .collect();
    env::join_paths(folders).context("PATH")
}

#[cfg(unix)]
fn tool(folder: &Path, program: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let script = folder.join("wasm-bindgen");
    fs::write(
        &script,
        format!(
            "#!/bin/sh\nexec '{}' wasm-bindgen \"$@\"\n",
            program.display()
        ),
    )?;
    Ok(fs::set_permissions(
        &script,
        fs::Permissions::from_mode(0o755),
    )?)
}

#[cfg(not(unix))]
fn tool(folder: &Path, program: &Path) -> Result<()> {
    let script = format!("@\"{}\" wasm-bindgen %*\r\n", program.display());
    Ok(fs::write(folder.join("wasm-bindgen.cmd"), script)?)
}
