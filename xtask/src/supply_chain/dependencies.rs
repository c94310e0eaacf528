//! The crates that the project depends on, and those of them that ship.

use crate::process;
use crate::workspace::{CRATE, OTHER_WORKSPACES, ROWS, WASM, Workspace};
use anyhow::{Context, Result, ensure};
use cargo_metadata::{
    CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId, TargetKind,
};
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
        let shipped = shipped(&main, &listed(workspace)?)?;
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

/// Names and versions of the crates in the wasm. Only `cargo tree` knows them: `cargo metadata` unifies the features of tests
/// and tools with those of the package, and lists `rsa`, which only tests use.
fn listed(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let mut command = workspace.cargo(["tree", "--locked", "--package", CRATE, "--target", WASM]);
    command
        .args(["--features", "js,sign", "--edges", "normal,no-proc-macro"])
        .args(["--prefix", "none", "--format", "{p}"]);
    let output = process::capture(&mut command)?;
    let name_and_version = |line: &str| {
        let mut words = line.split_whitespace();
        Some(format!(
            "{} {}",
            words.next()?,
            words.next()?.strip_prefix('v')?
        ))
    };
    let listed: BTreeSet<String> = output.lines().filter_map(name_and_version).collect();
    let has_bindgen = listed.iter().any(|one| one.starts_with("wasm-bindgen "));
    ensure!(has_bindgen, "cargo tree lists no wasm-bindgen: {listed:?}");
    Ok(listed)
}

/// The listed crates with their dependencies. The rows are a part of the crate, which takes over their dependencies.
fn shipped(
    metadata: &Metadata,
    listed: &BTreeSet<String>,
) -> Result<BTreeMap<PackageId, BTreeSet<PackageId>>> {
    let ships = |id: &PackageId| {
        let Package { name, version, .. } = &metadata[id];
        let is_macro = |target: &cargo_metadata::Target| target.is_kind(TargetKind::ProcMacro);
        listed.contains(&format!("{name} {version}")) && !metadata[id].targets.iter().any(is_macro)
    };
    let resolve = metadata.resolve.as_ref().context("no resolved crates")?;
    let mut tree = BTreeMap::new();
    for node in resolve.nodes.iter().filter(|node| ships(&node.id)) {
        let normal = node.deps.iter().filter(|dependency| {
            let mut kinds = dependency.dep_kinds.iter();
            kinds.any(|info| info.kind == DependencyKind::Normal) && ships(&dependency.pkg)
        });
        let on: BTreeSet<PackageId> = normal.map(|dependency| dependency.pkg.clone()).collect();
        tree.insert(node.id.clone(), on);
    }
    let rows = tree.keys().find(|id| *metadata[*id].name == ROWS).cloned();
    let (rows, its) = rows
        .and_then(|rows| tree.remove_entry(&rows))
        .context("no rows")?;
    for on in tree.values_mut().filter(|on| on.contains(&rows)) {
        on.remove(&rows);
        on.extend(its.iter().cloned());
    }
    ensure!(
        tree.len() + 1 == listed.len(),
        "cargo tree and cargo metadata disagree about the crates that ship"
    );
    Ok(tree)
}
