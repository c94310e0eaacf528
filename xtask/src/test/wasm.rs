//! Rust tests of the crate as wasm.

use super::cargo_commands;
use super::run_summary::Report;
use super::session::Session;
use crate::toolchain::{self, CHROMEDRIVER, CHROMIUM};
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use tempfile::NamedTempFile;

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
    ensure!(
        !workspace.wasm_tests.is_empty(),
        "there is no tests/wasm*.rs"
    );
    toolchain::wasm_target(workspace)?;
    report.section(|report| {
        toolchain::node()?;
        let mut in_node = cargo_commands::test_wasm(workspace);
        report.rust_tests("wasm tests in Node", &mut in_node);
        Ok(())
    });
    let chromium = session.browser(&CHROMIUM)?;
    let driver = session.browser(&CHROMEDRIVER)?;
    let capabilities = capabilities(workspace, chromium).context("tests/webdriver.json")?;
    let mut in_chromium = cargo_commands::test_wasm(workspace);
    in_chromium
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("CHROMEDRIVER", driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities.path())
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    report.rust_tests("wasm tests in Chromium", &mut in_chromium);
    Ok(())
}

/// tests/webdriver.json with the path of Chromium, because the driver might start another.
fn capabilities(workspace: &Workspace, chromium: &Path) -> Result<NamedTempFile> {
    let template = File::open(workspace.root.join("tests/webdriver.json"))?;
    let mut json: Value = serde_json::from_reader(template)?;
    let options = json.get_mut("goog:chromeOptions");
    let chromium = chromium.to_str().context("Chromium's path is not UTF-8")?;
    options.context("goog:chromeOptions is missing")?["binary"] = chromium.into();
    let file = NamedTempFile::new()?;
    fs::write(file.path(), json.to_string())?;
    Ok(file)
}
