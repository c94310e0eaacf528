//! The crates of others that the project uses: what they may be, and what the package must say of them.

pub(crate) mod cargo_deny;
pub(crate) mod dependencies;
pub(crate) mod licences;
pub(crate) mod policy;
pub(crate) mod sbom;
