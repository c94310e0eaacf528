//! Checks all dependencies against deny.toml, offline: licences, bans, sources. cargo-deny checks the same where it is
//! installed, but it takes minutes to compile.

use super::dependencies::Dependencies;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The part of deny.toml that is checked.
#[derive(Deserialize)]
pub(crate) struct Policy {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
    #[serde(default)]
    wrappers: BTreeSet<String>,
}

impl Policy {
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        let text = fs::read_to_string(workspace.root.join("deny.toml")).context("deny.toml")?;
        toml::from_str(&text).context("deny.toml")
    }

    /// Every crate has an allowed licence.
    pub(crate) fn check_licences(&self, dependencies: &Dependencies) -> Result<()> {
        let mut refused = dependencies
            .packages
            .iter()
            .filter(|package| !is_allowed(package.license.as_deref(), &self.licenses.allow));
        if let Some(package) = refused.next() {
            let licence = &package.license;
            anyhow::bail!("{}: licence {licence:?} is not allowed", package.name);
        }
        Ok(())
    }

    /// Only its wrappers depend on a banned crate, and it does not ship.
    pub(crate) fn check_bans(&self, dependencies: &Dependencies) -> Result<()> {
        for Ban {
            name,
            reason,
            wrappers,
        } in &self.bans.deny
        {
            let mut shipped = dependencies.shipped().into_iter();
            ensure!(
                shipped.all(|package| *package.name != *name),
                "{name} ships, but {reason}"
            );
            for (from, to) in &dependencies.edges {
                ensure!(
                    to != name || wrappers.contains(from),
                    "{from} depends on {name}, but {reason}"
                );
            }
        }
        Ok(())
    }

    /// Every crate is from crates.io, or the project's own.
    pub(crate) fn check_sources(&self, dependencies: &Dependencies) -> Result<()> {
        for package in &dependencies.packages {
            let source = package
                .source
                .as_ref()
                .map_or(CRATES_IO, |source| &source.repr);
            ensure!(source == CRATES_IO, "{} is from {source}", package.name);
        }
        Ok(())
    }
}

/// Whether the allowed licences satisfy an SPDX expression. Old expressions use `/` for `OR`.
fn is_allowed(expression: Option<&str>, allowed: &[String]) -> bool {
    expression
        .and_then(|text| spdx::Expression::parse_mode(text, spdx::ParseMode::LAX).ok())
        .is_some_and(|expression| {
            expression.evaluate(|wanted| allowed.contains(&wanted.to_string()))
        })
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn expression_is_allowed_if_allowed_licences_satisfy_it() {
        let allowed = ["MIT", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        let exception = "Apache-2.0 WITH LLVM-exception";
        for expression in ["MIT", "GPL-3.0 OR MIT", "Unlicense/MIT", exception] {
            assert!(is_allowed(Some(expression), &allowed), "{expression}");
        }
        for expression in ["GPL-3.0", "MIT AND ISC", "Apache-2.0", "nonsense"] {
            assert!(!is_allowed(Some(expression), &allowed), "{expression}");
        }
        assert!(!is_allowed(None, &allowed));
    }
}
