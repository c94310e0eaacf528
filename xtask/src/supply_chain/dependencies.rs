//! The crates that the project depends on, and those of them that ship.

use crate::process;
use crate::workspace::{CRATE, OTHER_WORKSPACES, ROWS, WASM, Workspace};
use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{CargoOpt, Metadata, MetadataCommand, Package, PackageId};
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

/// The crates of all workspaces, on all platforms, with all features, of tests and tools as well.
pub(crate) struct Dependencies {
    pub(super) packages: Vec<Package>,
    /// The names of a crate and of a crate that it depends on.
    pub(super) edges: Vec<(String, String)>,
    /// The crates in the package's wasm, the project's own included, each with those of them that it depends on.
    pub(super) shipped: BTreeMap<PackageId, BTreeSet<PackageId>>,
}

impl Dependencies {
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        let main = metadata(workspace, ".")?;
        let shipped = shipped(workspace, &main)?;
        let others = OTHER_WORKSPACES.map(|folder| metadata(workspace, folder));
        // By id, because the workspaces share most crates.
        let (mut packages, mut edges) = (BTreeMap::new(), Vec::new());
        for metadata in iter::once(Ok(main)).chain(others) {
            let metadata = metadata?;
            let name = |id: &PackageId| metadata[id].name.to_string();
            for node in metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
                let to = node.dependencies.iter();
                edges.extend(to.map(|to| (name(&node.id), name(to))));
            }
            packages.extend(
                metadata
                    .packages
                    .into_iter()
                    .map(|one| (one.id.clone(), one)),
            );
        }
        let packages = packages.into_values().collect();
        Ok(Self {
            packages,
            edges,
            shipped,
        })
    }

    /// The crates of others that ship, sorted by name.
    pub(super) fn shipped(&self) -> Vec<&Package> {
        let is_shipped = |package: &&Package| self.shipped.contains_key(&package.id);
        let others = |package: &&Package| package.source.is_some();
        let mut shipped: Vec<&Package> = self.packages.iter().filter(is_shipped).collect();
        shipped.retain(others);
        shipped.sort_by_key(|package| (&package.name, &package.version));
        shipped
    }
}

fn metadata(workspace: &Workspace, folder: &str) -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(workspace.root.join(folder).join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned()])
        .exec()
        .with_context(|| format!("cargo metadata of {folder}"))
}

/// The crates in the wasm, by `cargo tree`. `cargo metadata` unifies the features of tests and tools with those of the package:
/// it lists `rsa`, which only tests use.
fn shipped(
    workspace: &Workspace,
    metadata: &Metadata,
) -> Result<BTreeMap<PackageId, BTreeSet<PackageId>>> {
    let mut command = workspace.cargo(["tree", "--locked", "--package", CRATE, "--target", WASM]);
    command
        .args(["--features", "js,sign", "--edges", "normal,no-proc-macro"])
        .args(["--no-dedupe", "--prefix", "depth", "--format", " {p}"]);
    let ids = metadata.packages.iter().map(|package| {
        let key = (package.name.to_string(), package.version.to_string());
        (key, package.id.clone())
    });
    let tree = parse(&process::capture(&mut command)?, &ids.collect())?;
    ensure!(tree.len() > 1, "cargo tree lists no crates");
    Ok(tree)
}

/// Parses lines of depth, name and version: `2 slab v0.4.12`. The rows are a part of the crate, which takes over their
/// dependencies.
fn parse(
    tree: &str,
    ids: &BTreeMap<(String, String), PackageId>,
) -> Result<BTreeMap<PackageId, BTreeSet<PackageId>>> {
    let mut crates = BTreeMap::<_, BTreeSet<_>>::new();
    let mut above: Vec<&PackageId> = Vec::new();
    for line in tree.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [depth, name, version, ..] = words[..] else {
            bail!("cargo tree: expected depth, name and version, got another line");
        };
        let name = if name == ROWS { CRATE } else { name };
        let key = (name.to_owned(), version.trim_start_matches('v').to_owned());
        let id = ids
            .get(&key)
            .with_context(|| format!("cargo metadata lacks {name}"))?;
        above.truncate(depth.parse()?);
        crates.entry(id.clone()).or_default();
        if let Some(&parent) = above.last().filter(|&&parent| parent != id) {
            crates.entry(parent.clone()).or_default().insert(id.clone());
        }
        above.push(id);
    }
    Ok(crates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths_tell_dependencies_and_rows_belong_to_the_crate() {
        let keys = [
            (CRATE, "0.1.0"),
            ("a", "1.0.0"),
            ("b", "2.0.0"),
            ("b", "3.0.0"),
        ];
        let id = |(name, version): (&str, &str)| PackageId {
            repr: format!("{name} {version}"),
        };
        let key = |(name, version): (&str, &str)| (name.to_owned(), version.to_owned());
        let ids = keys.iter().map(|&one| (key(one), id(one))).collect();
        let [own, a, old, new] = keys.map(id);
        let listed = format!(
            "0 {CRATE} v0.1.0 (/somewhere)\n1 a v1.0.0\n2 b v2.0.0\n1 {ROWS} v0.1.0\n2 b v3.0.0\n"
        );
        let tree = parse(&listed, &ids).unwrap();
        assert_eq!(tree.len(), 4);
        assert_eq!(tree[&own], [a.clone(), new.clone()].into());
        assert_eq!(tree[&a], [old.clone()].into());
        assert!(tree[&old].is_empty() && tree[&new].is_empty());
        assert!(parse("0 c v1.0.0\n", &ids).is_err());
    }
}
