//! What the package's wasm is made of.

use crate::process;
use crate::workspace::{CRATE, ROWS, WASM, Workspace};
use anyhow::{Result, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// Name and version.
pub(crate) type Crate = (String, String);

/// The crates that the wasm is made of, the project's own among them, each with those that it depends on. What macros are
/// made of stays behind.
pub(crate) fn read(workspace: &Workspace) -> Result<BTreeMap<Crate, BTreeSet<Crate>>> {
    let listed = process::capture(&mut workspace.cargo([
        "tree",
        "--locked",
        "--package",
        CRATE,
        "--features",
        "js,sign",
        "--target",
        WASM,
        "--edges",
        "normal,no-proc-macro",
        "--no-dedupe",
        "--prefix",
        "depth",
        "--format",
        "{p}",
    ]))?;
    let tree = with_its_rows(parse(&listed));
    let has_it = tree.keys().any(|(name, _)| name == "wasm-bindgen");
    ensure!(has_it, "cargo tree lists {:?}", tree.keys());
    Ok(tree)
}

/// The rows are a part of the crate: what it depends on, the crate does.
fn with_its_rows(mut tree: BTreeMap<Crate, BTreeSet<Crate>>) -> BTreeMap<Crate, BTreeSet<Crate>> {
    let rows = tree.keys().find(|(name, _)| name == ROWS).cloned();
    if let Some((rows, its)) = rows.and_then(|rows| tree.remove_entry(&rows)) {
        for on in tree.values_mut().filter(|on| on.contains(&rows)) {
            on.remove(&rows);
            on.extend(its.iter().cloned());
        }
    }
    tree
}

/// Lines of depth, name and version: `2slab v0.4.12`.
fn parse(listed: &str) -> BTreeMap<Crate, BTreeSet<Crate>> {
    let mut tree: BTreeMap<Crate, BTreeSet<Crate>> = BTreeMap::new();
    let mut above: Vec<Crate> = Vec::new();
    for (head, rest) in listed.lines().filter_map(|line| line.split_once(" v")) {
        let name = head.trim_start_matches(|c: char| c.is_ascii_digit());
        let depth = head[..head.len() - name.len()].parse().unwrap_or(0);
        let version = rest.split_whitespace().next().unwrap_or_default();
        let this = (name.to_owned(), version.to_owned());
        above.truncate(depth);
        if let Some(parent) = above.last() {
            tree.entry(parent.clone()).or_default().insert(this.clone());
        }
        tree.entry(this.clone()).or_default();
        above.push(this);
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths_tell_who_depends_on_whom() {
        let tree = parse("0own v0.1.0 (/somewhere)\n1a v1.0.0\n2b v2.0.0\n1b v2.0.0\n1b v3.0.0\n");
        let one = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        let [own, a, old, new] = [
            one("own", "0.1.0"),
            one("a", "1.0.0"),
            one("b", "2.0.0"),
            one("b", "3.0.0"),
        ];
        assert_eq!(tree.len(), 4);
        assert_eq!(tree[&own], [a.clone(), old.clone(), new.clone()].into());
        assert_eq!(tree[&a], [old.clone()].into());
        assert!(tree[&old].is_empty() && tree[&new].is_empty());
    }

    #[test]
    fn the_rows_are_a_part_of_the_crate() {
        let listed = format!("0own v0.1.0\n1{ROWS} v0.1.0\n2a v1.0.0\n1b v2.0.0\n");
        let tree = with_its_rows(parse(&listed));
        let one = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        let (own, a, b) = (one("own", "0.1.0"), one("a", "1.0.0"), one("b", "2.0.0"));
        assert_eq!(tree.keys().collect::<Vec<_>>(), [&a, &b, &own]);
        assert_eq!(tree[&own], [a, b].into());
    }
}
