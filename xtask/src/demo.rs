//! The main job through all the real parts, to be looked at.

use crate::sandbox::{self, Sandbox, exit_code};
use crate::workspace::Workspace;
use crate::{package, process, setup};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// Messages in the sandbox.
const MESSAGES: u32 = 50_000;

/// Where the vendor's API is.
const VENDOR: &str = "https://api.voximplant.com/platform_api";

/// Sets up all that the demo takes and runs it, against the sandbox or, if the environment has credentials, against the
/// vendor's API.
pub(crate) fn run(workspace: &Workspace, once: bool) -> Result<ExitCode> {
    let account = account()?;
    package::build(workspace)?;
    setup::node_modules(workspace, "www")?;
    let mut command = workspace.node(["www/demo/run.mjs"]);
    if once {
        command.arg("--once");
    }
    match account {
        Some(credentials) => run_with(
            command
                .env("VOXIMPLANT_CREDENTIALS", credentials)
                .env("VOXIMPLANT_BASE_URL", VENDOR),
        ),
        None => {
            let sandbox = Sandbox::start(workspace, &sandbox::build(workspace)?, MESSAGES, false)?;
            command
                .env("VOXIMPLANT_CREDENTIALS", sandbox.credentials())
                .env("VOXIMPLANT_BASE_URL", sandbox.url())
                .env("SANDBOX_TOTALS_URL", sandbox.about("totals"));
            run_with(&mut command)
        }
    }
}

fn run_with(command: &mut Command) -> Result<ExitCode> {
    Ok(exit_code(process::status(command)?.code()))
}

/// The credentials file that the environment names, before anything is built: its path may be wrong.
fn account() -> Result<Option<PathBuf>> {
    let Some(path) = std::env::var_os("VOXIMPLANT_CREDENTIALS").filter(|path| !path.is_empty())
    else {
        return Ok(None);
    };
    let path = PathBuf::from(path)
        .canonicalize()
        .context("VOXIMPLANT_CREDENTIALS must be the path of a file")?;
    Ok(Some(path))
}
