//! pkg/THIRD-PARTY-LICENSES.txt: the licences of all code of others in the package.

use super::dependencies::Dependencies;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use cargo_metadata::Package;
use spdx::{Expression, Licensee, ParseMode};
use std::collections::BTreeMap;
use std::fs;

const FILE: &str = "pkg/THIRD-PARTY-LICENSES.txt";

const APACHE: &str = "Apache-2.0";
const UNICODE: &str = "Unicode-3.0";

/// A licence, and words that only its text contains.
type Licence = (&'static str, &'static str);

/// The licences that are taken where a crate offers several: the shortest first.
const PREFERRED: [Licence; 4] = [
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

/// Cargo does not list the standard library. Without a version, so that the file is the same for every compiler.
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

/// The crates under one licence text.
struct Group {
    licence: &'static str,
    text: String,
    members: Vec<String>,
}

/// Compares the file with the sources of the crates. With RENEW in the environment, it is written first.
pub(crate) fn check(workspace: &Workspace, dependencies: &Dependencies) -> Result<()> {
    let path = workspace.root.join(FILE);
    let apache = fs::read_to_string(workspace.root.join("LICENSE-APACHE"))?;
    let expected = render(&dependencies.shipped(), &apache)?;
    if std::env::var_os("RENEW").is_some() {
        fs::write(&path, &expected).context(FILE)?;
    }
    let found = fs::read_to_string(&path).context(FILE)?;
    // git may have converted the line ends.
    ensure!(
        found.replace('\r', "") == expected,
        "{FILE}: expected the licences of the crates, got others; `RENEW=1 cargo xtask test lint` writes the file"
    );
    Ok(())
}

fn render(packages: &[&Package], apache: &str) -> Result<String> {
    let mut groups = BTreeMap::new();
    for package in packages {
        let label = format!("{} {}", package.name, package.version);
        add_package(&mut groups, package, &label, apache).context(label)?;
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    for (licence, label) in STANDARD_LIBRARY {
        // A crate that names itself in the text of Apache-2.0 has a group of its own.
        let is_standard = |group: &Group| licence != APACHE || words(&group.text) == words(apache);
        let mut fitting = groups.iter_mut().filter(|group| group.licence == licence);
        let group = fitting.find(|group| is_standard(group));
        let group = group.with_context(|| format!("no crate has the text of {licence}"))?;
        group.members.push(label.to_owned());
    }
    groups.sort_by(|a, b| (a.licence, &a.members).cmp(&(b.licence, &b.members)));
    let mut file = HEAD.to_owned();
    for group in groups {
        let (rule, members) = ("=".repeat(100), group.members.join("\n  "));
        file += &format!("\n{rule}\n{}\n  {members}\n\n{}", group.licence, group.text);
    }
    Ok(file)
}

fn add_package(
    groups: &mut BTreeMap<String, Group>,
    package: &Package,
    label: &str,
    apache: &str,
) -> Result<()> {
    let texts = texts(package)?;
    let expression = package.license.as_deref().context("no licence")?;
    // The text of Apache-2.0 is the same for all: a crate without texts is taken under that licence.
    let (offered, default) = match texts.is_empty() {
        true => (&PREFERRED[1..2], Some(apache)),
        false => (&PREFERRED[..], None),
    };
    for (licence, marker) in choose(expression, offered)? {
        let text = find(&texts, marker).or(default);
        let text = text.with_context(|| format!("no text of {licence}"))?;
        add(groups, licence, text, label);
    }
    Ok(())
}

/// Texts that differ only in white space share a group.
fn add(groups: &mut BTreeMap<String, Group>, licence: &'static str, text: &str, member: &str) {
    let group = groups.entry(words(text)).or_insert_with(|| Group {
        licence,
        text: tidy(text),
        members: Vec::new(),
    });
    group.members.push(member.to_owned());
}

/// The licence texts in a crate's folder.
fn texts(package: &Package) -> Result<Vec<String>> {
    let folder = package.manifest_path.parent().context("no folder")?;
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        // Apache-2.0 requires to pass it on. No crate has had one yet.
        ensure!(
            !name.starts_with("NOTICE"),
            "it has a NOTICE, which {FILE} must repeat"
        );
        let starts = ["LICEN", "COPYING", "UNLICEN"];
        if starts.iter().any(|start| name.starts_with(start)) {
            texts.push(fs::read_to_string(entry.path())?);
        }
    }
    Ok(texts)
}

/// The shortest text with the marker. A file with several licences is only taken if there is no other.
fn find<'a>(texts: &'a [String], marker: &str) -> Option<&'a str> {
    let fitting = texts.iter().filter(|text| words(text).contains(marker));
    fitting.min_by_key(|text| text.len()).map(String::as_str)
}

/// The first of the offered licences that satisfy an expression.
fn choose(expression: &str, offered: &[Licence]) -> Result<Vec<Licence>> {
    let parsed = Expression::parse_mode(expression, ParseMode::LAX).context("its licence")?;
    let licensees = offered.iter().map(|(licence, _)| Licensee::parse(licence));
    let needed = parsed
        .minimized_requirements(&licensees.collect::<Result<Vec<_>, _>>()?)
        .with_context(|| format!("{expression} requires a licence that {FILE} does not know"))?;
    let is_needed = |licence: &str| needed.iter().any(|one| one.to_string() == licence);
    let chosen = offered.iter().filter(|(licence, _)| is_needed(licence));
    Ok(chosen.copied().collect())
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
        let chosen = choose(expression, &PREFERRED).unwrap();
        chosen.into_iter().map(|(licence, _)| licence).collect()
    }

    #[test]
    fn first_licences_that_satisfy_the_expression_are_chosen() {
        assert_eq!(ids("Apache-2.0 OR MIT"), ["MIT"]);
        assert_eq!(ids("Unlicense/MIT"), ["MIT"]);
        assert_eq!(ids("Apache-2.0"), ["Apache-2.0"]);
        let both = ids("(MIT OR Apache-2.0) AND Unicode-3.0");
        assert_eq!(both, ["MIT", "Unicode-3.0"]);
        assert!(choose("GPL-3.0-only", &PREFERRED).is_err());
    }

    #[test]
    fn shortest_text_of_the_licence_is_found() {
        let [mit, apache] = [PREFERRED[0].1, PREFERRED[1].1];
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
    fn texts_that_differ_in_white_space_share_a_group() {
        let mut groups = BTreeMap::new();
        add(&mut groups, "MIT", "a  b \r\n c\n\n", "one");
        add(&mut groups, "MIT", "a b c", "two");
        let group = groups.into_values().next().unwrap();
        assert_eq!(group.members, ["one", "two"]);
        assert_eq!(group.text, "a  b\n c\n");
    }
}
