//! Finds browsers, and installs them where that can be done.

use crate::process::{self, step};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A browser and the program that drives it over WebDriver.
#[derive(Clone, Debug)]
pub(crate) struct Browsers {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

const CHROMIUM: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const CHROMEDRIVER: &[&str] = &["chromedriver"];
const FIREFOX: &[&str] = &["firefox", "firefox-esr"];

/// The ones that the environment names, or else that PATH has, or else that the system's packages bring.
pub(crate) fn find() -> Result<Browsers> {
    if let Some(found) = look()? {
        return Ok(found);
    }
    install(
        "Chromium with chromedriver",
        &["chromium", "chromium-driver"],
    )
    .and_then(|()| look()?.context("the packages did not bring them"))
    .context(ADVICE)
}

/// Firefox: the one that the environment names, or else that PATH has, or else that the system's packages bring.
pub(crate) fn firefox() -> Result<PathBuf> {
    if let Some(found) = program("FIREFOX", FIREFOX)? {
        return Ok(found);
    }
    install("Firefox", &["firefox-esr"])
        .and_then(|()| program("FIREFOX", FIREFOX)?.context("the package did not bring it"))
        .context("install Firefox, on Debian `apt-get install firefox-esr`, and put it on PATH or name it by the \
            environment variable FIREFOX")
}

const ADVICE: &str = "install Chromium (or Chrome) and the chromedriver of the same version, on Debian and its kin \
    `apt-get install chromium chromium-driver`, and put both on PATH or name them by the environment variables CHROMIUM \
    and CHROMEDRIVER";

fn look() -> Result<Option<Browsers>> {
    let chromium = program("CHROMIUM", CHROMIUM)?;
    let chromedriver = program("CHROMEDRIVER", CHROMEDRIVER)?;
    Ok(chromium
        .zip(chromedriver)
        .map(|(chromium, chromedriver)| Browsers {
            chromium,
            chromedriver,
        }))
}

fn program(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    if let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        if !path.is_file() {
            bail!("the environment variable {variable} names no file");
        }
        return Ok(Some(path));
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    Ok(first_in(
        &std::env::split_paths(&folders).collect::<Vec<_>>(),
        names,
    ))
}

/// Names are in order of preference: an earlier one in a later folder wins.
fn first_in(folders: &[PathBuf], names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| {
        let name = Path::new(name).with_extension(std::env::consts::EXE_EXTENSION);
        folders
            .iter()
            .map(|folder| folder.join(&name))
            .find(|path| path.is_file())
    })
}

/// Installs the system's packages of a browser that is missing.
fn install(browser: &str, packages: &[&str]) -> Result<()> {
    let prefix: &[&str] = match () {
        () if !succeeds("apt-get", &["--version"]) => bail!("there is no {browser}"),
        () if is_root() => &[],
        () if succeeds("sudo", &["-n", "true"]) => &["sudo", "-n"],
        () => bail!("there is no {browser}, and no right to install packages"),
    };
    let apt = |arguments: &[&str]| {
        let words = [
            prefix,
            &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"],
            arguments,
        ]
        .concat();
        let mut command = Command::new(words[0]);
        // Through a pipe: with a terminal, apt would wait for its turn to own it.
        let (status, _) = process::tee(command.args(&words[1..]))?;
        if !status.success() {
            bail!("apt-get {} failed ({status})", arguments.join(" "));
        }
        Ok(())
    };
    let name = format!(
        "there is no {browser}: installing Debian's {}",
        packages.join(" and ")
    );
    step(&name, || {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferred_name_wins_over_earlier_folder() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let extension = std::env::consts::EXE_EXTENSION;
        let chrome = first.path().join("google-chrome").with_extension(extension);
        let chromium = second.path().join("chromium").with_extension(extension);
        let folders = [first.path().to_owned(), second.path().to_owned()];
        assert_eq!(first_in(&folders, CHROMIUM), None);
        std::fs::write(&chrome, "").unwrap();
        assert_eq!(first_in(&folders, CHROMIUM), Some(chrome));
        std::fs::write(&chromium, "").unwrap();
        assert_eq!(first_in(&folders, CHROMIUM), Some(chromium));
    }
}
