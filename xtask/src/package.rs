//! Builds what the npm package generates: wasm and glue, once without and once with signing.

use crate::glue;
use crate::kept;
use crate::process::{self, step};
use crate::setup;
use crate::size;
use crate::variants;
use crate::workspace::{CRATE, WASM, Workspace};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// What wasm-opt goes for: size, with the names kept for now. A function that is called once stays one, unless it is tiny:
/// put into its caller, it would need fewer bytes, but compress worse.
const OPTIMISATION: &[&str] = &[
    "-Oz",
    "--converge",
    "--one-caller-inline-max-function-size=40",
    "--debuginfo",
];

/// What engines are told of. Not `--all-features`: engines refuse what that makes.
const WASM_FEATURES: &[&str] = &[
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Bytes of an instance's stack: the deepest call, into the cutting of a long history, takes some 30 KB. The linker's own
/// megabyte is memory that an instance has from its start, and where many instances live is never used.
const STACK: u32 = 256 * 1024;

/// wasm-opt's program, which is all of it.
const WASM_OPT: &str = "binaryen/bin/wasm-opt";

/// One of the package's two builds of the crate.
pub(crate) struct Build {
    pub(crate) name: &'static str,
    pub(crate) features: &'static [&'static str],
    /// The classes that the facade constructs.
    pub(crate) classes: &'static [&'static str],
    /// The maximum size of the bundled and minified script plus the wasm, in bytes after brotli.
    pub(crate) budget: u64,
}

/// Without any signing code, and with it.
pub(crate) const BUILDS: [Build; 2] = [
    Build {
        name: "core",
        features: &["--features", "js"],
        classes: &["RateLimiter", "SmsHistoryClient"],
        budget: 115 * 1024,
    },
    Build {
        name: "edge",
        features: &["--features", "js,sign"],
        classes: &["RateLimiter", "ServiceAccount", "SmsHistoryClient"],
        budget: 132 * 1024,
    },
];

impl Build {
    /// The same wasm with the names of its functions.
    pub(crate) fn named(&self, workspace: &Workspace) -> PathBuf {
        workspace
            .target
            .join("package")
            .join(format!("{}_named.wasm", self.name))
    }

    /// Glue and wasm, in that order.
    pub(crate) fn files(&self) -> [String; 2] {
        [
            format!("{}.js", self.name),
            format!("{}_bg.wasm", self.name),
        ]
    }
}

/// The folder of what is generated.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("pkg/wasm")
}

/// Sets up what building takes, builds both, and prints their sizes.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    setup::node()?;
    setup::wasm_target(workspace)?;
    setup::node_modules(workspace, "tests")?;
    // Made elsewhere and moved when all is done, so that the package never has half of a build.
    let staging = workspace.target.join("package");
    // At once: what takes longest of each, the linker's optimisation of all crates together, has one thread.
    thread::scope(|scope| {
        let builds = BUILDS.each_ref().map(|build| {
            scope.spawn(|| {
                step(&format!("build {}", build.name), || {
                    one(workspace, build, &staging)
                })
            })
        });
        builds.into_iter().try_for_each(|build| {
            let outcome = build.join();
            outcome.unwrap_or_else(|_| bail!("a thread that builds has panicked"))
        })
    })?;
    fs::create_dir_all(folder(workspace))?;
    for name in BUILDS.iter().flat_map(Build::files) {
        fs::copy(staging.join(&name), folder(workspace).join(&name)).with_context(|| name)?;
    }
    step("the package's other forms", || variants::write(workspace))?;
    print!("{}", size::table(&size::sizes(workspace)?));
    Ok(())
}

/// Builds one into a folder.
pub(crate) fn one(workspace: &Workspace, build: &Build, staging: &Path) -> Result<()> {
    // One package at a time: built together with others, it would get the features that they ask for.
    let mut cargo =
        for_wasm(workspace.cargo(["build", "--lib", "--profile", "wasm", "--package", CRATE]));
    // A folder for each, because cargo keeps one wasm of a name: in one, each build would undo the other. The crates that
    // they are made of are compiled twice, once.
    let target = workspace.target.join("builds").join(build.name);
    cargo
        .args(["--target", WASM])
        .env("CARGO_TARGET_DIR", &target)
        .args(build.features)
        .args(["--config", &flags(workspace)?]);
    process::run(&mut cargo)?;

    let linked = target
        .join(WASM)
        .join("wasm")
        .join(CRATE.replace('-', "_"))
        .with_extension("wasm");
    // This program is wasm-bindgen, too, and has the options of all that is done to a module.
    let inputs = [
        linked.clone(),
        std::env::current_exe()?,
        workspace.tool(WASM_OPT),
        workspace.tool("esbuild/package.json"),
    ];
    let [glue, wasm] = build.files().map(|name| staging.join(name));
    let named = build.named(workspace);
    let note = staging.join(build.name).with_extension("made-of");
    kept::unless_same(
        &note,
        &inputs,
        &[glue.clone(), wasm.clone(), named.clone()],
        || finish(workspace, build, &linked, [&glue, &wasm, &named]),
    )
}

/// Makes glue, wasm and named wasm from the file that cargo has linked.
fn finish(
    workspace: &Workspace,
    build: &Build,
    linked: &Path,
    [glue, wasm, named]: [&Path; 3],
) -> Result<()> {
    let folder = glue.with_extension("bindgen");
    let options = [
        "--target",
        "web",
        "--omit-default-module-path",
        "--remove-producers-section",
        "--no-typescript",
    ];
    let mut arguments = vec![OsString::from("wasm-bindgen")];
    arguments.extend(options.map(OsString::from));
    arguments.extend([
        "--out-name".into(),
        build.name.into(),
        "--out-dir".into(),
        folder.clone().into(),
        linked.into(),
    ]);
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).context("wasm-bindgen")?;
    let generated = folder.join(format!("{}_bg.wasm", build.name));
    process::run(&mut glue::to_function(
        workspace,
        &folder,
        build.name,
        build.classes,
        glue,
    )?)?;
    process::run(&mut wasm_opt(workspace, OPTIMISATION, &generated, named))?;
    process::run(&mut wasm_opt(workspace, &["--strip-debug"], named, wasm))
}

/// wasm-opt from one file to another.
pub(crate) fn wasm_opt(workspace: &Workspace, options: &[&str], from: &Path, to: &Path) -> Command {
    let mut optimise = workspace.node([workspace.tool(WASM_OPT)]);
    optimise
        .args(WASM_FEATURES)
        .args(options)
        .arg(from)
        .arg("-o")
        .arg(to);
    optimise
}

/// A command of cargo's for the wasm target. RUSTFLAGS would take the place of the flags in .cargo/config.toml, which the
/// crate needs. Tests have no lines: nobody sees them there, and they double the time of the wasm-bindgen in xtask, which is
/// not optimised.
pub(crate) fn for_wasm(mut cargo: Command) -> Command {
    cargo
        .args(["--config", "profile.dev.debug=false"])
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo
}

/// Flags added to those of .cargo/config.toml. The remapped paths make panic messages the same on every machine.
fn flags(workspace: &Workspace) -> Result<String> {
    let sources = cargo_home()
        .context("no home folder, and CARGO_HOME is not set")?
        .join("registry/src");
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let flags = [
        format!("-Clink-arg=-zstack-size={STACK}"),
        remap(&sources, "crates"),
        remap(&workspace.root, CRATE),
    ];
    Ok(format!(
        "target.{WASM}.rustflags={}",
        serde_json::to_string(&flags)?
    ))
}

fn cargo_home() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO_HOME")
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    named.or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}
