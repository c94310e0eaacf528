//! Names of functions as a wasm module has them.

/// The path of a function as it is written in Rust, without what differs from build to build.
pub(crate) fn plain(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}
