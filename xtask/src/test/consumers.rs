//! Real projects under tests/consumers: installed, built and run as their users would.

use super::report::Report;
use super::session::Session;
use super::{Stage, example, tables};
use crate::setup;

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let tools = setup::node_modules(session.workspace, "tests");
    if report.need("JavaScript's tools", tools).is_none()
        || report.need("Chromium", session.browsers()).is_none()
    {
        return;
    }
    let Some(packed) = report.need("npm pack", session.packed()) else {
        return;
    };
    let Some(sandbox) = report.need("sandbox", session.sandbox()) else {
        return;
    };
    let is_named = session.is_named(Stage::Consumers);
    let mut command = session.script("tests/consumers/run.mjs", &sandbox, packed);
    // Kept from run to run, because installing takes longest.
    let consumers = session.workspace.target.join("consumers");
    command.env("CONSUMERS_DIR", &consumers);
    if is_named {
        let Some(path) = report.need("wasm-bindgen", example::path(session)) else {
            return;
        };
        command.env("PATH", path);
        report.command(
            "clippy of the Worker in Rust",
            &mut example::clippy(session, &consumers),
        );
    } else {
        command.arg("fast");
    }
    report.script("projects that use the package", &mut command);
    report.check("traffic keeps to the contract", sandbox.check_contract());
    tables::check(session, report, "consumers", is_named);
    if session.has(Stage::Runtimes) {
        tables::check(session, report, "pains", is_named);
    }
}
