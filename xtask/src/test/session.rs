//! The prerequisites that several stages share. The first stage that needs one creates it.

use super::background::Background;
use super::cargo_commands;
use super::stage::{Options, Stage};
use crate::build;
use crate::process::{self, step};
use crate::sandbox::{self, Sandbox};
use crate::selection::selected;
use crate::toolchain::{Browser, CHROMEDRIVER, CHROMIUM, FIREFOX, WEBKIT, XVFB};
use crate::workspace::{Workspace, npm};
use anyhow::{Context, Result, anyhow};
use std::cell::{OnceCell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Messages of a stage's sandbox: several full pages of a thousand, and a partial one.
const MESSAGES: u32 = 4_321;

/// One run of the test.
pub(super) struct Session<'a> {
    pub(super) workspace: &'a Workspace,
    options: &'a Options,
    built: Once<()>,
    dashboard: Once<()>,
    packed: Once<TempDir>,
    browsers: [(Browser, Once<PathBuf>); 5],
    sandbox: Once<PathBuf>,
    pub(super) background: RefCell<Option<Background>>,
}

type Once<T> = OnceCell<Result<T, String>>;

fn once<T>(cell: &Once<T>, create: impl FnOnce() -> Result<T>) -> Result<&T> {
    let result = cell.get_or_init(|| create().map_err(|error| format!("{error:#}")));
    result.as_ref().map_err(|reason| anyhow!(reason.clone()))
}

impl<'a> Session<'a> {
    pub(super) fn new(workspace: &'a Workspace, options: &'a Options) -> Self {
        let session = Self {
            workspace,
            options,
            built: OnceCell::new(),
            dashboard: OnceCell::new(),
            packed: OnceCell::new(),
            browsers: [CHROMIUM, CHROMEDRIVER, FIREFOX, WEBKIT, XVFB]
                .map(|browser| (browser, OnceCell::new())),
            sandbox: OnceCell::new(),
            background: RefCell::new(None),
        };
        // Records of earlier runs do not count. Fails if there are none.
        let _ = fs::remove_dir_all(session.records());
        session
    }

    /// Whether the command line names a stage. It then does all of its work.
    pub(super) fn is_named(&self, stage: Stage) -> bool {
        self.options.stages.contains(&stage)
    }

    /// Whether a stage is a part of this run.
    pub(super) fn has(&self, stage: Stage) -> bool {
        selected(&self.options.stages).contains(&stage)
    }

    pub(super) fn writes_tables(&self) -> bool {
        self.options.write_tables
    }

    /// The folder in which scripts record what they have run, for the tables of docs/runtimes.md.
    pub(super) fn records(&self) -> PathBuf {
        self.workspace.target.join("rows")
    }

    /// Builds the package.
    pub(super) fn build(&self) -> Result<()> {
        once(&self.built, || build::run(self.workspace)).copied()
    }

    /// Builds the dashboard. Once, because browsers may load its page while another stage runs.
    pub(super) fn dashboard(&self) -> Result<()> {
        once(&self.dashboard, || {
            self.build()?;
            build::dashboard(self.workspace)
        })
        .copied()
    }

    /// Finds or installs a browser.
    pub(super) fn browser(&self, browser: &Browser) -> Result<&Path> {
        let mut browsers = self.browsers.iter();
        let found = browsers.find(|(one, _)| one.variable == browser.variable);
        let (browser, path) = found.context("an unknown browser")?;
        once(path, || browser.locate()).map(PathBuf::as_path)
    }

    /// A folder outside the project, in which the package is installed from its tarball. The tarball is there, too.
    pub(super) fn packed(&self) -> Result<&Path> {
        once(&self.packed, || {
            self.build()?;
            step("npm pack, and npm install of the tarball", || {
                pack(self.workspace)
            })
        })
        .map(TempDir::path)
    }

    /// Builds the sandbox. Returns the path of its program.
    pub(super) fn sandbox_program(&self) -> Result<&Path> {
        once(&self.sandbox, || match self.has(Stage::Native) {
            true => cargo_commands::build_sandbox(self.workspace),
            false => sandbox::build(self.workspace),
        })
        .map(PathBuf::as_path)
    }

    /// Starts a sandbox that validates its traffic.
    pub(super) fn sandbox(&self) -> Result<Sandbox> {
        Sandbox::start(self.workspace, self.sandbox_program()?, MESSAGES, &[], true)
    }

    /// The command of a test script. See [`Session::with_environment`].
    pub(super) fn script(&self, path: &str, sandbox: &Sandbox, packed: &Path) -> Command {
        self.with_environment(self.workspace.node([path]), sandbox, packed)
    }

    /// A command with the sandbox, the installed package, and the browsers that were located, in its environment.
    pub(super) fn with_environment(
        &self,
        mut command: Command,
        sandbox: &Sandbox,
        packed: &Path,
    ) -> Command {
        command
            .env("SANDBOX_URL", sandbox.url())
            .env("SANDBOX_CREDENTIALS", sandbox.credentials())
            .env("PKG_DIR", packed)
            .env("ROWS_DIR", self.records());
        for (browser, path) in &self.browsers {
            if let Some(Ok(path)) = path.get() {
                command.env(browser.variable, path);
            }
        }
        command
    }
}

fn pack(workspace: &Workspace) -> Result<TempDir> {
    let folder = TempDir::new()?;
    let options = ["pack", "--silent", "--ignore-scripts", "--pack-destination"];
    process::capture(workspace.npm("pkg", options).arg(folder.path()))?;
    let mut files = fs::read_dir(folder.path())?;
    let tarball = files.next().context("npm pack made no tarball")??.path();
    let manifest = r#"{ "private": true, "type": "module" }"#;
    fs::write(folder.path().join("package.json"), manifest)?;
    let mut install = npm();
    install
        .current_dir(folder.path())
        .args(["install", "--silent", "--ignore-scripts", "--no-audit"])
        .args(["--no-fund", "--no-package-lock"])
        .arg(tarball);
    process::run(&mut install)?;
    Ok(folder)
}
