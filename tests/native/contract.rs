//! The OpenAPI file that every request and reply is held against.

use std::path::{Path, PathBuf};

use sandbox::Sandbox;

pub(crate) fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/openapi.yaml")
}

/// Fails when a request or reply broke the contract, or when none was seen.
pub(crate) fn holds(sandbox: &Sandbox) {
    let report = sandbox.contract().unwrap();
    assert!(
        report.requests > 0 && report.violations.is_empty(),
        "{report:?}"
    );
}
