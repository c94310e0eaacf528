//! The package's other forms of what is built: for `require()`, and with the WebAssembly inside the script.

use crate::package::{self, BUILDS, Build};
use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// What declares the entry points that have a form for `require()`.
const TYPES: [&str; 2] = ["index.d.ts", "edge.d.ts"];

/// What Jest's environment for pages (jsdom) lacks. In Node these are the globals of the same names.
const NODES_OWN: &str = "const { TextDecoder, TextEncoder } = require(\"node:util\");\n\
    const { ReadableStream } = require(\"node:stream/web\");";

/// Writes them beside what [`package::build`] has written.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    for build in &BUILDS {
        inline(&package::folder(workspace), build)?;
    }
    required(workspace)
}

/// The WebAssembly as a module with one text, because whatever bundles for servers loses files: two hexadecimal digits a byte. Base64 is shorter, and a quarter longer once
/// it is compressed: it hides what repeats.
fn inline(folder: &Path, build: &Build) -> Result<()> {
    let [_, wasm] = build.files();
    let bytes = fs::read(folder.join(&wasm)).context(wasm)?;
    let mut text = String::with_capacity(2 * bytes.len() + 64);
    text.push_str("export default \"");
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    text.push_str("\";\n");
    Ok(fs::write(
        folder.join(format!("{}.inline.js", build.name)),
        text,
    )?)
}

/// The facade and the glue as CommonJS, module by module, so that the entry points of pkg/cjs share what they share as
/// modules: for what can't load modules by `require()`, such as Jest, and Node before 20.19.
fn required(workspace: &Workspace) -> Result<()> {
    let pkg = workspace.root.join("pkg");
    let generated = pkg.join("cjs/lib");
    if generated.exists() {
        // A module that is no more must not stay in the package.
        fs::remove_dir_all(generated)?;
    }
    let mut esbuild = workspace.node([workspace.tool("esbuild/bin/esbuild")]);
    esbuild
        .current_dir(&pkg)
        .arg("lib/**/*.js")
        .args(BUILDS.iter().flat_map(|build| {
            ["js", "inline.js"].map(|kind| format!("wasm/{}.{kind}", build.name))
        }))
        .args(["--format=cjs", "--platform=node", "--target=node20"])
        .arg(format!("--banner:js={NODES_OWN}"))
        .args(["--outbase=.", "--outdir=cjs", "--log-level=warning"]);
    process::run(&mut esbuild)?;
    for name in TYPES {
        fs::copy(pkg.join(name), pkg.join("cjs").join(name)).context(name)?;
    }
    Ok(())
}
