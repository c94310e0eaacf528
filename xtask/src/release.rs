//! `cargo xtask release`: creates and checks the files of a release. Publishing is left to a person.

use crate::process;
use crate::supply_chain::dependencies::Dependencies;
use crate::supply_chain::{cargo_deny, sbom};
use crate::test;
use crate::test::run_summary::{self, Report};
use crate::test::test_counts::pattern;
use crate::workspace::{CRATE, Workspace};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::fs;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Check everything and publish nothing; without this option, the command only prints how to publish
    #[arg(long)]
    dry_run: bool,
}

/// Checks versions, tests the tarball, builds the documentation. Tarball and SBOM are in target/release-files.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let folder = workspace.target.join("release-files");
    let version = &workspace.version;
    let tarball = folder.join(format!("{CRATE}-{version}.tgz"));
    let publish = format!("npm publish {}", tarball.display());
    if !options.dry_run {
        bail!("publishing is manual: run `cargo xtask release --dry-run`, then `{publish}`");
    }
    // Files of an earlier run must not pass for those of this one.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;

    let mut parts = vec![
        Report::of("versions", |report| {
            check_versions(workspace, report);
            Ok(())
        }),
        Report::of("advisories", |report| {
            if let Some(result) = cargo_deny::advisories(workspace) {
                report.check("cargo deny check advisories", result);
            }
            Ok(())
        }),
        Report::of("sbom", |report| {
            // Fails if a lock file names another version.
            let dependencies = Dependencies::read(workspace)?;
            report.check("lock files", Ok(()));
            report.check("SBOM", sbom::write(workspace, &dependencies, &folder));
            Ok(())
        }),
    ];
    parts.extend(test::run_for_release(workspace, &tarball));
    let code = run_summary::conclude("release", &parts);
    if !process::interrupted() && parts.iter().all(|part| part.counts.failed == 0) {
        println!("nothing was published; to publish, run {publish}");
    }
    Ok(code)
}

/// Checks that all files name the version of Cargo.toml. Cargo checks the lock files.
fn check_versions(workspace: &Workspace, report: &mut Report) {
    let version = &workspace.version;
    let mut check = |path: &str, find: &dyn Fn(&str) -> Result<Vec<String>>| {
        let result = read(workspace, path).and_then(|text| {
            find(&text)?
                .iter()
                .try_for_each(|found| ensure_same(found, version))
        });
        report.check(&format!("version in {path}"), result);
    };
    check("pkg/package.json", &|text| {
        version_in_json(text, "/version")
    });
    check("www/package-lock.json", &|text| {
        version_in_json(text, "/packages/..~1pkg/version")
    });
    check("CHANGELOG.md", &newest_version);
    for path in ["README.md", "pkg/README.md"] {
        check(path, &|text| Ok(versions_to_install(text)));
    }
    let result = read(workspace, "CHANGELOG.md").and_then(|text| {
        let entry = entry(&text, version).with_context(|| format!("no entry for {version}"))?;
        ensure!(entry.contains("\n- "), "the entry for {version} is empty");
        if entry.starts_with(&format!("## [{version}] - unreleased")) {
            eprintln!("before publishing, set the date of {version} in CHANGELOG.md");
        }
        Ok(())
    });
    report.check("entry in CHANGELOG.md", result);
}

fn read(workspace: &Workspace, path: &str) -> Result<String> {
    fs::read_to_string(workspace.root.join(path)).with_context(|| path.to_owned())
}

fn ensure_same(found: &str, version: &str) -> Result<()> {
    ensure!(
        found == version,
        "expected version {version} of Cargo.toml, got {found}"
    );
    Ok(())
}

fn version_in_json(text: &str, pointer: &str) -> Result<Vec<String>> {
    let json: Value = serde_json::from_str(text)?;
    let version = json.pointer(pointer).and_then(Value::as_str);
    Ok(vec![version.context("no version")?.to_owned()])
}

/// The version of the changelog's first entry.
fn newest_version(text: &str) -> Result<Vec<String>> {
    let entry = pattern(r"(?m)^## \[(.+?)\]").captures(text);
    Ok(vec![entry.context("no entry")?[1].to_owned()])
}

/// The versions in commands of a text: `name@1.2.3`.
fn versions_to_install(text: &str) -> Vec<String> {
    let commands = pattern(&format!(r"{CRATE}@(\d(?:[\w.+-]*\w)?)"));
    let versions = commands.captures_iter(text);
    versions.map(|command| command[1].to_owned()).collect()
}

/// The changelog's entry for a version, with its heading.
fn entry<'a>(text: &'a str, version: &str) -> Option<&'a str> {
    let start = text.find(&format!("## [{version}]"))?;
    let entry = &text[start..];
    let end = entry.find("\n## ").unwrap_or(entry.len());
    Some(&entry[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_all_formats() {
        let json = r#"{ "version": "1.2.3", "packages": { "../pkg": { "version": "4.5.6" } } }"#;
        let changelog = "# Changelog\n\n## [1.2.3] - 2026-01-01\n\n## [1.2.2] - 2025-01-01\n";
        let in_json = |pointer| version_in_json(json, pointer).unwrap();
        assert_eq!(in_json("/version"), ["1.2.3"]);
        assert_eq!(in_json("/packages/..~1pkg/version"), ["4.5.6"]);
        assert!(version_in_json("{}", "/version").is_err());
        assert_eq!(newest_version(changelog).unwrap(), ["1.2.3"]);
        assert!(newest_version("# Changelog\n").is_err());
    }

    #[test]
    fn different_versions_are_reported() {
        assert!(ensure_same("1.2.3", "1.2.3").is_ok());
        let error = ensure_same("1.2.3", "1.2.30").unwrap_err();
        let expected = "expected version 1.2.30 of Cargo.toml, got 1.2.3";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn versions_to_install_are_found() {
        let text =
            format!("npm install {CRATE}@1.2.3. Or {CRATE}@2.0.0-rc.1, {CRATE}@latest, {CRATE}.");
        assert_eq!(versions_to_install(&text), ["1.2.3", "2.0.0-rc.1"]);
    }

    #[test]
    fn entry_ends_at_the_next() {
        let text = "## [1.1.0] - unreleased\n\n## [1.0.0] - 2026-01-01\n\n- One.\n";
        assert_eq!(entry(text, "1.1.0"), Some("## [1.1.0] - unreleased\n"));
        assert!(entry(text, "1.0.0").is_some_and(|entry| entry.contains("\n- ")));
        assert_eq!(entry(text, "1.0"), None);
    }
}
