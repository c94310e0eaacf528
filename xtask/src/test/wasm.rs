//! Rust tests of the crate as wasm.

use super::report::Report;
use super::session::Session;
use crate::browsers::Browsers;
use crate::package::for_wasm;
use crate::setup;
use crate::workspace::{CRATE, WASM, Workspace};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs::{self, File};
use std::process::Command;
use tempfile::NamedTempFile;

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let workspace = session.workspace;
    let there = || {
        ensure!(
            !workspace.wasm_tests.is_empty(),
            "there is no tests/wasm*.rs"
        );
        setup::wasm_target(workspace)
    };
    if report.need("wasm tests", there()).is_none() {
        return;
    }
    // Node is where the runner runs wasm if the environment names no other place.
    if report.need("Node", setup::node()).is_some() {
        report.rust_tests("wasm tests in Node", &mut tests(workspace));
    }
    let Some(browsers) = report.need("Chromium", session.browsers()) else {
        return;
    };
    let Some(capabilities) = report.need("tests/webdriver.json", capabilities(workspace, browsers))
    else {
        return;
    };
    let mut in_chromium = tests(workspace);
    in_chromium
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("CHROMEDRIVER", &browsers.chromedriver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities.path())
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    report.rust_tests("wasm tests in Chromium", &mut in_chromium);
}

pub(super) fn tests(workspace: &Workspace) -> Command {
    // Never --quiet: the runner refuses it.
    let mut command = for_wasm(workspace.cargo_linted([
        "test",
        "--no-fail-fast",
        "--package",
        CRATE,
        "--features",
        "sign",
        "--target",
        WASM,
    ]));
    for name in &workspace.wasm_tests {
        command.args(["--test", name]);
    }
    // What a shell has set for another run must not decide where this one goes.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("WASM_BINDGEN_")
            || text.ends_with("DRIVER")
            || text.ends_with("DRIVER_REMOTE")
        {
            command.env_remove(&name);
        }
    }
    command.env_remove("NO_HEADLESS");
    command
}

/// tests/webdriver.json, with the browser that was found: the driver might take another.
fn capabilities(workspace: &Workspace, browsers: &Browsers) -> Result<NamedTempFile> {
    let mut json: Value =
        serde_json::from_reader(File::open(workspace.root.join("tests/webdriver.json"))?)?;
    let options = json
        .get_mut("goog:chromeOptions")
        .context("goog:chromeOptions is missing")?;
    options["binary"] = browsers
        .chromium
        .to_str()
        .context("Chromium's path is not UTF-8")?
        .into();
    let file = NamedTempFile::new()?;
    fs::write(file.path(), json.to_string())?;
    Ok(file)
}
