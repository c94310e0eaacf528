//! The documentation of the crate, which must build without a warning.

use super::report::Report;
use super::session::Session;
use crate::setup;
use crate::workspace::{CRATE, ROWS, WASM};

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let workspace = session.workspace;
    let doc = || {
        let mut command =
            workspace.cargo(["doc", "--no-deps", "--package", CRATE, "--package", ROWS]);
        command.args(["--features", &format!("{CRATE}/sign")]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        command
    };
    report.command("cargo doc", &mut doc());
    if report
        .need("wasm target", setup::wasm_target(workspace))
        .is_some()
    {
        report.command("cargo doc as wasm", doc().args(["--target", WASM]));
    }
}
