//! `cargo xtask bench`: builds what the scripts in benches measure, and runs them.

use crate::build::compile::{self, Build};
use crate::process::{self, step};
use crate::workspace::{WASM, Workspace};
use crate::{build, sandbox, toolchain};
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Options {
    /// Take few samples of the main pages only; print the results without writing them
    #[arg(long)]
    quick: bool,
    /// Write the results of the parts growth, signing, relay, start and size into those of the last full run
    #[arg(long, requires = "parts")]
    keep: bool,
    /// Build what benchmarks and differential tests load, and measure nothing
    #[arg(long)]
    build_only: bool,
    /// Compare this package with the one in this tarball, by page, rows, history and memory
    #[arg(long, value_name = "TARBALL", conflicts_with_all = ["keep", "parts"])]
    against: Option<PathBuf>,
    /// The engines to measure in (node20, node, bun, deno, chromium, firefox, webkit); all, if none is named
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,
    /// The parts to measure (pages, cold, calls, summary, memory, growth, signing, relay, start, size); all, if none is named
    #[arg(long, value_delimiter = ',')]
    parts: Vec<String>,
}

/// The core with direct access to the parser.
const BENCH: Build = Build {
    name: "bench",
    features: "bench",
    classes: &["Bench"],
};

/// Builds the crate with direct access to the parser. Returns the folder with its glue and wasm.
pub(crate) fn build_parser(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("bench");
    std::fs::create_dir_all(&folder)?;
    step("build bench", || {
        compile::compile(workspace, &BENCH, &folder)
    })?;
    Ok(folder)
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.build_only {
        toolchain::node_modules(workspace, "tests")?;
        return build_parser(workspace).map(|_| ExitCode::SUCCESS);
    }
    build::run(workspace)?;
    toolchain::node_modules(workspace, "benches")?;
    let folder = build_parser(workspace)?;
    step("build bench-serde", || {
        build_serde_baseline(workspace, &folder)
    })?;
    let mut script = match &options.against {
        Some(tarball) => {
            let mut script = workspace.node(["benches/against.mjs"]);
            script.arg(std::path::absolute(tarball)?);
            script
        }
        None => workspace.node(["benches/run.mjs"]),
    };
    script.env("BENCH_BUILT", &folder);
    let has_relay = |part: &String| part == "relay";
    if options.parts.is_empty() || options.parts.iter().any(has_relay) {
        script.env("SOAK_SANDBOX", sandbox::build(workspace)?);
    }
    for (name, is_given) in [("--quick", options.quick), ("--keep", options.keep)] {
        script.args(is_given.then_some(name));
    }
    for (name, values) in [("--engines", &options.engines), ("--parts", &options.parts)] {
        let is_given = !values.is_empty();
        script.args(is_given.then(|| format!("{name}={}", values.join(","))));
    }
    Ok(process::exit_code(process::status(&mut script)?))
}

/// The baseline that uses serde, optimised for speed.
fn build_serde_baseline(workspace: &Workspace, folder: &Path) -> Result<()> {
    let arguments = ["build", "--release", "--package", "bench-serde"];
    let mut cargo = compile::cargo_for_wasm(workspace.cargo(arguments));
    cargo.args(["--target", WASM]);
    for setting in ["lto=\"fat\"", "codegen-units=1", "panic=\"abort\""] {
        cargo.args(["--config", &format!("profile.release.{setting}")]);
    }
    process::run(&mut cargo)?;
    let linked = workspace.target.join(WASM).join("release/bench_serde.wasm");
    compile::wasm_bindgen(&["--omit-default-module-path"], "serde", &linked, folder)?;
    let (wasm, optimised) = (folder.join("serde_bg.wasm"), folder.join("fast.wasm"));
    process::run(&mut compile::wasm_opt(
        workspace,
        &["-O3"],
        &wasm,
        &optimised,
    ))?;
    Ok(std::fs::rename(optimised, wasm)?)
}
