//! The size of the package's builds: bundled and minified script plus WebAssembly, after brotli.

use crate::package::BUILDS;
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
    pub(crate) bytes: u64,
    budget: u64,
    committed: u64,
}

#[derive(Deserialize)]
struct Shipped {
    script: u64,
    wasm: u64,
}

/// Measures each build, in the order of [`BUILDS`].
pub(crate) fn sizes(workspace: &Workspace) -> Result<Vec<Size>> {
    let json = process::capture(&mut workspace.node(["tests/package/shipped-size.mjs"]))?;
    let shipped: BTreeMap<String, Shipped> = serde_json::from_str(&json).context("sizes")?;
    let file = File::open(workspace.root.join(COMMITTED)).context(COMMITTED)?;
    let committed: BTreeMap<String, u64> = serde_json::from_reader(file).context(COMMITTED)?;
    BUILDS
        .iter()
        .map(|build| {
            let name = build.name;
            let size = shipped.get(name).context("a build was not measured")?;
            Ok(Size {
                name,
                bytes: size.script + size.wasm,
                budget: build.budget,
                committed: *committed.get(name).context(COMMITTED)?,
            })
        })
        .collect()
}

impl Size {
    /// Fails if the build exceeds its budget, or has grown since its size was committed.
    pub(crate) fn check(&self) -> Result<()> {
        let [is, budget, committed] = [self.bytes, self.budget, self.committed].map(kilobytes);
        ensure!(
            self.bytes <= self.budget,
            "{is} exceed the budget of {budget}"
        );
        ensure!(
            self.bytes * 100 <= self.committed * (100 + MAX_GROWTH_PERCENT),
            "{is} exceed the committed {committed} by more than {MAX_GROWTH_PERCENT} %; \
             if the growth is justified, `cargo xtask bench --parts=size --keep` commits it"
        );
        Ok(())
    }
}

/// The sizes as a table.
pub(crate) fn table(sizes: &[Size]) -> String {
    let mut text = String::from("bundled, brotli       now    budget  committed\n");
    for size in sizes {
        let [is, budget, committed] = [size.bytes, size.budget, size.committed].map(kilobytes);
        text += &format!("{:<15} {is:>9} {budget:>9} {committed:>10}\n", size.name);
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
    fn size_over_budget_or_grown_by_more_than_two_percent_fails() {
        let check = |bytes| {
            let size = Size {
                name: "core",
                bytes,
                budget: 103_000,
                committed: 100_000,
            };
            size.check().is_ok()
        };
        assert!(check(90_000) && check(102_000));
        assert!(!check(102_001));
        let over = Size {
            name: "core",
            bytes: 103_001,
            budget: 103_000,
            committed: 103_001,
        };
        assert!(over.check().is_err());
    }
}
