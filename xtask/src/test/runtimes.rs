//! The suite of tests/suite, with the packed package, in every runtime.

use super::run_summary::Report;
use super::session::Session;
use super::stage::Stage;
use super::{e2e, tables};
use crate::toolchain::{self, CHROMIUM, FIREFOX, WEBKIT, XVFB};
use crate::workspace::Workspace;
use anyhow::Result;
use std::process::Command;

/// The runners that run in parallel, besides the tests of the dashboard. They wait more than they work, but some tests measure
/// time.
const PARALLEL: usize = 4;

/// An old compatibility date of workerd, and the newest that the installed one supports. tests/suite/bundle.mjs has them, too.
const DATES: [&str; 2] = ["2024-09-01", "2026-04-01"];
const NODE_COMPATIBILITY: &str = "nodejs_compat";

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    let workspace = session.workspace;
    for folder in ["tests", "tests/runtimes"] {
        toolchain::node_modules(workspace, folder)?;
    }
    for browser in [CHROMIUM, FIREFOX, WEBKIT, XVFB] {
        session.browser(&browser)?;
    }
    let packed = session.packed()?;
    let is_named = session.is_named(Stage::Runtimes);
    // A sandbox for each, because it injects faults there.
    let (mut sandboxes, mut scripts) = (Vec::new(), Vec::new());
    for (name, command) in runners(workspace, is_named) {
        let sandbox = session.sandbox()?;
        let command = session.with_environment(command, &sandbox, packed);
        scripts.push((format!("the suite in {name}"), command));
        sandboxes.push((name, sandbox));
    }
    let sandbox = session.sandbox()?;
    let recipes = session.script("tests/exports.mjs", &sandbox, packed);
    scripts.insert(0, ("the recipes of docs/exports.md".to_owned(), recipes));
    sandboxes.push(("the recipes".to_owned(), sandbox));
    e2e::start(session);
    report.scripts(PARALLEL, scripts);
    for (name, sandbox) in &sandboxes {
        let check = format!("traffic of {name} complies with the contract");
        report.check(&check, sandbox.check_contract());
    }
    tables::check(session, report, "runtimes", is_named);
    Ok(())
}

/// The names and commands of the runners, the slowest first. Without `all`, each runtime once, and workerd twice.
fn runners(workspace: &Workspace, all: bool) -> Vec<(String, Command)> {
    let browser = |name: &str, context: &str| {
        let command = workspace.node(["tests/suite/run-browser.mjs", name, context]);
        (format!("{name}, {context}"), command)
    };
    let workerd = |date: &str, flags: &[&str]| {
        let mut command = workspace.node(["tests/suite/run-workerd.mjs", date]);
        command.args(flags);
        ([&["workerd", date], flags].concat().join(" "), command)
    };
    let suite = ["tests/suite/run-node.mjs"];
    let deno = ["run", "--allow-all", "tests/suite/run-here.mjs"];
    let runtime = |title: &str, name: &str, arguments: &[&str]| {
        (title.to_owned(), workspace.runtime(name, arguments))
    };
    let mut runners = vec![browser("firefox", "page")];
    if all {
        for name in ["firefox", "webkit", "chromium"] {
            runners.extend(["worker", "service worker"].map(|context| browser(name, context)));
        }
    }
    runners.extend([
        ("this machine's Node".to_owned(), workspace.node(suite)),
        browser("chromium", "page"),
        browser("webkit", "page"),
        runtime("the newest Node", "node", &suite),
        workerd(DATES[0], &[]),
        workerd(DATES[1], &[NODE_COMPATIBILITY]),
    ]);
    if all {
        runners.push(workerd(DATES[0], &[NODE_COMPATIBILITY]));
        runners.push(workerd(DATES[1], &[]));
    }
    runners.extend([
        runtime("Deno", "deno", &deno),
        runtime("Bun", "bun", &deno[2..]),
    ]);
    runners
}
