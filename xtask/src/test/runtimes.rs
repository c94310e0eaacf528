//! The suite of tests/suite, with the packed package, in every runtime.

use super::background::{self, Script};
use super::run_summary::Report;
use super::runtimes_tables;
use super::session::Session;
use super::stage::Stage;
use crate::toolchain::{self, CHROMIUM, FIREFOX, WEBKIT, XVFB};
use crate::workspace::Workspace;
use anyhow::Result;
use std::process::Command;

/// An old compatibility date of workerd, and the newest that the installed one supports. tests/suite/bundle.mjs has them, too.
const DATES: [&str; 2] = ["2024-09-01", "2026-04-01"];
const NODE_COMPATIBILITY: &str = "nodejs_compat";

/// The runners, as scripts that run in the background. A sandbox for each, because it injects faults there.
pub(super) fn scripts(session: &Session<'_>) -> Result<Vec<Script>> {
    let workspace = session.workspace;
    for folder in ["tests", "tests/runtimes"] {
        toolchain::node_modules(workspace, folder)?;
    }
    for browser in [CHROMIUM, FIREFOX, WEBKIT, XVFB] {
        session.browser(&browser)?;
    }
    let packed = session.packed()?;
    let runners = runners(workspace, session.is_named(Stage::Runtimes));
    let suites = runners
        .into_iter()
        .map(|(name, command)| (format!("the suite in {name}"), command));
    let recipes = (
        "the recipes of docs/exports.md".to_owned(),
        workspace.node(["tests/exports.mjs"]),
    );
    suites
        .chain([recipes])
        .map(|(name, command)| {
            let sandbox = session.sandbox()?;
            let command = session.with_environment(command, &sandbox, packed);
            Ok(Script {
                name,
                command,
                sandbox,
            })
        })
        .collect()
}

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    background::finish(session, Stage::Runtimes, report)?;
    runtimes_tables::check(
        session,
        report,
        "runtimes",
        session.is_named(Stage::Runtimes),
    );
    // The stage of the consumers, which runs before, has tests of pains, too.
    if session.has(Stage::Consumers) {
        runtimes_tables::check(session, report, "pains", session.is_named(Stage::Consumers));
    }
    Ok(())
}

/// The names and commands of the runners, the slowest first. Without `all`, each runtime once.
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
    let mut runners = vec![
        ("this machine's Node".to_owned(), workspace.node(suite)),
        browser("webkit", "page"),
        browser("chromium", "page"),
        runtime("Deno", "deno", &deno),
        workerd(DATES[1], &[NODE_COMPATIBILITY]),
        browser("firefox", "page"),
        runtime("Bun", "bun", &deno[2..]),
    ];
    if all {
        for name in ["firefox", "webkit", "chromium"] {
            runners.extend(["worker", "service worker"].map(|context| browser(name, context)));
        }
        runners.extend([
            runtime("the newest Node", "node", &suite),
            workerd(DATES[0], &[]),
            workerd(DATES[0], &[NODE_COMPATIBILITY]),
            workerd(DATES[1], &[]),
        ]);
    }
    runners
}
