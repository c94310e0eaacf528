//! The other formats of the package: CommonJS for `require()`, and modules with the WebAssembly inside the script.

use super::compile::{self, BUILDS, Build};
use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The type declarations of the entry points that have a CommonJS format.
const TYPES: [&str; 3] = ["index.d.ts", "edge.d.ts", "testing.d.ts"];

/// Globals that Jest's environment for pages (jsdom) lacks. In Node they are the globals of the same names.
const NODE_GLOBALS: &str = "const { TextDecoder, TextEncoder } = require(\"node:util\");\n\
    const { ReadableStream } = require(\"node:stream/web\");";

/// Writes the formats beside the build's output.
pub(super) fn write(workspace: &Workspace) -> Result<()> {
    for build in &BUILDS {
        write_inline(&compile::output(workspace), build)?;
    }
    write_commonjs(workspace)
}

/// The WebAssembly as a module that exports one string, because bundlers for servers lose files. Two hexadecimal digits a byte:
/// base64 is shorter, but a quarter longer after compression, because it hides repetitions.
fn write_inline(folder: &Path, build: &Build) -> Result<()> {
    let [_, wasm] = build.files();
    let bytes = fs::read(folder.join(&wasm)).context(wasm)?;
    let mut text = String::from("export default \"");
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    text.push_str("\";\n");
    let path = folder.join(build.name).with_extension("inline.js");
    Ok(fs::write(path, text)?)
}

/// The facade and the glue as CommonJS, for tools that cannot `require()` modules, such as Jest and Node before 20.19. Each
/// module is converted by itself, so that the entry points of pkg/cjs share them.
fn write_commonjs(workspace: &Workspace) -> Result<()> {
    let pkg = workspace.root.join("pkg");
    let generated = pkg.join("cjs/lib");
    if generated.exists() {
        // A module that was deleted must not stay in the package.
        fs::remove_dir_all(generated)?;
    }
    let glue = BUILDS
        .iter()
        .flat_map(|build| ["js", "inline.js"].map(|kind| format!("wasm/{}.{kind}", build.name)));
    let mut esbuild = workspace.node([workspace.tool("esbuild/bin/esbuild")]);
    esbuild
        .current_dir(&pkg)
        .arg("lib/**/*.js")
        .args(glue)
        .args(["--format=cjs", "--platform=node", "--target=node20"])
        .arg(format!("--banner:js={NODE_GLOBALS}"))
        .args(["--outbase=.", "--outdir=cjs", "--log-level=warning"]);
    process::run(&mut esbuild)?;
    for name in TYPES {
        fs::copy(pkg.join(name), pkg.join("cjs").join(name)).context(name)?;
    }
    Ok(())
}
