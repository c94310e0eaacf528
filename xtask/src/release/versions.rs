//! Whether all that names the version names the same.

use crate::test::Report;
use crate::workspace::{CRATE, Workspace};
use anyhow::{Context, Result, ensure};
use std::fs;

/// Finds the version in the text of a file.
type Find = fn(&str) -> Option<String>;

/// The version in Cargo.toml, which all others follow.
pub(super) fn of_crate(workspace: &Workspace) -> Result<String> {
    in_toml(&read(workspace, "Cargo.toml")?).context("Cargo.toml has no workspace.package.version")
}

pub(super) fn check(workspace: &Workspace, wanted: &str, report: &mut Report) {
    let places: [(&str, Find); 5] = [
        ("Cargo.lock", in_lock),
        ("fuzz/Cargo.lock", in_lock),
        ("pkg/package.json", in_json),
        ("www/package-lock.json", in_npm_lock),
        ("CHANGELOG.md", on_top),
    ];
    for (path, find) in places {
        let outcome = read(workspace, path).and_then(|text| {
            let is = find(&text).with_context(|| format!("{path} names no version"))?;
            same(path, &is, wanted)
        });
        report.check(&format!("version in {path}"), outcome);
    }
    for path in ["README.md", "pkg/README.md"] {
        let outcome = read(workspace, path).and_then(|text| {
            let mut named = installed(&text).into_iter();
            named.try_for_each(|is| same(path, is, wanted))
        });
        report.check(&format!("versions in {path}"), outcome);
    }
    let changes = read(workspace, "CHANGELOG.md").and_then(|text| {
        let entry = entry(&text, wanted).with_context(|| format!("no entry for {wanted}"))?;
        ensure!(entry.contains("\n- "), "the entry for {wanted} is empty");
        if entry.starts_with(&format!("## [{wanted}] - unreleased")) {
            eprintln!("to do before publishing: the date of {wanted} in CHANGELOG.md");
        }
        Ok(())
    });
    report.check("entry in CHANGELOG.md", changes);
}

fn read(workspace: &Workspace, path: &str) -> Result<String> {
    fs::read_to_string(workspace.root.join(path)).with_context(|| path.to_owned())
}

fn same(path: &str, is: &str, wanted: &str) -> Result<()> {
    ensure!(is == wanted, "{path} says {is}, and Cargo.toml {wanted}");
    Ok(())
}

fn in_toml(text: &str) -> Option<String> {
    let toml: toml::Value = toml::from_str(text).ok()?;
    let version = toml.get("workspace")?.get("package")?.get("version")?;
    version.as_str().map(str::to_owned)
}

fn in_lock(text: &str) -> Option<String> {
    let toml: toml::Value = toml::from_str(text).ok()?;
    let packages = toml.get("package")?.as_array()?;
    let own = packages
        .iter()
        .find(|package| package.get("name").and_then(|name| name.as_str()) == Some(CRATE))?;
    own.get("version")?.as_str().map(str::to_owned)
}

fn in_json(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    json["version"].as_str().map(str::to_owned)
}

/// The package in the lock file of a project that has it by its path.
fn in_npm_lock(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    json["packages"]["../pkg"]["version"]
        .as_str()
        .map(str::to_owned)
}

/// The changelog's first entry.
fn on_top(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("## ["))?;
    line.split_once(']').map(|(version, _)| version.to_owned())
}

/// A version's part of the changelog, its heading included.
fn entry<'a>(text: &'a str, version: &str) -> Option<&'a str> {
    let start = text.find(&format!("## [{version}]"))?;
    let entry = &text[start..];
    let end = entry.find("\n## ").unwrap_or(entry.len());
    Some(&entry[..end])
}

/// The versions that a text tells to install: `name@1.2.3`.
fn installed(text: &str) -> Vec<&str> {
    text.split(&format!("{CRATE}@"))
        .skip(1)
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .filter_map(|rest| {
            let is_version = |c: char| c.is_ascii_alphanumeric() || "-+.".contains(c);
            let end = rest.find(|c| !is_version(c)).unwrap_or(rest.len());
            Some(rest[..end].trim_end_matches('.')).filter(|version| !version.is_empty())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_where_they_are_named() {
        let lock = format!(
            "[[package]]\nname = \"a\"\nversion = \"9.0.0\"\n[[package]]\nname = \"{CRATE}\"\nversion = \"1.2.3\"\n"
        );
        let found = [
            in_toml("[workspace.package]\nversion = \"1.2.3\"\n[package]\nname = \"a\"\n"),
            in_lock(&lock),
            in_json(r#"{ "version": "1.2.3" }"#),
            in_npm_lock(
                r#"{ "version": "9.0.0", "packages": { "../pkg": { "version": "1.2.3" } } }"#,
            ),
            on_top("# Changelog\n\n## [1.2.3] - 2026-01-01\n\n## [1.2.2] - 2025-01-01\n"),
        ];
        for (index, version) in found.iter().enumerate() {
            assert_eq!(version.as_deref(), Some("1.2.3"), "{index}");
        }
        assert_eq!(
            in_lock("[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n"),
            None
        );
        assert_eq!(on_top("# Changelog\n"), None);
    }

    #[test]
    fn versions_that_differ_are_told_with_their_place() {
        assert!(same("README.md", "1.2.3", "1.2.3").is_ok());
        let error = same("README.md", "1.2.3", "1.2.30").unwrap_err();
        assert_eq!(
            error.to_string(),
            "README.md says 1.2.3, and Cargo.toml 1.2.30"
        );
    }

    #[test]
    fn a_readme_names_the_versions_to_install() {
        let text =
            format!("npm install {CRATE}@1.2.3. Or {CRATE}@2.0.0-rc.1, {CRATE}@latest, {CRATE}.");
        assert_eq!(installed(&text), ["1.2.3", "2.0.0-rc.1"]);
    }

    #[test]
    fn an_entry_ends_where_the_next_begins() {
        let text = "## [1.1.0] - unreleased\n\n## [1.0.0] - 2026-01-01\n\n- One.\n";
        assert_eq!(entry(text, "1.1.0"), Some("## [1.1.0] - unreleased\n"));
        assert!(entry(text, "1.0.0").is_some_and(|entry| entry.contains("\n- ")));
        assert_eq!(entry(text, "1.0"), None);
    }
}
