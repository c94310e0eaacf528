//! The programs that the commands need. Each function returns at once if its program is there, and else installs it.

use crate::process::{self, step};
use crate::workspace::{WASM, Workspace, npm};
use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::semver::Version;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest major version of Node that the project's tools support.
const MIN_NODE: u64 = 20;

/// A browser, the driver of one, or its display.
pub(crate) struct Browser {
    pub(crate) title: &'static str,
    /// The environment variable with its path. Test scripts read the same one.
    pub(crate) variable: &'static str,
    /// Its names on PATH, the preferred one first.
    programs: &'static [&'static str],
    /// Debian's packages that contain it.
    packages: &'static [&'static str],
}

/// Its headless shell, or a whole one, whose windows are drawn even when nobody sees them: with the shell, the page's tests
/// take a quarter less processor time.
pub(crate) const CHROMIUM: Browser = Browser {
    title: "Chromium",
    variable: "CHROMIUM",
    programs: &[
        "chromium-headless-shell",
        "chrome-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ],
    packages: &["chromium-headless-shell"],
};

/// The WebDriver server of Chromium. Its version must be that of the browser.
pub(crate) const CHROMEDRIVER: Browser = Browser {
    title: "chromedriver",
    variable: "CHROMEDRIVER",
    programs: &["chromedriver"],
    packages: &["chromium-driver"],
};

pub(crate) const FIREFOX: Browser = Browser {
    title: "Firefox",
    variable: "FIREFOX",
    programs: &["firefox", "firefox-esr"],
    packages: &["firefox-esr"],
};

/// The WebDriver server of WebKitGTK, in place of Safari. It starts the MiniBrowser of its own version.
pub(crate) const WEBKIT: Browser = Browser {
    title: "WebKitGTK's WebDriver",
    variable: "WEBKIT",
    programs: &["WebKitWebDriver"],
    packages: &["webkit2gtk-driver", "xvfb"],
};

/// The virtual display of WebKitGTK, which has no headless mode.
pub(crate) const XVFB: Browser = Browser {
    title: "Xvfb",
    variable: "XVFB",
    programs: &["Xvfb"],
    packages: &["xvfb"],
};

impl Browser {
    /// Finds it by its environment variable or on PATH, or installs it.
    pub(crate) fn locate(&self) -> Result<PathBuf> {
        let named = std::env::var_os(self.variable).filter(|path| !path.is_empty());
        if let Some(path) = named.map(PathBuf::from) {
            let variable = self.variable;
            ensure!(
                path.is_file(),
                "{variable}: expected the path of a file, got another"
            );
            return Ok(path);
        }
        let on_path = || {
            self.programs
                .iter()
                .find_map(|name| which::which(name).ok())
        };
        if let Some(path) = on_path() {
            return Ok(path);
        }
        apt_install(self.packages)
            .and_then(|()| on_path().context("the packages do not contain it"))
            .with_context(|| {
                format!(
                    "{} is missing; install it, on Debian by `apt-get install {}`, and put it on PATH or set {} to its path",
                    self.title,
                    self.packages.join(" "),
                    self.variable
                )
            })
    }
}

fn apt_install(packages: &[&str]) -> Result<()> {
    let prefix: &[&str] = match () {
        () if !succeeds("apt-get", &["--version"]) => bail!("there is no apt-get"),
        () if is_root() => &[],
        () if succeeds("sudo", &["-n", "true"]) => &["sudo", "-n"],
        () => bail!("the user may not install packages"),
    };
    let apt = |arguments: &[&str]| {
        let options = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
        let words = [prefix, &options, arguments].concat();
        // Through a pipe: on a terminal, apt would wait to become its foreground process.
        let (status, _) = process::tee(Command::new(words[0]).args(&words[1..]))?;
        ensure!(
            status.success(),
            "apt-get {} failed ({status})",
            arguments.join(" ")
        );
        Ok(())
    };
    step(&format!("install {}", packages.join(" ")), || {
        apt(&["update"])?;
        apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
    })
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    process::capture(Command::new(program).args(arguments).stderr(Stdio::null())).is_ok()
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// The Rust target that ships. Rustup may be set not to install what rust-toolchain.toml lists.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    let mut rustc = rustc(workspace, &["--print", "target-libdir", "--target", WASM]);
    if process::capture(&mut rustc).is_ok_and(|folder| Path::new(folder.trim()).exists()) {
        return Ok(());
    }
    rustup(workspace, &["target", "add", WASM])
}

/// A field of `rustc -vV`, such as `host` or `release`.
pub(crate) fn rustc_field(workspace: &Workspace, name: &str) -> Result<String> {
    let output = process::capture(&mut rustc(workspace, &["-vV"]))?;
    let mut fields = output.lines().filter_map(|line| line.split_once(": "));
    let field = fields.find(|(field, _)| *field == name);
    let (_, value) = field.with_context(|| format!("rustc -vV has no field {name}"))?;
    Ok(value.to_owned())
}

fn rustc(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new("rustc");
    command.current_dir(&workspace.root).args(arguments);
    command
}

/// rustfmt and clippy, which a minimal installation of Rust lacks.
pub(crate) fn rust_linters(workspace: &Workspace) -> Result<()> {
    let has = |tool| {
        let mut command = workspace.cargo([tool, "--version"]);
        process::capture(command.stderr(Stdio::null())).is_ok()
    };
    if has("fmt") && has("clippy") {
        return Ok(());
    }
    rustup(workspace, &["component", "add", "rustfmt", "clippy"])
}

fn rustup(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let name = format!("rustup {}", arguments.join(" "));
    let mut rustup = Command::new("rustup");
    rustup.current_dir(&workspace.root).args(arguments);
    step(&name, || process::run(&mut rustup))
        .with_context(|| format!("this Rust is incomplete; install what `{name}` installs"))
}

/// Node and npm.
pub(crate) fn node() -> Result<()> {
    let advice = format!(
        "install Node {MIN_NODE} or newer, with npm, from nodejs.org or your system's packages"
    );
    let version =
        process::capture(Command::new("node").arg("--version")).with_context(|| advice.clone())?;
    let parsed = Version::parse(version.trim().trim_start_matches('v'));
    if parsed.context("node --version")?.major < MIN_NODE {
        bail!("Node {} is too old; {advice}", version.trim());
    }
    process::capture(npm().arg("--version")).context(advice)?;
    Ok(())
}

/// The node_modules of a folder, exactly as its lock file says. A copy of the lock file among the modules tells whether
/// they are current.
pub(crate) fn node_modules(workspace: &Workspace, folder: &str) -> Result<()> {
    let folder_path = workspace.root.join(folder);
    let lock = fs::read(folder_path.join("package-lock.json"))
        .with_context(|| format!("{folder}/package-lock.json"))?;
    let copy = folder_path.join("node_modules/.installed-package-lock.json");
    if fs::read(&copy).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    node()?;
    step(&format!("npm ci in {folder}"), || {
        process::run(&mut workspace.npm(folder, ["ci", "--no-audit", "--no-fund"]))?;
        Ok(fs::write(&copy, &lock)?)
    })
}
