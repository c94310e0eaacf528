//! The licences of all code of others that ships: pkg/THIRD-PARTY-LICENSES.txt.

use crate::policy::{Package, Policy};
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use spdx::{Expression, Licensee, ParseMode};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FILE: &str = "pkg/THIRD-PARTY-LICENSES.txt";

const APACHE: &str = "Apache-2.0";
const UNICODE: &str = "Unicode-3.0";

/// What is taken where a crate offers several, the shortest first, and words that only that licence's text has.
const TAKEN: [(&str, &str); 4] = [
    (
        "MIT",
        "free of charge, to any person obtaining a copy of this software",
    ),
    (APACHE, "Apache License Version 2.0, January 2004"),
    (
        "BSD-3-Clause",
        "Redistribution and use in source and binary forms",
    ),
    (UNICODE, "UNICODE LICENSE V3"),
];

/// Cargo does not list it. Without a version: the file is the same for every compiler.
const STANDARD_LIBRARY: [(&str, &str); 2] = [
    (
        APACHE,
        "the Rust standard library, copyright The Rust Project Developers (https://thanks.rust-lang.org), \
         and what it is made of: cfg-if, compiler_builtins, dlmalloc, hashbrown",
    ),
    (
        UNICODE,
        "the Rust standard library's tables of characters, copyright 1991-2024 Unicode, Inc.",
    ),
];

const HEAD: &str = "\
The WebAssembly modules of this package, and the glue beside them, contain code of others. These are its licences, each
with the names of those who are under it. Where the authors offer several, one was taken.
";

/// Who is under one text.
struct Group {
    licence: &'static str,
    text: String,
    members: Vec<String>,
}

/// Whether the file is what the crates' sources make. With RENEW in the environment, it is written anew.
pub(crate) fn check(workspace: &Workspace, policy: &Policy) -> Result<()> {
    let path = workspace.root.join(FILE);
    let wanted = text(workspace, &policy.shipped())?;
    if std::env::var_os("RENEW").is_some() {
        fs::write(&path, &wanted).context(FILE)?;
    }
    let is = fs::read_to_string(&path).context(FILE)?;
    // git may have given its lines another end.
    ensure!(
        is.replace('\r', "") == wanted,
        "{FILE} is not what the crates' sources make: `RENEW=1 cargo xtask test lint` writes it anew"
    );
    Ok(())
}

fn text(workspace: &Workspace, packages: &[&Package]) -> Result<String> {
    let apache = fs::read_to_string(workspace.root.join("LICENSE-APACHE"))?;
    let mut groups = BTreeMap::new();
    for package in packages {
        let label = format!("{} {}", package.name, package.version);
        let files = files(package).with_context(|| label.clone())?;
        let expression = package.license.as_deref().context("no licence")?;
        // The text of Apache-2.0 is the same for all: who ships none means that one.
        let offered = if files.is_empty() {
            &TAKEN[1..2]
        } else {
            &TAKEN
        };
        for (licence, words) in chosen(expression, offered).with_context(|| label.clone())? {
            let text = find(&files, words).or(files.is_empty().then_some(apache.as_str()));
            let text = text.with_context(|| format!("no text of {licence} in {label}"))?;
            add(&mut groups, licence, text, label.clone());
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    for (licence, label) in STANDARD_LIBRARY {
        // Crates that name themselves in the text of Apache-2.0 are groups of their own.
        let standard =
            |group: &&mut Group| licence != APACHE || words(&group.text) == words(&apache);
        let group = groups
            .iter_mut()
            .filter(|group| group.licence == licence)
            .find(standard);
        let group = group.with_context(|| format!("no crate has the text of {licence}"))?;
        group.members.push(label.to_owned());
    }
    groups.sort_by(|a, b| (a.licence, &a.members).cmp(&(b.licence, &b.members)));
    let shown = groups.iter().map(|group| {
        let members = group.members.join("\n  ");
        let rule = "=".repeat(100);
        format!("\n{rule}\n{}\n  {members}\n\n{}", group.licence, group.text)
    });
    Ok(std::iter::once(HEAD.to_owned()).chain(shown).collect())
}

/// Texts that differ in nothing but white space are one.
fn add(groups: &mut BTreeMap<String, Group>, licence: &'static str, text: &str, member: String) {
    let group = groups.entry(words(text)).or_insert_with(|| Group {
        licence,
        text: tidy(text),
        members: Vec::new(),
    });
    group.members.push(member);
}

/// The texts that a crate comes with.
fn files(package: &Package) -> Result<Vec<String>> {
    let folder = package.manifest_path.parent().unwrap_or(Path::new(""));
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        // Apache-2.0 wants it passed on. No crate has had one yet.
        ensure!(
            !name.starts_with("NOTICE"),
            "it has a NOTICE, which {FILE} must repeat"
        );
        if ["LICEN", "COPYING", "UNLICEN"]
            .iter()
            .any(|start| name.starts_with(start))
        {
            texts.push(fs::read_to_string(entry.path())?);
        }
    }
    Ok(texts)
}

/// The shortest text with the words: a file of several licences is taken where there is no other.
fn find<'a>(texts: &'a [String], marker: &str) -> Option<&'a str> {
    let having = texts.iter().filter(|text| words(text).contains(marker));
    having.min_by_key(|text| text.len()).map(String::as_str)
}

