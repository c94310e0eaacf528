//! The software bill of materials: what ships, as CycloneDX 1.6 (<https://cyclonedx.org/docs/1.6/json/>).

use crate::policy::{Package, Policy};
use crate::process;
use crate::shipped::Crate;
use crate::workspace::{CRATE, Workspace};
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    /// SHA-256 of the crate as the registry has it.
    checksum: Option<String>,
}

/// Writes `<name>-<version>.cdx.json`.
pub(super) fn write(
    workspace: &Workspace,
    policy: &Policy,
    version: &str,
    folder: &Path,
) -> Result<()> {
    let lock = fs::read_to_string(workspace.root.join("Cargo.lock")).context("Cargo.lock")?;
    let rustc = process::capture(
        Command::new("rustc")
            .arg("-vV")
            .current_dir(&workspace.root),
    )?;
    let compiler = rustc
        .lines()
        .find_map(|line| line.strip_prefix("release: "))
        .context("rustc does not tell its version")?;
    let own = (CRATE.to_owned(), version.to_owned());
    let bill = bill(&own, &policy.shipped(), policy.tree(), &lock, compiler)?;
    let text = format!("{}\n", serde_json::to_string_pretty(&bill)?);
    fs::write(folder.join(format!("{CRATE}-{version}.cdx.json")), text)?;
    Ok(())
}

/// Without time and serial number, so that the same release has the same bill.
fn bill(
    own: &Crate,
    packages: &[&Package],
    tree: &BTreeMap<Crate, BTreeSet<Crate>>,
    lock: &str,
    compiler: &str,
) -> Result<Value> {
    let lock: Lock = toml::from_str(lock).context("Cargo.lock")?;
    let reference = |one: &Crate| if one == own { npm(one) } else { cargo(one) };
    let standard = format!("pkg:generic/rust-std@{compiler}");
    let mut components = Vec::new();
    for Package {
        name,
        version,
        license,
        ..
    } in packages
    {
        let locked = lock
            .package
            .iter()
            .find(|locked| locked.name == *name && locked.version == *version);
        let checksum = locked.and_then(|locked| locked.checksum.as_deref());
        let checksum = checksum.with_context(|| format!("no checksum of {name} {version}"))?;
        let purl = cargo(&(name.clone(), version.clone()));
        // Old expressions are written with `/`.
        let licence = license.as_deref().unwrap_or_default().replace('/', " OR ");
        components.push(json!({
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "hashes": [{ "alg": "SHA-256", "content": checksum }],
            "licenses": [{ "expression": licence }],
        }));
    }
    components.push(json!({
        "type": "library", "bom-ref": standard, "name": "rust-std", "version": compiler, "purl": standard,
        "licenses": [{ "expression": "MIT OR Apache-2.0" }],
    }));
    let dependencies: Vec<Value> = tree
        .iter()
        .map(|(one, on)| {
            // Everything is on top of it; it is told once.
            let library = (one == own).then(|| standard.clone());
            let on: Vec<String> = on.iter().map(reference).chain(library).collect();
            json!({ "ref": reference(one), "dependsOn": on })
        })
        .collect();
    Ok(json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": { "component": {
            "type": "library", "bom-ref": npm(own), "name": own.0, "version": own.1, "purl": npm(own),
            "licenses": [{ "expression": "MIT OR Apache-2.0" }],
        } },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn cargo((name, version): &Crate) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

fn npm((name, version): &Crate) -> String {
    format!("pkg:npm/{name}@{version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"old\"\n\
        [[package]]\nname = \"a\"\nversion = \"2.0.0+b\"\nchecksum = \"new\"\n";

    fn made(lock: &str) -> Result<Value> {
        let package: Package = serde_json::from_value(json!({
            "id": "a", "name": "a", "version": "2.0.0+b", "license": "MIT/Zlib", "source": "registry", "manifest_path": "",
        }))?;
        let own = ("own".to_owned(), "0.1.0".to_owned());
        let a = ("a".to_owned(), "2.0.0+b".to_owned());
        let tree = [(own.clone(), [a.clone()].into()), (a, BTreeSet::new())];
        bill(&own, &[&package], &tree.into(), lock, "1.99.0")
    }

    #[test]
    fn a_component_has_the_checksum_and_licence_of_its_version() {
        let bill = made(LOCK).unwrap();
        let a = &bill["components"][0];
        assert_eq!(a["purl"], "pkg:cargo/a@2.0.0%2Bb");
        assert_eq!(
            a["hashes"][0],
            json!({ "alg": "SHA-256", "content": "new" })
        );
        assert_eq!(a["licenses"][0]["expression"], "MIT OR Zlib");
        assert_eq!(bill["components"][1]["version"], "1.99.0");
    }

    #[test]
    fn what_depends_on_what_is_told_by_references_that_exist() {
        let bill = made(LOCK).unwrap();
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
    fn a_crate_without_checksum_is_an_error() {
        let error = made(&LOCK.replace("2.0.0+b", "3.0.0")).unwrap_err();
        assert_eq!(error.to_string(), "no checksum of a 2.0.0+b");
    }
}
