//! Format, lints, types.

use super::report::Report;
use super::session::Session;
use super::{native, wasm};
use crate::deny;
use crate::licences;
use crate::package::for_wasm;
use crate::policy::Policy;
use crate::setup;
use crate::workspace::{CRATE, OTHERS, WASM};
use anyhow::{Result, ensure};
use std::process::Stdio;

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let tools =
        setup::rust_linters(session.workspace).and_then(|()| setup::wasm_target(session.workspace));
    if report
        .need("rustfmt, clippy and the wasm target", tools)
        .is_some()
    {
        rust(session, report);
    }
    if let Some(policy) = report.need("dependencies", Policy::read(session.workspace)) {
        report.check("licences of dependencies", policy.licences());
        report.check("banned dependencies", policy.bans());
        report.check("sources of dependencies", policy.sources());
        report.check(
            "licences of what ships",
            licences::check(session.workspace, &policy),
        );
    }
    if let Some(outcome) = deny::rules(session.workspace) {
        report.check("cargo deny", outcome);
    }
    if report
        .need(
            "JavaScript's tools",
            setup::node_modules(session.workspace, "tests"),
        )
        .is_some()
    {
        javascript(session, report);
    }
}

fn rust(session: &Session<'_>, report: &mut Report) {
    let workspace = session.workspace;
    report.command(
        "cargo fmt",
        &mut workspace.cargo(["fmt", "--all", "--check"]),
    );
    for folder in OTHERS {
        let manifest = format!("{folder}/Cargo.toml");
        let of_folder = |command: &str, option: &str| {
            workspace.cargo([command, option, "--manifest-path", &manifest])
        };
        report.command(
            &format!("cargo fmt of {folder}"),
            &mut of_folder("fmt", "--check"),
        );
        // Their lock files know the crate's dependencies, too, and are forgotten when they change.
        report.command(
            &format!("lock file of {folder}"),
            of_folder("tree", "--locked").stdout(Stdio::null()),
        );
    }
    let mut tests = native::crate_and_sandbox(workspace);
    report.command("clippy crate, rows and sandbox", tests.arg("--no-run"));
    report.command("clippy xtask", native::xtask(workspace).arg("--no-run"));
    // Not as a dynamic library, of which cargo keeps one: the tests' own would have to be made again.
    let mut unsigned = workspace.cargo_linted(["rustc", "--lib", "--crate-type", "rlib"]);
    unsigned.args(["--package", CRATE]);
    report.command("clippy crate without sign", &mut unsigned);
    // As a Worker in Rust has it, with the tests; then as it ships, without and with signing.
    let mut tests = wasm::tests(workspace);
    report.command("clippy wasm tests", tests.arg("--no-run"));
    for features in ["js", "js,sign"] {
        let mut library = for_wasm(workspace.cargo_linted([
            "rustc",
            "--lib",
            "--crate-type",
            "rlib",
            "--package",
            CRATE,
            "--target",
            WASM,
            "--features",
            features,
        ]));
        report.command(
            &format!("clippy crate as wasm with {features}"),
            &mut library,
        );
    }
}

fn javascript(session: &Session<'_>, report: &mut Report) {
    let workspace = session.workspace;
    let tool = |path: &str, arguments: &[&str]| {
        let mut command = workspace.node([workspace.tool(path)]);
        command
            .current_dir(workspace.root.join("tests"))
            .args(arguments);
        command
    };
    let folders = ["../pkg", "../www", "../benches", "../examples", "."];
    let mut biome = tool(
        "@biomejs/biome/bin/biome",
        &["check", "--error-on-warnings"],
    );
    report.check(
        "folders of JavaScript",
        present(session, &["pkg/package.json", "www/package.json"]),
    );
    report.command("biome", biome.args(folders));
    // What the package imports is generated.
    if report.need("build", session.build()).is_none() {
        return;
    }
    report.command(
        "types of pkg",
        &mut tool("typescript/bin/tsc", &["--project", "tsconfig.json"]),
    );
    let www = present(session, &["www/tsconfig.json"])
        .and_then(|()| setup::node_modules(workspace, "www"));
    if report.need("types of www", www).is_some() {
        report.command(
            "types of www",
            &mut tool(
                "typescript/bin/tsc",
                &["--build", "--noEmit", "../www/tsconfig.json"],
            ),
        );
    }
}

/// Without these files, the checks would pass by not looking.
fn present(session: &Session<'_>, paths: &[&str]) -> Result<()> {
    for path in paths {
        ensure!(
            session.workspace.root.join(path).is_file(),
            "{path} is missing"
        );
    }
    Ok(())
}
