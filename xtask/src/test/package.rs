//! The npm package as its users get it.

use super::report::Report;
use super::session::Session;
use crate::package::{self, BUILDS, Build};
use crate::size;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs;

/// What only code that signs has any use for.
const SIGNING: &[&str] = &["importKey", "pkcs8", "PRIVATE KEY"];

/// What code that signs must have: were these not found, the search above would prove nothing.
const SURELY_SIGNING: &[&str] = &["importKey", "PRIVATE KEY"];

/// Scripts that look at the package from outside.
const SCRIPTS: [(&str, &str); 3] = [
    ("the package's types", "tests/types/run.mjs"),
    ("the package as npm has it", "tests/package/run.mjs"),
    ("the documentation's code", "tests/docs.mjs"),
];

pub(super) fn run(session: &Session<'_>, report: &mut Report) {
    if report.need("build", session.build()).is_none() {
        return;
    }
    let [core, edge] = &BUILDS;
    report.check(
        "core has no signing code",
        without(session.workspace, core, SIGNING),
    );
    report.check(
        "edge has signing code",
        with(session.workspace, edge, SURELY_SIGNING),
    );
    for build in &BUILDS {
        report.check(
            &format!("{} names no path of this machine", build.name),
            without_paths(session.workspace, build),
        );
    }
    sizes(session.workspace, report);
    let Some(packed) = report.need("npm pack", session.packed()) else {
        return;
    };
    // For the documentation's code.
    let Some(sandbox) = report.need("sandbox", session.sandbox()) else {
        return;
    };
    let script = |(name, path): (&str, &str)| {
        let command = session.script(path, &sandbox, packed);
        (name.to_owned(), command)
    };
    report.scripts(SCRIPTS.len(), SCRIPTS.map(script).into());
    report.check(
        "traffic of the documentation's code keeps to the contract",
        sandbox.check_contract(),
    );
}

fn sizes(workspace: &Workspace, report: &mut Report) {
    let Some(sizes) = report.need("sizes", size::sizes(workspace)) else {
        return;
    };
    print!("{}", size::table(&sizes));
    for size in sizes {
        report.check(&format!("size of {}", size.name), size.check());
    }
}

/// Glue and wasm as one run of bytes.
fn bytes(workspace: &Workspace, build: &Build) -> Result<Vec<u8>> {
    let read = |name: &String| {
        fs::read(package::folder(workspace).join(name)).with_context(|| name.clone())
    };
    let [glue, wasm] = build.files();
    Ok([read(&glue)?, read(&wasm)?].concat())
}

fn without(workspace: &Workspace, build: &Build, words: &[&str]) -> Result<()> {
    let bytes = bytes(workspace, build)?;
    match words.iter().find(|word| contains(&bytes, word)) {
        Some(word) => bail!("{} contains `{word}`", build.name),
        None => Ok(()),
    }
}

fn with(workspace: &Workspace, build: &Build, words: &[&str]) -> Result<()> {
    let bytes = bytes(workspace, build)?;
    match words.iter().find(|word| !contains(&bytes, word)) {
        Some(word) => bail!("{} lacks `{word}`", build.name),
        None => Ok(()),
    }
}

fn without_paths(workspace: &Workspace, build: &Build) -> Result<()> {
    let root = workspace.root.display().to_string();
    let home = std::env::home_dir().map(|home| home.join(".").display().to_string());
    let home = home
        .as_deref()
        .map(|home| home.trim_end_matches('.'))
        .filter(|home| home.len() > 1);
    without(
        workspace,
        build,
        &[Some(root.as_str()), home]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>(),
    )
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|window| window == word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn words_are_found_anywhere_in_bytes() {
        let bytes = b"\0asm\x01importKey\xff";
        assert!(contains(bytes, "importKey") && contains(bytes, "\0asm"));
        assert!(!contains(bytes, "importkey") && !contains(b"", "importKey"));
    }
}
