//! The paths of the project, and the commands of cargo, node and npm in it.

use anyhow::{Context, Result};
use cargo_metadata::{MetadataCommand, Target};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// The name of the crate and of the npm package.
pub(crate) const CRATE: &str = "voximplant-sms-history";

/// The part of the crate that is optimised for speed.
pub(crate) const ROWS: &str = "voximplant-sms-history-rows";

/// The target that ships.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The folders with a Cargo workspace and a lock file of their own. Only `cargo xtask soak fuzz` and
/// `cargo xtask test consumers` compile them.
pub(crate) const OTHER_WORKSPACES: [&str; 2] = ["fuzz", "examples/rust-worker"];

/// The checked-out project.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's folder for build output.
    pub(crate) target: PathBuf,
    /// The version of the crate and of the npm package.
    pub(crate) version: String,
    /// The test targets of the crate that run as wasm: those named `wasm…`.
    pub(crate) wasm_tests: Vec<String>,
}

impl Workspace {
    /// Asks cargo, starting from the current folder.
    pub(crate) fn find() -> Result<Self> {
        let metadata = MetadataCommand::new()
            .no_deps()
            .exec()
            .context("cargo metadata")?;
        let mut packages = metadata.packages.iter();
        let own = packages.find(|own| *own.name == CRATE).context(CRATE)?;
        let is_wasm_test = |target: &Target| target.is_test() && target.name.starts_with("wasm");
        Ok(Self {
            version: own.version.to_string(),
            wasm_tests: own
                .targets
                .iter()
                .filter(|target| is_wasm_test(target))
                .map(|target| target.name.clone())
                .collect(),
            root: metadata.workspace_root.into(),
            target: metadata.target_directory.into(),
        })
    }

    /// `cargo <arguments>` in the project's root.
    ///
    /// It does not get the variables that `cargo run` has set for xtask, because ring's build script depends on them. With them,
    /// ring, the sandbox and all tests would compile again after each `cargo test`, and in each folder.
    pub(crate) fn cargo<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.root).args(arguments);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_MANIFEST_") || text.starts_with("CARGO_PKG_") {
                command.env_remove(&name);
            }
        }
        command
    }

    /// `cargo <arguments>`, which compiles the project's own packages by Clippy and denies warnings. Clippy is the compiler
    /// with more lints, so tests can run its output. `cargo clippy` would check all dependencies as well, which takes
    /// minutes in a fresh clone.
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

    /// `node <arguments>` in the project's root. The tools of Workers stay off the network.
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

    /// `<runtime> <arguments>` in the project's root, for a runtime of tests/runtimes/package.json.
    pub(crate) fn runtime(&self, name: &str, arguments: &[&str]) -> Command {
        let folder = self.root.join("tests/runtimes/node_modules/.bin");
        let mut program = folder.join(name);
        if cfg!(windows) {
            program.set_extension("cmd");
        }
        let mut command = Command::new(program);
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// A file of a package that tests/package.json lists.
    pub(crate) fn tool(&self, path: &str) -> PathBuf {
        self.root.join("tests/node_modules").join(path)
    }
}

/// npm is a script with an extension of its own on Windows.
pub(crate) fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}
