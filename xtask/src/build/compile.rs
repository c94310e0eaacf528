//! Compiles the crate to WebAssembly and glue: cargo, wasm-bindgen, wasm-opt.

use super::{build_cache, glue};
use crate::process;
use crate::workspace::{CRATE, WASM, Workspace};
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The options of wasm-opt for the smallest file. Functions stay in their section of names until the last step. A function
/// with one caller is not inlined unless it is tiny, because inlining it saves bytes but compresses worse.
const OPTIMISATION: &[&str] = &[
    "-Oz",
    "--converge",
    "--one-caller-inline-max-function-size=40",
    "--debuginfo",
];

/// The features that the supported engines have. `--all-features` makes files that they refuse.
const WASM_FEATURES: &[&str] = &[
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The bytes of an instance's stack. The deepest call, planning a long history, takes about 30 KB. The linker's default of 1 MB
/// is memory that every instance holds from its start.
const STACK_BYTES: u32 = 256 * 1024;

/// The program of wasm-opt.
const WASM_OPT: &str = "binaryen/bin/wasm-opt";

/// A build of the crate.
pub(crate) struct Build {
    pub(crate) name: &'static str,
    /// The crate's Cargo features.
    pub(crate) features: &'static str,
    /// The classes that the facade constructs.
    pub(crate) classes: &'static [&'static str],
}

/// The builds of the package: without signing code, and with it.
pub(crate) const BUILDS: [Build; 2] = [
    Build {
        name: "core",
        features: "js",
        classes: &["RateLimiter", "SmsHistoryClient"],
    },
    Build {
        name: "edge",
        features: "js,sign",
        classes: &["RateLimiter", "Relay", "ServiceAccount", "SmsHistoryClient"],
    },
];

impl Build {
    /// The names of glue and wasm, in that order.
    pub(crate) fn files(&self) -> [String; 2] {
        [
            format!("{}.js", self.name),
            format!("{}_bg.wasm", self.name),
        ]
    }
}

/// The folder of the package's generated files.
pub(crate) fn output(workspace: &Workspace) -> PathBuf {
    workspace.root.join("pkg/wasm")
}

/// The folder in which the package's files are made. `benches/size.mjs` reads the wasm with function names there.
pub(super) fn staging(workspace: &Workspace) -> PathBuf {
    workspace.target.join("package")
}

/// Makes one build in a folder: `<name>.js`, `<name>_bg.wasm`, and `<name>_named.wasm` with the names of functions.
pub(crate) fn compile(workspace: &Workspace, build: &Build, folder: &Path) -> Result<()> {
    // The package alone: together with others, it would get the features that they ask for.
    let mut cargo = cargo_for_wasm(workspace.cargo([
        "build",
        "--lib",
        "--profile",
        "wasm",
        "--package",
        CRATE,
    ]));
    // A target folder for each build, because cargo keeps one wasm per name: in a shared folder, each build would replace the
    // other's.
    let target = workspace.target.join("builds").join(build.name);
    cargo
        .args(["--target", WASM, "--features", build.features])
        .env("CARGO_TARGET_DIR", &target)
        .args(["--config", &rustflags(workspace)?]);
    process::run(&mut cargo)?;

    let linked = target
        .join(WASM)
        .join("wasm")
        .join(CRATE.replace('-', "_"))
        .with_extension("wasm");
    // This program contains wasm-bindgen and the options of all tools.
    let inputs = [
        linked.clone(),
        std::env::current_exe()?,
        workspace.tool(WASM_OPT),
        workspace.tool("esbuild/package.json"),
    ];
    let [script, wasm] = build.files().map(|name| folder.join(name));
    let named = folder.join(format!("{}_named.wasm", build.name));
    let outputs = [script.clone(), wasm.clone(), named.clone()];
    let record = folder.join(build.name).with_extension("inputs");
    build_cache::unless_unchanged(&record, &inputs, &outputs, || {
        let generated = folder.join(build.name).with_extension("bindgen");
        let options = ["--omit-default-module-path", "--remove-producers-section"];
        wasm_bindgen(&options, build.name, &linked, &generated)?;
        process::run(&mut glue::into_function(
            workspace, &generated, build, &script,
        )?)?;
        let bound = generated.join(format!("{}_bg.wasm", build.name));
        process::run(&mut wasm_opt(workspace, OPTIMISATION, &bound, &named))?;
        process::run(&mut wasm_opt(workspace, &["--strip-debug"], &named, &wasm))
    })
}

/// Runs wasm-bindgen: the files `<name>.js` and `<name>_bg.wasm` in a folder.
pub(crate) fn wasm_bindgen(options: &[&str], name: &str, wasm: &Path, folder: &Path) -> Result<()> {
    let fixed = ["wasm-bindgen", "--target", "web", "--no-typescript"];
    let mut arguments: Vec<OsString> = fixed.iter().chain(options).map(OsString::from).collect();
    arguments.extend(["--out-name".into(), name.into()]);
    arguments.extend(["--out-dir".into(), folder.into(), wasm.into()]);
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).context("wasm-bindgen")
}

/// The command of wasm-opt from one file to another.
pub(crate) fn wasm_opt(workspace: &Workspace, options: &[&str], from: &Path, to: &Path) -> Command {
    let mut command = workspace.node([workspace.tool(WASM_OPT)]);
    command.args(WASM_FEATURES).args(options);
    command.arg(from).arg("-o").arg(to);
    command
}

/// A command of cargo for the wasm target. It ignores RUSTFLAGS, which would replace the flags of .cargo/config.toml. Tests
/// have no line numbers: nobody sees them, and they double the time of xtask's wasm-bindgen, which is not optimised.
pub(crate) fn cargo_for_wasm(mut cargo: Command) -> Command {
    cargo
        .args(["--config", "profile.dev.debug=false"])
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo
}

/// Flags besides those of .cargo/config.toml. The remapped paths make panic messages the same on every machine.
fn rustflags(workspace: &Workspace) -> Result<String> {
    let home = std::env::var_os("CARGO_HOME").filter(|path| !path.is_empty());
    let home = home.map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home.context("CARGO_HOME is not set, and there is no home folder")?;
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let flags = [
        format!("-Clink-arg=-zstack-size={STACK_BYTES}"),
        remap(&sources.join("registry/src"), "crates"),
        remap(&workspace.root, CRATE),
    ];
    let flags = serde_json::to_string(&flags)?;
    Ok(format!("target.{WASM}.rustflags={flags}"))
}
