//! How large the package's builds are.

use crate::package::{BUILDS, Build, folder};
use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The size of one build's wasm and glue together, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Size {
    pub(crate) raw: u64,
    pub(crate) brotli: u64,
}

/// Measures each build, in the order of [`BUILDS`].
pub(crate) fn sizes(workspace: &Workspace) -> Result<[Size; 2]> {
    const SCRIPT: &str = "const { readFileSync: read } = require('fs'), { brotliCompressSync: brotli } = require('zlib');\
        console.log(JSON.stringify(process.argv.slice(1).map((f) => read(f)).map((b) => ({ raw: b.length, brotli: brotli(b).length }))))";
    let files = BUILDS
        .iter()
        .flat_map(Build::files)
        .map(|name| folder(workspace).join(name).into_os_string());
    let arguments = ["--eval".into(), SCRIPT.into(), "--".into()]
        .into_iter()
        .chain(files);
    let json = process::capture(&mut workspace.node(arguments))?;
    let sizes: Vec<Size> = serde_json::from_str(&json).context("sizes")?;
    let [a, b, c, d] = sizes[..] else {
        bail!("sizes of {} files instead of 4", sizes.len())
    };
    let sum = |a: Size, b: Size| Size {
        raw: a.raw + b.raw,
        brotli: a.brotli + b.brotli,
    };
    Ok([sum(a, b), sum(c, d)])
}

/// Sizes for people.
pub(crate) fn table(sizes: &[Size; 2]) -> String {
    let mut text = String::from("wasm + glue        raw     brotli   at most\n");
    for (build, size) in BUILDS.iter().zip(sizes) {
        let [raw, brotli, budget] = [size.raw, size.brotli, build.budget].map(kilobytes);
        text += &format!("{:<10} {raw:>11} {brotli:>10} {budget:>9}\n", build.name);
    }
    text
}

pub(crate) fn kilobytes(bytes: u64) -> String {
    // Exact: sizes are far below 2^53.
    let bytes = bytes as f64;
    format!("{:.1} KB", bytes / 1024.0)
}
