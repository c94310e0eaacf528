//! Measures the package beside its rivals in every engine of the machine. The scripts in benches do the measuring.

use crate::package::{self, Build};
use crate::process::{self, step};
use crate::setup;
use crate::workspace::{WASM, Workspace};
use anyhow::{Context, Result};
use clap::Args;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is asked for.
#[derive(Args)]
pub(crate) struct Options {
    /// A short run: few samples, the main pages only; its results are printed and not kept
    #[arg(long)]
    quick: bool,
    /// Keep what was measured of growth, signing, start and size among the results of the last whole run
    #[arg(long, requires = "parts")]
    keep: bool,
    /// Build what benchmarks and differential tests load, and measure nothing
    #[arg(long)]
    build_only: bool,
    /// The engines to measure in, by name (node20, node, bun, deno, chromium, firefox); all, if none is named
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,
    /// What to measure, by name (pages, cold, calls, summary, memory, growth, signing, start, size); all, if none is
    /// named
    #[arg(long, value_delimiter = ',')]
    parts: Vec<String>,
}

/// As the package's core, with a door to the parser.
const BENCH: Build = Build {
    name: "bench",
    features: &["--features", "bench"],
    classes: &["Bench"],
    budget: 0,
};

/// The folder of what is built for benchmarks and differential tests.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("bench")
}

/// Builds the crate with a door to the parser; the folder with its glue and wasm.
pub(crate) fn door(workspace: &Workspace) -> Result<PathBuf> {
    let folder = folder(workspace);
    std::fs::create_dir_all(&folder)?;
    step("build bench", || package::one(workspace, &BENCH, &folder))?;
    Ok(folder)
}

/// Builds everything, and measures.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.build_only {
        setup::node_modules(workspace, "tests")?;
        return door(workspace).map(|_| ExitCode::SUCCESS);
    }
    package::build(workspace)?;
    setup::node_modules(workspace, "benches")?;
    let folder = door(workspace)?;
    step("build bench-serde", || rival(workspace, &folder))?;
    let mut script = workspace.node(["benches/run.mjs"]);
    script.env("BENCH_BUILT", &folder);
    for (name, is_given) in [("--quick", options.quick), ("--keep", options.keep)] {
        if is_given {
            script.arg(name);
        }
    }
    for (name, values) in [("--engines", &options.engines), ("--parts", &options.parts)] {
        if !values.is_empty() {
            script.arg(format!("{name}={}", values.join(",")));
        }
    }
    let status = process::status(&mut script)?;
    Ok(crate::sandbox::exit_code(status.code()))
}

/// The rival by serde, built for speed.
fn rival(workspace: &Workspace, folder: &Path) -> Result<()> {
    const NAME: &str = "bench-serde";
    let mut cargo = package::for_wasm(workspace.cargo(["build", "--release", "--package", NAME]));
    cargo.args(["--target", WASM]);
    for setting in ["lto=\"fat\"", "codegen-units=1", "panic=\"abort\""] {
        cargo.args(["--config", &format!("profile.release.{setting}")]);
    }
    process::run(&mut cargo)?;
    let wasm = workspace.target.join(WASM).join("release/bench_serde.wasm");
    let options = [
        "wasm-bindgen",
        "--target",
        "web",
        "--omit-default-module-path",
    ];
    let mut arguments: Vec<OsString> = options.map(OsString::from).into();
    arguments.extend([
        "--no-typescript".into(),
        "--out-name".into(),
        "serde".into(),
        "--out-dir".into(),
        folder.into(),
        wasm.into(),
    ]);
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).context("wasm-bindgen")?;
    let (wasm, fast) = (folder.join("serde_bg.wasm"), folder.join("fast.wasm"));
    process::run(&mut package::wasm_opt(workspace, &["-O3"], &wasm, &fast))?;
    Ok(std::fs::rename(fast, wasm)?)
}
