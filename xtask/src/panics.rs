//! Makes every panic of a linked module a bare trap, and removes what is then reached by nothing.
//!
//! A panic ends the instance, and the package answers with an error of its own (`pkg/lib/instance.js`): nobody ever sees
//! the panic's message. Yet to write it takes a good part of the module: formatting, tables of printable characters, the
//! hook, the names of all source files. So the functions that begin a panic lose their bodies here, and so does whatever
//! only they led to. wasm-opt does the rest. (The compiler's own way, `-Zbuild-std` with `panic=immediate-abort`, is not
//! for stable.)

use crate::linked::{Item, Linked};
use anyhow::{Result, ensure};
use std::collections::HashSet;
use std::ops::Range;

/// How the names of functions begin that never return: they panic, or they stop for want of memory.
const DIVERGING: &[&str] = &[
    "__rustc::rust_begin_unwind",
    "__rustc::rust_panic",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "core::cell::lazy::panic_",
    "core::cell::panic_",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::panicking::",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_index_fail",
    "core::slice::sort::shared::smallsort::panic_on_ord_violation",
    "core::str::slice_error_fail",
    "std::alloc::rust_oom",
    "std::panicking::panic_with_hook",
    "std::sys::backtrace::__rust_end_short_backtrace",
    "std::thread::local::panic_",
];

/// The one that all the others come to.
const ROOT: &str = "core::panicking::panic_fmt";

/// A place in a source file as a panic tells it: where the file's name is, how long it is, line and column.
const LOCATION_BYTES: usize = 16;

/// The body of a function that traps: no locals, instructions, their end.
const NO_LOCALS: u8 = 0;
const UNREACHABLE: u8 = 0;
const END: u8 = 0x0b;

/// The module with panics that trap, and without the sections that only a linker needs. It must have names and
/// relocations.
pub(crate) fn become_traps(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
    let mut linked = Linked::read(&wasm)?;
    let diverging: HashSet<u32> = linked
        .names
        .iter()
        .filter(|(_, name)| DIVERGING.iter().any(|start| name.starts_with(start)))
        .map(|(&index, _)| index)
        .collect();
    ensure!(
        linked.names.values().any(|name| name == ROOT) && !linked.references.is_empty(),
        "the linked module has no function `{ROOT}`, or no relocations: was Rust updated?"
    );
    for &index in &diverging {
        linked.references.remove(&Item::Function(index));
    }
    let locations: HashSet<Range<usize>> = linked
        .references
        .iter()
        .filter_map(|(item, references)| location(&wasm, item, references))
        .collect();
    let live = reached(&linked, &locations);
    for (index, body) in &linked.bodies {
        if diverging.contains(index) || !live.contains(&Item::Function(*index)) {
            let body = &mut wasm[body.clone()];
            body.fill(UNREACHABLE);
            if let [first, .., last] = body {
                (*first, *last) = (NO_LOCALS, END);
            }
        }
    }
    erase(&mut wasm, &linked, &live);
    without_multivalue(&mut wasm[linked.target_features.clone()]);
    for section in linked.leftovers.iter().rev() {
        wasm.drain(section.clone());
    }
    Ok(wasm)
}

/// The data, if it is a [`LOCATION_BYTES`] long reference to the name of a Rust file.
fn location(wasm: &[u8], item: &Item, references: &[(usize, Item)]) -> Option<Range<usize>> {
    let (Item::Data(range), [(at, Item::Data(name))]) = (item, references) else {
        return None;
    };
    let name = wasm.get(name.clone())?;
    let name = name.strip_suffix(b"\0").unwrap_or(name);
    (range.len() == LOCATION_BYTES && *at == range.start && name.ends_with(b".rs"))
        .then(|| range.clone())
}

/// What is reached from outside the module, by way of everything but the locations, which nobody reads.
fn reached(linked: &Linked, locations: &HashSet<Range<usize>>) -> HashSet<Item> {
    let mut reached = HashSet::new();
    let mut next = linked.roots.clone();
    while let Some(item) = next.pop() {
        if matches!(&item, Item::Data(range) if locations.contains(range))
            || reached.contains(&item)
        {
            continue;
        }
        let references = linked.references.get(&item).into_iter().flatten();
        next.extend(references.map(|(_, target)| target.clone()));
        reached.insert(item);
    }
    reached
}

/// Fills data that is not reached with zeros, which cost nothing.
fn erase(wasm: &mut [u8], linked: &Linked, live: &HashSet<Item>) {
    let mut kept = vec![false; wasm.len()];
    for item in live {
        if let Item::Data(range) = item {
            kept[range.clone()].fill(true);
        }
    }
    for range in &linked.data {
        for at in range.clone() {
            if !kept[at] {
                wasm[at] = 0;
            }
        }
    }
}

/// Makes `+multivalue` a `-multivalue`. Told that the target has it, wasm-bindgen would return several values from exports,
/// and its glue would take them out of an array that an instance that has stopped does not give.
fn without_multivalue(features: &mut [u8]) {
    const FEATURE: &[u8] = b"+\x0amultivalue";
    let found = features
        .windows(FEATURE.len())
        .position(|part| part == FEATURE);
    if let Some(at) = found {
        features[at] = b'-';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_of_which_too_little_is_known_is_refused() {
        assert!(become_traps(b"\0asm\x01\0\0\0".to_vec()).is_err());
    }

    #[test]
    fn one_feature_is_taken_back() {
        let mut features = *b"\x02+\x07simd128+\x0amultivalue";
        without_multivalue(&mut features);
        assert_eq!(&features, b"\x02+\x07simd128-\x0amultivalue");
    }
}
