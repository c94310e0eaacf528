//! The tables of docs/runtimes.md, which list what the tests have run.

use super::run_summary::Report;
use super::session::Session;

/// Compares a table with the records of this run, or writes it if the command line says so. `is_complete`: all of the table's
/// tests have run.
pub(super) fn check(session: &Session<'_>, report: &mut Report, name: &str, is_complete: bool) {
    let mode = match (is_complete, session.writes_tables()) {
        (true, true) => "write",
        (true, false) => "whole",
        (false, _) => "part",
    };
    let mut command = session
        .workspace
        .node(["tests/runtimes-tables.mjs", name, mode]);
    command.env("ROWS_DIR", session.records());
    report.script(&format!("the table of {name}"), &mut command);
}
