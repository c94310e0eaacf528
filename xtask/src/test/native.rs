//! Rust tests of all packages.

use super::report::Report;
use super::session::Session;
use crate::workspace::CRATE;

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let mut tests = |name: &str, arguments: &[&str]| {
        let mut command = session.workspace.cargo(["test", "--no-fail-fast"]);
        report.rust_tests(&format!("cargo test {name}"), command.args(arguments));
    };
    // With all features: what signing adds changes nothing else, and the lints compile the crate without it. In one command,
    // so that both use the same dependencies with the same features, which are then compiled once.
    tests(
        "crate and sandbox",
        &[
            "--package",
            CRATE,
            "--package",
            "sandbox",
            "--features",
            &format!("{CRATE}/sign"),
        ],
    );
    tests("xtask", &["--package", "xtask"]);
}
