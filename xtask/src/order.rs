//! Puts functions that are alike beside each other, which compresses better than the order in which they were linked.

use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::{Module, NameMap, NameSection, RawSection};
use wasmparser::{Parser, Payload, TypeRef};

/// What functions are compared by: all runs of so many bytes. Fewer are alike everywhere, more nowhere.
const RUN: usize = 4;
/// A run that more functions have tells nothing about any of them.
const COMMON: usize = 200;
/// Makes up for how easily small functions are alike.
const SMALL: f64 = 20.0;

/// The module with names of functions, and no others, that are in the order in which these should stand.
pub(crate) fn told_by_names(wasm: &[u8]) -> Result<Vec<u8>> {
    let (mut module, mut bodies, mut imported) = (Module::new(), Vec::new(), 0);
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(&wasm[body.range()]),
            _ => {}
        }
        let is_names =
            matches!(&payload, Payload::CustomSection(custom) if custom.name() == "name");
        if let Some((id, range)) = payload.as_section().filter(|_| !is_names) {
            let data = &wasm[range];
            module.section(&RawSection { id, data });
        }
    }
    let mut names = BTreeMap::new();
    for (place, function) in order(&bodies).into_iter().enumerate() {
        names.insert(imported + function as u32, format!("{place:05}"));
    }
    let mut map = NameMap::new();
    names
        .iter()
        .for_each(|(&index, name)| map.append(index, name));
    let mut section = NameSection::new();
    section.functions(&map);
    Ok(module.section(&section).clone().finish())
}

/// From the largest on, always the one that is most like the one before.
fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let runs: Vec<BTreeSet<&[u8]>> = bodies
        .iter()
        .map(|body| body.windows(RUN).collect())
        .collect();
    let mut having: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (function, runs) in runs.iter().enumerate() {
        for run in runs {
            having.entry(run).or_default().push(function);
        }
    }
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = left
        .iter()
        .copied()
        .max_by_key(|&function| bodies[function].len());
    while let Some(function) = next {
        left.remove(&function);
        order.push(function);
        let mut alike = vec![0.0; bodies.len()];
        for others in runs[function].iter().filter_map(|run| having.get(run)) {
            if others.len() <= COMMON {
                let weight = 1.0 / (others.len() as f64).sqrt();
                others.iter().for_each(|&other| alike[other] += weight);
            }
        }
        let likeness =
            |function: usize| alike[function] / (runs[function].len() as f64 + SMALL).sqrt();
        next = left.iter().copied().max_by(|&one, &other| {
            // Of equals the one that was first: the outcome is the same each time.
            likeness(one)
                .total_cmp(&likeness(other))
                .then(other.cmp(&one))
        });
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_functions_stand_in_the_order_and_like_ones_together() {
        let bodies: [&[u8]; 5] = [b"abcdefgh-x", b"1234567", b"abcdefgh-yz", b"1234568", b""];
        assert_eq!(order(&bodies), [2, 0, 1, 3, 4]);
        assert!(order(&[]).is_empty());
    }
}
