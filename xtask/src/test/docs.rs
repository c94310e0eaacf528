//! The documentation of the crate builds without warnings.

use super::run_summary::Report;
use super::session::Session;
use crate::toolchain;
use crate::workspace::{CRATE, ROWS, WASM};
use anyhow::Result;

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
    let doc = || {
        let mut command = workspace.cargo(["doc", "--no-deps", "--package", CRATE]);
        command
            .args(["--package", ROWS, "--features", &format!("{CRATE}/sign")])
            .env("RUSTDOCFLAGS", "-D warnings");
        command
    };
    report.command("cargo doc", &mut doc());
    toolchain::wasm_target(workspace)?;
    report.command("cargo doc as wasm", doc().args(["--target", WASM]));
    Ok(())
}
