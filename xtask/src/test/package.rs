//! The npm package as its users get it.

use super::background::{self, Script};
use super::run_summary::Report;
use super::session::Session;
use super::stage::Stage;
use crate::build::compile::{self, BUILDS, Build};
use crate::build::size;
use crate::toolchain;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use memchr::memmem;
use std::fs;

/// Words that only signing code contains.
const SIGNING: [&str; 3] = ["importKey", "pkcs8", "PRIVATE KEY"];

/// Words that signing code must contain. Without them, their absence from the core would prove nothing.
const SIGNING_PROOF: [&str; 2] = ["importKey", "PRIVATE KEY"];

/// Scripts that inspect the package from outside.
const SCRIPTS: [(&str, &str); 2] = [
    ("the package's types", "tests/types/run.mjs"),
    ("the package as npm has it", "tests/package/run.mjs"),
];

/// The documentation's code: it waits for the Workers, pages and servers of the examples, one after the other.
pub(super) fn scripts(session: &Session<'_>) -> Result<Vec<Script>> {
    toolchain::node_modules(session.workspace, "tests")?;
    let (packed, sandbox) = (session.packed()?, session.sandbox()?);
    Ok(vec![Script {
        name: "the documentation's code".to_owned(),
        command: session.script("tests/docs.mjs", &sandbox, packed),
        sandbox,
    }])
}

pub(super) fn run(session: &Session<'_>, report: &mut Report) -> Result<()> {
    session.build()?;
    let [core, edge] = &BUILDS;
    let workspace = session.workspace;
    let lacks_signing = check_words(workspace, core, &SIGNING, false);
    report.check("core has no signing code", lacks_signing);
    let has_signing = check_words(workspace, edge, &SIGNING_PROOF, true);
    report.check("edge has signing code", has_signing);
    for build in &BUILDS {
        let name = format!("{} names no path of this machine", build.name);
        report.check(&name, check_paths(workspace, build));
    }
    let sizes = size::measure(workspace)?;
    print!("{}", size::table(&sizes));
    for size in sizes {
        report.check(&format!("size of {}", size.name), size.check_bound());
        report.check(&format!("growth of {}", size.name), size.check_growth());
    }
    let packed = session.packed()?;
    let script = |(name, path): (&str, &str)| {
        let mut command = session.workspace.node([path]);
        command.env("PKG_DIR", packed);
        (name.to_owned(), command)
    };
    report.scripts(SCRIPTS.len(), SCRIPTS.map(script).into());
    background::finish(session, Stage::Package, report)
}

/// Checks that each word occurs in glue or wasm, or that none does.
fn check_words(workspace: &Workspace, build: &Build, words: &[&str], expected: bool) -> Result<()> {
    let mut bytes = Vec::new();
    for name in build.files() {
        let path = compile::output(workspace).join(&name);
        bytes.extend(fs::read(path).context(name)?);
    }
    for word in words {
        let (name, found) = (build.name, memmem::find(&bytes, word.as_bytes()).is_some());
        let verb = if found { "contains" } else { "lacks" };
        ensure!(found == expected, "{name} {verb} `{word}`");
    }
    Ok(())
}

fn check_paths(workspace: &Workspace, build: &Build) -> Result<()> {
    let home = std::env::home_dir().map(|home| format!("{}/", home.display()));
    // The home folder of some system users is the root.
    let home = home.filter(|home| home.len() > 1);
    let root = workspace.root.display().to_string();
    let paths: Vec<&str> = home.iter().chain([&root]).map(String::as_str).collect();
    check_words(workspace, build, &paths, false)
}
