//! Where things are, and how cargo and node are called there.

use crate::process;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// The name of the crate and of the npm package.
pub(crate) const CRATE: &str = "voximplant-sms-history";

/// The crate's part that is optimised for speed.
pub(crate) const ROWS: &str = "voximplant-sms-history-rows";

/// The target that ships.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The folders of workspaces of their own, with a lock file each. `cargo xtask soak fuzz`, which takes a C++ compiler, and
/// `cargo xtask test consumers` alone compile them.
pub(crate) const OTHERS: [&str; 2] = ["fuzz", "examples/rust-worker"];

/// The checked-out project.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's own folder for what it builds, wherever it was told to be.
    pub(crate) target: PathBuf,
    /// The crate's files of wasm tests: its test targets named `wasm…`.
    pub(crate) wasm_tests: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Workspace {
    /// Asks cargo, starting from the current folder.
    pub(crate) fn find() -> Result<Self> {
        let json =
            process::capture(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let metadata: Metadata = serde_json::from_str(&json).context("cargo metadata")?;
        let wasm_tests = metadata
            .packages
            .into_iter()
            .filter(|package| package.name == CRATE)
            .flat_map(|package| package.targets)
            .filter(|target| target.kind == ["test"] && target.name.starts_with("wasm"))
            .map(|target| target.name)
            .collect();
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            wasm_tests,
        })
    }

    /// `cargo <arguments>` in the project's root.
    pub(crate) fn cargo<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// `cargo <arguments>`, which compiles the project's own packages by Clippy, and nothing that it warns of. Clippy is the
    /// compiler with more lints: what it has made, tests can run. `cargo clippy` would check all that they depend on as well,
    /// which takes minutes in a fresh clone.
    pub(crate) fn cargo_linted<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = self.cargo(arguments);
        command
            .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
            .env("CLIPPY_ARGS", "--deny=warnings");
        command
    }

    /// `node <arguments>` in the project's root, with the tools of Workers told to stay off the network.
    pub(crate) fn node<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("node");
        command
            .current_dir(&self.root)
            .args(arguments)
            .env("WRANGLER_SEND_METRICS", "false")
            .env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
        command
    }

    /// `npm <arguments>` in a folder of the project.
    pub(crate) fn npm<S: AsRef<OsStr>>(
        &self,
        folder: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = npm();
        command.current_dir(self.root.join(folder)).args(arguments);
        command
    }

    /// `<runtime> <arguments>` in the project's root: a runtime that tests/runtimes/package.json lists.
    pub(crate) fn runtime(&self, name: &str, arguments: &[&str]) -> Command {
        let program = self
            .root
            .join("tests/runtimes/node_modules/.bin")
            .join(name);
        let mut command = Command::new(if cfg!(windows) {
            program.with_extension("cmd")
        } else {
            program
        });
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// The program of a package that tests/package.json lists.
    pub(crate) fn tool(&self, path: &str) -> PathBuf {
        self.root.join("tests/node_modules").join(path)
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// npm, which is a script with an extension of its own on Windows.
pub(crate) fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}
