//! The tables of docs/runtimes.md, which list what has run.

use super::report::Report;
use super::session::Session;

/// Holds a table against what this run has noted; with `whole`, all of it has run. Where that was asked for, it is written.
pub(super) fn check(session: &Session<'_>, report: &mut Report, name: &str, whole: bool) {
    let way = match (whole, session.writes_tables()) {
        (true, true) => "write",
        (true, false) => "whole",
        (false, _) => "part",
    };
    let mut command = session.workspace.node(["tests/tables.mjs", name, way]);
    command.env("ROWS_DIR", session.rows());
    report.script(&format!("docs/runtimes.md, table {name}"), &mut command);
}
