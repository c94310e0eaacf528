//! The page in Chromium.

use super::report::Report;
use super::session::Session;
use crate::setup;

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    if report.need("build", session.build()).is_none() {
        return;
    }
    let www = setup::node_modules(session.workspace, "www");
    if report.need("www's tools", www).is_none()
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
    report.script(
        "the page in Chromium",
        &mut session.script("tests/e2e/run.mjs", &sandbox, packed),
    );
    report.check("traffic keeps to the contract", sandbox.check_contract());
}
