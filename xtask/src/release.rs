//! `cargo xtask release`: creates and checks the files of a release. Publishing is left to a person.

use crate::process;
use crate::supply_chain::dependencies::Dependencies;
use crate::supply_chain::{cargo_deny, sbom};
use crate::test;
use crate::test::run_summary::{self, Report};
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
    let version = version_in_toml(&read(workspace, "Cargo.toml")?)
        .context("Cargo.toml has no workspace.package.version")?;
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
        Report::of("versions".to_owned(), |report| {
            check_versions(workspace, &version, report);
        }),
        Report::of("advisories".to_owned(), |report| {
            if let Some(result) = cargo_deny::advisories(workspace) {
                report.check("cargo deny check advisories", result);
            }
        }),
        Report::of("sbom".to_owned(), |report| {
            let result = Dependencies::read(workspace)
                .and_then(|dependencies| sbom::write(workspace, &dependencies, &version, &folder));
            report.check("SBOM", result);
        }),
    ];
    parts.extend(test::run_for_release(workspace, &tarball));
    if process::interrupted() {
        return Ok(ExitCode::FAILURE);
    }
    let has_passed = parts.iter().all(|part| part.counts.failed == 0);
    let code = run_summary::conclude("release", &parts);
    if has_passed {
        println!("nothing was published; to publish, run {publish}");
    }
    Ok(code)
}

/// Finds the version in the text of a file.
type FindVersion = fn(&str) -> Option<String>;

/// Checks that all files name the version of Cargo.toml.
fn check_versions(workspace: &Workspace, version: &str, report: &mut Report) {
    let files: [(&str, FindVersion); 5] = [
        ("Cargo.lock", version_in_lock),
        ("fuzz/Cargo.lock", version_in_lock),
        ("pkg/package.json", |text| version_in_json(text, "/version")),
        ("www/package-lock.json", |text| {
            version_in_json(text, "/packages/..~1pkg/version")
        }),
        ("CHANGELOG.md", newest_version),
    ];
    for (path, find) in files {
        let result = read(workspace, path).and_then(|text| {
            let found = find(&text).with_context(|| format!("{path} names no version"))?;
            ensure_same(path, &found, version)
        });
        report.check(&format!("version in {path}"), result);
    }
    for path in ["README.md", "pkg/README.md"] {
        let result = read(workspace, path).and_then(|text| {
            let mut named = versions_to_install(&text).into_iter();
            named.try_for_each(|found| ensure_same(path, found, version))
        });
        report.check(&format!("versions in {path}"), result);
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

fn ensure_same(path: &str, found: &str, version: &str) -> Result<()> {
    ensure!(
        found == version,
        "{path}: expected version {version} of Cargo.toml, got {found}"
    );
    Ok(())
}

fn version_in_toml(text: &str) -> Option<String> {
    let toml: toml::Value = toml::from_str(text).ok()?;
    let version = toml.get("workspace")?.get("package")?.get("version")?;
    version.as_str().map(str::to_owned)
}

fn version_in_lock(text: &str) -> Option<String> {
    let toml: toml::Value = toml::from_str(text).ok()?;
    let mut packages = toml.get("package")?.as_array()?.iter();
    let own = packages
        .find(|package| package.get("name").and_then(|name| name.as_str()) == Some(CRATE))?;
    own.get("version")?.as_str().map(str::to_owned)
}

fn version_in_json(text: &str, pointer: &str) -> Option<String> {
    let json: Value = serde_json::from_str(text).ok()?;
    json.pointer(pointer)?.as_str().map(str::to_owned)
}

/// The version of the changelog's first entry.
fn newest_version(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("## ["))?;
    line.split_once(']').map(|(version, _)| version.to_owned())
}

/// The changelog's entry for a version, with its heading.
fn entry<'a>(text: &'a str, version: &str) -> Option<&'a str> {
    let start = text.find(&format!("## [{version}]"))?;
    let entry = &text[start..];
    let end = entry.find("\n## ").unwrap_or(entry.len());
    Some(&entry[..end])
}

/// The versions in commands of a text: `name@1.2.3`.
fn versions_to_install(text: &str) -> Vec<&str> {
    let name = format!("{CRATE}@");
    let after = text.split(&name).skip(1);
    after
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .map(|rest| {
            let is_outside = |c: char| !c.is_ascii_alphanumeric() && !"-+.".contains(c);
            let end = rest.find(is_outside).unwrap_or(rest.len());
            rest[..end].trim_end_matches('.')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_all_formats() {
        let toml = "[workspace.package]\nversion = \"1.2.3\"\n[package]\nname = \"a\"\n";
        let other = "[[package]]\nname = \"a\"\nversion = \"9.0.0\"\n";
        let lock = format!("{other}[[package]]\nname = \"{CRATE}\"\nversion = \"1.2.3\"\n");
        let json = r#"{ "version": "1.2.3", "packages": { "../pkg": { "version": "4.5.6" } } }"#;
        let changelog = "# Changelog\n\n## [1.2.3] - 2026-01-01\n\n## [1.2.2] - 2025-01-01\n";
        let is = |version| Some(String::from(version));
        assert_eq!(version_in_toml(toml), is("1.2.3"));
        assert_eq!(version_in_lock(&lock), is("1.2.3"));
        assert_eq!(version_in_lock(other), None);
        assert_eq!(version_in_json(json, "/version"), is("1.2.3"));
        assert_eq!(
            version_in_json(json, "/packages/..~1pkg/version"),
            is("4.5.6")
        );
        assert_eq!(newest_version(changelog), is("1.2.3"));
        assert_eq!(newest_version("# Changelog\n"), None);
    }

    #[test]
    fn different_versions_are_reported_with_their_file() {
        assert!(ensure_same("README.md", "1.2.3", "1.2.3").is_ok());
        let error = ensure_same("README.md", "1.2.3", "1.2.30").unwrap_err();
        let expected = "README.md: expected version 1.2.30 of Cargo.toml, got 1.2.3";
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
