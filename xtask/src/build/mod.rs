//! `cargo xtask build`: the generated half of the npm package, in pkg/wasm and pkg/cjs.

mod build_cache;
pub(crate) mod compile;
mod formats;
mod glue;
pub(crate) mod size;

use crate::process::{self, step};
use crate::toolchain;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use compile::{BUILDS, Build};
use std::fs;
use std::thread;

/// Installs the tools, makes both builds and their other formats, and prints the sizes.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    toolchain::node()?;
    toolchain::wasm_target(workspace)?;
    toolchain::node_modules(workspace, "tests")?;
    // Moved to the package when all is done, so that the package never contains half of a build.
    let staging = compile::staging(workspace);
    // In parallel, because the longest step of each, the link-time optimisation, has one thread.
    thread::scope(|scope| {
        let builds = BUILDS.each_ref().map(|build| {
            scope.spawn(|| {
                let name = format!("build {}", build.name);
                step(&name, || compile::compile(workspace, build, &staging))
            })
        });
        builds.into_iter().try_for_each(|build| {
            let result = build.join();
            result.unwrap_or_else(|_| bail!("a build thread has panicked"))
        })
    })?;
    let folder = compile::output(workspace);
    fs::create_dir_all(&folder)?;
    for name in BUILDS.iter().flat_map(Build::files) {
        fs::copy(staging.join(&name), folder.join(&name)).with_context(|| name)?;
    }
    step("CommonJS and inline formats", || formats::write(workspace))?;
    print!("{}", size::table(&size::measure(workspace)?));
    Ok(())
}

/// Builds the dashboard's page and its Worker, into `www`. Needs the package.
pub(crate) fn dashboard(workspace: &Workspace) -> Result<()> {
    toolchain::node_modules(workspace, "www").context("node_modules of www")?;
    step("build the dashboard", || {
        process::run(&mut workspace.node(["www/demo/build.mjs"]))
    })
}
