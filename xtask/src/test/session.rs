//! What several stages need: made once, by the first that asks.

use super::e2e::{self, Begun};
use super::{Asked, Stage, native, selected};
use crate::browsers::{self, Browsers};
use crate::package;
use crate::process::{self, step};
use crate::sandbox::{self, Sandbox};
use crate::workspace::{Workspace, npm};
use anyhow::{Context, Result, anyhow};
use std::cell::{OnceCell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Messages in the sandbox of a stage: several full pages of a thousand, and one that is not full.
const MESSAGES: u32 = 4_321;

/// One run of the test.
pub(super) struct Session<'a> {
    pub(super) workspace: &'a Workspace,
    asked: &'a Asked,
    built: Once<()>,
    packed: Once<TempDir>,
    browsers: Once<Browsers>,
    firefox: Once<PathBuf>,
    sandbox: Once<PathBuf>,
    page: RefCell<Option<Result<Begun>>>,
}

type Once<T> = OnceCell<Result<T, String>>;

fn once<T>(cell: &Once<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    let outcome = cell.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    outcome.as_ref().map_err(|reason| anyhow!(reason.clone()))
}

impl<'a> Session<'a> {
    pub(super) fn new(workspace: &'a Workspace, asked: &'a Asked) -> Self {
        // What earlier runs have noted does not count. It may be that there were none.
        let _ = fs::remove_dir_all(workspace.target.join("rows"));
        Self {
            workspace,
            asked,
            built: OnceCell::new(),
            packed: OnceCell::new(),
            browsers: OnceCell::new(),
            firefox: OnceCell::new(),
            sandbox: OnceCell::new(),
            page: RefCell::new(None),
        }
    }

    /// Whether a stage was asked for by its name: it then does all of its work.
    pub(super) fn is_named(&self, stage: Stage) -> bool {
        self.asked.stages.contains(&stage)
    }

    /// Whether a stage is a part of this run.
    pub(super) fn has(&self, stage: Stage) -> bool {
        selected(&self.asked.stages).contains(&stage)
    }

    /// Whether the tables of docs/runtimes.md are written.
    pub(super) fn writes_tables(&self) -> bool {
        self.asked.write_tables
    }

    /// Where scripts note what they have run, for the tables of docs/runtimes.md.
    pub(super) fn rows(&self) -> PathBuf {
        self.workspace.target.join("rows")
    }

    /// Builds the package.
    pub(super) fn build(&self) -> Result<()> {
        once(&self.built, || package::build(self.workspace)).copied()
    }

    /// Finds or installs the browser.
    pub(super) fn browsers(&self) -> Result<&Browsers> {
        once(&self.browsers, browsers::find)
    }

    /// Finds or installs Firefox.
    pub(super) fn firefox(&self) -> Result<&PathBuf> {
        once(&self.firefox, browsers::firefox)
    }

    /// A folder outside the project in which the package is installed from its tarball, as its users have it. The tarball
    /// is there, too.
    pub(super) fn packed(&self) -> Result<&Path> {
        once(&self.packed, || {
            self.build()?;
            step("npm pack, and npm install of the tarball", || {
                pack(self.workspace)
            })
        })
        .map(TempDir::path)
    }

    /// A sandbox that checks its traffic.
    pub(super) fn sandbox(&self) -> Result<Sandbox> {
        let program = once(&self.sandbox, || match self.has(Stage::Native) {
            true => native::sandbox(self.workspace),
            false => sandbox::build(self.workspace),
        })?;
        Sandbox::start(self.workspace, program, MESSAGES, true)
    }

    /// Begins the tests of the page, if they are a part of this run and have not begun, for their stage to take.
    pub(super) fn begin_page(&self) {
        if self.has(Stage::E2e) && self.page.borrow().is_none() {
            self.page.replace(Some(e2e::begin(self)));
        }
    }

    /// The tests of the page, if they have begun.
    pub(super) fn take_page(&self) -> Option<Result<Begun>> {
        self.page.take()
    }

    /// A script of tests: with the sandbox, the installed package and, once they were asked for, the browsers.
    pub(super) fn script(&self, path: &str, sandbox: &Sandbox, packed: &Path) -> Command {
        self.equipped(self.workspace.node([path]), sandbox, packed)
    }

    /// A command with what [`Session::script`] gives.
    pub(super) fn equipped(
        &self,
        mut command: Command,
        sandbox: &Sandbox,
        packed: &Path,
    ) -> Command {
        command
            .env("SANDBOX_URL", sandbox.url())
            .env("SANDBOX_CREDENTIALS", sandbox.credentials())
            .env("PKG_DIR", packed)
            .env("ROWS_DIR", self.rows());
        if let Some(Ok(browsers)) = self.browsers.get() {
            command.env("CHROMIUM", &browsers.chromium);
        }
        if let Some(Ok(firefox)) = self.firefox.get() {
            command.env("FIREFOX", firefox);
        }
        command
    }
}

fn pack(workspace: &Workspace) -> Result<TempDir> {
    let folder = TempDir::new()?;
    let mut command = workspace.npm(
        "pkg",
        ["pack", "--silent", "--ignore-scripts", "--pack-destination"],
    );
    process::capture(command.arg(folder.path()))?;
    let tarball = fs::read_dir(folder.path())?
        .next()
        .context("npm pack made no tarball")??
        .path();
    fs::write(
        folder.path().join("package.json"),
        r#"{ "private": true, "type": "module" }"#,
    )?;
    let options = [
        "install",
        "--silent",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
    ];
    process::run(npm().current_dir(folder.path()).args(options).arg(tarball))?;
    Ok(folder)
}