/// The licences that are enough for an expression, of those offered: the first that are.
fn chosen(
    expression: &str,
    offered: &[(&'static str, &'static str)],
) -> Result<Vec<(&'static str, &'static str)>> {
    let parsed = Expression::parse_mode(expression, ParseMode::LAX).context("its licence")?;
    let licensees: Vec<Licensee> = offered
        .iter()
        .map(|(licence, _)| Licensee::parse(licence))
        .collect::<Result<_, _>>()?;
    let needed = parsed
        .minimized_requirements(&licensees)
        .with_context(|| format!("{expression} takes more than {FILE} knows"))?;
    let is_needed = |licence: &str| needed.iter().any(|one| one.to_string() == licence);
    Ok(offered
        .iter()
        .copied()
        .filter(|(licence, _)| is_needed(licence))
        .collect())
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(expression: &str) -> Vec<&'static str> {
        let chosen = chosen(expression, &TAKEN).unwrap();
        chosen.into_iter().map(|(licence, _)| licence).collect()
    }

    #[test]
    fn the_first_licences_that_are_enough_are_taken() {
        assert_eq!(ids("Apache-2.0 OR MIT"), ["MIT"]);
        assert_eq!(ids("Unlicense/MIT"), ["MIT"]);
        assert_eq!(ids("Apache-2.0"), ["Apache-2.0"]);
        assert_eq!(
            ids("(MIT OR Apache-2.0) AND Unicode-3.0"),
            ["MIT", "Unicode-3.0"]
        );
        assert!(chosen("GPL-3.0-only", &TAKEN).is_err());
    }

    #[test]
    fn the_shortest_text_of_the_licence_is_found() {
        let [mit, apache] = [TAKEN[0].1, TAKEN[1].1];
        let texts = [
            format!("{mit} and {apache}"),
            mit.replace(' ', "\n "),
            "MIT or Apache-2.0".to_owned(),
        ];
        assert_eq!(find(&texts, mit), Some(texts[1].as_str()));
        assert_eq!(find(&texts, apache), Some(texts[0].as_str()));
        assert_eq!(find(&texts[2..], mit), None);
    }

    #[test]
    fn white_space_makes_no_second_text() {
        let mut groups = BTreeMap::new();
        add(&mut groups, "MIT", "a  b \r\n c\n\n", "one".to_owned());
        add(&mut groups, "MIT", "a b c", "two".to_owned());
        let group = groups.into_values().next().unwrap();
        assert_eq!(group.members, ["one", "two"]);
        assert_eq!(group.text, "a  b\n c\n");
    }
}
