//! The one suite, from the packed package, in every runtime.

use super::report::Report;
use super::session::Session;
use super::{Stage, tables};
use crate::setup;
use crate::workspace::Workspace;
use std::process::Command;

/// How many runners work at the same time, beside the tests of the page. They wait more than they work, but some tests
/// measure time.
const AT_ONCE: usize = 4;

/// An old compatibility date of workerd, and the newest that the installed one knows: tests/suite/bundle.mjs has them, too.
const DATES: [&str; 2] = ["2024-09-01", "2026-04-01"];
const NODE_COMPATIBILITY: &str = "nodejs_compat";

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let workspace = session.workspace;
    let tools = setup::node_modules(workspace, "tests");
    let runtimes = setup::node_modules(workspace, "tests/runtimes");
    if report.need("JavaScript's tools", tools).is_none()
        || report.need("runtimes", runtimes).is_none()
        || report.need("Chromium", session.browsers()).is_none()
        || report.need("Firefox", session.firefox()).is_none()
    {
        return;
    }
    let Some(packed) = report.need("npm pack", session.packed()) else {
        return;
    };
    let is_named = session.is_named(Stage::Runtimes);
    // Each has a sandbox of its own, because it sets faults there.
    let mut sandboxes = Vec::new();
    let mut scripts = Vec::new();
    for (name, command) in runners(workspace, is_named) {
        let Some(sandbox) = report.need("sandbox", session.sandbox()) else {
            return;
        };
        scripts.push((
            format!("the suite in {name}"),
            session.equipped(command, &sandbox, packed),
        ));
        sandboxes.push((name, sandbox));
    }
    session.begin_page();
    report.scripts(AT_ONCE, scripts);
    for (name, sandbox) in &sandboxes {
        report.check(
            &format!("traffic of {name} keeps to the contract"),
            sandbox.check_contract(),
        );
    }
    tables::check(session, report, "runtimes", is_named);
}

/// What each runner is, and how it is started: those that take longest first. Unless `all` are wanted, each runtime once,
/// and workerd twice.
fn runners(workspace: &Workspace, all: bool) -> Vec<(String, Command)> {
    let browser = |name: &str, place: &str| {
        let command = workspace.node(["tests/suite/run-browser.mjs", name, place]);
        (format!("{name}, {place}"), command)
    };
    let workerd = |date: &str, flags: &[&str]| {
        let mut command = workspace.node(["tests/suite/run-workerd.mjs", date]);
        command.args(flags);
        let name = [&["workerd", date], flags].concat().join(" ");
        (name, command)
    };
    let suite = ["tests/suite/run-node.mjs"];
    let here = "tests/suite/run-here.mjs";
    let mut runners = vec![browser("firefox", "page")];
    if all {
        runners.extend(["worker", "service worker"].map(|place| browser("firefox", place)));
        runners.extend(["worker", "service worker"].map(|place| browser("chromium", place)));
    }
    runners.extend([
        ("this machine's Node".to_owned(), workspace.node(suite)),
        browser("chromium", "page"),
        (
            "the newest Node".to_owned(),
            workspace.runtime("node", &suite),
        ),
        workerd(DATES[0], &[]),
        workerd(DATES[1], &[NODE_COMPATIBILITY]),
    ]);
    if all {
        runners.push(workerd(DATES[0], &[NODE_COMPATIBILITY]));
        runners.push(workerd(DATES[1], &[]));
    }
    runners.extend([
        (
            "Deno".to_owned(),
            workspace.runtime("deno", &["run", "--allow-all", here]),
        ),
        ("Bun".to_owned(), workspace.runtime("bun", &[here])),
    ]);
    runners
}
