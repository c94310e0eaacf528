//! The package's other forms of what is built: for `require()`, and with the WebAssembly inside the script.

use crate::package::{self, BUILDS, Build};
use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Declarations for `require()`, each with the module that it is made of.
const TYPES: [(&str, &str); 2] = [("index.d.cts", "index.d.ts"), ("edge.d.cts", "edge.d.ts")];

/// What stands for `import.meta.url` in a script for `require()`.
const HERE: &str = "here";

/// Writes them beside what [`package::build`] has written.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    for build in &BUILDS {
        inline(&package::folder(workspace), build)?;
        required(workspace, build)?;
    }
    let pkg = workspace.root.join("pkg");
    for (name, from) in TYPES {
        let text = fs::read_to_string(pkg.join(from)).context(from)?;
        fs::write(pkg.join("cjs").join(name), for_require(&text)?)?;
    }
    Ok(())
}

/// The WebAssembly as a module with one text: two hexadecimal digits a byte. Base64 is shorter, and a quarter longer once
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

/// The entry point for Node as one CommonJS script, for what can't load modules by `require()`: Jest, and Node before 20.19.
fn required(workspace: &Workspace, build: &Build) -> Result<()> {
    let mut esbuild = workspace.node([workspace.tool("esbuild/bin/esbuild")]);
    esbuild
        .current_dir(workspace.root.join("pkg"))
        .arg(format!("entry/{}.node.js", build.name))
        .args(["--bundle", "--format=cjs", "--platform=node", "--target=node20", "--log-level=warning"])
        .arg(format!("--define:import.meta.url={HERE}"))
        .arg(format!(
            "--banner:js=\"use strict\";\nconst {HERE} = require(\"node:url\").pathToFileURL(__filename);"
        ))
        .arg(format!("--outfile=cjs/{}.cjs", build.name));
    process::run(&mut esbuild)
}

/// A module's declarations as those of a CommonJS script: the same, but for the names of its neighbours.
fn for_require(text: &str) -> Result<String> {
    let text = TYPES.iter().fold(text.to_owned(), |text, (to, from)| {
        let [to, from] = [(to, ".d.cts", ".cjs"), (from, ".d.ts", ".js")]
            .map(|(name, declares, runs)| format!("\"./{}\"", name.replace(declares, runs)));
        text.replace(&from, &to)
    });
    ensure!(
        !text.contains(".js\""),
        "the declarations import a module that has no form for require()"
    );
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::for_require;

    #[test]
    fn neighbours_get_their_names_for_require() {
        let text = "import type { A } from \"./edge.js\";\nexport * from \"./index.js\";\n";
        let wanted = "import type { A } from \"./edge.cjs\";\nexport * from \"./index.cjs\";\n";
        assert_eq!(for_require(text).unwrap(), wanted);
        assert!(for_require("export * from \"./other.js\";").is_err());
    }
}
