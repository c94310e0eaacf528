//! The suite in the runtimes that the stage `package` does not run it in.

use super::report::Report;
use super::session::Session;
use crate::setup;
use crate::workspace::Workspace;
use std::process::Command;

/// How many runners work at the same time. They wait more than they work, but some tests measure time.
const AT_ONCE: usize = 4;

const BROWSERS: [&str; 2] = ["chromium", "firefox"];
const PLACES: [&str; 3] = ["page", "worker", "service worker"];

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    let workspace = session.workspace;
    let runtimes = setup::node_modules(workspace, "tests/runtimes");
    if report.need("runtimes", runtimes).is_none()
        || report.need("Chromium", session.browsers()).is_none()
        || report.need("Firefox", session.firefox()).is_none()
    {
        return;
    }
    let Some(packed) = report.need("npm pack", session.packed()) else {
        return;
    };
    let mut runners = runners(workspace);
    while !runners.is_empty() {
        let later = runners.split_off(AT_ONCE.min(runners.len()));
        let mut sandboxes = Vec::new();
        let mut scripts = Vec::new();
        for (name, command) in &mut runners {
            // Each has a sandbox of its own, because it sets faults there.
            let Some(sandbox) = report.need("sandbox", session.sandbox()) else {
                return;
            };
            let command = std::mem::replace(command, Command::new(""));
            scripts.push((name.as_str(), session.equipped(command, &sandbox, packed)));
            sandboxes.push(sandbox);
        }
        report.scripts(&mut scripts);
        for ((name, _), sandbox) in scripts.iter().zip(&sandboxes) {
            report.check(
                &format!("traffic of {name} keeps to the contract"),
                sandbox.check_contract(),
            );
        }
        runners = later;
    }
}

/// What each runner is, and how it is started. Those that take long are first.
fn runners(workspace: &Workspace) -> Vec<(String, Command)> {
    let mut runners = vec![(
        "the suite in workerd with nodejs_compat".to_owned(),
        workspace.node(["tests/suite/run-workerd.mjs", "nodejs_compat"]),
    )];
    for browser in BROWSERS.iter().rev() {
        for place in PLACES {
            runners.push((
                format!("the suite in {browser}, {place}"),
                workspace.node(["tests/suite/run-browser.mjs", browser, place]),
            ));
        }
    }
    for (name, runtime, arguments) in [
        ("the newest Node", "node", &["tests/suite/run-node.mjs"][..]),
        (
            "Deno",
            "deno",
            &["run", "--allow-all", "tests/suite/run-here.mjs"],
        ),
        ("Bun", "bun", &["tests/suite/run-here.mjs"]),
    ] {
        runners.push((
            format!("the suite in {name}"),
            workspace.runtime(runtime, arguments),
        ));
    }
    runners
}
