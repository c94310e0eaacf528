//! The stages of `cargo xtask test`, and the options of the command.

/// A part of the test that can run alone. Stages run in this order. The scripts of `package`, `runtimes` and `e2e` run in the
/// background meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Stage {
    /// Format, lints, types, dependencies
    Lint,
    /// Rust tests of all packages
    Native,
    /// Rust tests of the crate as wasm, in Node and in Chromium
    Wasm,
    /// The files of the package, its size, and the code of the documentation
    Package,
    /// Real projects that use the packed package, those that take seconds; if named, all
    Consumers,
    /// The archive in workerd, with a Workflow and a D1 database
    Archive,
    /// The documentation of the crate
    Docs,
    /// The packed package in Node, workerd, Bun, Deno, Chromium, Firefox and WebKit; if named, also in all contexts of browsers
    Runtimes,
    /// The dashboard in Chromium and WebKit
    E2e,
}

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The stages to run; all, if none is named
    #[arg(value_enum)]
    pub(super) stages: Vec<Stage>,
    /// Write the tables of docs/runtimes.md from the named stages `runtimes` and `consumers`, instead of checking them
    #[arg(long, requires = "stages")]
    pub(super) write_tables: bool,
}
