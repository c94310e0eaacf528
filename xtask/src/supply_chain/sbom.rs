//! The software bill of materials of the package, as CycloneDX 1.6 (<https://cyclonedx.org/docs/1.6/json/>).

use super::dependencies::Dependencies;
use crate::toolchain;
use crate::workspace::{CRATE, Workspace};
use anyhow::{Context, Result};
use cargo_metadata::{Package, PackageId};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const OWN_LICENCE: &str = "MIT OR Apache-2.0";

#[derive(Deserialize)]
struct Lock {
    package: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    name: String,
    version: String,
    /// SHA-256 of the crate in the registry.
    checksum: Option<String>,
}

/// Writes `<name>-<version>.cdx.json`.
pub(crate) fn write(
    workspace: &Workspace,
    dependencies: &Dependencies,
    folder: &Path,
) -> Result<()> {
    let lock = fs::read_to_string(workspace.root.join("Cargo.lock")).context("Cargo.lock")?;
    let compiler = toolchain::rustc_field(workspace, "release")?;
    let mut packages = dependencies.packages.iter();
    let own = packages.find(|package| *package.name == CRATE);
    let bill = bill(
        own.context(CRATE)?,
        &dependencies.shipped(),
        &dependencies.shipped,
        &lock,
        &compiler,
    )?;
    let text = format!("{}\n", serde_json::to_string_pretty(&bill)?);
    fs::write(
        folder.join(format!("{CRATE}-{}.cdx.json", workspace.version)),
        text,
    )?;
    Ok(())
}

/// Has neither time nor serial number, so that a release always has the same bill.
fn bill(
    own: &Package,
    packages: &[&Package],
    tree: &BTreeMap<PackageId, BTreeSet<PackageId>>,
    lock: &str,
    compiler: &str,
) -> Result<Value> {
    let lock: Lock = toml::from_str(lock).context("Cargo.lock")?;
    let reference = |id: &PackageId| {
        let package = packages.iter().find(|package| package.id == *id);
        package.map_or_else(|| purl("npm", own), |package| purl("cargo", package))
    };
    let standard_library = format!("pkg:generic/rust-std@{compiler}");
    let mut components = Vec::new();
    for package in packages {
        let (name, version) = (package.name.as_str(), package.version.to_string());
        let mut locked = lock.package.iter();
        let locked = locked.find(|locked| locked.name == name && locked.version == version);
        let checksum = locked.and_then(|locked| locked.checksum.as_deref());
        let checksum = checksum.with_context(|| format!("no checksum of {name} {version}"))?;
        let purl = purl("cargo", package);
        // Old expressions use `/` for `OR`.
        let licence = package.license.as_deref().unwrap_or_default();
        components.push(json!({
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "hashes": [{ "alg": "SHA-256", "content": checksum }],
            "licenses": [{ "expression": licence.replace('/', " OR ") }],
        }));
    }
    components.push(json!({
        "type": "library", "bom-ref": standard_library, "name": "rust-std", "version": compiler,
        "purl": standard_library, "licenses": [{ "expression": OWN_LICENCE }],
    }));
    let edges = tree.iter().map(|(id, on)| {
        // All crates depend on the standard library. It is listed once.
        let library = (*id == own.id).then(|| standard_library.clone());
        let on: Vec<String> = on.iter().map(reference).chain(library).collect();
        json!({ "ref": reference(id), "dependsOn": on })
    });
    Ok(json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": { "component": {
            "type": "library", "bom-ref": purl("npm", own), "name": own.name, "version": own.version,
            "purl": purl("npm", own), "licenses": [{ "expression": OWN_LICENCE }],
        } },
        "dependencies": edges.collect::<Vec<Value>>(),
        "components": components,
    }))
}

fn purl(kind: &str, package: &Package) -> String {
    let version = package.version.to_string().replace('+', "%2B");
    format!("pkg:{kind}/{}@{version}", package.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"old\"\n\
        [[package]]\nname = \"a\"\nversion = \"2.0.0+b\"\nchecksum = \"new\"\n";

    fn package(name: &str, version: &str) -> Package {
        let json = json!({
            "id": name, "name": name, "version": version, "license": "MIT/Zlib", "manifest_path": "",
            "dependencies": [], "targets": [], "features": {},
        });
        serde_json::from_value(json).unwrap()
    }

    fn bill_of_one(lock: &str) -> Result<Value> {
        let (own, a) = (package("own", "0.1.0"), package("a", "2.0.0+b"));
        let tree = [
            (own.id.clone(), [a.id.clone()].into()),
            (a.id.clone(), BTreeSet::new()),
        ];
        bill(&own, &[&a], &tree.into(), lock, "1.99.0")
    }

    #[test]
    fn component_has_the_checksum_and_licence_of_its_version() {
        let bill = bill_of_one(LOCK).unwrap();
        let a = &bill["components"][0];
        assert_eq!(a["purl"], "pkg:cargo/a@2.0.0%2Bb");
        let hash = json!({ "alg": "SHA-256", "content": "new" });
        assert_eq!(a["hashes"][0], hash);
        assert_eq!(a["licenses"][0]["expression"], "MIT OR Zlib");
        assert_eq!(bill["components"][1]["version"], "1.99.0");
    }

    #[test]
    fn dependencies_refer_to_components() {
        let bill = bill_of_one(LOCK).unwrap();
        let own = bill["metadata"]["component"]["bom-ref"].clone();
        assert_eq!(own, "pkg:npm/own@0.1.0");
        let on = ["pkg:cargo/a@2.0.0%2Bb", "pkg:generic/rust-std@1.99.0"];
        let edges = bill["dependencies"].as_array().unwrap();
        assert!(edges.contains(&json!({ "ref": own, "dependsOn": on })));
        for (component, reference) in bill["components"].as_array().unwrap().iter().zip(on) {
            assert_eq!(component["bom-ref"], reference);
        }
    }

    #[test]
    fn crate_without_checksum_is_an_error() {
        let error = bill_of_one(&LOCK.replace("2.0.0+b", "3.0.0")).unwrap_err();
        assert_eq!(error.to_string(), "no checksum of a 2.0.0+b");
    }
}
