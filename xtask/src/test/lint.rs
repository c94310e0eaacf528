//! Format, lints, types, dependencies.

use super::run_summary::Report;
use super::session::Session;
use super::{background, cargo_commands};
use crate::build::compile::cargo_for_wasm;
use crate::supply_chain::dependencies::Dependencies;
use crate::supply_chain::policy::Policy;
use crate::supply_chain::{cargo_deny, licences};
use crate::toolchain;
use crate::workspace::{CRATE, OTHER_WORKSPACES, WASM, Workspace};
use anyhow::{Result, ensure};
use std::process::{Command, Stdio};

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    report.section(|report| rust(session, report));
    report.section(|report| dependencies(session.workspace, report));
    javascript(session, report)
}

fn rust(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
    toolchain::rust_linters(workspace)?;
    toolchain::wasm_target(workspace)?;
    let mut fmt = workspace.cargo(["fmt", "--all", "--check"]);
    report.command("cargo fmt", &mut fmt);
    for folder in OTHER_WORKSPACES {
        let manifest = format!("{folder}/Cargo.toml");
        let cargo = |command: &str, option: &str| {
            workspace.cargo([command, option, "--manifest-path", &manifest])
        };
        let name = format!("cargo fmt of {folder}");
        report.command(&name, &mut cargo("fmt", "--check"));
        // Its lock file lists the crate's dependencies, and is easily forgotten when they change.
        let mut tree = cargo("tree", "--locked");
        report.command(
            &format!("lock file of {folder}"),
            tree.stdout(Stdio::null()),
        );
    }
    // After the checks that take seconds: it builds the package first.
    background::start(session);
    let mut compile = |name: &str, mut command: Command| report.command(name, &mut command);
    let no_run = |mut command: Command| {
        command.arg("--no-run");
        command
    };
    let tests = cargo_commands::test_crate_and_sandbox(workspace);
    compile("clippy crate, rows and sandbox", no_run(tests));
    let tests = cargo_commands::test_xtask(workspace);
    compile("clippy xtask", no_run(tests));
    // Not as a dynamic library, of which cargo keeps one: the tests would rebuild theirs.
    let library = ["rustc", "--lib", "--crate-type", "rlib", "--package", CRATE];
    let unsigned = workspace.cargo_linted(library);
    compile("clippy crate without sign", unsigned);
    // As Workers in Rust use it, with the tests. Then as it ships.
    let tests = cargo_commands::test_wasm(workspace);
    compile("clippy wasm tests", no_run(tests));
    for features in ["js", "js,sign"] {
        let mut library = workspace.cargo_linted(library);
        library.args(["--target", WASM, "--features", features]);
        let name = format!("clippy crate as wasm with {features}");
        compile(&name, cargo_for_wasm(library));
    }
    Ok(())
}

fn dependencies(workspace: &Workspace, report: &mut Report) -> Result<()> {
    if let Some(result) = cargo_deny::rules(workspace) {
        report.check("cargo deny", result);
    }
    let (policy, all) = (Policy::read(workspace)?, Dependencies::read(workspace)?);
    report.check("licences of dependencies", policy.check_licences(&all));
    report.check("banned dependencies", policy.check_bans(&all));
    report.check("sources of dependencies", policy.check_sources(&all));
    report.check("licences in the package", licences::check(workspace, &all));
    Ok(())
}

fn javascript(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
    toolchain::node_modules(workspace, "tests")?;
    let tool = |path: &str, arguments: &[&str]| {
        let mut command = workspace.node([workspace.tool(path)]);
        command
            .current_dir(workspace.root.join("tests"))
            .args(arguments);
        command
    };
    // Without these files, the checks would pass because they find nothing to check.
    for path in ["pkg/package.json", "www/package.json", "www/tsconfig.json"] {
        ensure!(workspace.root.join(path).is_file(), "{path} is missing");
    }
    let folders = ["../pkg", "../www", "../benches", "../examples", "."];
    let mut biome = tool(
        "@biomejs/biome/bin/biome",
        &["check", "--error-on-warnings"],
    );
    report.command("biome", biome.args(folders));
    // The package imports generated files.
    session.build()?;
    let tsc = |arguments: &[&str]| tool("typescript/bin/tsc", arguments);
    let mut pkg = tsc(&["--project", "tsconfig.json"]);
    report.command("types of pkg", &mut pkg);
    toolchain::node_modules(workspace, "www")?;
    let mut www = tsc(&["--build", "--noEmit", "../www/tsconfig.json"]);
    report.command("types of www", &mut www);
    Ok(())
}
