//! The size of the package's builds: bundled and minified script plus WebAssembly, after brotli.

use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;

/// The last committed sizes. `cargo xtask bench --parts=size --keep` writes them.
const COMMITTED: &str = "benches/results/size.json";

/// The growth over the committed size that fails the check, in percent.
const MAX_GROWTH_PERCENT: u64 = 2;

/// The size of one build, in bytes.
pub(crate) struct Size {
    pub(crate) name: &'static str,
    bytes: u64,
    bound: u64,
    committed: u64,
}

#[derive(Deserialize)]
struct Shipped {
    script: u64,
    wasm: u64,
}

/// The builds, and their maximum sizes in bytes. Pairs of sizes are `core` and `edge`.
///
/// Own code in the place of libraries took 98.8 KB and 111.0 KB. The goal of 115 KB and 132 KB is missed. Plain stable Rust
/// without a linker of our own takes 109.2 KB and 122.0 KB. In both builds, serde and serde-wasm-bindgen take 6 KB more, and the
/// other libraries 6 KB. The reading of unusual responses and histories takes another 13 KB.
///
/// The relay, progress, planning, and summaries by bucket and by sender start from 136.2 KB and 152.0 KB. They were to take 6 KB
/// and 9 KB. That aim is missed: they take 9.3 KB and 18.4 KB. The checks of counts, clocks, numbers and names, and the contexts
/// of calls, take 9.1 KB and 10.7 KB more. The bounds are the measured 155.1 KB and 181.9 KB and 2 %.
const BOUNDS: [(&str, u64); 2] = [("core", 158 * 1024), ("edge", 185 * 1024)];

/// Measures each build.
pub(crate) fn measure(workspace: &Workspace) -> Result<Vec<Size>> {
    let json = process::capture(&mut workspace.node(["tests/package/shipped-size.mjs"]))?;
    let shipped: BTreeMap<String, Shipped> = serde_json::from_str(&json).context("sizes")?;
    let file = File::open(workspace.root.join(COMMITTED)).context(COMMITTED)?;
    let committed: BTreeMap<String, u64> = serde_json::from_reader(file).context(COMMITTED)?;
    let sizes = BOUNDS.into_iter().map(|(name, bound)| {
        let size = shipped.get(name).context("a build was not measured")?;
        Ok(Size {
            name,
            bytes: size.script + size.wasm,
            bound,
            committed: *committed.get(name).context(COMMITTED)?,
        })
    });
    sizes.collect()
}

impl Size {
    /// Fails if the build exceeds its bound.
    pub(crate) fn check_bound(&self) -> Result<()> {
        let [now, bound] = [self.bytes, self.bound].map(kilobytes);
        ensure!(
            self.bytes <= self.bound,
            "{now} exceed the bound of {bound}"
        );
        Ok(())
    }

    /// Fails if the build has grown since its size was committed.
    pub(crate) fn check_growth(&self) -> Result<()> {
        let [now, committed] = [self.bytes, self.committed].map(kilobytes);
        ensure!(
            self.bytes * 100 <= self.committed * (100 + MAX_GROWTH_PERCENT),
            "{now} exceed the committed {committed} by more than {MAX_GROWTH_PERCENT} %; \
             if the growth is justified, `cargo xtask bench --parts=size --keep` commits it"
        );
        Ok(())
    }
}

/// The sizes as a table.
pub(crate) fn table(sizes: &[Size]) -> String {
    let mut text = String::from("bundled, brotli       now     bound  committed\n");
    for size in sizes {
        let [now, bound, committed] = [size.bytes, size.bound, size.committed].map(kilobytes);
        text += &format!("{:<15} {now:>9} {bound:>9} {committed:>10}\n", size.name);
    }
    text
}

fn kilobytes(bytes: u64) -> String {
    // Exact: sizes are far below 2^53.
    let bytes = bytes as f64;
    format!("{:.1} KB", bytes / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_over_bound_or_grown_by_more_than_two_percent_fails() {
        let size = |bytes, committed| Size {
            name: "core",
            bytes,
            bound: 103_000,
            committed,
        };
        let is_grown = |bytes, committed| size(bytes, committed).check_growth().is_err();
        assert!(!is_grown(90_000, 100_000) && !is_grown(102_000, 100_000));
        assert!(is_grown(102_001, 100_000));
        let is_over = |bytes| size(bytes, bytes).check_bound().is_err();
        assert!(!is_over(103_000) && is_over(103_001));
    }
}
