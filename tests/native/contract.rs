//! The OpenAPI file against which every request and response is validated.

use std::path::{Path, PathBuf};

use sandbox::Sandbox;

pub(crate) fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/openapi.yaml")
}

/// Panics if a request or response violated the contract, or if there was none.
pub(crate) fn holds(sandbox: &Sandbox) {
    let report = sandbox.contract().unwrap();
    assert!(
        report.requests > 0 && report.violations.is_empty(),
        "{report:?}"
    );
}
