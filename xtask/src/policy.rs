//! Holds the crates that the project depends on against deny.toml: what cargo-deny does, without what it downloads.

use crate::process;
use crate::shipped::{self, Crate};
use crate::workspace::{OTHERS, Workspace};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{fs, iter};

#[derive(Deserialize)]
struct Deny {
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

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

/// A crate, in one version.
#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    /// Which licences it is under, as an SPDX expression.
    pub(crate) license: Option<String>,
    /// The registry. None, if the crate is the project's own.
    source: Option<String>,
    pub(crate) manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

/// What deny.toml wants, and what there is: in all workspaces of the project, on all platforms, with all features, for tests
/// and tools, too.
pub(crate) struct Policy {
    deny: Deny,
    packages: Vec<Package>,
    /// Who depends on whom, by name.
    edges: Vec<(String, String)>,
    shipped: BTreeMap<Crate, BTreeSet<Crate>>,
}

impl Policy {
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        let text = fs::read_to_string(workspace.root.join("deny.toml")).context("deny.toml")?;
        // By id: the project's workspaces share most of what they depend on.
        let mut packages = BTreeMap::new();
        let mut edges = Vec::new();
        for folder in iter::once(".").chain(OTHERS) {
            let metadata = metadata(workspace, folder)?;
            let names: BTreeMap<&str, &str> = metadata
                .packages
                .iter()
                .map(|package| (package.id.as_str(), package.name.as_str()))
                .collect();
            let name = |id: &str| names.get(id).copied().unwrap_or(id).to_owned();
            for node in &metadata.resolve.nodes {
                let to = node.dependencies.iter();
                edges.extend(to.map(|to| (name(&node.id), name(to))));
            }
            let of_folder = metadata.packages.into_iter();
            packages.extend(of_folder.map(|package| (package.id.clone(), package)));
        }
        Ok(Self {
            deny: toml::from_str(&text).context("deny.toml")?,
            shipped: shipped::read(workspace)?,
            packages: packages.into_values().collect(),
            edges,
        })
    }

    /// Every licence allows what the project does with the crate.
    pub(crate) fn licences(&self) -> Result<()> {
        let allowed = &self.deny.licenses.allow;
        let refused: Vec<String> = self
            .packages
            .iter()
            .filter(|package| !is_allowed(package.license.as_deref(), allowed))
            .map(|package| format!("{} ({:?})", package.name, package.license))
            .collect();
        ensure!(refused.is_empty(), "not allowed: {}", refused.join(", "));
        Ok(())
    }

    /// Banned crates are behind their wrappers only, and never in what ships.
    pub(crate) fn bans(&self) -> Result<()> {
        for Ban {
            name,
            reason,
            wrappers,
        } in &self.deny.bans.deny
        {
            let ships = self.shipped.keys().any(|(shipped, _)| shipped == name);
            ensure!(!ships, "{name} ships, and {reason}");
            for (from, to) in &self.edges {
                let is_fine = to != name || wrappers.contains(from);
                ensure!(is_fine, "{from} depends on {name}, and {reason}");
            }
        }
        Ok(())
    }

    /// The crates of others that ship, by name.
    pub(crate) fn shipped(&self) -> Vec<&Package> {
        let mut shipped: Vec<&Package> = self
            .packages
            .iter()
            .filter(|package| package.source.is_some())
            .filter(|Package { name, version, .. }| {
                self.shipped.contains_key(&(name.clone(), version.clone()))
            })
            .collect();
        shipped.sort_by_key(|package| (&package.name, &package.version));
        shipped
    }

    /// What ships, the project's own crate too, each with those that it depends on.
    pub(crate) fn tree(&self) -> &BTreeMap<Crate, BTreeSet<Crate>> {
        &self.shipped
    }

    /// Every crate is from crates.io, or of this project.
    pub(crate) fn sources(&self) -> Result<()> {
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        for package in &self.packages {
            let source = package.source.as_deref().unwrap_or(registry);
            ensure!(source == registry, "{} is from {source}", package.name);
        }
        Ok(())
    }
}

/// What a workspace of the project depends on.
fn metadata(workspace: &Workspace, folder: &str) -> Result<Metadata> {
    let manifest = workspace.root.join(folder).join("Cargo.toml");
    let mut command = workspace.cargo(["metadata", "--locked", "--all-features"]);
    command.args(["--format-version", "1", "--manifest-path"]);
    let json = process::capture(command.arg(manifest))?;
    serde_json::from_str(&json).with_context(|| format!("cargo metadata of {folder}"))
}

/// Whether the allowed licences are enough for an expression. Old ones are written with `/`.
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
    fn an_expression_is_allowed_by_enough_of_its_licences() {
        let allowed = ["MIT", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        for fine in [
            "MIT",
            "GPL-3.0 OR MIT",
            "Unlicense/MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(is_allowed(Some(fine), &allowed), "{fine}");
        }
        for wrong in ["GPL-3.0", "MIT AND ISC", "Apache-2.0", "nonsense"] {
            assert!(!is_allowed(Some(wrong), &allowed), "{wrong}");
        }
        assert!(!is_allowed(None, &allowed));
    }
}
