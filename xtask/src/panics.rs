//! Makes every panic of a build a bare trap.
//!
//! A panic ends the instance, and the package answers with an error of its own (`pkg/lib/instance.js`): nobody ever sees
//! the panic's message. Yet to write it takes a good part of the code: formatting, tables of printable characters, the
//! hook. So the functions that begin a panic lose their bodies here, after linking and before wasm-opt, which then
//! removes what nobody calls. (The compiler's own way, `-Zbuild-std` with `panic=immediate-abort`, is not for stable.)

use crate::names;
use anyhow::{Context, Result, ensure};
use std::path::Path;
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

/// How the names of functions begin that never return: they panic, or they stop for want of memory.
const DIVERGING: &[&str] = &[
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

/// The one that all the others come to. Where it is not found, names were stripped, or Rust has given it another.
const ROOT: &str = "core::panicking::panic_fmt";

/// Rewrites a module, which must have names, in place.
pub(crate) fn become_traps(wasm: &Path) -> Result<()> {
    let mut module = Module::from_file(wasm)?;
    let named = module.funcs.iter().filter_map(|function| {
        let name = names::plain(function.name.as_deref()?);
        Some((function.id(), name))
    });
    let found: Vec<(FunctionId, String)> = named
        .filter(|(_, name)| DIVERGING.iter().any(|start| name.starts_with(start)))
        .collect();
    ensure!(
        found.iter().any(|(_, name)| name == ROOT),
        "no function `{ROOT}` in {}: was Rust updated?",
        wasm.display()
    );
    for (id, _) in found {
        trap(&mut module, id);
    }
    module.emit_wasm_file(wasm).context("rewritten module")
}

/// Gives a function another body, of one instruction.
fn trap(module: &mut Module, id: FunctionId) {
    let function = module.funcs.get(id);
    let FunctionKind::Local(old) = &function.kind else {
        return;
    };
    let arguments = old.args.clone();
    let (parameters, results) = module.types.params_results(function.ty());
    let (parameters, results) = (parameters.to_vec(), results.to_vec());
    let mut new = FunctionBuilder::new(&mut module.types, &parameters, &results);
    new.func_body().unreachable();
    module.funcs.get_mut(id).kind = FunctionKind::Local(new.local_func(arguments));
}
