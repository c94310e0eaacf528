//! Rust tests of all packages.

use super::report::Report;
use super::session::Session;
use crate::workspace::CRATE;

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let mut tests = |name: &str, arguments: &[&str]| {
        let mut command = session.workspace.cargo(["test", "--no-fail-fast"]);
        report.rust_tests(&format!("cargo test {name}"), command.args(arguments));
    };
    tests("crate", &["--package", CRATE]);
    tests(
        "crate with sign",
        &["--package", CRATE, "--features", "sign"],
    );
    // As they are built otherwise.
    tests("sandbox", &["--package", "sandbox", "--release"]);
    tests("xtask", &["--package", "xtask", "--release"]);
}
