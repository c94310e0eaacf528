//! Makes a function of the glue that wasm-bindgen generates.
//!
//! The generated module holds one instance for its whole life. The package needs several: after a trap it continues with a
//! fresh instance, and two entry points may share one build. wasm-bindgen's `--experimental-reset-state-function` was
//! tried and does not suffice. It does not notice traps in callbacks of timers and promise jobs. It leaves the timers of the
//! dead instance running. It replaces the only instance of the module.
//!
//! esbuild does it with flags. The banner and the footer put the module's code into a function. The function's parameters
//! take the place of the globals that a package instance must control.

use super::compile::Build;
use crate::workspace::Workspace;
use anyhow::Result;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The function's head. `pkg/lib/wasm-instance.js` passes the parameters.
///
/// `WebAssembly` wraps the exports of the instance, to notice traps. `FinalizationRegistry`, `setTimeout` and `clearTimeout`
/// belong to the instance, and end with it. `copyPage` is a function of the package that the Rust code imports.
const BANNER: &str = "--banner:js=// @ts-nocheck
export function instantiate(compiledModule, imports) {
  const { WebAssembly, FinalizationRegistry, setTimeout, clearTimeout, GlobalThisGetter, copyPage } = imports;
  let classes;";

const FOOTER: &str = "--footer:js=  return classes;\n}";

/// js-sys falls back to `new Function("return this")` to find the global object. No supported runtime gets there, but
/// nothing that makes code from text may ship.
const NO_FUNCTION: &str = "--define:Function=GlobalThisGetter";

/// The command that makes the function of `<folder>/<name>.js`. The code that only loads the WebAssembly is left out, because
/// nothing uses it.
pub(super) fn into_function(
    workspace: &Workspace,
    folder: &Path,
    build: &Build,
    output: &Path,
) -> Result<Command> {
    let (name, classes) = (build.name, build.classes.join(", "));
    let entry = format!(
        "import {{ initSync, {classes} }} from \"./{name}.js\";\n\
         initSync({{ module: compiledModule }});\nclasses = {{ {classes} }};\n"
    );
    fs::write(folder.join("entry.js"), entry)?;
    let mut esbuild = workspace.node([workspace.tool("esbuild/bin/esbuild")]);
    esbuild
        // Comments in the output name the input by its path from here.
        .current_dir(folder)
        .args(["entry.js", "--bundle", "--format=esm"])
        .args([BANNER, FOOTER, NO_FUNCTION, "--log-level=warning"])
        .arg(format!("--outfile={}", output.display()));
    Ok(esbuild)
}
